"""The drawing of the network: nodes with their places and labels, ready for SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import ckan.plugins.toolkit as tk

from ..choices import kind_label
from ..entries import ACTOR, PROJECT
from ..network import Bridge
from ..network.layout import Label, Layout, layout, wrapped
from ..network.records import TIE
from ..network.selection import Selection
from ..presentation import entry_url, say
from ..symbols import BY_KIND, OTHER, Symbol
from .data import Known

_ = tk._
ACTOR_TEXT, PROJECT_TEXT = 13.0, 11.0  # size of labels in units of the drawing
ACTOR_SCALE, PROJECT_SCALE = 0.92, 0.6  # of a symbol of 24 units
NOTED_CUT = 2  # a bridge is highlighted from so many actors on that it keeps in touch
_drawings = lru_cache(maxsize=32)  # for each process


@dataclass(frozen=True)
class Line:
    """A line of a label."""

    text: str
    y: float


@dataclass(frozen=True)
class Node:
    """An actor or project of the drawing."""

    key: str
    title: str  # whole, for those who point at it or hear it
    url: str
    x: float
    y: float
    scale: float
    symbol: Symbol
    lines: tuple[Line, ...]
    size: float
    near: str  # keys of its neighbours, for the script
    is_project: bool
    is_bridge: bool
    is_found: bool


@dataclass(frozen=True)
class Edge:
    """A membership of the drawing."""

    x1: float
    y1: float
    x2: float
    y2: float
    role: str
    ends: str  # keys of both ends, for the script
    is_bridge: bool


@dataclass(frozen=True)
class Drawing:
    """The whole of it; `foot` is where actors without a tie begin."""

    width: float
    height: float
    foot: float | None
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def drawing(here: Known, part: Selection) -> Drawing | None:
    if not part.drawn_actors:
        return None
    network = here.analysis.network
    drawn = set(part.drawn_actors)
    members = [
        (project, member.actor, member.role)
        for project in part.drawn_projects
        for member in network.projects[project].members
        if member.actor in drawn
    ]
    captions = {f"{ACTOR}/{one}": (here.name(ACTOR, one), ACTOR_TEXT, 19, 3) for one in part.drawn_actors}
    captions |= {f"{PROJECT}/{one}": (here.name(PROJECT, one), PROJECT_TEXT, 20, 3) for one in part.drawn_projects}
    edges = tuple((f"{PROJECT}/{project}", f"{ACTOR}/{actor}") for project, actor, _role in members)
    places = _placed(tuple(sorted(captions.items())), edges)
    near: dict[str, list[str]] = {key: [] for key in captions}
    for one, other in edges:
        near[one].append(other)
        near[other].append(one)
    bridging = _bridging(here.analysis.bridges)
    return Drawing(
        width=places.width,
        height=places.height,
        foot=places.foot,
        nodes=tuple(_node(here, part, places, key, near[key], bridging) for key in sorted(captions)),
        edges=tuple(
            Edge(
                x1=places.spots[one].x,
                y1=places.spots[one].y,
                x2=places.spots[other].x,
                y2=places.spots[other].y,
                role=role,
                ends=f"{one} {other}",
                is_bridge=one in bridging and other in bridging,
            )
            for (one, other), (_project, _actor, role) in zip(edges, members, strict=True)
        ),
    )


@_drawings
def _placed(
    captions: tuple[tuple[str, tuple[str, float, int, int]], ...], edges: tuple[tuple[str, str], ...]
) -> Layout:
    """The places; kept, as the same part of the network is looked at again and again."""
    labels = {key: Label(wrapped(text, letters, lines), size) for key, (text, size, letters, lines) in captions}
    return layout(labels, edges)


def _bridging(bridges: Iterable[Bridge]) -> set[str]:
    """Keys of actors and projects to highlight: those without which several would be cut off."""
    return {f"{one.kind}/{one.ids[0]}" for one in bridges if one.cut_off >= NOTED_CUT and one.kind != TIE}


def _node(here: Known, part: Selection, places: Layout, key: str, near: Sequence[str], bridging: set[str]) -> Node:
    spot = places.spots[key]
    kind, _slash, identifier = key.partition("/")
    is_project = kind == PROJECT
    symbol = BY_KIND[PROJECT] if is_project else BY_KIND.get(here.actors[identifier].kind, OTHER)
    top = 20.0 if is_project else 25.0
    step = spot.size * 1.2
    return Node(
        key=key,
        title=_spoken(here, key, near, spot.lines),
        url=entry_url(kind, identifier),
        x=spot.x,
        y=spot.y,
        scale=PROJECT_SCALE if is_project else ACTOR_SCALE,
        symbol=symbol,
        lines=tuple(Line(text, round(spot.y + top + at * step, 1)) for at, text in enumerate(spot.lines)),
        size=spot.size,
        near=" ".join(near),
        is_project=is_project,
        is_bridge=key in bridging,
        is_found=is_project or not part.found or identifier in part.found,
    )


def _spoken(here: Known, key: str, near: Sequence[str], lines: Sequence[str]) -> str:
    """What a node says of itself: its title, what it is, and its neighbours in the drawing.

    Where the label had to be cut it comes first: who speaks to the browser says what they see (WCAG 2.5.3).
    """
    kind, _slash, identifier = key.partition("/")
    what = _("Project") if kind == PROJECT else say(kind_label(here.actors[identifier].kind))
    names = ", ".join(here.name(*one.split("/", 1)) for one in near)
    text = f"{here.name(kind, identifier)} ({what})"
    if any(line.endswith("…") for line in lines):
        text = f"{' '.join(lines)} {text}"
    return f"{text}: {names}" if names else text

"""/atlas/network: who works with whom, as a drawing, as tables and in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.model import City, Label
from ckanext.dresdensmartcity.city.values import date_precision

from .. import search
from ..choices import facet_values, kind_label
from ..entries import ACTOR, PROJECT
from ..network import Bridge, Tie, sentences
from ..network.layout import Label as Caption
from ..network.layout import Layout, layout, wrapped
from ..network.records import TIE
from ..network.selection import Selection
from ..pages.filters import url
from ..presentation import Link, entry_url, number_text, say
from ..query import AtlasQuery
from ..symbols import BY_KIND, OTHER, SYMBOLS, Symbol
from .data import Known, concept_label, known, selected

_ = tk._
ENDPOINT = "atlas_network.graph"
TIES_ON_PAGE = 50
FILTERS = ("field", "kind", "area")
MOST_SENTENCES = 10
MOST_LISTED = 500  # actors in the list by kind
ACTOR_TEXT, PROJECT_TEXT = 13.0, 11.0  # size of labels in units of the drawing
ACTOR_SCALE, PROJECT_SCALE = 0.92, 0.6  # of a symbol of 24 units
NOTED_CUT = 2  # a bridge is highlighted from so many actors on that it keeps in touch
_drawings = lru_cache(maxsize=32)  # for each process


@dataclass(frozen=True)
class Option:
    """A value of a filter as a link: sets it, or takes it back where it is set."""

    label: str
    count: str
    url: str
    chosen: bool


@dataclass(frozen=True)
class Choice:
    """A filter."""

    label: str
    options: tuple[Option, ...]


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
    width: float
    height: float
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class Together:
    """A project that two actors share."""

    link: Link
    when: str


@dataclass(frozen=True)
class TieRow:
    one: Link
    other: Link
    projects: tuple[Together, ...]


@dataclass(frozen=True)
class ActorRow:
    link: Link
    partners: int
    projects: int
    is_found: bool


@dataclass(frozen=True)
class KindGroup:
    """Actors of a kind."""

    id: str
    label: str
    rows: tuple[ActorRow, ...]


@dataclass(frozen=True)
class Said:
    """A sentence with links to those that it speaks of, and details below."""

    text: str
    links: tuple[Link, ...] = ()
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class GraphPage:
    """The page."""

    query: AtlasQuery
    url: str
    choices: tuple[Choice, ...]
    chosen: str  # the filters that are set, in words; empty where none is
    summary: str
    figures: tuple[tuple[str, str], ...]
    drawing: Drawing | None
    left_out: tuple[str, ...]  # what the drawing does not show, with numbers
    legend: tuple[Symbol, ...]
    ties: tuple[TieRow, ...]
    ties_total: int
    first: int
    last: int
    steps: tuple[Link, ...]  # pages of the table; the one without address is this one
    groups: tuple[KindGroup, ...]
    actors_unlisted: int
    bridges: tuple[Said, ...]
    clusters: tuple[Said, ...]
    field_gaps: tuple[Said, ...]
    cluster_gaps: tuple[Said, ...]
    lonely: tuple[Said, ...]
    missing: tuple[Said, ...]
    exact: bool
    api_url: str


def graph_page(query: AtlasQuery, city: City) -> GraphPage:
    """The page of a query."""
    here = known()
    part = selected(query, here)
    analysis = here.analysis
    pages = max(1, math.ceil(len(part.ties) / TIES_ON_PAGE))
    first = (min(query.page, pages) - 1) * TIES_ON_PAGE
    rows = part.ties[first : first + TIES_ON_PAGE]
    groups, unlisted = _groups(here, part)
    shown = set(part.actors)
    return GraphPage(
        query=query,
        url=str(tk.h.url_for(ENDPOINT)),
        choices=_choices(query, city),
        chosen=_chosen(query, city),
        summary=_summary(part),
        figures=_figures(here, part),
        drawing=_drawing(here, part),
        left_out=_left_out(here, part),
        legend=tuple(one for one in SYMBOLS if one.id != PROJECT),
        ties=tuple(_tie(here, tie, set(part.projects)) for tie in rows),
        ties_total=len(part.ties),
        first=first + 1,
        last=first + len(rows),
        steps=tuple(
            Link(str(page), "" if page == query.page else _page_url(query, page)) for page in range(1, pages + 1)
        )
        if pages > 1
        else (),
        groups=groups,
        actors_unlisted=unlisted,
        bridges=tuple(_bridge(here, one) for one in analysis.bridges if set(_ends(here, one)) & shown)[:MOST_SENTENCES],
        clusters=_clusters(here, shown, city),
        field_gaps=_pair_gaps(here, analysis.field_gaps, _field_naming(city)),
        cluster_gaps=_pair_gaps(here, analysis.cluster_gaps, _cluster_naming(here)),
        lonely=tuple(
            Said(say(sentences.lonely(one, here.name, concept_label)), (_actor_link(here, one.actor),))
            for one in analysis.lonely
            if one.actor in shown
        )[: MOST_SENTENCES * 2],
        missing=tuple(
            Said(say(concept_label(one.concept)), tuple(_project_link(here, project) for project in one.seekers[:6]))
            for one in analysis.missing[:MOST_SENTENCES]
        ),
        exact=analysis.betweenness_is_exact,
        api_url=url("api.action", query.parameters, logic_function="atlas_network", ver=3),
    )


def pages_of(query: AtlasQuery) -> int:
    """Of how many pages the table of ties is."""
    return max(1, math.ceil(len(selected(query, known()).ties) / TIES_ON_PAGE))


def _page_url(query: AtlasQuery, page: int) -> str:
    return url(ENDPOINT, [*query.parameters, ("page", str(page))]) + "#ties"


def _choices(query: AtlasQuery, city: City) -> tuple[Choice, ...]:
    """The filters, each value a link; what would find nothing is left out."""
    facets = search.search(replace(query, page=1, size=1)).facets
    labels = {"field": _("Field of action"), "kind": _("Kind of entry"), "area": _("Focus area")}
    found = []
    for name in FILTERS:
        set_to = query.values(name)
        options = []
        for value in facet_values(name, facets.get(name, {}), city):
            chosen = value.value in set_to
            if not chosen and not value.count:
                continue
            rest = [pair for pair in query.parameters if pair[0] != name]
            values = rest if chosen else [*rest, (name, value.value)]
            options.append(Option(say(value.label), number_text(value.count), url(ENDPOINT, values), chosen))
        if options:
            found.append(Choice(labels[name], tuple(options)))
    return tuple(found)


def _chosen(query: AtlasQuery, city: City) -> str:
    words = [query.text] if query.text else []
    for name in FILTERS:
        wanted = query.values(name)
        words += [say(value.label) for value in facet_values(name, {}, city) if value.value in wanted]
    return ", ".join(words)


def _summary(part: Selection) -> str:
    return _("{actors} actors, {projects} projects, {ties} ties.").format(
        actors=number_text(len(part.actors)),
        projects=number_text(len(part.projects)),
        ties=number_text(len(part.ties)),
    )


def _figures(here: Known, part: Selection) -> tuple[tuple[str, str], ...]:
    alone = sum(not here.analysis.network.ties_of[actor] for actor in part.actors)
    return (
        (_("Actors"), number_text(len(part.actors))),
        (_("of these without a tie"), number_text(alone)),
        (_("Projects"), number_text(len(part.projects))),
        (_("Ties"), number_text(len(part.ties))),
        (_("Parts that know nothing of each other"), number_text(sum(size > 1 for size in here.analysis.components))),
    )


def _drawing(here: Known, part: Selection) -> Drawing | None:
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
    captions = {f"{ACTOR}/{one}": (here.name(ACTOR, one), ACTOR_TEXT, 19, 2) for one in part.drawn_actors}
    captions |= {f"{PROJECT}/{one}": (here.name(PROJECT, one), PROJECT_TEXT, 20, 2) for one in part.drawn_projects}
    edges = tuple((f"{PROJECT}/{project}", f"{ACTOR}/{actor}") for project, actor, _role in members)
    places = _placed(tuple(sorted(captions.items())), edges)
    near: dict[str, list[str]] = {key: [] for key in captions}
    for one, other in edges:
        near[one].append(other)
        near[other].append(one)
    bridging, ties = _bridging(here.analysis.bridges)
    return Drawing(
        width=places.width,
        height=places.height,
        nodes=tuple(_node(here, part, places, key, near[key], bridging) for key in sorted(captions)),
        edges=tuple(
            Edge(
                x1=places.spots[one].x,
                y1=places.spots[one].y,
                x2=places.spots[other].x,
                y2=places.spots[other].y,
                role=role,
                ends=f"{one} {other}",
                is_bridge=(other.partition("/")[2], one.partition("/")[2]) in ties,
            )
            for (one, other), (_project, _actor, role) in zip(edges, members, strict=True)
        ),
    )


@_drawings
def _placed(
    captions: tuple[tuple[str, tuple[str, float, int, int]], ...], edges: tuple[tuple[str, str], ...]
) -> Layout:
    """The places; kept, as the same part of the network is looked at again and again."""
    labels = {key: Caption(wrapped(text, letters, lines), size) for key, (text, size, letters, lines) in captions}
    return layout(labels, edges)


def _bridging(bridges: Iterable[Bridge]) -> tuple[set[str], set[tuple[str, str]]]:
    """Keys of actors and projects to highlight, and of memberships (actor, project): those that tell something."""
    noted = [one for one in bridges if one.cut_off >= NOTED_CUT]
    return {f"{one.kind}/{one.ids[0]}" for one in noted if one.kind != TIE}, set()


def _node(here: Known, part: Selection, places: Layout, key: str, near: Sequence[str], bridging: set[str]) -> Node:
    spot = places.spots[key]
    kind, _slash, identifier = key.partition("/")
    is_project = kind == PROJECT
    symbol = BY_KIND[PROJECT] if is_project else BY_KIND.get(here.actors[identifier].kind, OTHER)
    top = 20.0 if is_project else 25.0
    step = spot.size * 1.2
    return Node(
        key=key,
        title=_spoken(here, key, near),
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
        is_found=is_project or identifier in part.found,
    )


def _spoken(here: Known, key: str, near: Sequence[str]) -> str:
    """What a node says of itself: its title, what it is, and its neighbours in the drawing."""
    kind, _slash, identifier = key.partition("/")
    what = _("Project") if kind == PROJECT else say(kind_label(here.actors[identifier].kind))
    names = ", ".join(here.name(*one.split("/", 1)) for one in near)
    text = f"{here.name(kind, identifier)} ({what})"
    return f"{text}: {names}" if names else text


def _left_out(here: Known, part: Selection) -> tuple[str, ...]:
    told = []
    if part.actors_left_out:
        told.append(
            _("The drawing shows the {shown} actors with the most ties; {count} others stand in the lists.").format(
                shown=number_text(len(part.drawn_actors)), count=number_text(part.actors_left_out)
            )
        )
    if part.projects_left_out:
        told.append(
            _("It shows {shown} projects that tie them; {count} others stand in the table.").format(
                shown=number_text(len(part.drawn_projects)), count=number_text(part.projects_left_out)
            )
        )
    if part.single:
        told.append(
            tk.ungettext(
                "{count} project has no second member and is not drawn.",
                "{count} projects have no second member and are not drawn.",
                len(part.single),
            ).format(count=number_text(len(part.single)))
        )
    large = sorted(set(here.analysis.network.large_projects) & set(part.projects))
    if large:
        told.append(
            _("Of very large projects ({titles}) only ties to those who lead them are counted.").format(
                titles=", ".join(here.name(PROJECT, one) for one in large[:5])
            )
        )
    if here.analysis.network.ties_left_out:
        told.append(
            _("The network is too large: {count} ties are left out.").format(
                count=number_text(here.analysis.network.ties_left_out)
            )
        )
    return tuple(told)


def _actor_link(here: Known, actor: str) -> Link:
    return Link(here.name(ACTOR, actor), entry_url(ACTOR, actor) if actor in here.actors else "")


def _project_link(here: Known, project: str) -> Link:
    return Link(here.name(PROJECT, project), entry_url(PROJECT, project) if project in here.projects else "")


def _tie(here: Known, tie: Tie, shown: set[str]) -> TieRow:
    return TieRow(
        one=_actor_link(here, tie.one),
        other=_actor_link(here, tie.other),
        projects=tuple(
            Together(_project_link(here, one.project), when(one.since, one.until))
            for one in tie.projects
            if one.project in shown
        ),
    )


def when(since: str, until: str) -> str:
    """From when to when in years, as far as known."""
    years = [one[:4] if date_precision(one) else "" for one in (since, until)]
    if all(years):
        return years[0] if years[0] == years[1] else f"{years[0]}–{years[1]}"
    if years[0]:
        return _("since {year}").format(year=years[0])
    return _("until {year}").format(year=years[1]) if years[1] else ""


def _groups(here: Known, part: Selection) -> tuple[tuple[KindGroup, ...], int]:
    """Actors by kind, those with most partners first; and how many more there are than a page can bear."""
    network = here.analysis.network
    ranked = sorted(part.actors, key=lambda one: (-len(network.neighbours[one]), here.name(ACTOR, one), one))
    by_kind: dict[str, list[ActorRow]] = {}
    for actor in ranked[:MOST_LISTED]:
        row = ActorRow(
            _actor_link(here, actor),
            len(network.neighbours[actor]),
            len(network.projects_of[actor]),
            actor in part.found,
        )
        by_kind.setdefault(here.actors[actor].kind, []).append(row)
    groups = sorted(by_kind.items(), key=lambda one: (-len(one[1]), one[0]))
    return (
        tuple(KindGroup(kind or "none", say(kind_label(kind)) or "–", tuple(rows)) for kind, rows in groups),
        max(0, len(part.actors) - MOST_LISTED),
    )


def _ends(here: Known, one: Bridge) -> tuple[str, ...]:
    """The actors that a bridge speaks of."""
    if one.kind == PROJECT:
        return tuple(member.actor for member in here.analysis.network.projects[one.ids[0]].members)
    return one.ids


def _bridge(here: Known, one: Bridge) -> Said:
    link = _project_link if one.kind == PROJECT else _actor_link
    return Said(say(sentences.bridge(one, here.name)), tuple(link(here, identifier) for identifier in one.ids))


def _clusters(here: Known, shown: set[str], city: City) -> tuple[Said, ...]:
    naming = _field_naming(city)
    found = []
    for one in here.analysis.clusters:
        if not shown & set(one.actors):
            continue
        fields = "; ".join(say(naming(field)) for field in one.fields[:2]) or _("no field of action known")
        text = _("Cluster {number} ({fields}): {count} actors, {inside} ties inside, {outside} to others.").format(
            number=one.number,
            fields=fields,
            count=len(one.actors),
            inside=one.ties_inside,
            outside=one.ties_outside,
        )
        found.append(Said(text, tuple(_actor_link(here, actor) for actor in one.actors[:8])))
    return tuple(found[:MOST_SENTENCES])


def _pair_gaps(here: Known, gaps: Sequence[object], group: sentences.Naming) -> tuple[Said, ...]:
    return tuple(
        Said(
            say(sentences.pair_gap(one, group, concept_label)),  # type: ignore[arg-type]
            (),
            tuple(say(sentences.topic_gap(topic, here.name, concept_label)) for topic in one.topics),  # type: ignore[attr-defined]
        )
        for one in gaps[:MOST_SENTENCES]
    )


def _field_naming(city: City) -> sentences.Naming:
    def name(field: str) -> Label:
        known_field = city.field_of_action(field)
        return known_field.label if known_field else Label(field, field)

    return name


def _cluster_naming(here: Known) -> sentences.Naming:
    def name(number: str) -> Label:
        cluster = here.analysis.clusters[int(number) - 1]
        best = here.name(ACTOR, cluster.actors[0])
        return Label(f"Cluster {number} (um {best})", f"Cluster {number} (round {best})")

    return name

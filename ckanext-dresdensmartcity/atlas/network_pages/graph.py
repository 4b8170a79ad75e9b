"""/atlas/network: who works with whom, as a drawing, as tables and in sentences."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.city.values import date_precision

from .. import search
from ..choices import facet_values, kind_label
from ..entries import ACTOR, PROJECT
from ..network import Tie
from ..network.selection import Selection
from ..pages.filters import url
from ..presentation import Link, number_text, say
from ..query import AtlasQuery
from ..symbols import SYMBOLS, Symbol
from . import telling
from .data import Known, concept_label, known, selected
from .drawing import Drawing, drawing
from .telling import MOST_SENTENCES

_ = tk._
ENDPOINT = "atlas_network.graph"
TIES_ON_PAGE = 50
FILTERS = ("field", "kind", "area")
MOST_LISTED = 200  # actors in the list by kind


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
class GraphPage:
    """The page."""

    query: AtlasQuery
    url: str
    choices: tuple[Choice, ...]
    chosen: str  # the filters that are set, in words; empty where none is
    summary: str
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
    bridges: tuple[telling.Said, ...]
    clusters: tuple[telling.Said, ...]
    field_gaps: tuple[telling.Said, ...]
    cluster_gaps: tuple[telling.Said, ...]
    lonely: tuple[telling.Said, ...]
    missing: tuple[telling.Said, ...]
    some_around: bool  # whether some of the actors shown were not found themselves, and others were
    api_url: str


class NoSuchPageError(LookupError):
    """Raised when a page of the table is asked for that it does not have."""

    def __init__(self, pages: int) -> None:
        self.pages = pages
        super().__init__(f"The table of ties has {pages} pages.")


def graph_page(query: AtlasQuery, city: City) -> GraphPage:
    """The page of a query.

    Raises NoSuchPageError.
    """
    here = known()
    part = selected(query, here)
    analysis = here.analysis
    pages = max(1, math.ceil(len(part.ties) / TIES_ON_PAGE))
    if query.page > pages:
        raise NoSuchPageError(pages)
    first = (query.page - 1) * TIES_ON_PAGE
    rows = part.ties[first : first + TIES_ON_PAGE]
    groups, unlisted = _groups(here, part)
    shown = set(part.actors)
    return GraphPage(
        query=query,
        url=str(tk.h.url_for(ENDPOINT)),
        choices=_choices(query, city),
        chosen=_chosen(query, city),
        summary=_summary(part),
        drawing=drawing(here, part),
        left_out=_left_out(here, part),
        legend=tuple(one for one in SYMBOLS if one.id != PROJECT),
        ties=tuple(_tie(here, tie, set(part.projects)) for tie in rows),
        ties_total=len(part.ties),
        first=first + 1,
        last=first + len(rows),
        steps=_steps(query, pages),
        groups=groups,
        actors_unlisted=unlisted,
        bridges=tuple(telling.bridge(here, one) for one in analysis.bridges if set(telling.ends(here, one)) & shown)[
            :MOST_SENTENCES
        ],
        clusters=telling.clusters(here, shown, city),
        field_gaps=telling.pair_gaps(here, analysis.field_gaps, telling.field_naming(city)),
        cluster_gaps=telling.pair_gaps(here, analysis.cluster_gaps, telling.cluster_naming(here)),
        lonely=telling.all_lonely(here, shown),
        missing=tuple(
            telling.Said(
                (Link(say(concept_label(one.concept))),),
                tuple(telling.project_link(here, project) for project in one.seekers[:6]),
            )
            for one in analysis.missing[:MOST_SENTENCES]
        ),
        some_around=bool(part.found) and len(part.found) < len(part.actors),
        api_url=url("api.action", query.parameters, logic_function="atlas_network", ver=3),
    )


def _steps(query: AtlasQuery, pages: int) -> tuple[Link, ...]:
    """Links to the first, the last and the neighbouring pages of the table."""
    if pages == 1:
        return ()
    shown = sorted({1, pages, *range(max(1, query.page - 2), min(pages, query.page + 2) + 1)})
    return tuple(Link(str(page), "" if page == query.page else _page_url(query, page)) for page in shown)


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
    if here.foreign:
        told.append(
            tk.ungettext(
                "{count} entry from another city's atlas is not part of this network.",
                "{count} entries from other cities' atlases are not part of this network.",
                here.foreign,
            ).format(count=number_text(here.foreign))
        )
    if here.analysis.network.ties_left_out:
        told.append(
            _("The network is too large: {count} ties are left out.").format(
                count=number_text(here.analysis.network.ties_left_out)
            )
        )
    return tuple(told)


def _tie(here: Known, tie: Tie, shown: set[str]) -> TieRow:
    return TieRow(
        one=telling.actor_link(here, tie.one),
        other=telling.actor_link(here, tie.other),
        projects=tuple(
            Together(telling.project_link(here, one.project), when(one.since, one.until))
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
            telling.actor_link(here, actor),
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

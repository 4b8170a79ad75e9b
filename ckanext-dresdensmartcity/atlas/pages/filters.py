"""The form of the list: filters with exact counts, what is set with a way to take it back, and ways out of nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.model import City

from ..choices import facet_values, value_label
from ..presentation import number_text, say
from ..query import DEFAULT_RADIUS_M, LISTED, SORTS, STALE, AtlasQuery, plain
from ..suggestions import Suggestion, suggestions

SHOWN_FILTERS = ("kind", "field", "topic")
MORE_FILTERS = ("area", "district", "status", "phase", "funding", "stale")
RADII_M = (500, 1_000, 2_000, 5_000, 10_000)
MOST_SUGGESTIONS = 5
_ = tk._


@dataclass(frozen=True)
class Option:
    """One choice of a filter."""

    value: str
    label: str
    count: int | None
    chosen: bool


@dataclass(frozen=True)
class Filter:
    """A filter of the form."""

    name: str
    label: str
    every: str  # what it says when it is not set
    options: tuple[Option, ...]

    @property
    def several(self) -> bool:
        """Whether more than one value is set, as a URL may do."""
        return sum(option.chosen for option in self.options) > 1


@dataclass(frozen=True)
class Chip:
    """A filter that is set, and the address of the page without it."""

    label: str
    text: str
    url: str


@dataclass(frozen=True)
class Wider:
    """Another search, which finds something."""

    text: str
    count: int
    url: str


@dataclass(frozen=True)
class Form:
    """Everything that can be set."""

    shown: tuple[Filter, ...]
    more: tuple[Filter, ...]
    more_set: int  # how many of the filters that are folded away are set
    near: str
    places: tuple[str, ...]  # names that `near` knows
    radii: tuple[Option, ...]
    bbox: str
    sorts: tuple[Option, ...]
    chips: tuple[Chip, ...]


def form_of(query: AtlasQuery, facets: Mapping[str, Mapping[str, int]], city: City, embed: str | None) -> Form:
    """The form of a query."""
    given = dict(query.parameters)
    more = _filters(MORE_FILTERS, query, facets, city)
    return Form(
        shown=_filters(SHOWN_FILTERS, query, facets, city),
        more=more,
        more_set=sum(any(option.chosen for option in one.options) for one in more) + bool(query.near),
        near=given.get("near", ""),
        places=tuple(district.name for district in city.districts),
        radii=_radii(query),
        bbox=given.get("bbox", ""),
        sorts=_sorts(query),
        chips=_chips(query, city, embed),
    )


def page_url(query: AtlasQuery, embed: str | None = None, page: int = 1) -> str:
    """The address of a query's page."""
    parameters = list(query.parameters)
    if page > 1:
        parameters.append(("page", str(page)))
    if embed is not None:
        parameters.append(("embed", embed))
    return url("atlas.index", parameters)


def url(endpoint: str, parameters: Sequence[tuple[str, str]], **values: object) -> str:
    """An address with its parameters in their order, several values of one included."""
    base = str(tk.h.url_for(endpoint, **values))
    return f"{base}?{urlencode(parameters)}" if parameters else base


def wider(query: AtlasQuery, city: City, embed: str | None = None) -> tuple[Wider, ...]:
    """What finds something where the query finds nothing, the smallest change first."""
    return tuple(
        Wider(_change(one, query, city), one.count, page_url(one.query, embed))
        for one in suggestions(query)[:MOST_SUGGESTIONS]
    )


def _change(suggestion: Suggestion, query: AtlasQuery, city: City) -> str:
    if suggestion.kind == "spelling":
        return _("did you mean “{text}”?").format(text=suggestion.query.text)
    if suggestion.kind == "word":
        return _("without the word “{word}”").format(word=suggestion.what)
    chip = _chip_of(suggestion.what, query, city)
    return _("without {filter}").format(filter=f"{chip.label}: {chip.text}")


def _filters(
    names: Sequence[str], query: AtlasQuery, facets: Mapping[str, Mapping[str, int]], city: City
) -> tuple[Filter, ...]:
    labels = filter_labels()
    every = {
        "kind": _("All kinds"),
        "field": _("All fields of action"),
        "topic": _("All topics"),
        "area": _("All focus areas"),
        "district": _("All districts"),
        "status": _("Every status"),
        "phase": _("All phases"),
        "funding": _("All programmes"),
        "stale": _("Does not matter"),
    }
    found = []
    for name in names:
        chosen = values_of(name, query)
        options = tuple(
            Option(value.value, say(value.label), value.count, value.value in chosen)
            # What leaves nothing is no choice, unless it was chosen.
            for value in facet_values(name, facets.get(name, {}), city, chosen)
        )
        if options or name in SHOWN_FILTERS:  # those always in sight do not come and go
            found.append(Filter(name, labels[name], every[name], options))
    return tuple(found)


def filter_labels() -> dict[str, str]:
    """What the parameters are called."""
    return {
        "q": _("Text"),
        "kind": _("Kind"),
        "field": _("Field of action"),
        "topic": _("Topic"),
        "area": _("Focus area"),
        "district": _("District"),
        "status": _("Status"),
        "phase": _("Phase"),
        "funding": _("Funding programme"),
        "near": _("Near"),
        "bbox": _("Map"),
        "stale": _("Freshness"),
    }


def values_of(name: str, query: AtlasQuery) -> tuple[str, ...]:
    """What a filter is set to."""
    if name == "stale":
        return () if query.stale is None else (STALE[0] if query.stale else STALE[1],)
    return query.values(name) if name in LISTED else ()


def _chips(query: AtlasQuery, city: City, embed: str | None) -> tuple[Chip, ...]:
    """One for each value that is set."""
    labels = filter_labels()
    found = []
    for name in query.set_parameters:
        if name in LISTED:
            values = query.values(name)
            for value in values:
                rest = tuple(one for one in values if one != value)
                wider = replace(query.without(name), **{LISTED[name]: rest})
                found.append(Chip(labels[name], say(value_label(name, value, city)), page_url(wider, embed)))
        else:
            found.append(replace(_chip_of(name, query, city), url=page_url(query.without(name), embed)))
    return tuple(found)


def _chip_of(name: str, query: AtlasQuery, city: City) -> Chip:
    given = dict(query.parameters)
    text = given.get(name, "")
    if name == "q":
        text = _("“{text}”").format(text=query.text)
    elif name == "near":
        place = query.near_name or _("{latitude}° N, {longitude}° E").format(
            latitude=number_text(query.near[1], 3) if query.near else "",
            longitude=number_text(query.near[0], 3) if query.near else "",
        )
        text = _("{place}, within {distance}").format(
            place=place, distance=distance_text(query.radius_m or DEFAULT_RADIUS_M)
        )
    elif name == "bbox":
        text = _("the section that was searched")
    else:
        text = ", ".join(say(value_label(name, value, city)) for value in values_of(name, query))
    return Chip(filter_labels()[name], text, "")


def distance_text(metres: float) -> str:
    """A distance as people say it."""
    return f"{number_text(metres / 1000)} km" if metres >= 1000 else f"{number_text(metres)} m"


def _radii(query: AtlasQuery) -> tuple[Option, ...]:
    chosen = query.radius_m or DEFAULT_RADIUS_M
    return tuple(
        # The usual one has no value: without a place it must not be sent.
        Option("" if metres == DEFAULT_RADIUS_M else plain(metres), distance_text(metres), None, metres == chosen)
        for metres in sorted({*map(float, RADII_M), float(chosen)})
    )


def _sorts(query: AtlasQuery) -> tuple[Option, ...]:
    """The orders that this query can have; its usual one has no value, so that another search has its own."""
    labels = {
        "relevance": _("Relevance"),
        "title": _("Name"),
        "changed": _("Last changed"),
        "near": _("Nearness"),
    }
    can = {"relevance": bool(query.text), "near": query.near is not None}
    usual = replace(query, sort="").order
    return tuple(
        Option("" if one == usual else one, labels[one], None, one == query.order)
        for one in SORTS
        if can.get(one, True)
    )

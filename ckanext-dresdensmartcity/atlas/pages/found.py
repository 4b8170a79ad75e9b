"""The page of a query: list, filters and map."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.city.outline_store import outlines_of

from .. import presentation, search
from ..choices import TYPE_LABELS, facet_values
from ..entries import ACTOR, PROJECT
from ..presentation import Card, say
from ..query import AtlasQuery
from ..symbols import SYMBOLS

_ = tk._


@dataclass(frozen=True)
class Option:
    """One choice of a filter."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Filter:
    """A filter of the form."""

    name: str
    label: str
    every: str  # what it says when it is not set
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Step:
    """A link of the pager."""

    text: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class LegendItem:
    path: str
    colour: str
    label: str


@dataclass(frozen=True)
class IndexPage:
    """/atlas"""

    query: AtlasQuery
    total: int
    first: int
    last: int
    pages: int
    cards: tuple[Card, ...]
    filters: tuple[Filter, ...]
    steps: tuple[Step, ...]
    entries_url: str
    legend: tuple[LegendItem, ...]
    has_outlines: bool  # whether the map shows borders of districts
    attribution: str  # of these borders
    map: str  # JSON for the map's module


def index(query: AtlasQuery, city: City) -> IndexPage:
    """The page of a query."""
    result = search.search(query)
    outlines = outlines_of(city)
    pages = max(1, math.ceil(result.total / query.size))
    first = (query.page - 1) * query.size
    return IndexPage(
        query=query,
        total=result.total,
        first=first + 1,
        last=first + len(result.entries),
        pages=pages,
        cards=presentation.cards(result.entries, city),
        filters=_filters(query, result, city),
        steps=_steps(query, pages),
        entries_url=_url("atlas.entries", query.parameters),
        legend=tuple(LegendItem(one.path, one.colour, say(one.label)) for one in SYMBOLS),
        has_outlines=bool(outlines.by_number),
        attribution=outlines.attribution,
        map=json.dumps(_map(query, city)),
    )


def _filters(query: AtlasQuery, result: search.Result, city: City) -> tuple[Filter, ...]:
    chosen = {"kind": query.kinds, "field": query.fields, "area": query.areas}
    labels = {
        "kind": (_("Kind"), _("All kinds")),
        "field": (_("Field of action"), _("All fields of action")),
        "area": (_("Focus area"), _("All focus areas")),
    }
    return tuple(
        Filter(
            name,
            *labels[name],
            tuple(
                Option(value.value, say(value.label), value.count, value.value in chosen[name])
                for value in facet_values(name, result.facets[name], city)
                # What leaves nothing is no choice, unless it was chosen.
                if value.count or value.value in chosen[name]
            ),
        )
        for name in search.FACETS
    )


def _steps(query: AtlasQuery, pages: int) -> tuple[Step, ...]:
    """Links to the first, the last and the neighbouring pages."""
    if pages == 1:
        return ()
    shown = sorted({1, pages, *range(max(1, query.page - 2), min(pages, query.page + 2) + 1)})
    return tuple(Step(str(page), _page_url(query, page), page == query.page) for page in shown)


def _page_url(query: AtlasQuery, page: int) -> str:
    return _url("atlas.index", [*query.parameters, *([("page", str(page))] if page > 1 else [])])


def _url(endpoint: str, parameters: Sequence[tuple[str, str]]) -> str:
    url = str(tk.h.url_for(endpoint))
    return f"{url}?{urlencode(parameters)}" if parameters else url


def _map(query: AtlasQuery, city: City) -> dict[str, Any]:
    """What the map's module is told; all texts in the language of the page."""
    return {
        "engine": tk.h.url_for_static("/vendor/maplibre-gl.mjs"),
        "engineStyle": tk.h.url_for_static("/vendor/maplibre-gl.css"),
        "entries": _url("atlas.entries", query.parameters),
        "areas": _url("atlas.areas", []),
        "bbox": list(city.bbox),
        "basemap": config.atlas_basemap_style(),
        "symbols": {one.id: {"path": one.path, "colour": one.colour} for one in SYMBOLS},
        "texts": {
            "title": _("Map of the entries found"),
            "failed": _("The map cannot be drawn in this browser. The list holds every entry."),
            "loading": _("The map is being loaded …"),
            "shown": _("{shown} of {total} entries are on the map, {without} have no place."),
            "area": _("place not known, drawn at the centre of its focus area"),
            "several": _("{count} entries at this place"),
            "zoomIn": _("Zoom in"),
            "zoomOut": _("Zoom out"),
            "close": _("Close"),
            "actor": say(TYPE_LABELS[ACTOR]),
            "project": say(TYPE_LABELS[PROJECT]),
        },
    }

"""The page of a query: form, list and map."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.city.outline_store import outlines_of

from .. import search
from ..presentation import number_text, say
from ..query import AtlasQuery, QueryError
from ..symbols import SYMBOLS
from ..taxonomy import taxonomy
from ..text import as_written
from .cards import Card, cards
from .filters import Form, Wider, form_of, page_url, url, wider
from .map_options import map_options

_ = tk._
EMBEDS = ("", "map", "list")  # values of `embed`: both, or one of them


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
    title: str  # of the window
    total: int
    total_text: str
    first: int
    last: int
    pages: int
    cards: tuple[Card, ...]
    form: Form
    mistakes: tuple[str, ...]  # what was asked and cannot be answered
    readings: tuple[str, ...]  # what typed words were taken for, where they were taken for typing errors
    suggestions: tuple[Wider, ...]
    steps: tuple[Step, ...]
    url: str  # of this very state, absolute
    entries_url: str
    embed: str | None  # None on the page itself
    embed_url: str
    embed_code: str
    legend: tuple[LegendItem, ...]
    has_outlines: bool  # whether the map shows borders of districts
    attribution: str  # of these borders
    basemap_attribution: str
    map: str  # JSON for the map's module
    found: str  # JSON: what the map has to know of this state
    today: str


def index(query: AtlasQuery, city: City, *, embed: str | None = None, mistakes: Sequence[QueryError] = ()) -> IndexPage:
    """The page of a query. With `embed` its links stay inside the frame."""
    result = search.search(query)
    outlines = outlines_of(city)
    pages = max(1, math.ceil(result.total / query.size))
    first = (query.page - 1) * query.size
    options = map_options(query, result.total, city)
    address = _absolute(page_url(query, page=query.page))
    embed_url = _absolute(page_url(query, embed=""))
    return IndexPage(
        query=query,
        title=", ".join(chip.text for chip in form_of(query, {}, city, None).chips),
        total=result.total,
        total_text=number_text(result.total),
        first=first + 1,
        last=first + len(result.entries),
        pages=pages,
        cards=cards(result.entries, city),
        form=form_of(query, result.facets, city, embed),
        mistakes=tuple(mistake_text(one) for one in mistakes),
        readings=_readings(query, result),
        suggestions=() if result.total else wider(query, city, embed),
        steps=_steps(query, pages, embed),
        url=address,
        entries_url=url("atlas.entries", query.parameters),
        embed=embed,
        embed_url=embed_url,
        embed_code=_embed_code(embed_url, city),
        legend=tuple(LegendItem(one.path, one.colour, say(one.label)) for one in SYMBOLS),
        has_outlines=bool(outlines.by_number),
        attribution=outlines.attribution,
        basemap_attribution=config.atlas_basemap_attribution() if config.atlas_basemap_style() else "",
        map=json.dumps(options.fixed),
        found=json.dumps(options.state),
        today=datetime.now(UTC).date().isoformat(),
    )


def mistake_text(error: QueryError) -> str:
    """What is wrong with a parameter, for whoever typed it."""
    return _("{parameter}={found} cannot be used. Allowed: {allowed}.").format(
        parameter=error.parameter, found=error.found, allowed=say(error.label)
    )


def _readings(query: AtlasQuery, result: search.Result) -> tuple[str, ...]:
    """A sentence for each typing error; words of the index are shown as the entries write them, with their umlauts."""
    texts = " ".join(
        text for one in result.entries for text in (one.title, one.notes, *map(_name, (*one.offers, *one.needs)))
    )
    return tuple(
        _("“{typed}” stands in no entry: “{meant}” was searched for.").format(
            typed=as_written(typed, query.text), meant=as_written(meant, texts)
        )
        for typed, meant in result.read_as.items()
    )


def _name(topic: str) -> str:
    return say(taxonomy().label_of(topic))


def _embed_code(address: str, city: City) -> str:
    """The frame that another page copies; quotes are escaped as the address may hold them."""
    quoted = address.replace("&", "&amp;").replace('"', "&quot;")
    title = f"{_('Smart City Atlas')}, {city.name}".replace('"', "&quot;")
    return f'<iframe src="{quoted}" title="{title}" width="100%" height="700" style="border:0" loading="lazy"></iframe>'


def _steps(query: AtlasQuery, pages: int, embed: str | None) -> tuple[Step, ...]:
    """Links to the first, the last and the neighbouring pages."""
    if pages == 1:
        return ()
    shown = sorted({1, pages, *range(max(1, query.page - 2), min(pages, query.page + 2) + 1)})
    return tuple(Step(str(page), page_url(query, embed, page), page == query.page) for page in shown)


def _absolute(path: str) -> str:
    return f"{config.site_url()}{path}" if path.startswith("/") else path

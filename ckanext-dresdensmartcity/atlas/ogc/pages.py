"""What the pages of the interface show: made of the documents, in the language of the page, without HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from . import times
from .crs import SYSTEMS, Crs
from .documents import Json, Place, geometry
from .model import Collection, Feature, Queryable
from .openapi import definition
from .parameters import DEFAULT_LIMIT, Request

MOST_CHOICES = 400  # of a list to choose from; what has more is typed
LONGEST_CELL = 160  # characters of a cell in the table
LIMITS = (25, 100, 1000)


@dataclass(frozen=True)
class Link:
    text: str
    url: str


@dataclass(frozen=True)
class CollectionPage:
    """A collection in the list, or on its page."""

    id: str
    title: str
    description: str
    url: str
    items_url: str
    queryables_url: str
    bbox: str = ""
    interval: str = ""
    count: int = 0
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Control:
    """A filter in the form above the features."""

    name: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...] = ()  # empty: a field to type in


@dataclass(frozen=True)
class Row:
    id: str
    url: str
    cells: tuple[str, ...]
    place: str


@dataclass(frozen=True)
class ItemsPage:
    """One page of a collection's features."""

    collection: CollectionPage
    matched: int
    returned: int
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    controls: tuple[Control, ...]
    hidden: tuple[tuple[str, str], ...]  # parameters that the form keeps and does not show
    next: str
    previous: str
    json: str


@dataclass(frozen=True)
class ItemPage:
    """A feature with all of its properties."""

    collection: CollectionPage
    id: str
    title: str
    properties: tuple[tuple[str, str], ...]
    coordinates: str
    crs: str
    systems: tuple[Link, ...]
    page: Link | None
    json: str


@dataclass(frozen=True)
class Operation:
    """A path of the interface for people."""

    path: str
    summary: str
    url: str  # empty where the path has a part that is to be filled in
    parameters: tuple[Mapping[str, str], ...] = field(default=())


def collection_page(place: Place, one: Collection, counted: int) -> CollectionPage:
    bounds, time = one.source.bounds(), one.source.interval()
    span = " – ".join((times.text(moment) or "…")[:10] for moment in (time.start, time.end)) if time else ""
    return CollectionPage(
        id=one.id,
        title=place.say(one.title),
        description=place.say(one.description),
        url=place.of("collections", one.id),
        items_url=place.of("collections", one.id, "items"),
        queryables_url=place.of("collections", one.id, "queryables"),
        bbox=", ".join(f"{side:.4f}" for side in bounds) if bounds else "",
        interval=span,
        count=counted,
        links=tuple(Link(system.name, system.uri) for system in SYSTEMS),
    )


def items_page(
    place: Place, one: Collection, request: Request, features: Sequence[Feature], matched: int, links: Sequence[Json]
) -> ItemsPage:
    by_rel = {link["rel"]: link["href"] for link in links}
    again = [("crs", value) for name, value in request.repeated if name == "crs"]
    chosen = dict(request.selection.filters)
    shown = {query.name for query in one.queryables} | {"q", "limit", "f"}
    return ItemsPage(
        collection=collection_page(place, one, matched),
        matched=matched,
        returned=len(features),
        heads=tuple(place.say(label) for _, label in one.columns),
        rows=tuple(_row(place, one, feature, request.crs, again) for feature in features),
        controls=tuple(_control(place, query, chosen.get(query.name, ())) for query in one.queryables),
        hidden=tuple((name, value) for name, value in request.repeated if name not in shown and value),
        next=by_rel.get("next", ""),
        previous=by_rel.get("prev", ""),
        json=by_rel["alternate"],
    )


def _row(place: Place, one: Collection, feature: Feature, crs: Crs, again: Sequence[tuple[str, str]]) -> Row:
    cells = tuple(_short(_text(feature.properties.get(name))) for name, _ in one.columns)
    if not cells[0]:
        cells = (feature.id, *cells[1:])
    return Row(
        id=feature.id,
        url=place.of("collections", one.id, "items", feature.id, parameters=again),
        cells=cells,
        place=_coordinates(feature, crs),
    )


def _control(place: Place, query: Queryable, chosen: Sequence[str]) -> Control:
    options = tuple((choice.id, place.say(choice.label)) for choice in query.choices[:MOST_CHOICES])
    return Control(query.name, place.say(query.label), ",".join(chosen), options)


def item_page(place: Place, one: Collection, feature: Feature, crs: Crs, links: Sequence[Json]) -> ItemPage:
    address = place.of("collections", one.id, "items", feature.id)
    own = feature.properties
    title = str(own.get("title") or own.get("name") or feature.id)
    return ItemPage(
        collection=collection_page(place, one, 0),
        id=feature.id,
        title=title,
        properties=tuple((name, text) for name, value in own.items() if (text := _text(value))),
        coordinates=_coordinates(feature, crs),
        crs=crs.name,
        systems=tuple(Link(system.name, f"{address}?crs={system.uri}") for system in SYSTEMS if system is not crs)
        if feature.geometry is not None
        else (),
        page=Link(title, f"{place.portal}{feature.page}") if feature.page else None,
        json=next(link["href"] for link in links if link["rel"] == "alternate"),
    )


def operations(place: Place, found: Sequence[Collection]) -> tuple[Operation, ...]:
    """The definition for people: each path with its parameters."""
    described = definition(place, found)
    shared = described["components"]["parameters"]
    operations = []
    for path, methods in described["paths"].items():
        get = methods["get"]
        parameters = [shared[one["$ref"].rsplit("/", 1)[-1]] if "$ref" in one else one for one in get["parameters"]]
        operations.append(
            Operation(
                path=path,
                summary=get["summary"],
                url="" if "{" in path else place.base + (path if path != "/" else ""),
                parameters=tuple(_parameter(one) for one in parameters),
            )
        )
    return tuple(operations)


def _parameter(one: Json) -> Mapping[str, str]:
    schema = one["schema"]
    values = schema.get("enum") or schema.get("items", {}).get("enum") or []
    default = schema.get("default")
    text = ", ".join(values[:12]) + (" …" if len(values) > 12 else "")
    if "minimum" in schema:
        text = f"{schema['minimum']} … {schema['maximum']}"
    return {
        "name": one["name"],
        "text": one["description"],
        "values": text,
        "default": "" if default is None else str(default),
    }


def limits(request: Request) -> tuple[int, ...]:
    """How many features a page can be asked to show."""
    return tuple(sorted({*LIMITS, DEFAULT_LIMIT, request.step.limit}))


def _coordinates(feature: Feature, crs: Crs) -> str:
    found = geometry(feature.geometry, crs)
    if found is None:
        return ""
    if found["type"] != "Point":
        return str(found["type"])
    return ", ".join(str(number) for number in found["coordinates"])


def _text(value: object) -> str:
    """A value for people: lists with semicolons, records by their values."""
    if value is None or value == [] or value == "":
        return ""
    if isinstance(value, Mapping):
        return ", ".join(text for one in value.values() if (text := _text(one)))
    if isinstance(value, list | tuple):
        return "; ".join(text for one in value if (text := _text(one)))
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL].rsplit(' ', 1)[0]} …"

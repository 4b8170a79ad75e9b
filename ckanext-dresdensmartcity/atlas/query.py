"""What is asked of the atlas, typed and checked: the same for the page, the map's data and the API."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ckanext.dresdensmartcity.city.model import BoundingBox, Label, Position

from .entries import TYPES

PAGE_SIZE = 25
LONGEST_TEXT = 200  # characters; what is longer is no search
MOST_WORDS = 12
MOST_VALUES = 100  # of one filter
LAST_PAGE = 10_000
GREATEST_SIZE = 100
DEFAULT_RADIUS_M = 2_000.0  # where a place is asked for and no radius
GREATEST_RADIUS_M = 100_000.0
SORTS = ("relevance", "title", "changed", "near")
STALE = ("yes", "no")
# The filters of listed values: parameter -> field of AtlasQuery. Parameters are the names of facets.
LISTED = {
    "kind": "kinds",
    "field": "fields",
    "topic": "topics",
    "area": "areas",
    "district": "districts",
    "status": "statuses",
    "phase": "phases",
    "funding": "funding",
}
SINGLE = ("near", "radius", "bbox", "sort", "stale")
COORDINATES = re.compile(r"\s*[-+]?[0-9.]+(?:e[-+]?[0-9]+)?\s*,", re.IGNORECASE)
SHOWN = 60  # characters of a value that is quoted back


WORLD = (
    "longitudes from -180 to 180 and latitudes from -90 to 90",
    "Längen von -180 bis 180 und Breiten von -90 bis 90",
)


class QueryError(ValueError):
    """Raised when a parameter of a search cannot be used."""

    def __init__(self, parameter: str, found: str, allowed: str, german: str = "") -> None:
        self.parameter, self.found, self.allowed = parameter, _printable(found[:SHOWN]), allowed
        self.label = Label(german or allowed, allowed)  # what is allowed, for people
        super().__init__(f"{parameter}={self.found!r} cannot be used. Allowed: {allowed}.")


def _nowhere(name: str) -> Position | None:
    return None


@dataclass(frozen=True)
class Choices:
    """What each filter may be set to, by id, and where the places are that have a name."""

    kinds: tuple[str, ...]  # of actors
    fields: tuple[str, ...]
    areas: tuple[str, ...]
    topics: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()  # numbers
    statuses: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    funding: tuple[str, ...] = ()  # ids of programmes
    bbox: BoundingBox | None = None  # of the city: tells swapped coordinates from others
    find: Callable[[str], Position | None] = _nowhere  # a district by number or name, an entry by its id

    def of(self, name: str) -> tuple[str, ...]:
        """The values of the filter with that parameter."""
        if name == "kind":
            return (*TYPES, *self.kinds)
        values: tuple[str, ...] = getattr(self, LISTED[name])
        return values


@dataclass(frozen=True)
class AtlasQuery:
    """A search: all words of the text, and one of each filter's values where the filter is set."""

    text: str = ""
    kinds: tuple[str, ...] = ()  # "actor", "project", or kinds of actors
    fields: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()  # ids; narrower topics count as well
    districts: tuple[str, ...] = ()  # numbers
    statuses: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    funding: tuple[str, ...] = ()  # ids of programmes
    near: Position | None = None
    near_name: str = ""  # how the place was named, where it was not given by coordinates
    radius_m: float | None = None  # set where `near` is
    bbox: BoundingBox | None = None
    stale: bool | None = None  # whether nobody confirmed the entry for long; None: does not matter
    sort: str = ""  # of SORTS; empty: relevance where there is a text, nearness where there is a place, else title
    page: int = 1
    size: int = PAGE_SIZE  # entries on a page

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The query as it stands in a URL, without the page."""
        named = [("q", self.text)] if self.text else []
        for name in LISTED:
            named += [(name, value) for value in self.values(name)]
        if self.near:
            named.append(("near", self.near_name or ",".join(map(plain, self.near))))
            named.append(("radius", plain(self.radius_m or DEFAULT_RADIUS_M)))
        if self.bbox:
            named.append(("bbox", ",".join(map(plain, self.bbox))))
        if self.stale is not None:
            named.append(("stale", STALE[0] if self.stale else STALE[1]))
        if self.sort:
            named.append(("sort", self.sort))
        return named

    @property
    def has_filters(self) -> bool:
        return any(name != "sort" for name, _ in self.parameters)

    @property
    def order(self) -> str:
        """What the entries are sorted by: one of SORTS; by relevance or nearness only where there is any."""
        if self.sort == "near" and self.near is None:
            return "title"
        if self.sort and (self.sort != "relevance" or self.text):
            return self.sort
        return "relevance" if self.text else "near" if self.near else "title"

    def values(self, name: str) -> tuple[str, ...]:
        """The values that the filter with that parameter is set to."""
        values: tuple[str, ...] = getattr(self, LISTED[name])
        return values

    def without(self, name: str) -> AtlasQuery:
        """The query with one parameter not set, on its first page; "near" takes the radius with it."""
        empty = AtlasQuery()
        if name in LISTED:
            emptied: dict[str, Any] = {LISTED[name]: (), "page": 1}
            return replace(self, **emptied)
        names = {"q": ("text",), "near": ("near", "near_name", "radius_m")}.get(name, (name,))
        return replace(self, **{one: getattr(empty, one) for one in names}, page=1)

    @property
    def set_parameters(self) -> tuple[str, ...]:
        """The parameters that narrow the search, each once."""
        return tuple(dict.fromkeys(name for name, _ in self.parameters if name not in ("sort", "radius")))


class Arguments(Protocol):
    """The parameters of a request: werkzeug's MultiDict, or anything that gives lists."""

    def getlist(self, key: str) -> list[str]: ...


def from_arguments(arguments: Arguments, choices: Choices) -> AtlasQuery:
    """The query of a URL; parameters that are there but empty, as a form sends them, are not set.

    Raises QueryError.
    """
    return parse(
        {name: arguments.getlist(name) for name in (*LISTED, *SINGLE)},
        choices,
        text=" ".join(arguments.getlist("q")),
        page=next((one for one in arguments.getlist("page") if one), "1"),
    )


def parse(
    filters: Mapping[str, Iterable[str]],
    choices: Choices,
    *,
    text: str = "",
    page: str | int = 1,
    size: int = PAGE_SIZE,
) -> AtlasQuery:
    """The checked query.

    Raises QueryError.
    """
    if len(text) > 10 * LONGEST_TEXT:
        raise QueryError("q", text, f"at most {LONGEST_TEXT} characters", f"höchstens {LONGEST_TEXT} Zeichen")
    text = " ".join(_printable(text).split())
    if len(text) > LONGEST_TEXT:
        raise QueryError("q", text, f"at most {LONGEST_TEXT} characters", f"höchstens {LONGEST_TEXT} Zeichen")
    if not 1 <= size <= GREATEST_SIZE:
        raise _not_from_1_to("limit", str(size), GREATEST_SIZE)
    single = {name: _single(name, filters) for name in SINGLE}
    near, near_name = _near(single["near"], choices)
    if single["radius"] and not near:
        raise QueryError(
            "radius",
            single["radius"],
            "only together with near, the place that it is measured from",
            "nur zusammen mit near, dem Ort, von dem aus gemessen wird",
        )
    return AtlasQuery(
        text=text,
        **{field: _chosen(name, filters, choices.of(name)) for name, field in LISTED.items()},
        near=near,
        near_name=near_name,
        radius_m=_radius(single["radius"]) if near else None,
        bbox=_bbox(single["bbox"], choices) if single["bbox"] else None,
        stale={"": None, "yes": True, "no": False}[_one_of("stale", single["stale"], STALE)],
        sort=_one_of("sort", single["sort"], SORTS),
        page=_page(page),
        size=size,
    )


def plain(number: float) -> str:
    """A number as short as it can be written and read back: 13.74, 2000."""
    return str(int(number)) if number == int(number) else repr(float(number))


def _printable(text: str) -> str:
    """Without what no database takes: NUL, and halves of characters (lone surrogates)."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def _page(page: str | int) -> int:
    written = str(page)
    # isdecimal is true of the digits of all scripts, and a number of 400 digits is no page.
    if not (written.isascii() and written.isdecimal() and len(written) < 10 and 1 <= int(written) <= LAST_PAGE):
        raise _not_from_1_to("page", written, LAST_PAGE)
    return int(written)


def _chosen(name: str, filters: Mapping[str, Iterable[str]], allowed: tuple[str, ...]) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(value for value in filters.get(name, ()) if value))
    if len(values) > MOST_VALUES:
        raise QueryError(name, ",".join(values[:3]), f"at most {MOST_VALUES} values", f"höchstens {MOST_VALUES} Werte")
    known = set(allowed)
    for value in values:
        if value not in known:
            raise QueryError(name, value, *_listed(allowed))
    return values


def _listed(allowed: tuple[str, ...]) -> tuple[str, str]:
    """What is allowed, in English and German."""
    if not allowed:
        return "nothing, the city has none", "nichts, die Stadt hat keine"
    most = 100
    values = ", ".join(allowed[:most]) + (" …" if len(allowed) > most else "")
    return values, values


def _not_from_1_to(name: str, value: str, most: int) -> QueryError:
    return QueryError(name, value, f"a whole number from 1 to {most}", f"eine ganze Zahl von 1 bis {most}")


def _single(name: str, filters: Mapping[str, Iterable[str]]) -> str:
    values = list(dict.fromkeys(value.strip() for value in filters.get(name, ()) if value.strip()))
    if len(values) > 1:
        raise QueryError(name, " and ".join(value[:20] for value in values[:3]), "one value", "ein Wert")
    return values[0] if values else ""


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value and value not in allowed:
        raise QueryError(name, value, ", ".join(allowed))
    return value


def _numbers(name: str, value: str, count: int, allowed: str, german: str) -> tuple[float, ...]:
    try:
        numbers = tuple(float(part) for part in value.split(",")[: count + 1])
    except ValueError as error:
        raise QueryError(name, value, allowed, german) from error
    if len(numbers) != count or not all(map(math.isfinite, numbers)):
        raise QueryError(name, value, allowed, german)
    return numbers


def _near(value: str, choices: Choices) -> tuple[Position | None, str]:
    allowed = (
        "longitude,latitude in degrees (WGS 84) such as 13.74,51.05, the number or name of a district, or the id of an "
        "entry such as actor/tud"
    )
    german = (
        "Länge,Breite in Grad (WGS 84) wie 13.74,51.05, Nummer oder Name eines Stadtteils, oder die Id eines Eintrags "
        "wie actor/tud"
    )
    if not value:
        return None, ""
    if COORDINATES.match(value) or len(value) > LONGEST_TEXT:
        lon, lat = _numbers("near", value[: LONGEST_TEXT + 1], 2, allowed, german)
        _check_swapped("near", value, choices, (lon, lat), (lat, lon))
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise QueryError("near", value, *WORLD)
        return (lon, lat), ""
    name = " ".join(_printable(value).split())
    position = choices.find(name)
    if position is None:
        raise QueryError("near", value, allowed, german)
    return position, name


def _radius(value: str) -> float:
    if not value:
        return DEFAULT_RADIUS_M
    allowed = f"metres, more than 0 and at most {plain(GREATEST_RADIUS_M)}"
    german = f"Meter, mehr als 0 und höchstens {plain(GREATEST_RADIUS_M)}"
    (metres,) = _numbers("radius", value, 1, allowed, german)
    if not 0 < metres <= GREATEST_RADIUS_M:
        raise QueryError("radius", value, allowed, german)
    return metres


def _bbox(value: str, choices: Choices) -> BoundingBox:
    west, south, east, north = _numbers(
        "bbox", value, 4, "west,south,east,north in degrees (WGS 84)", "West,Süd,Ost,Nord in Grad (WGS 84)"
    )
    _check_swapped("bbox", value, choices, (west, south), (south, west))
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= 90 and -90 <= north <= 90):
        raise QueryError("bbox", value, *WORLD)
    if west >= east:
        raise QueryError(
            "bbox",
            value,
            "a western edge that lies west of the eastern one: west,south,east,north",
            "ein westlicher Rand, der westlich vom östlichen liegt: West,Süd,Ost,Nord",
        )
    if south >= north:
        raise QueryError(
            "bbox",
            value,
            "a southern edge that lies south of the northern one: west,south,east,north",
            "ein südlicher Rand, der südlich vom nördlichen liegt: West,Süd,Ost,Nord",
        )
    return west, south, east, north


def _check_swapped(name: str, value: str, choices: Choices, given: Position, swapped: Position) -> None:
    """Latitude before longitude is the commonest mistake: told where only the other way leads to the city."""
    if choices.bbox and not _inside(choices.bbox, given) and _inside(choices.bbox, swapped):
        raise QueryError(
            name, value, "longitude before latitude; these look swapped", "Länge vor Breite; sie sehen vertauscht aus"
        )


def _inside(box: BoundingBox, position: Position) -> bool:
    return box[0] <= position[0] <= box[2] and box[1] <= position[1] <= box[3]

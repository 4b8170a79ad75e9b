"""A collection of an OGC API Features server, page by page, to its end or to the point where it breaks.

What is read stays read; `Items.incomplete` says why it is not all, so that nothing counts as missing then. The next
page must lie at the server itself, none is read twice, and there are bounds for pages, entries and time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from ckanext.dresdensmartcity.city.model import BoundingBox

from ..client import Client, SourceFormatError, following
from ..records import Finding, HarvesterError
from ..sensors.sources import features_forms, reading
from ..sensors.sources.model import PagingError
from . import wording
from .mapping import Row
from .settings import Bounds, CollectionSettings

JSON = {"Accept": "application/json"}
GEOJSON = {"Accept": "application/geo+json, application/json;q=0.9"}
CRS84 = ("CRS84", "CRS84h")


@dataclass(frozen=True)
class Described:
    """What the server says of a collection."""

    id: str
    title: str = ""
    items: str = ""  # address
    extent: BoundingBox | None = None
    licences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Server:
    """What the server says of itself."""

    address: str
    title: str = ""
    collections: tuple[Described, ...] = ()
    licences: tuple[str, ...] = ()

    def collection(self, identifier: str) -> Described | None:
        return next((one for one in self.collections if one.id == identifier), None)


@dataclass
class Items:
    """What was read of a collection."""

    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    incomplete: list[Finding] = field(default_factory=list)
    wrong: int = 0  # features that are none
    pages: int = 0


def base_address(url: str) -> str:
    """The address of the interface, also where somebody gave that of a collection."""
    path = url.partition("?")[0].rstrip("/")
    return path.partition("/collections")[0]


def read_server(client: Client, url: str) -> Server:
    """Landing page and collections; raises HarvesterError."""
    base = base_address(url)
    landing = _object(client.get(f"{base}/", None, JSON))
    answer = client.get(_link(landing, "data", f"{base}/") or f"{base}/collections", None, JSON)
    listed = _object(answer).get("collections")
    if not isinstance(listed, list):
        raise SourceFormatError(f"{answer.url} lists no collections; is it an OGC API Features?")
    found = tuple(_described(one, base, answer.url) for one in listed if isinstance(one, Mapping))
    licences = (*_links(landing, "license"), *_links(_object(answer), "license"))
    return Server(base, _text(landing.get("title")), tuple(one for one in found if one.id), licences)


def read_items(client: Client, told: Described, settings: CollectionSettings, bounds: Bounds) -> Items:
    """The features of a collection; raises HarvesterError where not even the first page can be read."""
    reader = _Reader(client, told, bounds)
    joint = "&" if "?" in told.items else "?"
    url = f"{told.items}{joint}{urlencode({**settings.query, 'limit': str(bounds.page_size)})}"
    pages = reading.Pages(url, told.id, bounds.pages)
    while url:
        try:
            link = reader.page(url, pages.here)
            url = pages.follow(link, url) if link is not None else ""
        except HarvesterError as error:
            if not reader.result.pages:
                raise
            reader.broken(wording.BREAKS_OFF, why=str(error))
            break
    return reader.end()


class _Reader:
    def __init__(self, client: Client, told: Described, bounds: Bounds) -> None:
        self.client, self.told, self.bounds = client, told, bounds
        self.result = Items()
        self.seen: dict[str, int] = {}
        self.announced: int | None = None

    def page(self, url: str, here: str) -> Any:
        """Read a page; gives the link to the next one, None where there is none or it shall not be followed."""
        answer = self.client.get(url, None, GEOJSON)
        page = features_forms.read_page(answer.text(), here)
        self.result.pages += 1
        if crs := _other_crs(answer.headers.get("content-crs", ""), page.crs):
            self.broken(wording.OTHER_CRS, crs=crs)
            return None
        self.announced = page.matched if page.matched is not None else self.announced
        fresh = self._take(page.features, here)
        rows = self.result.rows
        if len(rows) > self.bounds.entries:
            del rows[self.bounds.entries :]
            self.broken(wording.TOO_MANY, limit=self.bounds.entries)
            return None
        if page.next_link is not None and not fresh:
            raise PagingError(wording.NOTHING_NEW, here)
        return page.next_link

    def end(self) -> Items:
        """All that was read, with what is to be said of the whole."""
        received = sum(self.seen.values()) + self.result.wrong
        if self.announced is not None and received < self.announced and not self.result.incomplete:
            self.broken(wording.FEWER, announced=self.announced, found=received)
        for identifier, number in self.seen.items():
            if number > 1:
                place = f"{self.told.id}, {identifier}"
                self.result.findings.append(Finding.of("twice", "info", wording.TWICE, place, number=number))
        return self.result

    def broken(self, text: str, **values: Any) -> None:
        """Not all was read."""
        self.result.incomplete.append(Finding.of("incomplete", "error", text, collection=self.told.id, **values))

    def _take(self, features: list[Any], here: str) -> bool:
        """Put the features of a page to the others; whether one of them is new."""
        fresh = False
        for number, one in enumerate(features, 1):
            place = f"{here}, feature {number}"
            identifier = _identifier(one)
            if not identifier:
                self.result.wrong += 1
                self.result.findings.append(Finding.of("rejected", "error", wording.NO_FEATURE, place))
                continue
            if identifier not in self.seen:
                fresh = True
                address = f"{self.told.items.partition('?')[0]}/{quote(identifier, safe='')}"
                self.result.rows.append(Row(place, identifier, one["properties"], one.get("geometry"), address))
            self.seen[identifier] = self.seen.get(identifier, 0) + 1
        return fresh


def _identifier(feature: Any) -> str:
    if not isinstance(feature, Mapping) or not isinstance(feature.get("properties"), Mapping):
        return ""
    found = feature.get("id", feature["properties"].get("id"))
    if isinstance(found, bool) or not isinstance(found, int | str):
        return ""
    return str(found).strip()[:500]


def _other_crs(header: str, member: str) -> str:
    """The reference system where it is not longitude and latitude in degrees."""
    given = header.strip().strip("<>")
    if given and not given.endswith(CRS84):
        return given
    return member if member and member not in features_forms.DEGREES else ""


def _described(one: Mapping[str, Any], base: str, here: str) -> Described:
    identifier = _text(one.get("id"))
    items = _link(one, "items", here) or f"{base}/collections/{quote(identifier, safe='')}/items"
    extent = one.get("extent")
    spatial = extent.get("spatial") if isinstance(extent, Mapping) else None
    boxes = spatial.get("bbox") if isinstance(spatial, Mapping) else None
    return Described(identifier, _text(one.get("title")), items, _box(boxes), tuple(_links(one, "license")))


def _box(boxes: Any) -> BoundingBox | None:
    first = boxes[0] if isinstance(boxes, list) and boxes else None
    if not isinstance(first, list) or len(first) not in (4, 6):
        return None
    corners = [first[0], first[1], first[2], first[3]] if len(first) == 4 else [first[0], first[1], first[3], first[4]]
    if not all(isinstance(one, int | float) and math.isfinite(one) for one in corners):
        return None
    west, south, east, north = map(float, corners)
    return (west, south, east, north)


def _link(owner: Mapping[str, Any], relation: str, here: str) -> str:
    """The first link of that relation in JSON, where it lies at the server itself."""
    given = owner.get("links")
    found = [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []
    wanted = [one for one in found if str(one.get("rel", "")).rpartition("/")[2] == relation]
    in_json = [one for one in wanted if "json" in str(one.get("type", "json"))]
    for one in in_json or wanted:
        if isinstance(one.get("href"), str) and one["href"]:
            return following(here, one["href"])
    return ""


def _links(owner: Mapping[str, Any], relation: str) -> list[str]:
    given = owner.get("links")
    found = given if isinstance(given, list) else []
    return [
        one["href"]
        for one in found
        if isinstance(one, Mapping) and one.get("rel") == relation and isinstance(one.get("href"), str)
    ]


def _object(answer: Any) -> dict[str, Any]:
    found = answer.json()
    if not isinstance(found, dict):
        raise SourceFormatError(f"{answer.url} is no OGC API Features: an object was expected")
    return found


def _text(value: Any) -> str:
    return " ".join(value.split())[:200] if isinstance(value, str) else ""

"""A server with the OGC SensorThings API 1.1 (OGC 18-088) as a source.

Addresses are the server's own: next links are followed as they came, after a check that they stay on its origin, and
only a page without one is the last. `@iot.count` is never asked for and never believed (FROST-Server #1554).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import polars as pl
from ckanext.dresdensmartcity.city.model import BoundingBox

from ...client import SourceRefusedError
from ...records import Finding
from ..phenomena import PHENOMENA
from ..rules import DEFAULTS
from . import reading, wording
from . import sensorthings_forms as forms
from .model import (
    Answered,
    AnswerError,
    AnswerFormError,
    Exposure,
    Getter,
    Place,
    RemovedError,
    Series,
    Station,
    Stations,
    finding,
    once,
)
from .recognition import Recognised, Unmapped, Unread, by_name, in_unit
from .settings import SensorThingsService

THINGS = 100  # of a page
# Wider than what is asked for: servers differ in how they compare an interval with a moment. The rest is left out here.
_AROUND = timedelta(hours=1, seconds=1)
_EXPOSURES: tuple[Exposure, ...] = ("outdoor", "indoor", "mobile")
_GONE = (404, 410)
# Degrees by which the Locations of a Thing may differ and still be one place: some 10 m.
_SAME_PLACE = 1e-4


class SensorThingsSource:
    """Things and Observations of the server at `address`, which ends with the version of the interface."""

    def __init__(self, client: Getter, address: str, settings: SensorThingsService) -> None:
        self.client = client
        self.address = address.rstrip("/")
        self.settings = settings
        self.findings: list[Finding] = []
        self._abilities: forms.Abilities | None = None

    @property
    def abilities(self) -> forms.Abilities:
        """What the server can do; asked once."""
        if self._abilities is None:
            self._abilities = self._get(self.address, lambda one: forms.read_root(one.text(), "root"))
        return self._abilities

    def stations(self, bbox: BoundingBox) -> Stations:
        """Things that stand in `bbox`, or all of them where the server cannot look for a place."""
        found: dict[str, Station] = {}
        findings: list[Finding] = []
        unmapped = Unmapped()
        for count, thing in enumerate(self._things(bbox, findings), start=1):
            place = f"Things, entry {count}"
            try:
                station = self._station(reading.record(thing, place), place, unmapped, findings)
            except AnswerError as error:
                findings.append(finding("thing-form", error, place))
                continue
            if station is None:
                continue
            if station.id in found:
                entry = f"Thing {station.id}"
                findings.append(Finding.of("thing-duplicate", "warning", wording.TWICE, place, entry=entry))
                continue
            found[station.id] = station
        if not self.abilities.declared:
            findings.append(Finding.of("sensorthings-conformance", "info", wording.NO_CONFORMANCE))
        return Stations(tuple(found.values()), (*findings, *unmapped.findings()))

    def station(self, identifier: str, reference: Mapping[str, object]) -> Station:
        """A Thing as it is now."""
        place = f"Thing {identifier}"
        address = self._own(dict(reference), "thing", place) or f"{self.address}/Things{_key(identifier)}"
        try:
            thing = self._get(
                f"{address}?{urlencode({'$expand': self._expand()})}",
                lambda one: reading.record(reading.read_json(one.text(), place), place),
            )
        except SourceRefusedError as error:
            raise self._told(error, "Thing", place) from error
        findings: list[Finding] = []
        station = self._station(thing, place, Unmapped(), findings)
        if station is None:
            raise AnswerFormError(place, "a Thing with a place", findings[-1].message)
        return station

    def measurements(self, station: Station, series: Series, start: datetime, end: datetime) -> pl.DataFrame:
        """The Observations of a Datastream."""
        place = f"Datastream {series.id}, {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"
        since, until = (f"{one:%Y-%m-%dT%H:%M:%S}Z" for one in (start - _AROUND, end + _AROUND))
        query = {
            "$filter": f"phenomenonTime ge {since} and phenomenonTime lt {until}",
            "$orderby": "phenomenonTime asc",
            "$select": "phenomenonTime,result",
            "$top": str(self.settings.page),
        }
        if self.abilities.data_array:
            query["$resultFormat"] = "dataArray"
        url = f"{series.link}{'&' if '?' in series.link else '?'}{urlencode(query)}"
        pages = reading.Pages(url, place)
        parts: list[pl.DataFrame] = []
        too_long, span = 0, timedelta()
        while True:
            try:
                found = self._get(url, lambda one: forms.read_observations(one.text(), pages.here))
            except SourceRefusedError as error:
                raise self._told(error, "Datastream", place) from error
            parts.append(found.values)
            too_long += found.too_long
            span = max(span, found.span)
            if found.next_link is None:
                break
            url = pages.follow(found.next_link, url)
        if too_long:
            self.findings.append(Finding.of("interval-too-long", "warning", wording.TOO_LONG, place, number=too_long))
        if span > DEFAULTS.longest_gap and self.settings.interval is None:
            seconds = round(span.total_seconds())
            self.findings.append(Finding.of("intervals", "warning", wording.INTERVALS, place, seconds=seconds))
        values = forms.located(pl.concat(parts), station.moved)
        return once([values], start, end).with_columns(series.conversion.of("value"))

    def _things(self, bbox: BoundingBox, findings: list[Finding]) -> Iterator[Any]:
        query = {"$expand": self._expand(), "$top": str(THINGS)}
        filters = [f"({self.settings.things_filter})"] if self.settings.things_filter else []
        if self.settings.area == "server":
            by_area = {**query, "$filter": " and ".join([*filters, _inside(bbox)])}
            try:
                yield from self._list(f"{self.address}/Things?{urlencode(by_area)}", "Things")
                return
            except SourceRefusedError as error:
                if error.status not in (400, 501):
                    raise
                findings.append(Finding.of("sensorthings-area", "info", wording.NO_AREA, problem=str(error)))
        if filters:
            query["$filter"] = filters[0]
        yield from self._list(f"{self.address}/Things?{urlencode(query)}", "Things")

    def _expand(self) -> str:
        streams = "Datastreams($expand=ObservedProperty($select=name,definition),Sensor($select=name))"
        history = "HistoricalLocations($select=time;$expand=Locations)"
        several = ",MultiDatastreams($select=name)" if self.abilities.multi_datastreams else ""
        return f"Locations,{streams},{history}{several}"

    def _list(self, url: str, place: str) -> Iterator[Any]:
        """All entries of a collection, page after page."""
        pages = reading.Pages(url, place)
        while True:
            found = self._get(url, lambda one: forms.page(one.text(), pages.here))
            yield from found["value"]
            link = found.get("@iot.nextLink")
            if link is None:
                return
            url = pages.follow(link, url)

    def _nested(self, entity: dict[str, Any], name: str, place: str) -> Iterator[Any]:
        """All entries of a list inside of an entity; those that do not stand there are fetched."""
        where = f"{place}, {name}"
        if name in entity:
            yield from reading.rows(entity[name], where)
            link = entity.get(f"{name}@iot.nextLink")
        else:  # a server that does not expand it
            link = entity.get(f"{name}@iot.navigationLink")
        if link is not None:
            yield from self._list(reading.Pages(self.address, where).follow(link, self.address), where)

    def _station(
        self, thing: dict[str, Any], place: str, unmapped: Unmapped, findings: list[Finding]
    ) -> Station | None:
        """The Thing with its series, or nothing and a finding where it has no single place."""
        identifier = forms.entity_id(thing, place)
        place = f"Thing {identifier}"
        here = self._here(thing, place, findings)
        if here is None:
            return None
        lon, lat, height = here
        history = self._moves(thing, place)
        series: dict[str, Series] = {}
        heard = []
        for count, stream in enumerate(self._nested(thing, "Datastreams", place), start=1):
            where = f"{place}, Datastream {count}"
            try:
                one = self._series(reading.record(stream, where), identifier, where, unmapped)
            except AnswerFormError as error:
                findings.append(finding("datastream-form", error, where))
                continue
            if one and one.id in series:
                entry = f"Datastream {one.id}"
                findings.append(Finding.of("datastream-duplicate", "warning", wording.TWICE, place, entry=entry))
            elif one:
                series[one.id] = one
                heard.append(forms.until(stream.get("phenomenonTime")))
        if self.abilities.multi_datastreams and (several := len(list(self._nested(thing, "MultiDatastreams", place)))):
            findings.append(Finding.of("multi-datastream", "info", wording.MULTI, place, number=several))
        return Station(
            id=identifier,
            name=forms.shown(thing, "name"),
            lon=lon,
            lat=lat,
            height=height,
            exposure=self._exposure(thing),
            series=tuple(series.values()),
            moved=history,
            heard=max((one for one in heard if one), default=None),
            reference={
                "thing": self._own(thing, "@iot.selfLink", place)
                or f"{self.address}/Things{forms.key(thing['@iot.id'])}"
            },
        )

    def _here(
        self, thing: dict[str, Any], place: str, findings: list[Finding]
    ) -> tuple[float, float, float | None] | None:
        """The one place of a Thing. It may have several Locations: a point, an area, an address."""
        locations = [reading.record(one, f"{place}, Location") for one in self._nested(thing, "Locations", place)]
        points = [one for one in map(forms.position, locations) if one]
        if not points:
            text = wording.NO_POINT if locations else wording.NO_LOCATION
            findings.append(Finding.of("thing-without-place", "warning", text, place, number=len(locations)))
            return None
        if any(abs(one[0] - points[0][0]) + abs(one[1] - points[0][1]) > _SAME_PLACE for one in points):
            findings.append(Finding.of("thing-many-places", "warning", wording.MANY_PLACES, place, number=len(points)))
            return None
        return points[0]

    def _moves(self, thing: dict[str, Any], place: str) -> tuple[Place, ...]:
        """Where the Thing stood, by its HistoricalLocations."""
        history = []
        for count, past in enumerate(self._nested(thing, "HistoricalLocations", place), start=1):
            where = f"{place}, HistoricalLocation {count}"
            entry = reading.record(past, where)
            since = reading.moment(entry.get("time"))
            if since is None:
                raise AnswerFormError(where, "`time` as a time", entry.get("time"))
            found = (reading.record(one, where) for one in self._nested(entry, "Locations", where))
            points = [one for one in map(forms.position, found) if one]
            if points:
                history.append((since, points[0]))
        return forms.places(history)

    def _series(self, stream: dict[str, Any], station: str, place: str, unmapped: Unmapped) -> Series | None:
        identifier = forms.entity_id(stream, place)
        where = f"{place} ({identifier})"
        quantity = reading.record(stream.get("ObservedProperty"), f"{where}, ObservedProperty")
        unit = reading.record(stream.get("unitOfMeasurement"), f"{where}, unitOfMeasurement")
        sensor = stream.get("Sensor")
        names = [forms.shown(quantity, "definition"), forms.shown(quantity, "name")]
        units = [forms.shown(unit, one) for one in ("symbol", "definition", "name")]
        kind = forms.shown(sensor, "name") if isinstance(sensor, dict) else ""
        known = self._quantity(names, units)
        shown = units[0] or units[2]
        if not isinstance(known, Recognised):
            unmapped.add(known, names[1] or names[0], shown, kind)
            return None
        level = known.phenomenon.mean == "energetic" and not known.phenomenon.estimate
        return Series(
            identifier,
            station,
            known.phenomenon,
            kind,
            shown,
            source_kind="leq" if level else "mean" if self.settings.interval else "instant",
            interval=timedelta(seconds=self.settings.interval) if self.settings.interval else None,
            link=self._own(stream, "Observations@iot.navigationLink", where)
            or f"{self.address}/Datastreams{forms.key(stream['@iot.id'])}/Observations",
            conversion=known.conversion,
        )

    def _quantity(self, names: list[str], units: list[str]) -> Recognised | Unread:
        declared = {self.settings.quantities[one] for one in names if one in self.settings.quantities}
        return in_unit(PHENOMENA[declared.pop()], units) if len(declared) == 1 else by_name(names, units)

    def _exposure(self, thing: dict[str, Any]) -> Exposure:
        properties = thing.get("properties")
        said = properties.get(self.settings.exposure_property) if isinstance(properties, dict) else None
        if said is None:
            return self.settings.exposure
        return next((one for one in _EXPOSURES if one == said), "unknown")

    def _own(self, entity: dict[str, Any], name: str, place: str) -> str:
        """A link of an entity, on the server's own origin; empty where it has none."""
        link = entity.get(name)
        return reading.Pages(self.address, f"{place}, {name}").follow(link, self.address) if link else ""

    def _get(self, url: str, reader: Any) -> Any:
        def read(answer: Answered) -> Any:
            return reader(answer)

        return reading.ask(self.client, url, None, read)

    @staticmethod
    def _told(error: SourceRefusedError, what: str, place: str) -> Exception:
        return RemovedError(wording.GONE, place, what=what) if error.status in _GONE else error


def _inside(bbox: BoundingBox) -> str:
    west, south, east, north = bbox
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    corners = ",".join(f"{lon} {lat}" for lon, lat in ring)
    return f"geo.intersects(Locations/location,geography'POLYGON(({corners}))')"


def _key(identifier: str) -> str:
    """An id as it stands in an address: without its link, one of digits only is taken for a number."""
    return forms.key(int(identifier) if identifier.isascii() and identifier.isdigit() else identifier)

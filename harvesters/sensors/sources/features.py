"""A layer of an OGC API Features server as a source: each feature is a station, a moment and one or several values.

Everything about the layer is declared in its settings. Whatever the server was asked for, what came is looked at again:
a server that does not know a filter ignores it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

import polars as pl
from ckanext.dresdensmartcity.city.model import BoundingBox

from ...records import Finding
from ..phenomena import PHENOMENA
from . import features_forms as forms
from . import reading, wording
from .model import (
    MEASUREMENTS,
    Answered,
    AnswerFormError,
    Getter,
    PagingError,
    RemovedError,
    Series,
    Station,
    Stations,
    finding,
    once,
)
from .recognition import Recognised, in_unit
from .settings import ColumnSettings, FeaturesService

POSITION_DECIMALS = 3
MOST_WRONG = 20  # features that break the form; then the layer is not what the settings say
_GEOJSON = {"Accept": "application/geo+json, application/json;q=0.9"}
# Wider than what is asked for: a server compares a local time, which names no zone, as if it were its own.
_AROUND = timedelta(hours=15)


class FeaturesSource:
    """The features of the collection whose items are at `address`."""

    def __init__(self, client: Getter, address: str, settings: FeaturesService) -> None:
        self.client = client
        self.address = address
        self.settings = settings
        self.findings: list[Finding] = []
        back = settings.interval if settings.stamp == "end" and settings.interval else 0
        self.clock = forms.Clock(ZoneInfo(settings.zone), timedelta(seconds=back))

    def stations(self, bbox: BoundingBox) -> Stations:
        """The stations of the sample days' features; one is where its last feature is."""
        start, end = self._sample()
        findings: list[Finding] = []
        last: dict[str, forms.Row] = {}
        # Without a geometry a server finds nothing in an area.
        area = {} if self.settings.positions else {"bbox": ",".join(map(str, bbox))}
        for row in self._rows(None, start, end, area, "stations", findings, forgiving=True):
            identifier = str(row.station)
            known = last.get(identifier, row)
            newer, older = (row, known) if (row.time or start) >= (known.time or start) else (known, row)
            last[identifier] = replace(newer, position=newer.position or older.position)
        stations = []
        for identifier, row in last.items():
            station = self._station(identifier, row)
            if station is None:
                place = f"station {identifier}"
                findings.append(Finding.of("station-without-place", "warning", wording.NO_GEOMETRY, place))
            else:
                stations.append(station)
        return Stations(tuple(stations), tuple(findings))

    def station(self, identifier: str, reference: Mapping[str, object]) -> Station:
        """A station where its last feature of the sample days is; as it was gathered where there is none just now."""
        start, end = self._sample()
        raw = reference.get("station", identifier)
        last: forms.Row | None = None
        for row in self._rows(raw, start, end, {}, f"station {identifier}", []):
            if row.position and (last is None or (row.time or start) >= (last.time or start)):
                last = row
        found = self._station(identifier, last) if last else None
        if found is not None:
            return found
        lon, lat = reading.number(reference.get("lon")), reading.number(reference.get("lat"))
        if lon is None or lat is None:
            raise RemovedError(wording.GONE, f"station {identifier}", what="station")
        row = forms.Row(raw, None, (lon, lat, None), {})
        remembered = self._station(identifier, row)
        if remembered is None:
            raise RemovedError(wording.GONE, f"station {identifier}", what="station")
        return remembered if identifier in self.settings.positions else replace(remembered, exact=False)

    def measurements(self, station: Station, series: Series, start: datetime, end: datetime) -> pl.DataFrame:
        """The values of a property of a station's features; features without a value have none."""
        column = series.link
        raw = station.reference.get("station", station.id)
        place = f"station {station.id}, {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"
        found = []
        for row in self._rows(raw, start, end, {}, place, self.findings):
            if row.time is not None and row.properties.get(column) is not None:
                lon, lat, _ = row.position or (None, None, None)
                found.append((row.time, reading.number(row.properties[column]), lon, lat))
        frame = pl.DataFrame(found, schema=MEASUREMENTS, orient="row")
        return once([frame], start, end).with_columns(series.conversion.of("value"))

    def _rows(
        self,
        station: object | None,
        start: datetime,
        end: datetime,
        query: dict[str, str],
        place: str,
        findings: list[Finding],
        forgiving: bool = False,
    ) -> Iterator[forms.Row]:
        """The features of a station, or of all, in a time; what makes no moment or was not asked for is counted.

        A feature that breaks the form ends it, or becomes a finding where `forgiving`.
        """
        settings = self.settings
        seen: dict[object, str] = {}
        left_out: Counter[str] = Counter()
        for feature, crs, where in self._features({**query, **self._query(station, start, end)}, place):
            try:
                row = forms.row(feature, settings.station, settings.time, self.clock, forms.to_degrees(crs), where)
            except AnswerFormError as error:
                if not forgiving or left_out["wrong"] == MOST_WRONG:
                    raise
                left_out["wrong"] += 1
                findings.append(finding("feature-form", error, where))
                continue
            if station is not None and row.station != station:
                left_out["other-station"] += 1
                continue
            key = row.properties.get(settings.id) if settings.id else feature.get("id")
            if isinstance(key, int | str):
                content = hashlib.sha256(repr(sorted(row.properties.items())).encode()).hexdigest()
                if seen.get(key) == content:
                    left_out["twice"] += 1
                    continue
                seen[key] = content
            if row.time is None:
                left_out["no-moment"] += 1
            yield row
        for what, text in _LEFT_OUT.items():
            if left_out[what]:
                findings.append(Finding.of(f"features-{what}", "info", text, place, number=left_out[what]))

    def _query(self, station: object | None, start: datetime, end: datetime) -> dict[str, str]:
        settings = self.settings
        since, until = start - _AROUND, end + _AROUND
        moments = [f"{one.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ}" for one in (since, until)]
        parts = [f"({settings.filter})"] if settings.filter else []
        query = {"limit": str(settings.limit)}
        if settings.time_filter == "cql2":
            named = forms.name(settings.time)
            parts += [f"{named} >= TIMESTAMP('{moments[0]}')", f"{named} < TIMESTAMP('{moments[1]}')"]
        elif settings.time_filter == "datetime":
            query["datetime"] = "/".join(moments)
        if station is not None and settings.station_filter == "cql2":
            parts.append(f"{forms.name(settings.station)} = {forms.literal(station)}")
        elif station is not None and settings.station_filter == "property":
            query[settings.station] = str(station)
        if parts:
            query |= {"filter": " AND ".join(parts), "filter-lang": "cql2-text"}
        return query

    def _features(self, query: dict[str, str], place: str) -> Iterator[tuple[Any, str, str]]:
        """All features, page after page, with the reference system of their coordinates and their place."""
        address, _, given = self.address.partition("?")
        query = dict(parse_qsl(given)) | query
        url = f"{address}?{urlencode(query)}"
        pages = reading.Pages(url, place)
        offset, before, received = 0, "", 0
        while True:
            page = reading.ask(self.client, url, None, lambda one: self._page(one, pages.here), _GEOJSON)
            crs = self.settings.crs or page.crs
            for count, feature in enumerate(page.features, start=1):
                yield feature, crs, f"{pages.here}, feature {count}"
            received += len(page.features)
            if page.features:
                content = hashlib.sha256(repr(page.features).encode()).hexdigest()
                if content == before:
                    raise PagingError(wording.SAME_PAGE, pages.here)
                before = content
            if self.settings.paging == "next":
                if page.next_link is None:
                    self._told(page.matched, received, place)
                    return
                url = pages.follow(page.next_link, url)
            else:
                # A page may be smaller than asked for; only an empty one is the last.
                if not page.features:
                    return
                offset += len(page.features)
                url = pages.follow(f"{address}?{urlencode(query | {'offset': str(offset)})}", url)

    @staticmethod
    def _page(answer: Answered, place: str) -> forms.Page:
        return forms.read_page(answer.text(), place)

    def _told(self, matched: int | None, received: int, place: str) -> None:
        """`numberMatched` ends nothing; where it says more than what came, people should know."""
        if matched is not None and matched > received:
            told = Finding.of("features-fewer", "warning", wording.FEWER, place, matched=matched, received=received)
            self.findings.append(told)

    def _station(self, identifier: str, row: forms.Row) -> Station | None:
        fixed = self.settings.positions.get(identifier)
        position = (fixed[0], fixed[1], None) if fixed else row.position
        if position is None:
            return None
        lon, lat, height = position
        called = row.properties.get(self.settings.station_name) if self.settings.station_name else None
        return Station(
            id=identifier,
            name=called if isinstance(called, str) else "",
            lon=lon,
            lat=lat,
            height=height,
            exposure=self.settings.exposure,
            series=tuple(self._series(identifier, name, one) for name, one in self.settings.values.items()),
            reference={
                "station": row.station,
                "lon": round(lon, POSITION_DECIMALS),
                "lat": round(lat, POSITION_DECIMALS),
            },
        )

    def _series(self, station: str, name: str, column: ColumnSettings) -> Series:
        phenomenon = PHENOMENA[column.phenomenon]
        unit = column.unit or phenomenon.unit
        known = in_unit(phenomenon, [unit])
        if not isinstance(known, Recognised):  # the settings were checked
            raise TypeError(known.template)
        seconds = self.settings.interval
        level = phenomenon.mean == "energetic" and not phenomenon.estimate
        return Series(
            id=f"{station}-{column.series or name}",
            station=station,
            phenomenon=phenomenon,
            sensor_type="",
            source_unit=unit,
            interval=timedelta(seconds=seconds) if seconds else None,
            source_kind="leq"
            if level
            else "mean"
            if self.settings.means or self.settings.stamp == "end"
            else "instant",
            link=name,
            conversion=known.conversion,
        )

    def _sample(self) -> tuple[datetime, datetime]:
        last = self.settings.sample_last or datetime.now(timezone.utc).date()
        end = datetime.combine(last + timedelta(days=1), time(), timezone.utc)
        return end - timedelta(days=self.settings.sample_days), end


_LEFT_OUT = {
    "other-station": wording.OTHER_STATION,
    "twice": wording.FEATURE_TWICE,
    "no-moment": wording.NO_MOMENT,
}

"""sensor.community as a source: who measures comes from its live interface, what was measured from its archive.

The live interface knows the last five minutes only, and nothing that it says is kept here: whole hours come from the
archive, which has a file per sensor and day from the next morning on. Forms: opendata-stuttgart/feinstaub-api. All
numbers are strings, times are UTC without a zone, a position is rounded to three decimals unless its owner wants it
exact, and one place has several sensors: they are one station here, so that the humidity of one speaks for the dust of
the other (RULES §2).
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from urllib.parse import quote

import polars as pl
from ckanext.dresdensmartcity.city.model import BoundingBox

from ...client import SourceRefusedError, SourceUnreachableError
from ...records import Finding
from ..phenomena import PHENOMENA
from . import reading, wording
from .model import (
    MEASUREMENTS,
    Answered,
    AnswerFormError,
    CutAnswerError,
    Exposure,
    Getter,
    RemovedError,
    Series,
    Station,
    Stations,
    finding,
    once,
)
from .recognition import Recognised, Unmapped, Unread, in_unit
from .settings import SensorCommunityService

POSITION_DECIMALS = 3
LARGEST_FILE = 50 * 1024 * 1024  # of the archive, unpacked
# What is measured: quantity and unit by the name of the value. P1 is PM10 and P2 is PM2.5; P0 (PM1) and numbers of
# particles are none of ours.
_VALUES: dict[str, tuple[str, str]] = {
    "p1": ("pm10", "µg/m³"),
    "p2": ("pm25", "µg/m³"),
    "temperature": ("temperature", "°C"),
    "humidity": ("humidity", "%"),
    "pressure": ("pressure", "Pa"),
    "noise_laeq": ("noise_laeq", "dB(A)"),
    "co2_ppm": ("co2", "ppm"),
}
_EXTREMES = ("noise_la_min", "noise_la_max", "noise_lamin", "noise_lamax")
# Sensors whose P1 and P2 are µg/m³; those of the first years (PPD42NS) count particles under the same names.
_MASS_TYPES = ("sds", "pms", "hpm", "sps30", "nextpm", "ips-7100")
_EXPOSURES: dict[object, Exposure] = {0: "outdoor", 1: "indoor"}


class SensorCommunitySource:
    """Stations and values; `address` is that of the live interface."""

    def __init__(self, client: Getter, address: str, settings: SensorCommunityService) -> None:
        self.client = client
        self.address = address.rstrip("/")
        self.settings = settings
        self.findings: list[Finding] = []
        # The files of one sensor: each holds all its quantities, which are asked for one after the other.
        self._files: dict[tuple[str, date], list[dict[str, str]]] = {}

    def stations(self, bbox: BoundingBox) -> Stations:
        """Places in `bbox` with a sensor that was heard in the last minutes (or day, as the settings say)."""
        findings: list[Finding] = []
        entries = self._heard(bbox, findings)
        unmapped = Unmapped()
        found = list(_stations(entries, findings, unmapped))
        west, south, east, north = bbox
        inside = [one for one in found if west <= one.lon <= east and south <= one.lat <= north]
        if self.settings.exact_only:
            rounded = [one for one in inside if not one.exact]
            inside = [one for one in inside if one.exact]
            if rounded:
                findings.append(Finding.of("station-rounded", "info", wording.ROUNDED, number=len(rounded)))
        return Stations(tuple(inside), (*findings, *unmapped.findings()))

    def station(self, identifier: str, reference: Mapping[str, object]) -> Station:
        """A station as it was found, at its exact place where the live interface gives one and knows it now."""
        remembered = _remembered(identifier, reference)
        if not reference.get("exact"):
            return remembered
        for sensor in dict.fromkeys(_sensor(one) for one in remembered.series):
            try:
                entries = self._live(f"airrohr/v1/sensor/{sensor}/", f"sensor {sensor}")
            except (SourceRefusedError, SourceUnreachableError):
                break
            for one in _stations(entries, [], Unmapped()):
                if one.id == identifier:
                    return Station(one.id, one.name, one.lon, one.lat, one.exposure, remembered.series, exact=one.exact)
        return remembered

    def measurements(self, station: Station, series: Series, start: datetime, end: datetime) -> pl.DataFrame:
        """The values of a series out of the archive's files; a day without a file has none."""
        day, parts = start.astimezone(timezone.utc).date(), []
        while datetime.combine(day, time(), timezone.utc) < end:
            parts.append(self._values(series, day))
            day += timedelta(days=1)
        return once(parts, start, end).with_columns(series.conversion.of("value"))

    def _heard(self, bbox: BoundingBox, findings: list[Finding]) -> list[Any]:
        if self.settings.listing == "day":
            return self._live("static/v2/data.24h.json", "data.24h.json")
        west, south, east, north = bbox
        try:
            return self._live(f"airrohr/v1/filter/box={south},{west},{north},{east}", "filter")
        except (SourceRefusedError, SourceUnreachableError) as error:
            # It was away for weeks now and then (opendata-stuttgart/meta #136, #151); the list of all is the same.
            findings.append(Finding.of("filter-away", "warning", wording.FILTER_AWAY, problem=str(error)))
            return self._live("static/v1/data.json", "data.json")

    def _live(self, path: str, place: str) -> list[Any]:
        def read(answer: Answered) -> list[Any]:
            return reading.rows(reading.read_json(answer.text(), place), place)

        return reading.ask(self.client, f"{self.address}/{path}", None, read)

    def _values(self, series: Series, day: date) -> pl.DataFrame:
        sensor = _sensor(series)
        place = f"sensor {sensor}, {day}"
        if self._files and next(iter(self._files))[0] != sensor:
            self._files.clear()
        if (sensor, day) not in self._files:
            self._files[sensor, day] = self._file(sensor, series.sensor_type, day, place)
        rows = self._files[sensor, day]
        column = series.id.partition("-")[2]
        if rows and column not in rows[0]:
            raise AnswerFormError(place, f"a column {column}", ", ".join(rows[0]))
        found: list[tuple[datetime, float | None, float | None, float | None]] = []
        for count, row in enumerate(rows, start=2):
            when = _utc(row["timestamp"])
            if when is None:
                raise AnswerFormError(f"{place}, line {count}", "`timestamp` as a time", row["timestamp"])
            lon, lat = _position(row.get("lon"), row.get("lat")) or (None, None)
            found.append((when, reading.number(row[column].strip()), lon, lat))
        return pl.DataFrame(found, schema=MEASUREMENTS, orient="row")

    def _file(self, sensor: str, kind: str, day: date, place: str) -> list[dict[str, str]]:
        """The rows of a sensor's file of a day; none where there is no file."""
        for one in self.settings.files:
            path = one.format(day=day.isoformat(), year=day.year, type=quote(kind.lower(), safe=""), sensor=sensor)

            def read(answer: Answered, packed: bool = path.endswith(".gz")) -> list[dict[str, str]]:
                content = _unpacked(answer.content, place) if packed else answer.content
                return read_file(content, self.settings.separator, sensor, place)

            try:
                return reading.ask(self.client, f"{self.settings.archive.rstrip('/')}/{path}", None, read)
            except SourceRefusedError as error:
                if error.status not in (404, 410):
                    raise
        return []


def read_file(content: bytes, separator: str, sensor: str, place: str) -> list[dict[str, str]]:
    """The rows of an archive file. The columns after the first six are those of the sensor's type.

    Raises CutAnswerError where its last line is not complete, AnswerFormError with the line for all else.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AnswerFormError(place, "UTF-8", content[error.start : error.start + 20]) from error
    if not text.endswith("\n"):
        raise CutAnswerError(place, text[-120:])
    lines = list(csv.reader(text.splitlines(), delimiter=separator, quoting=csv.QUOTE_NONE))
    header, rows = lines[0], lines[1:]
    if missing := [one for one in ("sensor_id", "lat", "lon", "timestamp") if one not in header]:
        raise AnswerFormError(f"{place}, line 1", f"columns {', '.join(missing)}", separator.join(header))
    if len(set(header)) < len(header):
        raise AnswerFormError(f"{place}, line 1", "each column once", separator.join(header))
    found = []
    for count, row in enumerate(rows, start=2):
        if len(row) != len(header):
            if count == len(lines):
                raise CutAnswerError(place, separator.join(row)[-120:])
            raise AnswerFormError(f"{place}, line {count}", f"{len(header)} columns", separator.join(row))
        named = dict(zip(header, row, strict=True))
        if named["sensor_id"] != sensor:
            raise AnswerFormError(f"{place}, line {count}", f"values of sensor {sensor}", named["sensor_id"])
        found.append(named)
    return found


def _unpacked(content: bytes, place: str) -> bytes:
    """A gzip file, up to LARGEST_FILE."""
    inflate = zlib.decompressobj(wbits=31)
    try:
        made = inflate.decompress(content, LARGEST_FILE)
    except zlib.error as error:
        raise AnswerFormError(place, "a gzip file", content[:20]) from error
    if inflate.unconsumed_tail:
        raise AnswerFormError(place, f"a file of at most {LARGEST_FILE >> 20} MB", "a larger one")
    if not inflate.eof:
        raise CutAnswerError(place, repr(made[-60:]))
    return made


def _stations(entries: list[Any], findings: list[Finding], unmapped: Unmapped) -> Iterator[Station]:
    """Stations out of measurements: what has the same location is one. A wrong entry becomes a finding."""
    places: dict[str, dict[str, Any]] = {}
    sensors: dict[str, dict[str, Series]] = {}
    seen: set[tuple[str, str]] = set()
    for count, entry in enumerate(entries, start=1):
        where = f"measurement {count}"
        try:
            location, sensor, kind, names = _measurement(entry, where)
        except AnswerFormError as error:
            findings.append(finding("measurement-form", error, where))
            continue
        identifier = str(location["id"])
        places[identifier] = location
        for name in names:
            if (sensor, name) in seen:
                continue
            seen.add((sensor, name))
            known = quantity(name, kind)
            if isinstance(known, Recognised):
                series = _series(sensor, name, identifier, kind, known)
                sensors.setdefault(identifier, {})[series.id] = series
            else:
                unmapped.add(known, name, "", kind)
    for identifier, location in places.items():
        yield _station(identifier, location, tuple(sensors.get(identifier, {}).values()))


def _measurement(entry: Any, where: str) -> tuple[dict[str, Any], str, str, list[str]]:
    """Location, id and type of the sensor, names of its values."""
    one = reading.record(entry, where)
    location = reading.record(one.get("location"), f"{where}, location")
    reading.identifier(location.get("id"), f"{where}, location, id")
    if _position(location.get("longitude"), location.get("latitude")) is None:
        found = f"{location.get('longitude')!r}, {location.get('latitude')!r}"
        raise AnswerFormError(f"{where}, location", "longitude and latitude in degrees", found)
    sensor = reading.record(one.get("sensor"), f"{where}, sensor")
    identifier = reading.identifier(sensor.get("id"), f"{where}, sensor, id")
    if not identifier.isdigit():
        raise AnswerFormError(f"{where}, sensor, id", "a number", identifier)
    kind = reading.text(reading.record(sensor.get("sensor_type"), f"{where}, sensor_type"), "name", where)
    values = reading.rows(one.get("sensordatavalues"), f"{where}, sensordatavalues")
    names = [reading.text(reading.record(value, where), "value_type", where) for value in values]
    return location, identifier, kind, names


def quantity(name: str, sensor_type: str) -> Recognised | Unread:
    """What a value of this name means, of a sensor of this type."""
    plain = name.casefold()
    if plain in _EXTREMES:
        return Unread(wording.AN_EXTREME)  # RULES §3
    if plain not in _VALUES:
        return Unread(wording.UNKNOWN)
    if plain in ("p1", "p2") and not sensor_type.casefold().startswith(_MASS_TYPES):
        return Unread(wording.NOT_MASS)
    phenomenon, unit = _VALUES[plain]
    return in_unit(PHENOMENA[phenomenon], [unit])


def _series(sensor: str, name: str, station: str, kind: str, known: Recognised) -> Series:
    level = known.phenomenon.mean == "energetic"
    return Series(
        id=f"{sensor}-{name}",
        station=station,
        phenomenon=known.phenomenon,
        sensor_type=kind,
        source_unit=_VALUES[name.casefold()][1],
        source_kind="leq" if level else "instant",
        conversion=known.conversion,
    )


def _sensor(series: Series) -> str:
    return series.id.partition("-")[0]


def _station(identifier: str, location: dict[str, Any], series: tuple[Series, ...]) -> Station:
    lon, lat = _position(location.get("longitude"), location.get("latitude")) or (0.0, 0.0)
    exact = location.get("exact_location") == 1
    exposure = _EXPOSURES.get(location.get("indoor"), "unknown")
    return Station(
        id=identifier,
        name="",
        lon=lon,
        lat=lat,
        height=reading.number(location.get("altitude")),
        exposure=exposure,
        series=series,
        exact=exact,
        reference={
            "lon": round(lon, POSITION_DECIMALS),
            "lat": round(lat, POSITION_DECIMALS),
            "exposure": exposure,
            "exact": exact,
            "series": [[one.id, one.sensor_type] for one in series],
        },
    )


def _remembered(identifier: str, reference: Mapping[str, object]) -> Station:
    """The station of a reference, at its rounded place."""
    place = f"station {identifier}"
    position = _position(reference.get("lon"), reference.get("lat"))
    if position is None:
        raise RemovedError(wording.FORGOTTEN, place)
    series = []
    for one in reading.rows(reference.get("series"), place):
        name, kind = (str(part) for part in one)
        sensor, _, value = name.partition("-")
        known = quantity(value, kind)
        if isinstance(known, Recognised):
            series.append(_series(sensor, value, identifier, kind, known))
    exposure: Exposure = "outdoor" if reference.get("exposure") == "outdoor" else "unknown"
    return Station(identifier, "", *position, exposure, tuple(series), exact=False, reference=reference)


def _position(lon: object, lat: object) -> tuple[float, float] | None:
    east, north = reading.number(lon), reading.number(lat)
    if east is None or north is None or (found := reading.on_earth(east, north, None)) is None:
        return None
    return found[0], found[1]


def _utc(text: str) -> datetime | None:
    """A time without a zone, or with one: UTC either way."""
    try:
        read = datetime.fromisoformat(text.strip().removesuffix("Z"))
    except ValueError:
        return None
    return read.replace(tzinfo=timezone.utc) if read.tzinfo is None else read.astimezone(timezone.utc)

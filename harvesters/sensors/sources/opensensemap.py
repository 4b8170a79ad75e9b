"""An openSenseMap server as a source.

Forms: sensebox/openSenseMap-API at 953c476b. Values are strings, times are UTC with a final `Z`; no pages, but at most
10,000 values in an answer; an error that comes up while an answer is being sent is appended to it as text, with status
200.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar
from urllib.parse import quote

import polars as pl
from ckanext.dresdensmartcity.city.model import BoundingBox

from ...client import SourceRefusedError
from ...records import Finding
from . import reading, wording
from .model import (
    MEASUREMENTS,
    AnswerFormError,
    Exposure,
    Getter,
    Kind,
    Place,
    RemovedError,
    Series,
    Station,
    Stations,
    finding,
    once,
    short,
)
from .recognition import Recognised, Unmapped, template

ROW_LIMIT = 10_000  # of one answer with measurements; what is above it is cut off silently, the oldest first
LONGEST_REQUEST = timedelta(days=31)  # "maximum time frame 1 month" in the server's documentation
_EXPOSURES: dict[str, Exposure] = {"outdoor": "outdoor", "indoor": "indoor", "mobile": "mobile"}
_SHARED_EDGE = timedelta(milliseconds=1)

T = TypeVar("T")


class OpenSenseMapSource:
    """Boxes and values of the server at `address`."""

    def __init__(self, client: Getter, address: str) -> None:
        self.client = client
        self.address = address.rstrip("/")
        self.findings: list[Finding] = []

    def stations(self, bbox: BoundingBox) -> Stations:
        """Outdoor boxes that stand or once stood in `bbox`: the server looks at every place that a box ever had."""
        query = {"bbox": ",".join(map(str, bbox)), "exposure": "outdoor"}
        return self._read("boxes", query, read_stations, "boxes")

    def station(self, identifier: str, reference: Mapping[str, object]) -> Station:
        """A box as it is now."""
        place = f"box {identifier}"
        try:
            return self._read(f"boxes/{quote(identifier, safe='')}", {}, read_station, place)
        except SourceRefusedError as error:
            if error.status == 404:
                raise RemovedError(wording.GONE, place, what="box") from error
            raise

    def measurements(self, station: Station, series: Series, start: datetime, end: datetime) -> pl.DataFrame:
        """The values of a sensor. One that is gone answers as one that is silent: with nothing."""
        # Windows are closed at both ends: what lies on their border comes twice.
        upto = end - _SHARED_EDGE
        parts = [
            page for window in request_windows(start, upto) for page in self._pages(station.id, series.id, *window)
        ]
        return once(parts, start, end).with_columns(series.conversion.of("value"))

    def _pages(self, box: str, sensor: str, start: datetime, end: datetime) -> list[pl.DataFrame]:
        """One window. A full answer has lost its oldest values: the rest is asked for, down to the start.

        Cheaper than halving the window, as nothing is sent twice; it rests on the order, the newest first, so that is
        checked.
        """
        pages: list[pl.DataFrame] = []
        path = f"boxes/{quote(box, safe='')}/data/{quote(sensor, safe='')}"
        while True:
            place = f"box {box}, sensor {sensor}, {instant(start)} to {instant(end)}"
            query = {"from-date": instant(start), "to-date": instant(end), "format": "json"}
            page = self._read(path, query, read_measurements, place)
            pages.append(page)
            if page.height < ROW_LIMIT:
                return pages
            if not page["time"].is_sorted(descending=True):
                raise AnswerFormError(place, "values with the newest first", "another order in a full answer")
            oldest = page["time"][-1]
            if oldest >= end:
                raise AnswerFormError(place, "values of different moments", f"{ROW_LIMIT} values of {instant(oldest)}")
            end = oldest

    def _read(self, path: str, query: dict[str, str], reader: Callable[[str, str], T], place: str) -> T:
        return reading.ask(self.client, f"{self.address}/{path}", query, lambda answer: reader(answer.text(), place))


def instant(moment: datetime) -> str:
    """A moment as the server wants it: UTC, milliseconds, `Z`; an offset such as +01:00 is refused with 422."""
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def request_windows(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """[start, end] in equal parts of at most LONGEST_REQUEST, the oldest first."""
    parts = -(-(end - start) // LONGEST_REQUEST)
    step = (end - start) / parts if parts else timedelta()
    for part in range(parts):
        yield start + part * step, end if part == parts - 1 else start + (part + 1) * step


def read_stations(text: str, place: str) -> Stations:
    """Boxes of `GET /boxes`; one that breaks the form becomes a finding, the others are kept.

    Raises CutAnswerError and AnswerFormError for the answer as a whole.
    """
    found: list[Station] = []
    findings: list[Finding] = []
    seen: set[str] = set()
    unmapped = Unmapped()
    for count, entry in enumerate(reading.rows(reading.read_json(text, place), place), start=1):
        where = f"{place}, box {count}"
        try:
            box = _station(entry, where, unmapped)
        except AnswerFormError as error:
            findings.append(finding("box-form", error, where))
            continue
        if box.id in seen:
            findings.append(Finding.of("box-duplicate", "warning", wording.TWICE, where, entry=f"box {box.id}"))
            continue
        seen.add(box.id)
        found.append(box)
    return Stations(tuple(found), (*findings, *unmapped.findings()))


def read_station(text: str, place: str) -> Station:
    """The box of `GET /boxes/:boxId`. Raises CutAnswerError and AnswerFormError."""
    return _station(reading.read_json(text, place), place, Unmapped())


def read_measurements(text: str, place: str) -> pl.DataFrame:
    """Values of `GET /boxes/:boxId/data/:sensorId` as MEASUREMENTS, in the order of the answer.

    Raises CutAnswerError and AnswerFormError with the row's number.
    """
    found = reading.rows(reading.read_json(text, place), place)
    try:
        places = [row.get("location") or (None, None) for row in found]
        frame = pl.DataFrame(
            {
                "time": [row["createdAt"] for row in found],
                "value": [row["value"] for row in found],
                "lon": [one[0] for one in places],
                "lat": [one[1] for one in places],
            },
            schema={"time": pl.String, "value": pl.String, "lon": pl.Float64, "lat": pl.Float64},
        )
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise _first_bad_row(found, place) from error
    times = frame["time"].str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="ms", strict=False)
    if times.null_count() or frame["value"].null_count():
        raise _first_bad_row(found, place)
    return frame.with_columns(times.dt.replace_time_zone("UTC"), reading.as_number("value"))


def _first_bad_row(rows: list[Any], place: str) -> AnswerFormError:
    """The error for the first row that breaks the form; only looked for once one is known to be there."""
    for count, row in enumerate(rows, start=1):
        where = f"{place}, row {count}"
        if not isinstance(row, dict):
            return AnswerFormError(where, "an object with createdAt, value and location", row)
        if not isinstance(row.get("value"), str):
            return AnswerFormError(where, "`value` as a string", row.get("value"))
        created = row.get("createdAt")
        if not isinstance(created, str) or not created.endswith("Z") or reading.moment(created) is None:
            return AnswerFormError(where, "`createdAt` as a UTC time that ends in Z", created)
        position = row.get("location")
        if position is not None and reading.position(position) is None:
            return AnswerFormError(where, "`location` as [lng, lat]", position)
    return AnswerFormError(place, "measurements", rows[:1])


def _station(entry: Any, where: str, unmapped: Unmapped) -> Station:
    box = reading.record(entry, where)
    where = f"{where} ({short(box.get('_id'))})"
    location = box.get("currentLocation")
    position = reading.position(location.get("coordinates")) if isinstance(location, dict) else None
    if not isinstance(location, dict) or position is None:
        raise AnswerFormError(where, "`currentLocation.coordinates` as [lng, lat]", location)
    sensors = box.get("sensors")
    if not isinstance(sensors, list):
        raise AnswerFormError(where, "`sensors` as an array", sensors)
    identifier = reading.text(box, "_id", where)
    lon, lat, height = position
    series = (_series(one, identifier, f"{where}, sensor {n}", unmapped) for n, one in enumerate(sensors, start=1))
    return Station(
        id=identifier,
        name=reading.text(box, "name", where),
        lon=lon,
        lat=lat,
        height=height,
        exposure=_EXPOSURES.get(reading.text(box, "exposure", where), "unknown"),
        series=tuple(one for one in series if one),
        moved=(Place(reading.moment(location.get("timestamp")), lon, lat),),
        heard=reading.moment(box.get("lastMeasurementAt")),
    )


def _series(entry: Any, station: str, where: str, unmapped: Unmapped) -> Series | None:
    sensor = reading.record(entry, where)
    identifier, title, unit, kind = (reading.text(sensor, key, where) for key in ("_id", "title", "unit", "sensorType"))
    known = template(title, unit, kind)
    if not isinstance(known, Recognised):
        unmapped.add(known, title, unit, kind)
        return None
    level = known.phenomenon.mean == "energetic" and not known.phenomenon.estimate
    kind_of_value: Kind = "leq" if level else "instant"
    return Series(
        identifier, station, known.phenomenon, kind, unit, source_kind=kind_of_value, conversion=known.conversion
    )


__all__ = ["MEASUREMENTS", "OpenSenseMapSource"]

"""Reads what an openSenseMap server answers into typed records, or says exactly where the answer breaks its form.

Forms: sensebox/openSenseMap-API at 953c476b. Values are strings, times are UTC with a final `Z`, an error that comes
up while an answer is being sent is appended to it as text, with status 200.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import polars as pl

from ..records import Finding, HarvesterError

ROW_LIMIT = 10_000  # of one answer with measurements; what is above it is cut off silently, the oldest first
LONGEST_REQUEST = timedelta(days=31)  # "maximum time frame 1 month" in the server's documentation

MEASUREMENTS = pl.Schema(
    {"time": pl.Datetime("ms", "UTC"), "raw": pl.String(), "lon": pl.Float64(), "lat": pl.Float64()}
)


class OpenSenseMapError(HarvesterError):
    """An answer that cannot be used; the base of the two below."""


class CutAnswerError(OpenSenseMapError):
    """The answer ends in the middle or carries an error text after its data: transient, ask again."""

    def __init__(self, place: str, tail: str) -> None:
        super().__init__(
            f"the answer is not complete JSON; it ends with {tail!r}. The server failed while sending; nothing of "
            "it is used, run the source again.",
            place,
        )


class AnswerFormError(OpenSenseMapError):
    """The answer is complete, but not in the form that the interface promises."""

    def __init__(self, place: str, expected: str, found: object) -> None:
        super().__init__(f"expected {expected}, found {_short(found)}", place)


@dataclass(frozen=True)
class Sensor:
    """A sensor of a box, as its owner named it."""

    id: str
    title: str
    unit: str
    sensor_type: str


@dataclass(frozen=True)
class Box:
    """A box (station) with its sensors; position in degrees, WGS 84."""

    id: str
    name: str
    exposure: str  # outdoor, indoor, mobile, unknown
    lon: float
    lat: float
    located_on: str  # since when it stands there, as instant() writes it; empty where the server does not say
    sensors: tuple[Sensor, ...]
    model: str = ""


@dataclass(frozen=True)
class Boxes:
    """The usable boxes of an answer, and a finding for each that is not."""

    boxes: tuple[Box, ...]
    findings: tuple[Finding, ...]


def instant(moment: datetime) -> str:
    """A moment as the server wants it: UTC, milliseconds, `Z`; an offset such as +01:00 is refused with 422."""
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def request_windows(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """[start, end) in equal parts of at most LONGEST_REQUEST, the oldest first."""
    parts = -(-(end - start) // LONGEST_REQUEST)
    step = (end - start) / parts if parts else timedelta()
    for part in range(parts):
        yield start + part * step, end if part == parts - 1 else start + (part + 1) * step


def read_boxes(text: str, place: str) -> Boxes:
    """Boxes of `GET /boxes`; one that breaks the form becomes a finding, the others are kept.

    Raises CutAnswerError and AnswerFormError for the answer as a whole.
    """
    boxes: list[Box] = []
    findings: list[Finding] = []
    seen: set[str] = set()
    for number, record in enumerate(_rows(text, place), start=1):
        where = f"{place}, box {number}"
        try:
            box = _box(record, where)
        except AnswerFormError as error:
            findings.append(Finding("box-form", "error", str(error), where))
            continue
        if box.id in seen:
            findings.append(
                Finding("box-duplicate", "warning", f"{where}: box {box.id} is listed twice; the first is used", where)
            )
            continue
        seen.add(box.id)
        boxes.append(box)
    return Boxes(tuple(boxes), tuple(findings))


def read_box(text: str, place: str) -> Box:
    """The box of `GET /boxes/:boxId`. Raises CutAnswerError and AnswerFormError."""
    return _box(_json(text, place), place)


def read_measurements(text: str, place: str) -> pl.DataFrame:
    """Raw values of `GET /boxes/:boxId/data/:sensorId` as MEASUREMENTS, in the order of the answer.

    `raw` is the value as the server wrote it: whether it is a number is for the quality flags to say. lon and lat are
    null where a value has no location. Raises CutAnswerError and AnswerFormError with the row's number.
    """
    rows = _rows(text, place)
    try:
        times = [row["createdAt"] for row in rows]
        values = [row["value"] for row in rows]
        places = [row.get("location") or (None, None) for row in rows]
        frame = pl.DataFrame(
            {
                "time": times,
                "raw": values,
                "lon": [position[0] for position in places],
                "lat": [position[1] for position in places],
            },
            schema={"time": pl.String, "raw": pl.String, "lon": pl.Float64, "lat": pl.Float64},
        )
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise _first_bad_row(rows, place) from error
    frame = frame.with_columns(
        pl.col("time")
        .str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="ms", strict=False)
        .dt.replace_time_zone("UTC")
        .alias("time")
    )
    if frame["time"].null_count() or frame["raw"].null_count():
        raise _first_bad_row(rows, place)
    return frame


def _first_bad_row(rows: list[Any], place: str) -> AnswerFormError:
    """The error for the first row that breaks the form; only looked for once one is known to be there."""
    for number, row in enumerate(rows, start=1):
        where = f"{place}, row {number}"
        if not isinstance(row, dict):
            return AnswerFormError(where, "an object with createdAt, value and location", row)
        if not isinstance(row.get("value"), str):
            return AnswerFormError(where, "`value` as a string", row.get("value"))
        created = row.get("createdAt")
        if not isinstance(created, str) or _time(created) is None:
            return AnswerFormError(where, "`createdAt` as a UTC time that ends in Z", created)
        position = row.get("location")
        if position is not None and _position(position) is None:
            return AnswerFormError(where, "`location` as [lng, lat]", position)
    return AnswerFormError(place, "measurements", rows[:1])


def _time(text: str) -> datetime | None:
    if not text.endswith("Z"):
        return None
    try:
        return datetime.fromisoformat(text[:-1] + "+00:00")
    except ValueError:
        return None


def _json(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise CutAnswerError(place, text[-120:]) from error


def _rows(text: str, place: str) -> list[Any]:
    rows = _json(text, place)
    if not isinstance(rows, list):
        raise AnswerFormError(place, "a JSON array", rows)
    return rows


def _box(record: Any, where: str) -> Box:
    if not isinstance(record, dict):
        raise AnswerFormError(where, "an object", record)
    where = f"{where} ({_short(record.get('_id'))})"
    location = record.get("currentLocation")
    position = _position(location.get("coordinates")) if isinstance(location, dict) else None
    if not isinstance(location, dict) or position is None:
        raise AnswerFormError(where, "`currentLocation.coordinates` as [lng, lat]", location)
    sensors = record.get("sensors")
    if not isinstance(sensors, list):
        raise AnswerFormError(where, "`sensors` as an array", sensors)
    return Box(
        id=_text(record, "_id", where),
        name=_text(record, "name", where),
        exposure=_text(record, "exposure", where),
        lon=position[0],
        lat=position[1],
        located_on=_located_on(location.get("timestamp")),
        sensors=tuple(_sensor(sensor, f"{where}, sensor {n}") for n, sensor in enumerate(sensors, start=1)),
        model=str(record.get("model", "")),
    )


def _sensor(record: Any, where: str) -> Sensor:
    if not isinstance(record, dict):
        raise AnswerFormError(where, "an object", record)
    return Sensor(*(_text(record, key, where) for key in ("_id", "title", "unit", "sensorType")))


def _text(record: dict[str, Any], key: str, where: str) -> str:
    value = record.get(key)
    if not isinstance(value, str):
        raise AnswerFormError(where, f"`{key}` as a string", value)
    return value


def _located_on(value: object) -> str:
    """A time that can be read, or nothing: only a remark depends on it."""
    moment = _time(value) if isinstance(value, str) else None
    return instant(moment) if moment else ""


def _position(value: object) -> tuple[float, float] | None:
    """lng, lat of [lng, lat] or [lng, lat, height]; None for anything else."""
    if not isinstance(value, list) or len(value) not in (2, 3):
        return None
    if not all(isinstance(part, int | float) and not isinstance(part, bool) for part in value):
        return None
    lon, lat = float(value[0]), float(value[1])
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None


def _short(value: object) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."

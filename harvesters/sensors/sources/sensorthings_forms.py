"""Reads what an OGC SensorThings API 1.1 server answers (OGC 18-088) into typed records, or says where it breaks it.

Written against a FROST-Server 2.0.0 and made for others too: ids are numbers, strings or UUIDs, a result is anything,
a time is an instant or an interval, a place is a Point or a Feature around one, and lists inside of entities have pages
of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from . import reading
from .model import MEASUREMENTS, AnswerFormError, Place, short

DATA_ARRAY = "/req/data-array/data-array"  # requirement class: values in rows instead of objects
READABLE = ("/req/request-data", "/req/datamodel")  # without these it is no server that can be read
# A mean over more than an hour says nothing of any single hour.
LONGEST_INTERVAL = timedelta(hours=1)
_GEOJSON = ("application/geo+json", "application/vnd.geo+json")


@dataclass(frozen=True)
class Abilities:
    """What the root document says of the server."""

    declared: bool  # whether it lists conformance classes at all; a server of version 1.0 does not
    data_array: bool
    multi_datastreams: bool


@dataclass(frozen=True)
class Observations:
    """One page of values: MEASUREMENTS without places, in the order of the answer."""

    values: pl.DataFrame
    next_link: Any
    too_long: int = 0  # values over more than an hour, which are left out
    span: timedelta = timedelta()  # the longest time of the other values


def read_root(text: str, place: str) -> Abilities:
    """The root document. Raises AnswerFormError where it is none of a server that gives data."""
    root = reading.record(reading.read_json(text, place), place)
    names = {one.get("name") for one in reading.rows(root.get("value"), f"{place}, value") if isinstance(one, dict)}
    if not {"Things", "Datastreams"} <= names:
        raise AnswerFormError(
            place,
            "the root of a SensorThings server, whose address ends with its version, as in …/v1.1",
            sorted(map(str, names)),
        )
    settings = root.get("serverSettings")
    classes = settings.get("conformance") if isinstance(settings, dict) else None
    declared = isinstance(classes, list)
    names_of_classes = [one for one in classes if isinstance(one, str)] if isinstance(classes, list) else []
    if declared and not any(one.endswith(READABLE) for one in names_of_classes):
        raise AnswerFormError(place, "a server that declares the requirement class req/request-data", names_of_classes)
    return Abilities(declared, any(one.endswith(DATA_ARRAY) for one in names_of_classes), "MultiDatastreams" in names)


def page(text: str, place: str) -> dict[str, Any]:
    """A collection's page: an object with `value`. An error object with status 200 is none."""
    found = reading.record(reading.read_json(text, place), place)
    if not isinstance(found.get("value"), list):
        raise AnswerFormError(place, "`value` as an array", found.get("message", found.get("value")))
    return found


def entity_id(entity: dict[str, Any], place: str) -> str:
    """`@iot.id` as text."""
    return reading.identifier(entity.get("@iot.id"), f"{place}, @iot.id")


def key(value: object) -> str:
    """An id as it stands in an address: (1) or ('a''b')."""
    return f"({value})" if isinstance(value, int) else "('" + str(value).replace("'", "''") + "')"


def position(location: dict[str, Any]) -> tuple[float, float, float | None] | None:
    """lon, lat, height of a Location in GeoJSON: a Point, or a Feature around one. None for areas, lines and texts."""
    if location.get("encodingType") not in _GEOJSON:
        return None
    shape = location.get("location")
    if isinstance(shape, dict) and shape.get("type") == "Feature":
        shape = shape.get("geometry")
    if not isinstance(shape, dict) or shape.get("type") != "Point":
        return None
    return reading.position(shape.get("coordinates"))


def read_observations(text: str, place: str) -> Observations:
    """A page of Observations, as objects or, where the server does so, as data arrays: what came is looked at.

    Raises CutAnswerError and AnswerFormError with the row's number.
    """
    found = page(text, place)
    times: list[datetime] = []
    values: list[float | None] = []
    too_long, longest = 0, timedelta()
    for count, (when, result) in enumerate(_pairs(found["value"], place), start=1):
        moment, span = _start(when)
        if moment is None:
            raise AnswerFormError(f"{place}, row {count}", "`phenomenonTime` as a time or an interval", when)
        if span > LONGEST_INTERVAL:
            too_long += 1
            continue
        longest = max(longest, span)
        times.append(moment)
        values.append(reading.number(result))
    frame = pl.DataFrame(
        {"time": times, "value": values}, schema={name: MEASUREMENTS[name] for name in ("time", "value")}
    )
    return Observations(frame, found.get("@iot.nextLink"), too_long, longest)


def _pairs(entries: list[Any], place: str) -> Iterator[tuple[Any, Any]]:
    """phenomenonTime and result of each value."""
    for count, entry in enumerate(entries, start=1):
        where = f"{place}, entry {count}"
        entry = reading.record(entry, where)
        if "dataArray" not in entry:
            yield entry.get("phenomenonTime"), entry.get("result")
            continue
        names = reading.rows(entry.get("components"), f"{where}, components")
        if "phenomenonTime" not in names or "result" not in names:
            raise AnswerFormError(where, "components with phenomenonTime and result", names)
        when, result = names.index("phenomenonTime"), names.index("result")
        for row in reading.rows(entry["dataArray"], f"{where}, dataArray"):
            if not isinstance(row, list) or len(row) != len(names):
                raise AnswerFormError(where, f"rows of {len(names)} components", row)
            yield row[when], row[result]


def _start(when: object) -> tuple[datetime | None, timedelta]:
    """The instant, or the start of the interval, and how long that is.

    The value of an interval stands for the hour in which it begins.
    """
    if not isinstance(when, str):
        return None, timedelta()
    first, slash, last = when.partition("/")
    start = reading.moment(first)
    if not slash or start is None:
        return start, timedelta()
    end = reading.moment(last)
    if end is None or end < start:
        return None, timedelta()
    return start, end - start


def until(when: object) -> datetime | None:
    """The end of an interval, or the instant."""
    return reading.moment(when.rpartition("/")[2]) if isinstance(when, str) else None


def places(history: list[tuple[datetime, tuple[float, float, float | None]]]) -> tuple[Place, ...]:
    """Where a Thing stood, the oldest first, each place once for as long as it stayed there."""
    found: list[Place] = []
    for since, (lon, lat, _) in sorted(history, key=lambda one: one[0]):
        if not found or (found[-1].lon, found[-1].lat) != (lon, lat):
            found.append(Place(since, lon, lat))
    return tuple(found)


def located(values: pl.DataFrame, history: tuple[Place, ...]) -> pl.DataFrame:
    """Values (time, value) with the place where the Thing stood at that time; null before its first one."""
    rows = [(one.since, one.lon, one.lat) for one in history if one.since is not None]
    where = pl.DataFrame(rows, schema={name: MEASUREMENTS[name] for name in ("time", "lon", "lat")}, orient="row")
    ordered = values.sort("time", maintain_order=True)
    return ordered.join_asof(where.sort("time"), on="time", strategy="backward").select(MEASUREMENTS.names())


def shown(entity: dict[str, Any], name: str) -> str:
    """A text of an entity for a report; empty where there is none."""
    value = entity.get(name)
    return value if isinstance(value, str) else "" if value is None else short(value)

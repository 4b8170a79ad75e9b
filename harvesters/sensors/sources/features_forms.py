"""Reads pages of GeoJSON features with a time and values (OGC API - Features, Part 1: OGC 17-069r4), by settings.

Written from the standard and from a description of the city's service; recorded answers of that one were not to be had.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from pyproj import Transformer

from . import reading
from .model import AnswerFormError

DEGREES = ("", "EPSG:4326", "OGC:CRS84")
Coordinates = tuple[float, float, float | None]


@dataclass(frozen=True)
class Page:
    """One page of features, as the server sent them."""

    features: list[Any]
    next_link: Any
    crs: str  # what the answer says of its coordinates; empty: degrees
    matched: int | None  # what the server says it has in all; never believed


@dataclass(frozen=True)
class Row:
    """One feature: the values of a station at a moment."""

    station: object  # as it stands there: a text or a number
    time: datetime | None  # UTC, start of what the values stand for; None where it is not known which moment is meant
    position: Coordinates | None
    properties: dict[str, Any]


def read_page(text: str, place: str) -> Page:
    """A FeatureCollection. Raises CutAnswerError and AnswerFormError; an error object is no empty page."""
    found = reading.record(reading.read_json(text, place), place)
    if found.get("type") != "FeatureCollection":
        wrong = found.get("description", found.get("title", found.get("type")))
        raise AnswerFormError(place, "a FeatureCollection", wrong)
    features = reading.rows(found.get("features"), f"{place}, features")
    links = found.get("links")
    following = (
        [one.get("href") for one in links if isinstance(one, dict) and one.get("rel") == "next"]
        if isinstance(links, list)
        else []
    )
    matched = found.get("numberMatched")
    return Page(
        features,
        following[0] if following else None,
        _crs(found.get("crs")),
        matched if isinstance(matched, int) and not isinstance(matched, bool) else None,
    )


def _crs(member: object) -> str:
    """The reference system of GeoJSON 2008's `crs` member, which servers still write for all but degrees."""
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        return ""
    parts = [one for one in name.replace("/", ":").split(":") if one]
    return f"{'OGC' if 'CRS84' in name else 'EPSG'}:{parts[-1]}"


@lru_cache(maxsize=16)
def to_degrees(crs: str) -> Callable[[object, str], Coordinates | None]:
    """What makes lon, lat, height of a Point's coordinates in `crs`; other geometries are no place."""
    transformer = None if crs in DEGREES else Transformer.from_crs(crs, "EPSG:4326", always_xy=True)

    def read(geometry: object, place: str) -> Coordinates | None:
        if geometry is None:
            return None
        shape = reading.record(geometry, f"{place}, geometry")
        if shape.get("type") != "Point":
            return None
        found = shape.get("coordinates")
        if not isinstance(found, list) or len(found) not in (2, 3):
            raise AnswerFormError(f"{place}, geometry", "`coordinates` of a point", found)
        numbers = [None if isinstance(one, str) else reading.number(one) for one in found]
        east, north = numbers[0], numbers[1]
        if east is None or north is None:
            raise AnswerFormError(f"{place}, geometry", "`coordinates` as numbers", found)
        if transformer is not None:
            east, north = transformer.transform(east, north)
        position = reading.on_earth(east, north, numbers[2] if len(numbers) == 3 else None)
        if position is None or reading.number(position[0]) is None:
            raise AnswerFormError(
                f"{place}, geometry", "degrees (are they metres? then set `crs`, such as EPSG:25833)", found
            )
        return position

    return read


@dataclass(frozen=True)
class Clock:
    """How moments are written: their zone where they name none, and whether they end what a value stands for."""

    zone: ZoneInfo
    back: timedelta  # from the stamp to the start of its time

    def read(self, value: object, place: str) -> datetime | None:
        """The start of a value's time in UTC; None in the hour that a local clock shows twice or never.

        Raises AnswerFormError for what is no time.
        """
        text = value.strip() if isinstance(value, str) else value
        moment = reading.moment(text)
        if moment is not None:
            return moment - self.back
        try:
            local = datetime.fromisoformat(text) if isinstance(text, str) and len(text) > 10 else None
        except ValueError:
            local = None
        if local is None:
            raise AnswerFormError(place, "a time, as in 2026-10-03T12:00:00", value)
        early, late = (local.replace(tzinfo=self.zone, fold=fold).utcoffset() for fold in (0, 1))
        if early != late:
            return None
        return local.replace(tzinfo=self.zone).astimezone(timezone.utc) - self.back


def row(
    feature: Any, station: str, time: str, clock: Clock, where: Callable[[object, str], Coordinates | None], place: str
) -> Row:
    """One feature by the names of its properties. Raises AnswerFormError with the feature's place."""
    found = reading.record(feature, place)
    properties = reading.record(found.get("properties"), f"{place}, properties")
    for name in (station, time):
        if name not in properties:
            raise AnswerFormError(f"{place}, properties", f"`{name}`", ", ".join(properties))
    if properties[station] is None:
        raise AnswerFormError(f"{place}, {station}", "a station's id", None)
    reading.identifier(properties[station], f"{place}, {station}")
    moment = None if properties[time] is None else clock.read(properties[time], f"{place}, {time}")
    return Row(properties[station], moment, where(found.get("geometry"), place), properties)


def literal(value: object) -> str:
    """A value in a CQL2 text: 7 or 'o''clock'."""
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def name(text: str) -> str:
    """A property's name in a CQL2 text: as it is, or in double quotes."""
    plain = text.isidentifier() and text.isascii()
    return text if plain else '"' + text.replace('"', '""') + '"'

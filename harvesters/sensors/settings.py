"""Settings of a sensor source, as JSON in its form."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from ckanext.dresdensmartcity.city.model import BoundingBox
from pydantic import Field, field_validator, model_validator

from ..settings import HarvestSettings
from .licences import Licence, licence_of
from .phenomena import PHENOMENA
from .rules import DEFAULTS, Rules
from .sources.settings import OpenSenseMapService, Service

Day = Annotated[date, Field(strict=False)]  # JSON has no dates: "2026-10-31"
ZONE = ZoneInfo(DEFAULTS.zone)


def check_days(first: date | None, last: date | None) -> None:
    """Raises ValueError unless both days are given, in their order, or none is."""
    if (first is None) != (last is None):
        raise ValueError("first_day and last_day are given together or not at all")
    if first and last and first > last:
        raise ValueError(f"first_day {first} is after last_day {last}")


class SensorSettings(HarvestSettings):
    """Which source, which stations, which quantities, which time."""

    service: Service = OpenSenseMapService()
    """The kind of source, and what that kind needs: `{"kind": "sensorthings", …}`."""
    collection: Annotated[str, Field(max_length=30)] = ""
    """Part of names and ids where a portal has several sensor sources; never change it."""
    source_license: str = ""
    """Licence of the source's values; known for openSenseMap and sensor.community, needed for others."""
    source_attribution: Annotated[str, Field(max_length=200)] = ""
    """Who is named as the source of the values."""
    bbox: Annotated[list[float], Field(min_length=4, max_length=4)] | None = None
    """West, south, east, north in degrees, WGS 84; the city's bounding box where left out."""
    first_day: Day | None = None
    """First day of a fixed time, by the local clock; goes with `last_day`."""
    last_day: Day | None = None
    """Last day of a fixed time, included."""
    last_days: Annotated[int, Field(ge=1, le=366)] = 30
    """Without a fixed time: as many whole days before today. What was published of earlier days stays."""
    window: Literal["month", "day"] = "month"
    """How much one station's unit of work holds."""
    late_days: Annotated[int, Field(ge=0, le=366)] = 7
    """So long after its end a month or day is still asked for values that come late."""
    phenomena: Annotated[list[str], Field(min_length=1)] = sorted(PHENOMENA)
    """Quantities that are taken."""
    intervals: dict[str, Annotated[int, Field(ge=1, le=3600)]] = {}
    """Spacing of values in seconds by sensor id, where it is known; measured otherwise."""
    minimum_sensors: Annotated[int, Field(ge=1, le=100)] = 1
    """Cells of the grid with fewer sensors have no value, and stations alone in theirs no place but the district."""
    sample: bool = False
    """Whether the values are made up; the datasets then say so."""
    measure: str = ""
    """Code of the measure that the datasets belong to."""
    focus_areas: list[str] = []
    """Ids of the city's focus areas that the datasets belong to and the grid covers; all of them where left out."""

    @field_validator("collection")
    @classmethod
    def _is_slug(cls, value: str) -> str:
        if value and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
            raise ValueError("must be of lower case letters, digits and single hyphens")
        return value

    @field_validator("bbox")
    @classmethod
    def _is_box(cls, value: list[float] | None) -> list[float] | None:
        if value is not None:
            west, south, east, north = value
            if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
                raise ValueError("must be west, south, east, north in degrees, west < east and south < north")
        return value

    @field_validator("phenomena")
    @classmethod
    def _are_known(cls, value: list[str]) -> list[str]:
        unknown = sorted(set(value) - set(PHENOMENA))
        if unknown or not value:
            raise ValueError(f"unknown {', '.join(unknown) or 'empty list'}; possible are {', '.join(PHENOMENA)}")
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> SensorSettings:
        check_days(self.first_day, self.last_day)
        if not self.sample:
            licence_of(self.service.kind, self.source_license, self.source_attribution)
        return self

    @property
    def licence(self) -> Licence | None:
        """What the source's values are passed on under; None where they are made up, so that they are the city's."""
        return None if self.sample else licence_of(self.service.kind, self.source_license, self.source_attribution)

    @property
    def prefix(self) -> str:
        """What all guids of the source begin with; sources that do not share it cannot undo each other's datasets."""
        usual = "" if self.service.kind == "opensensemap" else self.service.kind.replace("_", "-")
        return "-".join(filter(None, ("sensors", "sample" if self.sample else "", self.collection or usual)))

    @property
    def rules(self) -> Rules:
        """The method with these settings."""
        return replace(DEFAULTS, minimum_sensors=self.minimum_sensors)

    @property
    def box(self) -> BoundingBox | None:
        """`bbox` as the city gives its own."""
        if self.bbox is None:
            return None
        west, south, east, north = self.bbox
        return west, south, east, north

    def period(self, now: datetime) -> tuple[datetime, datetime]:
        """[start, end) from one local midnight to another, in UTC; it never reaches into the present hour."""
        if self.first_day and self.last_day:
            hour = now.astimezone(timezone.utc).replace(minute=0, second=0, microsecond=0)
            return midnight(self.first_day), min(midnight(self.last_day + timedelta(days=1)), hour)
        today = now.astimezone(ZONE).date()
        return midnight(today - timedelta(days=self.last_days)), midnight(today)


@dataclass(frozen=True)
class Window:
    """A piece of time that is fetched and published at once: [start, end) in UTC, within one month of local time."""

    label: str  # 2026-10 or 2026-10-03
    start: datetime
    end: datetime

    @property
    def year(self) -> int:
        """Whose datasets it belongs to."""
        return self.start.astimezone(ZONE).year

    @property
    def days(self) -> tuple[date, date]:
        """Its first day by the local clock, and the day after its last."""
        last = (self.end - timedelta(microseconds=1)).astimezone(ZONE).date()
        return self.start.astimezone(ZONE).date(), last + timedelta(days=1)


def windows(start: datetime, end: datetime, kind: Literal["month", "day"]) -> list[Window]:
    """[start, end) cut at months or days of local time, so that no day is cut in two."""
    found = []
    while start < end:
        day = start.astimezone(ZONE).date()
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1) if kind == "month" else day + _A_DAY
        label = day.strftime("%Y-%m" if kind == "month" else "%Y-%m-%d")
        found.append(Window(label, start, min(midnight(following), end)))
        start = midnight(following)
    return found


_A_DAY = timedelta(days=1)


def midnight(day: date) -> datetime:
    """The beginning of a day of the local clock, in UTC."""
    return datetime.combine(day, time(), ZONE).astimezone(timezone.utc)

"""Settings of a sensor source, as JSON in its form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Annotated, Literal

from ckanext.dresdensmartcity.city.model import BoundingBox
from pydantic import Field, field_validator, model_validator

from ..settings import HarvestSettings
from .phenomena import PHENOMENA

Day = Annotated[date, Field(strict=False)]  # JSON has no dates: "2026-10-31"


def check_days(first: date | None, last: date | None) -> None:
    """Raises ValueError unless both days are given, in their order, or none is."""
    if (first is None) != (last is None):
        raise ValueError("first_day and last_day are given together or not at all")
    if first and last and first > last:
        raise ValueError(f"first_day {first} is after last_day {last}")


class SensorSettings(HarvestSettings):
    """Which boxes, which quantities, which time."""

    bbox: Annotated[list[float], Field(min_length=4, max_length=4)] | None = None
    """West, south, east, north in degrees, WGS 84; the city's bounding box where left out."""
    first_day: Day | None = None
    """First day of a fixed time, in UTC; goes with `last_day`."""
    last_day: Day | None = None
    """Last day of a fixed time, included."""
    last_days: Annotated[int, Field(ge=1, le=366)] = 30
    """Without a fixed time: as many whole days before today."""
    window: Literal["month", "day"] = "month"
    """How much one box's unit of work holds."""
    phenomena: list[str] = sorted(PHENOMENA)
    """Quantities that are taken."""
    intervals: dict[str, Annotated[int, Field(ge=1, le=3600)]] = {}
    """Spacing of values in seconds by sensor id, where it is known; measured otherwise."""
    sample: bool = False
    """Whether the values are made up; the datasets then say so."""
    measure: str = ""
    """Code of the measure that the datasets belong to."""
    focus_areas: list[str] = []
    """Ids of the city's focus areas that the datasets belong to."""

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
    def _is_time(self) -> SensorSettings:
        check_days(self.first_day, self.last_day)
        return self

    @property
    def box(self) -> BoundingBox | None:
        """`bbox` as the city gives its own."""
        if self.bbox is None:
            return None
        west, south, east, north = self.bbox
        return west, south, east, north

    def period(self, now: datetime) -> tuple[datetime, datetime]:
        """[start, end) in UTC; it never reaches into the present hour."""
        if self.first_day and self.last_day:
            hour = now.astimezone(timezone.utc).replace(minute=0, second=0, microsecond=0)
            return _midnight(self.first_day), min(_midnight(self.last_day + timedelta(days=1)), hour)
        today = _midnight(now.astimezone(timezone.utc).date())
        return today - timedelta(days=self.last_days), today


@dataclass(frozen=True)
class Window:
    """A piece of time that is fetched and published at once: [start, end) in UTC, within one month."""

    label: str  # 2026-10 or 2026-10-03
    start: datetime
    end: datetime


def windows(start: datetime, end: datetime, kind: Literal["month", "day"]) -> list[Window]:
    """[start, end) cut at months or days, in UTC."""
    found = []
    while start < end:
        day = _midnight(start.date())
        following = day + timedelta(days=1)
        if kind == "month":
            following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        label = start.strftime("%Y-%m" if kind == "month" else "%Y-%m-%d")
        found.append(Window(label, start, min(following, end)))
        start = following
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.utc)

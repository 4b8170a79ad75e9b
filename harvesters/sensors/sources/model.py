"""What every kind of source gives: stations, their series of values, and the values; plain records.

A kind of source (openSenseMap, sensor.community, SensorThings, OGC API Features) is a class with the methods of
`MeasurementSource`. It asks through the one client, keeps nothing, and translates: titles and units to phenomena, times
to UTC, results to numbers or to nothing. It judges no value; that is for the quality flags (RULES §2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

import polars as pl
from ckanext.dresdensmartcity.city.model import BoundingBox

from ...records import Finding, HarvesterError
from ..phenomena import Phenomenon
from . import wording
from .units import UNCHANGED, Conversion

Exposure = Literal["outdoor", "indoor", "mobile", "unknown"]
# What one value is: a reading at a moment, a mean over its interval, or an equivalent sound level over its interval.
# Only the last may be averaged to an Leq (RULES §3).
Kind = Literal["instant", "mean", "leq"]

# What `measurements` gives, each moment once, the oldest first. `value` is in the series' unit, null where the source
# said something that is no number; lon and lat say where it was measured, null where the source does not tell.
MEASUREMENTS = pl.Schema(
    {"time": pl.Datetime("ms", "UTC"), "value": pl.Float64(), "lon": pl.Float64(), "lat": pl.Float64()}
)


class AnswerError(HarvesterError):
    """An answer that cannot be used; the base of the two below."""


class CutAnswerError(AnswerError):
    """The answer ends in the middle or carries an error text after its data: transient, ask again."""

    def __init__(self, place: str, tail: str) -> None:
        super().__init__(wording.CUT, place, tail=repr(tail))


class AnswerFormError(AnswerError):
    """The answer is complete, but not in the form that the interface promises."""

    def __init__(self, place: str, expected: str, found: object) -> None:
        super().__init__(wording.EXPECTED, place, expected=expected, found=short(found))


def finding(check: str, error: AnswerError, place: str) -> Finding:
    """An error about a part of an answer as a finding: the other parts are used."""
    return Finding.of(check, "error", error.template or str(error.args[0]), error.place or place, **error.values)


class PagingError(AnswerError):
    """The source's pages lead in circles, to another origin, or never end."""


class RemovedError(HarvesterError):
    """The source had this station or series once and has it no longer: that is no day without values."""


@dataclass(frozen=True)
class Place:
    """Where a station stood, and since when."""

    since: datetime | None  # UTC; None: as far back as is known
    lon: float  # degrees, WGS 84
    lat: float


@dataclass(frozen=True)
class Series:
    """One quantity of one sensor."""

    id: str  # stable for ever, unique within the source
    station: str  # id of its station
    phenomenon: Phenomenon
    sensor_type: str  # as the source names it: "SDS011"
    source_unit: str  # as the source names it; values come in the phenomenon's unit
    interval: timedelta | None = None  # from value to value, where the source declares it
    source_kind: Kind = "instant"
    link: str = ""  # where the source says that its values are
    conversion: Conversion = UNCHANGED  # of the source's numbers into the phenomenon's unit

    @property
    def unit(self) -> str:
        """Of the values that `measurements` gives."""
        return self.phenomenon.unit


@dataclass(frozen=True)
class Station:
    """A place with sensors. Its name and exact position may be a person's: they are published by nobody."""

    id: str  # stable for ever, unique within the source
    name: str
    lon: float  # degrees, WGS 84
    lat: float
    exposure: Exposure
    series: tuple[Series, ...] = ()
    height: float | None = None  # metres above sea level
    moved: tuple[Place, ...] = ()  # where it stood before and since when it stands where it is, the oldest first
    exact: bool = True  # False: the source rounds the position to about 100 m
    heard: datetime | None = None  # when it sent its last value; None where the source does not say
    # What `station` needs beside the id to find it again: public, small, no exact position.
    reference: Mapping[str, object] = field(default_factory=dict)

    @property
    def located_since(self) -> datetime | None:
        """Since when it stands where it is; None where the source does not say."""
        return self.moved[-1].since if self.moved else None


@dataclass(frozen=True)
class Stations:
    """The usable stations of a source, and what is said about the others and about sensors that are not read."""

    stations: tuple[Station, ...]
    findings: tuple[Finding, ...] = ()


class MeasurementSource(Protocol):
    """A server that measures something at places.

    Every method raises what the client raises, and a HarvesterError with the place in the answer.
    """

    findings: list[Finding]  # what `station` and `measurements` have seen so far and is worth a line in the report

    def stations(self, bbox: BoundingBox) -> Stations:
        """Stations that stand, or once stood, in `bbox`, with the series whose phenomenon is known."""
        ...

    def station(self, identifier: str, reference: Mapping[str, object]) -> Station:
        """One station as it is now; `reference` is that of the station as `stations` gave it. Raises RemovedError."""
        ...

    def measurements(self, station: Station, series: Series, start: datetime, end: datetime) -> pl.DataFrame:
        """The values of a series with start <= time < end, as MEASUREMENTS. Raises RemovedError."""
        ...


class Answered(Protocol):
    """What is needed of an answer."""

    @property
    def url(self) -> str: ...

    @property
    def content(self) -> bytes: ...

    def text(self) -> str: ...


class Getter(Protocol):
    """What is needed of the client."""

    def get(
        self, url: str, params: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> Answered: ...


def once(parts: list[pl.DataFrame], start: datetime, end: datetime) -> pl.DataFrame:
    """Pages of MEASUREMENTS as one table: start <= time < end, the oldest first, equal rows once.

    A moment with two different values keeps both rows; the quality flags refuse such a moment as a conflict.
    """
    frame = pl.concat(parts) if parts else pl.DataFrame(schema=MEASUREMENTS)
    inside = frame.filter(pl.col("time").is_between(start, end, closed="left"))
    return inside.unique(maintain_order=True).sort("time", maintain_order=True)


def short(value: object) -> str:
    """A value as an error message shows it."""
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."

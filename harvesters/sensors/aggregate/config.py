"""The configuration of `sensors aggregate`: a YAML or JSON file, read strictly."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ...records import HarvesterError
from ..phenomena import PHENOMENA
from ..rules import Rules
from ..settings import Day, check_days

Share = Annotated[float, Field(gt=0, le=1)]
COLUMNS = ("sensor_id", "phenomenon", "timestamp", "value", "lon", "lat")
OPTIONAL_COLUMNS = ("station", "sensor_type", "exposure")


class ConfigError(HarvesterError):
    """The configuration cannot be used; the message names each key that is wrong."""


class Strict(BaseModel):
    """Unknown keys are refused, numbers are not read from texts."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class InputConfig(Strict):
    """How the files are written."""

    columns: dict[str, str] = {}
    """Names of the columns in the files, where they differ: `timestamp: createdAt`."""
    phenomena: dict[str, str] = {}
    """Names of quantities in the files, where they are not known: `Feinstaub: pm10`."""
    timezone: str = "UTC"
    """Time zone of timestamps without an offset; official German tables without summer time are `Etc/GMT-1`."""
    decimal_mark: Literal[".", ","] = "."
    station_by: Literal["position", "sensor"] = "position"
    """What stands together where no column `station` says so: what has the same place, or the same sensor id."""
    intervals: dict[str, Annotated[float, Field(ge=0.1, le=3600)]] = {}
    """Spacing of values in seconds by sensor id, where it is known; measured otherwise."""
    indoor: list[str] = []
    """Sensor ids that stand indoors: their values are not used."""
    corrected: list[str] = []
    """Sensor ids whose device has corrected for humidity already: they are not corrected again."""

    @field_validator("columns")
    @classmethod
    def _are_columns(cls, value: dict[str, str]) -> dict[str, str]:
        unknown = sorted(set(value) - {*COLUMNS, *OPTIONAL_COLUMNS})
        if unknown:
            known = ", ".join((*COLUMNS, *OPTIONAL_COLUMNS))
            raise ValueError(f"unknown {', '.join(unknown)}; columns that can be named are {known}")
        return value

    @field_validator("phenomena")
    @classmethod
    def _are_phenomena(cls, value: dict[str, str]) -> dict[str, str]:
        unknown = sorted(set(value.values()) - set(PHENOMENA))
        if unknown:
            raise ValueError(f"unknown {', '.join(unknown)}; possible are {', '.join(PHENOMENA)}")
        return value

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        return _zone(value)


class QualityConfig(Strict):
    """Tests of single values (RULES §2)."""

    stuck_hours: Annotated[float, Field(gt=0, le=168)] = 6.0
    spike_window: Literal[5, 7, 9, 11, 13, 15] = 11
    spike_scales: Annotated[float, Field(gt=0, le=20)] = 3.0
    humid_above: Annotated[float, Field(ge=0, le=100)] = 70.0
    correct_up_to: Annotated[float, Field(ge=0, lt=100)] = 95.0
    kappa: Annotated[float, Field(ge=0, le=2)] = 0.4
    humidity_within_minutes: Annotated[float, Field(gt=0, le=60)] = 10.0
    moved_metres: Annotated[float, Field(gt=0, le=10_000)] = 100.0


class MeansConfig(Strict):
    """Completeness of means, and whose clock they follow (RULES §1, §3)."""

    zone: str = "Europe/Berlin"
    hour_coverage: Share = 0.75
    longest_gap_minutes: Annotated[float, Field(gt=0, le=60)] = 30.0
    day_coverage: Share = 0.75
    year_coverage: Share = 0.9
    noise_coverage: Share = 0.75

    @field_validator("zone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        return _zone(value)


class GridConfig(Strict):
    """Cells of 100 m (RULES §4)."""

    areas: str = ""
    """GeoJSON file of the focus areas, relative to the configuration; all cells with a sensor where left out."""
    property: str = ""
    """Property of its features that names them; needed with `areas`."""
    groups: dict[str, list[str]] = {}
    """Areas of several features: id and the features' names; every feature an area of its own where left out."""
    minimum_sensors: Annotated[int, Field(ge=1, le=100)] = 1
    """A cell with fewer sensors has no value: one sensor shows one private home."""

    @model_validator(mode="after")
    def _belongs_together(self) -> GridConfig:
        if self.areas and not self.property:
            raise ValueError("property is needed with areas: the property that names the features")
        if self.groups and not self.areas:
            raise ValueError("groups need areas: the file with the features")
        return self


class AggregateConfig(Strict):
    """The whole file; every key may be left out."""

    input: InputConfig = InputConfig()
    quality: QualityConfig = QualityConfig()
    means: MeansConfig = MeansConfig()
    grid: GridConfig = GridConfig()
    first_day: Day | None = None
    """First day of the tables, by the clock of `means.zone`; goes with `last_day`."""
    last_day: Day | None = None
    """Last day, included. Without the two each series reaches from its first to its last value."""

    @model_validator(mode="after")
    def _is_time(self) -> AggregateConfig:
        check_days(self.first_day, self.last_day)
        return self

    @property
    def rules(self) -> Rules:
        """The thresholds of the method."""
        quality, means = self.quality, self.means
        return Rules(
            stuck_after=timedelta(hours=quality.stuck_hours),
            spike_window=quality.spike_window,
            spike_scales=quality.spike_scales,
            humidity_within=timedelta(minutes=quality.humidity_within_minutes),
            humid_above=quality.humid_above,
            correct_up_to=quality.correct_up_to,
            kappa=quality.kappa,
            moved_metres=quality.moved_metres,
            hour_coverage=means.hour_coverage,
            longest_gap=timedelta(minutes=means.longest_gap_minutes),
            zone=means.zone,
            day_coverage=means.day_coverage,
            year_coverage=means.year_coverage,
            noise_coverage=means.noise_coverage,
            minimum_sensors=self.grid.minimum_sensors,
        )

    @property
    def period(self) -> tuple[datetime, datetime] | None:
        """[start, end) in UTC, full hours; None where each series has its own."""
        if not self.first_day or not self.last_day:
            return None
        zone = ZoneInfo(self.means.zone)
        days = (self.first_day, self.last_day + timedelta(days=1))
        start, end = (datetime.combine(day, time(), zone).astimezone(timezone.utc) for day in days)
        return start, end


def read_config(path: Path | None) -> AggregateConfig:
    """The file's settings, the defaults without one; ConfigError names every key that is wrong."""
    if path is None:
        return AggregateConfig()
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return AggregateConfig.model_validate(data)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", str(path)) from error
    except yaml.YAMLError as error:
        raise ConfigError(f"is neither YAML nor JSON: {error}", str(path)) from error
    except ValidationError as error:
        raise ConfigError("; ".join(_problem(one) for one in error.errors()), str(path)) from error


def _problem(error: Any) -> str:
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        model: type[BaseModel] = AggregateConfig
        for part in error["loc"][:-1]:
            model = model.model_fields[part].annotation  # type: ignore[assignment]
        return f"{key}: unknown key; possible are {', '.join(model.model_fields)}"
    message = error["msg"].removeprefix("Value error, ")
    return f"{key}: {message}, found {error['input']!r}" if key else message


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("is no time zone; write one as Europe/Berlin, UTC or Etc/GMT-1") from error
    return value

"""Settings of each kind of source: the object under `service` in the source's form, told apart by its `kind`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ..phenomena import PHENOMENA
from . import units

Text = Annotated[str, Field(min_length=1, max_length=2000)]
Seconds = Annotated[int, Field(ge=1, le=3600)]


class _Service(BaseModel):
    """Strict: a key that is not known is a mistake, and says so."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class OpenSenseMapService(_Service):
    """An openSenseMap server."""

    kind: Literal["opensensemap"] = "opensensemap"
    """Which kind of source it is."""


class SensorCommunityService(_Service):
    """sensor.community: stations from its live interface, values from its archive of a file per sensor and day."""

    kind: Literal["sensor_community"]
    """Which kind of source it is."""
    archive: Text = "https://archive.sensor.community"
    """Address of the archive."""
    files: Annotated[list[Text], Field(min_length=1, max_length=4)] = [
        "{day}/{day}_{type}_sensor_{sensor}.csv",
        "{year}/{day}/{day}_{type}_sensor_{sensor}.csv.gz",
    ]
    """Where a file may stand below it, tried in this order."""
    separator: Annotated[str, Field(min_length=1, max_length=1)] = ";"
    """Between the columns of a file."""
    listing: Literal["minutes", "day"] = "minutes"
    """Which stations there are: those heard in the last five minutes in the area, or in the last 24 hours anywhere."""
    exact_only: bool = False
    """Only stations whose position is not rounded to some 100 m."""

    @field_validator("files")
    @classmethod
    def _name_a_file(cls, value: list[str]) -> list[str]:
        for one in value:
            try:
                made = {one.format(day="2026-10-03", year="2026", type="sds011", sensor=number) for number in "12"}
            except (KeyError, IndexError, ValueError, AttributeError) as error:
                raise ValueError(f"{one!r}: only {{day}}, {{year}}, {{type}} and {{sensor}} stand in braces") from error
            if len(made) < 2:
                raise ValueError(f"{one!r}: without {{sensor}} all sensors would have the same file")
        return value


class SensorThingsService(_Service):
    """A server with the OGC SensorThings API 1.1; the source's address ends with the version: …/v1.1."""

    kind: Literal["sensorthings"]
    """Which kind of source it is."""
    exposure: Literal["outdoor", "unknown"] = "outdoor"
    """Where Things stand that do not say it themselves; what is unknown is left out."""
    exposure_property: str = "exposure"
    """Key in a Thing's `properties` that says outdoor, indoor or mobile."""
    things_filter: str = ""
    """A `$filter` for Things, beside the area."""
    area: Literal["server", "here"] = "server"
    """Whether the server looks for Things in the area (`geo.intersects`), or all are fetched and compared here."""
    interval: Seconds | None = None
    """Seconds over which each value is a mean, where the server's values are intervals (start/end)."""
    quantities: dict[str, str] = {}
    """Quantities by the name or definition of an ObservedProperty, where it is not known: {"Feinstaub": "pm10"}."""
    page: Annotated[int, Field(ge=1, le=10_000)] = 1000
    """How many values are asked for at once; a server may give fewer."""

    _quantities = field_validator("quantities")(lambda value: _known_quantities(value))


class ColumnSettings(_Service):
    """A property of a layer with the values of one quantity."""

    phenomenon: str
    """The quantity."""
    unit: str = ""
    """Of the values in the layer; the quantity's own where left out."""
    series: str = ""
    """What the property is called in ids, should the layer rename it: its name where left out."""

    @model_validator(mode="after")
    def _is_known(self) -> ColumnSettings:
        _known_quantities({"phenomenon": self.phenomenon})
        wanted = PHENOMENA[self.phenomenon].unit
        unit = units.known(self.unit) if self.unit else wanted
        if unit is None or units.conversion(unit, wanted) is None:
            raise ValueError(f"unit {self.unit!r} cannot be converted exactly to {wanted} ({self.phenomenon})")
        return self


class FeaturesService(_Service):
    """A layer of an OGC API Features server with a time and one or several values in each feature.

    The source's address is that of the collection's items: …/collections/NAME/items.
    """

    kind: Literal["ogc_features"]
    """Which kind of source it is."""
    station: Text
    """Property with the station's id."""
    time: Text
    """Property with the moment of a value."""
    values: Annotated[dict[str, ColumnSettings], Field(min_length=1)]
    """Quantities by the properties that hold their values."""
    station_name: str = ""
    """Property with the station's name."""
    id: str = ""
    """Property with the feature's id; the feature's own where left out."""
    zone: Text = "UTC"
    """Time zone of moments without an offset: UTC, or a name such as Europe/Berlin or Etc/GMT-1 (CET all year)."""
    stamp: Literal["start", "end"] = "start"
    """Whether a moment is the start or the end of the time that the value stands for; the end needs `interval`."""
    interval: Seconds | None = None
    """Seconds from value to value."""
    means: bool = False
    """Whether each value is a mean over `interval`, rather than a reading at its moment."""
    filter: str = ""
    """A CQL2 text filter that every request carries."""
    time_filter: Literal["cql2", "datetime", "none"] = "cql2"
    """How values of a time are asked for: by a CQL2 filter over `time`, by the parameter `datetime`, or not at all."""
    station_filter: Literal["cql2", "property", "none"] = "cql2"
    """How values of one station are asked for: by a CQL2 filter, by a parameter named so, or not at all."""
    paging: Literal["next", "offset"] = "next"
    """Whether pages follow each other by the link `next`, or by counting in `offset`."""
    limit: Annotated[int, Field(ge=1, le=10_000)] = 1000
    """Features of a page; a server may give fewer."""
    crs: str = ""
    """The coordinates' reference system, such as EPSG:25833, where the answer does not say it; else degrees."""
    exposure: Literal["outdoor", "unknown"] = "outdoor"
    """Where the stations stand; what is unknown is left out."""
    positions: dict[str, Annotated[list[float], Field(min_length=2, max_length=2)]] = {}
    """Longitude and latitude of stations whose features have no geometry, by id."""
    sample_days: Annotated[int, Field(ge=1, le=366)] = 2
    """From how many days the list of stations is read."""
    sample_last: Annotated[date, Field(strict=False)] | None = None
    """The last of these days; today where left out."""

    @field_validator("zone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        from zoneinfo import ZoneInfo

        try:
            ZoneInfo(value)
        except (OSError, ValueError, KeyError) as error:
            raise ValueError(f"{value!r} is no time zone") from error
        return value

    @model_validator(mode="after")
    def _fits(self) -> FeaturesService:
        if self.stamp == "end" and self.interval is None:
            raise ValueError("stamp: the end of a time says nothing of its start without `interval`")
        if self.means and self.interval is None:
            raise ValueError("means: a mean over which time? `interval` says it")
        names = [one.series or name for name, one in self.values.items()]
        if len(set(names)) < len(names):
            raise ValueError("values: two properties have the same `series`")
        if self.crs:
            _epsg(self.crs)
        return self


Service = Annotated[
    OpenSenseMapService | SensorCommunityService | SensorThingsService | FeaturesService, Field(discriminator="kind")
]


def _known_quantities(value: dict[str, str]) -> dict[str, str]:
    unknown = sorted(set(value.values()) - set(PHENOMENA))
    if unknown:
        raise ValueError(f"unknown {', '.join(unknown)}; possible are {', '.join(PHENOMENA)}")
    return value


def _epsg(text: str) -> Any:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(text)
    except CRSError as error:
        raise ValueError(f"crs: {text!r} is no reference system") from error

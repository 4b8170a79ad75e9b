"""What the interface is made of: features, collections, and what is asked of them. No CKAN in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from ckanext.dresdensmartcity.city.model import BoundingBox, Label
from shapely.geometry.base import BaseGeometry

from .crs import CRS84, Crs


@dataclass(frozen=True)
class Interval:
    """A time from one moment to another, both included; without one it is open at that end."""

    start: datetime | None = None
    end: datetime | None = None

    def meets(self, other: Interval) -> bool:
        """Whether the two have a moment in common."""
        return not (
            (self.end and other.start and self.end < other.start)
            or (self.start and other.end and self.start > other.end)
        )


@dataclass(frozen=True)
class Feature:
    """One thing of a collection."""

    id: str
    geometry: BaseGeometry | None  # longitude before latitude in degrees, WGS 84
    properties: Mapping[str, Any]
    time: Interval | None = None  # None: it has no time
    page: str = ""  # path of its page in the portal, from the portal's root


@dataclass(frozen=True)
class Choice:
    """A value that a filter takes."""

    id: str
    label: Label


@dataclass(frozen=True)
class Queryable:
    """A property that features are selected by: the name of the parameter is that of the property."""

    name: str
    label: Label
    choices: tuple[Choice, ...] = ()  # empty: any text
    of: str = ""  # the property of a feature that it looks at, where that has another name
    several: bool = True  # whether several values mean "or"
    number: bool = False


@dataclass(frozen=True)
class Box:
    """A box in a coordinate system; `bounds` are in the order of computing: east or right before north or up."""

    bounds: tuple[float, float, float, float]
    crs: Crs = CRS84


@dataclass(frozen=True)
class Selection:
    """Which features are asked for. It can be a key: equal selections select the same."""

    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    text: str = ""
    boxes: tuple[Box, ...] = ()  # one of them must hold the feature; two where the box crosses the antimeridian
    time: Interval | None = None


@dataclass(frozen=True)
class Step:
    """Where a page begins, by the id of the feature next to it: no page is slower than the first."""

    after: str = ""
    before: str = ""  # the page that ends before this feature
    limit: int = 100


class Source(Protocol):
    """Where the features of a collection come from, always in the order of their ids."""

    def revision(self) -> str:
        """Changes whenever a feature does."""

    def count(self, selection: Selection) -> int:
        """How many features are selected."""

    def page(self, selection: Selection, step: Step) -> Iterable[Feature]:
        """The features of a page and, where there is one, the first of the next (of the former, for `before`)."""

    def one(self, identifier: str) -> Feature | None:
        """The feature with that id."""

    def bounds(self) -> BoundingBox | None:
        """The box round all features; None where none has a place."""

    def interval(self) -> Interval | None:
        """The time from the first to the last; None where no feature has a time."""


@dataclass(frozen=True)
class Collection:
    """Features of one kind."""

    id: str
    title: Label
    description: Label
    source: Source
    queryables: tuple[Queryable, ...] = ()
    searched: bool = False  # whether `q` finds words in it
    geometry: str = "Point"  # as GeoJSON names it
    columns: tuple[tuple[str, Label], ...] = field(default=())  # properties that the table of the page shows

    def queryable(self, name: str) -> Queryable | None:
        return next((one for one in self.queryables if one.name == name), None)

"""A collection that fits into memory: areas of the city, stations. No CKAN in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property

import shapely
from ckanext.dresdensmartcity.city.model import BoundingBox
from shapely.geometry.base import BaseGeometry

from .crs import project
from .model import Box, Feature, Interval, Queryable, Selection, Step


class MemorySource:
    """Features in the order of their ids."""

    def __init__(self, features: Iterable[Feature], queryables: Sequence[Queryable], revision: str) -> None:
        self.features = sorted(features, key=lambda one: one.id)
        self._ids = [one.id for one in self.features]
        self._queryables = {one.name: one for one in queryables}
        self._revision = revision

    def revision(self) -> str:
        return self._revision

    def count(self, selection: Selection) -> int:
        return sum(self._selected(one, selection) for one in self.features)

    def page(self, selection: Selection, step: Step) -> Iterable[Feature]:
        if step.before:
            rest = reversed(self.features[: bisect_left(self._ids, step.before)])
        else:
            rest = iter(self.features[bisect_right(self._ids, step.after) if step.after else 0 :])
        found = []
        for one in rest:
            if self._selected(one, selection):
                found.append(one)
            if len(found) > step.limit:
                break
        return found[::-1] if step.before else found

    def one(self, identifier: str) -> Feature | None:
        place = bisect_left(self._ids, identifier)
        return self.features[place] if place < len(self._ids) and self._ids[place] == identifier else None

    def bounds(self) -> BoundingBox | None:
        shapes = [one.geometry for one in self.features if one.geometry is not None]
        if not shapes:
            return None
        west, south, east, north = shapely.total_bounds(shapes)
        return float(west), float(south), float(east), float(north)

    def interval(self) -> Interval | None:
        return self._interval

    @cached_property
    def _interval(self) -> Interval | None:
        known = [one.time for one in self.features if one.time]
        if not known:
            return None
        starts, ends = [one.start for one in known], [one.end for one in known]
        return Interval(
            None if None in starts else min(one for one in starts if one),
            None if None in ends else max(one for one in ends if one),
        )

    def _selected(self, feature: Feature, selection: Selection) -> bool:
        for name, wanted in selection.filters:
            value = feature.properties.get(self._queryables[name].of or name)
            known = {_plain(one) for one in value} if isinstance(value, list | tuple) else {_plain(value)}
            if known.isdisjoint(wanted):
                return False
        if selection.time and feature.time and not feature.time.meets(selection.time):
            return False
        # What has no place is selected by every box (17-069r4, /req/core/fc-bbox-response, C).
        return not selection.boxes or feature.geometry is None or in_boxes(feature.geometry, selection.boxes)


def in_boxes(geometry: BaseGeometry, boxes: Iterable[Box]) -> bool:
    """Whether one of the boxes, each in its own system, touches the geometry."""
    return any(shapely.intersects(project(geometry, one.crs), shapely.box(*one.bounds)) for one in boxes)


def _plain(value: object) -> str:
    """A value as a parameter writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)

"""Which boxes of a source count as the city's stations, and where they stand."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ckanext.dresdensmartcity.city.model import BoundingBox, City, District

from ..records import Finding
from .opensensemap import Box, Sensor
from .phenomena import Phenomenon, phenomenon_of

POSITION_DECIMALS = 3  # about 100 m: a box often stands at somebody's home


@dataclass(frozen=True)
class Selection:
    """The boxes to harvest, and what is said about the others."""

    boxes: tuple[Box, ...]
    findings: tuple[Finding, ...]


def select(boxes: Sequence[Box], bbox: BoundingBox, phenomena: Sequence[str]) -> Selection:
    """Outdoor boxes that stand in `bbox` now and measure one of `phenomena`.

    openSenseMap's search finds a box by every place it ever had, so its present place is looked at again; what stands
    indoors or moves says nothing about the air of a place (RULES §2).
    """
    chosen: list[Box] = []
    findings: list[Finding] = []
    unmapped: Counter[tuple[str, str, str]] = Counter()
    for box in boxes:
        reason = _refusal(box, bbox)
        known = measured(box, phenomena)
        unmapped.update(
            (one.title, one.unit, one.sensor_type)
            for one in box.sensors
            if phenomenon_of(one.title, one.unit, one.sensor_type) is None
        )
        if not reason and not known:
            reason = ("box-without-phenomenon", "it measures nothing that is asked for")
        if reason:
            findings.append(Finding(reason[0], "info", f"left out: {reason[1]}", f"box {box.id}"))
        else:
            chosen.append(box)
    for (title, unit, kind), number in sorted(unmapped.items()):
        findings.append(
            Finding(
                "sensor-unmapped",
                "info",
                f"title {title!r}, unit {unit!r}, type {kind!r} is no known phenomenon: {number} sensors are not read",
                found=number,
            )
        )
    return Selection(tuple(chosen), tuple(findings))


def measured(box: Box, phenomena: Sequence[str]) -> list[tuple[Sensor, Phenomenon]]:
    """The sensors of a box whose phenomenon is asked for."""
    found = ((one, phenomenon_of(one.title, one.unit, one.sensor_type)) for one in box.sensors)
    return [(sensor, phenomenon) for sensor, phenomenon in found if phenomenon and phenomenon.id in phenomena]


def published_position(box: Box) -> tuple[float, float]:
    """lon, lat as they may be published."""
    return round(box.lon, POSITION_DECIMALS), round(box.lat, POSITION_DECIMALS)


def district_of(city: City, lon: float, lat: float) -> District | None:
    """The district that a place most likely lies in; None where the city has none.

    City files hold bounding boxes and centroids, not outlines: among the districts whose box holds the place it is the
    one with the nearest centroid, measured in sizes of its box; at a border that may be the neighbour.
    """
    holding = [one for one in city.districts if _inside(lon, lat, one.bbox)] or list(city.districts)
    return min(holding, key=lambda one: _distance(lon, lat, one), default=None)


def _refusal(box: Box, bbox: BoundingBox) -> tuple[str, str] | None:
    if box.exposure != "outdoor":
        return "box-not-outdoor", f"its exposure is {box.exposure!r}"
    if not _inside(box.lon, box.lat, bbox):
        return "box-elsewhere", "it stands outside of the area now"
    return None


def _inside(lon: float, lat: float, bbox: BoundingBox) -> bool:
    west, south, east, north = bbox
    return bool(west <= lon <= east and south <= lat <= north)


def _distance(lon: float, lat: float, district: District) -> float:
    west, south, east, north = district.bbox
    return math.hypot(
        (lon - district.centroid[0]) / max(east - west, 1e-6), (lat - district.centroid[1]) / max(north - south, 1e-6)
    )

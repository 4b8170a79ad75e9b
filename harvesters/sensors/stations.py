"""Which stations of a source count as the city's, where they may be said to stand, and the list that is published.

A station often hangs at somebody's home. What is published of its place is the cell of 100 m that it stands in, the
same one that the grid shows, and the middle of that cell: two roundings of one place, laid over each other, would say
more than either. Where a minimum of sensors in a cell is asked for (RULES §1 d), a station in a cell with fewer
stations has no place at all, only its district.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.dresdensmartcity.city.model import BoundingBox, City, District

from ..records import Finding, Value
from . import wording
from .content import instant
from .grid import cell_of, centre
from .sources.model import Station, Stations

# What has become of a station of the list.
ACTIVE, INDOOR, MOBILE, ELSEWHERE, GONE = "active", "indoor", "mobile", "elsewhere", "gone"


@dataclass(frozen=True)
class Selection:
    """The stations to harvest, and why the others of the source are not, by their ids."""

    stations: tuple[Station, ...]
    left_out: Mapping[str, str]
    findings: tuple[Finding, ...]


def select(stations: Sequence[Station], bbox: BoundingBox, phenomena: Collection[str]) -> Selection:
    """Outdoor stations that stand in `bbox` now and measure one of `phenomena`.

    Some searches find a station by every place it ever had, so its present place is looked at again; what stands
    indoors or moves says nothing about the air of a place (RULES §2).
    """
    chosen: list[Station] = []
    left_out: dict[str, str] = {}
    findings: list[Finding] = []
    for station in stations:
        place = f"station {station.id}"
        if station.exposure != "outdoor":
            left_out[station.id] = station.exposure
            findings.append(
                Finding.of("station-not-outdoor", "info", wording.NOT_OUTDOOR, place, exposure=station.exposure)
            )
        elif not _inside(station.lon, station.lat, bbox):
            left_out[station.id] = ELSEWHERE
            findings.append(Finding.of("station-elsewhere", "info", wording.ELSEWHERE, place, station=station.id))
        elif not any(one.phenomenon.id in phenomena for one in station.series):
            left_out[station.id] = GONE
            findings.append(Finding.of("station-without-quantity", "info", wording.NOTHING, place, station=station.id))
        else:
            chosen.append(station)
    return Selection(tuple(chosen), left_out, tuple(findings))


def shown(stations: Sequence[Station], minimum: int) -> set[str]:
    """Ids of the stations whose cell may be published: those in a cell with at least `minimum` stations."""
    cells = {station.id: cell_of(station.lon, station.lat) for station in stations}
    in_cell = Counter(cells.values())
    return {identifier for identifier, cell in cells.items() if in_cell[cell] >= minimum}


def station_rows(
    city: City, stations: Sequence[Station], phenomena: Collection[str], named: Collection[str]
) -> list[dict[str, Value]]:
    """The rows of the table `sensor-boxes`; `named` are the ids of those whose cell is published."""
    rows: list[dict[str, Value]] = []
    for station in sorted(stations, key=lambda one: one.id):
        series = [one for one in station.series if one.phenomenon.id in phenomena]
        cell = cell_of(station.lon, station.lat)
        lon, lat = centre(cell)
        district = district_of(city, lon, lat)
        known = station.id in named
        since = station.located_since
        rows.append(
            {
                "box_id": station.id,
                "status": ACTIVE,
                "district": district.number if district else None,
                "focus_area": _focus_area(city, district),
                "cell": cell if known else None,
                "lon": lon if known else None,
                "lat": lat if known else None,
                "exposure": station.exposure,
                "phenomena": " ".join(sorted({one.phenomenon.id for one in series})),
                "sensor_types": ", ".join(sorted({one.sensor_type for one in series if one.sensor_type})) or None,
                "located_since": instant(since) if since else None,
            }
        )
    return rows


def with_former(
    rows: list[dict[str, Value]], former: Sequence[Mapping[str, Any]], left_out: Mapping[str, str], complete: bool
) -> tuple[list[dict[str, Value]], list[Finding]]:
    """The list with the stations that were in it before and are no more, and what is said of them.

    Their means stay: what was measured is not undone by taking a sensor down. `complete`: the source gave all of its
    stations in a form that could be read; otherwise a station that is not there keeps the status that it had.
    """
    present = {row["box_id"] for row in rows}
    findings: list[Finding] = []
    kept = []
    for row in former:
        identifier = str(row["box_id"])
        if identifier in present:
            continue
        status = left_out.get(identifier, GONE) if complete or identifier in left_out else str(row["status"])
        status = status if status in (INDOOR, MOBILE, ELSEWHERE) else status if status == row["status"] else GONE
        kept.append({**row, "status": status})
        if status != row["status"]:
            text = wording.NOW_GONE if status == GONE else wording.NOW_OTHER
            place = f"station {identifier}"
            findings.append(Finding.of(f"station-{status}", "warning", text, place, station=identifier, status=status))
    return sorted([*rows, *kept], key=lambda one: str(one["box_id"])), findings


def is_complete(answer: Stations) -> bool:
    """Whether every station of the answer could be read."""
    return not any(one.severity == "error" for one in answer.findings)


def district_of(city: City, lon: float, lat: float) -> District | None:
    """The district that a place most likely lies in; None where the city has none.

    City files hold bounding boxes and centroids, not outlines: among the districts whose box holds the place it is the
    one with the nearest centroid, measured in sizes of its box; at a border that may be the neighbour.
    """
    holding = [one for one in city.districts if _inside(lon, lat, one.bbox)] or list(city.districts)
    return min(holding, key=lambda one: _distance(lon, lat, one), default=None)


def _focus_area(city: City, district: District | None) -> str | None:
    return next((area.id for area in city.focus_areas if district and district.number in area.districts), None)


def _inside(lon: float, lat: float, bbox: BoundingBox) -> bool:
    west, south, east, north = bbox
    return bool(west <= lon <= east and south <= lat <= north)


def _distance(lon: float, lat: float, district: District) -> float:
    west, south, east, north = district.bbox
    return math.hypot(
        (lon - district.centroid[0]) / max(east - west, 1e-6), (lat - district.centroid[1]) / max(north - south, 1e-6)
    )

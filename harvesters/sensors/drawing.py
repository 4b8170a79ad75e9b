"""Geometry of the drawings on the sensors' pages: numbers in, places on a drawing out. Templates write the SVG.

Lengths are attributes of SVG elements and not styles, so that a strict content security policy lets them pass.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shapely.geometry.base import BaseGeometry

WIDTH, HEIGHT = 720.0, 280.0
LEFT, RIGHT, TOP, BOTTOM = 64.0, 8.0, 14.0, 44.0
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Day:
    """The valid daily means of all sensors of a quantity on one day; no numbers where there is none."""

    day: date
    low: float | None
    middle: float | None
    high: float | None
    sensors: int = 0  # with a valid mean
    hours: int = 0  # valid hours of all sensors
    expected: int = 0  # hours that there should be


@dataclass(frozen=True)
class Mark:
    """A label beside an axis."""

    at: float
    text: str


@dataclass(frozen=True)
class DaysChart:
    """A line of middles over a band from the lowest to the highest; broken where a day has no value."""

    width: float
    height: float
    left: float
    right: float
    baseline: float
    lines: tuple[str, ...]  # points of a polyline each
    bands: tuple[str, ...]  # points of a polygon each
    dots: tuple[tuple[float, float], ...]  # days between two gaps, which no line shows
    values: tuple[tuple[float, float], ...]  # place and number of each line of the scale
    days: tuple[tuple[float, date], ...]  # place and day of each mark below


def days_chart(days: Sequence[Day]) -> DaysChart:
    """The drawing of days in their order; what is missing between them is a gap."""
    known = {one.day: one for one in days if one.middle is not None}
    inner = (LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM)
    if not known:
        return DaysChart(WIDTH, HEIGHT, *inner, (), (), (), (), ())
    first, last = min(known), max(known)
    span = max((last - first).days, 1)
    scale = steps(min(_of(one.low) for one in known.values()), max(_of(one.high) for one in known.values()))

    def x(day: date) -> float:
        return round(LEFT + (day - first).days / span * (WIDTH - LEFT - RIGHT), 1)

    def y(value: float) -> float:
        share = (value - scale[0]) / (scale[-1] - scale[0])
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    lines, bands, dots = [], [], []
    for run in _runs(sorted(known)):
        here = [known[day] for day in run]
        if len(here) == 1:
            dots.append((x(run[0]), y(_of(here[0].middle))))
            continue
        lines.append(_points([(x(one.day), y(_of(one.middle))) for one in here]))
        top = [(x(one.day), y(_of(one.high))) for one in here]
        bands.append(_points(top + [(x(one.day), y(_of(one.low))) for one in reversed(here)]))
    marks = tuple((x(day), day) for day in _marked(first, last))
    return DaysChart(
        WIDTH, HEIGHT, *inner, tuple(lines), tuple(bands), tuple(dots), tuple((y(one), one) for one in scale), marks
    )


def steps(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round numbers from at or below `low` to at or above `high`, about `wanted` steps apart.

    >>> steps(3, 41)
    [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]
    """
    spread = max(high - low, 0.1)  # a single value, or equal ones, have a scale too
    size = 10 ** math.floor(math.log10(spread / wanted))
    step = next((size * one for one in _STEPS if size * one * wanted >= spread), size * 10)
    begin, end = math.floor(low / step), math.ceil(high / step)
    return [round(number * step, 6) for number in range(begin, max(end, begin + 1) + 1)]


@dataclass(frozen=True)
class Spot:
    """A cell with stations."""

    x: float
    y: float
    stations: tuple[str, ...]
    active: bool


@dataclass(frozen=True)
class SpotsMap:
    """Stations over the outlines of districts."""

    width: float
    height: float
    spots: tuple[Spot, ...]
    outlines: tuple[str, ...]  # path data
    metres: float  # how long the bar of the scale is in the world
    bar: float  # and on the drawing


def spots_map(
    places: Sequence[tuple[str, float, float, bool]], outlines: Sequence[BaseGeometry], width: float = WIDTH
) -> SpotsMap | None:
    """Stations (id, lon, lat, active) on a plane; None without any. Degrees are stretched by the latitude."""
    if not places:
        return None
    middle = sum(lat for _, _, lat, _ in places) / len(places)
    shrink = math.cos(math.radians(middle))
    west, east = min(lon for _, lon, _, _ in places), max(lon for _, lon, _, _ in places)
    south, north = min(lat for _, _, lat, _ in places), max(lat for _, _, lat, _ in places)
    margin = max(0.15 * max((east - west) * shrink, north - south), 0.004)
    west, east, south, north = west - margin / shrink, east + margin / shrink, south - margin, north + margin
    scale = width / ((east - west) * shrink)
    height = round(min(max((north - south) * scale, 0.4 * width), 1.2 * width), 1)
    shift = (height - (north - south) * scale) / 2

    def point(lon: float, lat: float) -> tuple[float, float]:
        return round((lon - west) * shrink * scale, 1), round(shift + (north - lat) * scale, 1)

    cells: dict[tuple[float, float], list[tuple[str, bool]]] = {}
    for identifier, lon, lat, active in places:
        cells.setdefault(point(lon, lat), []).append((identifier, active))
    spots = tuple(
        Spot(*at, tuple(name for name, _ in here), any(active for _, active in here)) for at, here in cells.items()
    )
    paths = tuple(_path(ring, point) for outline in outlines for ring in _rings(outline))
    per_metre = scale / 111_320
    metres = next((one for one in (100, 200, 500, 1000, 2000, 5000) if one * per_metre > width / 9), 10_000)
    return SpotsMap(width, height, spots, paths, metres, round(metres * per_metre, 1))


def _rings(outline: BaseGeometry) -> list[Sequence[tuple[float, float]]]:
    polygons = getattr(outline, "geoms", [outline])
    return [list(one.exterior.coords) for one in polygons if hasattr(one, "exterior")]


def _path(ring: Sequence[tuple[float, float]], point: object) -> str:
    moved = [point(*one[:2]) for one in ring]  # type: ignore[operator]
    return "M" + " ".join(f"{x:g},{y:g}" for x, y in moved) + "Z"


def _runs(days: Sequence[date]) -> list[list[date]]:
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _marked(first: date, last: date) -> list[date]:
    """Days that are named below: firsts of months, or some days of a short time."""
    length = (last - first).days
    if length > 70:
        every = max(1, round(length / 30 / 6))
        firsts = [first + timedelta(days=n) for n in range(length + 1) if (first + timedelta(days=n)).day == 1]
        return firsts[::every]
    every = max(1, math.ceil(length / 5))
    return [first + timedelta(days=n) for n in range(0, length + 1, every)]


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in places)


def _of(value: float | None) -> float:
    """A number of a day that has a middle, and with it the other two."""
    return math.nan if value is None else value

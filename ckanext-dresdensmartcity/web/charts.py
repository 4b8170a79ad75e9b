"""Geometry of the portal's small charts: numbers in, places on a drawing out. Templates write the SVG.

Lengths are attributes of SVG elements and not styles, so that a strict content security policy lets them pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

Number = int | float | Decimal

STEP = 88  # units for a column with its figure ("1.200.000 €" at 14 units)
NARROWEST = 320


@dataclass(frozen=True)
class Column:
    """One upright bar; all lengths in units of the drawing, the origin is at the top left."""

    label: str
    value: Number
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class ColumnChart:
    width: float
    height: float
    baseline: float
    columns: tuple[Column, ...]


def shares(values: Sequence[Number]) -> list[float]:
    """Length of each bar in percent of the longest; 0 for nothing or less."""
    longest = max((float(value) for value in values), default=0.0)
    if longest <= 0:
        return [0.0 for _ in values]
    return [round(max(float(value), 0.0) / longest * 100, 2) for value in values]


def columns(
    values: Mapping[int, Number] | Mapping[str, Number],
    height: float = 240,
    head: float = 28,
    foot: float = 32,
) -> ColumnChart:
    """Upright bars for `values` in their order; `head` leaves room for the figure above, `foot` for the label below.

    The drawing is as wide as its figures need, so that they are still read where it is shrunk to a phone.
    """
    baseline = height - foot
    width = float(max(STEP * len(values), NARROWEST))
    if not values:
        return ColumnChart(width, height, baseline, ())
    step = width / len(values)
    bar = min(step * 0.62, STEP * 0.8)
    room = baseline - head
    drawn = []
    for place, ((label, value), share) in enumerate(zip(values.items(), shares(list(values.values())), strict=True)):
        tall = round(room * share / 100, 2)
        drawn.append(
            Column(
                label=str(label),
                value=value,
                x=round(place * step + (step - bar) / 2, 2),
                y=round(baseline - tall, 2),
                width=round(bar, 2),
                height=tall,
            )
        )
    return ColumnChart(width, height, baseline, tuple(drawn))


@dataclass(frozen=True)
class LineChart:
    """A line through points; all lengths in units of the drawing, the origin is at the top left."""

    width: float
    height: float
    baseline: float
    points: tuple[tuple[float, float], ...]

    @property
    def path(self) -> str:
        """The points as SVG's `points` wants them."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)


def line(
    values: Sequence[tuple[int, Number]], most: Number, width: float = 640, height: float = 200, margin: float = 12
) -> LineChart:
    """A line through (place, value) in their order: places along the drawing, values from 0 to `most`."""
    if not values or most <= 0:
        return LineChart(width, height, height - margin, ())
    first, last = values[0][0], values[-1][0]
    span, room = max(last - first, 1), height - 2 * margin
    points = tuple(
        (
            round(margin + (place - first) / span * (width - 2 * margin), 1),
            round(height - margin - min(max(float(value), 0.0) / float(most), 1.0) * room, 1),
        )
        for place, value in values
    )
    return LineChart(width, height, height - margin, points)

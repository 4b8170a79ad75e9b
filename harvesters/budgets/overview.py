"""What the page of a budget dataset shows of its table: amounts by year, stacked by source or beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .model import ALL, SOURCES

STEP = 96  # units of the drawing for a year with its figure
NARROWEST = 360
HEIGHT, HEAD, FOOT = 260, 28, 32
# Parts of a column are told apart by their strength, which print and colour-blind eyes keep.
STRENGTHS = (1.0, 0.62, 0.36, 0.18, 0.1)
DIRECTIONS = ("expenditure", "revenue")


@dataclass(frozen=True)
class Part:
    """A part of a column, with its place on the drawing (origin at the top left)."""

    name: str
    x: float
    y: float
    width: float
    height: float
    strength: float


@dataclass(frozen=True)
class Year:
    """A column: all its parts, its sum, and where its figures stand."""

    year: int
    euros: Decimal
    middle: float
    top: float
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Overview:
    """The chart and the same figures for a table; `names` are sources, or directions."""

    names: tuple[str, ...]
    strengths: Mapping[str, float]
    amounts: Mapping[int, Mapping[str, Decimal]]  # year -> name -> euro
    years: tuple[Year, ...]
    width: float
    height: float
    baseline: float
    by_source: bool
    stacked: bool

    @property
    def totals(self) -> dict[str, Decimal]:
        return {
            name: sum((row.get(name, Decimal(0)) for row in self.amounts.values()), Decimal(0)) for name in self.names
        }


def overview(rows: Iterable[Mapping[str, Any]]) -> Overview | None:
    """The overview of single lines of a table; None where it holds no amounts.

    A plan that says who pays is shown by source; any other by direction. Sums are left out, as they would count twice.
    """
    items = [row for row in rows if row.get("kind") == "item" and row.get("amount_cents") is not None]
    split = [row for row in items if row["source"] != ALL]
    by_source = bool(split)
    kept = split if by_source else [row for row in items if row["direction"] in DIRECTIONS]
    key = "source" if by_source else "direction"
    amounts: dict[int, dict[str, Decimal]] = {}
    for row in kept:
        year = amounts.setdefault(int(row["year"]), {})
        year[row[key]] = year.get(row[key], Decimal(0)) + Decimal(int(row["amount_cents"])) / 100
    order = SOURCES if by_source else DIRECTIONS
    names = tuple(name for name in order if any(amounts[year].get(name) for year in amounts))
    if not names:
        return None
    spent = {year: row for year, row in sorted(amounts.items()) if any(row.values())}
    strengths = dict(zip(names, STRENGTHS, strict=False))
    years, width = _columns(spent, names, strengths, stacked=by_source)
    return Overview(names, strengths, spent, years, width, HEIGHT, HEIGHT - FOOT, by_source, by_source)


def _columns(
    amounts: Mapping[int, Mapping[str, Decimal]],
    names: tuple[str, ...],
    strengths: Mapping[str, float],
    *,
    stacked: bool,
) -> tuple[tuple[Year, ...], float]:
    sizes = {year: [max(row.get(name, Decimal(0)), Decimal(0)) for name in names] for year, row in amounts.items()}
    most = max((sum(one) if stacked else max(one)) for one in sizes.values()) or Decimal(1)
    width = float(max(STEP * len(sizes), NARROWEST))
    step, room = width / len(sizes), HEIGHT - HEAD - FOOT
    bar = min(step * 0.62, STEP * 0.8)
    years = []
    for place, (year, parts) in enumerate(sizes.items()):
        left, bottom = place * step + (step - bar) / 2, float(HEIGHT - FOOT)
        drawn = []
        for number, (name, size) in enumerate(zip(names, parts, strict=True)):
            tall = float(size / most) * room
            thin = bar if stacked else bar / len(names)
            x = left if stacked else left + number * thin
            y = bottom - tall
            drawn.append(Part(name, round(x, 2), round(y, 2), round(thin, 2), round(tall, 2), strengths[name]))
            bottom = y if stacked else bottom
        top = min(one.y for one in drawn)
        total = sum(amounts[year].values(), Decimal(0)) if stacked else max(amounts[year].values())
        years.append(Year(year, total, round(left + bar / 2, 2), top, tuple(drawn)))
    return tuple(years), width

"""Rows of the published table `indicator-values`: what was protected, with period, breakdown, source and figures.

The core knows a cell by three things: the count, the area, the number of the period. Here each becomes columns for
people, and what is no count joins: figures that the source computed itself, shown only where the counts behind them are
(RULES §6: a rate with a published denominator gives the count away).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ..records import Value
from .protection.memory import Memory, key_of
from .publish import Prepared, Record
from .reading.areas import CITY, UNKNOWN
from .reading.numbers import Figure
from .reading.periods import period_of
from .reading.reader import IndicatorTable
from .reading.unfolding import Part
from .symbols import Status, symbol

Row = dict[str, Value]
NO_BREAKDOWN = Part("")
# In the order of the Table Schema.
COLUMNS = (
    "indicator_id",
    "base_id",
    "breakdown",
    "district",
    "area_level",
    "area_name",
    "period",
    "year",
    "quarter",
    "reference_date",
    "value",
    "unit",
    "numerator",
    "denominator",
    "status",
    "symbol",
    "published_before",
    "source",
)


@dataclass(frozen=True)
class Behind:
    """What all rows of a table share."""

    source: str = ""  # title of the table that they were made from
    names: Mapping[str, str] | None = None  # number of a district -> name, as the city has them


def published_rows(
    table: IndicatorTable, prepared: Prepared, behind: Behind | None = None, memory: Memory | None = None
) -> list[Row]:
    """What is published of a table; `memory` is what earlier releases said."""
    behind, memory = behind or Behind(), memory or Memory()
    make = _maker(table, behind, memory)
    counts = [make(one) for one in prepared.records]
    return [*counts, *_figures(table, prepared, make, behind)]


def _maker(table: IndicatorTable, behind: Behind, memory: Memory) -> Callable[[Record], Row]:
    sources = {one.id: one.data_source for one in table.mapping.indicators if one.data_source}

    def make(one: Record) -> Row:
        period = period_of(one.year)
        part = table.parts.get(one.indicator_id, NO_BREAKDOWN)
        row: Row = {
            "indicator_id": one.indicator_id,
            "base_id": part.base or one.indicator_id,
            "breakdown": part.breakdown.de if part.breakdown else None,
            "district": one.district,
            "area_level": one.area_level,
            "area_name": one.area_name or None,
            "period": str(period),
            "year": period.year,
            "quarter": period.quarter,
            "reference_date": _day(table, one.district, one.year),
            "value": one.value,
            "unit": one.unit,
            "numerator": one.numerator,
            "denominator": one.denominator,
            "status": one.status,
            "symbol": one.symbol,
            "published_before": None,
            "source": sources.get(one.indicator_id) or behind.source or None,
        }
        if one.status == Status.SUPPRESSED.value:
            key = key_of(row)
            row["published_before"] = key in memory.published or key in memory.once
        return row

    return make


def _day(table: IndicatorTable, area: str, number: int) -> str | None:
    """The day that a value is of: its own, else that of the rest of its period where there is but one."""
    if day := table.days.get((area, number)):
        return day
    others = {day for (_, period), day in table.days.items() if period == number}
    if others:
        return next(iter(others)) if len(others) == 1 else None
    declared = table.mapping.reference_date
    if not declared:
        return None
    return declared if len(declared) > 5 else f"{period_of(number).year}-{declared}"


def _figures(table: IndicatorTable, prepared: Prepared, make: Callable[[Record], Row], behind: Behind) -> Iterable[Row]:
    shown = {(one.indicator_id, one.district, one.year): one for one in prepared.records}
    names = {one.district: one.area_name for one in prepared.records}
    declared = {one.id: one for one in table.declared.figures}
    for (identifier, area, number), figure in table.figures.items():
        part = table.parts[identifier]
        indicator = declared[part.base]
        bases = [table.identifier(one, part.groups) for one in indicator.computed_from or ()]
        counts = [shown.get((base, area, number)) for base in bases]
        value, status = _allowed(figure, counts, table.mapping.minimum_denominator)
        level = "district" if area.isdigit() else area.split(":", 1)[0]
        yield make(
            Record(
                indicator_id=identifier,
                district=area,
                area_level=level,
                area_name=names.get(area, "") if area not in (CITY, UNKNOWN) else "",
                year=number,
                value=value,
                unit=indicator.unit,
                numerator=None,
                denominator=None,
                status=status.value,
                symbol=symbol(value, status),
            )
        )


def _allowed(figure: Figure, counts: list[Record | None], minimum: int) -> tuple[float | None, Status]:
    """The figure where all counts that it was computed from are shown and none is too small."""
    if figure.value is None:
        return None, figure.status
    for one in counts:
        if one is None or one.value is None:
            hidden = one is not None and one.status == Status.SUPPRESSED.value
            return None, Status.SUPPRESSED if hidden else Status.MISSING
        if one.value < minimum:
            return None, Status.UNRELIABLE
    return float(figure.value), Status.MEASURED

"""Where a table keeps what: headers matched with the mapping, before any row is read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ..mapping import TIMES, Indicator, Mapping
from .periods import Period, read_period, read_quarter

SHOWN = 40  # headers that a message names


@dataclass(frozen=True)
class ValueColumn:
    """A column with values of one indicator, and what its header says of all of them."""

    place: int
    header: str
    indicator: Indicator
    year: int | None = None
    quarter: int | None = None
    period: Period | None = None
    groups: dict[str, str] = field(default_factory=dict)  # id of the group -> label


@dataclass(frozen=True)
class Layout:
    """The columns of a table, by what they hold."""

    width: int
    places: dict[str, int]  # header -> place, of all columns that are no values
    values: tuple[ValueColumn, ...]
    problems: tuple[str, ...]


def lay_out(headers: Sequence[str], mapping: Mapping) -> Layout:
    """The columns that `mapping` names; what does not fit is in `problems`."""
    named = list(_named(mapping))
    columns = [one.column for one in mapping.indicators if one.column]
    twice = sorted(name for name, times in Counter(headers).items() if times > 1 and name in {*named, *columns})
    problems = [f"line 1, column {name!r}: stands there twice" for name in twice]
    problems += [
        f"line 1, column {name!r}: not there; the table has {_listed(headers)}"
        for name in dict.fromkeys([*named, *columns])
        if name not in headers
    ]
    values = []
    for one in mapping.indicators:
        if one.column is not None and one.column in headers:
            values.append(ValueColumn(headers.index(one.column), one.column, one))
        elif one.spread:
            found = list(_spread(headers, one, problems))
            if not found:
                problems.append(
                    f"line 1: no header fits the pattern {one.spread!r} of {one.id}; the table has {_listed(headers)}"
                )
            values += found
    if not _says_when(mapping, values):
        problems.append(
            "line 1: nothing says the year: name columns.year or columns.period, give the year in the mapping, or have "
            "spread read it from headers"
        )
    places = {name: headers.index(name) for name in named if name in headers}
    return Layout(len(headers), places, tuple(values), tuple(problems))


def _named(mapping: Mapping) -> Iterable[str]:
    columns = mapping.columns
    in_headers = {name for one in mapping.indicators if one.spread for name in re.compile(one.spread).groupindex}
    if columns.period:
        yield columns.period
    elif mapping.year is None and not in_headers & {"year", "period"}:
        yield columns.year
    if columns.quarter:
        yield columns.quarter
    if columns.reference_date:
        yield columns.reference_date
    yield columns.area
    yield from columns.hierarchies.values()
    yield from (group.column for group in mapping.groups if group.column)


def _says_when(mapping: Mapping, values: Sequence[ValueColumn]) -> bool:
    if mapping.columns.period or mapping.columns.year or mapping.year is not None:
        return True
    return all(one.year is not None or one.period is not None for one in values)


def _spread(headers: Sequence[str], one: Indicator, problems: list[str]) -> Iterable[ValueColumn]:
    pattern = re.compile(one.spread or "")
    for place, header in enumerate(headers):
        found = pattern.fullmatch(header)
        if not found:
            continue
        parts = {name: text.strip() for name, text in found.groupdict().items() if text is not None}
        where = f"line 1, column {header!r}"
        year = quarter = period = None
        if "year" in parts and (read := read_period(parts["year"])):
            year = read.year
        if "quarter" in parts:
            quarter = read_quarter(parts["quarter"])
        if "period" in parts:
            period = read_period(parts["period"])
        for name, value in (("year", year), ("quarter", quarter), ("period", period)):
            if name in parts and value is None:
                problems.append(f"{where}: the part that spread calls {name} is none")
        groups = {name: text for name, text in parts.items() if name not in TIMES}
        yield ValueColumn(place, header, one, year, quarter, period, groups)


def _listed(headers: Sequence[str]) -> str:
    more = len(headers) - SHOWN
    return ", ".join(map(repr, headers[:SHOWN])) + (f" and {more} more" if more > 0 else "")

"""Reads an indicator table by district and period into typed rows, or says where it is wrong.

Wide tables (years, quarters or groups in headers) and long ones (groups in rows) become the same rows: one for each
period and area, with a count for each part. Messages never quote the content of a cell: they end in run reports that
everybody can read, and a cell may hold a count that is to be kept secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field

from ...records import Finding
from ...tabular import (
    LocaleError,
    NumberCell,
    NumberLocale,
    RawRow,
    RawTable,
)
from ..mapping import Mapping
from ..symbols import Status
from .areas import CITY, UNKNOWN, district_name, district_number, group_code, group_word
from .cells import TableError, read_cells, text_of
from .layout import Layout, ValueColumn, lay_out
from .numbers import NO_COUNT, NO_NUMBER, Count, Figure, count_of, figure_of, number_locale
from .periods import Period, read_day, read_period, read_quarter
from .unfolding import TOTAL, Combination, Part, TooManyGroupsError, Unfolding, add_up

Groups = tuple[tuple[str, str], ...]  # (code of the hierarchy, area code), in the order of the mapping
Place = tuple[int, str, Groups]  # number of the period, area, groups of the area


@dataclass(frozen=True)
class Row:
    """All counts of one area in one period."""

    number: int  # line of the file that it begins in, the header being 1
    year: int  # number of the period: the year, or of a quarter as periods.py has it
    area: str  # number of the district, area code of a group, CITY or UNKNOWN
    name: str  # for people; never a key
    groups: Groups
    counts: dict[str, Count]  # by id of the part (unfolding.py)


@dataclass(frozen=True)
class IndicatorTable:
    """A table as read, with what was found out about its form."""

    rows: tuple[Row, ...]
    group_names: dict[str, str]  # area code of a group -> its name
    encoding: str
    delimiter: str
    mapping: Mapping  # what the rows are read by: the declared one, its groups unfolded
    declared: Mapping
    parts: dict[str, Part] = field(default_factory=dict)  # by id
    figures: dict[tuple[str, str, int], Figure] = field(default_factory=dict)  # id, area, number of the period
    days: dict[tuple[str, int], str] = field(default_factory=dict)  # area, number of the period -> day in ISO 8601
    sheet: str = ""
    remarks: tuple[Finding, ...] = ()

    def identifier(self, indicator: str, groups: Combination) -> str:
        """Of the part of a declared count by its groups."""
        return Unfolding(self.declared).identifier(indicator, groups)


def read_table(content: bytes, mapping: Mapping, hierarchy: dict[str, dict[str, str]] | None = None) -> IndicatorTable:
    """The table in `content` (CSV or XLSX); raises TableError.

    `hierarchy` adds groupings that the table itself does not name: grouping -> number of district -> name of group.
    """
    raw = read_cells(content, mapping)
    layout = lay_out([str(name) for name in raw.names], mapping)
    if layout.problems:
        raise TableError(list(layout.problems))
    return _Reader(mapping, layout, raw, hierarchy or {}).table()


class _Reader:
    """Reads row after row and keeps what is wrong, so that a person sees all of it at once."""

    def __init__(
        self, mapping: Mapping, layout: Layout, raw: RawTable, hierarchy: Dictionary[str, Dictionary[str, str]]
    ) -> None:
        self.mapping, self.layout, self.raw, self.hierarchy = mapping, layout, raw, hierarchy
        columns = mapping.columns
        self.totals = {name.casefold() for name in columns.totals}
        self.unknown = {name.casefold() for name in columns.unknown}
        self.subtotals = {code: re.compile(pattern) for code, pattern in columns.subtotals.items()}
        self.problems: list[str] = []
        self.remarks = [one for one in raw.remarks if one.check != "cells"]
        self.unfolding = Unfolding(mapping)
        self.locale = self._locale()
        self.names: dict[str, str] = {}
        self.group_names: dict[str, str] = {}
        self.lines: dict[Place, int] = {}
        self.counts: dict[Place, dict[tuple[str, Combination], Count]] = {}
        self.figures: dict[Place, dict[tuple[str, Combination], Figure]] = {}
        self.days: dict[tuple[str, int], str] = {}

    def table(self) -> IndicatorTable:
        """The rows of the table; raises TableError with all that is wrong."""
        for row in self.raw.rows:
            self._row(row)
        self.problems += [f"two groups have the same short name: {pair}" for pair in self.unfolding.twice]
        if not self.counts and not self.problems:
            self.problems.append("the table has no row that is a district, a group of districts or the city")
        rows: tuple[Row, ...] = ()
        if not self.problems:
            try:
                rows = self._without_subtotals([self._assembled(place) for place in self.counts])
            except TooManyGroupsError as error:
                self.problems.append(str(error))
        if self.problems:
            raise TableError(self.problems)
        raw = self.raw
        return IndicatorTable(
            rows,
            self.group_names,
            raw.encoding.removesuffix("-sig"),
            raw.delimiter,
            self.unfolding.unfolded(),
            self.mapping,
            self.unfolding.parts(),
            self._figures(),
            self.days,
            raw.sheet,
            tuple(self.remarks),
        )

    def _locale(self) -> NumberLocale:
        cells = [
            NumberCell(row.cells[one.place], f"row {row.number}, column {one.header!r}")
            for row in self.raw.rows
            if len(row.cells) == self.layout.width
            for one in self.layout.values
        ]
        try:
            return number_locale(cells, self.mapping.decimal_mark, only_counts=not self.mapping.figures)
        except LocaleError as error:
            raise TableError([str(error)]) from error

    def _row(self, row: RawRow) -> None:
        if len(row.cells) != self.layout.width:
            self.problems.append(f"row {row.number}: {len(row.cells)} columns, the header has {self.layout.width}")
            return
        before = len(self.problems)
        cell = text_of(row.cells[self.layout.places[self.mapping.columns.area]])
        area = self._area(row.number, cell)
        groups = self._groups(row, area) if area else ()
        labels = self._labels(row)
        year, quarter, period = self._when(row)
        if len(self.problems) > before:
            return
        self.names.setdefault(area, district_name(cell) if area.isdigit() else cell)
        for one in self.layout.values:
            self._value(row, one, area, groups, labels, (year, quarter, period))
        self._day(row, area)

    def _text(self, row: RawRow, header: str) -> str:
        return text_of(row.cells[self.layout.places[header]])

    def _when(self, row: RawRow) -> tuple[int | None, int | None, Period | None]:
        columns, places = self.mapping.columns, self.layout.places
        year, quarter, period = self.mapping.year, None, None
        if columns.period:
            period = read_period(self._text(row, columns.period))
            if period is None:
                self._note(row.number, columns.period, "neither a year nor a quarter such as 2018-Q1")
        elif columns.year in places:
            read = read_period(self._text(row, columns.year))
            if read is None or read.quarter is not None:
                self._note(row.number, columns.year, "not a year of four digits")
            else:
                year = read.year
        if columns.quarter in places:
            quarter = read_quarter(self._text(row, columns.quarter))
            if quarter is None:
                self._note(row.number, columns.quarter, "not a quarter such as 3. Quartal or Q3")
        return year, quarter, period

    def _area(self, number: int, text: str) -> str:
        columns = self.mapping.columns
        if text.casefold() in self.totals:
            return CITY
        if text.casefold() in self.unknown:
            return UNKNOWN
        for hierarchy, pattern in self.subtotals.items():
            if pattern.match(text):
                return self._group(number, columns.area, hierarchy, text)
        if columns.finest:
            if not text:
                self._note(number, columns.area, "the area is missing")
                return ""
            return self._group(number, columns.area, columns.finest, text)
        code = district_number(text)
        if code is None:
            self._note(
                number,
                columns.area,
                "no district: its number of two digits must lead; rows of totals, of groups of districts and of cases "
                "without a district are declared as columns.totals, columns.subtotals and columns.unknown",
            )
        return code or ""

    def _group(self, number: int, column: str, hierarchy: str, name: str) -> str:
        code = group_code(hierarchy, name)
        first = self.group_names.setdefault(code, name)
        if group_word(first) != group_word(name):
            self._note(number, column, f"has the number of another group ({code}); numbers are the key")
        return code

    def _groups(self, row: RawRow, area: str) -> Groups:
        finest = self.mapping.columns.finest
        if area in (CITY, UNKNOWN) or (not area.isdigit() and area.split(":", 1)[0] != finest):
            return ()
        found = [
            (code, header, self._text(row, header))
            for code, header in self.mapping.columns.hierarchies.items()
            if code != finest
        ]
        found += [(code, f"hierarchy {code}", names.get(area, "")) for code, names in self.hierarchy.items()]
        groups = []
        for code, header, name in found:
            if name:
                groups.append((code, self._group(row.number, header, code, name)))
            else:
                self._note(row.number, header, f"{area} belongs to no group; its sum would be wrong")
        return tuple(groups)

    def _labels(self, row: RawRow) -> dict[str, str]:
        labels = {}
        for group in self.mapping.groups:
            if group.column:
                text = " ".join(self._text(row, group.column).split())
                if not text:
                    self._note(row.number, group.column, "the group is missing")
                labels[group.id] = TOTAL if text in group.totals else text
        return labels

    def _value(
        self,
        row: RawRow,
        column: ValueColumn,
        area: str,
        areas: Groups,
        labels: dict[str, str],
        when: tuple[int | None, int | None, Period | None],
    ) -> None:
        year, quarter, period = column.year or when[0], column.quarter or when[1], column.period or when[2]
        if period is None:
            if year is None:
                self._note(row.number, column.header, "nothing says the year")
                return
            period = Period(year, quarter)
        combination = []
        for group in self.mapping.groups:
            label = " ".join(column.groups.get(group.id, labels.get(group.id, TOTAL)).split())
            label = TOTAL if label in group.totals else label
            self.unfolding.note(group, label)
            combination.append(label)
        key = (column.indicator.id, tuple(combination))
        place = (period.number, area, areas)
        cell = row.cells[column.place]
        if column.indicator.measure == "figure":
            figure = figure_of(cell, self.locale)
            if figure is None:
                self._note(row.number, column.header, NO_NUMBER)
                return
            self.figures.setdefault(place, {})[key] = figure
            return
        count = count_of(cell, self.locale)
        if count is None:
            self._note(row.number, column.header, NO_COUNT)
            return
        first = self.lines.setdefault(place, row.number)
        known = self.counts.setdefault(place, {})
        if key in known:
            self.problems.append(
                f"row {row.number}: the same district and year as row {first}; if the table is broken down by a "
                "further column, declare it in groups"
            )
        known[key] = count

    def _day(self, row: RawRow, area: str) -> None:
        header = self.mapping.columns.reference_date
        if not header:
            return
        text = self._text(row, header)
        day = read_day(text)
        if day is None and text:
            self._note(row.number, header, "not a day such as 31.12.2025 or 2025-12-31")
        for place in self.counts if day else ():
            if place[1] == area and self.lines[place] == row.number:
                self.days[area, place[0]] = str(day)

    def _assembled(self, place: Place) -> Row:
        """The counts of a place with the totals that the table does not list."""
        number, area, groups = place
        given = self.counts[place]
        counts: dict[str, Count] = {}
        combinations = list(self.unfolding.combinations())
        for one in self.mapping.counts:
            here = {combination: given.get((one.id, combination)) for combination in combinations}
            values = {combination: count.value for combination, count in here.items() if count is not None}
            absent = self._absent(here)
            known = add_up(self.unfolding, values, absent)
            for combination in combinations:
                count = here[combination]
                if count is None:
                    value = known[combination]
                    count = Count(value) if value is not None else Count(None, Status.MISSING)
                counts[self.unfolding.identifier(one.id, combination)] = count
        return Row(self.lines[place], number, area, self.names[area], groups, counts)

    def _absent(self, here: Dictionary[Combination, Count | None]) -> list[Combination]:
        if not self.mapping.groups or not all(group.absent_is_zero for group in self.mapping.groups):
            return []
        if all(one is None for one in here.values()):
            return []
        return [combination for combination, count in here.items() if count is None and TOTAL not in combination]

    def _without_subtotals(self, rows: list[Row]) -> tuple[Row, ...]:
        """Rows of groups of districts are computed again from their districts, and have to agree with them."""
        kept = [row for row in rows if not self._is_subtotal(row)]
        sums: dict[tuple[int, str, str], list[Count]] = {}
        for row in kept:
            for _, code in row.groups:
                for name, count in row.counts.items():
                    sums.setdefault((row.year, code, name), []).append(count)
        for row in rows:
            if not self._is_subtotal(row):
                continue
            for name, count in row.counts.items():
                values = [one.value for one in sums.get((row.year, row.area, name), [])]
                if not values or None in values or count.value is None:
                    continue
                if sum(value for value in values if value is not None) != count.value:
                    self.problems.append(f"row {row.number}: {row.area}, {name}: is not the sum of its districts")
        return tuple(kept)

    def _is_subtotal(self, row: Row) -> bool:
        level = row.area.split(":", 1)[0]
        return ":" in row.area and level in self.subtotals and level != self.mapping.columns.finest

    def _figures(self) -> dict[tuple[str, str, int], Figure]:
        found: dict[tuple[str, str, int], Figure] = {}
        for (number, area, _), values in self.figures.items():
            for (indicator, combination), figure in values.items():
                key = (self.unfolding.identifier(indicator, combination), area, number)
                # Of an area in two parts there is no mean of the whole: it would need their weights.
                found[key] = Figure(None, Status.MISSING) if key in found else figure
        return found

    def _note(self, number: int, column: str, message: str) -> None:
        self.problems.append(f"row {number}, column {column!r}: {message}")

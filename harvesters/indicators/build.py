"""Turns the rows of an indicator table into cells and sums: districts, their groups, the city, and the declared sums.

Sums over groups and over the city are published with the districts, so they are computed here; they hold what the
table lists, and a district without a row is missing, never zero. A district that lies in two groups of one hierarchy
has a row for each part: it is published as a whole, while its parts stay unprinted cells, since the sums of the groups
give them away by subtraction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .mapping import Mapping, Sum
from .protection.structure import Cell, Key, Line, Structure
from .reading.areas import CITY, UNKNOWN
from .reading.cells import TableError
from .reading.numbers import Count
from .reading.reader import IndicatorTable, Row
from .symbols import Status

DISTRICT_LEVEL, GROUP_LEVEL, CITY_LEVEL = 0, 1, 2
REST = "~rest"  # ends the name of an unprinted cell: what a sum leaves over


@dataclass(frozen=True)
class Built:
    """The structure of a table and the names of its areas."""

    structure: Structure
    names: dict[str, str]  # area code -> name
    districts: tuple[str, ...]  # numbers that have a row in some year


def build(table: IndicatorTable, mapping: Mapping) -> Built:
    """Cells and sums of `table`; raises TableError where parts do not make their total."""
    builder = _Builder(mapping)
    by_year: dict[int, list[Row]] = defaultdict(list)
    for row in table.rows:
        by_year[row.year].append(row)
    for year, rows in sorted(by_year.items()):
        builder.add_year(year, rows)
    builder.add_sums()
    if builder.problems:
        raise TableError(builder.problems)
    names = dict(table.group_names)
    for row in table.rows:
        names.setdefault(row.area, row.name)
    districts = sorted({row.area for row in table.rows if row.area.isdigit()})
    structure = Structure(builder.cells, tuple(builder.lines), tuple(builder.companions()))
    return Built(structure, names, tuple(districts))


class _Builder:
    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.cells: dict[Key, Cell] = {}
        self.lines: list[Line] = []
        self.problems: list[str] = []
        self.areas: dict[tuple[str, int], None] = {}  # area and year of every cell, in order
        self.depth = {one.id: self._depth(one.id, ()) for one in mapping.counts}

    def _depth(self, indicator: str, above: tuple[str, ...]) -> int:
        """How many sums lie below an indicator: a total is hidden after its parts."""
        if indicator in above:
            self.problems.append(f"sums: {' -> '.join((*above, indicator))} is a total of itself")
            return 0
        below = [
            self._depth(part, (*above, indicator))
            for line in self.mapping.sums
            if line.total == indicator
            for part in line.parts
        ]
        return 1 + max(below) if below else 0

    def add_year(self, year: int, rows: Sequence[Row]) -> None:
        leaves: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            leaves[row.area].append(row)
        given = leaves.pop(CITY, [])
        unknown = leaves.pop(UNKNOWN, [])
        for one in self.mapping.counts:
            parts = self._districts(one.id, year, leaves)
            groups = self._groups(one.id, year, parts)
            rest = [self._add(one.id, UNKNOWN, year, row.counts[one.id]) for row in unknown]
            columns = [list(group.values()) for group in groups.values()]
            if not columns:
                columns = [[(one.id, number, year) for number in leaves]]
            self._city(one.id, year, given, [[*column, *rest] for column in columns])

    def _districts(self, indicator: str, year: int, leaves: dict[str, list[Row]]) -> list[tuple[Row, Key]]:
        """Adds the districts; the rows with the cells that groups are summed from."""
        parts: list[tuple[Row, Key]] = []
        for number, rows in leaves.items():
            if len(rows) == 1:
                parts.append((rows[0], self._add(indicator, number, year, rows[0].counts[indicator])))
                continue
            inner = []
            for row in rows:
                area = "|".join((number, *(code for _, code in row.groups)))
                inner.append(self._add(indicator, area, year, row.counts[indicator], printed=False))
            self._total(indicator, number, year, inner, DISTRICT_LEVEL)
            parts += zip(rows, inner, strict=True)
        return parts

    def _groups(self, indicator: str, year: int, parts: list[tuple[Row, Key]]) -> dict[str, dict[str, Key]]:
        """Adds the sums of the groups: hierarchy -> area code -> cell."""
        members: dict[tuple[str, str], list[Key]] = defaultdict(list)
        for row, key in parts:
            for place in row.groups:
                members[place].append(key)
        groups: dict[str, dict[str, Key]] = defaultdict(dict)
        for (hierarchy, code), keys in sorted(members.items()):
            groups[hierarchy][code] = self._total(indicator, code, year, keys, GROUP_LEVEL)
        return groups

    def _city(self, indicator: str, year: int, given: Sequence[Row], columns: list[list[Key]]) -> None:
        """The city as the source prints it, or else the sum of what it lists."""
        if not given:
            for column in columns[:1]:
                self._total(indicator, CITY, year, column, CITY_LEVEL)
            self.lines += [Line((indicator, CITY, year), tuple(column)) for column in columns[1:]]
            return
        total = self._add(indicator, CITY, year, given[0].counts[indicator], level=CITY_LEVEL)
        rest = self._rest(total, columns[0], (indicator, CITY + REST, year), f"row {given[0].number}", exact=False)
        self.lines += [Line(total, (*column, *rest)) for column in columns]

    def add_sums(self) -> None:
        """The declared sums, in every area and year, also in the unprinted parts of a district."""
        for place, line in enumerate(self.mapping.sums):
            for area, year in self.areas:
                total = (line.total, area, year)
                parts = [(part, area, year) for part in line.parts]
                name = (f"{line.total}{REST}{place}", area, year)
                where = f"{year}, {area}, {line.total}"
                exact = line.kind == "="
                rest = self._rest(total, parts, name, where, exact=exact, always=not exact, line=line)
                self.lines.append(Line(total, (*parts, *rest)))

    def _rest(
        self,
        total: Key,
        parts: Sequence[Key],
        name: Key,
        where: str,
        *,
        exact: bool,
        always: bool = False,
        line: Sum | None = None,
    ) -> list[Key]:
        """What `parts` leave of `total`, as an unprinted cell, where there is such a thing.

        The messages say where, not how much: the difference may be a small count.
        """
        whole = self.cells[total].value
        values = [self.cells[part].value for part in parts]
        known = sum(value for value in values if value is not None)
        if whole is not None and known > whole:
            self.problems.append(f"{where}: the parts are more than their total; correct the table or the declared sum")
        elif whole is not None and exact and known < whole and None not in values:
            self.problems.append(f"{where}: the parts are less than their total; declare the sum as <= if so meant")
        left = whole - known if whole is not None and None not in values else None
        if not (always or left):
            return []
        secret = left is not None and (line is None or line.protect_rest)
        self.cells[name] = Cell(left if secret else None, Status.MISSING, printed=False)
        return [name]

    def _add(
        self, indicator: str, area: str, year: int, count: Count, *, printed: bool = True, level: int = DISTRICT_LEVEL
    ) -> Key:
        key = (indicator, area, year)
        self.cells[key] = Cell(count.value, count.status, printed, level + self.depth[indicator])
        self.areas.setdefault((area, year))
        return key

    def _total(self, indicator: str, area: str, year: int, parts: Iterable[Key], level: int) -> Key:
        """A computed sum; where a part is not known there is none."""
        keys = tuple(parts)
        values = [self.cells[key].value for key in keys]
        known = [value for value in values if value is not None]
        count = Count(sum(known)) if len(known) == len(values) else Count(None, Status.MISSING)
        total = self._add(indicator, area, year, count, level=level)
        self.lines.append(Line(total, keys))
        return total

    def companions(self) -> Iterable[frozenset[Key]]:
        for group in self.mapping.together:
            for area, year in self.areas:
                yield frozenset((indicator, area, year) for indicator in group)

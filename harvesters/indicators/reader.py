"""Reads an indicator table by district and year into typed rows, or says where it is wrong.

Messages never quote the content of a cell: they end in run reports that everybody can read, and a cell may hold a count
that is to be kept secret.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from ..records import HarvesterError
from .mapping import Mapping
from .symbols import DASHES, READ, Status

CITY = "city"  # area code of the whole city
UNKNOWN = "unknown"  # area code of the cases that no district is known for
MOST_PROBLEMS = 20  # named in one message; more would hide the first

_DISTRICT = re.compile(r"^(\d{2})(?!\d)")
_WHOLE = re.compile(r"^\d+$")
_GROUPED = re.compile(r"^\d{1,3}(?:\.\d{3})+$")  # German thousands: 1.234
_BLANKS = re.compile(r"[\s\u00a0\u202f\u2009]+")


class TableError(HarvesterError):
    """The table cannot be read; `problems` holds a line for each place."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        more = len(problems) - MOST_PROBLEMS
        lines = problems[:MOST_PROBLEMS] + ([f"and {more} more"] if more > 0 else [])
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class Count:
    """A whole number, or the reason why there is none."""

    value: int | None
    status: Status = Status.MEASURED


@dataclass(frozen=True)
class Row:
    """One line of the source."""

    number: int  # line of the file, the header being 1
    year: int
    area: str  # number of the district, CITY or UNKNOWN
    name: str  # of the district, for people; never a key
    groups: tuple[tuple[str, str], ...]  # (code of the hierarchy, area code), in the order of the mapping
    counts: dict[str, Count]  # by id of the indicator


@dataclass(frozen=True)
class IndicatorTable:
    """A table as read, with what was found out about its form."""

    rows: tuple[Row, ...]
    group_names: dict[str, str]  # area code of a group -> its name
    encoding: str
    delimiter: str
    mapping: Mapping  # what the rows are read by: the declared one, its groups unfolded


def read_table(content: bytes, mapping: Mapping, hierarchy: dict[str, dict[str, str]] | None = None) -> IndicatorTable:
    """The table in `content`, raises TableError.

    `hierarchy` adds groupings that the table itself does not name: grouping -> number of district -> name of group.
    """
    text, encoding = decode(content, mapping.encoding)
    delimiter = find_delimiter(text, mapping.delimiter)
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    places = _places(lines[0] if lines else [], mapping)
    reader = _Reader(mapping, places, hierarchy or {}, len(lines[0]))
    rows = tuple(
        row for number, line in enumerate(lines[1:], start=2) if any(line) and (row := reader.row(number, line))
    )
    reader.problems += _twice(rows)
    if not rows and not reader.problems:
        reader.problems.append("the table has a header and no rows")
    if reader.problems:
        raise TableError(reader.problems)
    return IndicatorTable(rows, reader.group_names, encoding, delimiter, mapping)


def decode(content: bytes, encoding: str) -> tuple[str, str]:
    """Text and the encoding that it was in: UTF-8 (with or without a mark), else Windows-1252."""
    if encoding != "cp1252":
        try:
            return content.decode("utf-8-sig"), "utf-8"
        except UnicodeDecodeError as error:
            if encoding == "utf-8":
                raise TableError([f"byte {error.start}: not UTF-8; declare encoding cp1252 if it is that"]) from error
    try:
        return content.decode("cp1252"), "cp1252"
    except UnicodeDecodeError as error:
        raise TableError([f"byte {error.start}: neither UTF-8 nor Windows-1252; save the table as UTF-8"]) from error


def find_delimiter(text: str, declared: str) -> str:
    """`;` or `,`, whichever the header has more of."""
    if declared != "auto":
        return declared
    header = text.split("\n", 1)[0]
    if not (";" in header or "," in header):
        raise TableError(["line 1: neither ; nor , separates columns; is this a table in CSV?"])
    return ";" if header.count(";") >= header.count(",") else ","


def parse_count(text: str) -> Count | None:
    """A count or the reason why there is none; None if it is neither.

    >>> parse_count("1.234"), parse_count("–").value, parse_count("12,5")
    (Count(value=1234, status=<Status.MEASURED: 'measured'>), 0, None)
    """
    bare = _BLANKS.sub("", text)
    if bare in READ:
        return Count(None, READ[bare])
    if bare in DASHES:
        return Count(0)
    if _WHOLE.match(bare):
        return Count(int(bare))
    if _GROUPED.match(bare):
        return Count(int(bare.replace(".", "")))
    return None


def group_code(hierarchy: str, name: str) -> str:
    """Area code of a group: by the number that leads its name where there is one, for names change.

    >>> group_code("stadtraum", "02 Johannstadt"), group_code("stadtbezirk", "StB 0 Altstadt")
    ('stadtraum:02', 'stadtbezirk:StB 0 Altstadt')
    """
    number = _DISTRICT.match(name)
    return f"{hierarchy}:{number.group(1) if number else name}"


def district_number(text: str) -> str | None:
    """The two digits that lead a district's name.

    >>> district_number("05 Friedrichstadt"), district_number("Friedrichstadt")
    ('05', None)
    """
    found = _DISTRICT.match(text.strip())
    return found.group(1) if found else None


def _places(header: list[str], mapping: Mapping) -> dict[str, int]:
    names = [name.strip() for name in header]
    twice = sorted(name for name, times in Counter(names).items() if times > 1 and name)
    wanted = [mapping.columns.year, mapping.columns.district, *mapping.columns.hierarchies.values()]
    wanted += [one.column for one in mapping.counts if one.column]
    problems = [f"line 1, column {name!r}: stands there twice" for name in twice if name in wanted]
    problems += [
        f"line 1, column {name!r}: not there; the table has {', '.join(map(repr, names))}"
        for name in wanted
        if name not in names
    ]
    if problems:
        raise TableError(problems)
    return {name: names.index(name) for name in wanted}


def _twice(rows: tuple[Row, ...]) -> list[str]:
    first: dict[tuple[object, ...], int] = {}
    problems = []
    for row in rows:
        key = (row.year, row.area, row.groups)
        if key in first:
            problems.append(
                f"row {row.number}: the same district and year as row {first[key]}; if the table is broken down by "
                "a further column, it needs a column for each group"
            )
        first.setdefault(key, row.number)
    return problems


class _Reader:
    """Reads line after line and keeps what is wrong, so that a person sees all of it at once."""

    def __init__(
        self, mapping: Mapping, places: dict[str, int], hierarchy: dict[str, dict[str, str]], width: int
    ) -> None:
        self.mapping = mapping
        self.places = places
        self.hierarchy = hierarchy
        self.width = width
        self.problems: list[str] = []
        self.group_names: dict[str, str] = {}
        self.totals = {name.casefold() for name in mapping.columns.totals}
        self.unknown = {name.casefold() for name in mapping.columns.unknown}

    def row(self, number: int, line: list[str]) -> Row | None:
        """The row in `line`, or None after noting what is wrong with it."""
        if len(line) != self.width:
            self.problems.append(f"row {number}: {len(line)} columns, the header has {self.width}")
            return None
        before = len(self.problems)
        year = self._year(number, self._text(line, self.mapping.columns.year))
        name = self._text(line, self.mapping.columns.district)
        area = self._area(number, name)
        groups = self._groups(number, line, area) if area else ()
        counts = {one.id: self._count(number, line, one.column) for one in self.mapping.counts if one.column}
        if len(self.problems) > before:
            return None
        return Row(number, year, area, name[2:].strip() if area.isdigit() else name, groups, counts)

    def _text(self, line: list[str], column: str) -> str:
        return line[self.places[column]].strip()

    def _year(self, number: int, text: str) -> int:
        if not re.fullmatch(r"(?:19|20)\d{2}", text):
            self._note(number, self.mapping.columns.year, "not a year of four digits")
            return 0
        return int(text)

    def _area(self, number: int, text: str) -> str:
        if text.casefold() in self.totals:
            return CITY
        if text.casefold() in self.unknown:
            return UNKNOWN
        code = district_number(text)
        if code is None:
            self._note(
                number,
                self.mapping.columns.district,
                "no district: its number of two digits must lead; rows of totals and of cases without a district are "
                "declared as columns.totals and columns.unknown",
            )
        return code or ""

    def _groups(self, number: int, line: list[str], area: str) -> tuple[tuple[str, str], ...]:
        if not area.isdigit():
            return ()
        groups = []
        for hierarchy, column in self.mapping.columns.hierarchies.items():
            groups.append((hierarchy, column, self._text(line, column)))
        for hierarchy, names in self.hierarchy.items():
            groups.append((hierarchy, f"hierarchy {hierarchy}", names.get(area, "")))
        found = []
        for hierarchy, column, name in groups:
            if not name:
                self._note(number, column, f"district {area} belongs to no group; its sum would be wrong")
                continue
            code = group_code(hierarchy, name)
            self.group_names.setdefault(code, name)
            found.append((hierarchy, code))
        return tuple(found)

    def _count(self, number: int, line: list[str], column: str) -> Count:
        count = parse_count(self._text(line, column))
        if count is None:
            self._note(number, column, "not a whole number, nor a sign such as – . … / x")
            return Count(None, Status.MISSING)
        return count

    def _note(self, number: int, column: str, message: str) -> None:
        self.problems.append(f"row {number}, column {column!r}: {message}")

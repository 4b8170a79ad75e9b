"""From the bytes of a CSV file to a typed plan; every cell that cannot be read is named with row and column.

The form: `line,parent,section,title,y<year>…,total`, one row for each line of the funding programme's cost and
financing plan. Lines with "+" in their code add up others; lines of the section "share" are percentages.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from decimal import Decimal

from .numbers import Cell, NoNumberError, decimal_mark, is_unknown, number
from .plan import SHARE, TOTAL, BudgetFormError, BudgetLine, Column, Plan, PlanFinding, ShareLine, column_name

TEXTS = ("line", "parent", "section", "title")
CODE = re.compile(r"\d+(\.\d+)*(\+\d+(\.\d+)*)*")
YEAR = re.compile(r"y(\d{4})")
DELIMITERS = ";,\t"


def read_plan(content: bytes, declared_mark: str | None = None) -> Plan:
    """The plan in `content`; `declared_mark` ("." or ",") for files whose numbers do not show their decimal mark.

    Raises BudgetFormError or NumberMarkError when the file as a whole cannot be read.
    """
    text, encoding = _decode(content)
    delimiter = _delimiter(text)
    reader_of_rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = list(reader_of_rows)
    except csv.Error as error:
        raise BudgetFormError(f"the file is no proper CSV: {error}", f"line {reader_of_rows.line_num}") from error
    header = [name.strip() for name in rows[0]]
    years = _years(header)
    names = [name for name in header if name not in TEXTS]
    body = [(place, row) for place, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)]
    if not body:
        raise BudgetFormError("the file has a header and no lines")
    reader = _Reader(header)
    entries = [entry for place, row in body if (entry := reader.texts(place, row))]
    mark = decimal_mark(
        (Cell(entry.cells[name], f"row {entry.row}, column {name}") for entry in entries for name in names),
        declared_mark,
    )
    money, shares = [], []
    for entry in entries:
        texts = (entry.row, entry.code, entry.parent, entry.section, entry.title)
        values = reader.values(entry, years, mark)
        if entry.section == SHARE:
            shares.append(ShareLine(*texts, percent=values))
        else:
            money.append(BudgetLine(*texts, cents=reader.cents(entry, values)))
    return Plan(years, tuple(money), tuple(shares), encoding, delimiter, mark, tuple(reader.findings))


@dataclass(frozen=True)
class _Entry:
    row: int
    code: str
    parent: str
    section: str
    title: str
    cells: dict[str, str]


@dataclass
class _Reader:
    header: list[str]
    findings: list[PlanFinding] = field(default_factory=list)

    def texts(self, place: int, row: list[str]) -> _Entry | None:
        """The row's texts, or a finding where it has not as many cells as the header or no code."""
        if len(row) != len(self.header):
            message = f"the row has {len(row)} cells, the header {len(self.header)}"
            self.findings.append(PlanFinding("cells", place, "", message, str(len(self.header)), str(len(row))))
            return None
        cells = dict(zip(self.header, (cell.strip() for cell in row), strict=True))
        if not CODE.fullmatch(cells["line"]):
            message = f"{cells['line']!r} is no line code such as 1.2.5 or 1+2"
            self.findings.append(PlanFinding("code", place, "line", message, found=cells["line"]))
            return None
        return _Entry(place, cells["line"], cells["parent"], cells["section"], cells["title"], cells)

    def values(self, entry: _Entry, years: tuple[int, ...], mark: str) -> dict[Column, Decimal]:
        columns: tuple[Column, ...] = (*years, TOTAL)
        values = {}
        for column in columns:
            name = column_name(column)
            text = entry.cells[name]
            try:
                if is_unknown(text):
                    raise NoNumberError(f"{text!r} is no value; write 0 for nothing")
                values[column] = number(text, mark)
            except NoNumberError as error:
                self.findings.append(PlanFinding("number", entry.row, name, str(error), found=text))
        return values

    def cents(self, entry: _Entry, values: dict[Column, Decimal]) -> dict[Column, int]:
        found = {}
        for column, value in values.items():
            cents = value.scaleb(2)
            if cents == cents.to_integral_value():
                found[column] = int(cents)
            else:
                name = column_name(column)
                message = f"{entry.cells[name]!r} is finer than a cent"
                self.findings.append(PlanFinding("number", entry.row, name, message, found=entry.cells[name]))
        return found


def _decode(content: bytes) -> tuple[str, str]:
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        # What German spreadsheets write; every byte but five is a letter there, so it comes second.
        try:
            return content.decode("cp1252"), "cp1252"
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise BudgetFormError("the file is neither UTF-8 nor cp1252", f"line {line}") from error


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    for delimiter in DELIMITERS:
        names = {name.strip().strip('"') for name in first.split(delimiter)}
        if set(TEXTS) <= names:
            return delimiter
    raise BudgetFormError(
        f"the header must name the columns {', '.join(TEXTS)}, y<year>…, total; found {first.strip()[:120]!r}", "row 1"
    )


def _years(header: list[str]) -> tuple[int, ...]:
    doubled = {name for name in header if header.count(name) > 1}
    unknown = {name for name in header if name not in (*TEXTS, TOTAL) and not YEAR.fullmatch(name)}
    years = tuple(int(found.group(1)) for name in header if (found := YEAR.fullmatch(name)))
    if doubled or unknown or not years or TOTAL not in header:
        wrong = ", ".join(sorted(doubled | unknown))
        problem = f"unknown or doubled: {wrong}" if wrong else "years or total are missing"
        raise BudgetFormError(f"columns are {', '.join(TEXTS)}, y<year>…, total, each once; {problem}", "row 1")
    return tuple(sorted(years))

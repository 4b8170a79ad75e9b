"""What a funding plan is: typed lines, amounts in whole cents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from ..records import Finding, HarvesterError, Severity

TOTAL: Literal["total"] = "total"  # name of the column, and of the section of lines that add up others
FINANCING = "financing"
SHARE = "share"
Column = int | Literal["total"]  # a year, or the column of totals
Source = Literal["municipal", "third-party", "federal"]

# The funding programme's form numbers its lines the same for every city: 3.1.x finances the project, 3.2.x other
# projects, 3.3.x are the shares of 3.1.x in percent.
SOURCES: Mapping[str, Source] = {
    "3.1.1": "municipal",
    "3.1.2": "third-party",
    "3.1.3": "federal",
    "3.2.1": "municipal",
    "3.2.2": "third-party",
}


class BudgetFormError(HarvesterError):
    """The file is no funding plan of a known form; nothing can be said about its numbers."""


@dataclass(frozen=True)
class PlanFinding:
    """What a check saw, in the terms of the file; `row` counts from 1, the header is row 1."""

    check: str
    row: int
    column: str
    message: str
    expected: str = ""
    found: str = ""
    difference: str = ""  # found minus expected
    severity: Severity = "error"

    @property
    def place(self) -> str:
        return f"row {self.row}, column {self.column}" if self.column else f"row {self.row}"

    def as_finding(self) -> Finding:
        """The same for the report of a run."""
        return Finding(self.check, self.severity, self.message, self.place, self.expected or None, self.found or None)


@dataclass(frozen=True)
class Line:
    """A line of the plan as its row has it; a value that could not be read is missing and stands in the findings."""

    row: int  # in the file
    code: str  # "1.2.5", or "1+2" for a line that adds up others
    parent: str
    section: str
    title: str

    @property
    def is_total(self) -> bool:
        return "+" in self.code


@dataclass(frozen=True)
class BudgetLine(Line):
    """A line of money."""

    cents: Mapping[Column, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ShareLine(Line):
    """A line of shares; percent with as many decimals as the file prints."""

    percent: Mapping[Column, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """A funding plan that was read, and how."""

    years: tuple[int, ...]
    money: tuple[BudgetLine, ...]
    shares: tuple[ShareLine, ...]
    encoding: str
    delimiter: str
    decimal_mark: str  # "." or ","
    findings: tuple[PlanFinding, ...] = ()  # cells and rows that could not be read

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines in the order of the file."""
        return tuple(sorted((*self.money, *self.shares), key=lambda line: line.row))

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*self.years, TOTAL)

    @property
    def costs(self) -> tuple[BudgetLine, ...]:
        """What the money is spent on, without lines that add up others."""
        return tuple(one for one in self.money if one.section not in (FINANCING, TOTAL))

    @property
    def measures(self) -> tuple[BudgetLine, ...]:
        """Lines of the second part of each phase ("1.2.x", "2.2.x"): investments and measures, by the form."""
        return tuple(one for one in self.costs if one.parent.count(".") == 1 and one.parent.endswith(".2"))


def column_name(column: Column) -> str:
    """The column as the file calls it."""
    return f"y{column}" if isinstance(column, int) else column


def euros(cents: int) -> str:
    """An amount as people and machines read it: "1234.50"."""
    return f"{Decimal(cents).scaleb(-2):.2f}"


def code_key(code: str) -> tuple[int, ...]:
    """Sorts "1.2.10" behind "1.2.9"; for codes without "+"."""
    return tuple(int(part) for part in code.split("."))

"""What a budget plan is, whatever file it came from: lines with amounts in whole cents, each at its place in the file.

The long form that is stored has a row for each measure, year, phase, source and direction (RULES §7).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal, get_args

from ..records import Finding, HarvesterError, Severity, Value

Role = Literal["year", "total", "overall", "earlier", "later", "commitment"]
Phase = Literal["ansatz", "plan", "ist"]
Source = Literal["Eigenmittel", "Bund", "Land", "EU", "Dritte", "Gesamt"]
Direction = Literal["expenditure", "revenue", "balance"]
Kind = Literal["item", "sum", "share"]
Form = Literal["programme", "mapped"]

PHASES: tuple[Phase, ...] = get_args(Phase)
SOURCES: tuple[Source, ...] = get_args(Source)
ALL: Source = "Gesamt"  # all sources together
PLANNED: tuple[Phase, ...] = ("ansatz", "plan")  # what adds up to a plan; what was spent ("ist") stands beside it


class BudgetFormError(HarvesterError):
    """The file is no budget plan of a known form, or not the one that its mapping describes."""


@dataclass(frozen=True)
class Slot:
    """What an amount of a line means."""

    role: Role = "year"
    # total: of the plan's years; overall: Gesamtkosten; earlier: bisher bereitgestellt; later: after the plan's years;
    # commitment: Verpflichtungsermächtigung given in a year, to be paid later
    year: int | None = None
    phase: Phase = "plan"
    source: Source = ALL
    direction: Direction = "expenditure"


@dataclass(frozen=True)
class Entry:
    """An amount with its place; `column` is the header of the file."""

    row: int
    column: str
    cents: int


@dataclass(frozen=True)
class Line:
    """A line of the plan: a measure, another item, a sum of others, or the head of a share."""

    code: str  # the measure's id, or that of whatever the line is; unique in a plan
    row: int  # in the file; of a long table the first one
    title: str = ""
    kind: Kind = "item"
    parent: str = ""  # code of the line or part that it belongs to
    section: str = ""
    adds: tuple[str, ...] = ()  # what a sum adds up, where its children are not what it does
    source: Source | None = None  # of a line that is money of one source
    direction: Direction = "expenditure"
    levels: Mapping[str, str] = field(default_factory=dict)  # "Produktbereich": "11"
    entries: Mapping[Slot, Entry] = field(default_factory=dict)
    unknown: Mapping[Slot, int] = field(default_factory=dict)  # cells that hold no readable amount, with their rows
    start: date | None = None
    end: date | None = None
    start_column: str = ""
    is_measure: bool = False  # of the funding programme


@dataclass(frozen=True)
class Share:
    """A percentage that the file prints, and the amounts that it is the ratio of (none: they cannot be told)."""

    row: int
    column: str
    code: str
    percent: Decimal
    part: tuple[Entry, ...]
    whole: tuple[Entry, ...]
    group: str  # shares of one group add up to 100; empty: of none
    slot: Slot = Slot()


@dataclass(frozen=True)
class Limit:
    """What may cost at most a share of something else."""

    name: str  # of the check: "third-rule", "cofinancing"
    label: str  # for people
    row: int
    column: str
    part: tuple[Entry, ...]
    base: tuple[Entry, ...]
    most: tuple[int, int]  # numerator and denominator
    severity: Severity = "error"


@dataclass(frozen=True)
class Control:
    """A declared total and what it is the total of."""

    label: str
    cents: int
    entries: tuple[Entry, ...]
    row: int | None = None
    column: str | None = None


@dataclass(frozen=True)
class PlanFinding:
    """What a check saw, in the terms of the file; `row` counts from 1, the header is row 1.

    Amounts are numbers in the currency's main unit (euro), percentages are numbers; `difference` is found - expected.
    """

    check: str
    row: int | None
    column: str | None
    template: str
    values: Mapping[str, Value] = field(default_factory=dict)
    expected: Value = None
    found: Value = None
    difference: float | int | None = None
    severity: Severity = "error"

    @property
    def message(self) -> str:
        return self.template.format(**self.values)

    @property
    def place(self) -> str:
        parts = [f"row {self.row}"] if self.row else []
        return ", ".join(parts + ([f"column {self.column}"] if self.column else []))

    def as_dict(self) -> dict[str, Value]:
        """The finding as the command prints it in JSON: exactly these keys."""
        return {
            "check": self.check,
            "row": self.row,
            "column": self.column,
            "expected": self.expected,
            "found": self.found,
            "difference": self.difference,
            "severity": self.severity,
            "message": self.message,
        }

    def as_finding(self) -> Finding:
        """The same for the report of a run."""
        return Finding(
            self.check,
            self.severity,
            self.message,
            self.place,
            self.expected,
            self.found,
            template=self.template,
            values=dict(self.values),
        )


@dataclass(frozen=True)
class ReadAs:
    """How the file is written, as it was found out or declared."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    decimal_mark: str = "."
    decided: str = "cells"
    unit: str = "EUR"
    currency: str = "EUR"

    @property
    def text(self) -> str:
        way = f"sheet {self.sheet!r}" if self.sheet else f"encoding {self.encoding}, separator {self.delimiter!r}"
        return f"{way}, decimal mark {self.decimal_mark!r}"


@dataclass(frozen=True)
class Version:
    """Which resolution of a plan this is; empty where nobody says."""

    id: str = ""
    resolved_on: date | None = None


@dataclass(frozen=True)
class Expectations:
    """What is declared about a plan beside its cells; checks that need more than the file use it."""

    tolerance: Decimal = Decimal(1)  # cents for each addend (RULES §7: 0.01; half a printed unit for rounded amounts)
    years: tuple[int, int] | None = None
    overall_years: tuple[int, int] | None = None
    signs: Mapping[Direction, Literal["positive", "negative", "any"]] = field(default_factory=dict)
    costs_negative: bool = False  # expenditure is printed with a minus, so that a balance is a plain sum
    total_words: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    controls: tuple[Control, ...] = ()
    sources_complete: bool = False  # the table names every source, so that they make the amount of all
    counted: bool = False  # siblings are numbered from 1


@dataclass(frozen=True)
class Plan:
    """A plan that was read, and how."""

    form: Form
    lines: tuple[Line, ...]
    years: tuple[int, ...]
    read: ReadAs
    shares: tuple[Share, ...] = ()
    expect: Expectations = Expectations()
    version: Version = Version()
    columns: Mapping[Slot, str] = field(default_factory=dict)  # of a wide table: its headers
    findings: tuple[PlanFinding, ...] = ()  # what could not be read

    @cached_property
    def by_code(self) -> dict[str, Line]:
        return {line.code: line for line in reversed(self.lines)}

    @cached_property
    def children(self) -> dict[str, tuple[Line, ...]]:
        """Lines by the code that they belong to; sums that name what they add up belong to nothing."""
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            counted = self.by_code[line.code] is line  # one that stands there twice counts once
            if counted and line.kind != "share" and not line.adds and line.parent:
                found.setdefault(line.parent, []).append(line)
        return {code: tuple(lines) for code, lines in found.items()}

    @property
    def money(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.kind != "share")

    @cached_property
    def items(self) -> tuple[Line, ...]:
        """Lines that are no sum of others."""
        return tuple(one for one in self.lines if one.kind == "item" and one.code not in self.children)

    @property
    def measures(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.is_measure)

    def entries(self) -> Iterator[tuple[Line, Slot, Entry]]:
        for line in self.money:
            for slot, entry in line.entries.items():
                yield line, slot, entry


def filled(**values: Value) -> dict[str, Value]:
    """Values of a template's names."""
    return values


def amount(cents: int | Decimal) -> float | int:
    """Cents as a number of euros: whole ones as an integer, so that 530000 is not written 530000.0."""
    euros = Decimal(cents) / 100
    return int(euros) if euros == euros.to_integral_value() else float(round(euros, 2))


def code_key(code: str) -> tuple[tuple[int, str], ...]:
    """Sorts "1.2.10" behind "1.2.9"."""
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in code.split("."))

"""From cells to amounts, years, dates and words; what cannot be read is a finding at its cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ..records import Finding, Severity
from ..tabular import CellValue, NoNumberError, NumberLocale, RawTable, Symbol
from . import wording
from .model import BudgetFormError, PlanFinding
from .words import meaning

_YEAR = re.compile(r"(?:19|20)\d{2}")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T.*)?")
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_PLACE = re.compile(r"(?:row (\d+))?(?:, column (.*))?(?:cell ([A-Z]+)(\d+))?")
MOST_CENTS = 10**15  # ten thousand milliards of euros; the DataStore's integers reach further


@dataclass
class Cells:
    """Reads cells of one file and keeps what is wrong with them."""

    locale: NumberLocale
    cents_of_unit: int = 100  # 100 for euros, 100,000 for thousands of them
    findings: list[PlanFinding] = field(default_factory=list)
    smallest: int = 0  # most decimals that an amount is printed with

    def cents(self, value: CellValue, row: int, column: str, *, blank: Severity | None = "error") -> int | None:
        """The amount in whole cents; None where there is none. `blank`: what an empty cell is, None for no finding."""
        number = self._number(value, row, column, blank)
        if number is None:
            return None
        if isinstance(number, Symbol):
            if number is Symbol.NOTHING:
                return 0
            self.note("number", row, column, wording.SYMBOL, found=str(value), severity=blank or "warning")
            return None
        cents = number * self.cents_of_unit
        if cents != cents.to_integral_value() or abs(cents) > MOST_CENTS:
            self.note("number", row, column, wording.FINE, found=str(value))
            return None
        exponent = number.as_tuple().exponent
        self.smallest = max(self.smallest, -exponent if isinstance(exponent, int) else 0)
        return int(cents)

    def percent(self, value: CellValue, row: int, column: str, *, blank: Severity | None = "error") -> Decimal | None:
        """A percentage with as many decimals as it is printed with."""
        number = self._number(value, row, column, blank)
        if isinstance(number, Symbol):
            return Decimal(0) if number is Symbol.NOTHING else None
        return number

    def _number(self, value: CellValue, row: int, column: str, blank: Severity | None) -> Decimal | Symbol | None:
        try:
            number = self.locale.parse(value)
        except NoNumberError:
            self.note("number", row, column, wording.NO_NUMBER, found=str(value), mark=self.locale.decimal_mark)
            return None
        if number is None and blank:
            self.note("number", row, column, wording.NO_VALUE, severity=blank)
        return number

    def year(self, value: CellValue, row: int, column: str) -> int | None:
        text = f"{value:f}" if isinstance(value, Decimal) else value
        if not _YEAR.fullmatch(text):
            self.note("year", row, column, wording.NO_YEAR, found=text)
            return None
        return int(text)

    def date(self, value: CellValue, row: int, column: str) -> date | None:
        """A day; a plain year is its first day where nothing else is said, see `last_day`."""
        text = f"{value:f}" if isinstance(value, Decimal) else value
        if not text:
            return None
        if found := read_date(text):
            return found
        self.note("date", row, column, wording.NO_DATE, found=text)
        return None

    def word(self, kind: str, value: CellValue, declared: Mapping[str, str], row: int, column: str) -> str | None:
        """What a word of the file means, "phase", "source" or "direction"."""
        text = str(value)
        found = meaning(kind, text, declared)
        if found is None:
            self.note("word", row, column, wording.UNKNOWN_WORD, found=text, what=kind, key=f"{kind}s")
        return found

    def note(
        self,
        check: str,
        row: int,
        column: str,
        template: str,
        *,
        found: str = "",
        severity: Severity = "error",
        **values: str | int,
    ) -> None:
        """Add a finding; `found` fills {text} of the template as well."""
        texts = values | ({"text": found} if found else {})
        self.findings.append(PlanFinding(check, row, column, template, texts, found=found or None, severity=severity))


def read_date(text: str) -> date | None:
    """2026-05-31, 31.05.2026, or a year of four digits (its first day).

    >>> read_date("31.05.2026"), read_date("2026"), read_date("31.02.2026")
    (datetime.date(2026, 5, 31), datetime.date(2026, 1, 1), None)
    """
    try:
        if found := _ISO.fullmatch(text):
            return date(*(int(part) for part in found.groups()))
        if found := _GERMAN.fullmatch(text):
            day, month, year = (int(part) for part in found.groups())
            return date(year, month, day)
        if _YEAR.fullmatch(text):
            return date(int(text), 1, 1)
    except ValueError:
        return None
    return None


def remarks(table: RawTable) -> list[PlanFinding]:
    """What reading the file found, as findings of the plan."""
    return [_remark(one, table) for one in table.remarks]


def _remark(one: Finding, table: RawTable) -> PlanFinding:
    found = _PLACE.fullmatch(one.place)
    row, column = None, None
    if found and found.group(1):
        row, column = int(found.group(1)), found.group(2)
    elif found and found.group(3):
        row, column = int(found.group(4)), _column(found.group(3), table)
    expected, got = one.values.get("expected"), one.values.get("found")
    difference = got - expected if isinstance(got, int) and isinstance(expected, int) else None
    return PlanFinding(one.check, row, column, one.template, one.values, expected, got, difference, one.severity)


def _column(letters: str, table: RawTable) -> str:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    names = table.names
    return names[place - 1] if place <= len(names) and names[place - 1] else letters


def position(table: RawTable, name: str) -> int:
    """Where a column stands; BudgetFormError where the table has none or two of that name."""
    places = [place for place, one in enumerate(table.names) if one == name]
    if len(places) == 1:
        return places[0]
    number = table.names.count(name)
    known = ", ".join(repr(one) for one in table.names if one)
    raise BudgetFormError(f"the table has {number or 'no'} column{'s' * (number > 1)} {name!r}; it has {known}")

"""Cells of an indicator table as counts and figures, in the one way in which the file writes numbers.

Messages never quote a cell: it may hold a count that is to be kept secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ...tabular import CellValue, LocaleError, NumberCell, NumberLocale, Symbol, UndecidableError, decide
from ...tabular.locale import NoNumberError
from ..symbols import Status

STATUS = {
    Symbol.UNKNOWN: Status.SUPPRESSED,
    Symbol.LATER: Status.LATER,
    Symbol.UNRELIABLE: Status.UNRELIABLE,
    Symbol.SENSELESS: Status.NOT_APPLICABLE,
    Symbol.NO_ANSWER: Status.MISSING,
}
ANY = NumberLocale(",")  # for cells that are tried one by one
NO_COUNT = "not a whole number, nor a sign such as – . … / x"
NO_NUMBER = "not a number, nor a sign such as – . … / x"


@dataclass(frozen=True)
class Count:
    """A whole number, or the reason why there is none."""

    value: int | None
    status: Status = Status.MEASURED


@dataclass(frozen=True)
class Figure:
    """A number that counts no cases, or the reason why there is none."""

    value: Decimal | None
    status: Status = Status.MEASURED


def number_locale(cells: Iterable[NumberCell], declared: str, only_counts: bool) -> NumberLocale:
    """How the file writes numbers; raises LocaleError where it contradicts itself, or nothing tells.

    Where all of its numbers are counts, a mark with three digits behind it groups thousands: there is nothing else that
    it could do. RULES §7 has the same for budgets, where it has to be declared.
    """
    known = list(cells)
    try:
        return decide(known, "" if declared == "auto" else declared)
    except UndecidableError:
        if not only_counts:
            raise
    marks = {mark for cell in known if isinstance(cell.value, str) for mark in ".," if _groups(cell.value, mark)}
    if len(marks) > 1:
        raise LocaleError("the table groups thousands by points and by commas; a file must write numbers in one way")
    return NumberLocale("." if "," in marks else ",", "nothing")


def _groups(text: str, mark: str) -> bool:
    return mark in text and any(sign.isdigit() for sign in text)


def count_of(value: CellValue, locale: NumberLocale = ANY) -> Count | None:
    """A count or the reason why there is none; None if it is neither. An empty cell is missing and never zero.

    >>> count_of("1.234").value, count_of("–").value, count_of("12,5"), count_of("").status
    (1234, 0, None, <Status.MISSING: 'missing'>)
    """
    figure = figure_of(value, locale)
    if figure is None:
        return None
    if figure.value is None:
        return Count(None, figure.status)
    if figure.value < 0 or figure.value != figure.value.to_integral_value():
        return None
    return Count(int(figure.value))


def figure_of(value: CellValue, locale: NumberLocale = ANY) -> Figure | None:
    """A number or the reason why there is none; None if it is neither."""
    try:
        read = locale.parse(value)
    except NoNumberError:
        return None
    if read is None:
        return Figure(None, Status.MISSING)
    if read is Symbol.NOTHING:
        return Figure(Decimal(0))
    if isinstance(read, Symbol):
        return Figure(None, STATUS[read])
    return Figure(read)


def counts_of(values: Sequence[CellValue]) -> list[Count] | None:
    """The counts of a column without a mapping; None where some cell holds something else."""
    try:
        locale = number_locale([NumberCell(value) for value in values], "auto", only_counts=True)
    except LocaleError:
        return None
    counts = [count_of(value, locale) for value in values]
    return None if None in counts else [one for one in counts if one is not None]

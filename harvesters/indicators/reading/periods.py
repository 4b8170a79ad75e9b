"""Years and quarters as one whole number, which is what a cell of a table is keyed by.

2018 is a year, 20183 its third quarter. The number sorts inside its kind and needs no second key; a sum is only made of
cells of one number, so that quarters are never added up to a year: most counts are stocks on a day, not flows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_YEAR = r"(?P<year>(?:19|20)\d{2})"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}",
        rf"{_YEAR}[ -]*/?[ -]*Q(?:uartal)?\s*(?P<quarter>[1-4])",  # 2018-Q1, 2018 Q1, 2018/Q1
        rf"Q(?:uartal)?\s*(?P<quarter>[1-4])[ ./-]*{_YEAR}",  # Q1/2018
        rf"(?P<quarter>[1-4])\.?\s*(?:Quartal|Q|Vierteljahr|Vj\.?)[ ./-]*{_YEAR}",  # 1. Quartal 2018
        rf"{_YEAR}[ /-]*(?P<quarter>[1-4])\.?\s*(?:Quartal|Vierteljahr|Vj\.?)",  # 2018 1. Quartal
    )
)
_QUARTER = re.compile(r"(?:Q(?:uartal)?\s*)?([1-4])\.?\s*(?:Quartal|Q|Vierteljahr|Vj\.?)?", re.IGNORECASE)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_DAY = (
    re.compile(r"(?P<year>(?:19|20)\d{2})-(?P<month>\d{2})-(?P<day>\d{2})(?:T.*)?"),
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>(?:19|20)\d{2})"),
)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, order=True)
class Period:
    """A year, or a quarter of it."""

    year: int
    quarter: int | None = None

    @property
    def number(self) -> int:
        """What cells are keyed by.

        >>> Period(2018).number, Period(2018, 3).number
        (2018, 20183)
        """
        return self.year if self.quarter is None else self.year * 10 + self.quarter

    def __str__(self) -> str:
        """As it is published, in the words of SDMX and Eurostat: 2018, 2018-Q3."""
        return str(self.year) if self.quarter is None else f"{self.year}-Q{self.quarter}"

    @property
    def days(self) -> tuple[str, str]:
        """First and last day in ISO 8601.

        >>> Period(2018, 2).days
        ('2018-04-01', '2018-06-30')
        """
        if self.quarter is None:
            return f"{self.year}-01-01", f"{self.year}-12-31"
        last = self.quarter * 3
        return f"{self.year}-{last - 2:02}-01", f"{self.year}-{last:02}-{31 if last in (3, 12) else 30}"


def period_of(number: int) -> Period:
    """The period of a number.

    >>> str(period_of(2018)), str(period_of(20183))
    ('2018', '2018-Q3')
    """
    return Period(number) if number < 10_000 else Period(number // 10, number % 10)


def number_of(row: Mapping[str, Any]) -> int:
    """The number of a published row's period, from its columns `year` and, where there is one, `quarter`.

    >>> number_of({"year": "2018", "quarter": "3"}), number_of({"year": 2018, "quarter": None})
    (20183, 2018)
    """
    quarter = row.get("quarter")
    return Period(int(row["year"]), int(quarter) if quarter not in (None, "") else None).number


def read_period(text: str) -> Period | None:
    """A year or a quarter with its year, in the forms that tables use; None where it is none.

    >>> [str(read_period(text)) for text in ("2018", "2018-Q1", "Q4/2018", "3. Quartal 2018", "2018 2. Vj.", "18")]
    ['2018', '2018-Q1', '2018-Q4', '2018-Q3', '2018-Q2', 'None']
    """
    bare = " ".join(text.split())
    for form in _FORMS:
        if found := form.fullmatch(bare):
            quarter = found.groupdict().get("quarter")
            return Period(int(found["year"]), int(quarter) if quarter else None)
    return None


def read_quarter(text: str) -> int | None:
    """A quarter without its year; None where it is none.

    >>> [read_quarter(text) for text in ("3. Quartal", "Q2", "4", "III", "5")]
    [3, 2, 4, 3, None]
    """
    bare = " ".join(text.split())
    if bare.rstrip(".").casefold() in _ROMAN:
        return _ROMAN[bare.rstrip(".").casefold()]
    found = _QUARTER.fullmatch(bare)
    return int(found.group(1)) if found else None


def read_day(text: str) -> str | None:
    """A day as ISO 8601; None where it is none.

    >>> read_day("31.12.2025"), read_day("2025-12-31"), read_day("31.13.2025")
    ('2025-12-31', '2025-12-31', None)
    """
    for form in _DAY:
        if found := form.fullmatch(text.strip()):
            year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
            if 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]:
                return f"{year:04}-{month:02}-{day:02}"
    return None

"""Cells of a table and the sums between them, as a reader of all published figures knows them.

Every sum is an equation `total = part + part + …`. What no column names but the sums imply (the rest of an incomplete
sum, the part of a district that lies in one of two groups) is a cell too, an unprinted one: subtraction yields it just
as if it were printed.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..symbols import Status

Key = tuple[str, str, int]  # indicator, area code, year


@dataclass(frozen=True)
class Cell:
    """A count, or the reason why there is none."""

    value: int | None
    status: Status = Status.MEASURED
    printed: bool = True
    level: int = 0  # 0: no total; a higher one is a total of lower ones and is hidden last


@dataclass(frozen=True)
class Line:
    """A sum that everybody can check: total = the sum of parts."""

    total: Key
    parts: tuple[Key, ...]

    @property
    def keys(self) -> tuple[Key, ...]:
        return (self.total, *self.parts)


@dataclass(frozen=True)
class Structure:
    """A table as cells and sums; `companions` are counts of the same cases, hidden together."""

    cells: dict[Key, Cell]
    lines: tuple[Line, ...]
    companions: tuple[frozenset[Key], ...] = ()

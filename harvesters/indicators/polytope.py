"""All tables that a reader of the published sums could be looking at, walked from corner to corner.

The tables are the points y >= 0 of A y = b with whole numbers in A and b. The walk is the simplex method in exact
arithmetic: no rounding can make a hidden count look safe. Rows are kept sparse, since a cell stands in few sums, and
stay whole numbers as long as the pivots are 1 or -1, which is the rule for sums.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from ..records import HarvesterError

Number = int | Fraction
Equation = tuple[dict[int, int], int]  # coefficients by variable, right-hand side

# Corners without progress after which Bland's rule takes over: it is slow but cannot run in circles.
PATIENCE = 12


class ContradictionError(HarvesterError):
    """No table fits the published sums: they contradict each other."""


class Polytope:
    """Corners of the set of possible tables, with the least and the greatest value that each cell was seen with.

    `low` and `high` come from corners of whole numbers only, so each is a table that could really exist; `high` is
    None where a cell has no limit.
    """

    def __init__(self, equations: Iterable[Equation], size: int) -> None:
        """`size` variables, numbered from 0; raises ContradictionError."""
        self.rows: list[dict[int, Number]] = []
        self.rhs: list[Number] = []
        self.basis: list[int] = []
        self.low: list[Number | None] = [None] * size
        self.high: list[Number | None] = [None] * size
        self.unlimited = [False] * size
        self.size = size
        self._stalled = 0
        self._find_corner(list(equations))
        self._see()

    def spread(self, column: int) -> tuple[int, int | None] | None:
        """Least and greatest whole number seen; None where no corner of whole numbers was met yet."""
        low, high = self.low[column], self.high[column]
        if low is None or high is None:
            return None
        return int(low), None if self.unlimited[column] else int(high)

    def raise_(self, column: int) -> Iterable[None]:
        """Walks to a corner with the greatest value of `column`, yielding at each corner; stop when content."""
        if column not in self.basis:
            if not self._enter(column):
                return
            yield
        while not self.unlimited[column]:
            row = self.rows[self.basis.index(column)]
            entering = self._choose((j, -a) for j, a in row.items() if a < 0 and j != column)
            if entering is None or not self._enter(entering):
                return
            yield

    def lower(self, column: int) -> Iterable[None]:
        """Walks to a corner with the least value of `column`, yielding at each corner."""
        while column in self.basis:
            row = self.rows[self.basis.index(column)]
            entering = self._choose((j, a) for j, a in row.items() if a > 0 and j != column)
            if entering is None or not self._enter(entering):
                return
            yield

    def _values(self) -> list[Number]:
        values: list[Number] = [0] * self.size
        for base, right in zip(self.basis, self.rhs, strict=True):
            values[base] = right
        return values

    def _find_corner(self, equations: list[Equation]) -> None:
        """First phase: an artificial variable a row, driven out. Artificial columns are never stored."""
        for coefficients, right in equations:
            sign = -1 if right < 0 else 1
            self.rows.append({j: sign * a for j, a in coefficients.items() if a})
            self.rhs.append(sign * right)
        artificial = -1
        self.basis = [artificial] * len(self.rows)
        while any(right and base == artificial for base, right in zip(self.basis, self.rhs, strict=True)):
            gain: dict[int, Number] = {}
            for base, row in zip(self.basis, self.rows, strict=True):
                if base == artificial:
                    for j, a in row.items():
                        gain[j] = gain.get(j, 0) + a
            entering = self._choose((j, a) for j, a in gain.items() if a > 0)
            if entering is None:
                raise ContradictionError("the published sums contradict each other: no table has all of them")
            self._enter(entering)
        for place in range(len(self.rows)):
            if self.basis[place] == artificial and self.rows[place]:
                self._pivot(place, min(self.rows[place]))
        kept = [place for place, base in enumerate(self.basis) if base != artificial]
        self.rows = [self.rows[place] for place in kept]
        self.rhs = [self.rhs[place] for place in kept]
        self.basis = [self.basis[place] for place in kept]

    def _choose(self, candidates: Iterable[tuple[int, Number]]) -> int | None:
        """The entering variable: the steepest, or the first by Bland's rule when nothing has moved for long."""
        found = list(candidates)
        if not found:
            return None
        if self._stalled > PATIENCE:
            return min(j for j, _ in found)
        return min(found, key=lambda one: (-one[1], one[0]))[0]

    def _enter(self, column: int) -> bool:
        """Moves along `column` to the next corner; False where the way has no end."""
        leaving, step = None, None
        for place, row in enumerate(self.rows):
            a = row.get(column, 0)
            if a > 0:
                ratio = _divide(self.rhs[place], a)
                if step is None or (ratio, self.basis[place]) < (step, self.basis[leaving or 0]):
                    leaving, step = place, ratio
        if leaving is None:
            self._see_ray(column)
            return False
        self._stalled = 0 if step else self._stalled + 1
        self._pivot(leaving, column)
        self._see()
        return True

    def _pivot(self, place: int, column: int) -> None:
        pivot = self.rows[place][column]
        if pivot != 1:
            self.rows[place] = {j: _divide(a, pivot) for j, a in self.rows[place].items()}
            self.rhs[place] = _divide(self.rhs[place], pivot)
        source = self.rows[place]
        for other, row in enumerate(self.rows):
            factor = row.get(column)
            if not factor or other == place:
                continue
            for j, a in source.items():
                value = row.get(j, 0) - factor * a
                if value:
                    row[j] = value
                else:
                    row.pop(j, None)
            self.rhs[other] = _whole(self.rhs[other] - factor * self.rhs[place])
        self.basis[place] = column

    def _is_whole(self) -> bool:
        return -1 not in self.basis and all(isinstance(right, int) for right in self.rhs)

    def _see(self) -> None:
        """Notes the values of this corner, if all are whole numbers."""
        if not self._is_whole():
            return
        for j, value in enumerate(self._values()):
            low, high = self.low[j], self.high[j]
            if low is None or value < low:
                self.low[j] = value
            if high is None or value > high:
                self.high[j] = value

    def _see_ray(self, column: int) -> None:
        """Notes what grows without end along `column`; a multiple of the way consists of whole numbers."""
        if self._is_whole():
            self.unlimited[column] = True
            for base, row in zip(self.basis, self.rows, strict=True):
                if row.get(column, 0) < 0:
                    self.unlimited[base] = True


def _whole(number: Number) -> Number:
    return number.numerator if isinstance(number, Fraction) and number.denominator == 1 else number


def _divide(number: Number, by: Number) -> Number:
    if by == 1:
        return number
    return -number if by == -1 else _whole(Fraction(number) / by)

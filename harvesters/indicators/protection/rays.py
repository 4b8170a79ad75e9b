"""Changes that a published table leaves open: by how much hidden cells can move while every sum stays as it is.

A ray is a change in whole numbers that can be made several times over: after each step the table still fits all that
is published, so each cell on it has as many possible values as there are steps, plus one. Looking for the cheapest ray
through a cell is a linear program: how much must be hidden for it counts. In a single sum that is the rule of thumb, a
hidden cell that stands alone gets the smallest published one as its partner; where sums overlap the cells have to be
found together. The solver counts in floating point, so what it says is a proposal, checked in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, hstack

from .system import System, Whole

Numbers = NDArray[np.float64]
FAR = 1e7  # stands for "no limit" in a change: farther than any count of a city
ENDLESS = 10**9  # steps of a ray on which nothing falls
NEARLY = 1e-6  # how far from a whole number the solver's whole numbers may be


@dataclass(frozen=True)
class Ray:
    """A change and how often it can be made backwards and forwards from the true table."""

    cells: NDArray[np.intp]
    step: Whole
    back: int
    forth: int

    def values(self, system: System) -> list[tuple[int, int, int]]:
        """Cell, least and greatest value on the ray; all numbers of steps in between are possible too."""
        value = system.value[self.cells]
        ends = np.stack([value - self.back * self.step, value + self.forth * self.step])
        return list(zip(self.cells.tolist(), ends.min(0).tolist(), ends.max(0).tolist(), strict=True))


class Changes:
    """A linear program over the changes of a system within limits, asked again and again.

    `rise` and `fall` say by how much each cell may change. From one question to the next little changes, so that the
    solver starts from its last answer.
    """

    def __init__(self, sums: csr_array, rise: Numbers, fall: Numbers) -> None:
        self.size = sums.shape[1]
        self.upper = np.concatenate([rise, fall])
        self.costs = np.zeros(self.size)
        both = csc_array(hstack([sums, -sums]), dtype=np.float64)
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = both.shape[1], both.shape[0]
        program.col_cost_ = np.zeros(2 * self.size)
        program.col_lower_ = np.zeros(2 * self.size)
        program.col_upper_ = self.upper
        program.row_lower_ = program.row_upper_ = np.zeros(both.shape[0])
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kColwise
        matrix.start_, matrix.index_, matrix.value_ = both.indptr, both.indices, both.data
        self.solver = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)  # the same answer on every machine
        self.solver.passModel(program)

    def close(self, cells: list[int]) -> None:
        """These cells no longer change."""
        self._bound([*cells, *(self.size + cell for cell in cells)], 0)

    def reopen(self, cells: list[int]) -> None:
        """They may change again."""
        columns = [*cells, *(self.size + cell for cell in cells)]
        self.solver.changeColsBounds(
            len(columns), np.array(columns, dtype=np.int32), np.zeros(len(columns)), self.upper[columns]
        )

    def _bound(self, columns: list[int], upper: float) -> None:
        size = len(columns)
        self.solver.changeColsBounds(size, np.array(columns, dtype=np.int32), np.zeros(size), np.full(size, upper))

    def cost(self, costs: Numbers) -> None:
        """What each cell costs that changes, by one."""
        cells = np.flatnonzero(costs != self.costs)
        if len(cells):
            columns = np.concatenate([cells, self.size + cells]).astype(np.int32)
            self.solver.changeColsCost(len(columns), columns, np.tile(costs[cells], 2))
            self.costs = costs.copy()

    def cheapest(self, cell: int, amount: int) -> Numbers | None:
        """The change of least cost in which `cell` changes by `amount`; None where there is none."""
        here, there = (cell, self.size + cell) if amount > 0 else (self.size + cell, cell)
        if self.upper[here] < abs(amount):
            return None
        self.solver.changeColBounds(here, abs(amount), abs(amount))
        self.solver.changeColBounds(there, 0, 0)
        self.solver.run()
        found = None
        if self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            found = np.asarray(self.solver.getSolution().col_value)
        for column in (here, there):
            self.solver.changeColBounds(column, 0, self.upper[column])
        return None if found is None else found[: self.size] - found[self.size :]


def splits(value: int, room: int, threshold: int) -> list[tuple[int, int]]:
    """How many steps back and forth give `threshold` values, one of them no small one; forth alone comes first.

    >>> splits(1, 0, 3), splits(2, 1, 3), splits(9, 8, 3)
    ([(0, 2)], [(0, 2), (1, 1)], [(0, 2), (1, 1), (2, 0)])
    """
    steps = max(threshold - 1, threshold - value)
    wanted = list(range(min(room, steps - max(threshold - value, 0)) + 1))
    if len(wanted) > 5:  # both ends and the middle are enough of many
        wanted = sorted({0, wanted[-1] // 2, wanted[-1]})
    return [(back, steps - back) for back in wanted]


def limits(room: Whole, back: int, forth: int) -> tuple[Numbers, Numbers]:
    """By how much each cell may rise and fall in one step, so that so many steps are possible."""
    far = np.full(len(room), FAR)
    return (room // back if back else far).astype(float), (room // forth if forth else far).astype(float)


def as_ray(system: System, change: Numbers) -> Ray | None:
    """A solver's change as a ray, or None where it is no change in whole numbers."""
    whole = np.rint(change).astype(np.int64)
    cells = np.flatnonzero(whole)
    if not len(cells) or np.abs(change - whole).max() > NEARLY or not system.fits(whole):
        return None
    step = whole[cells]
    step //= np.gcd.reduce(np.abs(step))
    room = system.room[cells]

    def steps(direction: Whole) -> int:
        falling = direction < 0
        return int((room[falling] // -direction[falling]).min()) if falling.any() else ENDLESS

    return Ray(cells, step, steps(-step), steps(step))

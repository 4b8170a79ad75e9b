"""The cheapest way to make room for a hidden count: a change of several cells that leaves every sum as it is.

If a count can be raised by some amount while others give way, and all cells that take part are hidden, then no reader
can tell the table from the changed one. In a single sum that is the rule of thumb: a hidden cell that stands alone gets
the smallest published cell that is not zero as its partner. Where sums overlap (groups of districts that cross, by
columns) the rule of thumb runs from sum to sum and hides most of the table; there the cells have to be found together,
by linear programming. The solver counts in floating point, so what it says is a proposal: the audit decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack

from .structure import Key, Line

# Share of the amount from which on a cell takes part in a change; below it is noise of the solver.
LEAST_CHANGE = 1e-6


@dataclass(frozen=True)
class Mover:
    """How a cell may take part in a change."""

    room: int  # by how much it may fall: to the least value that a reader has to reckon with
    cost: float  # of hiding it; 0 where it is hidden already


class Moves:
    """Sums that hang together, ready to be asked for changes again and again."""

    def __init__(self, lines: Sequence[Line], keys: Sequence[Key]) -> None:
        self.keys = tuple(keys)
        self.places = {key: place for place, key in enumerate(self.keys)}
        entries = [
            (row, self.places[key], sign)
            for row, line in enumerate(lines)
            for key, sign in ((line.total, 1.0), *((part, -1.0) for part in line.parts))
            if key in self.places
        ]
        rows, columns, signs = zip(*entries, strict=True) if entries else ((), (), ())
        sums = csr_array((signs, (rows, columns)), shape=(len(lines), len(self.keys)))
        self.sums = hstack([sums, -sums], format="csr")

    def find(self, movers: Mapping[Key, Mover], cell: Key, amount: int) -> list[Key]:
        """Cells to hide so that `cell` can rise by `amount`, at the least cost; empty where there is no such change.

        A cell that is no mover stays as it is.
        """
        if not self.sums.shape[0]:
            return []
        size = len(self.keys)
        upper = np.zeros(2 * size)
        costs = np.zeros(2 * size)
        for key, mover in movers.items():
            place = self.places[key]
            upper[place], upper[size + place] = np.inf, mover.room
            costs[place] = costs[size + place] = mover.cost
        lower = np.zeros(2 * size)
        place = self.places[cell]
        lower[place] = upper[place] = amount
        upper[size + place] = 0
        answer = linprog(
            costs,
            A_eq=self.sums,
            b_eq=np.zeros(self.sums.shape[0]),
            bounds=np.column_stack([lower, upper]),
            method="highs-ds",
        )
        if answer.status != 0:
            return []
        change = answer.x[:size] + answer.x[size:]
        return [key for key, part in zip(self.keys, change, strict=True) if part > LEAST_CHANGE * amount]

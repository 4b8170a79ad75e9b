"""Whole-number programs, for the few cases in which a linear program answers in fractions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from .system import Whole

NODES = 2_000  # of the search; it ends there rather than at a time, so that the answer is the same on every machine


def change_in_whole_numbers(
    sums: csr_array, rise: NDArray[np.float64], fall: NDArray[np.float64], cell: int, amount: int
) -> Whole | None:
    """A change within `-fall` and `rise` that leaves each sum as it is and changes `cell` by `amount`."""
    lower, upper = -fall, rise.copy()
    lower[cell] = upper[cell] = amount
    return point_in_whole_numbers(sums, np.zeros(sums.shape[0]), lower, upper)


def point_in_whole_numbers(
    sums: csr_array, right: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64]
) -> Whole | None:
    """Whole numbers with `sums @ x = right` within the bounds, or None where none were found."""
    if not sums.shape[1]:
        return np.zeros(0, dtype=np.int64) if not right.any() else None
    if (lower > upper).any():
        return None
    constraints = [LinearConstraint(sums.astype(float), right, right)] if sums.shape[0] else []
    answer = milp(
        np.zeros(sums.shape[1]),
        constraints=constraints,
        bounds=Bounds(lower, upper),
        integrality=np.ones(sums.shape[1]),
        options={"node_limit": NODES},
    )
    if answer.x is None:
        return None
    found = np.rint(answer.x).astype(np.int64)
    fits = not (sums @ found - right).any() and (found >= lower).all() and (found <= upper).all()
    return found if fits else None

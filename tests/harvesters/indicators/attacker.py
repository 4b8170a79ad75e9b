"""A reader who wants to find out hidden counts, written without looking at the core: integer programming by HiGHS.

He knows what is published, which district lies in which group, which columns make a total, and that a zero would have
been printed. His unknowns are the counts of the finest pieces; every published figure is a sum of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

LIMIT = 100_000  # stands for "no limit"

Piece = tuple[str, str]  # column of the finest breakdown, piece of area


@dataclass
class Attacker:
    """Sums that hold, for one year."""

    pieces: list[Piece]
    lower: int  # what a hidden cell is at least
    equal: list[tuple[list[Piece], int]] = field(default_factory=list)
    between: list[tuple[list[Piece], int, int]] = field(default_factory=list)
    hidden: dict[tuple[str, str], list[Piece]] = field(default_factory=dict)

    def learn(self, name: tuple[str, str], pieces: list[Piece], value: int | None) -> None:
        """A published figure, or the fact that it is hidden."""
        if value is None:
            self.hidden[name] = pieces
        else:
            self.equal.append((pieces, value))

    def around(self, pieces: list[Piece], figure: int) -> None:
        """A rounded figure: the count is at most two away."""
        self.between.append((pieces, max(figure - 2, 0), figure + 2))

    def range_of(self, pieces: list[Piece]) -> tuple[int, int]:
        """Least and greatest value that the sum of `pieces` can have."""
        goal = self._vector(pieces)
        return round(self._solve(goal)), round(-self._solve(-goal))

    def _vector(self, pieces: list[Piece]) -> np.ndarray:
        vector = np.zeros(len(self.pieces))
        for piece in pieces:
            vector[self.pieces.index(piece)] += 1
        return vector

    def _solve(self, goal: np.ndarray) -> float:
        constraints = [LinearConstraint(self._vector(p), value, value) for p, value in self.equal]
        constraints += [LinearConstraint(self._vector(p), low, high) for p, low, high in self.between]
        constraints += [LinearConstraint(self._vector(p), self.lower, np.inf) for p in self.hidden.values()]
        result = milp(
            goal, constraints=constraints, bounds=Bounds(0, LIMIT), integrality=np.ones(len(self.pieces), dtype=int)
        )
        assert result.status == 0, result.message
        return float(goal @ np.round(result.x))

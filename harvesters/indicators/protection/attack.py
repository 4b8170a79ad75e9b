"""What a reader can find out: the least and the greatest value of each number that is not printed.

All that is published becomes a linear program: sums between cells, printed counts, rounded shares, and how a count was
rounded. It shares nothing with the choice of what is hidden. A range found here is at least as wide as the true one, as
the program knows no whole numbers; in small parts those are asked for too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from .structure import Key
from .system import Whole

SMALL = 60  # unknown numbers of a part up to which whole numbers are asked for
SLACK = 1e-6
Relation = tuple[dict[Key, float], float, float]  # coefficients, least and greatest value of the sum


class ImpossibleError(Exception):
    """What is published contradicts itself."""


@dataclass(frozen=True)
class Range:
    low: int
    high: int | None

    def is_open(self, values: int, least: int) -> bool:
        """At least so many values are possible, and one of them is not below `least`."""
        return self.high is None or self.high >= max(least, self.low + values - 1)


def parts_of(relations: Sequence[Relation], bounds: dict[Key, tuple[float, float]]) -> Iterable[list[Relation]]:
    """Relations that hang together through numbers that are not exactly known."""
    parent: dict[Key, Key] = {}

    def root(key: Key) -> Key:
        parent.setdefault(key, key)
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    kept: list[tuple[Key, Relation]] = []
    for coefficients, low, high in relations:
        fixed = sum(a * bounds[key][0] for key, a in coefficients.items() if bounds[key][0] == bounds[key][1])
        free = {key: a for key, a in coefficients.items() if bounds[key][0] != bounds[key][1]}
        if not free:
            if not low - SLACK <= fixed <= high + SLACK:
                raise ImpossibleError
            continue
        first, *others = free
        for other in others:
            parent[root(other)] = root(first)
        kept.append((first, (free, low - fixed, high - fixed)))
    found: dict[Key, list[Relation]] = {}
    for first, relation in kept:
        found.setdefault(root(first), []).append(relation)
    return found.values()


class Attack:
    """One part: asked for the ranges of its numbers, one after the other."""

    def __init__(self, relations: Sequence[Relation], bounds: dict[Key, tuple[float, float]]) -> None:
        self.keys = sorted({key for coefficients, _, _ in relations for key in coefficients})
        self.place = {key: place for place, key in enumerate(self.keys)}
        entries = [
            (row, self.place[key], a)
            for row, (coefficients, _, _) in enumerate(relations)
            for key, a in coefficients.items()
        ]
        rows, columns, values = zip(*entries, strict=True)
        self.matrix = csr_array(
            (np.array(values, dtype=float), (rows, columns)), shape=(len(relations), len(self.keys))
        )
        self.lower = np.array([bounds[key][0] for key in self.keys])
        self.upper = np.array([bounds[key][1] for key in self.keys])
        self.least = np.array([low for _, low, _ in relations])
        self.most = np.array([high for _, _, high in relations])
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(self.keys), len(relations)
        program.col_cost_ = np.zeros(len(self.keys))
        program.col_lower_, program.col_upper_ = self.lower, self.upper
        program.row_lower_, program.row_upper_ = self.least, self.most
        matrix = self.matrix.tocsc()
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_, program.a_matrix_.index_ = matrix.indptr, matrix.indices
        program.a_matrix_.value_ = matrix.data
        self.solver = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)
        self.solver.passModel(program)
        self.low = np.full(len(self.keys), np.inf)
        self.high = np.full(len(self.keys), -np.inf)

    def range_of(self, key: Key, values: int, least: int | None = None) -> Range:
        """As wide as it is, or as wide as was seen if `values` are possible, one of them not below `least`."""
        place = self.place[key]
        least = values if least is None else least
        for sign in (-1, 1):
            seen = self._seen(place)
            if seen is not None and seen.is_open(values, least):
                return self._checked(place, seen, values, least)
            self._solve(place, sign)
        seen = self._seen(place)
        if seen is None:
            raise ImpossibleError
        return self._checked(place, seen, values, least)

    def explore(self, keys: Sequence[Key], times: int) -> None:
        """Looks at corners far out in many directions at once: most ranges are seen to be wide from these alone."""
        places = np.array([self.place[key] for key in keys], dtype=np.int32)
        numbers = np.random.default_rng(len(self.keys))  # the same directions in every run
        for number in range(times):
            costs = (
                np.full(len(places), 1.0 if number else -1.0)
                if number < 2
                else numbers.choice([-1.0, 1.0], len(places))
            )
            self.solver.changeColsCost(len(places), places, costs)
            self.solver.run()
            if self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                values = np.asarray(self.solver.getSolution().col_value)
                self.low, self.high = np.minimum(self.low, values), np.maximum(self.high, values)
        self.solver.changeColsCost(len(places), places, np.zeros(len(places)))

    def _seen(self, place: int) -> Range | None:
        low, high = self.low[place], self.high[place]
        if low > high:
            return None
        return Range(math.ceil(low - SLACK), None if math.isinf(high) else math.floor(high + SLACK))

    def _solve(self, place: int, sign: int) -> None:
        self.solver.changeColCost(place, float(sign))
        self.solver.run()
        status = self.solver.getModelStatus()
        self.solver.changeColCost(place, 0.0)
        if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            self.high[place] = np.inf
            self.low[place] = min(self.low[place], self.lower[place])
            return
        if status != highspy.HighsModelStatus.kOptimal:
            raise ImpossibleError
        values = np.asarray(self.solver.getSolution().col_value)
        self.low, self.high = np.minimum(self.low, values), np.maximum(self.high, values)

    def _checked(self, place: int, seen: Range, values: int, least: int) -> Range:
        """In a small part, what whole numbers leave of an open range."""
        if len(self.keys) > SMALL or not seen.is_open(values, least):
            return seen
        low, high = self._whole(place, 1), self._whole(place, -1)
        if low is None:
            raise ImpossibleError
        return Range(int(low[place]), int(high[place]) if high is not None else None)

    def _whole(self, place: int, sign: int) -> Whole | None:
        goal = np.zeros(len(self.keys))
        goal[place] = sign
        answer = milp(
            goal,
            constraints=LinearConstraint(self.matrix, self.least - SLACK, self.most + SLACK),
            bounds=Bounds(self.lower, self.upper),
            integrality=np.ones(len(self.keys)),
        )
        return None if answer.x is None else np.rint(answer.x).astype(np.int64)

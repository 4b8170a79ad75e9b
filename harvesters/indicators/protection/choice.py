"""Chooses which cells of a system to hide: as few as can be found, parts before totals, small ones before large ones.

Cell by cell the cheapest ray is hidden; what is hidden already costs nothing. Afterwards each partner is tried: where
all that it protected can be protected without it, it is shown. Small systems are then solved to the optimum
(`optimum`), and the better choice is taken. Nothing depends on the clock or on the order of the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from .patterns import MOST_ALONG, MOST_WIDELY, Patterns
from .proof import Inner, Proof, Prover, open_lines
from .rays import NEARLY, Changes, Numbers, as_ray, limits, splits
from .structure import Line
from .system import Flags, System, Whole, columns_of

SHAKEN = 120  # cells of a small system
SHAKES = 24
LEAST_GAIN = 1e-9
LARGE = 1_500  # cells from which on rays are taken from patterns, where these have any
MANY = 1_000  # open cells from which on only patterns are tried then
SMALL = 200  # open cells up to which every way of proving is tried when a partner is tried without

Way = Callable[[int, int, int], "tuple[float, Proof] | None"]


@dataclass(frozen=True)
class Task:
    """What is to be chosen for a system."""

    system: System
    threshold: int
    opened: Flags  # must be hidden, or is printed nowhere
    wanted: Flags  # of those, what has to stay uncertain
    costs: Numbers  # of hiding a cell
    together: dict[int, frozenset[int]]  # cells hidden with a cell
    lines: tuple[Line, ...]  # the sums as they are, printed zeros included


class UnprotectedError(Exception):
    """Cells stay recognisable although all around them is hidden."""

    def __init__(self, cells: Iterable[int]) -> None:
        self.cells = tuple(cells)
        super().__init__(f"{len(self.cells)} cells stay recognisable")


def choose(task: Task) -> Prover:
    """The choice for a task, with its proofs; raises UnprotectedError.

    Which cell comes first matters. In a small system several orders are tried, by costs shaken a little, and the
    cheapest choice of all is taken.
    """
    best = Choice(task).made()
    if len(task.costs) > SHAKEN:
        return best
    numbers = np.random.default_rng(len(task.costs))  # the same numbers in every run
    for _ in range(SHAKES):
        costs = task.costs * numbers.uniform(0.6, 1.4, len(task.costs))
        other = Choice(replace(task, costs=costs)).made()
        if task.costs[other.opened].sum() < task.costs[best.opened].sum() - LEAST_GAIN:
            best = other
    return best


class Choice:
    """A choice in the making."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.forced = task.opened.copy()
        self.wanted = task.wanted.copy()
        self.prover = Prover(task.system, task.threshold, task.opened.copy())
        self.changes: dict[tuple[int, int], Changes] = {}
        self.patterns = Patterns(task.system, task.lines) if len(task.costs) >= LARGE else None
        self.ways: tuple[Way, ...] = (self._ray,)
        if self.patterns and self.patterns.usable:
            self.ways = (self._pattern, self._wide_pattern, self._near_ray, self._ray)
        self.within: dict[tuple[int, int], Numbers] = {}
        self.prices: dict[tuple[int, int], Numbers] = {}
        self.order = np.lexsort((task.system.value, task.costs))  # ties by place, which is by key

    @property
    def opened(self) -> Flags:
        return self.prover.opened

    def made(self) -> Prover:
        """Hides until all is safe; raises UnprotectedError."""
        while unsafe := self.unsafe():
            before = int(self.opened.sum())
            for cell in unsafe:
                self.protect(cell)
            if int(self.opened.sum()) == before and (left := self.unsafe()):
                self.widen(left)
        self.thin_out()
        return self.prover

    def unsafe(self) -> list[int]:
        return [int(cell) for cell in self.order if self.wanted[cell] and not self.prover.prove(int(cell))]

    def hide(self, cells: Iterable[int]) -> None:
        for cell in cells:
            for one in self.task.together.get(cell, (cell,)):
                if not self.opened[one]:
                    self.opened[one] = self.wanted[one] = True
                    for prices in self.prices.values():
                        self._patterns.reprice(prices, [one])

    def protect(self, cell: int) -> None:
        """Hides the cells of the cheapest ray through `cell`, or else those of the cheapest change that raises it."""
        if self.prover.is_safe(cell):
            return
        ways = splits(int(self.task.system.value[cell]), int(self.prover.room[cell]), self.task.threshold)
        best = self._best_ray(cell, ways)
        if len(self.opened) <= SHAKEN and best and best[0]:
            cost, cells = self._apart(cell, ways)
            if cost < best[0] - LEAST_GAIN:
                self.hide(cells)
                if self.prover.prove(cell):
                    return
        if best is None:
            self._raise(cell)
        else:
            self.hide(best[1].cells)
            self.prover.add(best[1])

    def _best_ray(self, cell: int, ways: list[tuple[int, int]]) -> tuple[float, Proof] | None:
        best: tuple[float, Proof] | None = None
        for find in self.ways:
            for back, forth in ways:
                found = find(back, forth, cell)
                if found and (best is None or found[0] < best[0]):
                    best = found
                if best and not best[0]:
                    return best
            if best:
                return best
        return best

    def _changes(self, back: int, forth: int) -> Changes:
        """The program for rays with so many steps, its costs being those of now."""
        if (back, forth) not in self.changes:
            limit = limits(self.prover.room, back, forth)
            self.changes[back, forth] = Changes(self.task.system.sums, *limit)
        found = self.changes[back, forth]
        found.cost(np.where(self.opened, 0.0, self.task.costs))
        return found

    def _ray(self, back: int, forth: int, cell: int) -> tuple[float, Proof] | None:
        changes = self._changes(back, forth)
        change = changes.cheapest(cell, 1)
        return self._priced(change, changes.costs, cell) if change is not None else None

    def _near_ray(self, back: int, forth: int, cell: int) -> tuple[float, Proof] | None:
        """As `_ray`, with changes only of what is hidden and of cells around."""
        inside = self.opened.copy()
        inside[self._patterns.window(cell)] = True
        places = np.flatnonzero(inside)
        costs = np.where(self.opened, 0.0, self.task.costs)
        changes = Changes(columns_of(self.task.system.sums, places), *limits(self.prover.room[places], back, forth))
        changes.cost(costs[places])
        found = changes.cheapest(int(np.searchsorted(places, cell)), 1)
        if found is None:
            return None
        change = np.zeros(len(costs))
        change[places] = found
        return self._priced(change, costs, cell)

    def _wide_pattern(self, back: int, forth: int, cell: int) -> tuple[float, Proof] | None:
        return self._pattern(back, forth, cell, MOST_WIDELY)

    def _pattern(self, back: int, forth: int, cell: int, most: int = MOST_ALONG) -> tuple[float, Proof] | None:
        costs = np.where(self.opened, 0.0, self.task.costs)
        if (back, forth) not in self.prices:
            self.prices[back, forth] = self._patterns.prices(costs, back, forth)
        found = self._patterns.cheapest(self.prices[back, forth], cell, most)
        if found is None:
            return None
        change = np.zeros(len(costs))
        change[found[1]] = found[2]
        return self._priced(change, costs, cell)

    @property
    def _patterns(self) -> Patterns:
        if self.patterns is None:
            raise ValueError("a small system is not searched by patterns")
        return self.patterns

    def _priced(self, change: Numbers, costs: Numbers, cell: int) -> tuple[float, Proof] | None:
        ray = as_ray(self.task.system, change)
        if ray is None:
            return None
        proof = self.prover.of_ray(ray)
        return (float(costs[ray.cells].sum()), proof) if cell in proof.ranges else None

    def _apart(self, cell: int, ways: list[tuple[int, int]]) -> tuple[float, list[int]]:
        """The cheapest cells with which `cell` can rise and fall by different changes: fewer than a ray at times."""
        changes, best = self._changes(0, 1), (np.inf, [0])
        costs = changes.costs.copy()
        for back, forth in ways:
            used = np.zeros(len(costs), dtype=bool)
            for amount in (forth, -back):
                if amount:
                    changes.cost(np.where(used, 0.0, costs))
                    change = changes.cheapest(cell, amount)
                    used |= np.abs(change) > NEARLY if change is not None else True
            if costs[used].sum() < best[0]:
                best = float(costs[used].sum()), np.flatnonzero(used).tolist()
        changes.cost(costs)
        return best

    def _raise(self, cell: int) -> None:
        """No single ray does it: several changes one after the other may."""
        rise = self.task.threshold - (1 if self.task.system.value[cell] else 0)
        change = self._changes(0, 1).cheapest(cell, rise)
        if change is not None:
            self.hide(np.flatnonzero(np.abs(change) > NEARLY).tolist())

    def widen(self, unsafe: list[int]) -> None:
        """Hides the cheapest cell of a line around, where no change of whole numbers was found."""
        sums = abs(self.task.system.sums)
        around = np.zeros(len(self.opened), dtype=bool)
        around[unsafe] = True
        while True:
            wider = (sums.T @ (sums @ around.astype(np.int64))) > 0
            candidates = [int(cell) for cell in self.order if wider[cell] and not self.opened[cell]]
            if candidates:
                self.hide(candidates[:1])
                return
            if (wider == around).all():
                raise UnprotectedError(unsafe)
            around = wider

    def thin_out(self) -> None:
        """Shows partners that are not needed, the most expensive first."""
        inner = Inner(self.prover)
        counts = open_lines(self.task.system.sums, self.opened)
        inner.cost(np.where(self.forced, 0.0, 1.0)[inner.places])
        for cell in self.order[::-1]:
            group = self.task.together.get(int(cell), frozenset((int(cell),)))
            if self.opened[cell] and not any(self.forced[one] for one in group):
                self._try_without(inner, counts, [one for one in sorted(group) if self.opened[one]])

    def _try_without(self, inner: Inner, counts: Whole, group: list[int]) -> None:
        lines = np.unique(np.concatenate([self._lines(cell) for cell in group]))
        before = counts[lines]
        self.opened[group] = False
        counts[lines] = open_lines(self.task.system.sums[lines], self.opened)
        inner.close(group)
        self._set_within(group)
        proofs = self._proofs_without(inner, lines, counts, set(group))
        if proofs is None:
            self.opened[group] = True
            counts[lines] = before
            inner.reopen(group)
            self._set_within(group)
            return
        self.wanted[group] = False
        self.prover.drop(group)
        for proof in proofs:
            self.prover.add(proof)

    def _lines(self, cell: int) -> Whole:
        pointers = self.prover.lines_of.indptr
        lines: Whole = self.prover.lines_of.indices[pointers[cell] : pointers[cell + 1]]
        return lines

    def _proofs_without(self, inner: Inner, lines: Whole, counts: Whole, group: set[int]) -> list[Proof] | None:
        """Proofs for all that lose theirs when `group` is shown; None where one cannot be had."""
        if self._gives_away(lines[counts[lines] == 1]):
            return None
        prover = self.prover
        lost = {number for cell in group for number in prover.through.get(cell, ())}
        cells = {cell for number in lost for cell in prover.proofs[number].ranges} - group
        found: list[Proof] = []
        for cell in sorted(cells):
            if not self.wanted[cell] or not prover.proving[cell] <= lost:
                continue
            if any(cell in proof.ranges for proof in found):
                continue
            proof = inner.ray(cell) if len(inner.places) <= MANY else self._hidden_pattern(cell)
            if proof is None and len(inner.places) <= SMALL:
                proof = inner.tables(cell)
            if proof is None:
                return None
            found.append(proof)
        return found

    def _hidden_pattern(self, cell: int) -> Proof | None:
        """A ray of the patterns through `cell` in which only hidden cells change."""
        if not self.patterns or not self.patterns.usable:
            return None
        value, room = int(self.task.system.value[cell]), int(self.prover.room[cell])
        for back, forth in splits(value, room, self.task.threshold):
            prices = self.within.get((back, forth))
            if prices is None:
                prices = self.patterns.prices(np.where(self.opened, 0.0, np.inf), back, forth)
                self.within[back, forth] = prices
            found = self.patterns.cheapest(prices, cell)
            if found:
                change = np.zeros(len(self.opened))
                change[found[1]] = found[2]
                priced = self._priced(change, np.zeros(len(change)), cell)
                if priced:
                    return priced[1]
        return None

    def _set_within(self, cells: list[int]) -> None:
        """Follows `cells` in the prices of hidden cells, after they were shown or hidden again."""
        for (back, forth), prices in self.within.items():
            self._patterns.set(prices, cells, self.opened[cells], back, forth)

    def _gives_away(self, lines: Whole) -> bool:
        """Whether the last open cell of a line is one that must stay uncertain."""
        sums = self.task.system.sums
        return any(
            self.opened[cell] and self.wanted[cell]
            for line in lines
            for cell in sums.indices[sums.indptr[line] : sums.indptr[line + 1]]
        )

"""Proofs that a hidden count stays open, kept while cells are hidden and shown again.

The attacker knows every printed cell, every sum between cells, and that a zero would have been printed as such. A
hidden cell is safe if at least `threshold` whole numbers remain possible for it and one of them reaches the threshold,
so that not even "this is a small count" can be concluded. A proof names that many tables that fit all that is
published; each is checked in whole numbers. Checking lines one by one would not do: several sums together can give away
a cell that has a partner in each of its lines.

Legal ground: § 16 BStatG (Geheimhaltung), primary and secondary confidentiality; RULES section 6, "verify by interval
audit".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, csr_array

from .rays import ENDLESS, NEARLY, Changes, Numbers, Ray, as_ray, limits, splits
from .system import Flags, System, Whole, columns_of
from .whole import change_in_whole_numbers


@dataclass(frozen=True)
class Interval:
    """Whole numbers that are possible for a cell: proven so from `low` to `high`, None being no limit."""

    low: int
    high: int | None


@dataclass(frozen=True)
class Proof:
    """Cells that have to stay hidden for it, and the cells that it proves safe with their least and greatest value."""

    cells: frozenset[int]
    ranges: dict[int, tuple[int, int]]


class Prover:
    """What is open in a system, and which of it is proven safe."""

    def __init__(self, system: System, threshold: int, opened: Flags) -> None:
        self.system = system
        self.threshold = threshold
        self.opened = opened
        self.lines_of = csc_array(abs(system.sums))
        self.room = system.room
        self.proofs: dict[int, Proof] = {}
        self.through: dict[int, set[int]] = defaultdict(set)  # cell -> proofs that need it hidden
        self.proving: dict[int, set[int]] = defaultdict(set)  # cell -> proofs that it is safe
        self._number = 0

    def is_safe(self, cell: int) -> bool:
        return bool(self.proving.get(cell))

    def add(self, proof: Proof) -> None:
        self._number += 1
        self.proofs[self._number] = proof
        for cell in proof.cells:
            self.through[cell].add(self._number)
        for cell in proof.ranges:
            self.proving[cell].add(self._number)

    def drop(self, cells: Iterable[int]) -> None:
        """Forgets the proofs that need one of `cells` hidden."""
        for number in {number for cell in cells for number in self.through.get(cell, ())}:
            proof = self.proofs.pop(number)
            for cell in proof.cells:
                self.through[cell].discard(number)
            for cell in proof.ranges:
                self.proving[cell].discard(number)

    def interval(self, cell: int) -> Interval:
        """As wide as it is proven; a safe interval may be wider than that."""
        value = int(self.system.value[cell])
        ranges = [self.proofs[number].ranges[cell] for number in self.proving[cell]]
        low, high = min((value, *(low for low, _ in ranges))), max((value, *(high for _, high in ranges)))
        return Interval(low, None if high >= ENDLESS else high)

    def most(self, cell: int) -> int:
        """Steps beyond which nothing is gained."""
        return self.threshold + max(self.threshold - int(self.system.value[cell]), 0)

    def of_ray(self, ray: Ray) -> Proof:
        """What a ray proves: for each of its cells as many values as it has steps, plus one."""
        enough = ray.back + ray.forth + 1 >= self.threshold
        ranges = {cell: (low, high) for cell, low, high in ray.values(self.system) if enough and high >= self.threshold}
        return Proof(frozenset(ray.cells.tolist()), ranges)

    def stands_alone(self, cell: int) -> bool:
        """Whether a sum gives the cell away, everything else in it being known."""
        lines = self.lines_of.indices[self.lines_of.indptr[cell] : self.lines_of.indptr[cell + 1]]
        sums = self.system.sums
        return any(self.opened[sums.indices[sums.indptr[line] : sums.indptr[line + 1]]].sum() == 1 for line in lines)

    def prove(self, cell: int) -> bool:
        """Tries to prove `cell` safe with what is open now: first by a ray, then by a table for each value."""
        if self.is_safe(cell):
            return True
        if not self.opened[cell] or self.stands_alone(cell):
            return False
        inner = Inner(self)
        proof = inner.ray(cell) or inner.tables(cell)
        if proof:
            self.add(proof)
        return proof is not None


class Inner:
    """The open cells of a prover at a moment: a smaller system, in which other cells do not change."""

    def __init__(self, prover: Prover) -> None:
        self.prover = prover
        self.places = np.flatnonzero(prover.opened)
        self.here = {int(cell): place for place, cell in enumerate(self.places)}
        self.sums = columns_of(prover.system.sums, self.places)
        self.room: Whole = prover.room[self.places]
        self.costs: Numbers = np.ones(len(self.places))
        self.closed: set[int] = set()  # places shown again, for good or for a trial
        self.changes: dict[tuple[int, int], Changes] = {}

    def cost(self, costs: Numbers) -> None:
        self.costs = costs

    def close(self, cells: list[int]) -> None:
        places = [self.here[cell] for cell in cells]
        self.closed.update(places)
        for one in self.changes.values():
            one.close(places)

    def reopen(self, cells: list[int]) -> None:
        places = [self.here[cell] for cell in cells]
        self.closed.difference_update(places)
        for one in self.changes.values():
            one.reopen(places)

    def _changes(self, back: int, forth: int) -> Changes:
        if (back, forth) not in self.changes:
            found = Changes(self.sums, *limits(self.room, back, forth))
            found.cost(self.costs)
            found.close(sorted(self.closed))
            self.changes[back, forth] = found
        return self.changes[back, forth]

    def ray(self, cell: int) -> Proof | None:
        """A ray that proves `cell` safe."""
        prover = self.prover
        place, value = self.here[cell], int(prover.system.value[cell])
        for back, forth in splits(value, int(self.room[place]), prover.threshold):
            change = self._changes(back, forth).cheapest(place, 1)
            if change is not None and (ray := as_ray(prover.system, self._outer(change))):
                proof = prover.of_ray(ray)
                if cell in proof.ranges:
                    return proof
        return None

    def tables(self, cell: int) -> Proof | None:
        """A table for each of `threshold` values of `cell`, where no single ray gives them."""
        prover, place = self.prover, self.here[cell]
        value = int(prover.system.value[cell])
        cells: set[int] = set()
        found = [value]
        for direction in (1, -1):
            # Not farther than needed: all values on one side, or up to the threshold.
            for step in range(1, prover.most(cell) + 1):
                if len(found) >= prover.threshold and max(found) >= prover.threshold:
                    break
                change = self._table(place, direction * step)
                if change is None:
                    break
                cells |= set(self.places[np.flatnonzero(change)].tolist())
                found.append(value + direction * step)
        if len(found) < prover.threshold or max(found) < prover.threshold:
            return None
        return Proof(frozenset(cells), {cell: (min(found), max(found))})

    def _table(self, place: int, amount: int) -> Whole | None:
        change = self._changes(0, 1).cheapest(place, amount)
        if change is None:
            return None
        whole = np.rint(change).astype(np.int64)
        if np.abs(change - whole).max() > NEARLY or (self.sums @ whole).any():
            rise, fall = limits(self.room, 0, 1)
            closed = sorted(self.closed)
            rise[closed], fall[closed] = 0, 0
            found = change_in_whole_numbers(self.sums, rise, fall, place, amount)
            if found is None:
                return None
            whole = found
        return whole if (whole >= -self.room).all() and not (self.sums @ whole).any() else None

    def _outer(self, change: Numbers) -> Numbers:
        whole = np.zeros(len(self.prover.opened))
        whole[self.places] = change
        return whole


def open_lines(sums: csr_array, opened: Flags) -> Whole:
    """How many cells of each line are open."""
    return np.asarray(abs(sums) @ opened.astype(np.int64), dtype=np.int64)

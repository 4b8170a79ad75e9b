"""Decides which counts are hidden so that no small one can be found out.

Primary (§ 16 BStatG; minimum of three cases per cell as the Federal Employment Agency has it, here configurable):
counts from 1 to threshold - 1. Zero is published unless a source declares it revealing; a missing row is no zero.

Secondary: in every sum a cell that stands alone gets a partner, the smallest published cell that is not zero; parts of
a sum are taken before its total. That is repeated until nothing changes, and then until the audit proves all cells
safe: two hidden counts of 1 with the sum 2 are both known although neither stands alone. Decisions depend on nothing
but the table and what was hidden before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ...records import HarvesterError
from ..symbols import Status
from .choice import Task, UnprotectedError, choose
from .filling import fill
from .memory import Memory
from .proof import Interval
from .rounding import hidden_when_rounded
from .structure import Cell, Key, Line, Structure
from .system import System, part_keys, sums_of

BY_LEVEL = 0.1  # of a cell for each level of its total beside the number of cells hidden
BY_VALUE = 1e-6  # of a cell for its value
BY_REVISION = 5.0  # of a cell that an earlier release printed with another number: the last to be hidden
MOST_VALUE = 100_000  # from which on values weigh the same


class ProtectionError(HarvesterError):
    """No choice of hidden cells protects the table; it must not be published."""


@dataclass(frozen=True)
class Policy:
    """What counts as small."""

    threshold: int = 3
    zero_is_revealing: bool = False
    method: Literal["suppress", "round5"] = "suppress"

    def is_small(self, cell: Cell) -> bool:
        """Whether the count itself is secret: small, or kept secret by the source already."""
        if cell.value is None:
            return cell.status is Status.SUPPRESSED
        return cell.value < self.threshold and (cell.value > 0 or self.zero_is_revealing)


@dataclass(frozen=True)
class Suppression:
    """The decision for a table, with the proof that it suffices.

    With rounding, `hidden` are totals that would tell too much even rounded, and `intervals` those of small figures.
    """

    hidden: frozenset[Key]  # printed cells whose number is not published
    primary: frozenset[Key]  # those of them that are small themselves: never to be told apart in public
    intervals: dict[Key, Interval]  # of every hidden printed cell, from published figures alone
    hidden_at_least: int = 1  # what a reader has to reckon with for a hidden cell
    exposed: frozenset[Key] = frozenset()  # small, but printed by an earlier release: nothing can hide them any more

    @property
    def secondary(self) -> frozenset[Key]:
        return self.hidden - self.primary


def suppress(structure: Structure, policy: Policy, remembered: Memory | Collection[Key] = ()) -> Suppression:
    """Hides what must be hidden; `remembered` is what earlier releases hid and published (or just what they hid).

    Raises ProtectionError where nothing helps, and ContradictionError where the sums contradict each other.
    """
    memory = remembered if isinstance(remembered, Memory) else Memory(frozenset(remembered))
    if policy.method == "round5":
        return _round(structure, policy, memory)
    return _Decision(structure, policy, memory).made()


def _round(structure: Structure, policy: Policy, memory: Memory) -> Suppression:
    """Every count is rounded by itself; the same count gives the same figure in every table and release."""
    cells = structure.cells
    hidden = {key for key in memory.hidden if key in cells and cells[key].printed and cells[key].value is not None}
    hidden |= {key for key, cell in cells.items() if cell.printed and cell.value is None and policy.is_small(cell)}
    hidden, ranges = hidden_when_rounded(structure, hidden)
    intervals = {key: Interval(*found) for key, found in ranges.items()}
    return Suppression(frozenset(hidden), frozenset(), intervals, hidden_at_least=0)


class _Decision:
    """A table as systems, and what is decided for each."""

    def __init__(self, structure: Structure, policy: Policy, memory: Memory) -> None:
        self.structure = structure
        self.policy = policy
        self.memory = memory
        cells = structure.cells
        self.public = {key for key, cell in cells.items() if self.is_public(key, cell)}
        self.small = {key for key, cell in cells.items() if policy.is_small(cell)} - self.public
        self.hidden = {key for key in self.small if cells[key].printed}
        self.hidden |= {
            key for key in memory.hidden if key in cells and cells[key].value is not None and cells[key].printed
        }
        self.groups = structure.companions
        self.hidden |= {key for group in self.groups if group & self.hidden for key in group if self.can_hide(key)}
        self.values = {key: cell.value for key, cell in cells.items() if cell.value is not None}
        self.values |= fill(structure, self.least)

    def is_public(self, key: Key, cell: Cell) -> bool:
        """Whether everybody has this number whatever is done now: an earlier release printed it."""
        if key in self.memory.hidden or not cell.printed:
            return False
        return self.memory.knows(key, cell.value) or (cell.value is None and key in self.memory.published)

    def is_printed_zero(self, key: Key) -> bool:
        cell = self.structure.cells[key]
        return cell.value == 0 and cell.printed and key not in self.hidden

    def can_hide(self, key: Key) -> bool:
        """Whether hiding the number would tell a reader less: it is there, no zero, and not public yet."""
        cell = self.structure.cells.get(key)
        return cell is not None and bool(cell.value) and cell.printed and key not in self.public

    def least(self, key: Key) -> int:
        """What a reader knows a hidden cell to be at least: a zero is printed, unless the cell was hidden before."""
        cell = self.structure.cells[key]
        open_to_zero = self.policy.zero_is_revealing or not cell.printed or key in self.memory.hidden
        return 0 if open_to_zero else 1

    def made(self) -> Suppression:
        cells = self.structure.cells
        movable = [key for key in cells if key not in self.public and not self.is_printed_zero(key)]
        lines_of: dict[Key, list[int]] = defaultdict(list)
        for number, line in enumerate(self.structure.lines):
            for key in line.keys:
                lines_of[key].append(number)
        intervals: dict[Key, Interval] = {}
        for keys in part_keys(movable, self.structure.lines, self.groups):
            if any(key in self.small or key in self.hidden for key in keys):
                numbers = sorted({number for key in keys for number in lines_of[key]})
                intervals |= self.decide(keys, [self.structure.lines[number] for number in numbers])
        exposed = {key for key in self.public if cells[key].value is not None and self.policy.is_small(cells[key])}
        least = 0 if self.policy.zero_is_revealing or self.memory.hidden else 1
        return Suppression(
            frozenset(self.hidden), frozenset(self.small & self.hidden), intervals, least, frozenset(exposed)
        )

    def decide(self, keys: Sequence[Key], lines: Sequence[Line]) -> dict[Key, Interval]:
        """Hides what must be hidden of a part; the intervals of the hidden printed cells."""
        task = self.task(keys, lines)
        try:
            prover = choose(task)
        except UnprotectedError as error:
            places = ", ".join(f"{indicator} {year}" for indicator, _, year in sorted(keys[c] for c in error.cells)[:5])
            raise ProtectionError(
                f"small counts stay recognisable in {places} although all that depends on them is hidden; publish "
                "larger groups, or declare the sums that hold them"
            ) from error
        cells = self.structure.cells
        opened = [place for place, key in enumerate(keys) if prover.opened[place] and cells[key].printed]
        found = {keys[place]: prover.interval(place) for place in opened if cells[keys[place]].value is not None}
        found |= {keys[place]: prover.interval(place) for place in opened if keys[place] in self.small}
        self.hidden |= set(found)
        return found

    def task(self, keys: Sequence[Key], lines: Sequence[Line]) -> Task:
        cells = self.structure.cells
        places = {key: place for place, key in enumerate(keys)}
        system = System(
            tuple(keys),
            sums_of(keys, lines),
            np.array([self.values[key] for key in keys], dtype=np.int64),
            np.array([self.least(key) for key in keys], dtype=np.int64),
        )
        opened = [key in self.hidden or not cells[key].printed or cells[key].value is None for key in keys]
        wanted = [key in self.hidden or key in self.small for key in keys]
        together: dict[int, frozenset[int]] = {}
        for group in self.groups:
            members = frozenset(places[key] for key in group if key in places and self.can_hide(key))
            for member in members:
                together[member] = together.get(member, frozenset()) | members
        costs = np.array([self.cost(key) for key in keys])
        return Task(system, self.policy.threshold, np.array(opened), np.array(wanted), costs, together, tuple(lines))

    def cost(self, key: Key) -> float:
        """The number of cells counts first, then whether they are totals, then how much they say."""
        cell = self.structure.cells[key]
        revised = BY_REVISION if key in self.memory.published else 0
        return 1 + revised + BY_LEVEL * cell.level + BY_VALUE * min(cell.value or 0, MOST_VALUE)

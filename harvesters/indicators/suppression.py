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
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from ..records import HarvesterError
from .audit import Interval, Part, Unknown, part_intervals, split
from .memory import Memory
from .moves import Mover, Moves
from .structure import Cell, Key, Structure
from .symbols import Status

BY_VALUE = 1e-6  # weight of a cell's value beside the number of cells hidden
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
    """The decision for a table, with the proof that it suffices."""

    hidden: frozenset[Key]  # printed cells whose number is not published
    primary: frozenset[Key]  # those of them that are small themselves: never to be told apart in public
    intervals: dict[Key, Interval]  # of every hidden printed cell, from published figures alone
    rounds: int

    @property
    def secondary(self) -> frozenset[Key]:
        return self.hidden - self.primary


def suppress(structure: Structure, policy: Policy, remembered: Memory | Collection[Key] = ()) -> Suppression:
    """Hides what must be hidden; `remembered` is what earlier releases hid and published (or just what they hid).

    Raises ProtectionError where nothing helps, and ContradictionError where the sums contradict each other.
    """
    hidden = remembered.hidden if isinstance(remembered, Memory) else remembered
    return _Decision(structure, policy, hidden).made()


def audit(structure: Structure, policy: Policy, hidden: Collection[Key]) -> dict[Key, Interval]:
    """Intervals of all cells to protect when `hidden` are hidden."""
    return _Decision(structure, policy, hidden).look()


class _Decision:
    def __init__(self, structure: Structure, policy: Policy, hidden: Collection[Key]) -> None:
        self.structure = structure
        self.policy = policy
        cells = structure.cells
        self.small = {key for key, cell in cells.items() if policy.is_small(cell)}
        self.hidden = {key for key in self.small if cells[key].printed}
        # What has become zero since is published: the proof counts on every zero being printed.
        self.hidden |= {key for key in hidden if key in cells and cells[key].value and cells[key].printed}
        self.companions: dict[Key, set[Key]] = defaultdict(set)
        for group in structure.companions:
            for key in group:
                self.companions[key] |= group
        self.hide_companions(self.hidden)
        self.moves = self.find_moves()
        self.proven: dict[tuple[object, ...], dict[Key, Interval]] = {}

    def made(self) -> Suppression:
        rounds = 0
        while unsafe := self.unsafe():
            rounds += 1
            before = len(self.hidden)
            for key in sorted(unsafe, key=self.rank):
                self.make_room(key)
            if len(self.hidden) == before:
                self.widen(unsafe)
        intervals = self.look()
        cells = self.structure.cells
        printed = {key: one for key, one in intervals.items() if cells[key].printed}
        return Suppression(frozenset(self.hidden), frozenset(self.small & self.hidden), printed, rounds)

    def find_moves(self) -> dict[Key, Moves]:
        """For each cell the sums that hang together with it through cells that are published or not."""
        cells = self.structure.cells
        zeros = {key: 0 for key, cell in cells.items() if cell.value == 0 and cell.printed and key not in self.hidden}
        others = {key: Unknown(0, False) for key in cells if key not in zeros}
        found: dict[Key, Moves] = {}
        for part in split(self.structure.lines, zeros, others):
            found.update(dict.fromkeys(part.keys, Moves(part.lines, part.keys)))
        return found

    def unsafe(self) -> list[Key]:
        return [key for key, one in self.look().items() if not one.protects(self.policy.threshold)]

    def look(self) -> dict[Key, Interval]:
        """The audit of what is hidden now; parts of the table that did not change are not looked at again."""
        known, unknown = self.published()
        found: dict[Key, Interval] = {}
        for part in split(self.structure.lines, known, unknown):
            signature = (part.keys, tuple(known.get(key) for line in part.lines for key in line.keys))
            if signature not in self.proven:
                self.proven[signature] = self.prove(part, known, unknown)
            found.update(self.proven[signature])
        return found

    def prove(self, part: Part, known: dict[Key, int], unknown: dict[Key, Unknown]) -> dict[Key, Interval]:
        return part_intervals(part, known, unknown, self.policy.threshold)

    def published(self) -> tuple[dict[Key, int], dict[Key, Unknown]]:
        """What a reader knows, and what he knows about the rest."""
        known: dict[Key, int] = {}
        unknown: dict[Key, Unknown] = {}
        least = 0 if self.policy.zero_is_revealing else 1
        for key, cell in self.structure.cells.items():
            if key in self.hidden:
                unknown[key] = Unknown(lower=least, protect=True)
            elif cell.printed and cell.value is not None:
                known[key] = cell.value
            else:
                unknown[key] = Unknown(lower=0, protect=key in self.small)
        return known, unknown

    def make_room(self, key: Key) -> None:
        """Hides the cheapest cells that let `key` reach the threshold and `threshold` values in all."""
        cell = self.structure.cells[key]
        moves = self.moves[key]
        movers = {other: mover for other in moves.keys if (mover := self.mover(other))}
        rise = self.policy.threshold - (1 if cell.value else 0)
        for other in moves.find(movers, key, rise):
            if self.structure.cells[other].printed:
                self.hide(other)

    def mover(self, key: Key) -> Mover | None:
        """How a cell may take part in a change; None where it is known to everybody whatever is done."""
        cell = self.structure.cells[key]
        least = 1 if cell.printed and not self.policy.zero_is_revealing else 0
        if key in self.hidden or not cell.printed or cell.value is None:
            return Mover(room=max((cell.value or 0) - least, 0), cost=0)
        if cell.value == 0:
            return None
        # The number of cells counts first, then whether they are totals, then how much they say.
        return Mover(room=cell.value - least, cost=1 + cell.level + BY_VALUE * min(cell.value, MOST_VALUE))

    def widen(self, unsafe: list[Key]) -> None:
        """The smallest published cell around, where no change of whole numbers was found."""
        around = {key for one in unsafe for key in self.moves[one].keys}
        candidates = [key for key in around if key not in self.hidden and self.mover(key)]
        if not candidates:
            places = ", ".join(f"{indicator} {year}" for indicator, _, year in sorted(unsafe)[:5])
            raise ProtectionError(
                f"small counts stay recognisable in {places} although all that depends on them is hidden; publish "
                "larger groups, or declare the sums that hold them"
            )
        self.hide(min(candidates, key=self.rank))

    def rank(self, key: Key) -> tuple[int, int, Key]:
        cell = self.structure.cells[key]
        return (cell.level, cell.value or 0, key)

    def hide(self, key: Key) -> None:
        self.hidden.add(key)
        self.hide_companions([key])

    def hide_companions(self, keys: Iterable[Key]) -> None:
        cells = self.structure.cells
        for key in list(keys):
            for other in self.companions.get(key, ()):
                if cells[other].printed and cells[other].value:
                    self.hidden.add(other)

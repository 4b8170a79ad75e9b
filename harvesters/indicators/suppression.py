"""Decides which counts are hidden so that no small one can be found out.

Primary (§ 16 BStatG; minimum of three cases per cell as the Federal Employment Agency has it, here configurable): counts
from 1 to threshold - 1. Zero is published unless a source declares it revealing; a missing row is no zero.

Secondary: in every sum a cell that stands alone gets a partner, the smallest published cell that is not zero; parts of a
sum are taken before its total. That is repeated until nothing changes, and then until the audit proves all cells safe:
two hidden counts of 1 with the sum 2 are both known although neither stands alone. Decisions depend on nothing but the
table and what was hidden before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ckanext.dresdensmartcity.harvesters.indicators.audit import Interval, Part, Unknown, part_intervals, split
from ckanext.dresdensmartcity.harvesters.indicators.structure import Cell, Key, Line, Structure
from ckanext.dresdensmartcity.harvesters.indicators.symbols import Status


class NotProtected(Exception):
    """No choice of hidden cells protects the table; it must not be published."""


@dataclass(frozen=True)
class Policy:
    """What counts as small."""

    threshold: int = 3
    zero_is_revealing: bool = False

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


def suppress(structure: Structure, policy: Policy, remembered: Collection[Key] = ()) -> Suppression:
    """Hides what must be hidden; `remembered` was hidden in an earlier release and stays so.

    Raises NotProtected where nothing helps, and NoTable where the sums contradict each other.
    """
    return _Decision(structure, policy, remembered).made()


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
        self.lines_of: dict[Key, list[Line]] = defaultdict(list)
        for line in structure.lines:
            for key in line.keys:
                self.lines_of[key].append(line)
        self.companions: dict[Key, set[Key]] = defaultdict(set)
        for group in structure.companions:
            for key in group:
                self.companions[key] |= group
        self.hide_companions(self.hidden)
        self.proven: dict[tuple[object, ...], dict[Key, Interval]] = {}

    def made(self) -> Suppression:
        rounds = 0
        while True:
            rounds += 1
            self.accompany(self.structure.lines)
            intervals = self.look()
            unsafe = [key for key, one in intervals.items() if not one.protects(self.policy.threshold)]
            if not unsafe:
                break
            self.widen(sorted(unsafe, key=self.rank))
        cells = self.structure.cells
        printed = {key: one for key, one in intervals.items() if cells[key].printed}
        return Suppression(frozenset(self.hidden), frozenset(self.small & self.hidden), printed, rounds)

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

    def accompany(self, lines: Iterable[Line]) -> None:
        """A hidden cell that stands alone in a sum gets a partner, to a fixed point over all sums."""
        changed = True
        while changed:
            changed = False
            for line in lines:
                if len(self.not_published(line)) == 1 and self.needs_partner(line):
                    partner = self.partner([line])
                    if partner is not None:
                        self.hide(partner)
                        changed = True

    def not_published(self, line: Line) -> list[Key]:
        cells = self.structure.cells
        return [key for key in line.keys if key in self.hidden or not cells[key].printed or cells[key].value is None]

    def needs_partner(self, line: Line) -> bool:
        (alone,) = self.not_published(line)
        return alone in self.hidden or alone in self.small

    def widen(self, unsafe: list[Key]) -> None:
        """One more cell for each that is still too narrow, unless a sum of it got one in this round."""
        touched: set[Line] = set()
        before = len(self.hidden)
        for key in unsafe:
            if touched.isdisjoint(self.lines_of[key]):
                partner = self.partner(self.lines_of[key]) or self.partner(self.neighbourhood(key))
                if partner is not None:
                    self.hide(partner)
                    touched.update(self.lines_of[partner])
        if len(self.hidden) == before:
            places = ", ".join(f"{indicator} {year}" for indicator, _, year in unsafe[:5])
            raise NotProtected(
                f"small counts stay recognisable in {places} although all that depends on them is hidden; publish "
                "larger groups, or declare the sums that hold them"
            )

    def neighbourhood(self, key: Key) -> list[Line]:
        """All sums that hang together with `key` through cells that are not published, the near ones first."""
        seen: dict[Line, None] = dict.fromkeys(self.lines_of[key])
        queue = list(seen)
        for line in queue:
            for other in self.not_published(line):
                fresh = [one for one in self.lines_of[other] if one not in seen]
                seen.update(dict.fromkeys(fresh))
                queue.extend(fresh)
        return queue

    def partner(self, lines: Iterable[Line]) -> Key | None:
        """The smallest published cell of `lines` that is not zero; totals only where no part is left."""
        candidates = {
            key
            for line in lines
            for key in line.keys
            if key not in self.hidden and self.structure.cells[key].printed and self.structure.cells[key].value
        }
        return min(candidates, key=self.rank, default=None)

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

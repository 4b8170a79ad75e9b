"""Audits published tables from their files alone, as any reader could.

What a reader needs beside the rows stands in the description (`description.describe`): which cells make which sums, and
by which rule counts were hidden or rounded. None of it is secret. Tables that share cells are audited together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..symbols import Status
from .attack import Attack, ImpossibleError, Range, Relation, parts_of
from .description import Ratio, Rules, ratios_in, sums_in, unprotected_in
from .memory import key_of, remembered_from, whole
from .rounding import BASE, DEVIATION, VALUES
from .structure import Key

FAR = 1e7  # no count of a city is as large
ENDLESS = float("inf")


@dataclass(frozen=True)
class PublishedTable:
    """A table as it lies in a folder: rows of `indicator-values` and the description beside them."""

    name: str
    rows: tuple[Mapping[str, Any], ...]  # indicator_id, district, year, value, numerator, denominator, status
    description: Mapping[str, Any]  # of `Prepared.description`


@dataclass(frozen=True)
class Narrowed:
    """A number of which a reader can find out too much."""

    table: str
    indicator_id: str
    district: str
    period: int
    possible_from: int
    possible_to: int | None
    reason: str
    """`printed`: a small count stands there. `released`: an earlier release shows what is hidden now. `small`: it is
    known to be below the threshold. `narrowed`: too few values are left."""


@dataclass(frozen=True)
class Audit:
    """How much is hidden, and what a reader can find out."""

    tables: int
    values: int  # counts, printed or hidden
    hidden: int
    proven: int  # hidden counts that stay open
    narrowed: tuple[Narrowed, ...]
    problems: tuple[str, ...]  # why the audit could not be made in full

    @property
    def exit_code(self) -> int:
        """0: every hidden count stays open. 1: something can be found out. 2: it could not be audited."""
        return 2 if self.problems else 1 if self.narrowed else 0

    def as_dict(self) -> dict[str, object]:
        narrowed = [dict(vars(one)) for one in self.narrowed]
        return {**vars(self), "narrowed": narrowed, "problems": list(self.problems), "exit_code": self.exit_code}


def audit_published(tables: Sequence[PublishedTable], earlier: Sequence[PublishedTable] = ()) -> Audit:
    """What a reader of all these tables together can find out, `earlier` releases of them included."""
    return _Reader(tables, earlier).audit()


class _Reader:
    def __init__(self, tables: Sequence[PublishedTable], earlier: Sequence[PublishedTable]) -> None:
        self.tables = tables
        self.earlier = remembered_from(row for table in earlier for row in table.rows)
        self.problems: list[str] = []
        self.narrowed: dict[Key, Narrowed] = {}
        self.home: dict[Key, str] = {}  # cell -> the table that prints or hides it
        self.rules: dict[Key, Rules] = {}
        self.hidden: set[Key] = set()
        self.bounds: dict[Key, tuple[float, float]] = {}
        self.printed: dict[Key, int] = {}
        self.open: set[Key] = set()  # printed nowhere and not to be protected
        self.relations: list[Relation] = []

    def audit(self) -> Audit:
        for table in self.tables:
            try:
                self.read(table)
            except (KeyError, TypeError, ValueError) as error:
                self.problems.append(f"{table.name}: rows or description cannot be read ({error!r})")
        self.find_released()
        counts = set(self.home)
        if not self.problems:
            try:
                self.attack()
            except ImpossibleError:
                self.problems.append("the published figures contradict each other: no table has all of them")
        narrowed = tuple(self.narrowed[key] for key in sorted(self.narrowed))
        proven = 0 if self.problems else len(self.hidden - self.narrowed.keys())
        return Audit(len(self.tables), len(counts), len(self.hidden), proven, narrowed, tuple(self.problems))

    def read(self, table: PublishedTable) -> None:
        rules = Rules.of(table.description)
        ratios = {ratio.indicator: ratio for ratio in ratios_in(table.description)}
        shares = []
        for row in table.rows:
            key = key_of(row)
            if key[0] in ratios:
                shares.append((ratios[key[0]], key, row))
            else:
                self.read_count(table.name, rules, key, row)
        self.open |= unprotected_in(table.description)
        for line in sums_in(table.description):
            for key in line.keys:
                self.bounds.setdefault(key, (0, FAR))
                self.rules.setdefault(key, rules)
            coefficients: dict[Key, float] = defaultdict(float)
            for key, sign in ((line.total, 1.0), *((part, -1.0) for part in line.parts)):
                coefficients[key] += sign
            self.relations.append((dict(coefficients), 0, 0))
        if rules.method == "suppress":  # shares of rounded counts say nothing beyond these
            for ratio, key, row in shares:
                self.read_share(ratio, key, row)

    def read_count(self, name: str, rules: Rules, key: Key, row: Mapping[str, Any]) -> None:
        value = whole(row["value"])
        if row["status"] == Status.SUPPRESSED.value:
            self.hidden.add(key)
            self.home[key], self.rules[key] = name, rules
            low = 0 if rules.method == "round5" else rules.hidden_at_least
            self.bounds.setdefault(key, (low, FAR))
        elif value is not None:
            if self.printed.setdefault(key, value) != value:
                self.problems.append(f"{name}: {' '.join(map(str, key))} is printed with another number elsewhere")
            self.home[key], self.rules[key] = name, rules
            self.bounds[key] = (value, value)
            if rules.method == "round5":
                self.bounds[key] = (max(value - DEVIATION, 0), value + DEVIATION)
            elif 0 < value < rules.threshold:
                self.report(key, Range(value, value), "printed")

    def read_share(self, ratio: Ratio, key: Key, row: Mapping[str, Any]) -> None:
        """A rounded share ties its two counts together."""
        if row["value"] in (None, ""):
            return
        share, half = float(row["value"]), 0.5 * 10**-ratio.decimals
        part, base = (ratio.numerator, *key[1:]), (ratio.denominator, *key[1:])
        for one in (part, base):
            self.bounds.setdefault(one, (0, FAR))
        # Rounding half to even and the division itself are worth a little more than half of the last digit.
        self.relations.append(({part: ratio.factor, base: -(share + half + 1e-9)}, -ENDLESS, 0))
        self.relations.append(({part: ratio.factor, base: -(share - half - 1e-9)}, 0, ENDLESS))

    def find_released(self) -> None:
        for key in sorted(self.hidden & self.earlier.published.keys()):
            values = self.earlier.published[key]
            self.report(key, Range(min(values), max(values)), "released")

    def attack(self) -> None:
        found: set[Key] = set()
        for relations in parts_of(self.relations, self.bounds):
            part = Attack(relations, self.bounds)
            for key in part.keys:
                if (wanted := self.wanted(key)) is not None:
                    found.add(key)
                    self.judge(key, part.range_of(key, wanted, self.least(key, wanted)), wanted)

    def wanted(self, key: Key) -> int | None:
        """How many values must be possible for a number that is not exactly known; None where it does not matter."""
        rules = self.rules[key]
        if key in self.hidden:
            return rules.threshold if rules.method == "suppress" else VALUES
        if key in self.printed:
            return VALUES if self.printed[key] <= BASE else None
        return None if key in self.open else rules.threshold

    def least(self, key: Key, wanted: int) -> int:
        """A figure that is rounded need not be open to large ones."""
        return 0 if self.rules[key].method == "round5" else wanted

    def judge(self, key: Key, found: Range, wanted: int) -> None:
        if self.rules[key].method == "round5":
            if found.high is not None and found.high - found.low + 1 < wanted:
                self.report(key, found, "narrowed")
            return
        small = found.high is not None and 0 < found.high < wanted
        if small:
            self.report(key, found, "small")
        elif not found.is_open(wanted, wanted) and (key in self.hidden or 0 < found.low < wanted):
            self.report(key, found, "narrowed")

    def report(self, key: Key, found: Range, reason: str) -> None:
        table = self.home.get(key, "")
        self.narrowed.setdefault(key, Narrowed(table, *key, found.low, found.high, reason))

"""Versions of a plan compared by measure, year and source; a change needs a new version (RULES §7, 5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..records import Value
from . import wording
from .longform import Amount, Key, long_form
from .model import Plan, PlanFinding, Version, amount, filled


@dataclass(frozen=True)
class Change:
    """One amount that differs; None: there was or is none."""

    key: Key
    title: str
    before: int | None  # cents
    after: int | None
    row: int | None = None  # in the new file
    column: str | None = None

    @property
    def difference(self) -> int:
        return (self.after or 0) - (self.before or 0)

    def as_dict(self) -> dict[str, Value]:
        """The change as the command prints it; amounts in euro."""
        return {
            "measure": self.key.measure_id,
            "title": self.title,
            "year": self.key.year,
            "phase": self.key.phase,
            "source": self.key.source,
            "direction": self.key.direction,
            "before": None if self.before is None else amount(self.before),
            "after": None if self.after is None else amount(self.after),
            "difference": amount(self.difference),
            "row": self.row,
            "column": self.column,
        }


@dataclass(frozen=True)
class Stored:
    """An amount of an earlier version, as the published table holds it."""

    key: Key
    title: str
    cents: int


@dataclass(frozen=True)
class Comparison:
    """What differs between two versions, in the order of the new one; what is gone comes last."""

    old: Version
    new: Version
    changes: tuple[Change, ...]

    @property
    def counts(self) -> dict[str, int]:
        both = [one for one in self.changes if one.before is not None and one.after is not None]
        return {
            "number": len(self.changes),
            "more": sum(one.difference > 0 for one in both),
            "less": sum(one.difference < 0 for one in both),
            "new": sum(one.before is None for one in self.changes),
            "gone": sum(one.after is None for one in self.changes),
        }


def stored(plan: Plan) -> list[Stored]:
    """The single lines of a plan; sums would say every change twice."""
    return [Stored(one.key, one.line.title, one.entry.cents) for one in single(plan)]


def single(plan: Plan) -> list[Amount]:
    """Amounts of lines that are no sum of others."""
    items = {line.code for line in plan.items}
    return [one for one in long_form(plan) if one.line.code in items]


def compare(old: Iterable[Stored], old_version: Version, new: Plan) -> Comparison:
    """What the new plan changes. An amount of 0 that was or becomes none at all is no change."""
    before = {one.key: one for one in old}
    found = []
    seen = set()
    for one in single(new):
        seen.add(one.key)
        known = before.get(one.key)
        cents = one.entry.cents
        if (known.cents if known else 0) != cents:
            found.append(
                Change(one.key, one.line.title, known.cents if known else None, cents, one.entry.row, one.entry.column)
            )
    gone = [one for key, one in before.items() if key not in seen and one.cents]
    found += [Change(one.key, one.title, one.cents, None) for one in gone]
    return Comparison(old_version, new.version, tuple(found))


def version_findings(comparison: Comparison) -> list[PlanFinding]:
    """RULES §7 (5): the same measure and year changed without a new version; a warning where nobody names versions."""
    old, new = comparison.old, comparison.new
    if not comparison.changes:
        return []
    if new == Version() and old == Version():
        counts: Mapping[str, Value] = {"number": len(comparison.changes)}
        return [PlanFinding("version", None, None, wording.NO_VERSION, counts, severity="warning")]
    if (old.id or old.resolved_on) != (new.id or new.resolved_on):
        return []
    return [_finding(one, new) for one in comparison.changes]


def _finding(change: Change, version: Version) -> PlanFinding:
    name = version.id or (version.resolved_on.isoformat() if version.resolved_on else "")
    template = wording.CHANGED_VERSION
    if change.before is None:
        template = wording.NEW_VERSION
    elif change.after is None:
        template = wording.GONE_VERSION
    values = filled(code=change.key.measure_id, year=change.key.year, version=name)
    before, after = (None if one is None else amount(one) for one in (change.before, change.after))
    return PlanFinding("version", change.row, change.column, template, values, before, after, amount(change.difference))

"""Which entries somebody should look at again, and why. Plain Python.

The most urgent first: what is certainly wrong, then what nobody has confirmed for long, then what is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from . import freshness
from .entries import PROJECT, Entry

ENDED, GONE, OLD, NEVER, NO_SOURCE, NO_PLACE, NO_MEMBERS = (
    "ended", "gone", "old", "never", "no_source", "no_place", "no_members"
)  # fmt: skip
# How much each says that an entry is wrong; several add up.
WEIGHTS = {ENDED: 100, GONE: 60, OLD: 40, NEVER: 30, NO_SOURCE: 6, NO_MEMBERS: 5, NO_PLACE: 3}
# A running project whose end has passed, or one that was to begin.
NOT_ENDED = ("idea", "planned", "running")


@dataclass(frozen=True)
class Reason:
    """One thing to check; `value` is what its sentence names: a day, or the ids that are gone."""

    name: str  # of WEIGHTS
    value: str = ""


@dataclass(frozen=True)
class Case:
    """An entry to look at again."""

    entry: Entry
    reasons: tuple[Reason, ...]  # the weightiest first

    @property
    def weight(self) -> int:
        return sum(WEIGHTS[reason.name] for reason in self.reasons)


def cases(
    entries: Iterable[Entry], today: date, days: int, known: Collection[tuple[str, str]] | None = None
) -> tuple[Case, ...]:
    """The entries with a reason to look again, the most urgent first.

    `days` is how long a confirmation counts; `known` are the entries that there are, as (type, id).
    """
    found = []
    for entry in entries:
        reasons = sorted(_reasons(entry, today, days, known), key=lambda one: -WEIGHTS[one.name])
        if reasons:
            found.append(Case(entry, tuple(reasons)))
    return tuple(sorted(found, key=lambda one: (-one.weight, one.entry.last_known, one.entry.type, one.entry.id)))


def _reasons(entry: Entry, today: date, days: int, known: Collection[tuple[str, str]] | None) -> Iterable[Reason]:
    if entry.status in NOT_ENDED and entry.end and _passed(entry.end, today):
        yield Reason(ENDED, entry.end)
    gone = [] if known is None else [one.actor for one in entry.members if ("actor", one.actor) not in known]
    if gone:
        yield Reason(GONE, ", ".join(dict.fromkeys(gone)))
    if not entry.last_known:
        yield Reason(NEVER)
    elif freshness.is_stale(entry.last_known, today, days):
        yield Reason(OLD, entry.last_known)
    if not entry.sources and not any(one.source for one in entry.evidence):
        yield Reason(NO_SOURCE)
    if entry.type == PROJECT and not entry.members:
        yield Reason(NO_MEMBERS)
    if not entry.position and not entry.focus_areas and not entry.districts:
        yield Reason(NO_PLACE)


def _passed(end: str, today: date) -> bool:
    """Whether the last day that a date of year, month or day may mean has passed."""
    return today.isoformat()[: len(end)] > end[:10]

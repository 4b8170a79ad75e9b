"""What earlier releases gave away: the published table is the only memory.

RULES section 6, "stable over time": a count hidden once stays hidden, since showing it later tells what it was, and
hiding now what was published last month is useless: everybody still has it. So a release needs to know nothing but the
rows of the releases before it, which are public.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..reading.periods import number_of
from ..symbols import Status
from .structure import Key


@dataclass(frozen=True)
class Memory:
    """Cells of earlier releases, and of other tables that share cells with this one."""

    hidden: frozenset[Key] = frozenset()
    published: dict[Key, frozenset[int]] = field(default_factory=dict)  # every number ever printed for a cell
    # Printed once and hidden later, the number is not kept: whoever has the old table may know it.
    once: frozenset[Key] = frozenset()

    def knows(self, key: Key, value: int | None) -> bool:
        """Whether everybody has this very number already.

        A number that was revised since is not known: the old one is, and that is no secret of the new table.
        """
        return value is not None and (key in self.once or value in self.published.get(key, ()))

    def __or__(self, other: Memory) -> Memory:
        published = {
            key: self.published.get(key, frozenset()) | other.published.get(key, frozenset())
            for key in self.published.keys() | other.published.keys()
        }
        return Memory(self.hidden | other.hidden, published, self.once | other.once)


def key_of(row: Mapping[str, Any]) -> Key:
    """The cell that a published row is about."""
    return str(row["indicator_id"]), str(row["district"]), number_of(row)


def remembered_from(rows: Iterable[Mapping[str, Any]]) -> Memory:
    """What rows of the table `indicator-values`, of one release or of several, tell about counts.

    Numbers may be numbers or text as CSV has it. Shares say nothing beyond their counts, which have rows themselves. A
    rounded figure is not the count itself.
    """
    hidden: set[Key] = set()
    once: set[Key] = set()
    published: dict[Key, set[int]] = defaultdict(set)
    for row in rows:
        if row["status"] == Status.SUPPRESSED.value:
            hidden.add(key_of(row))
            if str(row.get("published_before")).lower() in ("true", "t", "1"):
                once.add(key_of(row))
        elif row["status"] == Status.MEASURED.value and row.get("denominator") in (None, ""):
            value = whole(row.get("value"))
            if value is None:
                continue
            published[key_of(row)].add(value)
    return Memory(frozenset(hidden), {key: frozenset(values) for key, values in published.items()}, frozenset(once))


def whole(value: object) -> int | None:
    """A printed value as a whole number; None where there is none, or one with a fraction.

    >>> whole("12"), whole(12.0), whole(""), whole("12.5")
    (12, 12, None, None)
    """
    if value is None or value == "":
        return None
    number = float(str(value))
    return int(number) if number.is_integer() else None

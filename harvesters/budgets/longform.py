"""The long form of a plan: a row for each measure, year, phase, source and direction (RULES §7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .model import ALL, Entry, Line, Plan


class Key(NamedTuple):
    """What an amount is for."""

    measure_id: str
    year: int
    phase: str
    source: str
    direction: str


@dataclass(frozen=True)
class Amount:
    """An amount in the long form; amounts of sums are told apart, as they must not be added to the others."""

    key: Key
    line: Line
    entry: Entry


def long_form(plan: Plan) -> Iterator[Amount]:
    """All amounts of single years, in the order of the file."""
    for line in plan.money:
        if plan.by_code[line.code] is not line:
            continue
        for slot, entry in line.entries.items():
            if slot.role == "year" and slot.year is not None:
                source = slot.source if slot.source != ALL else line.source or ALL
                direction = slot.direction if plan.form == "mapped" else line.direction
                yield Amount(Key(line.code, slot.year, slot.phase, source, direction), line, entry)

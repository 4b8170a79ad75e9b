"""Rounding to multiples of five, the other way of keeping small counts secret.

Each count, totals included, is rounded by itself: 1 and 2 become 0, 3 to 7 become 5. No figure is off by more than two,
the same count is rounded to the same figure in every table and every release, and sums no longer add up exactly
(RULES section 6: Destatis does so for social assistance).

Several rounded sums may still narrow a count: four counts of 2 are printed as 0, 0, 0, 0 with the total 10, which only
2 + 2 + 2 + 2 = 8 explains. So what a reader knows is worked out as for hidden counts, and totals that give too much
away are hidden. A count that is printed as 0 or 5 keeps at least three possible values. That is less than a threshold
above 3 asks for: whoever needs more hides counts instead.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...records import HarvesterError
from .attack import Attack, Relation, parts_of
from .structure import Cell, Key, Structure

BASE = 5
DEVIATION = 2
VALUES = 3  # that stay possible for a count printed as 0 or as 5
FAR = 1e7
LOOKS = 6  # directions in which the ranges of all small figures are looked at together


class RoundingError(HarvesterError):
    """Rounding alone does not protect the table."""


def rounded(count: int) -> int:
    """The nearest multiple of five.

    >>> [rounded(count) for count in (0, 1, 2, 3, 4, 5, 7, 8, 12, 13)]
    [0, 0, 0, 5, 5, 5, 5, 10, 10, 15]
    """
    return (count + DEVIATION) // BASE * BASE


def hidden_when_rounded(structure: Structure, hidden: set[Key]) -> tuple[set[Key], dict[Key, tuple[int, int | None]]]:
    """`hidden` and the totals that must not be printed even rounded; and what stays possible for small figures."""
    relations: list[Relation] = [
        ({line.total: 1.0, **dict.fromkeys(line.parts, -1.0)}, 0.0, 0.0) for line in structure.lines
    ]
    hidden = set(hidden)
    ranges: dict[Key, tuple[int, int | None]] = {}
    for relations_of_part in parts_of(relations, dict.fromkeys(structure.cells, (0, 1))):
        hidden |= _part(structure, relations_of_part, hidden, ranges)
    return hidden, ranges


def _part(
    structure: Structure, relations: list[Relation], hidden: set[Key], ranges: dict[Key, tuple[int, int | None]]
) -> set[Key]:
    cells, more = structure.cells, set(hidden)
    keys = sorted({key for coefficients, _, _ in relations for key in coefficients})
    narrowed = [key for key in keys if _is_small(cells[key])]
    while True:
        attack = Attack(relations, {key: _bounds(cells[key], key in more) for key in keys})
        attack.explore(narrowed, min(LOOKS, len(narrowed)))
        asked, narrowed = narrowed, []  # hiding more widens ranges: what was wide stays so
        for key in asked:
            if key not in more:
                found = attack.range_of(key, VALUES, least=0)
                ranges[key] = found.low, found.high
                if found.high is not None and found.high - found.low + 1 < VALUES:
                    narrowed.append(key)
        if not narrowed:
            for key in more:
                ranges.pop(key, None)
            return more
        near = [coefficients for coefficients, _, _ in relations if coefficients.keys() & set(narrowed)]
        totals = _totals(structure, near, more) or _totals(structure, [one for one, _, _ in relations], more)
        if not totals:
            raise RoundingError(
                f"{len(narrowed)} rounded counts can be narrowed although no total is printed; hide counts instead"
            )
        more |= _smallest_totals(structure, relations, narrowed, totals)


def _totals(structure: Structure, sums: Iterable[dict[Key, float]], hidden: set[Key]) -> set[Key]:
    """Totals that are printed still."""
    cells = structure.cells
    return {
        key
        for coefficients in sums
        for key, sign in coefficients.items()
        if sign > 0 and key not in hidden and cells[key].printed and cells[key].value is not None
    }


def _smallest_totals(
    structure: Structure, relations: list[Relation], narrowed: list[Key], totals: set[Key]
) -> set[Key]:
    """For each narrowed figure the smallest total around, which tells most about its parts."""
    around: dict[Key, set[Key]] = {key: set() for key in narrowed}
    for coefficients, _, _ in relations:
        for key in around.keys() & coefficients.keys():
            around[key] |= coefficients.keys() & totals
    return {
        min(found, key=lambda key: (structure.cells[key].value or 0, key)) for found in around.values() if found
    } or {min(totals, key=lambda key: (structure.cells[key].value or 0, key))}


def _bounds(cell: Cell, is_hidden: bool) -> tuple[float, float]:
    if is_hidden or cell.value is None or not cell.printed:
        return 0, FAR
    figure = rounded(cell.value)
    return max(figure - DEVIATION, 0), figure + DEVIATION


def _is_small(cell: Cell) -> bool:
    """Whether a figure is printed as 0 or 5; which of them are small indeed must not matter."""
    return cell.printed and cell.value is not None and rounded(cell.value) <= BASE

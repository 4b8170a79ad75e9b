"""A table that fits what is known, where a source itself keeps counts secret or leaves them out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import numpy as np

from ...records import HarvesterError
from .structure import Key, Line, Structure
from .system import part_keys, sums_of
from .whole import point_in_whole_numbers


class ContradictionError(HarvesterError):
    """No table fits the published sums: they contradict each other."""


def fill(structure: Structure, least: Callable[[Key], int]) -> dict[Key, int]:
    """Values for the cells that have none, so that every sum holds; any such table serves for the proof.

    Raises ContradictionError. The message names no cell: what is impossible may tell a count.
    """
    cells = structure.cells
    empty = [key for key, cell in cells.items() if cell.value is None]
    if not empty:
        return {}
    lines_of: dict[Key, list[Line]] = defaultdict(list)
    for line in structure.lines:
        for key in line.keys:
            if cells[key].value is None:
                lines_of[key].append(line)
    found: dict[Key, int] = {}
    for keys in part_keys(empty, structure.lines, ()):
        lines = list({line: None for key in keys for line in lines_of[key]})
        right = np.array([_known(structure, line) for line in lines], dtype=float)
        lower = np.array([least(key) for key in keys], dtype=float)
        values = point_in_whole_numbers(sums_of(keys, lines), right, lower, np.full(len(keys), np.inf))
        if values is None:
            raise ContradictionError("the published sums contradict each other: no table has all of them")
        found |= dict(zip(keys, values.tolist(), strict=True))
    return found


def _known(structure: Structure, line: Line) -> int:
    """What the unknown cells of a line must make: its known parts less its total."""
    signed = ((line.total, -1), *((part, 1) for part in line.parts))
    return sum(sign * value for key, sign in signed if (value := structure.cells[key].value) is not None)

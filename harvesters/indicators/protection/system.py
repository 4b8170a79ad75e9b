"""Parts of a table that hang together through sums, as matrices of whole numbers.

A part is looked at alone: nothing that a reader knows of one says anything about another. Years are parts of their own
unless something adds them up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from .structure import Key, Line

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class System:
    """Cells that can change, and the sums that bind them: `sums @ change` must be zero."""

    keys: tuple[Key, ...]
    sums: csr_array  # a row for each line: 1 for its total, -1 for its parts
    value: Whole  # a table that fits all that is published: the true one where it is known
    least: Whole  # what a reader knows a cell to be at least, once it is hidden

    @property
    def room(self) -> Whole:
        """By how much a cell can fall."""
        room: Whole = np.maximum(self.value - self.least, 0)
        return room

    def fits(self, change: Whole) -> bool:
        """Whether a change leaves every sum as it is."""
        return not (self.sums @ change).any()


def part_keys(keys: Collection[Key], lines: Sequence[Line], groups: Sequence[frozenset[Key]]) -> list[list[Key]]:
    """`keys` by part; cells that are hidden together belong to one part too."""
    parent = {key: key for key in keys}

    def root(key: Key) -> Key:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    def join(some: Iterator[Key]) -> None:
        first = next(some, None)
        for other in some:
            if first is not None:
                parent[root(other)] = root(first)

    for line in lines:
        join(key for key in line.keys if key in parent)
    for group in groups:
        join(key for key in sorted(group) if key in parent)
    found: dict[Key, list[Key]] = defaultdict(list)
    for key in sorted(keys):
        found[root(key)].append(key)
    return list(found.values())


def sums_of(keys: Sequence[Key], lines: Sequence[Line]) -> csr_array:
    """The matrix of `lines` over `keys`; cells elsewhere do not change."""
    places = {key: place for place, key in enumerate(keys)}
    entries = [
        (row, places[key], sign)
        for row, line in enumerate(lines)
        for key, sign in ((line.total, 1), *((part, -1) for part in line.parts))
        if key in places
    ]
    rows, columns, signs = zip(*entries, strict=True) if entries else ((), (), ())
    return csr_array((np.array(signs, dtype=np.int64), (rows, columns)), shape=(len(lines), len(keys)))


def columns_of(sums: csr_array, columns: NDArray[np.intp]) -> csr_array:
    """The sums over some of the cells, without the lines that none of them stands in."""
    chosen = csr_array(csc_array(sums)[:, columns])
    return chosen[np.flatnonzero(np.diff(chosen.indptr))]

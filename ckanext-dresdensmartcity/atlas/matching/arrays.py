"""Ragged rows and texts as flat arrays, so that they can lie in files that all processes of a machine share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Numbers = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


def numbers(values: Iterable[int]) -> Numbers:
    return np.fromiter(values, dtype=np.int64)


def ranges(starts: Numbers, counts: Numbers) -> Numbers:
    """All numbers of several ranges, one after the other."""
    total = int(counts.sum())
    if not total:
        return np.zeros(0, dtype=np.int64)
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(total)


@dataclass(frozen=True)
class Rows:
    """Rows of different lengths: row n is `values[starts[n]:starts[n + 1]]`."""

    starts: Numbers
    values: Array

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]], dtype: Any = np.int32) -> Rows:
        lengths = numbers(len(row) for row in rows)
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        return cls(starts, np.array([one for row in rows for one in row], dtype=dtype))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, number: int) -> Array:
        return self.values[self.starts[number] : self.starts[number + 1]]

    @property
    def lengths(self) -> Numbers:
        return np.diff(self.starts)

    def places(self, order: Numbers) -> tuple[Numbers, Numbers]:
        """Where the values of the rows of `order` lie, and how many each row has."""
        counts = self.starts[order + 1] - self.starts[order]
        return ranges(self.starts[order], counts), counts

    def take(self, order: Numbers) -> Rows:
        """The rows of `order`, in that order."""
        places, counts = self.places(order)
        return Rows(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), self.values[places])

    def joined(self, more: Rows) -> Rows:
        """These rows and then those of `more`."""
        return Rows(
            np.concatenate([self.starts, more.starts[1:] + self.starts[-1]]), np.concatenate([self.values, more.values])
        )

    def with_values(self, values: Array) -> Rows:
        """Rows of the same lengths."""
        return Rows(self.starts, values)

    def inverted(self, count: int) -> Rows:
        """For each value below `count` the places where it stands, in their order."""
        order = np.argsort(self.values, kind="stable")
        counts = np.bincount(self.values, minlength=count) if len(self.values) else np.zeros(count, dtype=np.int64)
        return Rows(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), order.astype(np.int32))

    def owners(self) -> Array:
        """For each place the number of its row."""
        return np.repeat(np.arange(len(self), dtype=np.int32), self.lengths)

    def greatest(self, worth: Array) -> Array:
        """For each row the greatest worth of its values; 0 for an empty row."""
        return self._reduced(np.maximum, worth[self.values])

    def totals(self, worth: Array) -> Array:
        """For each row the sum of what stands at its places."""
        return self._reduced(np.add, worth)

    def _reduced(self, how: np.ufunc, worth: Array) -> Array:
        filled, starts = self._filled
        if len(starts) == len(self):
            found: Array = how.reduceat(worth, starts) if len(starts) else np.zeros(0, dtype=worth.dtype)
            return found
        found = np.zeros(len(self), dtype=worth.dtype)
        if len(starts):
            found[filled] = how.reduceat(worth, starts)
        return found

    @cached_property
    def _filled(self) -> tuple[Array, Numbers]:
        """Which rows have values, and where those begin."""
        filled = self.lengths > 0
        return filled, self.starts[:-1][filled]


@dataclass(frozen=True)
class Texts(Sequence[str]):
    """Many texts as bytes."""

    rows: Rows

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        spelled = [text.encode() for text in texts]
        starts = np.concatenate([[0], np.cumsum(numbers(map(len, spelled)))]).astype(np.int64)
        return cls(Rows(starts, np.frombuffer(b"".join(spelled), dtype=np.uint8)))

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, number: Any) -> Any:
        return self.rows.row(number).tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        whole, starts = self.rows.values.tobytes(), self.rows.starts.tolist()
        for start, end in pairwise(starts):
            yield whole[start:end].decode()

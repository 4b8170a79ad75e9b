"""Raw values on disk, as numbers, so that a series can be read whole however its rows are spread over the input.

Batches of the input are sorted by series and written one after the other; a table in memory says where each series'
piece of each batch lies. A value takes 25 bytes. Places are kept to 1e-7 degrees, about a centimetre.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from ..samples import Block, Floats, Integers, starts_of

_SCALE = 1e7  # parts of a degree
_UNKNOWN = np.iinfo(np.int32).min
_COLUMNS = (np.dtype(np.int64), np.dtype(np.float64), np.dtype(np.int32), np.dtype(np.int32), np.dtype(np.bool_))
_WIDTH = sum(one.itemsize for one in _COLUMNS)


@dataclass(frozen=True)
class Index:
    """Where the pieces lie: one row for each series of each batch."""

    code: Integers
    batch: Integers  # where the batch begins, in bytes
    size: Integers  # rows of the batch
    offset: Integers  # of the piece in the batch, in rows
    length: Integers
    first: Integers  # time of its first and last value
    last: Integers


def by_series(block: Block) -> Block:
    """The block sorted by series and time."""
    code, time = block.code, block.time
    later = time[1:] >= time[:-1]
    if np.all((code[1:] > code[:-1]) | ((code[1:] == code[:-1]) & later)):
        return block
    if np.all(later) and code.max(initial=0) < 1 << 16:
        order = np.argsort(code.astype(np.uint16), kind="stable")  # by counting, which is the fastest
    else:
        order = np.lexsort((time, code))
    return block.rows(order)


class Spool:
    """A file of blocks; write() all, then finish(), then read()."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("w+b")
        self._pieces: list[list[Integers]] = []
        self._end = 0
        self.index = Index(*(np.zeros(0, dtype=np.int64) for _ in range(7)))

    def close(self) -> None:
        """No more reading."""
        self._file.close()

    def write(self, block: Block) -> None:
        """Append a block that is sorted by series and time."""
        number = block.code.size
        if not number:
            return
        for column in (block.time, block.value, _packed(block.lon), _packed(block.lat), block.indoor):
            self._file.write(np.ascontiguousarray(column).data)
        begins = starts_of(block.code)
        ends = np.append(begins[1:], number)
        rows = [np.full(begins.size, self._end), np.full(begins.size, number), begins, ends - begins]
        piece = [block.code[begins], *rows, block.time[begins], block.time[ends - 1]]
        self._pieces.append([one.astype(np.int64) for one in piece])
        self._end += number * _WIDTH

    def finish(self) -> None:
        """No more writing."""
        self._file.flush()
        if self._pieces:
            columns = [np.concatenate(column) for column in zip(*self._pieces, strict=True)]
            order = np.lexsort((columns[3], columns[1], columns[0]))
            self.index = Index(*(column[order] for column in columns))
        self._pieces = []

    def counts(self, number: int) -> Integers:
        """Rows of each of `number` series."""
        return np.bincount(self.index.code, weights=self.index.length, minlength=number).astype(np.int64)

    def spans(self, number: int) -> tuple[Integers, Integers]:
        """Time of the first and the last value of each of `number` series."""
        first = np.full(number, np.iinfo(np.int64).max)
        last = np.full(number, np.iinfo(np.int64).min)
        np.minimum.at(first, self.index.code, self.index.first)
        np.maximum.at(last, self.index.code, self.index.last)
        return first, last

    def read(self, codes: Iterable[int], start: int | None = None, end: int | None = None) -> Block:
        """All values of some series, those with start <= time < end where given; `code` is the place in `codes`."""
        parts: list[list[npt.NDArray[Any]]] = []
        numbers: list[npt.NDArray[np.uint32]] = []
        for place, code in enumerate(codes):
            for piece in self._pieces_of(code):
                columns = self._piece(piece, start, end)
                if columns[0].size:
                    parts.append(columns)
                    numbers.append(np.full(columns[0].size, place, dtype=np.uint32))
        joined = [np.concatenate(column) for column in zip(*parts, strict=True)] if parts else _nothing()
        code_column = np.concatenate(numbers) if numbers else np.zeros(0, dtype=np.uint32)
        time, value, lon, lat, indoor = joined
        return Block(code_column, time, value, _degrees(lon), _degrees(lat), indoor)

    def _pieces_of(self, code: int) -> Iterator[int]:
        low, high = np.searchsorted(self.index.code, [code, code + 1])
        yield from range(int(low), int(high))

    def _piece(self, row: int, start: int | None, end: int | None) -> list[npt.NDArray[Any]]:
        index = self.index
        if (start is not None and index.last[row] < start) or (end is not None and index.first[row] >= end):
            return _nothing()
        begin, stop = int(index.offset[row]), int(index.offset[row] + index.length[row])
        columns: list[npt.NDArray[Any]] = []
        at = int(index.batch[row])
        for kind in _COLUMNS:
            # Without a position of the file's own, so that several threads may read.
            length = (stop - begin) * kind.itemsize
            column = np.frombuffer(os.pread(self._file.fileno(), length, at + begin * kind.itemsize), dtype=kind)
            if not columns:  # the times, which say what is wanted of the others
                low = 0 if start is None else int(np.searchsorted(column, start))
                high = column.size if end is None else int(np.searchsorted(column, end))
                column = column[low:high]
                begin, stop = begin + low, begin + high
            columns.append(column)
            at += int(index.size[row]) * kind.itemsize
        return columns


def _nothing() -> list[npt.NDArray[Any]]:
    return [np.zeros(0, dtype=kind) for kind in _COLUMNS]


def _packed(degrees: Floats) -> npt.NDArray[np.int32]:
    scaled = np.rint(degrees * _SCALE)
    scaled[np.isnan(scaled)] = _UNKNOWN
    return scaled.astype(np.int32)


def _degrees(packed: npt.NDArray[np.int32]) -> Floats:
    degrees = packed / _SCALE
    degrees[packed == _UNKNOWN] = np.nan
    return degrees

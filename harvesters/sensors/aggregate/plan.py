"""Which series are worked on together, so that memory stays bounded whatever the input holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from ..samples import KEY, Integers
from ..spacing import DAY

ROWS = 1_000_000  # that are worked on at once, about


@dataclass(frozen=True)
class Portion:
    """Series (by code) whose values are worked on at once; `sliced` in pieces of time, as they are too many."""

    codes: tuple[int, ...]
    rows: int
    sliced: bool


def portions(series: pl.DataFrame, counts: Integers, rows: int = ROWS) -> list[Portion]:
    """All series with a value, those of a station together, in the order of their names.

    The order does not depend on that of the input, nor does any result on how series are put together.
    """
    table = (
        series.with_row_index("code")
        .with_columns(pl.Series("rows", counts))
        .filter(pl.col("rows") > 0)
        .sort(KEY)
        .group_by("station", maintain_order=True)
        .agg(pl.col("code"), pl.col("rows").sum())
    )
    found: list[Portion] = []
    codes: list[int] = []
    number = 0
    for mine, size in table.select("code", "rows").iter_rows():
        if codes and number + size > rows:
            found.append(Portion(tuple(codes), number, False))
            codes, number = [], 0
        if size > 2 * rows:
            found.append(Portion(tuple(mine), size, True))
        else:
            codes += mine
            number += size
    if codes:
        found.append(Portion(tuple(codes), number, False))
    return found


def slices(first: int, last: int, size: int, rows: int = ROWS) -> Iterator[tuple[int, int]]:
    """[first, last] (milliseconds) in whole days of UTC, each with about `rows` of `size` rows."""
    begin, end = first // DAY, last // DAY + 1
    days = max(1, int(np.floor((end - begin) * rows / size)))
    for day in range(begin, end, days):
        yield day * DAY, min(day + days, end) * DAY

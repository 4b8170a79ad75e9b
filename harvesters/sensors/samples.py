"""Raw values in columns: the form that the whole method works on.

Numbers stand in NumPy arrays, sorted by series and time, so that runs, neighbours and hours are pieces of arrays and
nothing is looked up by name; names stand once, in the table of series.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint32]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Order = npt.NDArray[np.intp]

# A series: one quantity of one sensor. `station` joins what stands together (a box): its humidity speaks for its dust.
# home_lon, home_lat: where the station stands now, null where that is not known; what it measured elsewhere is refused.
SERIES = pl.Schema(
    {
        "box_id": pl.String(),
        "sensor_id": pl.String(),
        "phenomenon": pl.String(),
        "sensor_type": pl.String(),
        "station": pl.String(),
        "home_lon": pl.Float64(),
        "home_lat": pl.Float64(),
        "corrected": pl.Boolean(),  # the device has corrected for humidity already
    }
)
KEY = ("box_id", "sensor_id", "phenomenon")

# The same as one table: one row is one value. `value` is null where the source said something that is no number.
RAW = pl.Schema(
    dict(SERIES) | {"time": pl.Datetime("ms", "UTC"), "value": pl.Float64(), "lon": pl.Float64(), "lat": pl.Float64()}
)

TIME_BITS = 43  # milliseconds since 1970 up to the year 2248, below the number of the series in one integer


@dataclass(frozen=True)
class Block:
    """Values in any order, a row each."""

    code: Codes  # of the series
    time: Integers  # milliseconds since 1970, UTC
    value: Floats  # NaN: unreadable
    lon: Floats  # WGS 84; NaN: not known
    lat: Floats
    indoor: Flags

    def rows(self, chosen: Order | Flags) -> Block:
        """Some rows, in this order."""
        return Block(
            self.code[chosen],
            self.time[chosen],
            self.value[chosen],
            self.lon[chosen],
            self.lat[chosen],
            self.indoor[chosen],
        )


@dataclass(frozen=True)
class Samples:
    """Values sorted by series and time, each moment of a series once."""

    series: pl.DataFrame  # as SERIES; `code` is the row
    code: Codes
    time: Integers  # milliseconds since 1970, UTC
    value: Floats  # NaN: unreadable
    lon: Floats  # WGS 84; NaN: not known
    lat: Floats
    indoor: Flags
    conflict: Flags  # the source gave several values for the moment
    duplicates: int = 0  # rows that said the same again

    def per_series(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """What holds for series, for each value."""
        return values[self.code]


def number(column: str) -> pl.Expr:
    """A text as a number with a decimal point; null for anything else, "NaN" and "inf" included."""
    read = pl.col(column).str.strip_chars().cast(pl.Float64, strict=False)
    return pl.when(read.is_finite()).then(read)


def samples_of(raw: pl.DataFrame) -> Samples:
    """Samples of a RAW table, in any order; all of them outdoors."""
    series = raw.select(SERIES.names()).unique(KEY, keep="first", maintain_order=True).sort(KEY).with_row_index("code")
    code = raw.join(series.select(*KEY, "code"), on=KEY, how="left", maintain_order="left")["code"].to_numpy()
    value, lon, lat = (
        raw[name].fill_null(float("nan")).to_numpy().astype(np.float64) for name in ("value", "lon", "lat")
    )
    time = raw["time"].dt.epoch("ms").to_numpy().astype(np.int64)
    outdoors = np.zeros(raw.height, dtype=np.bool_)
    return arranged(series.drop("code"), Block(code.astype(np.uint32), time, value, lon, lat, outdoors))


def arranged(series: pl.DataFrame, block: Block) -> Samples:
    """Sorted, and each moment of a series once.

    Rows that repeat a moment with the same value are counted and dropped. Where they contradict each other, none of the
    values can be trusted: one row stays, marked as a conflict, so that the order of the rows never decides.
    """
    key = (block.code.astype(np.int64) << TIME_BITS) | block.time
    conflict = np.zeros(key.size, dtype=np.bool_)
    duplicates = 0
    if key.size and not np.all(key[1:] > key[:-1]):
        order = np.argsort(key, kind="stable")
        key = key[order]
        same = np.zeros(key.size, dtype=np.bool_)
        same[1:] = key[1:] == key[:-1]
        order, conflict = _once(order, same, block)
        keep = ~same
        block, conflict, duplicates = block.rows(order[keep]), conflict[keep], int(same.sum())
    return Samples(
        series, block.code, block.time, block.value, block.lon, block.lat, block.indoor, conflict, duplicates
    )


def _once(order: Order, same: Flags, block: Block) -> tuple[Order, Flags]:
    """The order with equal moments sorted by all that they say, and where they contradict each other."""
    conflict = np.zeros(order.size, dtype=np.bool_)
    repeated = np.flatnonzero(same)
    if not repeated.size:
        return order, conflict
    member = same.copy()
    member[repeated - 1] = True
    places = np.flatnonzero(member)
    group = np.cumsum(~same[places])
    rows = order[places]
    columns = (block.indoor[rows], block.lat[rows], block.lon[rows], block.value[rows], group)
    order[places] = rows = rows[np.lexsort(columns)]
    first = np.flatnonzero(~same[places])
    value = block.value[rows]
    low, high = np.fmin.reduceat(value, first), np.fmax.reduceat(value, first)
    unreadable = np.isnan(value)
    mixed = np.logical_or.reduceat(unreadable, first) & ~np.logical_and.reduceat(unreadable, first)
    conflict[places[first]] = ((low != high) & ~np.isnan(low)) | mixed
    return order, conflict


def starts_of(keys: npt.NDArray[Any]) -> Order:
    """Where each run of equal keys begins."""
    if not keys.size:
        return np.zeros(0, dtype=np.intp)
    changed = np.empty(keys.size, dtype=np.bool_)
    changed[0] = True
    np.not_equal(keys[1:], keys[:-1], out=changed[1:])
    return np.flatnonzero(changed)

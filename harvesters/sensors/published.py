"""The tables as they are published: rounded, with units, and marks as one column of words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import polars as pl

from .grid import cell_codes
from .phenomena import PHENOMENA
from .rules import DECIMALS

_KEY = ("box_id", "phenomenon", "sensor_id")
HOURLY_COLUMNS = (
    *_KEY, "hour_start", "hour_end", "value", "value_corrected", "unit", "n", "n_raw", "n_corrected", "expected",
    "coverage", "status", "reason", "cell", "flags",
)  # fmt: skip
_NOISE = ("lday", "levening", "lnight", "lden", "lden_reason")
_MEANS = ("value", "value_corrected", "unit", "n", "n_corrected", "expected", "coverage", "status", "reason")
DAILY_COLUMNS = (*_KEY, "day", "day_start", "day_end", *_MEANS, *_NOISE, "flags")
YEARLY_COLUMNS = (*_KEY, "year", *_MEANS, "n_days", *_NOISE, "flags")
GRID_COLUMNS = (
    "cell", "area", "phenomenon", "hour_start", "hour_end", "value", "value_corrected", "unit", "n_sensors",
    "n_corrected", "status", "reason", "flags",
)  # fmt: skip

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

_DRY_OR_DAMP = [one.id for one in PHENOMENA.values() if one.humid]
_ESTIMATES = [one.id for one in PHENOMENA.values() if one.estimate]


def published_hours(hours: pl.DataFrame) -> pl.DataFrame:
    """HOURLY_COLUMNS of hourly.HOURS."""
    half, some = pl.col("n") / 2, pl.col("n") > 0
    marks = [
        pl.when(pl.col("n_spike") > 0).then(pl.lit("spikes")),
        pl.when(some & (pl.col("n_humid") > half)).then(pl.lit("humid")),
        pl.when(some & (pl.col("n_humidity_unknown") > half)).then(pl.lit("humidity-unknown")),
        pl.when(some & pl.col("phenomenon").is_in(_DRY_OR_DAMP) & pl.col("value_corrected").is_null()).then(
            pl.lit("uncorrected")
        ),
    ]
    return _published(cell_codes(hours), marks).select(HOURLY_COLUMNS)


def published_days(days: pl.DataFrame) -> pl.DataFrame:
    """DAILY_COLUMNS of means.DAYS."""
    return _published(days, []).select(DAILY_COLUMNS)


def published_years(years: pl.DataFrame) -> pl.DataFrame:
    """YEARLY_COLUMNS of means.YEARS."""
    return _published(years, []).select(YEARLY_COLUMNS)


def published_cells(cells: pl.LazyFrame) -> pl.LazyFrame:
    """GRID_COLUMNS of grid.GRID."""
    return _published(cells, []).select(GRID_COLUMNS)


def _published(table: Frame, marks: Sequence[pl.Expr]) -> Frame:
    units = {one.id: one.unit for one in PHENOMENA.values()}
    every = [*marks, pl.when(pl.col("phenomenon").is_in(_ESTIMATES)).then(pl.lit("estimate"))]
    words = pl.concat_str(every, separator=" ", ignore_nulls=True)
    names = table.collect_schema().names()
    levels = [name for name in ("value", "value_corrected", "lday", "levening", "lnight", "lden") if name in names]
    return table.with_columns(
        pl.col(levels).round(DECIMALS),
        *([pl.col("coverage").round(4)] if "coverage" in names else []),
        pl.col("phenomenon").replace_strict(units, return_dtype=pl.String).alias("unit"),
        pl.when(words != "").then(words).alias("flags"),
    )

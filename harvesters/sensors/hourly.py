"""Hourly means with their completeness (RULES §1 a).

An hour is [h, h+1) in UTC and carries its start and its end: official German tables stamp the end, in winter time all
year. A mean that is not complete enough is empty and says why; it is never zero and never a mean of what was there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from .noise import to_energy, to_level
from .phenomena import PHENOMENA
from .quality import REASONS, Flagged, distance
from .rules import DECIMALS, DEFAULTS, Rules
from .samples import KEY, Codes, Flags, Floats, Integers, Order, starts_of
from .spacing import HOUR, expected, spacings

# Why an hour has no value: the reasons of its values, or what is wrong with the hour as a whole.
HOUR_REASONS = ("no-data", *REASONS, "too-few", "gap")
_MOVED = REASONS.index("moved") + 1

HOURS = pl.Schema(
    {
        "box_id": pl.String(),
        "sensor_id": pl.String(),
        "phenomenon": pl.String(),
        "hour_start": pl.Datetime("ms", "UTC"),
        "hour_end": pl.Datetime("ms", "UTC"),
        "value": pl.Float64(),  # null unless valid
        "value_corrected": pl.Float64(),  # dust in dry air; null unless enough values could be corrected
        "n": pl.UInt32(),  # values in the mean
        "n_raw": pl.UInt32(),  # values that came
        "n_corrected": pl.UInt32(),  # values in the corrected mean
        "expected": pl.UInt32(),
        "coverage": pl.Float64(),  # n / expected, at most 1
        "status": pl.String(),  # valid, invalid, missing
        "reason": pl.String(),  # one of HOUR_REASONS, null where valid
        "n_spike": pl.UInt32(),
        "n_humid": pl.UInt32(),
        "n_humidity_unknown": pl.UInt32(),
        "lon": pl.Float64(),  # where the values of the mean were measured
        "lat": pl.Float64(),
    }
)


@dataclass(frozen=True)
class Known:
    """What is known of whole series where `flagged` is only a part of their time."""

    first: Integers  # hour of 1970 of the first value, by code
    last: Integers  # of the last one
    spacings: pl.DataFrame  # as spacing.spacings() gives it


@dataclass(frozen=True)
class _Hours:
    """Series and hours of 1970, sorted, every hour between the first and the last of a series."""

    code: Codes
    hour: Integers


def hourly(
    flagged: Flagged,
    start: datetime | None = None,
    end: datetime | None = None,
    intervals: Mapping[str, timedelta] | None = None,
    rules: Rules = DEFAULTS,
    known: Known | None = None,
    spans: Mapping[str, timedelta] | None = None,
) -> pl.DataFrame:
    """Hourly means as HOURS, for every hour in [start, end), both full hours.

    Every series that has a value in [start, end) gets a row for every hour; without `start` or `end` for every hour
    from its first or to its last value, and with `known` for those that the whole series has there. `intervals` holds
    declared spacings by sensor id; the others are measured. Values outside of [start, end) only help to measure it.
    `spans` says by sensor id for how long from its moment on a value stands, where values are means themselves: that
    time is no gap.
    """
    samples = flagged.samples
    low = _hour_number(start) if start else None
    high = _hour_number(end) if end else None
    at = samples.time // HOUR
    inside = np.ones(at.size, dtype=np.bool_)
    if low is not None:
        inside &= at >= low
    if high is not None:
        inside &= at < high
    rows = np.flatnonzero(inside)
    key = _packed(samples.code[rows], at[rows])
    begins = starts_of(key)
    filled = _Hours(samples.code[rows][begins], at[rows][begins])
    hours = _every_hour(filled, low, high) if known is None else _known_hours(known, low, high)
    place = np.searchsorted(_packed(hours.code, hours.hour), key[begins])
    of_row = np.repeat(place, np.diff(begins, append=rows.size))
    table = _sums(flagged, hours, of_row, rows, rules, spans or {})
    measured = spacings(samples, rules) if known is None else known.spacings
    wanted = expected(samples.series["sensor_id"], hours.code, hours.hour, intervals or {}, measured)
    names = samples.series.select(KEY)[hours.code]
    return _judged(pl.concat([names, table.with_columns(pl.Series("expected", wanted))], how="horizontal"), rules)


def _hour_number(moment: datetime) -> int:
    return round(moment.timestamp()) // 3600


def _packed(code: Codes, hour: Integers) -> Integers:
    return (code.astype(np.int64) << 32) | hour


def _every_hour(filled: _Hours, low: int | None, high: int | None) -> _Hours:
    """Every hour of the series that have a value."""
    first = starts_of(filled.code)
    last = np.append(first[1:], filled.code.size) - 1
    if not first.size:
        return filled
    from_hour = filled.hour[first] if low is None else np.full(first.size, low)
    to_hour = filled.hour[last] + 1 if high is None else np.full(first.size, high)
    return _between(filled.code[first], from_hour, to_hour)


def _known_hours(known: Known, low: int | None, high: int | None) -> _Hours:
    from_hour = known.first if low is None else np.maximum(known.first, low)
    to_hour = known.last + 1 if high is None else np.minimum(known.last + 1, high)
    return _between(np.arange(known.first.size, dtype=np.uint32), from_hour, np.maximum(from_hour, to_hour))


def _between(code: Codes, from_hour: Integers, to_hour: Integers) -> _Hours:
    length = to_hour - from_hour
    offset = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    return _Hours(np.repeat(code, length), np.repeat(from_hour, length) + offset)


def _sums(
    flagged: Flagged, hours: _Hours, of_row: Order, rows: Order, rules: Rules, spans: Mapping[str, timedelta]
) -> pl.DataFrame:
    """The columns of HOURS between hour_start and lat, as they are before they are judged, and what judges them.

    `of_row` is the hour, as a row of `hours`, of each of `rows`.
    """
    samples, number = flagged.samples, hours.hour.size
    used = rows[flagged.usable[rows]]
    hour_of = of_row[flagged.usable[rows]]
    begins = starts_of(hour_of)
    filled = hour_of[begins]
    n = np.bincount(hour_of, minlength=number)
    prone = np.array([PHENOMENA[one].humid for one in samples.series["phenomenon"]], dtype=np.bool_)
    dusty = prone[samples.code[used]] if prone.any() else np.zeros(used.size, dtype=np.bool_)
    dry = dusty & ~np.isnan(flagged.dry[used])
    humidity = flagged.humidity[used]
    value, dried = np.full(number, np.nan), np.full(number, np.nan)
    if used.size:
        value[filled] = _means(flagged, used, begins)
    n_dry = _counted(hour_of, dry, number)
    if dry.any():
        sums = np.bincount(hour_of[dry], weights=flagged.dry[used[dry]], minlength=number)
        np.divide(sums, n_dry, out=dried, where=n_dry > 0)
    gap = np.full(number, HOUR, dtype=np.int64)
    lon, lat, spread = (np.full(number, np.nan) for _ in range(3))
    if used.size:
        stands = [spans.get(one, timedelta()) // timedelta(milliseconds=1) for one in samples.series["sensor_id"]]
        span = np.array(stands, dtype=np.int64)[samples.code[used]] if any(stands) else np.zeros(1, dtype=np.int64)
        gap[filled] = _gaps(samples.time[used], hours.hour[hour_of] * HOUR, begins, span)
        lon[filled], lat[filled], spread[filled] = _places(samples.lon[used], samples.lat[used], begins)
    start = pl.Series("hour_start", hours.hour * HOUR).cast(pl.Datetime("ms", "UTC"))
    return pl.DataFrame(
        {
            "hour_start": start,
            "hour_end": start + timedelta(hours=1),
            "value": value,
            "value_corrected": dried,
            "n": n.astype(np.uint32),
            "n_raw": np.bincount(of_row, minlength=number).astype(np.uint32),
            "n_corrected": n_dry.astype(np.uint32),
            "n_spike": _counted(hour_of, flagged.spike[used], number),
            "n_humid": _counted(hour_of, dusty & (humidity > rules.humid_above), number),
            "n_humidity_unknown": _counted(hour_of, dusty & np.isnan(humidity), number),
            "lon": lon,
            "lat": lat,
            "gap": gap,
            "spread": spread,
            **_refused(flagged, of_row, rows, number),
        },
        nan_to_null=True,
    )


def _counted(hour_of: Order, those: Flags, number: int) -> npt.NDArray[np.uint32]:
    return np.bincount(hour_of[those], minlength=number).astype(np.uint32)


def _means(flagged: Flagged, used: Order, begins: Order) -> Floats:
    """The mean of each hour's values; of levels by their energy (RULES §3)."""
    level = flagged.value[used]
    code = flagged.samples.code[used]
    number = np.diff(begins, append=used.size)
    energetic = np.array([PHENOMENA[one].mean == "energetic" for one in flagged.samples.series["phenomenon"]])
    if not energetic.any():
        return np.add.reduceat(level, begins) / number
    loud = energetic[code]
    level[loud] = to_energy(level[loud])
    mean: Floats = np.add.reduceat(level, begins) / number
    of_levels = loud[begins]
    mean[of_levels] = to_level(mean[of_levels])
    return mean


def _gaps(time: Integers, hour_start: Integers, begins: Order, span: Integers) -> Integers:
    """The longest time without a usable value in each hour, its two ends included.

    `span` is how long each value stands, or one number for all.
    """
    until = time + span
    step = time - np.concatenate(([0], until[:-1]))
    step[begins] = time[begins] - hour_start[begins]
    last = np.append(begins[1:], time.size) - 1
    longest: Integers = np.maximum(np.maximum.reduceat(step, begins), hour_start[last] + HOUR - until[last])
    return longest


def _places(lon: Floats, lat: Floats, begins: Order) -> tuple[Floats, Floats, Floats]:
    """lon, lat of each hour, and how many metres its values lie apart; NaN where no value has a place."""
    west, east = np.fmin.reduceat(lon, begins), np.fmax.reduceat(lon, begins)
    south, north = np.fmin.reduceat(lat, begins), np.fmax.reduceat(lat, begins)
    return (west + east) / 2, (south + north) / 2, distance(west, south, east, north)


def _refused(flagged: Flagged, of_row: Order, rows: Order, number: int) -> dict[str, pl.Series]:
    """refused_for: the reason that refused most values of the hour, null where none was; n_moved."""
    reason = flagged.reason[rows]
    bad = np.flatnonzero(reason)
    moved = _counted(of_row[bad], reason[bad] == _MOVED, number)
    kinds = len(REASONS) + 1
    which, count = np.unique(of_row[bad] * kinds + reason[bad], return_counts=True)
    # The most frequent one comes last for each hour; of equally frequent ones the first in REASONS.
    order = np.lexsort((-(which % kinds), count, which // kinds))
    chosen = np.zeros(number, dtype=np.int64)
    chosen[which[order] // kinds] = which[order] % kinds
    names = pl.Series([None, *REASONS], dtype=pl.String)
    return {"refused_for": names.gather(chosen), "n_moved": pl.Series(moved)}


def _judged(table: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Status and reason; a value only where the hour is valid."""
    enough = rules.hour_coverage * pl.col("expected")
    judged = table.with_columns(
        pl.col("expected").cast(pl.UInt32),
        (pl.col("n") / pl.col("expected")).clip(0, 1).alias("coverage"),
        # Refused values are named as the reason when they are what the hour lacks.
        pl.when(pl.col("n_raw") == 0)
        .then(pl.lit("no-data"))
        # "Location changed within the hour -> out" (RULES §2): such an hour stood in two places.
        .when((pl.col("n_moved") > 0) | (pl.col("spread") > rules.moved_metres))
        .then(pl.lit("moved"))
        .when(pl.col("n") < enough)
        .then(
            pl.when((pl.col("n_raw") >= enough) | (pl.col("n") == 0)).then("refused_for").otherwise(pl.lit("too-few"))
        )
        .when(pl.col("gap") > round(rules.longest_gap.total_seconds() * 1000))
        .then(pl.lit("gap"))
        .alias("reason"),
    )
    valid = pl.col("reason").is_null()
    dry = valid & (pl.col("n_corrected") >= enough)
    return judged.with_columns(
        pl.when(valid).then(pl.col("value").round(DECIMALS)).alias("value"),
        pl.when(dry).then(pl.col("value_corrected").round(DECIMALS)).alias("value_corrected"),
        status(pl.col("n_raw") == 0).alias("status"),
    ).select(HOURS.names())


def status(missing: pl.Expr) -> pl.Expr:
    """valid, missing or invalid, from `reason`."""
    return (
        pl.when(pl.col("reason").is_null())
        .then(pl.lit("valid"))
        .when(missing)
        .then(pl.lit("missing"))
        .otherwise(pl.lit("invalid"))
    )

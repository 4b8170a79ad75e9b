"""Hourly and daily means with their completeness (RULES §1).

An hour is [h, h+1) in UTC and carries its start and its end: official German tables stamp the end, in winter time all
year. A mean that is not complete enough is empty and says why; it is never zero and never a mean of what was there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from .noise import energetic_mean
from .phenomena import PHENOMENA
from .quality import REASONS, SERIES

# Part of the metadata of what is published: raise it whenever the same raw values would give other means.
METHOD_VERSION = "1.0"

HOUR = timedelta(hours=1)

# Why an hour has no value: the reasons of its values, or what is wrong with the hour as a whole.
HOUR_REASONS = ("no-data", *REASONS, "too-few", "gap")

HOURS = pl.Schema(
    {
        "box_id": pl.String(),
        "sensor_id": pl.String(),
        "phenomenon": pl.String(),
        "hour_start": pl.Datetime("ms", "UTC"),
        "hour_end": pl.Datetime("ms", "UTC"),
        "value": pl.Float64(),  # null unless valid
        "n": pl.UInt32(),  # values in the mean
        "n_raw": pl.UInt32(),  # values that came
        "expected": pl.UInt32(),
        "coverage": pl.Float64(),  # n / expected, at most 1
        "status": pl.String(),  # valid, invalid, missing
        "reason": pl.String(),  # one of HOUR_REASONS, null where valid
        "n_spike": pl.UInt32(),
        "n_humid": pl.UInt32(),
        "n_humidity_unknown": pl.UInt32(),
    }
)


@dataclass(frozen=True)
class HourSettings:
    """39. BImSchV Anlage 11 A asks for 75 % of an hour; the longest gap is this project's choice."""

    coverage: float = 0.75
    longest_gap: timedelta = timedelta(minutes=30)
    interval_over: timedelta = timedelta(days=7)  # the spacing of a sensor is the median over so long


DEFAULTS = HourSettings()


def hourly(
    flagged: pl.DataFrame,
    start: datetime,
    end: datetime,
    intervals: dict[str, timedelta] | None = None,
    settings: HourSettings = DEFAULTS,
) -> pl.DataFrame:
    """Hourly means as HOURS of what quality.flag() returned, for every hour in [start, end), start and end full hours.

    Every series (box, sensor, phenomenon) that has a value in [start, end) gets a row for every hour. `intervals`
    holds declared spacings by sensor id; the others are measured: the median spacing of the seven days up to the end
    of the day. Values outside of [start, end) only help to measure it.
    """
    spacing = _spacings(flagged, intervals or {}, settings)
    inside = flagged.filter((pl.col("time") >= start) & (pl.col("time") < end))
    hours = _every_hour(inside.select(SERIES).unique(maintain_order=True), start, end)
    result = (
        hours.join(_sums(inside), on=[*SERIES, "hour_start"], how="left")
        .with_columns(
            pl.col("n", "n_raw", "n_spike", "n_humid", "n_humidity_unknown").fill_null(0).cast(pl.UInt32),
            pl.col("hour_start").dt.truncate("1d").alias("day"),
        )
        .join(spacing, on=["sensor_id", "day"], how="left")
        .sort(*SERIES, "hour_start")
        .with_columns(pl.col("spacing").forward_fill().backward_fill().over(SERIES).fill_null(HOUR))
        .with_columns((HOUR / pl.col("spacing")).round().clip(1, 3600).cast(pl.UInt32).alias("expected"))
        .with_columns((pl.col("n") / pl.col("expected")).clip(0, 1).alias("coverage"))
        .with_columns(_reason(settings))
    )
    valid = pl.col("reason").is_null()
    return result.with_columns(
        pl.when(valid).then("value").alias("value"),
        pl.when(valid)
        .then(pl.lit("valid"))
        .when(pl.col("n_raw") == 0)
        .then(pl.lit("missing"))
        .otherwise(pl.lit("invalid"))
        .alias("status"),
    ).select(HOURS.names())


def daily(hours: pl.DataFrame, zone: str, settings: HourSettings = DEFAULTS) -> pl.DataFrame:
    """Daily means from hourly means: columns SERIES, day (date), value, n, expected, coverage, status, reason.

    A day is a day of the citizens' clock in `zone`: 23, 24 or 25 hours, of which 75 % must be valid (18 of 24; 39.
    BImSchV Anlage 11 A). Levels are averaged by their energy. Hours that the table lacks count as missing.
    """
    local = pl.col("hour_start").dt.convert_time_zone(zone)
    begins = local.dt.truncate("1d")
    length = (begins.dt.offset_by("1d") - begins).dt.total_hours()
    valid = pl.col("value").is_not_null()
    days = (
        hours.with_columns(local.dt.date().alias("day"), length.cast(pl.UInt32).alias("expected"))
        .group_by(*SERIES, "day", maintain_order=True)
        .agg(
            _mean(pl.col("value")).alias("value"),
            valid.sum().cast(pl.UInt32).alias("n"),
            pl.col("expected").first(),
        )
        .with_columns((pl.col("n") / pl.col("expected")).alias("coverage"))
        .with_columns(
            pl.when(pl.col("n") == 0)
            .then(pl.lit("no-data"))
            .when(pl.col("coverage") < settings.coverage)
            .then(pl.lit("too-few"))
            .alias("reason")
        )
    )
    complete = pl.col("reason").is_null()
    return days.with_columns(
        pl.when(complete).then("value").alias("value"),
        pl.when(complete)
        .then(pl.lit("valid"))
        .when(pl.col("n") == 0)
        .then(pl.lit("missing"))
        .otherwise(pl.lit("invalid"))
        .alias("status"),
    ).select(*SERIES, "day", "value", "n", "expected", "coverage", "status", "reason")


def _mean(values: pl.Expr) -> pl.Expr:
    """Arithmetic, or by energy for levels (RULES §3); within groups of one phenomenon."""
    levels = [one.id for one in PHENOMENA.values() if one.mean == "energetic"]
    return pl.when(pl.col("phenomenon").first().is_in(levels)).then(energetic_mean(values)).otherwise(values.mean())


def _every_hour(series: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    hours = pl.DataFrame({"hour_start": pl.datetime_range(start, end, HOUR, closed="left", time_unit="ms", eager=True)})
    return series.join(hours.with_columns((pl.col("hour_start") + HOUR).alias("hour_end")), how="cross")


def _sums(flagged: pl.DataFrame) -> pl.DataFrame:
    """Per series and hour: the mean of the usable values, the counts, the longest gap and the commonest reason."""
    usable = pl.col("reason").is_null()
    value = pl.col("value").filter(usable)
    time = pl.col("time").filter(usable)
    hour = pl.col("hour_start").first()
    prone = [one.id for one in PHENOMENA.values() if one.humid]
    unknown = pl.col("phenomenon").is_in(prone) & pl.col("humid").is_null()
    # A box that was carried away within the hour stood in two places: "location changed within the hour -> out".
    refused = [(pl.col("reason") == name).sum().alias(f"n_{name}") for name in REASONS]
    return (
        flagged.with_columns(pl.col("time").dt.truncate("1h").alias("hour_start"))
        .group_by(*SERIES, "hour_start", maintain_order=True)
        .agg(
            _mean(value).alias("value"),
            usable.sum().alias("n"),
            pl.len().alias("n_raw"),
            (usable & pl.col("spike")).sum().alias("n_spike"),
            (usable & pl.col("humid")).sum().alias("n_humid"),
            (usable & unknown).sum().alias("n_humidity_unknown"),
            pl.max_horizontal(time.diff().max(), time.min() - hour, hour + HOUR - time.max()).alias("gap"),
            *refused,
        )
        .with_columns(_commonest())
    )


def _commonest() -> pl.Expr:
    """The reason that refused most values of the hour; null where none was refused."""
    counts = [pl.col(f"n_{name}") for name in REASONS]
    most = pl.max_horizontal(counts)
    chosen = pl.lit(None, dtype=pl.String)
    for name in reversed(REASONS):
        chosen = pl.when((most > 0) & (pl.col(f"n_{name}") == most)).then(pl.lit(name)).otherwise(chosen)
    return chosen.alias("refused_for")


def _reason(settings: HourSettings) -> pl.Expr:
    """Why the hour has no value; null where it is valid.

    Refused values are named as the reason when they are what the hour lacks.
    """
    enough = pl.col("n_raw") >= settings.coverage * pl.col("expected")
    return (
        pl.when(pl.col("n_raw") == 0)
        .then(pl.lit("no-data"))
        .when(pl.col("n_moved") > 0)
        .then(pl.lit("moved"))
        .when(pl.col("n") < settings.coverage * pl.col("expected"))
        .then(pl.when(enough | (pl.col("n") == 0)).then("refused_for").otherwise(pl.lit("too-few")))
        .when(pl.col("gap") > settings.longest_gap)
        .then(pl.lit("gap"))
        .alias("reason")
    )


def _spacings(flagged: pl.DataFrame, declared: dict[str, timedelta], settings: HourSettings) -> pl.DataFrame:
    """sensor_id, day (start, UTC), spacing: declared, or the median of `interval_over` up to the end of the day.

    What a sensor sent counts here, whether it can be used or not.
    """
    over = settings.interval_over
    measured = (
        flagged.select("sensor_id", "time")
        .sort("sensor_id", "time")
        .with_columns(pl.col("time").diff().over("sensor_id").alias("spacing"))
        .drop_nulls("spacing")
        .group_by_dynamic(
            "time", every="1d", period=over, offset=timedelta(days=1) - over, closed="left", group_by="sensor_id"
        )
        .agg(pl.col("spacing").median())
        .select("sensor_id", (pl.col("time") + over - timedelta(days=1)).alias("day"), "spacing")
        .filter(pl.col("spacing") > timedelta(0))
    )
    if not declared:
        return measured
    fixed = pl.DataFrame({"sensor_id": list(declared), "declared": list(declared.values())})
    return (
        measured.join(fixed.with_columns(pl.col("declared").cast(pl.Duration("ms"))), on="sensor_id", how="left")
        .with_columns(pl.coalesce("declared", "spacing").alias("spacing"))
        .drop("declared")
    )

"""Means of days and years from hourly means, with their completeness (RULES §1 b, c; for noise §3).

Days and years are those of the citizens' clock: a day has 23, 24 or 25 hours, and what is expected follows. Means are
made of hourly means, never of raw values, so that an hour with many values weighs no more than another.
"""

from __future__ import annotations

import polars as pl

from .hourly import status
from .noise import DAY_BEGINS, NIGHT_BEGINS, PERIODS, energetic_mean, lden_of_columns, period_of
from .phenomena import PHENOMENA
from .rules import DEFAULTS, Rules
from .samples import KEY

_MEANS = pl.Schema(
    {
        "value": pl.Float64(),  # null unless valid
        "value_corrected": pl.Float64(),
        "n": pl.UInt32(),  # valid hours
        "n_corrected": pl.UInt32(),
        "expected": pl.UInt32(),  # hours
        "coverage": pl.Float64(),
        "status": pl.String(),
        "reason": pl.String(),  # no-data, too-few; null where valid
        "lday": pl.Float64(),
        "levening": pl.Float64(),
        "lnight": pl.Float64(),
        "lden": pl.Float64(),
        "lden_reason": pl.String(),  # <period>-incomplete; null where there is Lden, or none is meant
    }
)
_NAMES = {name: pl.String() for name in KEY}
_TIME = pl.Datetime("ms", "UTC")
DAYS = pl.Schema(_NAMES | {"day": pl.Date(), "day_start": _TIME, "day_end": _TIME} | dict(_MEANS))
YEARS = pl.Schema(_NAMES | {"year": pl.Int32()} | dict(_MEANS) | {"n_days": pl.UInt32()})

_LEVELS = [one.id for one in PHENOMENA.values() if one.mean == "energetic"]
_IS_LEVEL = pl.col("phenomenon").is_in(_LEVELS)


def daily(hours: pl.DataFrame, rules: Rules = DEFAULTS) -> pl.DataFrame:
    """Daily means as DAYS of hourly means (hourly.HOURS); hours that the table lacks count as missing.

    A day is valid with 75 % of its hours (18 of 24; 39. BImSchV Anlage 11 A). Levels are averaged by their energy over
    the calendar day; lday, levening, lnight and lden are those of the 24 hours from 6 o'clock on (noise.py).
    """
    begins = _local(rules).dt.truncate("1d")
    days = (
        _means(hours.with_columns(begins.alias("begins")), "begins")
        .with_columns(pl.col("begins").dt.offset_by("1d").alias("ends"))
        .with_columns(
            pl.col("begins").dt.date().alias("day"),
            pl.col("begins").dt.convert_time_zone("UTC").alias("day_start"),
            pl.col("ends").dt.convert_time_zone("UTC").alias("day_end"),
            (pl.col("ends") - pl.col("begins")).dt.total_hours().cast(pl.UInt32).alias("expected"),
        )
    )
    # The night belongs to the day on which it begins.
    turned = pl.when(_local(rules).dt.hour() < DAY_BEGINS).then(begins.dt.offset_by("-1d")).otherwise(begins)
    noise = _periods(hours, turned.dt.date().alias("day"), "day", _hours_of_day_period(rules), rules)
    return _with_noise(_judged(days, pl.lit(rules.day_coverage)), noise, "day").select(DAYS.names())


def yearly(hours: pl.DataFrame, days: pl.DataFrame, rules: Rules = DEFAULTS) -> pl.DataFrame:
    """Yearly means as YEARS of hourly means, with the number of valid days of `days`.

    A year is valid with 90 % of its hours (39. BImSchV Anlage 11 A), with 75 % for noise. Lden is made of all hours of
    each period in the year (its night that begins on 31 December counts to it), each complete to 75 %.
    """
    local = _local(rules)
    first = pl.datetime(pl.col("year"), 1, 1, time_zone=rules.zone)
    following = pl.datetime(pl.col("year") + 1, 1, 1, time_zone=rules.zone)
    valid = days.filter(pl.col("status") == "valid").group_by(*KEY, pl.col("day").dt.year().alias("year"))
    years = (
        _means(hours.with_columns(local.dt.year().alias("year")), "year")
        .with_columns((following - first).dt.total_hours().cast(pl.UInt32).alias("expected"))
        .join(valid.agg(pl.len().cast(pl.UInt32).alias("n_days")), on=[*KEY, "year"], how="left")
        .with_columns(pl.col("n_days").fill_null(0))
    )
    turned = local.dt.offset_by(f"-{DAY_BEGINS}h").dt.year().alias("year")
    noise = _periods(hours, turned, "year", _hours_of_year_period(), rules)
    needed = pl.when(_IS_LEVEL).then(rules.noise_coverage).otherwise(rules.year_coverage)
    return _with_noise(_judged(years, needed), noise, "year").select(YEARS.names())


def _local(rules: Rules) -> pl.Expr:
    return pl.col("hour_start").dt.convert_time_zone(rules.zone)


def _means(hours: pl.DataFrame, by: str) -> pl.DataFrame:
    """Mean and number of the valid hours of each series and each value of `by`."""
    return hours.group_by(*KEY, by, maintain_order=True).agg(
        _mean("value").alias("value"),
        pl.col("value_corrected").mean(),
        pl.col("value").count().alias("n"),
        pl.col("value_corrected").count().alias("n_corrected"),
    )


def _mean(column: str) -> pl.Expr:
    """Arithmetic, or by energy for levels (RULES §3); within groups of one phenomenon."""
    value = pl.col(column)
    return pl.when(pl.col("phenomenon").first().is_in(_LEVELS)).then(energetic_mean(value)).otherwise(value.mean())


def _judged(means: pl.DataFrame, needed: pl.Expr) -> pl.DataFrame:
    """With coverage, status and reason; a value only where enough hours are valid."""
    enough = needed * pl.col("expected")
    judged = means.with_columns(
        (pl.col("n") / pl.col("expected")).alias("coverage"),
        pl.when(pl.col("n") == 0)
        .then(pl.lit("no-data"))
        .when(pl.col("n") < enough)
        .then(pl.lit("too-few"))
        .alias("reason"),
    )
    return judged.with_columns(
        pl.when(pl.col("reason").is_null()).then("value").alias("value"),
        pl.when(pl.col("n_corrected") >= enough).then("value_corrected").alias("value_corrected"),
        status(pl.col("n") == 0).alias("status"),
    )


def _periods(hours: pl.DataFrame, to: pl.Expr, name: str, length: pl.Expr, rules: Rules) -> pl.DataFrame:
    """lday, levening, lnight, lden and lden_reason of the levels, by series and the value of `to`.

    `length` is the number of hours that a period should have; it knows the columns `name` and `period`.
    """
    one = (
        hours.filter(_IS_LEVEL)
        .with_columns(to, period_of(_local(rules).dt.hour()).alias("period"))
        .group_by(*KEY, name, "period")
        .agg(energetic_mean(pl.col("value")).alias("level"), pl.col("value").count().alias("n"))
        .filter(pl.col("n") >= rules.noise_coverage * length, pl.col("n") > 0)
    )
    table = hours.filter(_IS_LEVEL).select(*KEY, to).unique(maintain_order=True)
    for period in PERIODS:
        levels = one.filter(pl.col("period") == period.name).select(
            *KEY, name, pl.col("level").alias(f"l{period.name}")
        )
        table = table.join(levels, on=[*KEY, name], how="left")
    lacking = pl.coalesce(
        pl.when(pl.col(f"l{period.name}").is_null()).then(pl.lit(f"{period.name}-incomplete")) for period in PERIODS
    )
    return table.with_columns(lden_of_columns().alias("lden"), lacking.alias("lden_reason"))


def _with_noise(means: pl.DataFrame, noise: pl.DataFrame, by: str) -> pl.DataFrame:
    """Means with their Lden; levels whose hours all belong to the night before have none."""
    nothing = _IS_LEVEL & pl.col("lden").is_null() & pl.col("lden_reason").is_null()
    return means.join(noise, on=[*KEY, by], how="left").with_columns(
        pl.when(nothing).then(pl.lit("day-incomplete")).otherwise("lden_reason").alias("lden_reason")
    )


def _hours_of_day_period(rules: Rules) -> pl.Expr:
    """Hours of `period` on `day`: the clock may change in the night, which then has 7 or 9."""
    day = pl.col("day").cast(pl.Datetime("ms"))
    evening_ends = day.dt.offset_by(f"{NIGHT_BEGINS}h").dt.replace_time_zone(rules.zone)
    morning = day.dt.offset_by(f"{24 + DAY_BEGINS}h").dt.replace_time_zone(rules.zone)
    night = (morning - evening_ends).dt.total_hours()
    return pl.when(pl.col("period") == "night").then(night).otherwise(_fixed_hours())


def _fixed_hours() -> pl.Expr:
    return pl.col("period").replace_strict({one.name: one.hours for one in PERIODS}, return_dtype=pl.Int64)


def _hours_of_year_period() -> pl.Expr:
    """Hours of `period` in `year`; the hour that spring takes from the nights autumn gives back."""
    leap = pl.date(pl.col("year"), 1, 1).dt.is_leap_year()
    return _fixed_hours() * pl.when(leap).then(366).otherwise(365)

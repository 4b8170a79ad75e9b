"""What is kept of a box and a window of time: hourly rows and what is said about the box, all of it public.

Raw values, exact positions and the names that owners give their boxes never get here: ckanext-harvest shows the content
of an object to everybody, and a box may stand at somebody's home and bear that person's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import polars.selectors as cs

from ..records import Finding, Report, Value
from .hourly import hourly
from .means import daily
from .opensensemap import Box, Sensor, instant
from .phenomena import Phenomenon
from .published import DAILY_COLUMNS, HOURLY_COLUMNS, published_days, published_hours
from .quality import flag
from .rules import METHOD_VERSION
from .samples import RAW, number, samples_of
from .settings import Window
from .stations import published_position

# Asked for on both sides of a window: six hours, as long as a run of equal values must be to be seen as stuck, beyond
# the hours that days of the local clock, and nights that begin on them, reach out of it.
DAY_BEFORE, DAY_AFTER = timedelta(hours=2), timedelta(hours=6)
MARGIN = timedelta(hours=12)


@dataclass(frozen=True)
class SensorValues:
    """A sensor's raw values (opensensemap.MEASUREMENTS) in a window and its margins."""

    sensor: Sensor
    phenomenon: Phenomenon
    values: pl.DataFrame


def summarise(
    box: Box,
    series: Sequence[SensorValues],
    window: Window,
    since: datetime,
    intervals: dict[str, timedelta],
    report: Report,
) -> dict[str, Any]:
    """The public content of a box and a window, as JSON; `since` is the start of all that the source is asked for."""
    flagged = flag(samples_of(_raw(box, series)))
    around = hourly(flagged, window.start - DAY_BEFORE, window.end + DAY_AFTER, intervals)
    values = flagged.table().filter(pl.col("time").is_between(window.start, window.end, closed="left"))
    # A sensor without a single value in the window has no rows, whatever it sent around it.
    heard = around.filter(pl.col("sensor_id").is_in(values["sensor_id"].unique().implode()))
    hours = heard.filter(pl.col("hour_start").is_between(window.start, window.end, closed="left"))
    last = window.end - timedelta(hours=1)
    days = daily(heard).filter(pl.col("day").is_between(window.start.date(), last.date()))
    _tell(values, hours, box, window, report)
    lon, lat = published_position(box)
    return {
        "method_version": METHOD_VERSION,
        "box": {
            "box_id": box.id,
            "lon": lon,
            "lat": lat,
            "exposure": box.exposure,
            "phenomena": " ".join(sorted({one.phenomenon.id for one in series})),
            "sensor_types": ", ".join(sorted({one.sensor.sensor_type for one in series})),
            "located_since": box.located_on or None,
            "flags": "moved" if box.located_on > instant(since) else None,
        },
        "start": instant(window.start),
        "end": instant(window.end),
        "columns": list(HOURLY_COLUMNS),
        "rows": _as_json(published_hours(hours)).rows(),
        "daily_columns": list(DAILY_COLUMNS),
        "daily_rows": _as_json(published_days(days)).rows(),
    }


def hourly_rows(content: dict[str, Any]) -> list[dict[str, Value]]:
    """The rows of the table `sensor-hourly` that a content holds."""
    return [dict(zip(content["columns"], row, strict=True)) for row in content["rows"]]


def daily_rows(content: dict[str, Any]) -> list[dict[str, Value]]:
    """The rows of the table `sensor-daily` that a content holds."""
    return [dict(zip(content["daily_columns"], row, strict=True)) for row in content["daily_rows"]]


def _raw(box: Box, series: Sequence[SensorValues]) -> pl.DataFrame:
    frames = [
        one.values.select(
            pl.lit(box.id).alias("box_id"),
            pl.lit(one.sensor.id).alias("sensor_id"),
            pl.lit(one.phenomenon.id).alias("phenomenon"),
            pl.lit(one.sensor.sensor_type).alias("sensor_type"),
            pl.lit(box.id).alias("station"),
            pl.lit(box.lon).alias("home_lon"),
            pl.lit(box.lat).alias("home_lat"),
            pl.lit(False).alias("corrected"),
            "time",
            number("raw").alias("value"),
            "lon",
            "lat",
        )
        for one in series
    ]
    return pl.concat(frames) if frames else pl.DataFrame(schema=RAW)


def _as_json(table: pl.DataFrame) -> pl.DataFrame:
    """Times and days as texts."""
    return table.with_columns(cs.datetime().dt.strftime("%Y-%m-%dT%H:%M:%SZ"), cs.date().dt.strftime("%Y-%m-%d"))


def _tell(inside: pl.DataFrame, hours: pl.DataFrame, box: Box, window: Window, report: Report) -> None:
    """Counts of the run report, and a finding for every sensor that lost values."""
    report.count("read", inside.height)
    report.count("rejected", inside["reason"].drop_nulls().len())
    report.count("hours", hours.height)
    report.count("hours_valid", hours.filter(pl.col("status") == "valid").height)
    place = f"box {box.id}, {window.label}"
    if inside.is_empty():
        report.findings.append(Finding("sensor-silent", "warning", "there is not a single value in this time", place))
        return
    total = pl.len().over("sensor_id").alias("total")
    refused = inside.with_columns(total).drop_nulls("reason").group_by("phenomenon", "sensor_id", "reason")
    for row in refused.agg(pl.len().alias("n"), pl.col("total").first()).sort(pl.all()).iter_rows(named=True):
        report.findings.append(
            Finding(
                f"value-{row['reason']}",
                "warning" if 2 * row["n"] > row["total"] else "info",
                f"{row['phenomenon']}: {row['n']} of {row['total']} values are not used ({row['reason']})",
                f"{place}, sensor {row['sensor_id']}",
                found=row["n"],
            )
        )

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

from ..records import Finding, Report, Value
from .hourly import METHOD_VERSION, hourly
from .opensensemap import Box, Sensor, instant
from .phenomena import PHENOMENA, Phenomenon
from .quality import RAW, flag
from .settings import Window
from .stations import published_position

# Asked for on both sides of a window: as long as a run of equal values must be to be seen as stuck.
MARGIN = timedelta(hours=6)

HOURLY_COLUMNS = (
    "box_id", "phenomenon", "sensor_id", "hour_start", "hour_end", "value", "unit", "n", "n_raw", "expected",
    "coverage", "status", "reason", "flags",
)  # fmt: skip


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
    flagged = flag(_raw(box, series))
    hours = hourly(flagged, window.start, window.end, intervals)
    _tell(flagged.filter((pl.col("time") >= window.start) & (pl.col("time") < window.end)), hours, box, window, report)
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
        "rows": _published(hours).rows(),
    }


def hourly_rows(content: dict[str, Any]) -> list[dict[str, Value]]:
    """The rows of the table `sensor-hourly` that a content holds."""
    return [dict(zip(content["columns"], row, strict=True)) for row in content["rows"]]


def _raw(box: Box, series: Sequence[SensorValues]) -> pl.DataFrame:
    frames = [
        one.values.select(
            pl.lit(box.id).alias("box_id"),
            pl.lit(one.sensor.id).alias("sensor_id"),
            pl.lit(one.phenomenon.id).alias("phenomenon"),
            pl.lit(one.sensor.sensor_type).alias("sensor_type"),
            "time",
            "raw",
            "lon",
            "lat",
            pl.lit(box.lon).alias("box_lon"),
            pl.lit(box.lat).alias("box_lat"),
        )
        for one in series
    ]
    return pl.concat(frames) if frames else pl.DataFrame(schema=RAW)


def _published(hours: pl.DataFrame) -> pl.DataFrame:
    """Hours as they are published: rounded, times as text, marks as one column of words."""
    units = {one.id: one.unit for one in PHENOMENA.values()}
    half = pl.col("n") / 2
    marks = [
        pl.when(pl.col("n_spike") > 0).then(pl.lit("spikes")),
        pl.when((pl.col("n_humid") > half) & (pl.col("n") > 0)).then(pl.lit("humid")),
        pl.when((pl.col("n_humidity_unknown") > half) & (pl.col("n") > 0)).then(pl.lit("humidity-unknown")),
    ]
    words = pl.concat_str(marks, separator=" ", ignore_nulls=True)
    return hours.with_columns(
        pl.col("hour_start", "hour_end").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        pl.col("value").round(2),
        pl.col("coverage").round(3),
        pl.col("phenomenon").replace_strict(units, return_dtype=pl.String).alias("unit"),
        pl.when(words != "").then(words).alias("flags"),
    ).select(HOURLY_COLUMNS)


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

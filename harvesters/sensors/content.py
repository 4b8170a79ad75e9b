"""What is kept of a station and a window of time: hourly and daily means, all of it public.

Raw values, exact positions and the names that owners give their stations never get here: ckanext-harvest shows the
content of an object to everybody, and a station may stand at somebody's home and bear that person's name. Of its place
there is the cell of 100 m, and not even that where too few stations share it (stations.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import polars as pl
import polars.selectors as cs

from ..records import Finding, Report, Value
from . import wording
from .hourly import hourly
from .means import daily
from .phenomena import PHENOMENA
from .published import DAILY_COLUMNS, HOURLY_COLUMNS, published_days, published_hours
from .quality import flag
from .rules import METHOD_VERSION, Rules
from .samples import RAW, samples_of
from .settings import Window
from .sources.model import Series, Station

# Asked for around a window, as `sensors aggregate` looks around the pieces of a long series: the spacing of a sensor is
# that of seven days, a run of equal values may have begun before the window, and a night ends on the day after it.
BEFORE, AFTER = timedelta(days=7), timedelta(days=1)
# Of the hours after a window those are needed in which its last night ends: six, or seven where the clock is put back.
NIGHT = timedelta(hours=7)

# What every row of a station has in common, or what follows from the rest, is not stored with each row.
_GIVEN = ("box_id", "phenomenon", "unit")


@dataclass(frozen=True)
class SeriesValues:
    """The raw values of a series (sources.MEASUREMENTS) in a window and its margins."""

    series: Series
    values: pl.DataFrame


def instant(moment: datetime) -> str:
    """A moment in UTC as it is published: 2026-10-01T12:00:00Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def summarise(
    station: Station,
    series: Sequence[SeriesValues],
    window: Window,
    rules: Rules,
    intervals: dict[str, timedelta],
    report: Report,
    shown: bool = True,
) -> dict[str, Any]:
    """The public content of a station and a window, as JSON; without its cell unless its place may be `shown`."""
    flagged = flag(samples_of(_raw(station, series)), rules)
    spacing = {one.series.id: one.series.interval for one in series if one.series.interval} | intervals
    spans = {
        one.series.id: one.series.interval
        for one in series
        if one.series.interval and one.series.source_kind in ("mean", "leq")
    }
    around = hourly(flagged, window.start, window.end + NIGHT, spacing, rules, spans=spans)
    values = flagged.table().filter(pl.col("time").is_between(window.start, window.end, closed="left"))
    # A sensor without a single value in the window has no rows, whatever it sent around it.
    heard = around.filter(pl.col("sensor_id").is_in(values["sensor_id"].unique().implode()))
    if not shown:
        heard = heard.with_columns(pl.lit(None, pl.Float64).alias("lon"), pl.lit(None, pl.Float64).alias("lat"))
    hours = heard.filter(pl.col("hour_start").is_between(window.start, window.end, closed="left"))
    first, following = window.days
    days = daily(heard, rules).filter(pl.col("day").is_between(first, following, closed="left"))
    _tell(values, hours, station, window, report)
    return {
        "method_version": METHOD_VERSION,
        "station": station.id,
        "start": instant(window.start),
        "end": instant(window.end),
        "year": window.year,
        "days": [first.isoformat(), following.isoformat()],
        "columns": {"hourly": _stored(HOURLY_COLUMNS), "daily": _stored(DAILY_COLUMNS)},
        "quantities": {
            name: {"hourly": _rows(published_hours(mine)), "daily": _rows(published_days(_of(days, name)))}
            for name in hours["phenomenon"].unique().sort()
            if (mine := _of(hours, name)).height
        },
    }


def rows_of(content: dict[str, Any], phenomenon: str, table: str) -> list[dict[str, Value]]:
    """The rows of the table `hourly` or `daily` of a quantity that a content holds."""
    given = {"box_id": content["station"], "phenomenon": phenomenon, "unit": PHENOMENA[phenomenon].unit}
    columns = content["columns"][table]
    return [given | dict(zip(columns, row, strict=True)) for row in content["quantities"][phenomenon][table]]


def _stored(columns: Sequence[str]) -> list[str]:
    return [name for name in columns if name not in _GIVEN]


def _of(table: pl.DataFrame, phenomenon: str) -> pl.DataFrame:
    return table.filter(pl.col("phenomenon") == phenomenon)


def _rows(table: pl.DataFrame) -> list[tuple[Any, ...]]:
    """Times and days as texts."""
    texts = table.with_columns(cs.datetime().dt.strftime("%Y-%m-%dT%H:%M:%SZ"), cs.date().dt.strftime("%Y-%m-%d"))
    return texts.select(_stored(table.columns)).rows()


def _raw(station: Station, series: Sequence[SeriesValues]) -> pl.DataFrame:
    frames = [
        one.values.select(
            pl.lit(station.id).alias("box_id"),
            pl.lit(one.series.id).alias("sensor_id"),
            pl.lit(one.series.phenomenon.id).alias("phenomenon"),
            pl.lit(one.series.sensor_type).alias("sensor_type"),
            pl.lit(station.id).alias("station"),
            pl.lit(station.lon).alias("home_lon"),
            pl.lit(station.lat).alias("home_lat"),
            pl.lit(False).alias("corrected"),
            "time",
            "value",
            *_places(station),
        )
        for one in series
    ]
    return pl.concat(frames) if frames else pl.DataFrame(schema=RAW)


def _places(station: Station) -> tuple[pl.Expr, pl.Expr]:
    """lon, lat of values: their own, else those of the place where the station stood; null where nobody knows that."""
    lon, lat = pl.lit(station.lon), pl.lit(station.lat)
    for before, place in reversed([*pairwise([None, *station.moved])]):
        if place is not None and place.since is not None:
            earlier = pl.col("time") < place.since
            lon = pl.when(earlier).then(pl.lit(before.lon if before else None, pl.Float64)).otherwise(lon)
            lat = pl.when(earlier).then(pl.lit(before.lat if before else None, pl.Float64)).otherwise(lat)
    return pl.coalesce("lon", lon).alias("lon"), pl.coalesce("lat", lat).alias("lat")


def _tell(inside: pl.DataFrame, hours: pl.DataFrame, station: Station, window: Window, report: Report) -> None:
    """Counts of the run report, and a finding for every sensor that lost values."""
    report.count("read", inside.height)
    report.count("rejected", inside["reason"].drop_nulls().len())
    for status, number in hours["status"].value_counts().sort("status").iter_rows():
        report.count(f"hours_{status}", number)
    place = f"station {station.id}, {window.label}"
    if inside.is_empty():
        report.findings.append(Finding.of("station-silent", "warning", wording.SILENT, place, station=station.id))
        return
    total = pl.len().over("phenomenon", "sensor_id").alias("total")
    refused = inside.with_columns(total).drop_nulls("reason").group_by("phenomenon", "sensor_id", "reason")
    for row in refused.agg(pl.len().alias("n"), pl.col("total").first()).sort(pl.all()).iter_rows(named=True):
        report.findings.append(
            Finding.of(
                f"value-{row['reason']}",
                "warning" if 2 * row["n"] > row["total"] else "info",
                wording.NOT_USED,
                f"{place}, sensor {row['sensor_id']}",
                quantity=row["phenomenon"],
                n=row["n"],
                total=row["total"],
                reason=row["reason"],
            )
        )

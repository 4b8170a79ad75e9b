"""Raw tables for the tests: one value after the other at an even spacing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import polars as pl
from ckanext.dresdensmartcity.harvesters.sensors.quality import Flagged, flag
from ckanext.dresdensmartcity.harvesters.sensors.samples import RAW, number, samples_of

START = datetime(2026, 10, 1, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
HERE = (13.71, 51.06)


def series(
    phenomenon: str,
    values: Sequence[float | str | None],
    every: int = 300,
    *,
    sensor: str = "",
    kind: str = "SDS 011",
    start: datetime = START,
    place: tuple[float, float] = HERE,
) -> pl.DataFrame:
    """`values` from `start` on, one each `every` seconds; None leaves a value out."""
    kept = [(step, value) for step, value in enumerate(values) if value is not None]
    here = {"box_id": "box", "sensor_id": sensor or phenomenon, "phenomenon": phenomenon, "sensor_type": kind}
    home = {"station": "box", "home_lon": HERE[0], "home_lat": HERE[1], "corrected": False}
    return (
        pl.DataFrame(
            {
                "time": [start + timedelta(seconds=step * every) for step, _ in kept],
                "raw": [value if isinstance(value, str) else f"{value:.2f}" for _, value in kept],
                "lon": [place[0]] * len(kept),
                "lat": [place[1]] * len(kept),
            },
            schema={"time": RAW["time"], "raw": pl.String, "lon": pl.Float64, "lat": pl.Float64},
        )
        .with_columns(
            number("raw").alias("value"), *(pl.lit(value).alias(name) for name, value in (here | home).items())
        )
        .select(RAW.names())
        .cast(dict(RAW))
    )


def flagged(frame: pl.DataFrame) -> Flagged:
    """What the tests say of a RAW table."""
    return flag(samples_of(frame))


def flags(frame: pl.DataFrame) -> pl.DataFrame:
    """The same as a table, a row a value."""
    return flagged(frame).table()


def calm(count: int, middle: float = 20.0) -> list[float]:
    """Values that vary a little, so that nothing is stuck."""
    return [middle + 0.1 * (step % 7) for step in range(count)]

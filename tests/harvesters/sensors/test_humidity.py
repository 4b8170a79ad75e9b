"""Dust in humid air: raw and corrected values apart (RULES.md §2)."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from ckanext.dresdensmartcity.harvesters.sensors.hourly import hourly
from ckanext.dresdensmartcity.harvesters.sensors.humidity import growth
from ckanext.dresdensmartcity.harvesters.sensors.published import published_hours

from .raw import START, calm, flagged, series


@pytest.mark.parametrize(("humidity", "factor"), [(0.0, 1.0), (50.0, 1.242424), (80.0, 1.969697), (95.0, 5.606061)])
def test_growth(humidity: float, factor: float) -> None:
    """1 + (k / 1.65) / (1 / aw - 1) with k = 0.4, worked by hand."""
    assert growth(np.array([humidity]), 0.4)[0] == pytest.approx(factor, abs=5e-7)


def hour(dust: pl.DataFrame, humidity: float | None) -> dict[str, object]:
    frames = [dust]
    if humidity is not None:
        damp = [humidity + 0.01 * (step % 2) for step in range(12)]
        frames.append(series("humidity", damp, kind="BME280"))
    table = hourly(flagged(pl.concat(frames)), START, START + timedelta(hours=1))
    return published_hours(table).filter(pl.col("phenomenon") == "pm10").to_dicts()[0]


@pytest.mark.parametrize(
    ("humidity", "factor", "flags"),
    [
        (50.0, 1.2424, None),
        (80.0, 1.9697, "humid"),
        (95.5, None, "humid uncorrected"),
        (None, None, "humidity-unknown uncorrected"),
    ],
)
def test_raw_and_corrected_apart(humidity: float | None, factor: float | None, flags: str | None) -> None:
    """The raw mean stays; beside it stands the corrected one, up to 95 % and where the humidity is known."""
    row = hour(series("pm10", calm(12)), humidity)
    assert row["value"] == pytest.approx(np.mean(calm(12)), abs=1e-3)
    assert row["value_corrected"] == (None if factor is None else pytest.approx(row["value"] / factor, rel=2e-3))
    assert row["flags"] == flags


def test_never_twice() -> None:
    """What a device has corrected itself is not corrected again."""
    row = hour(series("pm10", calm(12)).with_columns(pl.lit(True).alias("corrected")), 80.0)
    assert (row["value_corrected"], row["n_corrected"]) == (None, 0)


def test_humidity_of_another_station_says_nothing() -> None:
    """Only a sensor of the same station speaks for its dust."""
    far = series("humidity", [50.0] * 12, kind="BME280").with_columns(
        pl.lit("other").alias("box_id"), pl.lit("other").alias("station")
    )
    table = hourly(flagged(pl.concat([series("pm10", calm(12)), far])))
    assert table.filter(pl.col("phenomenon") == "pm10")["n_corrected"].to_list() == [0]

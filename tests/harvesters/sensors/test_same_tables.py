"""The harvest of a source publishes the tables that `sensors aggregate` writes of the same raw values."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import polars as pl
import polars.selectors as cs
import pytest
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.harvesters.demo.measurements import box_series
from ckanext.dresdensmartcity.harvesters.demo.opensensemap import OpenSenseMap
from ckanext.dresdensmartcity.harvesters.demo.scenario import Scenario
from ckanext.dresdensmartcity.harvesters.demo.server import DemoSources
from ckanext.dresdensmartcity.harvesters.finishing import StoredTables
from ckanext.dresdensmartcity.harvesters.sensors.aggregate.config import AggregateConfig
from ckanext.dresdensmartcity.harvesters.sensors.aggregate.run import aggregate

from .conftest import running

UTC = timezone.utc
KINDS = ("humidity", "noise_laeq", "pm10", "pm25", "temperature")
# Over the turn of a year and of a month, by the local clock: units of two months and datasets of two years.
START, END = datetime(2025, 12, 29, 23, tzinfo=UTC), datetime(2026, 1, 2, 23, tzinfo=UTC)
PERIOD = {"first_day": "2025-12-30", "last_day": "2026-01-02"}


@pytest.fixture(scope="module")
def sensors() -> OpenSenseMap:
    """Three stations, one of them with dead dust sensors; one measures noise."""
    return OpenSenseMap(city(), Scenario(seed=11, boxes=3, start=START, end=END))


def raw(sensors: OpenSenseMap, path: Path) -> Path:
    """All that the source knows of the stations outdoors in the city, as a file."""
    known = {"PM10": "pm10", "PM2.5": "pm25", "Temperatur": "temperature", "rel. Luftfeuchte": "humidity"}
    parts = []
    for box in sensors.boxes[:3]:
        values = box_series(box, sensors.scenario)
        for sensor in box.sensors:
            answer = sensors.answer(f"/boxes/{box.id}/data/{sensor.id}", {"from-date": "2025-12-01T00:00:00Z"})
            assert answer.status == 200, answer.body
            assert len(values[sensor.id].times) < 10_000
            parts.append(
                pl.read_json(answer.body).select(
                    pl.lit(sensor.id).alias("sensor_id"),
                    pl.lit(known.get(sensor.title, "noise_laeq")).alias("phenomenon"),
                    pl.col("createdAt").alias("timestamp"),
                    "value",
                    pl.col("location").list.get(0).alias("lon"),
                    pl.col("location").list.get(1).alias("lat"),
                    pl.lit(box.id).alias("station"),
                    pl.lit(sensor.type).alias("sensor_type"),
                )
            )
    pl.concat(parts).write_csv(path)
    return path


def plain(table: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows in one order and in one form, whichever types they were stored in."""
    moments = cs.datetime().dt.strftime("%Y-%m-%dT%H:%M:%S")
    same = table.drop("_id", strict=False).with_columns(moments, cs.date().dt.strftime("%Y-%m-%d"))
    same = same.with_columns(cs.numeric().cast(pl.Float64))
    return sorted(same.to_dicts(), key=lambda row: [str(row[name]) for name in sorted(row)])


@pytest.fixture
def published(sensors: OpenSenseMap, portal: None, harvest: Any, tmp_path: Path) -> StoredTables:
    """The portal after a harvest in two units a station, with the border of months and years between them."""
    with running(DemoSources(tmp_path, sensors)) as url:
        settings = {**PERIOD, "sample": True}
        report = harvest(f"{url}/opensensemap", "smartcity_sensors", settings).run()
    assert report["counts"]["failed"] == 0
    return StoredTables(city())


@pytest.mark.ckan
@pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1")
def test_same_tables(sensors: OpenSenseMap, published: StoredTables, tmp_path: Path) -> None:
    """Hours, days, years and cells of every quantity, row by row and column by column."""
    config = AggregateConfig.model_validate_json(
        f'{{"first_day": "{PERIOD["first_day"]}", "last_day": "{PERIOD["last_day"]}"}}'
    )
    aggregate([raw(sensors, tmp_path / "raw.csv")], tmp_path / "tables", config)
    for name in ("hourly", "daily", "yearly", "grid"):
        alone = pl.read_parquet(tmp_path / "tables" / f"{name}.parquet")
        assert set(alone["phenomenon"].unique()) == set(KINDS)
        for kind in KINDS:
            parts = [published.rows(f"sensors-sample:{kind}:{year}", name) for year in (2025, 2026)]
            assert all(one.height for one in parts)
            stored, wanted = pl.concat(parts), alone.filter(pl.col("phenomenon") == kind)
            if name == "grid":  # the focus area stands in the portal's grid alone, as nobody told the command of any
                assert stored["area"].null_count() == 0
                stored, wanted = stored.drop("area"), wanted.drop("area")
            assert plain(stored) == plain(wanted), (name, kind)

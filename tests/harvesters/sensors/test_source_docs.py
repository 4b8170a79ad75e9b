"""The examples of docs/sensor-sources.md are settings that work."""

from __future__ import annotations

import gzip
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import polars as pl
import pytest
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.harvesters.client import Client
from ckanext.dresdensmartcity.harvesters.demo.measurements import HOUR, box_series
from ckanext.dresdensmartcity.harvesters.demo.opensensemap import OpenSenseMap
from ckanext.dresdensmartcity.harvesters.demo.server import DemoSources
from ckanext.dresdensmartcity.harvesters.sensors.phenomena import PHENOMENA
from ckanext.dresdensmartcity.harvesters.sensors.settings import SensorSettings
from ckanext.dresdensmartcity.harvesters.sensors.sources import Getter, MeasurementSource, open_source, wording
from ckanext.dresdensmartcity.harvesters.sensors.sources.recognition import NOT_READ
from ckanext.dresdensmartcity.harvesters.settings import read_settings

from .answers import Answers
from .conftest import SCENARIO, running
from .examples import example
from .test_sensor_community import ARCHIVE, DUST, FILTER, LIVE, measurement
from .test_sensor_community import AREA as CITY_AREA
from .test_source import Direct

PAGE = "docs/sensor-sources.md"
DAY = datetime(2026, 10, 24, tzinfo=timezone.utc)


def opened(repository: Path, heading: str, client: Getter, address: str) -> MeasurementSource:
    """The source of an example."""
    service = example(repository, heading).service
    return open_source(service.kind, client, address, service)


def test_opensensemap(repository: Path, dresden: City) -> None:
    """Against the demo's interface."""
    source = opened(repository, "openSenseMap", Direct(OpenSenseMap(dresden, SCENARIO)), "demo:")
    assert source.stations(dresden.bbox).stations


def test_sensor_community(repository: Path) -> None:
    """Against an answer and a packed file of the archive."""
    archive = "https://archive.sensor.community"
    packed = f"{archive}/2026/2026-03-01/2026-03-01_sds011_sensor_660.csv.gz"
    client = Answers({FILTER: [measurement()], packed: gzip.compress(DUST.encode())})
    assert archive != ARCHIVE
    source = opened(repository, "Sensor.Community", client, LIVE)
    (station,) = source.stations(CITY_AREA).stations
    day = datetime(2026, 3, 1, tzinfo=timezone.utc)
    assert source.measurements(station, station.series[0], day, day + timedelta(days=1)).height == 3


def test_features(repository: Path) -> None:
    """Against the made-up layer of test-data."""
    items = "https://geo.example/items"
    text = (repository / "test-data/dresden/sources/climate-metres.json").read_text(encoding="utf-8")
    source = opened(repository, "OGC API Features", Answers({items: text}), items)
    one, two, three = source.stations((13.0, 50.0, 14.0, 52.0)).stations
    assert (one.id, two.name, three.lon) == ("1", "Beispielstation Ost", 13.74)
    assert source.measurements(one, one.series[0], DAY, DAY + timedelta(days=1)).height == 3


def test_every_quantity_is_told(repository: Path) -> None:
    """The page names each quantity with its unit."""
    rows = [line for line in (repository / PAGE).read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    for one in PHENOMENA.values():
        assert any(f"`{one.id}`" in row and f"| {one.unit} |" in row for row in rows), one.id


@pytest.mark.parametrize(
    ("template", "word"), [(wording.A_SUM, "Precip"), (wording.AN_ANGLE, "Wind d"), (wording.AN_EXTREME, "LAmax")]
)
def test_what_is_not_read_is_told(repository: Path, template: str, word: str) -> None:
    """And so does the list of what is left out on purpose."""
    assert template in NOT_READ
    assert f"- **{word}" in (repository / PAGE).read_text(encoding="utf-8")


def test_the_layer_of_the_demo(any_city: City) -> None:
    """The settings of each city's file read the demo's climate stations, over HTTP."""
    told = next(one for one in any_city.sources if one.name == "climate-demo")
    settings = read_settings(SensorSettings, json.dumps(told.config))
    assert isinstance(settings, SensorSettings)
    sensors = OpenSenseMap(any_city, SCENARIO)
    with running(DemoSources(Path(), sensors)) as url:
        client = Client("tests", frozenset({"127.0.0.1"}))
        address = told.url.replace("{demo}", url)
        source = open_source(settings.service.kind, client, address, settings.service)
        stations = source.stations(any_city.bbox).stations
        boxes = {f"KLIMA-{box.number:02}": box for box in sensors.boxes if box.role == "plain"}
        assert {one.id for one in stations} <= set(boxes)
        for one in stations:
            lon, lat = boxes[one.id].places[-1][1]
            assert (round(one.lon, 6), round(one.lat, 6)) == (round(lon, 6), round(lat, 6))
        temperature = stations[0].series[0]
        found = source.measurements(stations[0], temperature, DAY, DAY + timedelta(days=2))
        box = boxes[stations[0].id]
        raw = next(series for sensor, series in box_series(box, SCENARIO).items() if sensor == box.sensors[2].id)
        hour = round(DAY.timestamp() * 1000) + 12 * HOUR
        inside = [float(value) for time, value in zip(raw.times, raw.values, strict=True) if hour <= time < hour + HOUR]
        noon = found.filter(pl.col("time") == DAY + timedelta(hours=12))["value"].item()
        assert noon == pytest.approx(sum(inside) / len(inside), abs=0.05)
        assert (temperature.source_kind, temperature.interval) == ("mean", timedelta(hours=1))
        assert found.height == len({time // HOUR for time in raw.times})

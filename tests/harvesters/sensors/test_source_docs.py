"""The examples of docs/sensor-sources.md are settings that work."""

from __future__ import annotations

import gzip
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.harvesters.demo.opensensemap import OpenSenseMap
from ckanext.dresdensmartcity.harvesters.sensors.phenomena import PHENOMENA
from ckanext.dresdensmartcity.harvesters.sensors.sources import Getter, MeasurementSource, open_source, wording
from ckanext.dresdensmartcity.harvesters.sensors.sources.recognition import NOT_READ

from .answers import Answers
from .conftest import SCENARIO
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

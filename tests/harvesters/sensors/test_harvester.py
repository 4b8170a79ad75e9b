"""The sensor harvester against the demo server and a real portal, over ckanext-harvest's queues."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.lib.search import clear_all
from ckan.tests.helpers import _get_test_app
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.harvesters.demo.opensensemap import OpenSenseMap
from ckanext.dresdensmartcity.harvesters.demo.scenario import DemoBox
from ckanext.dresdensmartcity.harvesters.demo.server import DemoSources, demo_sources
from ckanext.dresdensmartcity.harvesters.fields import package_id, resource_id
from ckanext.dresdensmartcity.harvesters.sensors.grid import cell_of, centre
from ckanext.dresdensmartcity.harvesters.sensors.phenomena import PHENOMENA
from ckanext.dresdensmartcity.harvesters.sensors.rules import METHOD_VERSION
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestObject

from .conftest import SCENARIO, Demo, empty_datastore, running

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
]

KINDS = ("noise_laeq", "pm10")
DAYS = {
    "first_day": "2026-10-24",
    "last_day": "2026-10-25",
    "sample": True,
    "measure": "1.2.5",
    "phenomena": ["noise_laeq", "pm10"],
}
BOXES = 3
REPOSITORY = Path(__file__).parents[3]
STATIONS = "sensors-sample:stations"


@pytest.fixture(scope="module")
def built() -> dict[str, Any]:
    """The source and report of the harvest that tests read; empty until one asks for it."""
    return {}


@pytest.fixture
def harvested(
    demo: Demo, harvest: Any, with_plugins: None, reset_db: Any, with_request_context: None, built: dict[str, Any]
) -> dict[str, Any]:
    """A portal with the harvested demo, made once for all tests that leave it as it is."""
    if not built:
        empty_datastore()
        reset_db()
        clear_all()
        queue.purge_queues()
        source = harvest(f"{demo.url}/opensensemap", "smartcity_sensors", DAYS)
        built.update(source=source, report=source.run())
    return built


@pytest.fixture
def own(portal: None, built: dict[str, Any]) -> None:
    """An empty portal of a test's own; what the others share is gone with it."""
    built.clear()


@pytest.fixture(scope="module")
def demo(dresden: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Three stations in the city, one of them with a dead dust sensor, two with noise; a harvest takes its time."""
    sensors = OpenSenseMap(dresden, SCENARIO.model_copy(update={"boxes": BOXES}))
    with running(DemoSources(tmp_path_factory.mktemp("sources"), sensors)) as url:
        yield Demo(url, sensors)


def measured(box: DemoBox) -> int:
    """How many of the quantities that are asked for it has."""
    return sum(sensor.kind in ("pm10", "noise") for sensor in box.sensors)


def of(phenomenon: str, year: int = 2026) -> str:
    """The guid of a quantity's dataset."""
    return f"sensors-sample:{phenomenon}:{year}"


def rows(guid: str, table: str, **filters: Any) -> list[dict[str, Any]]:
    found = tk.get_action("datastore_search")(
        {"ignore_auth": True},
        {"resource_id": resource_id(city(), guid, table), "filters": filters, "limit": 32_000},
    )
    return found["records"]


def dataset(guid: str) -> dict[str, Any]:
    return tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": package_id(city(), guid)})


def test_hours_of_the_demo(demo: Demo, harvested: dict[str, Any]) -> None:
    """Each quantity of twelve stations becomes a series with a dataset of the year; and there is the list of them."""
    assert harvested["report"]["counts"]["failed"] == 0

    boxes = demo.sensors.boxes[:BOXES]
    hours = [row for kind in KINDS for row in rows(of(kind), "hourly")]
    # 24 hours and 25, as summer time ends.
    assert len(hours) == 49 * sum(map(measured, boxes))
    assert {row["box_id"] for row in hours} == {box.id for box in boxes}
    assert {row["status"] for row in hours} == {"valid", "invalid", "missing"}
    assert {(row["phenomenon"], row["unit"]) for row in hours} == {(one, PHENOMENA[one].unit) for one in KINDS}
    for row in hours:
        assert (row["value"] is not None) == (row["status"] == "valid") == (row["reason"] is None)
        assert row["hour_end"] > row["hour_start"]
    (dead,) = [box.id for box in boxes if box.role == "dead-dust"]
    stuck = [row for row in hours if row["box_id"] == dead and row["phenomenon"] == "pm10"]
    assert {row["value"] for row in stuck} == {None}
    assert "stuck" in {row["reason"] for row in stuck}

    stations = rows(STATIONS, "stations")
    assert {row["box_id"] for row in stations} == {box.id for box in boxes}
    assert {row["status"] for row in stations} == {"active"}
    assert {row["focus_area"] for row in stations} == {area.id for area in city().focus_areas[:2]}
    for row, box in zip(stations, sorted(boxes, key=lambda one: one.id), strict=True):
        assert row["cell"] == cell_of(*box.places[-1][1])
        assert (float(row["lon"]), float(row["lat"])) == centre(row["cell"])


def test_days_of_the_demo(demo: Demo, harvested: dict[str, Any]) -> None:
    """Days of the local clock, the one with 25 hours among them; for noise the levels of complete periods."""
    days = [row for kind in KINDS for row in rows(of(kind), "daily")]
    assert {row["day"]: row["expected"] for row in days} == {"2026-10-24": 24, "2026-10-25": 25}
    assert len(days) == 2 * sum(map(measured, demo.sensors.boxes[:BOXES]))
    assert all((row["value"] is None) == (row["status"] != "valid") for row in days)
    noise = rows(of("noise_laeq"), "daily")
    assert any(row["levening"] is not None for row in noise)
    assert all((row["lden"] is None) == (row["lden_reason"] is not None) for row in noise)
    # The night that begins on the last day lasts into the next, of which there are no values.
    assert {row["lnight"] for row in noise if row["day"] == "2026-10-25"} == {None}
    assert {row["lden_reason"] for row in days if row["phenomenon"] != "noise_laeq"} == {None}


def test_years_and_grid_of_the_demo(harvested: dict[str, Any]) -> None:
    """What needs all stations is made when the run is finished: a row a sensor and year, a row a cell and hour."""
    years = rows(of("pm10"), "yearly")
    assert len(years) == BOXES
    assert {(row["year"], row["expected"], row["value"], row["reason"]) for row in years} <= {
        (2026, 8760, None, "too-few"),
        (2026, 8760, None, "no-data"),
    }
    assert {row["n_days"] for row in years} == {0, 1}
    hours = [row for row in rows(of("pm10"), "hourly") if row["value"] is not None]
    cells = rows(of("pm10"), "grid")
    assert {(row["cell"], row["hour_start"]) for row in cells} == {(row["cell"], row["hour_start"]) for row in hours}
    assert sum(row["n_sensors"] for row in cells) == len(hours)
    assert {row["area"] for row in cells} == {area.id for area in city().focus_areas[:2]}


def test_metadata(harvested: dict[str, Any]) -> None:
    """The dataset says that it is a sample, what it measures, how, and each table in which resolution."""
    one = dataset(of("noise_laeq"))
    assert "Beispieldaten" in one["title"]
    assert "sample data" in one["title_en"]
    assert "erfunden" in one["notes"]
    assert one["sample"] in (True, "True", "true")
    assert one["temporal_resolution"] == "PT1H"
    assert one["spatial_resolution_in_meters"] == 100
    assert one["temporal_coverage"] == [{"start": "2026-10-24", "end": "2026-10-25"}]
    assert one["measure"] == "1.2.5"
    assert one["in_series"] == [package_id(city(), "sensors-sample:noise_laeq")]
    assert "Anlage 11" in one["method"]
    assert "34. BImSchV" in one["method"]
    assert "begins" in one["method_en"]
    assert one["method_version"] == METHOD_VERSION
    tables = {resource["table_schema"]: resource for resource in one["resources"] if resource["format"] == "CSV"}
    assert {name: table["temporal_resolution"] for name, table in tables.items()} == {
        "sensor-hourly": "PT1H",
        "sensor-daily": "P1D",
        "sensor-yearly": "P1Y",
        "sensor-grid": "PT1H",
    }
    assert tables["sensor-grid"]["spatial_resolution_in_meters"] == 100
    files = [resource for resource in one["resources"] if resource["format"] == "PARQUET"]
    assert [file["temporal_resolution"] for file in files] == ["PT1H", "P1D", "P1Y", "PT1H"]
    assert all(file["hash"] and int(file["size"]) for file in files)


def test_second_run_changes_nothing(harvested: dict[str, Any]) -> None:
    """Stations that sent nothing new are not even asked for their values, and no dataset is touched."""
    source = harvested["source"]
    guids = [of(kind) for kind in KINDS] + [STATIONS]
    before = [dataset(guid)["metadata_modified"] for guid in guids]
    report = source.run()
    assert (report["counts"]["new"], report["counts"]["changed"], report["counts"]["failed"]) == (0, 0, 0)
    assert (report["counts"]["unchanged"], report["counts"]["read"]) == (BOXES + 1, 0)
    assert [dataset(guid)["metadata_modified"] for guid in guids] == before


def test_only_aggregates_are_kept(demo: Demo, harvested: dict[str, Any]) -> None:
    """What everybody can read of a harvest object holds neither raw values nor exact positions nor names."""
    ours = {box.id: box for box in demo.sensors.boxes}
    for one in HarvestObject.filter().all():
        everything = (one.content or "") + " ".join(extra.value for extra in one.extras)
        for box in ours.values():
            assert box.name not in everything
            assert str(box.places[-1][1][0]) not in everything
        assert len(one.content or "") < 60_000


@pytest.mark.usefixtures("own")
def test_one_broken_box_does_not_stop_the_others(demo: Demo, harvest: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A box whose data fail is an object error that names it; the others are published."""
    broken = demo.sensors.boxes[1]
    answer = type(demo.sensors).answer

    def spoiled(self: Any, path: str, query: Any) -> Any:
        found = answer(self, path, query)
        if path.startswith(f"/boxes/{broken.id}/data"):
            return type(found)(200, found.body + b"Error: cursor died", found.headers)
        return found

    monkeypatch.setattr(type(demo.sensors), "answer", spoiled)
    source = harvest(f"{demo.url}/opensensemap", "smartcity_sensors", DAYS)
    report = source.run()
    assert report["counts"]["failed"] == 1
    (error,) = source.job["object_error_summary"]
    assert f"box {broken.id}" in error["message"]
    assert "not complete" in error["message"]
    assert {row["box_id"] for row in rows(of("pm10"), "hourly")} == {
        box.id for box in demo.sensors.boxes[:BOXES] if box is not broken
    }


def test_pages(harvested: dict[str, Any]) -> None:
    """People see the course of the days, how complete they are and where stations stand, in German and English."""
    client = _get_test_app()
    page = client.get(f"/dataset/{dataset(of('pm10'))['name']}").body
    assert "<svg" in page
    assert "3 Stationen" in page
    assert "ließen sich bilden" in page
    assert "Anhaltspunkte" in page
    assert "1 Station" in client.get(f"/dataset/{dataset(of('noise_laeq'))['name']}").body
    english = client.get(f"/en/dataset/{dataset(of('pm10'))['name']}").body
    assert "daily means could be made" in english
    assert "indicative" in english
    stations = client.get(f"/dataset/{dataset(STATIONS)['name']}").body
    figure = stations.partition('class="sensor-places"')[2].partition("</figure>")[0]
    assert figure.count("<circle") == BOXES
    assert "05 Friedrichstadt" in stations
    series = tk.get_action("package_show")({"ignore_auth": True}, {"id": package_id(city(), "sensors-sample:pm10")})
    assert "Wie vollständig die Jahre sind" in client.get(f"/dataset_series/{series['name']}").body


@pytest.mark.usefixtures("own")
def test_a_station_that_goes_leaves_its_means(demo: Demo, harvest: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of stations and the report say that it has gone; nothing of what it measured is taken away."""
    source = harvest(f"{demo.url}/opensensemap", "smartcity_sensors", DAYS)
    source.run()
    before = rows(of("pm10"), "hourly"), rows(of("pm10"), "yearly"), rows(of("pm10"), "grid")
    gone = demo.sensors.boxes[1].id
    answer = type(demo.sensors).answer

    def without(self: Any, path: str, query: Any) -> Any:
        found = answer(self, path, query)
        if path.strip("/") == "boxes":
            left = [one for one in json.loads(found.body) if one["_id"] != gone]
            return type(found)(200, json.dumps(left).encode(), found.headers)
        return found

    monkeypatch.setattr(type(demo.sensors), "answer", without)
    report = source.run()
    assert [(one["check"], one["place"]) for one in report["findings"] if one["severity"] == "warning"] == [
        ("station-gone", f"station {gone}")
    ]
    assert {row["box_id"] for row in rows(STATIONS, "stations") if row["status"] == "gone"} == {gone}
    assert (rows(of("pm10"), "hourly"), rows(of("pm10"), "yearly"), rows(of("pm10"), "grid")) == before
    assert source.run()["counts"]["changed"] == 0


def everything() -> dict[tuple[str, str], list[dict[str, Any]]]:
    """All tables of all quantities, without the numbers of rows that the DataStore gives."""
    found = {}
    for kind in KINDS:
        for name in ("hourly", "daily", "yearly", "grid"):
            table = [{key: row[key] for key in row if key != "_id"} for row in rows(of(kind), name)]
            found[kind, name] = sorted(table, key=lambda row: [str(each) for each in row.values()])
    return found


@pytest.mark.usefixtures("own")
def test_windows_of_days_give_the_same_tables(demo: Demo, harvest: Any) -> None:
    """Units of a day write beside each other and end in the tables that a unit of a month gives."""
    source = harvest(f"{demo.url}/opensensemap", "smartcity_sensors", {**DAYS, "window": "day"})
    source.run()
    by_day = everything()
    source.act("harvest_source_update", **{**source.source, "config": json.dumps(DAYS)})
    report = source.run()
    assert report["counts"]["failed"] == 0
    assert report["counts"]["changed"] == report["counts"]["new"] == 0
    assert everything() == by_day


@pytest.mark.usefixtures("own")
@pytest.mark.ckan_config(
    "ckanext.dresdensmartcity.city_file", str(REPOSITORY / "test-data/musterstadt/musterstadt.yaml")
)
def test_another_city(harvest: Any) -> None:
    """A second city harvests its own demo with the settings of its own file."""
    here = city()
    (source,) = [one for one in here.sources if one.name == "sensors-demo"]
    with running(demo_sources(here)) as url:
        report = harvest(f"{url}/opensensemap", "smartcity_sensors", dict(source.config)).run()
    assert report["counts"]["failed"] == 0
    stations = rows(STATIONS, "stations")
    assert len(stations) == 4
    assert {row["district"] for row in stations} <= {one.number for one in here.districts}
    assert dataset(of("pm10"))["organization"]["name"] == here.id


def test_left_out_stations_are_reported(demo: Demo, harvested: dict[str, Any]) -> None:
    """The box that stands outside of the city now is named in the report."""
    report = harvested["report"]
    found = [one for one in report["findings"] if one["check"] == "station-elsewhere"]
    assert [one["place"] for one in found] == [f"station {demo.sensors.boxes[-1].id}"]
    assert any(one["check"] == "value-stuck" for one in report["findings"])

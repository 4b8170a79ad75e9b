"""The sensor harvester against the demo server and a real portal, over ckanext-harvest's queues."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.harvesters.demo.server import demo_sources
from ckanext.dresdensmartcity.harvesters.publishing import package_id, resource_id
from ckanext.harvest.model import HarvestObject

from .conftest import Demo, running

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
    pytest.mark.usefixtures("portal"),
]

DAYS = {"first_day": "2026-10-24", "last_day": "2026-10-25", "sample": True, "measure": "1.2.5"}
REPOSITORY = Path(__file__).parents[3]
HOURLY = "sensors-sample:hourly:2026"
DAILY = "sensors-sample:daily:2026"
STATIONS = "sensors-sample:stations"


def rows(guid: str, table: str, **filters: Any) -> list[dict[str, Any]]:
    found = tk.get_action("datastore_search")(
        {"ignore_auth": True},
        {"resource_id": resource_id(city(), guid, table), "filters": filters, "limit": 32_000},
    )
    return found["records"]


def dataset(guid: str) -> dict[str, Any]:
    return tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": package_id(city(), guid)})


def test_hourly_means_of_the_demo(demo: Demo, harvest: Any) -> None:
    """Twelve boxes become one table of hourly means in a dataset of a series, and one of stations."""
    report = harvest(f"{demo.url}/opensensemap", "smartcity_sensors", DAYS).run()
    assert report["counts"]["failed"] == 0

    hours = rows(HOURLY, "hourly")
    boxes = demo.sensors.boxes[:12]
    assert len(hours) == 48 * sum(len(box.sensors) for box in boxes)
    assert {row["box_id"] for row in hours} == {box.id for box in boxes}
    assert {row["status"] for row in hours} == {"valid", "invalid", "missing"}
    for row in hours:
        assert (row["value"] is not None) == (row["status"] == "valid") == (row["reason"] is None)
        assert row["hour_end"] > row["hour_start"]
    roles = {box.role: box.id for box in boxes}
    dead = [row for row in hours if row["box_id"] == roles["dead-dust"] and row["phenomenon"] in ("pm10", "pm25")]
    assert {row["value"] for row in dead} == {None}
    assert "stuck" in {row["reason"] for row in dead}
    assert "moved" in {row["reason"] for row in hours if row["box_id"] == roles["moved"]}

    stations = rows(STATIONS, "stations")
    assert {row["box_id"] for row in stations} == {box.id for box in boxes}
    assert {row["focus_area"] for row in stations} == {area.id for area in city().focus_areas[:2]}
    assert all(round(float(row["lon"]), 3) == float(row["lon"]) for row in stations)
    assert [row["box_id"] for row in stations if row["flags"] == "moved"] == [roles["moved"]]


def test_daily_means_of_the_demo(demo: Demo, harvest: Any) -> None:
    """Days of the local clock, the one with 25 hours among them; for noise the levels of complete periods."""
    harvest(f"{demo.url}/opensensemap", "smartcity_sensors", DAYS).run()
    days = rows(DAILY, "daily")
    assert {row["day"]: row["expected"] for row in days} == {"2026-10-24": 24, "2026-10-25": 25}
    assert len(days) == 2 * sum(len(box.sensors) for box in demo.sensors.boxes[:12])
    assert all((row["value"] is None) == (row["status"] != "valid") for row in days)
    noise = [row for row in days if row["phenomenon"] == "noise_laeq"]
    assert any(row["levening"] is not None for row in noise)
    assert all((row["lden"] is None) == (row["lden_reason"] is not None) for row in noise)
    # The night that begins on the last day lasts into the next, of which there are no values.
    assert {row["lnight"] for row in noise if row["day"] == "2026-10-25"} == {None}
    assert {row["lden_reason"] for row in days if row["phenomenon"] != "noise_laeq"} == {None}
    assert dataset(DAILY)["temporal_resolution"] == "P1D"


def test_metadata(demo: Demo, harvest: Any) -> None:
    """The dataset says that it is a sample, what it measures in which resolution, and how."""
    harvest(f"{demo.url}/opensensemap", "smartcity_sensors", DAYS).run()
    one = dataset(HOURLY)
    assert "Beispieldaten" in one["title"]
    assert "erfunden" in one["notes"]
    assert one["sample"] in (True, "True", "true")
    assert one["temporal_resolution"] == "PT1H"
    assert one["temporal_coverage"] == [{"start": "2026-10-24", "end": "2026-10-25"}]
    assert one["measure"] == "1.2.5"
    assert one["in_series"] == [package_id(city(), "sensors-sample:hourly")]
    assert "Anlage 11" in one["method"]
    assert one["method_version"]
    assert [resource["table_schema"] for resource in one["resources"]] == ["sensor-hourly"]


def test_second_run_changes_nothing(demo: Demo, harvest: Any) -> None:
    """An unchanged source is found unchanged, unit by unit, and no dataset is touched."""
    source = harvest(f"{demo.url}/opensensemap", "smartcity_sensors", DAYS)
    source.run()
    before = [dataset(guid)["metadata_modified"] for guid in (HOURLY, STATIONS)]
    report = source.run()
    assert (report["counts"]["new"], report["counts"]["changed"], report["counts"]["failed"]) == (0, 0, 0)
    assert report["counts"]["unchanged"] == 3
    assert source.job["stats"]["not modified"] == 12
    assert [dataset(guid)["metadata_modified"] for guid in (HOURLY, STATIONS)] == before


def test_only_aggregates_are_kept(demo: Demo, harvest: Any) -> None:
    """What everybody can read of a harvest object holds neither raw values nor exact positions nor names."""
    harvest(f"{demo.url}/opensensemap", "smartcity_sensors", DAYS).run()
    for one in HarvestObject.filter(report_status="added").all():
        box = next(box for box in demo.sensors.boxes if box.id in one.guid)
        everything = one.content + " ".join(extra.value for extra in one.extras)
        assert box.name not in everything
        assert str(box.places[-1][1][0]) not in everything
        assert len(one.content) < 60_000


def test_one_broken_box_does_not_stop_the_others(demo: Demo, harvest: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A box whose data fail is an object error that names it; the others are published."""
    broken = demo.sensors.boxes[3]
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
    assert Counter(row["box_id"] for row in rows(STATIONS, "stations")).keys() == {
        box.id for box in demo.sensors.boxes[:12] if box is not broken
    }


def test_windows_of_days_give_the_same_table(demo: Demo, harvest: Any) -> None:
    """Units of a day write beside each other; where seven days of spacing make no difference, so do the values."""
    harvest(f"{demo.url}/opensensemap", "smartcity_sensors", {**DAYS, "window": "day"}).run()
    hours = rows(HOURLY, "hourly", box_id=demo.sensors.boxes[0].id)
    assert len(hours) == 48 * 5
    assert len({row["hour_start"] for row in hours}) == 48


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
    assert dataset(HOURLY)["organization"]["name"] == here.id


def test_left_out_boxes_are_reported(demo: Demo, harvest: Any) -> None:
    """The box that stands outside of the city now is named in the report."""
    report = harvest(f"{demo.url}/opensensemap", "smartcity_sensors", DAYS).run()
    found = [one for one in report["findings"] if one["check"] == "box-elsewhere"]
    assert [one["place"] for one in found] == [f"box {demo.sensors.boxes[-1].id}"]
    assert any(one["check"] == "value-stuck" for one in report["findings"])

"""A real FROST-Server is read completely: small pages, nested lists, odd results, moved and deleted Things."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.harvesters.client import Client
from ckanext.dresdensmartcity.harvesters.fields import resource_id
from ckanext.dresdensmartcity.harvesters.sensors.sources import (
    RemovedError,
    SensorThingsService,
    Station,
    Stations,
    open_source,
)
from ckanext.dresdensmartcity.harvesters.sensors.sources.sensorthings import SensorThingsSource

from .examples import text_of
from .frost import MAX_TOP, Frost, datastream, pm10, point, running_frost, thing, values

UTC = timezone.utc
START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
AREA = (13.6, 51.0, 13.9, 51.1)


@pytest.fixture(scope="module")
def server(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Frost]:
    """One server for all tests here; each fills it anew."""
    with running_frost(repository, tk.config["sqlalchemy.url"], tmp_path_factory.mktemp("frost")) as frost:
        yield frost


@pytest.fixture
def frost(server: Frost) -> Iterator[Frost]:
    """The server, empty."""
    yield server
    server.clear()


def opened(frost: Frost, **settings: Any) -> SensorThingsSource:
    """The source, asked through the real client."""
    service = SensorThingsService(kind="sensorthings", **settings)
    client = Client("tests", frozenset({"127.0.0.1"}))
    source = open_source("sensorthings", client, frost.url, service)
    assert isinstance(source, SensorThingsSource)
    return source


def only(answer: Stations) -> Station:
    """The one station of an answer."""
    assert len(answer.stations) == 1, answer
    return answer.stations[0]


def read(source: SensorThingsSource, station: Station, hours: float = 24) -> list[tuple[datetime, float | None]]:
    """Moments and values of the first series."""
    frame = source.measurements(station, station.series[0], START, START + hours * HOUR)
    return list(frame.select("time", "value").iter_rows())


@pytest.mark.parametrize("count", [0, MAX_TOP, 2 * MAX_TOP, 4 * MAX_TOP + 3])
def test_all_values_over_many_pages(frost: Frost, count: int) -> None:
    """Every value comes once, in order, whatever page it stands on; also where the last page is full."""
    frost.add("Things", thing("a", [point(13.7128, 51.0585)], [pm10(values(START, count))]))
    source = opened(frost)
    assert source.abilities.data_array
    found = read(source, only(source.stations(AREA)))
    assert found == [(START + timedelta(minutes=5 * number), float(number)) for number in range(count)]


def test_a_window_has_its_start_and_not_its_end(frost: Frost) -> None:
    """Windows that follow each other share no value and lose none."""
    frost.add("Things", thing("a", [point(13.7128, 51.0585)], [pm10(values(START - HOUR, 36))]))
    source = opened(frost)
    assert [value for _, value in read(source, only(source.stations(AREA)), 1)] == list(map(float, range(12, 24)))


def test_equal_moments_over_pages(frost: Frost) -> None:
    """Values of one moment are neither lost nor doubled where a page ends between them."""
    moment = "2026-03-01T00:00:00Z"
    same = [{"phenomenonTime": moment, "result": number} for number in range(2 * MAX_TOP + 1)]
    frost.add("Things", thing("a", [point(13.7128, 51.0585)], [pm10(same)]))
    source = opened(frost)
    assert sorted(value or 0 for _, value in read(source, only(source.stations(AREA)))) == list(range(2 * MAX_TOP + 1))


def test_results_of_any_kind_and_times_of_any_form(frost: Frost) -> None:
    """What is no number is nothing; an interval counts from its start; offsets are understood; a day says nothing."""
    results: list[dict[str, Any]] = [
        {"phenomenonTime": "2026-03-01T00:00:00Z/2026-03-01T01:00:00Z", "result": 22.5, "parameters": {"n": 57}},
        {"phenomenonTime": "2026-03-01T01:00:00Z", "result": "n/a"},
        {"phenomenonTime": "2026-03-01T02:00:00Z", "result": None},
        {"phenomenonTime": "2026-03-01T03:00:00Z", "result": {"v": 1}},
        {"phenomenonTime": "2026-03-01T05:00:00+01:00", "result": "7.5"},
        {"phenomenonTime": "2026-03-01T05:00:00.250Z", "result": 1e-3},
        {"phenomenonTime": "2026-03-01T00:00:00Z/2026-03-02T00:00:00Z", "result": 99},
    ]
    frost.add("Things", thing("a", [point(13.7128, 51.0585)], [pm10(results)]))
    source = opened(frost)
    found = read(source, only(source.stations(AREA)))
    assert [value for _, value in found] == [22.5, None, None, None, 7.5, 0.001]
    assert [moment - START for moment, _ in found] == [
        *(number * HOUR for number in range(5)),
        5 * HOUR + timedelta(milliseconds=250),
    ]
    assert [(one.check, one.values) for one in source.findings] == [
        ("interval-too-long", {"number": 1}),
        ("intervals", {"seconds": 3600}),
    ]
    declared = opened(frost, interval=3600)
    assert only(declared.stations(AREA)).series[0].source_kind == "mean"


def test_lists_inside_of_entities_are_read_to_their_end(frost: Frost) -> None:
    """More Things, Datastreams and places of the past than a page holds."""
    odd = [datastream(f"battery {number}", "http://example.org/battery", "V") for number in range(2 * MAX_TOP)]
    for number in range(MAX_TOP + 2):
        frost.add("Things", thing(f"t{number}", [point(13.7 + number / 1000, 51.05)], [*odd, pm10()]))
    answer = opened(frost).stations(AREA)
    assert len(answer.stations) == MAX_TOP + 2
    assert {len(one.series) for one in answer.stations} == {1}
    unread = [one for one in answer.findings if one.check == "sensor-unmapped"]
    assert sum(int(str(one.values["number"])) for one in unread) == 2 * MAX_TOP * (MAX_TOP + 2)


def test_places(frost: Frost) -> None:
    """A Point or a Feature around one in the area is a place; none, an area alone, or two points are none."""
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [13.75, 51.05, 113]}}
    ring = [[13.7, 51.0], [13.8, 51.0], [13.8, 51.1], [13.7, 51.0]]
    area = {"type": "Polygon", "coordinates": [ring]}
    older = point(0, 0, location=feature, encodingType="application/vnd.geo+json")
    for name, places in {
        "feature": [older],
        "point and area": [point(13.71, 51.05), point(0, 0, location=area)],
        "area": [point(0, 0, location=area)],
        "two points": [point(13.71, 51.05), point(13.72, 51.05)],
        "elsewhere": [point(7.6, 51.9)],
        "nowhere": [],
    }.items():
        frost.add("Things", thing(name, places, [pm10()]))
    answer = opened(frost).stations(AREA)
    assert {(one.name, one.lon, one.lat, one.height) for one in answer.stations} == {
        ("feature", 13.75, 51.05, 113.0),
        ("point and area", 13.71, 51.05, None),
    }
    assert sorted(one.check for one in answer.findings) == ["thing-many-places", "thing-without-place"]
    everywhere = opened(frost, area="here").stations(AREA)
    assert {one.name for one in everywhere.stations} == {"feature", "point and area", "elsewhere"}


def test_a_moved_thing(frost: Frost) -> None:
    """Values bear the place where the Thing stood when they were measured."""
    number = frost.add("Things", thing("a", [point(13.71, 51.05)], [pm10()]))
    frost.add(f"Things({number})/Locations", point(13.75, 51.06))
    source = opened(frost)
    station = only(source.stations(AREA))
    assert [(one.lon, one.lat) for one in station.moved] == [(13.71, 51.05), (13.75, 51.06)]
    assert (station.lon, station.lat) == (13.75, 51.06)
    first, second = (one.since for one in station.moved)
    assert first is not None
    assert second is not None
    stream = station.series[0].id
    for moment in (first - HOUR, first, second + HOUR):
        frost.add(f"Datastreams({stream})/Observations", {"phenomenonTime": f"{moment.isoformat()}", "result": 1})
    found = source.measurements(station, station.series[0], first - 2 * HOUR, second + 2 * HOUR)
    assert found["lon"].to_list() == [None, 13.71, 13.75]


def test_a_deleted_datastream_is_no_silent_one(frost: Frost) -> None:
    """A silent Datastream has no values; one that is gone, or whose Thing is, says so."""
    number = frost.add("Things", thing("a", [point(13.71, 51.05)], [pm10()]))
    source = opened(frost)
    station = only(source.stations(AREA))
    assert read(source, station) == []
    assert source.station(station.id, station.reference) == station
    frost.delete(f"Datastreams({station.series[0].id})")
    with pytest.raises(RemovedError, match=f"Datastream {station.series[0].id}, .*no such Datastream any more"):
        read(source, station)
    frost.delete(f"Things({number})")
    with pytest.raises(RemovedError, match=f"Thing {number}: .*no such Thing any more"):
        source.station(station.id, station.reference)


def test_multi_datastreams_are_named(frost: Frost) -> None:
    """They hold several quantities in one value and are not read; the report says so."""
    number = frost.add("Things", thing("a", [point(13.71, 51.05)], [pm10()]))
    quantity = {"name": "wind", "definition": "http://example.org/wind", "description": "-"}
    unit = {"name": "m/s", "symbol": "m/s", "definition": ""}
    kind = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
    frost.add(
        "MultiDatastreams",
        {
            "name": "wind",
            "description": "-",
            "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_ComplexObservation",
            "multiObservationDataTypes": [kind, kind],
            "unitOfMeasurements": [unit, unit],
            "ObservedProperties": [quantity, quantity],
            "Sensor": pm10()["Sensor"],
            "Thing": {"@iot.id": number},
        },
    )
    answer = opened(frost).stations(AREA)
    assert [(one.check, one.values) for one in answer.findings] == [("multi-datastream", {"number": 1})]
    assert len(only(answer).series) == 1


def test_things_filter(frost: Frost) -> None:
    """A filter of the settings goes with the area."""
    for name in ("wanted", "other"):
        frost.add("Things", thing(name, [point(13.71, 51.05)], [pm10()], properties={"exposure": "outdoor"}))
    assert only(opened(frost, things_filter="name eq 'wanted'").stations(AREA)).name == "wanted"


def test_indoors(frost: Frost) -> None:
    """A Thing that says where it stands is believed."""
    frost.add("Things", thing("a", [point(13.71, 51.05)], [pm10()], properties={"exposure": "indoor"}))
    assert only(opened(frost).stations(AREA)).exposure == "indoor"


def test_ids_that_are_texts(repository: Path, tmp_path: Path, server: Frost) -> None:
    """Where a server gives its own ids as texts, with quotes and slashes in them, addresses are still right."""
    settings = {"plugins.coreModel.idType": "STRING", "persistence.idGenerationMode": "ServerAndClientGenerated"}
    with running_frost(repository, tk.config["sqlalchemy.url"], tmp_path, schema="frost_texts", **settings) as frost:
        stream = pm10(values(START, 7)) | {"@iot.id": "o'clock+1"}
        frost.add("Things", thing("a", [point(13.71, 51.05)], [stream]) | {"@iot.id": "7"})
        source = opened(frost)
        station = only(source.stations(AREA))
        assert (station.id, station.series[0].id) == ("7", "o'clock+1")
        assert len(read(source, station)) == 7
        assert source.station("7", station.reference) == station


@pytest.mark.ckan
@pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1")
def test_the_whole_harvest(frost: Frost, portal: None, harvest: Any, repository: Path) -> None:
    """From the server over the queues into the DataStore; again without a change; then a Datastream is deleted."""
    quarter = values(START - HOUR, 4 * 50, 15)
    quarter[4] |= {"result": "n/a"}  # the first of the day in UTC
    stations = [("Station Nord", 13.7128, 51.0585), ("Station Ost", 13.7702, 51.0560), ("Baustelle", 13.71, 51.06)]
    for name, lon, lat in stations:
        frost.add("Things", thing(name, [point(lon, lat)], [pm10(quarter)]))
    days = {"first_day": "2026-03-01", "last_day": "2026-03-01"}
    source = harvest(frost.url, "smartcity_sensors", json.loads(text_of(repository, "SensorThings")) | days)

    report = source.run()
    assert report["counts"]["failed"] == 0, report
    guid = "sensors-beispiel:pm10:2026"
    rows = sorted(published(guid), key=lambda row: (row["box_id"], row["hour_start"]))
    assert {row["box_id"] for row in rows} == {"1", "2"}  # the third is left out by the filter of the settings
    assert len(rows) == 2 * 24
    first, second = rows[0], rows[1]
    assert (first["hour_start"][:19], first["n"], first["value"]) == ("2026-02-28T23:00:00", 4, 1.5)
    # 5, 6 and 7: three of four are enough
    assert (second["n_raw"], second["n"], second["value"], second["status"]) == (4, 3, 6.0, "valid")

    again = source.run()
    assert (again["counts"].get("new", 0), again["counts"].get("changed", 0)) == (0, 0), again["counts"]

    frost.delete("Datastreams(1)")
    source.run()
    assert len(published(guid)) == 2 * 24  # what was measured stays


def published(guid: str) -> list[dict[str, Any]]:
    """The hours of a dataset."""
    found = tk.get_action("datastore_search")(
        {"ignore_auth": True}, {"resource_id": resource_id(city(), guid, "hourly"), "limit": 1000}
    )
    return list(found["records"])

"""SensorThings as recorded from a FROST-Server, and as no server should answer: each fault names its place."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from ckanext.dresdensmartcity.harvesters.sensors.sources import (
    AnswerFormError,
    CutAnswerError,
    PagingError,
    RemovedError,
    SensorThingsService,
    Station,
    open_source,
)
from ckanext.dresdensmartcity.harvesters.sensors.sources.reading import Pages
from ckanext.dresdensmartcity.harvesters.sensors.sources.sensorthings import SensorThingsSource
from ckanext.dresdensmartcity.harvesters.sensors.sources.sensorthings_forms import read_observations, read_root
from hypothesis import given, settings
from hypothesis import strategies as st

from .answers import Answers, Series

UTC = timezone.utc
ROOT = "http://127.0.0.1:18090/FROST-Server/v1.1"
THINGS = f"{ROOT}/Things"
VALUES = f"{ROOT}/Datastreams(1)/Observations"
AREA = (13.6, 51.0, 13.9, 51.1)
START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
PAGE = {"value": [{"phenomenonTime": "2026-03-01T00:00:00Z", "result": 20.0}]}


@pytest.fixture
def recorded(shared: Path) -> dict[str, Any]:
    """The recorded answers by their names."""
    folder = shared / "harvest/sensorthings"
    return {
        one.stem.removeprefix("frost-"): json.loads(one.read_text(encoding="utf-8")) for one in folder.glob("*.json")
    }


def root(*classes: str) -> dict[str, Any]:
    """A root document of a server with these requirement classes beside those that it needs."""
    names = [f"http://www.opengis.net/spec/iot_sensing/1.1/req/{one}" for one in ("request-data", *classes)]
    value = [{"name": name, "url": f"{ROOT}/{name}"} for name in ("Things", "Datastreams", "Observations")]
    return {"value": value, "serverSettings": {"conformance": names}}


def a_thing(**changes: Any) -> dict[str, Any]:
    """A Thing with one series."""
    return {
        "@iot.id": 1,
        "name": "a",
        "Locations": [
            {"encodingType": "application/geo+json", "location": {"type": "Point", "coordinates": [13.7, 51.05]}}
        ],
        "HistoricalLocations": [],
        "Datastreams": [a_stream()],
    } | changes


def a_stream(**changes: Any) -> dict[str, Any]:
    """A Datastream of PM10."""
    return {
        "@iot.id": 1,
        "unitOfMeasurement": {"name": "microgram per cubic metre", "symbol": "ug/m3", "definition": ""},
        "ObservedProperty": {"name": "PM10", "definition": "http://dd.eionet.europa.eu/vocabulary/aq/pollutant/5"},
        "Sensor": {"name": "SDS011"},
    } | changes


def opened(found: dict[str, Any], **changes: Any) -> tuple[SensorThingsSource, Answers]:
    """The source over answers; the root and one Thing are there."""
    client = Answers({ROOT: root("data-array/data-array"), THINGS: {"value": [a_thing()]}} | found)
    service = SensorThingsService(kind="sensorthings", **changes)
    source = open_source("sensorthings", client, f"{ROOT}/", service)
    assert isinstance(source, SensorThingsSource)
    return source, client


def station(source: SensorThingsSource) -> Station:
    """The first station."""
    return source.stations(AREA).stations[0]


def read(found: Any, **changes: Any) -> list[float | None]:
    """The values of a Datastream whose Observations answer so."""
    source, _ = opened({VALUES: found}, **changes)
    one = station(source)
    return source.measurements(one, one.series[0], START, START + DAY)["value"].to_list()


def test_recorded_root(recorded: dict[str, Any]) -> None:
    """A FROST-Server says that it has data arrays."""
    abilities = read_root(json.dumps(recorded["root"]), "root")
    assert abilities.declared
    assert abilities.data_array
    assert not abilities.multi_datastreams


def test_recorded_things(recorded: dict[str, Any]) -> None:
    """Two Things with a Datastream of dust and one of noise each; what is not expanded is fetched by its link."""
    found = {THINGS: recorded["things-expand"]} | {f"{THINGS}({n})/HistoricalLocations": {"value": []} for n in (1, 2)}
    source, client = opened(found)
    one, two = source.stations(AREA).stations
    assert [(one.id, one.lon, one.lat), (two.id, two.lon, two.lat)] == [
        ("1", 13.7128, 51.0585),
        ("2", 13.7702, 51.056),
    ]
    assert [(series.phenomenon.id, series.source_unit, series.sensor_type) for series in two.series] == [
        ("pm10", "ug/m3", "SDS011"),
        ("noise_laeq", "dB(A)", "DNMS"),
    ]
    assert one.heard == datetime(2026, 3, 2, 23, 55, tzinfo=UTC)
    query = parse_qs(urlsplit(client.asked[1]).query)
    assert "geo.intersects(Locations/location" in query["$filter"][0]
    assert "$count" not in query


def test_recorded_pages(recorded: dict[str, Any]) -> None:
    """Next links are followed as they came; the count, which shrinks from page to page, ends nothing."""
    first, second = recorded["observations-page1"], recorded["observations-page2"]
    last = {"value": [{"phenomenonTime": "2026-03-01T00:50:00Z", "result": 22.5}]}
    links = {first["@iot.nextLink"]: second, second["@iot.nextLink"]: last}
    source, client = opened({VALUES: first} | links)
    one = station(source)
    frame = source.measurements(one, one.series[0], START, START + DAY)
    assert frame["value"].to_list() == [20, 20.25, 20.5, 20.75, 21, 21.25, 21.49, 21.74, 21.99, 22.23, 22.5]
    assert client.asked[-2:] == list(links)
    assert "%2B00%3A00" in client.asked[-1]


@pytest.mark.parametrize("name", ["dataarray", "dataarray-all", "full"])
def test_recorded_forms_of_values(recorded: dict[str, Any], name: str) -> None:
    """Objects and data arrays are told apart by what came; components are known by their names."""
    page = read_observations(json.dumps(recorded[f"observations-{name}"]), "values")
    assert page.values["value"].to_list() == [20.0, 20.25, 20.5, 20.75, 21.0][: page.values.height]
    assert page.values.height == {"dataarray": 5, "dataarray-all": 4, "full": 2}[name]
    assert page.next_link


def test_recorded_intervals_and_odd_results(recorded: dict[str, Any]) -> None:
    """An interval counts from its start; what is no number is nothing."""
    page = read_observations(json.dumps(recorded["observations-intervals-and-odd-results"]), "values")
    assert page.values["value"].to_list() == [22.5, None, None, None]
    assert page.values["time"][0] == datetime(2026, 3, 9, 23, tzinfo=UTC)


def test_recorded_nested_pages(recorded: dict[str, Any]) -> None:
    """A Thing's Datastreams go on on another page."""
    thing = recorded["expand-nested-nextlinks"]["value"][0]
    nested = thing["Datastreams@iot.nextLink"]
    full = a_thing() | {"Datastreams": [a_stream()], "Datastreams@iot.nextLink": nested}
    source, client = opened({THINGS: {"value": [full]}, nested: {"value": [a_stream(**{"@iot.id": 2})]}})
    assert [one.id for one in station(source).series] == ["1", "2"]
    assert nested in client.asked


@pytest.mark.parametrize("name", ["error-404", "error-badfilter", "error-syntax"])
def test_recorded_errors_with_status_200(recorded: dict[str, Any], name: str) -> None:
    """An error object is no empty page, whatever its status."""
    with pytest.raises(AnswerFormError, match=r"Datastream 1, .*page 1: expected `value` as an array"):
        read(recorded[name])


def test_no_server_of_this_kind() -> None:
    """An address that is not the root of a SensorThings server says what is missing."""
    source, _ = opened({ROOT: {"links": [], "value": []}})
    with pytest.raises(AnswerFormError, match=r"ends with its version"):
        source.stations(AREA)
    source, _ = opened({ROOT: root() | {"serverSettings": {"conformance": ["http://example.org/other"]}}})
    with pytest.raises(AnswerFormError, match="request-data"):
        source.stations(AREA)


def test_data_arrays_are_asked_for_where_they_are_offered() -> None:
    """A server that does not declare them is not asked; one that ignores the wish is understood."""
    for classes, wanted in ((("data-array/data-array",), True), ((), False)):
        source, client = opened({ROOT: root(*classes), VALUES: PAGE})
        one = station(source)
        assert source.measurements(one, one.series[0], START, START + DAY).height == 1
        assert ("resultFormat" in client.asked[-1]) is wanted
    source, _ = opened({ROOT: {"value": root()["value"]}})
    assert [one.check for one in source.stations(AREA).findings] == ["sensorthings-conformance"]


def test_components_in_another_order() -> None:
    """Their order is the server's."""
    row = ["2026-03-01T00:00:00Z", None, 4.5, 7]
    group = {"components": ["phenomenonTime", "resultTime", "result", "@iot.id"], "dataArray": [row]}
    assert read({"value": [group, group | {"dataArray": []}]}) == [4.5]


def test_a_server_without_geometry_filters() -> None:
    """All Things are read where the server refuses to look for places, and the report says so."""
    refuse = lambda query: 400 if "geo.intersects" in query.get("$filter", "") else {"value": [a_thing()]}  # noqa: E731
    source, client = opened({THINGS: refuse}, things_filter="name eq 'a'")
    answer = source.stations(AREA)
    assert [one.check for one in answer.findings] == ["sensorthings-area"]
    assert len(answer.stations) == 1
    assert parse_qs(urlsplit(client.asked[-1]).query)["$filter"] == ["(name eq 'a')"]


def test_a_thing_that_breaks_the_form_does_not_spoil_the_others() -> None:
    """Wrong Things and Datastreams, and second ones of the same id, become findings with their place."""
    things = [
        a_thing(),
        a_thing(),
        "none",
        a_thing(**{"@iot.id": None}),
        a_thing(**{"@iot.id": 2, "Datastreams": "many"}),
        a_thing(**{"@iot.id": 3, "Datastreams": [a_stream(), a_stream(), a_stream(ObservedProperty=None)]}),
        a_thing(**{"@iot.id": 4, "HistoricalLocations": [{"time": "then", "Locations": []}]}),
    ]
    source, _ = opened({THINGS: {"value": things}})
    answer = source.stations(AREA)
    assert [one.id for one in answer.stations] == ["1", "3"]
    assert [(one.check, one.place) for one in answer.findings] == [
        ("thing-duplicate", "Things, entry 2"),
        ("thing-form", "Things, entry 3"),
        ("thing-form", "Things, entry 4, @iot.id"),
        ("thing-form", "Thing 2, Datastreams"),
        ("datastream-duplicate", "Thing 3"),
        ("datastream-form", "Thing 3, Datastream 3 (1), ObservedProperty"),
        ("thing-form", "Thing 4, HistoricalLocation 1"),
    ]


@pytest.mark.parametrize(
    ("page", "place"),
    [
        ({"value": [{"result": 1}]}, "row 1: expected `phenomenonTime`"),
        ({"value": [PAGE["value"][0], {"phenomenonTime": "yesterday", "result": 1}]}, "row 2: expected"),
        ({"value": [{"phenomenonTime": "2026-03-01", "result": 1}]}, "row 1: expected"),
        ({"value": [{"phenomenonTime": "2026-03-01T00:00:00", "result": 1}]}, "row 1: expected"),
        ({"value": [{"phenomenonTime": "2026-03-02T00:00:00Z/2026-03-01T00:00:00Z"}]}, "row 1: expected"),
        ({"value": ["x"]}, "entry 1: expected an object"),
        ({"value": [{"components": ["id"], "dataArray": []}]}, "entry 1: expected components"),
        ({"value": [{"components": ["phenomenonTime", "result"], "dataArray": [[1]]}]}, "rows of 2 components"),
        (
            {"value": [{"components": ["phenomenonTime", "result"], "dataArray": {}}]},
            "dataArray: expected a JSON array",
        ),
        ({"value": {}}, "expected `value` as an array"),
        ([], "expected an object"),
    ],
)
def test_wrong_values_are_named(page: Any, place: str) -> None:
    """The page and the row that break the form are named; nothing of the answer is used."""
    with pytest.raises(AnswerFormError, match=r"Datastream 1, 2026-03-01 00:00 to .*page 1") as caught:
        read(page)
    assert place in str(caught.value)


@pytest.mark.parametrize("tail", ['{"value":[{"phenomenonTime":"2026', '{"value":[]}Error: cursor died', ""])
def test_a_cut_page_is_asked_for_again(tail: str) -> None:
    """Twice broken is passing, three times is an error; a page that ends early never passes for the last."""
    assert read(Series(tail, tail, PAGE)) == [20.0]
    with pytest.raises(CutAnswerError, match="page 1: the answer is not complete"):
        read(tail)


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("http://127.0.0.1:6379/", "another origin"),
        ("https://127.0.0.1:18090/FROST-Server/v1.1/Things", "another origin"),
        ("http://127.0.0.1:18090@evil.example/", "cannot be opened"),
        ("file:///etc/passwd", "cannot be opened"),
        ("//evil.example/", "another origin"),
        (7, "is no text"),
        ("", "is no text"),
        ({"href": "x"}, "is no text"),
    ],
)
def test_hostile_next_links(link: Any, message: str) -> None:
    """A link off the server's origin is not followed, neither between pages of values nor inside of a Thing."""
    with pytest.raises(PagingError, match=message):
        read(PAGE | {"@iot.nextLink": link})
    source, client = opened({THINGS: {"value": [a_thing(**{"Locations@iot.nextLink": link})]}})
    answer = source.stations(AREA)
    assert [one.check for one in answer.findings] == ["thing-form"]
    assert message in answer.findings[0].message
    assert all(one.startswith(ROOT) for one in client.asked)


def test_pages_that_loop() -> None:
    """Page 3 that leads to page 2 again ends the reading, as does a page that leads to itself."""
    two, three = f"{VALUES}?$skip=1", f"{VALUES}?$skip=2"
    pages = {VALUES: PAGE | {"@iot.nextLink": two}, two: PAGE | {"@iot.nextLink": three}}
    for back in (two, three):
        source, client = opened(pages | {three: PAGE | {"@iot.nextLink": back}})
        one = station(source)
        with pytest.raises(PagingError, match="page 3: the pages go round in a circle"):
            source.measurements(one, one.series[0], START, START + DAY)
        assert len(client.asked) == 5


def test_pages_without_end() -> None:
    """There is a last page even where the server knows none."""
    pages = Pages("http://127.0.0.1/0", "list", most=3)
    for number in (1, 2):
        pages.follow(f"/{number}", "http://127.0.0.1/0")
    with pytest.raises(PagingError, match="list, page 3: there are more than 3 pages"):
        pages.follow("/3", "http://127.0.0.1/0")


def test_an_empty_page_is_not_the_last() -> None:
    """Only a page without a next link is."""
    two = f"{VALUES}?$skip=1"
    source, _ = opened({VALUES: {"value": [], "@iot.nextLink": two}, two: PAGE})
    one = station(source)
    assert source.measurements(one, one.series[0], START, START + DAY).height == 1


def test_gone() -> None:
    """404 and 410 mean that it is gone; other refusals are what they are."""
    for status in (404, 410):
        with pytest.raises(RemovedError, match="Datastream 1"):
            read(status)
    with pytest.raises(Exception, match="403") as caught:
        read(403)
    assert not isinstance(caught.value, RemovedError)


def test_hamburg_style() -> None:
    """A Feature as place, quantities in German, what stands in `properties`, a unit by its name only."""
    stream = a_stream(
        ObservedProperty={"name": "Stickstoffdioxid (NO2)", "definition": ""},
        unitOfMeasurement={"name": "Mikrogramm pro Kubikmeter", "symbol": None, "definition": None},
    )
    place = {
        "encodingType": "application/vnd.geo+json",
        "location": {"type": "Feature", "geometry": {"type": "Point", "coordinates": [13.7, 51.05]}},
    }
    thing = a_thing(Datastreams=[stream], Locations=[place], properties={"exposure": "outdoor", "assetID": 12})
    source, _ = opened({THINGS: {"value": [thing]}}, quantities={"Stickstoffdioxid (NO2)": "no2"}, exposure="unknown")
    one = station(source)
    assert (one.exposure, one.series[0].phenomenon.id) == ("outdoor", "no2")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 1439), max_size=40, unique=True), st.lists(st.integers(0, 7), max_size=12))
def test_however_the_pages_are_cut(minutes: list[int], sizes: list[int]) -> None:
    """The same values come out, whatever the server's pages are, empty ones among them."""
    entries = [
        {"phenomenonTime": f"{START + timedelta(minutes=one):%Y-%m-%dT%H:%M:%SZ}", "result": one} for one in minutes
    ]
    parts, rest = [], list(entries)
    for size in sizes:
        parts.append(rest[:size])
        rest = rest[size:]
    parts.append(rest)
    links = [VALUES, *(f"{VALUES}?$skip={number}" for number in range(1, len(parts)))]
    pages = {
        link: {"value": part} | ({"@iot.nextLink": links[number + 1]} if number + 1 < len(parts) else {})
        for number, (link, part) in enumerate(zip(links, parts, strict=True))
    }
    source, _ = opened(pages)
    one = station(source)
    found = source.measurements(one, one.series[0], START, START + DAY)
    assert found["value"].to_list() == sorted(map(float, minutes))

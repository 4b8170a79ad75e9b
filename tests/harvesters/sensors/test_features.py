"""Layers of OGC API Features with a time and values: declared by settings, read whatever the server does."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from ckanext.dresdensmartcity.harvesters.sensors.sources import (
    AnswerFormError,
    CutAnswerError,
    FeaturesService,
    PagingError,
    RemovedError,
    Station,
    open_source,
)
from ckanext.dresdensmartcity.harvesters.sensors.sources.features import MOST_WRONG, FeaturesSource
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from .answers import Answers, Series

UTC = timezone.utc
ITEMS = "https://geo.example/collections/climate/items"
AREA = (13.6, 51.0, 13.9, 51.1)
START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
BASIC = {
    "kind": "ogc_features",
    "station": "station_id",
    "time": "measured",
    "values": {"temp": {"phenomenon": "temperature"}},
    "sample_last": "2026-03-01",
}


def feature(number: int = 1, when: Any = "2026-03-01T12:00:00Z", station: Any = "A", **changes: Any) -> dict[str, Any]:
    """A feature with a value."""
    return {
        "type": "Feature",
        "id": number,
        "geometry": {"type": "Point", "coordinates": [13.75, 51.05]},
        "properties": {"station_id": station, "measured": when, "temp": 1.5},
    } | changes


def page(*features: Any, **changes: Any) -> dict[str, Any]:
    """A page of features."""
    return {"type": "FeatureCollection", "features": list(features)} | changes


def following(href: Any) -> dict[str, Any]:
    """The link to the next page."""
    return {"links": [{"rel": "self", "href": ITEMS}, {"rel": "next", "href": href}]}


def opened(found: Any, address: str = ITEMS, **changes: Any) -> tuple[FeaturesSource, Answers]:
    """The source over answers."""
    client = Answers(found if isinstance(found, dict) and ITEMS in found else {ITEMS: found})
    service = FeaturesService.model_validate_json(json.dumps(BASIC | changes))
    source = open_source("ogc_features", client, address, service)
    assert isinstance(source, FeaturesSource)
    return source, client


def station(source: FeaturesSource) -> Station:
    """The first station."""
    return source.stations(AREA).stations[0]


def known(station_id: Any = "A", **changes: Any) -> Station:
    """A station as a server that answers well gives it."""
    sound = feature(station=station_id)
    sound["properties"].setdefault(changes.get("station", "station_id"), station_id)
    return station(opened(page(sound), **changes | {"paging": "next"})[0])


def read(found: Any, **changes: Any) -> list[tuple[datetime, float | None]]:
    """Moments and values of station A."""
    source, _ = opened(found, **changes)
    one = known(**changes)
    frame = source.measurements(one, one.series[0], START, START + DAY)
    return list(frame.select("time", "value").iter_rows())


def values(found: Any, **changes: Any) -> list[float | None]:
    """Values of station A."""
    return [value for _, value in read(found, **changes)]


@pytest.mark.parametrize("name", ["climate-degrees.json", "climate-metres.json"])
def test_samples(repository: Path, name: str) -> None:
    """The two samples of test-data, in degrees and in EPSG:25833, say the same."""
    text = (repository / "test-data/dresden/sources" / name).read_text(encoding="utf-8")
    columns = {
        "lufttemperatur": {"phenomenon": "temperature"},
        "luftfeuchte": {"phenomenon": "humidity"},
        "wind": {"phenomenon": "wind_speed", "unit": "km/h"},
    }
    keys = {
        "station": "station",
        "time": "zeitpunkt",
        "zone": "Europe/Berlin",
        "station_name": "name",
        "values": columns,
    }
    source, _ = opened(text, **keys, sample_last="2026-10-24")
    answer = source.stations((13.6, 51.0, 13.9, 51.1))
    assert [one.check for one in answer.findings] == ["station-without-place"]
    one, two = answer.stations
    assert (one.id, one.name, [series.id for series in one.series]) == (
        "1", "Beispielstation Nord", ["1-lufttemperatur", "1-luftfeuchte", "1-wind"],
    )  # fmt: skip
    assert (round(one.lon, 4), round(one.lat, 4)) == (13.7128, 51.0585)
    assert (round(two.lon, 4), round(two.lat, 4)) == (13.7702, 51.056)
    day = datetime(2026, 10, 24, tzinfo=UTC)
    found = source.measurements(one, one.series[2], day, day + 2 * DAY)
    assert found["time"].dt.to_string("%H:%M").to_list() == ["10:00", "10:10", "10:20"]
    assert found["value"].round(4).to_list() == [1.0, 2.0, None]


def test_stations() -> None:
    """A station is where its last feature with a place is; others are named."""
    old = feature(1, "2026-03-01T10:00:00Z", geometry={"type": "Point", "coordinates": [13.7, 51.01, 113]})
    features = [
        feature(2),
        old,
        feature(3, "2026-03-01T13:00:00Z", geometry=None),
        feature(4, station="B", geometry=None),
        feature(5, station=7, geometry={"type": "Polygon", "coordinates": []}),
    ]
    source, client = opened(page(*features))
    answer = source.stations(AREA)
    assert [(one.id, one.lon, one.lat) for one in answer.stations] == [("A", 13.75, 51.05)]
    assert [(one.check, one.place) for one in answer.findings] == [
        ("station-without-place", "station B"),
        ("station-without-place", "station 7"),
    ]
    query = parse_qs(urlsplit(client.asked[0]).query)
    assert query["bbox"] == ["13.6,51.0,13.9,51.1"]
    assert query["filter"] == [
        "measured >= TIMESTAMP('2026-02-27T09:00:00Z') AND measured < TIMESTAMP('2026-03-02T15:00:00Z')"
    ]
    source, client = opened(page(*features), positions={"B": [13.8, 51.02]})
    assert [(one.id, one.lon) for one in source.stations(AREA).stations] == [("A", 13.75), ("B", 13.8)]
    assert "bbox" not in client.asked[0]


def test_a_station_is_found_again() -> None:
    """At its place now; where it is silent at its rounded one; where nothing is known of it, it is gone."""
    source, client = opened(page(feature(), feature(2, station="B")))
    one = station(source)
    assert source.station("A", one.reference) == one
    assert "station_id = 'A'" in parse_qs(urlsplit(client.asked[-1]).query)["filter"][0]
    source, _ = opened(page())
    silent = source.station("A", {"station": "A", "lon": 13.75, "lat": 51.05})
    assert (silent.lon, silent.exact) == (13.75, False)
    with pytest.raises(RemovedError, match="station A"):
        source.station("A", {})


@pytest.mark.parametrize(
    ("changes", "station_id", "expected"),
    [
        ({}, "o'clock", {"filter": "station_id = 'o''clock'", "filter-lang": "cql2-text"}),
        ({}, 7, {"filter": "station_id = 7"}),
        ({"station": "Station Nr."}, "A", {"filter": "\"Station Nr.\" = 'A'"}),
        ({"filter": "a = 1 OR b = 2"}, "A", {"filter": "(a = 1 OR b = 2) AND station_id = 'A'"}),
        ({"station_filter": "property"}, "A", {"station_id": "A"}),
        ({"station_filter": "none"}, "A", {"limit": "1000"}),
        (
            {"station_filter": "none", "time_filter": "datetime"},
            "A",
            {"datetime": "2026-02-28T09:00:00Z/2026-03-02T15:00:00Z"},
        ),
    ],
)
def test_how_it_is_asked(changes: dict[str, Any], station_id: Any, expected: dict[str, str]) -> None:
    """Filters as the settings say; what stands in the address stays."""
    source, client = opened(page(), f"{ITEMS}?f=json", **{"time_filter": "none"} | changes)
    one = known(station_id, **changes)
    source.measurements(one, one.series[0], START, START + DAY)
    query = {name: found[0] for name, found in parse_qs(urlsplit(client.asked[-1]).query).items()}
    if "filter" in expected:
        expected = expected | {"filter-lang": "cql2-text"}
    assert query == {"f": "json", "limit": "1000"} | expected


def test_a_server_that_ignores_filters() -> None:
    """What was not asked for is left out and counted."""
    rows = [feature(), feature(2, station="B"), feature(3, "2026-04-01T00:00:00Z")]
    source, _ = opened(page(*rows))
    one = station(source)
    assert source.measurements(one, one.series[0], START, START + DAY).height == 1
    assert [one.check for one in source.findings] == ["features-other-station"]


@pytest.mark.parametrize(
    ("text", "changes", "expected"),
    [
        ("2026-03-01T12:00:00Z", {}, 12.0),
        ("2026-03-01T12:00:00+01:00", {}, 11.0),
        ("2026-03-01T12:00:00", {}, 12.0),
        ("2026-03-01 12:00", {"zone": "Europe/Berlin"}, 11.0),
        ("2026-03-01T12:00:00Z", {"zone": "Europe/Berlin"}, 12.0),
        ("2026-03-01T12:00:00", {"zone": "Etc/GMT-1"}, 11.0),
        ("2026-03-01T12:00:00", {"stamp": "end", "interval": 3600}, 11.0),
        ("2026-03-01T12:00:00.500Z", {}, 12 + 0.5 / 3600),
    ],
)
def test_moments(text: str, changes: dict[str, Any], expected: float) -> None:
    """UTC, offsets, local clocks, CET all year, and stamps at the end of their time."""
    ((moment, _),) = read(page(feature(when=text)), **changes)
    assert (moment - START) / timedelta(hours=1) == pytest.approx(expected, abs=1e-6)


def test_hours_that_a_local_clock_shows_twice_or_never() -> None:
    """Nobody knows which moment is meant: such values are not used, and counted."""
    rows = [feature(n, when) for n, when in enumerate(("2026-10-25T02:30:00", "2026-03-29T02:30:00", None))]
    source, _ = opened(page(*rows), zone="Europe/Berlin")
    one = known(zone="Europe/Berlin")
    assert source.measurements(one, one.series[0], START, START + 300 * DAY).is_empty()
    assert [(one.check, one.values) for one in source.findings] == [("features-no-moment", {"number": 3})]


def test_units_and_odd_values() -> None:
    """Values come in the quantity's unit; what is no number is nothing, what is missing is no value."""
    rows = [
        feature(
            n,
            f"2026-03-01T0{n}:00:00Z",
            properties={"station_id": "A", "measured": f"2026-03-01T0{n}:00:00Z", "temp": one},
        )
        for n, one in enumerate((273.15, "274.15", None, "n/a", True, {"v": 1}))
    ]
    column = {"temp": {"phenomenon": "temperature", "unit": "K"}}
    assert values(page(*rows), values=column) == [0.0, 1.0, None, None, None]


def test_next_links() -> None:
    """Pages follow the link `next`; how many there should be ends nothing, but too few are named."""
    two = f"{ITEMS}?page=2"
    pages = {
        ITEMS: page(feature(), numberMatched=1, numberReturned=1, **following("?page=2")),
        two: page(feature(2, "2026-03-01T13:00:00Z"), numberMatched=5),
    }
    source, client = opened(pages)
    one = station(source)
    assert source.measurements(one, one.series[0], START, START + DAY).height == 2
    assert client.asked[-1] == two
    assert [one.values for one in source.findings][-1] == {"matched": 5, "received": 2}


@pytest.mark.parametrize(
    ("href", "message"),
    [
        ("http://geo.example/items", "another origin"),
        ("https://127.0.0.1/items", "another origin"),
        ("file:///etc/passwd", "cannot be opened"),
        (7, "is no text"),
        (None, ""),
    ],
)
def test_hostile_next_links(href: Any, message: str) -> None:
    """A link off the server's origin is not followed."""
    found = page(feature(), **following(href))
    if not message:
        assert values(found) == [1.5]
        return
    with pytest.raises(PagingError, match=f"station A, .* page 1: .*{message}"):
        read(found)


def test_pages_that_loop() -> None:
    """Pages that lead back, and pages that are all the same, end the reading."""
    two = f"{ITEMS}?page=2"
    with pytest.raises(PagingError, match="circle"):
        read({ITEMS: page(feature(), **following(two)), two: page(feature(2), **following(two))})
    with pytest.raises(PagingError, match="page 2: the page holds what the page before it held"):
        read(page(feature()), paging="offset")


def test_offsets() -> None:
    """The server may give fewer than asked for: only an empty page is the last, also where the last was full."""
    stock = [feature(number, f"2026-03-01T{number:02}:00:00Z") for number in range(4)]

    def serve(query: dict[str, str]) -> Any:
        offset = int(query.get("offset", 0))
        return page(*stock[offset : offset + 2])

    source, client = opened(serve, paging="offset", limit=5)
    one = station(source)
    client.asked.clear()
    assert source.measurements(one, one.series[0], START, START + DAY).height == 4
    assert [parse_qs(urlsplit(one).query).get("offset") for one in client.asked] == [None, ["2"], ["4"]]


def test_features_that_come_twice() -> None:
    """The same feature on two pages is one; two that contradict each other both stay, for the flags to refuse."""
    other = feature(2, "2026-03-01T12:00:00Z")
    other["properties"]["temp"] = 9.5
    source, _ = opened(page(feature(), feature(), other))
    one = station(source)
    assert sorted(source.measurements(one, one.series[0], START, START + DAY)["value"]) == [1.5, 9.5]
    assert "features-twice" in [one.check for one in source.findings]


@pytest.mark.parametrize(
    ("found", "place"),
    [
        ({"type": "error", "description": "no such collection"}, "expected a FeatureCollection, found 'no such"),
        ([], "expected an object"),
        (page() | {"features": {}}, "features: expected a JSON array"),
        (page("x"), "feature 1: expected an object"),
        (page(feature(properties=None)), "feature 1, properties: expected an object"),
        (page(feature(properties={"measured": 1})), "feature 1, properties: expected `station_id`"),
        (page(feature(), feature(2, "yesterday")), "feature 2, measured: expected a time"),
        (page(feature(when=1772366400)), "feature 1, measured: expected a time"),
        (page(feature(when="2026-03-01")), "feature 1, measured: expected a time"),
        (page(feature(station=None)), "feature 1, station_id: expected a station"),
        (page(feature(station=[1])), "feature 1, station_id: expected an id"),
        (page(feature(geometry="POINT(13 51)")), "feature 1, geometry: expected an object"),
        (page(feature(geometry={"type": "Point", "coordinates": [13.7]})), "`coordinates` of a point"),
        (page(feature(geometry={"type": "Point", "coordinates": ["13", "51"]})), "`coordinates` as numbers"),
        (page(feature(geometry={"type": "Point", "coordinates": [411000, 5656000]})), "are they metres?"),
    ],
)
def test_wrong_answers_are_named(found: Any, place: str) -> None:
    """The page and the feature that break the form are named."""
    with pytest.raises(AnswerFormError, match="station A, 2026-03-01 00:00") as caught:
        read(found)
    assert place in str(caught.value)


def test_wrong_features_do_not_hide_the_stations() -> None:
    """A few become findings; many mean that the layer is not what the settings say."""
    source, _ = opened(page(feature(), *(["x"] * MOST_WRONG)))
    answer = source.stations(AREA)
    assert len(answer.stations) == 1
    assert [(one.check, one.severity) for one in answer.findings] == [("feature-form", "error")] * MOST_WRONG
    with pytest.raises(AnswerFormError, match=f"feature {MOST_WRONG + 2}"):
        opened(page(feature(), *(["x"] * (MOST_WRONG + 1))))[0].stations(AREA)


@pytest.mark.parametrize("tail", ['{"type":"FeatureCollection","features":[', json.dumps(page()) + "Error", ""])
def test_a_cut_page_is_asked_for_again(tail: str) -> None:
    """Twice broken is passing, three times is an error."""
    assert values(Series(tail, tail, page(feature()))) == [1.5]
    with pytest.raises(CutAnswerError, match="station A"):
        read(tail)


@pytest.mark.parametrize(
    ("crs", "changes"),
    [
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25833"}}, {}),
        ({"type": "name", "properties": {"name": "http://www.opengis.net/def/crs/EPSG/0/25833"}}, {}),
        (None, {"crs": "EPSG:25833"}),
    ],
)
def test_metres(crs: Any, changes: dict[str, Any]) -> None:
    """Coordinates in another reference system, as the answer or the settings say."""
    one = feature(geometry={"type": "Point", "coordinates": [409792.91, 5657118.53]})
    source, _ = opened(page(one, **({"crs": crs} if crs else {})), **changes)
    found = station(source)
    assert (round(found.lon, 5), round(found.lat, 5)) == (13.7128, 51.0585)


@pytest.mark.parametrize(
    "changes",
    [
        {"values": {}},
        {"values": {"temp": {"phenomenon": "mood"}}},
        {"values": {"no2": {"phenomenon": "no2", "unit": "ppb"}}},
        {"values": {"a": {"phenomenon": "temperature"}, "b": {"phenomenon": "temperature", "series": "a"}}},
        {"zone": "Mitteleuropa"},
        {"stamp": "end"},
        {"crs": "Gauß"},
        {"limit": 0},
        {"secret": 1},
    ],
)
def test_settings_that_cannot_be(changes: dict[str, Any]) -> None:
    """They are refused before anything is asked."""
    with pytest.raises(ValidationError):
        FeaturesService.model_validate_json(json.dumps(BASIC | changes))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 1439), max_size=30, unique=True), st.integers(1, 7), st.sampled_from(["next", "offset"]))
def test_however_the_pages_are_cut(minutes: list[int], size: int, paging: str) -> None:
    """The same values come out, whatever the server's pages are and how they follow each other."""
    stock = [feature(one, f"{START + timedelta(minutes=one):%Y-%m-%dT%H:%M:%SZ}") for one in minutes]

    def serve(query: dict[str, str]) -> Any:
        offset = int(query.get("offset", 0))
        more = offset + size < len(stock) and paging == "next"
        return page(*stock[offset : offset + size], **(following(f"{ITEMS}?offset={offset + size}") if more else {}))

    assert [moment for moment, _ in read(serve, paging=paging)] == [
        START + timedelta(minutes=n) for n in sorted(minutes)
    ]


def test_the_sample_is_of_today() -> None:
    """Without a day in the settings, stations are looked for until now."""
    source, client = opened(page(), sample_last=None)
    source.stations(AREA)
    assert date.today().isoformat()[:8] in parse_qs(urlsplit(client.asked[0]).query)["filter"][0]  # noqa: DTZ011

"""sensor.community: places with several sensors, an archive of files, and what goes wrong with both."""

from __future__ import annotations

import gzip
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from ckanext.dresdensmartcity.harvesters.client import SourceUnreachableError
from ckanext.dresdensmartcity.harvesters.sensors.sources import (
    AnswerFormError,
    CutAnswerError,
    RemovedError,
    SensorCommunityService,
    Station,
    open_source,
)
from ckanext.dresdensmartcity.harvesters.sensors.sources.sensor_community import LARGEST_FILE, SensorCommunitySource
from pydantic import ValidationError

from .answers import Answers, Said, Series

UTC = timezone.utc
LIVE = "https://live.example"
ARCHIVE = "https://archive.example"
AREA = (13.6, 51.0, 13.9, 51.1)
FILTER = f"{LIVE}/airrohr/v1/filter/box=51.0,13.6,51.1,13.9"
START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
DUST = (
    "sensor_id;sensor_type;location;lat;lon;timestamp;P1;durP1;ratioP1;P2;durP2;ratioP2\n"
    "660;SDS011;312;51.058;13.713;2026-03-01T00:01:00;11.00;;;8.50;;\n"
    "660;SDS011;312;51.058;13.713;2026-03-01T00:03:30;12.00;;;;;\n"
    "660;SDS011;312;51.058;13.713;2026-03-01T23:58:00+00:00;nan;;;9.00;;\n"
)
FILE = f"{ARCHIVE}/2026-03-01/2026-03-01_sds011_sensor_660.csv"


def measurement(
    sensor: int = 660, kind: str = "SDS011", names: tuple[str, ...] = ("P1", "P2"), location: Any = None, **changes: Any
) -> dict[str, Any]:
    """One entry of the live interface."""
    place = {"id": 312, "latitude": "51.058", "longitude": "13.713", "altitude": "113.0", "country": "DE"}
    return {
        "id": 1,
        "sampling_rate": None,
        "timestamp": "2026-03-02 10:00:00",
        "location": place | {"exact_location": 0, "indoor": 0} | (location or {}),
        "sensor": {"id": sensor, "pin": "1", "sensor_type": {"id": 14, "name": kind, "manufacturer": "x"}},
        "sensordatavalues": [{"id": 1, "value": "1.0", "value_type": name} for name in names],
    } | changes


def opened(found: dict[str, Any], **changes: Any) -> tuple[SensorCommunitySource, Answers]:
    """The source over answers."""
    client = Answers({FILTER: [measurement()]} | found)
    service = SensorCommunityService(kind="sensor_community", archive=ARCHIVE, **changes)
    source = open_source("sensor_community", client, LIVE, service)
    assert isinstance(source, SensorCommunitySource)
    return source, client


def station(source: SensorCommunitySource) -> Station:
    """The first station, as a unit of work finds it again."""
    found = source.stations(AREA).stations[0]
    return source.station(found.id, json.loads(json.dumps(found.reference)))


def read(found: Any, number: int = 0) -> list[float | None]:
    """A day's values of a series, out of a file that answers so."""
    source, _ = opened({FILE: found})
    one = station(source)
    return source.measurements(one, one.series[number], START, START + DAY)["value"].to_list()


def test_recorded_form(shared: Path) -> None:
    """Strings, nested sensors; what does not say whether it stands indoors is not known to stand outdoors."""
    text = (shared / "harvest/opensensemap/sensor-community_data_v1.json").read_text(encoding="utf-8")
    area = (9.0, 48.0, 10.0, 49.0)
    source, _ = opened({f"{LIVE}/airrohr/v1/filter/box=48.0,9.0,49.0,10.0": text})
    one, two = source.stations(area).stations
    assert (one.id, one.lon, one.lat, one.exposure, one.exact) == ("312", 9.445, 48.647, "unknown", False)
    assert [series.phenomenon.id for series in one.series] == ["humidity", "temperature"]
    assert [(series.id, series.phenomenon.id) for series in two.series] == [("467-P1", "pm10"), ("467-P2", "pm25")]


def test_one_place_is_one_station() -> None:
    """Dust and humidity of one place belong together; values that come again are the same series."""
    entries = [
        measurement(),
        measurement(),
        measurement(661, "DHT22", ("temperature", "humidity")),
        measurement(700, "Laerm", ("noise_LAeq", "noise_LA_min", "noise_LA_max"), {"id": 313, "indoor": 1}),
    ]
    source, _ = opened({FILTER: entries})
    answer = source.stations(AREA)
    outdoor, indoor = answer.stations
    assert [one.id for one in outdoor.series] == ["660-P1", "660-P2", "661-temperature", "661-humidity"]
    assert (indoor.exposure, [(one.phenomenon.id, one.source_kind) for one in indoor.series]) == (
        "indoor",
        [("noise_laeq", "leq")],
    )
    assert [one.values["number"] for one in answer.findings] == [1, 1]
    assert "extremes" in answer.findings[0].message


def test_what_is_not_read() -> None:
    """Fine dust below PM2.5 and particles that are counted are none of our quantities."""
    entries = [
        measurement(1, "PPD42NS"),
        measurement(2, "PMS7003", ("P0", "P1")),
        measurement(3, "BME280", ("altitude",)),
    ]
    source, _ = opened({FILTER: entries})
    answer = source.stations(AREA)
    assert [one.id for one in answer.stations[0].series] == ["2-P1"]
    assert len(answer.findings) == 4


def test_a_station_is_found_again_without_its_exact_place() -> None:
    """What stands in a unit of work has a rounded position; an exact one is asked for again."""
    exact = measurement(location={"latitude": "51.0584321", "longitude": "13.7134567", "exact_location": 1})
    sensor = f"{LIVE}/airrohr/v1/sensor/660/"
    for now, lon in (([exact], 13.7134567), ([], 13.713), (503, 13.713)):
        source, _ = opened({FILTER: [exact], sensor: now})
        one = source.stations(AREA).stations[0]
        assert (one.exact, one.lon, one.height) == (True, 13.7134567, 113.0)
        assert (one.reference["lon"], one.reference["lat"]) == (13.713, 51.058)
        again = source.station(one.id, one.reference)
        assert (again.lon, again.exact, again.series) == (lon, lon != 13.713, one.series)


def test_a_reference_of_nothing() -> None:
    """A station of which nothing is remembered is gone."""
    source, _ = opened({})
    with pytest.raises(RemovedError, match="station 5"):
        source.station("5", {})


def test_only_exact_places() -> None:
    """Rounded stations are left out where the settings say so, and counted."""
    source, _ = opened({FILTER: [measurement()]}, exact_only=True)
    answer = source.stations(AREA)
    assert (answer.stations, [(one.check, one.values) for one in answer.findings]) == (
        (),
        [("station-rounded", {"number": 1})],
    )


def test_the_filter_is_away() -> None:
    """The list of all is read instead, what lies elsewhere is left out, and the report says so."""
    everything = [measurement(), measurement(9, location={"id": 9, "longitude": "9.0"})]
    source, _ = opened({FILTER: 404, f"{LIVE}/static/v1/data.json": everything})
    answer = source.stations(AREA)
    assert [one.id for one in answer.stations] == ["312"]
    assert [one.check for one in answer.findings] == ["filter-away"]


def test_stations_of_a_day() -> None:
    """The list of 24 hours has stations that are silent just now."""
    source, client = opened({f"{LIVE}/static/v2/data.24h.json": [measurement()]}, listing="day")
    assert len(source.stations(AREA).stations) == 1
    assert client.asked == [f"{LIVE}/static/v2/data.24h.json"]


def test_wrong_measurements_do_not_spoil_the_others() -> None:
    """Each that breaks the form is named."""
    wrong = [
        "x",
        measurement(location={"latitude": "north"}),
        measurement(location={"longitude": "200"}),
        measurement(sensor="../1"),  # type: ignore[arg-type]
        measurement(sensordatavalues={}),
        measurement(sensor={"id": 1, "sensor_type": {}}),  # type: ignore[arg-type]
        measurement(),
    ]
    source, _ = opened({FILTER: wrong})
    answer = source.stations(AREA)
    assert [one.id for one in answer.stations] == ["312"]
    assert [one.place.split(",")[0] for one in answer.findings] == [f"measurement {number}" for number in range(1, 7)]
    assert {(one.check, one.severity) for one in answer.findings} == {("measurement-form", "error")}


def test_values_of_the_archive() -> None:
    """Each column has its values; an empty one and "nan" are none; positions come along."""
    assert read(DUST) == [11.0, 12.0, None]
    assert read(DUST, 1) == [8.5, None, 9.0]
    source, client = opened({FILE: DUST})
    one = station(source)
    found = source.measurements(one, one.series[0], START + timedelta(minutes=2), START + timedelta(minutes=4))
    assert found.rows() == [(START + timedelta(minutes=3, seconds=30), 12.0, 13.713, 51.058)]
    asked = len(client.asked)
    source.measurements(one, one.series[1], START, START + DAY)
    assert len(client.asked) == asked  # the file holds both quantities


def test_old_and_missing_files() -> None:
    """Years that are over lie in packed files; a day without a file has no values."""
    packed = f"{ARCHIVE}/2026/2026-03-01/2026-03-01_sds011_sensor_660.csv.gz"
    source, client = opened({packed: gzip.compress(DUST.encode())})
    one = station(source)
    found = source.measurements(one, one.series[0], START - DAY, START + DAY)
    assert found["value"].to_list() == [11.0, 12.0, None]
    assert len(client.asked) == 5  # the filter; for each day two places


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (DUST.replace("11.00;;;8.50;;", "11.00;;;8.50"), "line 2: expected 12 columns"),
        (DUST.replace("660;SDS011;312", "661;SDS011;312", 1), "line 2: expected values of sensor 660"),
        (DUST.replace("2026-03-01T00:01:00", "then"), "line 2: expected `timestamp`"),
        (DUST.replace("timestamp", "time"), "line 1: expected columns timestamp"),
        (DUST.replace(";P1;", ";PM10;"), "expected a column P1"),
        (DUST.replace(";durP1;", ";P1;"), "line 1: expected each column once"),
        (b"\xff\xfe" + DUST.encode("utf-16-le"), "expected UTF-8"),
        ("<html>not here</html>\n", "line 1: expected columns"),
    ],
)
def test_wrong_files_are_named(content: Any, place: str) -> None:
    """Sensor, day and line of what breaks the form."""
    with pytest.raises(AnswerFormError, match="sensor 660, 2026-03-01") as caught:
        read(content)
    assert place in str(caught.value)


@pytest.mark.parametrize("cut", [DUST[:-5], DUST + "Error: gone", DUST + "Error: gone\n", ""])
def test_a_cut_file_is_asked_for_again(cut: str) -> None:
    """A file whose last line is not complete is passing; three times it is an error."""
    assert read(Series(cut, DUST)) == [11.0, 12.0, None]
    with pytest.raises(CutAnswerError, match="sensor 660, 2026-03-01"):
        read(cut)


def test_packed_files_that_break() -> None:
    """A cut one, one that is none, and a bomb."""
    path = f"{ARCHIVE}/2026/2026-03-01/2026-03-01_sds011_sensor_660.csv.gz"
    whole = gzip.compress(DUST.encode())
    bomb = gzip.compress(b"0" * (LARGEST_FILE + 1))
    for content, error in ((whole[:-9], CutAnswerError), (b"plain", AnswerFormError), (bomb, AnswerFormError)):
        source, _ = opened({path: content})
        one = station(source)
        with pytest.raises(error, match="sensor 660"):
            source.measurements(one, one.series[0], START, START + DAY)


def test_an_archive_that_is_down_is_no_silent_sensor() -> None:
    """Only a file that is not there means no values."""
    with pytest.raises(Exception, match="503"):
        read(503)


def test_the_live_interface_is_down() -> None:
    """Neither the filter nor the list of all: then it is an error."""

    class Away(Answers):
        def get(self, url: str, params: Any = None, headers: Any = None) -> Said:
            raise SourceUnreachableError(f"{url} could not be read")

    service = SensorCommunityService(kind="sensor_community")
    with pytest.raises(SourceUnreachableError, match=r"data\.json"):
        open_source("sensor_community", Away({}), LIVE, service).stations(AREA)


@pytest.mark.parametrize("files", [["{day}.csv"], ["{month}/{sensor}"], ["{sensor"], ["{0}{sensor}"], []])
def test_file_names_that_cannot_be(files: list[str]) -> None:
    """The settings refuse names that all sensors would share, or with unknown parts."""
    with pytest.raises(ValidationError):
        SensorCommunityService(kind="sensor_community", files=files)

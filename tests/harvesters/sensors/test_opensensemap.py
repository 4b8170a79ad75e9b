"""Answers of openSenseMap become typed records, or an error that names the place."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ckanext.dresdensmartcity.harvesters.sensors.sources import AnswerFormError, CutAnswerError
from ckanext.dresdensmartcity.harvesters.sensors.sources.opensensemap import (
    LONGEST_REQUEST,
    instant,
    read_measurements,
    read_station,
    read_stations,
    request_windows,
)
from hypothesis import given
from hypothesis import strategies as st

UTC = timezone.utc
ROW = {"location": [13.7, 51.0], "createdAt": "2026-10-01T00:00:00.000Z", "value": "6.38"}
BOX = {
    "_id": "b1",
    "name": "Box",
    "exposure": "outdoor",
    "currentLocation": {"type": "Point", "coordinates": [13.7, 51.0, 112.5], "timestamp": "2026-01-01T00:00:00Z"},
    "sensors": [{"_id": "s1", "title": "PM10", "unit": "µg/m³", "sensorType": "SDS 011", "lastMeasurement": "x"}],
}


def test_recorded_box(shared: Path) -> None:
    """A box as a real server answered it is read with its sensors and its present place."""
    text = (shared / "harvest/opensensemap/box_real_2026-07.json").read_text(encoding="utf-8")
    box = read_station(text, "box")
    assert (box.exposure, box.lon, box.lat, box.height) == ("outdoor", 13.110423, 52.472952, None)
    assert box.located_since == datetime(2023, 5, 23, 13, 29, 38, 495000, UTC)
    quantities = ["pm10", "pm25", "temperature", "humidity", "pressure"]
    assert [one.phenomenon.id for one in box.series] == quantities


def test_documented_box(shared: Path) -> None:
    """What is known and no template of openSenseMap names otherwise is read; other sensors are counted."""
    text = (shared / "harvest/opensensemap/box_doc_example.json").read_text(encoding="utf-8")
    answer = read_stations(f"[{text}]", "boxes")
    quantities = ["uv", "illuminance", "pressure", "humidity", "temperature"]
    assert [one.phenomenon.id for one in answer.stations[0].series] == quantities
    assert [one.values["title"] for one in answer.findings] == ["Eingangsspannung", "Wifi-Stärke"]


def test_recorded_measurements(shared: Path) -> None:
    """Strings become numbers; times are UTC."""
    text = (shared / "harvest/opensensemap/data_sensor.json").read_text(encoding="utf-8")
    frame = read_measurements(text, "data")
    assert frame["value"].to_list() == [6.38, 6.38]
    assert frame["time"][0] == datetime(2023, 9, 29, 8, 6, 13, 254000, UTC)
    assert frame.select("lon", "lat").row(0) == (7.0, 52.0)


def test_no_data_is_an_empty_table() -> None:
    """An unknown sensor and a silent one both answer []."""
    assert read_measurements("[]", "data").height == 0


@pytest.mark.parametrize("tail", ["Error: Topology was destroyed", "", '{"location":[13'])
def test_cut_answer_is_transient(tail: str) -> None:
    """An error text after the data, or an end in the middle, is told apart from a wrong form."""
    text = f"[{json.dumps(ROW)},{tail}" if not tail.startswith("Error") else f"[{json.dumps(ROW)}]{tail}"
    with pytest.raises(CutAnswerError, match="box 5, October"):
        read_measurements(text, "box 5, October")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": 6.38}, "row 2: expected `value` as a string, found 6.38"),
        ({"value": None}, "row 2: expected `value` as a string, found nothing"),
        ({"createdAt": "2026-10-01T00:00:00+01:00"}, "row 2: expected `createdAt` as a UTC time that ends in Z"),
        ({"createdAt": "yesterday"}, "row 2: expected `createdAt`"),
        ({"location": "13.7,51"}, "row 2: expected `location`"),
        ({"location": [13.7]}, "row 2: expected `location`"),
    ],
)
def test_wrong_row_is_named(change: dict[str, Any], message: str) -> None:
    """The first row that breaks the form is named with what was expected and found."""
    with pytest.raises(AnswerFormError, match="data, ") as caught:
        read_measurements(json.dumps([ROW, ROW | change, ROW]), "data")
    assert message in str(caught.value)


def test_what_is_no_number_is_nothing() -> None:
    """A value that is a text without a number stays as a moment whose value is not known."""
    rows = [ROW | {"value": text} for text in ("n/a", "NaN", "", "inf", " 1.5 ")]
    assert read_measurements(json.dumps(rows), "data")["value"].to_list() == [None, None, None, None, 1.5]


def test_answer_that_is_no_list() -> None:
    """An error object with status 200 is not taken for an empty list."""
    with pytest.raises(AnswerFormError, match="expected a JSON array"):
        read_measurements('{"code": "InternalServer", "message": "x"}', "data")


def test_one_wrong_box_does_not_spoil_the_others() -> None:
    """Boxes that break the form, and second ones of the same id, become findings."""
    wrong = BOX | {"_id": "b2", "currentLocation": None}
    answer = read_stations(json.dumps([BOX, wrong, BOX]), "boxes")
    assert [box.id for box in answer.stations] == ["b1"]
    assert [(one.check, one.severity) for one in answer.findings] == [
        ("box-form", "error"),
        ("box-duplicate", "warning"),
    ]
    assert answer.findings[0].place.startswith("boxes, box 2")
    assert "currentLocation" in answer.findings[0].message


def test_instants_end_in_z() -> None:
    """The server refuses offsets, so every zone is written as UTC."""
    moment = datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=2)))
    assert instant(moment) == "2026-10-25T00:30:00.000Z"


@given(st.integers(1, 400 * 24))
def test_request_windows_cover_the_time(hours: int) -> None:
    """Windows follow each other without a hole and none is longer than a month."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    end = start + timedelta(hours=hours)
    parts = list(request_windows(start, end))
    assert (parts[0][0], parts[-1][1]) == (start, end)
    assert all(one[1] == two[0] for one, two in pairwise(parts))
    assert all(upto - since <= LONGEST_REQUEST for since, upto in parts)

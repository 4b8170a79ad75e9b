"""An openSenseMap server is asked so that nothing is lost: full answers, borders, broken answers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import polars as pl
import pytest
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.harvesters.demo.measurements import box_series
from ckanext.dresdensmartcity.harvesters.demo.opensensemap import OpenSenseMap
from ckanext.dresdensmartcity.harvesters.demo.scenario import DemoBox, Scenario
from ckanext.dresdensmartcity.harvesters.sensors.sources import (
    AnswerFormError,
    CutAnswerError,
    MeasurementSource,
    OpenSenseMapService,
    open_source,
)
from ckanext.dresdensmartcity.harvesters.sensors.sources.opensensemap import instant

START = datetime(2026, 10, 1, tzinfo=timezone.utc)
END = datetime(2026, 10, 31, tzinfo=timezone.utc)


@dataclass
class Text:
    """An answer."""

    body: str
    url: str = ""
    content: bytes = b""

    def text(self) -> str:
        return self.body


@dataclass
class Direct:
    """The demo's interface without a socket; `spoil` changes answers by the number of their request."""

    sensors: OpenSenseMap
    spoil: dict[int, str] = field(default_factory=dict)
    queries: list[dict[str, str]] = field(default_factory=list)

    def get(self, url: str, params: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Text:
        self.queries.append(params or {})
        if "/data/" in url and len(self.queries) in self.spoil:
            return Text(self.spoil[len(self.queries)])
        return Text(self.sensors.answer(url.removeprefix("demo:"), params or {}).body.decode())


@pytest.fixture(scope="module")
def month(dresden: City) -> OpenSenseMap:
    """A month of one box with a value every 150 s: more than one answer holds."""
    return OpenSenseMap(dresden, Scenario(seed=3, boxes=1))


def values_of(client: Direct, box: DemoBox, start: datetime = START, end: datetime = END) -> pl.DataFrame:
    """What the source gives of the box's first sensor."""
    source: MeasurementSource = open_source("opensensemap", client, "demo:", OpenSenseMapService())
    station = source.station(box.id, {})
    client.queries.clear()
    return source.measurements(station, station.series[0], start, end)


def test_full_answers_are_followed_up(month: OpenSenseMap) -> None:
    """More than 10,000 values come in as many requests as they need, each once, none missing."""
    client = Direct(month)
    box = month.boxes[0]
    frame = values_of(client, box)
    series = box_series(box, month.scenario)[box.sensors[0].id]
    assert len(series.values) > 10_000
    assert frame["value"].to_list() == [float(one) for one in series.values]
    assert [instant(moment) for moment in frame["time"]] == list(series.instants)
    assert len(client.queries) == 2


def test_exactly_as_many_values_as_an_answer_holds(month: OpenSenseMap) -> None:
    """A full answer may have lost values or not: the rest is asked for, and its last value is not counted twice."""
    box = month.boxes[0]
    rows = [
        {"location": [13, 51], "createdAt": instant(START + timedelta(seconds=number)), "value": str(number)}
        for number in range(10_000, 0, -1)
    ]
    client = Direct(month, {1: json.dumps(rows), 2: json.dumps(rows[-1:])})
    assert values_of(client, box)["value"].to_list() == [float(number) for number in range(1, 10_001)]
    assert client.queries[1]["to-date"] == rows[-1]["createdAt"]


def test_windows_share_no_value(month: OpenSenseMap) -> None:
    """A longer time is asked for in parts whose common border is not counted twice."""
    box = month.boxes[0]
    frame = values_of(Direct(month), box, START - timedelta(days=20), END + timedelta(days=20))
    assert frame.height == len(box_series(box, month.scenario)[box.sensors[0].id].values)


def test_a_full_answer_in_another_order_is_refused(month: OpenSenseMap) -> None:
    """Without the newest first nobody knows which values were cut off."""
    box = month.boxes[0]
    rows = [
        {"location": [13, 51], "createdAt": instant(START + timedelta(seconds=number)), "value": "1"}
        for number in range(10_000)
    ]
    with pytest.raises(AnswerFormError, match="newest first"):
        values_of(Direct(month, {1: json.dumps(rows)}), box)


def test_ten_thousand_values_of_one_moment_end(month: OpenSenseMap) -> None:
    """A server that gives the same full answer for ever is not asked for ever."""
    box = month.boxes[0]
    rows = json.dumps([{"location": [13, 51], "createdAt": instant(START), "value": "1"}] * 10_000)
    client = Direct(month, dict.fromkeys(range(1, 20), rows))
    with pytest.raises(AnswerFormError, match="different moments"):
        values_of(client, box)
    assert len(client.queries) == 2


def test_a_broken_answer_is_asked_for_again(month: OpenSenseMap) -> None:
    """An error text after the data passes; after three times it is an error that names box, sensor and time."""
    box = month.boxes[0]
    broken = '[{"location":[13,51],"createdAt":"2026-10-01T00:00:00.000Z","value":"1"}]Error: cursor died'
    once = Direct(month, {1: broken})
    assert values_of(once, box).height > 10_000
    always = Direct(month, dict.fromkeys(range(1, 4), broken))
    with pytest.raises(CutAnswerError, match=f"box {box.id}, sensor {box.sensors[0].id}, 2026-10-01T00:00:00.000Z"):
        values_of(always, box)


def test_stations(dresden: City) -> None:
    """The server is asked for what stands outdoors in the area; it also answers what stood there once."""
    sensors = OpenSenseMap(dresden, Scenario(boxes=2))
    answer = open_source("opensensemap", Direct(sensors), "demo:", OpenSenseMapService()).stations(dresden.bbox)
    assert [one.id for one in answer.stations] == [one.id for one in (*sensors.boxes[:2], sensors.boxes[-1])]
    assert {
        one.source_kind for station in answer.stations for one in station.series if one.phenomenon.id == "noise_laeq"
    } == {"leq"}
    assert answer.findings == ()

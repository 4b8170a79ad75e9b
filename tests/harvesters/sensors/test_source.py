"""An openSenseMap server is asked so that nothing is lost: full answers, borders, broken answers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import pytest
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.harvesters.demo.measurements import box_series
from ckanext.dresdensmartcity.harvesters.demo.opensensemap import OpenSenseMap
from ckanext.dresdensmartcity.harvesters.demo.scenario import Scenario
from ckanext.dresdensmartcity.harvesters.sensors.opensensemap import AnswerFormError, CutAnswerError, instant
from ckanext.dresdensmartcity.harvesters.sensors.source import OpenSenseMapSource
from ckanext.dresdensmartcity.harvesters.sensors.stations import district_of, select

START = datetime(2026, 10, 1, tzinfo=timezone.utc)
END = datetime(2026, 10, 31, tzinfo=timezone.utc)


@dataclass
class Text:
    """An answer."""

    body: str

    def text(self) -> str:
        return self.body


@dataclass
class Direct:
    """The demo's interface without a socket; `spoil` changes answers by the number of their request."""

    sensors: OpenSenseMap
    spoil: dict[int, str] = field(default_factory=dict)
    queries: list[dict[str, str]] = field(default_factory=list)

    def get(self, url: str, params: dict[str, str] | None = None) -> Text:
        self.queries.append(params or {})
        if len(self.queries) in self.spoil:
            return Text(self.spoil[len(self.queries)])
        return Text(self.sensors.answer(url.removeprefix("demo:"), params or {}).body.decode())


@pytest.fixture(scope="module")
def month(dresden: City) -> OpenSenseMap:
    """A month of one box with a value every 150 s: more than one answer holds."""
    return OpenSenseMap(dresden, Scenario(seed=3, boxes=1))


def test_full_answers_are_followed_up(month: OpenSenseMap) -> None:
    """More than 10,000 values come in as many requests as they need, each once, none missing."""
    client = Direct(month)
    box = month.boxes[0]
    frame = OpenSenseMapSource(client, "demo:").measurements(box.id, box.sensors[0].id, START, END)
    series = box_series(box, month.scenario)[box.sensors[0].id]
    assert len(series.values) > 10_000
    assert frame["raw"].to_list() == list(series.values)
    assert [instant(moment) for moment in frame["time"]] == list(series.instants)
    assert len(client.queries) == 2


def test_windows_share_no_value(month: OpenSenseMap) -> None:
    """A longer time is asked for in parts whose common border is not counted twice."""
    box = month.boxes[0]
    frame = OpenSenseMapSource(Direct(month), "demo:").measurements(
        box.id, box.sensors[0].id, START - timedelta(days=20), END + timedelta(days=20)
    )
    assert frame.height == len(box_series(box, month.scenario)[box.sensors[0].id].values)


def test_a_full_answer_in_another_order_is_refused(month: OpenSenseMap) -> None:
    """Without the newest first nobody knows which values were cut off."""
    box = month.boxes[0]
    rows = [
        {"location": [13, 51], "createdAt": instant(START + timedelta(seconds=number)), "value": "1"}
        for number in range(10_000)
    ]
    source = OpenSenseMapSource(Direct(month, {1: json.dumps(rows)}), "demo:")
    with pytest.raises(AnswerFormError, match="newest first"):
        source.measurements(box.id, box.sensors[0].id, START, END)


def test_ten_thousand_values_of_one_moment_end(month: OpenSenseMap) -> None:
    """A server that gives the same full answer for ever is not asked for ever."""
    box = month.boxes[0]
    rows = json.dumps([{"location": [13, 51], "createdAt": instant(START), "value": "1"}] * 10_000)
    client = Direct(month, dict.fromkeys(range(1, 20), rows))
    with pytest.raises(AnswerFormError, match="different moments"):
        OpenSenseMapSource(client, "demo:").measurements(box.id, box.sensors[0].id, START, END)
    assert len(client.queries) == 2


def test_a_broken_answer_is_asked_for_again(month: OpenSenseMap) -> None:
    """An error text after the data passes; after three times it is an error that names box, sensor and time."""
    box = month.boxes[0]
    broken = '[{"location":[13,51],"createdAt":"2026-10-01T00:00:00.000Z","value":"1"}]Error: cursor died'
    once = Direct(month, {1: broken})
    assert OpenSenseMapSource(once, "demo:").measurements(box.id, box.sensors[0].id, START, END).height > 10_000
    always = Direct(month, dict.fromkeys(range(1, 4), broken))
    with pytest.raises(CutAnswerError, match=f"box {box.id}, sensor {box.sensors[0].id}, 2026-10-01T00:00:00.000Z"):
        OpenSenseMapSource(always, "demo:").measurements(box.id, box.sensors[0].id, START, END)


def test_selection(dresden: City) -> None:
    """Boxes indoors, outside or without a known phenomenon are left out, each with the reason."""
    sensors = OpenSenseMap(dresden, Scenario(boxes=2))
    answer = OpenSenseMapSource(Direct(sensors), "demo:").boxes(dresden.bbox)
    assert len(answer.boxes) == 3  # the server leaves out what is indoors
    selection = select(answer.boxes, dresden.bbox, ["pm10"])
    assert [box.id for box in selection.boxes] == [box.id for box in sensors.boxes[:2]]
    assert [(one.check, one.place) for one in selection.findings] == [("box-elsewhere", f"box {sensors.boxes[-1].id}")]
    none = select(answer.boxes[:2], dresden.bbox, ["pressure"])
    assert [one.check for one in none.findings] == ["box-without-phenomenon"] * 2


def test_district_of_its_own_centroid(any_city: City) -> None:
    """A district's centroid lies in that district, whatever other boxes hold it."""
    assert [district_of(any_city, *one.centroid) for one in any_city.districts] == list(any_city.districts)

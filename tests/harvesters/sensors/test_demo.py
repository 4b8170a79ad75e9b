"""The demo server speaks openSenseMap's interface in its exact form, over real HTTP."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.harvesters.demo.opensensemap import OpenSenseMap
from ckanext.dresdensmartcity.harvesters.demo.scenario import Scenario, ScenarioError, demo_boxes, read_scenario
from ckanext.dresdensmartcity.harvesters.demo.server import demo_sources

from .conftest import SCENARIO, Demo

ALL = {"from-date": "2026-10-24T00:00:00Z", "to-date": "2026-10-26T00:00:00Z"}


def ask(demo: Demo, path: str, **query: str) -> requests.Response:
    return requests.get(f"{demo.url}/opensensemap{path}", params=query, timeout=10)


def city_box(city: City) -> str:
    return ",".join(map(str, city.bbox))


def schema(shared: Path, name: str) -> Any:
    return json.loads((shared / "harvest/opensensemap/schemas" / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("path", "query", "form"),
    [
        ("/boxes", {}, "findAllSchemaBoxes"),
        ("/boxes", {"full": "true"}, "findAllSchemaBoxes"),
        ("/boxes", {"date": "2026-10-24T12:00:00Z"}, "findAllSchema"),
        ("/boxes/{box}", {}, "senseBoxSchema"),
        ("/boxes/{box}/sensors", {}, "boxSensorsSchema"),
        ("/boxes/{box}/data/{sensor}", ALL, "measurementsSchema"),
    ],
)
def test_forms(demo: Demo, shared: Path, path: str, query: dict[str, str], form: str) -> None:
    """Answers have the form of the real interface, field for field."""
    box = demo.sensors.boxes[0]
    answer = ask(demo, path.format(box=box.id, sensor=box.sensors[0].id), **query)
    assert answer.status_code == 200
    assert answer.json()
    jsonschema.validate(answer.json(), schema(shared, form))


@pytest.mark.parametrize(
    ("recorded", "path", "query"),
    [
        ("boxes_minimal.json", "/boxes", {"minimal": "true"}),
        ("boxes_minimal_classify.json", "/boxes", {"minimal": "true", "classify": "true"}),
        ("data_sensor.json", "/boxes/{box}/data/{sensor}", ALL),
    ],
)
def test_same_fields_as_recorded(demo: Demo, shared: Path, recorded: str, path: str, query: dict[str, str]) -> None:
    """The entries of a list have exactly the fields of a recorded answer, with values of the same types."""
    box = demo.sensors.boxes[0]
    sample = json.loads((shared / "harvest/opensensemap" / recorded).read_text(encoding="utf-8"))[0]
    entry = ask(demo, path.format(box=box.id, sensor=box.sensors[0].id), **query).json()[0]
    assert {key: type(value) for key, value in entry.items()} == {key: type(value) for key, value in sample.items()}


def test_last_measurement_is_an_id_in_plain_lists(demo: Demo) -> None:
    """Only full=true or a date give the value itself."""
    plain, full = ask(demo, "/boxes").json()[0], ask(demo, "/boxes", full="true").json()[0]
    assert isinstance(plain["sensors"][0]["lastMeasurement"], str)
    assert set(full["sensors"][0]["lastMeasurement"]) == {"value", "createdAt"}
    assert "loc" not in plain


def test_boxes_are_found_by_any_place_they_had(demo: Demo, dresden: City) -> None:
    """A box that was taken out of the city still comes back; its present place is outside."""
    boxes = ask(demo, "/boxes", bbox=city_box(dresden)).json()
    west, south, east, north = dresden.bbox
    outside = [
        box
        for box in boxes
        if not (
            west <= box["currentLocation"]["coordinates"][0] <= east
            and south <= box["currentLocation"]["coordinates"][1] <= north
        )
    ]
    assert (len(boxes), len(outside)) == (14, 1)
    assert ask(demo, "/boxes", bbox="0,0,1,1").json() == []


def test_exposure(demo: Demo) -> None:
    """One box is indoors."""
    assert len(ask(demo, "/boxes", exposure="indoor").json()) == 1
    assert len(ask(demo, "/boxes", exposure="indoor,outdoor").json()) == 14


def test_geojson(demo: Demo) -> None:
    """A feature has its geometry from the present place, which the properties then lack."""
    collection = ask(demo, "/boxes", format="geojson").json()
    assert collection["type"] == "FeatureCollection"
    assert collection["features"][0]["geometry"]["type"] == "Point"
    assert "currentLocation" not in collection["features"][0]["properties"]


def test_interval_is_closed_and_newest_first(demo: Demo) -> None:
    """A value on either border belongs to the answer."""
    box = demo.sensors.boxes[1]
    path = f"/boxes/{box.id}/data/{box.sensors[0].id}"
    times = [row["createdAt"] for row in ask(demo, path, **ALL).json()]
    assert times == sorted(times, reverse=True)
    piece = ask(demo, path, **{"from-date": times[20], "to-date": times[10]}).json()
    assert [row["createdAt"] for row in piece] == times[10:21]


def test_ten_thousand_rows_and_no_more(dresden: City) -> None:
    """A longer answer loses its oldest values without a word."""
    month = OpenSenseMap(dresden, Scenario(seed=7, boxes=1))
    box = month.boxes[0]
    answer = month.answer(
        f"/boxes/{box.id}/data/{box.sensors[0].id}",
        {"from-date": "2026-10-01T00:00:00Z", "to-date": "2026-11-01T00:00:00Z"},
    )
    rows = json.loads(answer.body)
    assert len(rows) == 10_000
    assert rows[0]["createdAt"] > "2026-10-30T23"
    assert rows[-1]["createdAt"] > "2026-10-10"


def test_csv(demo: Demo, shared: Path) -> None:
    """CSV has the header and the two columns of the recorded file."""
    recorded = (shared / "harvest/opensensemap/data_sensor.csv").read_text(encoding="utf-8").splitlines()
    box = demo.sensors.boxes[0]
    answer = ask(demo, f"/boxes/{box.id}/data/{box.sensors[0].id}", format="csv", **ALL)
    lines = answer.text.splitlines()
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert lines[0] == recorded[0]
    assert lines[1].count(",") == recorded[1].count(",") == 1
    semicolons = ask(demo, f"/boxes/{box.id}/data/{box.sensors[0].id}", format="csv", delimiter="semicolon", **ALL)
    assert semicolons.text.splitlines()[0] == "createdAt;value"


def test_unknown_sensor_is_no_error(demo: Demo) -> None:
    """As at the real server, an unknown sensor looks like one without data."""
    answer = ask(demo, f"/boxes/{demo.sensors.boxes[0].id}/data/{'0' * 24}", **ALL)
    assert (answer.status_code, answer.json()) == (200, [])


@pytest.mark.parametrize(
    ("path", "query", "status", "code", "message"),
    [
        ("/boxes/{none}", {}, 404, "NotFound", "Box not found"),
        ("/boxes/{none}/sensors", {}, 404, "NotFound", "Box not found"),
        ("/nothing", {}, 404, "ResourceNotFound", "/nothing does not exist"),
        ("/boxes", {"bbox": "1,2,3"}, 422, "UnprocessableEntity", "Invalid number of coordinates."),
        ("/boxes/x/data/y", {"from-date": "2026-10-01T00:00:00+01:00"}, 422, "UnprocessableEntity", "from-date"),
        ("/boxes/x/data/y", {"to-date": "2026-10-01"}, 422, "UnprocessableEntity", "Invalid timestamp '2026-10-01'."),
        (
            "/boxes/x/data/y",
            {"from-date": "2026-10-02T00:00:00Z", "to-date": "2026-10-01T00:00:00Z"},
            409,
            "InvalidArgument",
            "is after toDate",
        ),
    ],
)
def test_errors(demo: Demo, path: str, query: dict[str, str], status: int, code: str, message: str) -> None:
    """Errors carry code and message as restify writes them."""
    answer = ask(demo, path.format(none="0" * 24), **query)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert message in answer.json()["message"]


def test_default_is_the_last_48_hours(dresden: City) -> None:
    """Without dates the last two days up to now are meant."""
    now = datetime(2026, 10, 25, tzinfo=timezone.utc)
    server = OpenSenseMap(dresden, SCENARIO, lambda: now)
    box = server.boxes[0]
    times = [
        row["createdAt"] for row in json.loads(server.answer(f"/boxes/{box.id}/data/{box.sensors[0].id}", {}).body)
    ]
    assert max(times) < "2026-10-25T00:00:00.001Z"
    assert min(times) < "2026-10-24T01"


def test_values_are_the_same_for_ever(dresden: City) -> None:
    """The same scenario gives the same bytes; another seed gives others."""
    one, again, other = (
        OpenSenseMap(dresden, scenario).answer("/boxes", {"full": "true"}).body
        for scenario in (SCENARIO, SCENARIO.model_copy(), SCENARIO.model_copy(update={"seed": 8}))
    )
    assert one == again != other


def test_names_say_that_the_boxes_are_made_up(demo: Demo) -> None:
    """Nobody can take a box of the demo for a real one."""
    assert all("erfunden" in box["name"] for box in ask(demo, "/boxes").json())


def test_boxes_stand_in_the_focus_areas(any_city: City) -> None:
    """All boxes but the one taken away stand in districts of the first two focus areas, in every city."""
    wanted = [number for area in any_city.focus_areas[:2] for number in area.districts]
    districts = [one for one in any_city.districts if one.number in wanted]
    for box in demo_boxes(any_city, Scenario())[:-1]:
        lon, lat = box.places[-1][1]
        assert any(one.bbox[0] <= lon <= one.bbox[2] and one.bbox[1] <= lat <= one.bbox[3] for one in districts), (
            box.name
        )


def test_every_city_has_its_demo(any_city: City) -> None:
    """The demo folder of each city makes the sensors that its source asks for."""
    assert any_city.demo_folder is not None
    scenario = read_scenario(any_city.demo_folder)
    (source,) = [one for one in any_city.sources if one.name == "sensors-demo"]
    assert source.config["sample"] is True
    assert source.config["first_day"] == scenario.start.date().isoformat()
    assert source.config["last_day"] == (scenario.end - timedelta(days=1)).date().isoformat()
    assert demo_sources(any_city).answer("/opensensemap/boxes", {}).status == 200


@pytest.mark.parametrize("text", ["boxes: many", "boxen: 12", "start: 2026-10-01", "- a\n- b", "boxes: ["])
def test_wrong_scenario_is_refused(tmp_path: Path, text: str) -> None:
    """A mistake in sensors.yaml is told with the file's name."""
    (tmp_path / "sensors.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"sensors\.yaml"):
        read_scenario(tmp_path)


def test_unknown_focus_area_is_refused(dresden: City) -> None:
    """The message lists those that the city has."""
    with pytest.raises(ScenarioError, match="friedrichstadt"):
        demo_boxes(dresden, Scenario(focus_areas=("altona",)))


def test_files_are_conditional(demo: Demo) -> None:
    """A file comes once; who has it is told so, by its ETag or its date."""
    first = requests.get(f"{demo.url}/plan.csv", timeout=10)
    assert (first.status_code, first.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    for header, value in (
        ("If-None-Match", first.headers["ETag"]),
        ("If-Modified-Since", first.headers["Last-Modified"]),
    ):
        again = requests.get(f"{demo.url}/plan.csv", headers={header: value}, timeout=10)
        assert (again.status_code, again.content) == (304, b"")
    other = requests.get(f"{demo.url}/plan.csv", headers={"If-None-Match": '"x"'}, timeout=10)
    assert other.content == first.content
    assert requests.head(f"{demo.url}/plan.csv", timeout=10).headers["Content-Length"] == str(len(first.content))


@pytest.mark.parametrize("name", ["nothing.csv", "..%2Fconftest.py", "%2Fetc%2Fpasswd", "..", "sub/plan.csv"])
def test_only_files_of_the_folder(demo: Demo, name: str) -> None:
    """No name leads out of the folder."""
    session = requests.Session()
    request = requests.Request("GET", demo.url).prepare()
    request.url = f"{demo.url}/{name}"
    assert session.send(request, timeout=10).status_code == 404

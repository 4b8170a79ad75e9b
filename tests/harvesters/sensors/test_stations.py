"""Which stations count as the city's, what is said of their places, and what becomes of those that go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timezone

from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.harvesters.demo.opensensemap import OpenSenseMap
from ckanext.dresdensmartcity.harvesters.demo.scenario import Scenario
from ckanext.dresdensmartcity.harvesters.sensors.grid import cell_of, centre
from ckanext.dresdensmartcity.harvesters.sensors.phenomena import PHENOMENA
from ckanext.dresdensmartcity.harvesters.sensors.sources import Place, Series, Station
from ckanext.dresdensmartcity.harvesters.sensors.sources.opensensemap import read_stations
from ckanext.dresdensmartcity.harvesters.sensors.stations import (
    district_of,
    select,
    shown,
    station_rows,
    with_former,
)

HERE, NEXT_DOOR, THERE = (13.71281, 51.05852), (13.71299, 51.05861), (13.77021, 51.05603)


def station(identifier: str, place: tuple[float, float] = HERE, kinds: Sequence[str] = ("pm10",)) -> Station:
    """A station outdoors."""
    series = tuple(Series(f"{identifier}-{kind}", identifier, PHENOMENA[kind], "SDS011", "µg/m³") for kind in kinds)
    since = datetime(2026, 1, 5, tzinfo=timezone.utc)
    return Station(identifier, "Bei Müllers", *place, "outdoor", series, moved=(Place(since, *place),))


def test_selection(dresden: City) -> None:
    """Stations indoors, outside or without a known quantity are left out, each with the reason."""
    sensors = OpenSenseMap(dresden, Scenario(boxes=2))
    query = {"bbox": ",".join(map(str, dresden.bbox)), "exposure": "outdoor"}
    answer = read_stations(sensors.answer("/boxes", query).body.decode(), "boxes")
    assert len(answer.stations) == 3  # the server leaves out what is indoors
    selection = select(answer.stations, dresden.bbox, ["pm10"])
    away = sensors.boxes[-1].id
    assert [one.id for one in selection.stations] == [box.id for box in sensors.boxes[:2]]
    assert [(one.check, one.place) for one in selection.findings] == [("station-elsewhere", f"station {away}")]
    assert selection.left_out == {away: "elsewhere"}
    none = select(answer.stations[:2], dresden.bbox, ["pressure"])
    assert [one.check for one in none.findings] == ["station-without-quantity"] * 2
    inside = replace(station("a"), exposure="indoor")
    assert [one.check for one in select([inside], dresden.bbox, ["pm10"]).findings] == ["station-not-outdoor"]


def test_of_a_place_only_its_cell_is_told(dresden: City) -> None:
    """Neither name nor true position are in the list: lon and lat are the middle of the cell that the grid shows."""
    (row,) = station_rows(dresden, [station("a", kinds=["pm10", "humidity"])], ["pm10", "humidity"], {"a"})
    assert row["cell"] == cell_of(*HERE) == "CRS3035RES100mN3111800E4581100"
    assert (row["lon"], row["lat"]) == centre(str(row["cell"])) != HERE
    assert (row["district"], row["focus_area"]) == ("05", "friedrichstadt")
    assert (row["phenomena"], row["sensor_types"]) == ("humidity pm10", "SDS011")
    assert row["located_since"] == "2026-01-05T00:00:00Z"
    assert "Müller" not in str(row)
    assert str(HERE[0]) not in str(row)


def test_a_station_alone_in_its_cell_has_a_district_only(dresden: City) -> None:
    """With a minimum of two, a cell with one station would show one private home."""
    assert cell_of(*HERE) == cell_of(*NEXT_DOOR)
    stations = [station("a"), station("b", NEXT_DOOR), station("c", THERE)]
    assert shown(stations, 1) == {"a", "b", "c"}
    assert shown(stations, 3) == set()
    named = shown(stations, 2)
    assert named == {"a", "b"}
    alone = station_rows(dresden, stations, ["pm10"], named)[2]
    assert (alone["cell"], alone["lon"], alone["lat"]) == (None, None, None)
    assert alone["district"] == "06"


def test_what_goes_stays_in_the_list(dresden: City) -> None:
    """A station that vanishes, turns indoor or leaves the area keeps its row and says what it is now, once."""
    former = station_rows(dresden, [station(name) for name in "abcd"], ["pm10"], set("abcd"))
    now = station_rows(dresden, [station("a"), station("e")], ["pm10"], {"a", "e"})
    rows, findings = with_former(now, former, {"b": "indoor", "c": "elsewhere"}, complete=True)
    assert {row["box_id"]: row["status"] for row in rows} == {
        "a": "active", "b": "indoor", "c": "elsewhere", "d": "gone", "e": "active",
    }  # fmt: skip
    assert [row["cell"] for row in rows] == [cell_of(*HERE)] * 5
    assert [one.check for one in findings] == ["station-indoor", "station-elsewhere", "station-gone"]
    again, told = with_former(now, rows, {"b": "indoor", "c": "elsewhere"}, complete=True)
    assert (again, told) == (rows, [])


def test_a_station_that_comes_back_is_active(dresden: City) -> None:
    """Its old row is replaced by what the source says now."""
    gone = [{**row, "status": "gone"} for row in station_rows(dresden, [station("a")], ["pm10"], {"a"})]
    back = station_rows(dresden, [station("a")], ["pm10"], {"a"})
    assert with_former(back, gone, {}, complete=True) == (back, [])


def test_a_list_that_could_not_be_read_whole_says_nothing_of_the_others(dresden: City) -> None:
    """A record in a broken form is no station that has gone."""
    former = station_rows(dresden, [station("a"), station("b")], ["pm10"], {"a", "b"})
    rows, findings = with_former(former[:1], former, {}, complete=False)
    assert [row["status"] for row in rows] == ["active", "active"]
    assert findings == []


def test_district_of_its_own_centroid(any_city: City) -> None:
    """A district's centroid lies in that district, whatever other boxes hold it."""
    assert [district_of(any_city, *one.centroid) for one in any_city.districts] == list(any_city.districts)

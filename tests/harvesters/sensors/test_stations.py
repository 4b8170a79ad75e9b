"""Which boxes count as the city's stations, and in which district they stand."""

from __future__ import annotations

from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.harvesters.demo.opensensemap import OpenSenseMap
from ckanext.dresdensmartcity.harvesters.demo.scenario import Scenario
from ckanext.dresdensmartcity.harvesters.sensors.opensensemap import read_boxes
from ckanext.dresdensmartcity.harvesters.sensors.stations import district_of, select


def test_selection(dresden: City) -> None:
    """Boxes indoors, outside or without a known phenomenon are left out, each with the reason."""
    sensors = OpenSenseMap(dresden, Scenario(boxes=2))
    query = {"bbox": ",".join(map(str, dresden.bbox)), "exposure": "outdoor"}
    answer = read_boxes(sensors.answer("/boxes", query).body.decode(), "boxes")
    assert len(answer.boxes) == 3  # the server leaves out what is indoors
    selection = select(answer.boxes, dresden.bbox, ["pm10"])
    assert [box.id for box in selection.boxes] == [box.id for box in sensors.boxes[:2]]
    assert [(one.check, one.place) for one in selection.findings] == [("box-elsewhere", f"box {sensors.boxes[-1].id}")]
    none = select(answer.boxes[:2], dresden.bbox, ["pressure"])
    assert [one.check for one in none.findings] == ["box-without-phenomenon"] * 2


def test_district_of_its_own_centroid(any_city: City) -> None:
    """A district's centroid lies in that district, whatever other boxes hold it."""
    assert [district_of(any_city, *one.centroid) for one in any_city.districts] == list(any_city.districts)

"""Outlines of districts: what is read, and what is said of a file that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from ckanext.dresdensmartcity.city.load import load_city
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.city.outlines import (
    OutlinesError,
    geometry,
    load_outlines,
    read_outlines,
    rough_outline,
    save_outlines,
)


def features(city: City, name: str = "nr") -> list[dict[str, Any]]:
    """The boxes of the city's districts as a file of outlines would hold them."""
    return [
        {
            "type": "Feature",
            "properties": {name: one.number, "name": one.name},
            "geometry": shapely.geometry.mapping(shapely.box(*one.bbox)),
        }
        for one in city.districts
    ]


def content(found: list[dict[str, Any]]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": found}).encode()


def test_every_district_gets_its_outline_by_its_number(city: City) -> None:
    """The property with the numbers is found without being named."""
    outlines = read_outlines(content(features(city)), city)
    assert set(outlines.by_number) == {one.number for one in city.districts}


def test_numbers_may_be_written_without_their_zero(city: City) -> None:
    """As files do that keep them as numbers."""
    found = features(city)
    for one in found:
        one["properties"]["nr"] = int(one["properties"]["nr"])
    assert len(read_outlines(content(found), city).by_number) == len(city.districts)


def test_a_focus_area_is_the_union_of_its_districts(city: City) -> None:
    """None where an outline is missing: half of it would mislead."""
    outlines = read_outlines(content(features(city)), city)
    numbers = [one.number for one in city.districts[:2]]
    joined = outlines.of(numbers)
    assert joined is not None
    assert all(joined.buffer(1e-3).contains(outlines.by_number[number]) for number in numbers)
    assert outlines.of([*numbers, "no such"]) is None
    assert outlines.of([]) is None


def test_what_was_saved_is_loaded(city: City, tmp_path: Path) -> None:
    """Rounded to a metre."""
    outlines = read_outlines(content(features(city)), city)
    save_outlines(outlines, tmp_path / "new" / "outlines.json")
    again = load_outlines(tmp_path / "new" / "outlines.json")
    assert again.attribution == city.attribution
    for number, outline in outlines.by_number.items():
        assert again.by_number[number].equals_exact(shapely.normalize(outline), 1e-5) or (
            again.by_number[number].symmetric_difference(outline).area < 1e-8
        )
    assert list(tmp_path.rglob("*.new")) == []


def test_neighbours_stay_together_when_they_are_simplified(repository: Path, shared: Path) -> None:
    """Real outlines lose most of their points and open no gaps."""
    dresden = load_city(repository / "schemas/cities/dresden.yaml")
    file = shared / "data/dresden/dresden-stadtteile.geojson"
    outlines = read_outlines(file.read_bytes(), dresden, "blocknr")
    points = sum(shapely.get_num_coordinates(one) for one in outlines.by_number.values())
    given = sum(
        shapely.get_num_coordinates(shapely.geometry.shape(one["geometry"]))
        for one in json.loads(file.read_bytes())["features"]
    )
    assert points < given / 4
    whole = shapely.union_all(list(outlines.by_number.values()))
    holes = [ring for part in shapely.get_parts(whole) for ring in part.interiors]
    assert sum(shapely.Polygon(ring).area for ring in holes) < whole.area / 10_000


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"<html>", "no JSON"),
        (b"[]", "no GeoJSON FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": []}', "no GeoJSON FeatureCollection"),
        (b'{"features": [{"properties": {"name": "x"}, "geometry": null}]}', "Its properties: name"),
    ],
)
def test_what_is_no_file_of_outlines_is_named(city: City, given: bytes, said: str) -> None:
    with pytest.raises(OutlinesError, match=said):
        read_outlines(given, city)


def test_missing_districts_are_named(city: City) -> None:
    with pytest.raises(OutlinesError, match=rf"no outline for 1 of \d+ districts.*{city.districts[-1].name}"):
        read_outlines(content(features(city)[:-1]), city)


def test_a_district_without_a_polygon_is_named(city: City) -> None:
    found = features(city)
    found[0]["geometry"] = {"type": "Point", "coordinates": [1, 2]}
    with pytest.raises(OutlinesError, match=f"District {city.districts[0].number} has no polygon but Point"):
        read_outlines(content(found), city)


def test_metres_are_told_apart_from_degrees(city: City) -> None:
    """The usual mistake: a file in the national grid."""
    found = features(city)
    found[0]["geometry"] = shapely.geometry.mapping(shapely.box(411000, 5650000, 412000, 5651000))
    with pytest.raises(OutlinesError, match="EPSG:4326"):
        read_outlines(content(found), city)


def test_a_rough_outline_holds_the_centres_of_its_districts(city: City) -> None:
    """And is a ring against the clock, as RFC 7946 wants it."""
    districts = city.districts[:3]
    outline = rough_outline(districts, city.centre)
    assert all(outline.contains(shapely.Point(one.centroid)) for one in districts)
    assert shapely.is_ccw(shapely.LinearRing(geometry(outline)["coordinates"][0]))

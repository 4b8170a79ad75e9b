"""Cells of 100 m and their means (RULES.md §4)."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
import shapely
from ckanext.dresdensmartcity.harvesters.sensors.grid import (
    CELL,
    area_cells,
    cell_codes,
    cell_of,
    cells,
    cells_in,
    centre,
    code,
    corners,
    partial,
    partial_of_cells,
)
from ckanext.dresdensmartcity.harvesters.sensors.hourly import hourly
from ckanext.dresdensmartcity.harvesters.sensors.rules import DEFAULTS, Rules
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy import array
from pyproj import Transformer
from shapely.geometry import shape

from .raw import flagged, series

BACK = Transformer.from_crs("EPSG:3035", "EPSG:4326", always_xy=True)
HERE, THERE = (13.7128, 51.0585), (13.7702, 51.0560)


@pytest.mark.parametrize(
    ("lon", "lat", "cell"),
    [(*HERE, "CRS3035RES100mN3111800E4581100"), (*THERE, "CRS3035RES100mN3111700E4585200")],
)
def test_codes(lon: float, lat: float, cell: str) -> None:
    """The points of RULES.md, with northing before easting in the code."""
    assert cell_of(lon, lat) == cell


@settings(deadline=None, max_examples=60)
@given(st.floats(4_500_000, 4_700_000), st.floats(3_000_000, 3_200_000))
def test_a_place_lies_in_its_cell(east: float, north: float) -> None:
    """floor, not round: the place is less than a cell's width north and east of the corner."""
    lon, lat = BACK.transform(east, north)
    (low,), (left,) = corners(array([lon]), array([lat]))
    assert -0.01 <= north - low < CELL + 0.01
    assert -0.01 <= east - left < CELL + 0.01
    assert code(int(low), int(left)) == cell_of(lon, lat)


@pytest.mark.parametrize(("number", "expected"), [("05", 607), ("06", 222), ("07", 120)])
def test_cells_of_districts(shared: Path, number: str, expected: int) -> None:
    """As many cells as RULES.md counts have their centre in Friedrichstadt and Johannstadt."""
    features = json.loads((shared / "data/dresden/dresden-stadtteile.geojson").read_text(encoding="utf-8"))["features"]
    (outline,) = [shape(one["geometry"]) for one in features if one["properties"]["blocknr"] == number]
    assert cells_in(outline).height == expected


def means(*sensors: tuple[str, float, int, tuple[float, float]], phenomenon: str = "temperature") -> pl.DataFrame:
    """An hour of sensors: id, value, number of values, place."""
    frames = [
        series(phenomenon, [value] * number, 3600 // number, sensor=name, place=place).with_columns(
            pl.lit(name).alias("box_id"), pl.lit(None, pl.Float64).alias("home_lon")
        )
        for name, value, number, place in sensors
    ]
    return hourly(flagged(pl.concat(frames)))


def grid(hours: pl.DataFrame, rules: Rules = DEFAULTS) -> list[dict[str, object]]:
    return cells(partial(hours).lazy(), rules).collect().to_dicts()


def test_one_sensor_one_vote() -> None:
    """A sensor that sends every 10 seconds weighs no more than one that sends every 10 minutes."""
    (row,) = grid(means(("a", 10.0, 360, HERE), ("b", 20.0, 6, HERE)))
    assert (row["cell"], row["value"], row["n_sensors"]) == ("CRS3035RES100mN3111800E4581100", 15.0, 2)


def test_levels_of_a_cell_by_energy() -> None:
    """50 and 60 dB in one cell are 57.404 dB."""
    (row,) = grid(means(("a", 50.0, 60, HERE), ("b", 60.0, 60, HERE), phenomenon="noise_laeq"))
    assert row["value"] == pytest.approx(57.404, abs=5e-4)


def test_cells_without_a_sensor_have_no_row() -> None:
    """Nothing is interpolated, and an invalid hour is no vote."""
    rows = grid(means(("a", 10.0, 60, HERE), ("b", 999.0, 60, HERE), ("c", 20.0, 60, THERE)))
    assert [(row["cell"], row["n_sensors"]) for row in rows] == [(cell_of(*THERE), 1), (cell_of(*HERE), 1)]


def test_minimum_of_sensors() -> None:
    """A cell with one sensor shows one private home: where a minimum is set, it is empty and says why."""
    rows = grid(means(("a", 10.0, 60, HERE), ("b", 12.0, 60, HERE), ("c", 20.0, 60, THERE)), Rules(minimum_sensors=2))
    told = {row["cell"]: (row["value"], row["n_sensors"], row["status"], row["reason"]) for row in rows}
    assert told[cell_of(*HERE)] == (11.0, 2, "valid", None)
    assert told[cell_of(*THERE)] == (None, 1, "invalid", "too-few-sensors")


def test_only_cells_of_the_areas() -> None:
    """With areas, cells carry the area's id and others are left out."""
    square = {
        "type": "Polygon",
        "coordinates": [[[13.70, 51.05], [13.72, 51.05], [13.72, 51.07], [13.70, 51.07], [13.70, 51.05]]],
    }
    areas = area_cells({"here": shape(square)})
    found = partial(means(("a", 10.0, 60, HERE), ("c", 20.0, 60, THERE)), areas)
    assert found["area"].to_list() == ["here"]


@given(st.floats(5.9, 15.0), st.floats(47.3, 55.0))
def test_the_middle_of_a_cell_lies_in_it(lon: float, lat: float) -> None:
    """What is published as a station's place gives the same cell as its true place, and says no more than that."""
    cell = cell_of(lon, lat)
    assert cell_of(*centre(cell)) == cell


def test_cells_of_the_table_of_hours() -> None:
    """The grid of hours as they are published, with a cell in place of a position, is that of the raw positions."""
    hours = means(("a", 10.0, 60, HERE), ("b", 12.0, 60, HERE), ("c", 20.0, 60, THERE))
    areas = area_cells({"here": shapely.box(13.70, 51.05, 13.72, 51.07)})
    named = cell_codes(hours).drop("lon", "lat")
    for chosen in (None, areas):
        assert partial_of_cells(named, chosen).equals(partial(hours, chosen))


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.floats(-20, 40), st.sampled_from([HERE, THERE])), min_size=1, max_size=8), st.integers(0, 8)
)
def test_parts_add_up(sensors: list[tuple[float, tuple[float, float]]], cut: int) -> None:
    """Sensors worked on apart give the same cells as all at once."""
    hours = means(*((f"s{number}", round(value, 2), 60, place) for number, (value, place) in enumerate(sensors)))
    names = [f"s{number}" for number in range(cut)]
    pieces = [hours.filter(pl.col("sensor_id").is_in(names)), hours.filter(~pl.col("sensor_id").is_in(names))]
    apart = cells(pl.concat([partial(one) for one in pieces]).lazy()).collect()
    whole = cells(partial(hours).lazy()).collect()
    assert apart.drop("value").equals(whole.drop("value"))
    assert apart["value"].to_list() == pytest.approx(whole["value"].to_list())

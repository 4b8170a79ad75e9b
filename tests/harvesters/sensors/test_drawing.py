"""Geometry of the drawings on the sensors' pages."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
import shapely
from ckanext.dresdensmartcity.harvesters.sensors.drawing import Day, days_chart, spots_map, steps
from hypothesis import given
from hypothesis import strategies as st

FIRST = date(2026, 10, 1)


def days(*middles: float | None) -> list[Day]:
    """One day after the other; the band reaches one up and one down."""
    return [
        Day(FIRST + timedelta(days=n), *((None,) * 3 if one is None else (one - 1, one, one + 1)))
        for n, one in enumerate(middles)
    ]


def test_a_missing_day_is_a_gap() -> None:
    """The line does not run over what is not known, and a day on its own is a dot."""
    chart = days_chart(days(10, 12, None, 11, None, 14, 15))
    assert [len(line.split()) for line in chart.lines] == [2, 2]
    assert [len(band.split()) for band in chart.bands] == [4, 4]
    assert len(chart.dots) == 1
    assert (
        days_chart([one for one in days(10, 12, None, 11) if one.middle]).lines
        == days_chart(days(10, 12, None, 11)).lines
    )


def test_a_single_day_has_a_scale() -> None:
    """One sensor on one day: lowest, middle and highest are the same."""
    chart = days_chart([Day(FIRST, 59.576, 59.576, 59.576)])
    ((x, y),) = chart.dots
    assert chart.left <= x <= chart.right
    assert 0 < y < chart.baseline
    assert chart.values[0][1] < 59.576 < chart.values[-1][1]


def test_nothing_gives_an_empty_drawing() -> None:
    """No day with a value: neither line nor scale."""
    chart = days_chart(days(None, None))
    assert (chart.lines, chart.bands, chart.dots, chart.values) == ((), (), (), ())


@given(st.lists(st.one_of(st.none(), st.floats(-40, 200)), min_size=1, max_size=400))
def test_everything_lies_inside(middles: list[float | None]) -> None:
    """Whatever the values, no point lies outside of the scale, and no label outside of the drawing."""
    chart = days_chart(days(*middles))
    points = [point for shape in (*chart.lines, *chart.bands) for point in shape.split()]
    places = [tuple(map(float, point.split(","))) for point in points] + list(chart.dots)
    assert all(chart.left <= x <= chart.right and 0 <= y <= chart.baseline for x, y in places)
    assert all(chart.left <= x <= chart.right for x, _ in chart.days)
    assert len(chart.values) <= 9
    assert len(chart.days) <= 14


@pytest.mark.parametrize(("low", "high"), [(3, 41), (0, 0), (-12.4, -3.1), (998, 1012), (0.001, 0.004)])
def test_a_scale_of_round_numbers(low: float, high: float) -> None:
    """It holds the values, and its steps are even."""
    scale = steps(low, high)
    assert scale[0] <= low <= high <= scale[-1]
    gaps = {round(b - a, 6) for a, b in pairwise(scale)}
    assert len(gaps) == 1


def test_stations_of_one_cell_are_one_spot() -> None:
    """North is up, east is right; where one station of a cell still measures, the spot is filled."""
    places = [("a", 13.71, 51.06, False), ("b", 13.71, 51.06, True), ("c", 13.77, 51.05, False)]
    found = spots_map(places, [shapely.box(13.70, 51.04, 13.78, 51.07)])
    assert found is not None
    first, second = found.spots
    assert (first.stations, first.active) == (("a", "b"), True)
    assert (second.stations, second.active) == (("c",), False)
    assert first.x < second.x
    assert first.y < second.y
    assert len(found.outlines) == 1
    assert 0 < found.bar < found.width
    assert spots_map([], []) is None

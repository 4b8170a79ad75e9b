"""Geometry of the small charts."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.web.charts import columns, line, shares


def test_the_longest_bar_is_a_hundred_percent() -> None:
    assert shares([50, 200, 0]) == [25.0, 100.0, 0.0]


@pytest.mark.parametrize("values", [[], [0], [0, -5]])
def test_nothing_to_draw_gives_no_length(values: list[int]) -> None:
    assert shares(values) == [0.0 for _ in values]


def test_columns_stand_on_the_baseline_inside_the_drawing_without_touching() -> None:
    chart = columns({2022: 400, 2023: 800, 2024: 800})
    for column in chart.columns:
        assert column.y + column.height == pytest.approx(chart.baseline)
        assert column.y >= 0
        assert column.x >= 0
        assert column.x + column.width <= chart.width
    for left, right in zip(chart.columns, chart.columns[1:], strict=False):
        assert left.x + left.width < right.x
    assert chart.columns[1].height == pytest.approx(2 * chart.columns[0].height)


def test_one_year_is_a_column_and_not_a_wall() -> None:
    (column,) = columns({2022: 400}).columns
    assert column.width < 100


def test_no_years_give_an_empty_chart() -> None:
    assert columns({}).columns == ()


def test_a_line_goes_from_nothing_at_the_bottom_to_all_at_the_top() -> None:
    """Places are spread over the width as far apart as they are; values stay inside of the drawing."""
    chart = line([(10, 0), (11, 50), (20, 200)], 100, width=120, height=100, margin=10)
    assert chart.points == ((10.0, 90.0), (20.0, 50.0), (110.0, 10.0))
    assert chart.path == "10,90 20,50 110,10"


def test_a_line_of_one_day_or_of_none_is_no_error() -> None:
    """A portal begins with one day."""
    assert line([], 100).points == ()
    assert len(line([(1, 5)], 100).points) == 1

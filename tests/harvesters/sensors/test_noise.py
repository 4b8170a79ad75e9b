"""Energetic means, by the figures of RULES.md §3."""

from __future__ import annotations

import polars as pl
import pytest
from ckanext.dresdensmartcity.harvesters.sensors.noise import energetic_mean, lden, leq, period_of
from hypothesis import given
from hypothesis import strategies as st

LEVELS = st.lists(st.floats(30, 130), min_size=1, max_size=50)


@pytest.mark.parametrize(
    ("levels", "durations", "expected"),
    [([50, 60], None, 57.404), ([50, 80], [23, 1], 66.297), ([50] * 23 + [80], None, 66.297), ([55], None, 55.0)],
)
def test_leq_of_known_levels(levels: list[float], durations: list[float] | None, expected: float) -> None:
    """The worked examples come out to a thousandth of a decibel."""
    assert leq(levels, durations) == pytest.approx(expected, abs=5e-4)


@given(LEVELS)
def test_leq_lies_between_the_mean_and_the_loudest(levels: list[float]) -> None:
    """Loud moments count more than in the arithmetic mean, and no mean is louder than the loudest."""
    assert sum(levels) / len(levels) - 1e-9 <= leq(levels) <= max(levels) + 1e-9


@given(LEVELS)
def test_columns_give_the_same_as_single_values(levels: list[float]) -> None:
    """The columnar form is the same formula."""
    frame = pl.DataFrame({"level": levels})
    assert frame.select(energetic_mean(pl.col("level"))).item() == pytest.approx(leq(levels), abs=1e-9)


def test_nothing_has_no_mean() -> None:
    """Neither a list nor a column without values has a level, least of all 0 dB."""
    with pytest.raises(ValueError, match="no mean"):
        leq([])
    empty = pl.DataFrame({"level": []}, schema={"level": pl.Float64})
    assert empty.select(energetic_mean(pl.col("level"))).item() is None


@pytest.mark.parametrize(
    ("levels", "expected"), [((60, 55, 50), 60.000), ((62.3, 58.1, 51.4), 62.174), ((55, 55, 55), 61.395)]
)
def test_lden(levels: tuple[float, float, float], expected: float) -> None:
    """The examples of RULES.md §3, worked by hand."""
    assert lden(*levels) == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize(
    ("hour", "period"),
    [
        (0, "night"),
        (5, "night"),
        (6, "day"),
        (17, "day"),
        (18, "evening"),
        (21, "evening"),
        (22, "night"),
        (23, "night"),
    ],
)
def test_german_periods(hour: int, period: str) -> None:
    """Day 6 to 18, evening 18 to 22, night 22 to 6 (34. BImSchV § 2), not the default of the EU."""
    assert pl.select(period_of(pl.lit(hour))).item() == period

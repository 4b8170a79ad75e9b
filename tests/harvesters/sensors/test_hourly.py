"""Hourly and daily means with their completeness (RULES.md §1)."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from ckanext.dresdensmartcity.harvesters.sensors.hourly import HOURS, hourly
from hypothesis import given, settings
from hypothesis import strategies as st

from .raw import HOUR, START, calm, flagged, series


def hours(frame: pl.DataFrame, number: int = 1, **declared: int) -> list[dict[str, object]]:
    intervals = {sensor: timedelta(seconds=seconds) for sensor, seconds in declared.items()}
    return hourly(flagged(frame), START, START + number * HOUR, intervals).to_dicts()


def test_full_hour() -> None:
    """Twelve values of twelve make a mean that carries start and end of its hour."""
    (hour,) = hours(series("pm10", [float(value) for value in range(1, 13)]))
    assert (hour["value"], hour["n"], hour["expected"], hour["coverage"]) == (6.5, 12, 12, 1.0)
    assert (hour["hour_start"], hour["hour_end"]) == (START, START + HOUR)
    assert (hour["status"], hour["reason"]) == ("valid", None)


@pytest.mark.parametrize(("missing", "status"), [(3, "valid"), (4, "invalid")])
def test_three_quarters_suffice(missing: int, status: str) -> None:
    """75 % of the expected values make an hour (39. BImSchV Anlage 11 A); below it is empty and says so."""
    (hour,) = hours(series("pm10", calm(12 - missing)), pm10=300)
    assert hour["status"] == status
    assert (hour["value"] is None, hour["reason"]) == (status == "invalid", None if status == "valid" else "too-few")


def test_an_hour_ends_before_the_next() -> None:
    """A value at the full hour belongs to the hour that begins."""
    first, second = hours(series("pm10", [*[10.0] * 12, *[20.0] * 12]), 2)
    assert (first["value"], second["value"]) == (10.0, 20.0)


def test_missing_hours_have_rows() -> None:
    """An hour without a value is there, empty, and is neither zero nor left out."""
    rows = hours(series("pm10", [*calm(12), *[None] * 12, *calm(12)]), 3)
    assert [row["status"] for row in rows] == ["valid", "missing", "valid"]
    assert (rows[1]["value"], rows[1]["n"], rows[1]["expected"], rows[1]["reason"]) == (None, 0, 12, "no-data")


def test_long_gap() -> None:
    """Values enough, but none for more than 30 minutes: the hour is not spread."""
    half = [*calm(30), *[None] * 31]  # a value a minute for half an hour
    (hour,) = hours(series("pm10", half, every=60), pm10=120)
    assert (hour["coverage"], hour["status"], hour["reason"]) == (1.0, "invalid", "gap")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (["999.90"] * 12, "saturated"),
        ([*["nan"] * 4, *["10.0", "10.1"] * 4], "unreadable"),
        ([*["-1"] * 3, *["10.0", "10.1", "10.2"] * 3], None),
    ],
)
def test_refused_values_are_named(values: list[str], reason: str | None) -> None:
    """An hour that lacks values because they were refused says why."""
    (hour,) = hours(series("pm10", values))
    assert hour["reason"] == reason


def test_stuck_station_is_empty() -> None:
    """A day of 0.00 is no clean air."""
    rows = hours(series("pm10", [0.0] * 288), 24)
    assert {(row["value"], row["status"], row["reason"]) for row in rows} == {(None, "invalid", "stuck")}


def test_box_that_moves_within_the_hour() -> None:
    """An hour with values of two places has no mean, even where one place alone would suffice."""
    before = series("pm10", calm(2), place=(13.75, 51.06))
    after = series("pm10", calm(10), start=START + timedelta(minutes=10))
    (hour,) = hours(pl.concat([before, after]), pm10=300)
    assert (hour["n"], hour["reason"], hour["value"]) == (10, "moved", None)


def test_noise_is_averaged_by_energy() -> None:
    """Half an hour of 50 dB and half an hour of 60 dB are 57.404 dB, not 55 (RULES §3)."""
    (hour,) = hours(series("noise_laeq", [50.0, 60.0] * 6, kind="DNMS"))
    assert hour["value"] == pytest.approx(57.404, abs=5e-4)


def test_spacing_is_measured() -> None:
    """What is expected follows the median spacing: 24 values at 150 s, whatever the gaps."""
    values: list[float | None] = [*calm(24), *calm(24), *calm(20), *[None] * 4]
    rows = hours(series("pm10", values, every=150), 3)
    assert [row["expected"] for row in rows] == [24, 24, 24]
    assert [row["n"] for row in rows] == [24, 24, 20]


def test_margins_do_not_enter() -> None:
    """Values before and after the window help to see runs, and make no hours."""
    judged = flagged(series("pm10", calm(36)))
    assert hourly(judged, START + HOUR, START + 2 * HOUR)["hour_start"].to_list() == [START + HOUR]


def test_a_silent_sensor_has_no_rows() -> None:
    """A sensor without a single value in the window is not filled with empty hours."""
    assert hourly(flagged(series("pm10", calm(12))), START + 5 * HOUR, START + 9 * HOUR).is_empty()


def test_no_values_at_all() -> None:
    """An empty table gives an empty table of the same form."""
    assert hourly(flagged(series("pm10", [])), START, START + HOUR).schema == HOURS


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(st.none(), st.floats(0, 900)), min_size=12, max_size=72))
def test_a_mean_is_complete_or_empty(values: list[float | None]) -> None:
    """For any pattern of values: valid means 75 % and a value between the extremes, all else is empty with a reason."""
    judged = flagged(series("pm10", values))
    frame = judged.table()
    for hour in hourly(judged, START, START + 6 * HOUR, {"pm10": timedelta(minutes=5)}).to_dicts():
        inside = frame.filter(
            pl.col("time").is_between(hour["hour_start"], hour["hour_end"], closed="left"), pl.col("reason").is_null()
        )["value"]
        assert hour["n"] == inside.len()
        assert 0 <= hour["coverage"] <= 1
        if hour["status"] == "valid":
            assert hour["n"] >= 9
            assert inside.min() - 6e-4 <= hour["value"] <= inside.max() + 6e-4
            assert hour["value"] == pytest.approx(inside.mean(), abs=6e-4)
        else:
            assert hour["value"] is None
            assert hour["reason"]


@settings(deadline=None, max_examples=30)
@given(st.permutations(range(30)))
def test_order_does_not_matter(order: list[int]) -> None:
    """Answers come newest first, pages in any order: the means are the same."""
    frame = series("pm10", calm(30))
    assert hourly(flagged(frame[order]), START, START + 3 * HOUR).equals(
        hourly(flagged(frame), START, START + 3 * HOUR)
    )


def test_a_value_that_is_a_mean_over_its_hour_leaves_no_gap() -> None:
    """One value an hour is an hour where it says so of itself; a reading once an hour says nothing of the rest."""
    frame = series("no2", [20.0, 21.0, 22.0], every=3600)
    once = {"no2": HOUR}
    reasons = [hourly(flagged(frame), START, START + 3 * HOUR, once, spans=spans)["reason"] for spans in (None, once)]
    assert [one.to_list() for one in reasons] == [["gap"] * 3, [None] * 3]


@pytest.mark.parametrize(("minutes", "reason"), [(0, "gap"), (5, "gap"), (20, None)])
def test_means_cover_the_time_that_they_stand_for(minutes: int, reason: str | None) -> None:
    """Two values 40 minutes apart: how much of that is a gap depends on them."""
    frame = series("no2", [20.0, 21.0], every=2400)
    found = hourly(flagged(frame), START, START + HOUR, {"no2": HOUR / 2}, spans={"no2": timedelta(minutes=minutes)})
    assert found["reason"].to_list() == [reason]


def test_a_span_is_that_of_its_own_series() -> None:
    """What one sensor says of its values is not said of another's."""
    frame = pl.concat([series("no2", [1.0], every=3600), series("o3", [1.0], every=3600)])
    found = hourly(flagged(frame), START, START + HOUR, {"no2": HOUR, "o3": HOUR}, spans={"o3": HOUR})
    assert dict(found.select("phenomenon", "reason").iter_rows()) == {"no2": "gap", "o3": None}

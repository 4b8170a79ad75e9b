"""Which raw values may enter a mean (RULES.md §2)."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from ckanext.dresdensmartcity.harvesters.sensors.quality import REASONS
from hypothesis import given, settings
from hypothesis import strategies as st

from .raw import START, calm, flags, series


def reasons(frame: pl.DataFrame) -> list[str | None]:
    return flags(frame)["reason"].to_list()


@pytest.mark.parametrize(
    ("phenomenon", "value", "reason"),
    [
        ("pm10", "nan", "unreadable"),
        ("pm10", "NaN", "unreadable"),
        ("pm10", "inf", "unreadable"),
        ("pm10", "", "unreadable"),
        ("pm10", "12,5", "unreadable"),
        ("pm10", "999.90", "saturated"),
        ("pm10", "1999.9", "saturated"),
        ("pm10", "-0.1", "out-of-range"),
        ("pm10", "1200", "out-of-range"),
        ("pm10", "0.00", None),
        ("temperature", "-999.00", "out-of-range"),
        ("humidity", "100.1", "out-of-range"),
        ("humidity", "100", None),
        ("noise_laeq", "29.9", "out-of-range"),
        ("noise_laeq", "55.00", None),
        ("pressure", "101337.72", None),
        ("pressure", "10", "out-of-range"),
    ],
)
def test_single_values(phenomenon: str, value: str, reason: str | None) -> None:
    """Text that is no number, saturation and impossible values are refused, each by its name."""
    assert reasons(series(phenomenon, [value])) == [reason]


def test_pressure_is_hectopascal() -> None:
    """Pa and hPa are told apart by their size."""
    assert flags(series("pressure", ["101337.72", "1013.38"]))["value"].to_list() == [1013.3772, 1013.38]


def test_stuck_after_six_hours() -> None:
    """The whole run is refused once it lasts six hours, from its first value on, 0.00 of a living station as well."""
    six_hours = 6 * 12 + 1
    values = [1.0, *[0.0] * six_hours, 2.0]
    assert reasons(series("pm10", values)) == [None, *["stuck"] * six_hours, None]
    assert reasons(series("pm10", [1.0, *[0.0] * (six_hours - 1), 2.0])) == [None] * (six_hours + 1)


def test_a_silence_does_not_count() -> None:
    """Equal values around hours without any are one run, of which only the time with values counts."""
    assert set(reasons(series("pm10", [5.0] * 30 + [None] * 40 + [5.0] * 30))) == {None}
    assert set(reasons(series("pm10", [5.0] * 40 + [None] * 40 + [5.0] * 40))) == {"stuck"}


def test_runs_end_with_their_sensor() -> None:
    """The last value of one sensor and the first of the next are no run."""
    frame = pl.concat([series("pm10", [5.0] * 40, sensor="a"), series("pm10", [5.0] * 40, sensor="b")])
    assert set(reasons(frame)) == {None}


def test_spikes_are_marked_and_kept() -> None:
    """Hampel's test marks one value far from its neighbours; it stays in the mean."""
    values = calm(41)
    values[20] = 90.0
    flagged = flags(series("pm10", values))
    assert flagged["spike"].arg_true().to_list() == [20]
    assert flagged["reason"].null_count() == 41


def test_a_calm_series_has_no_spikes() -> None:
    """Where the spread is nil, a floor keeps small changes from being spikes."""
    assert not flags(series("temperature", [20.0] * 20 + [20.4] + [20.0] * 20))["spike"].any()


def test_fine_dust_is_part_of_coarse_dust() -> None:
    """Of a reading with PM2.5 above PM10 (+ 0.1) neither value is used; others of the box are not touched."""
    frame = pl.concat([series("pm10", [10.0, 10.0, 10.0]), series("pm25", [9.0, 10.1, 10.2])])
    flagged = flags(frame)
    assert flagged.filter(pl.col("reason") == "inconsistent").select("phenomenon", "value").rows() == [
        ("pm10", 10.0),
        ("pm25", 10.2),
    ]


def test_humidity_of_a_dust_value() -> None:
    """A dust value knows the humidity that its station measured within ten minutes; other quantities do not ask."""
    dust = series("pm10", calm(3), every=3600)
    damp = series("humidity", [69.0, 71.0], every=3600, kind="BME280")
    found = flags(pl.concat([dust, damp]))
    assert found.filter(pl.col("phenomenon") == "pm10")["humidity"].to_list() == [69.0, 71.0, None]
    assert found.filter(pl.col("phenomenon") == "humidity")["humidity"].null_count() == 2


def test_values_of_another_place_are_refused() -> None:
    """What a box measured before it was carried away belongs to another spot; a value without a place stays."""
    away = series("pm10", [10.0], place=(13.72, 51.06))
    near = series("pm10", [11.0], start=START + timedelta(minutes=5), place=(13.7101, 51.0601))
    unknown = series("pm10", [12.0], start=START + timedelta(minutes=10)).with_columns(
        pl.lit(None, pl.Float64).alias("lon"), pl.lit(None, pl.Float64).alias("lat")
    )
    assert reasons(pl.concat([away, near, unknown])) == ["moved", None, None]


def test_repeated_moments_count_once() -> None:
    """Adjacent windows share their border."""
    assert flags(pl.concat([series("pm10", [1.0, 2.0]), series("pm10", [1.0])])).height == 2


RAW_VALUES = st.lists(
    st.one_of(st.floats(-50, 1100).map(str), st.sampled_from(["nan", "", "999.9", "0.00", "1e309"])), max_size=120
)


@settings(deadline=None, max_examples=50)
@given(RAW_VALUES, RAW_VALUES)
def test_every_value_is_judged_and_none_is_changed(fine: list[str], coarse: list[str]) -> None:
    """Whatever comes in, each moment comes out once, with its text, usable only within the limits of its quantity."""
    frame = pl.concat([series("pm25", fine), series("pm10", coarse)])
    flagged = flags(frame)
    assert sorted(flagged.select("sensor_id", "time").rows()) == sorted(frame.select("sensor_id", "time").rows())
    assert flagged["value"].null_count() == frame["value"].null_count()
    assert set(flagged["reason"].drop_nulls()) <= set(REASONS)
    usable = flagged.filter(pl.col("reason").is_null())
    assert usable["value"].is_between(0, 999.8999).all()

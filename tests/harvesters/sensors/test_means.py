"""Daily and yearly means with their completeness (RULES.md §1 b, c; noise §3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timezone

import polars as pl
import pytest
from ckanext.dresdensmartcity.harvesters.sensors.hourly import hourly
from ckanext.dresdensmartcity.harvesters.sensors.means import daily, yearly

from .raw import HOUR, calm, flagged, series


def full_days(first: datetime, number: int, phenomenon: str = "pm10") -> pl.DataFrame:
    values = calm(number * 12)
    return hourly(
        flagged(series(phenomenon, values, start=first, kind="DNMS" if phenomenon == "noise_laeq" else "SDS 011")),
        first,
        first + number * HOUR,
    )


@pytest.mark.parametrize(
    ("midnight", "length"),
    [
        (datetime(2026, 10, 24, 22, tzinfo=timezone.utc), 25),  # end of summer time
        (datetime(2026, 3, 28, 23, tzinfo=timezone.utc), 23),  # its begin
        (datetime(2026, 10, 1, 22, tzinfo=timezone.utc), 24),
    ],
)
def test_days_of_23_24_and_25_hours(midnight: datetime, length: int) -> None:
    """A day is the citizens' day: it expects as many hours as it has."""
    days = daily(full_days(midnight, length)).to_dicts()
    assert len(days) == 1
    assert (days[0]["n"], days[0]["expected"], days[0]["status"]) == (length, length, "valid")
    assert days[0]["day"] == (midnight + 2 * HOUR).date()


@pytest.mark.parametrize(("number", "status"), [(18, "valid"), (17, "invalid")])
def test_a_day_needs_18_hours(number: int, status: str) -> None:
    """75 % of the hours make a day; below it is empty."""
    (day,) = daily(full_days(datetime(2026, 10, 1, 22, tzinfo=timezone.utc), number)).to_dicts()
    assert (day["day"], day["status"], day["value"] is None) == (date(2026, 10, 2), status, status == "invalid")


def test_a_day_of_noise_is_averaged_by_energy() -> None:
    """23 hours of 50 dB and one of 80 dB are 66.297 dB (arithmetic: 51.25)."""
    midnight = datetime(2026, 10, 1, 22, tzinfo=timezone.utc)
    table = full_days(midnight, 24, "noise_laeq").with_columns(
        pl.when(pl.int_range(pl.len()) == 0).then(80.0).otherwise(50.0).alias("value")
    )
    assert daily(table)["value"][0] == pytest.approx(66.297, abs=5e-4)


def noise_hours(first: datetime, number: int, level: Callable[[int], float | None]) -> pl.DataFrame:
    """Hours of noise whose level follows the hour of the local clock."""
    table = full_days(first, number, "noise_laeq")
    local = table["hour_start"].dt.convert_time_zone("Europe/Berlin").dt.hour()
    return table.with_columns(pl.Series("value", [level(hour) for hour in local], dtype=pl.Float64))


def german(hour: int) -> float:
    return 62.3 if 6 <= hour < 18 else 58.1 if 18 <= hour < 22 else 51.4


NOISE_DAY = datetime(2026, 9, 30, 22, tzinfo=timezone.utc)  # midnight of 1 October


def test_lden_of_a_day() -> None:
    """The three levels are those of the German periods; the night is the one that begins on the day."""
    days = daily(noise_hours(NOISE_DAY, 30, german)).to_dicts()
    assert [row["day"] for row in days] == [date(2026, 10, 1), date(2026, 10, 2)]
    first = days[0]
    assert [first[name] for name in ("lday", "levening", "lnight")] == pytest.approx([62.3, 58.1, 51.4])
    assert first["lden"] == pytest.approx(62.174, abs=5e-4)
    assert (first["lden_reason"], days[1]["lden"], days[1]["lden_reason"]) == (None, None, "day-incomplete")


def test_the_night_counts_where_it_begins() -> None:
    """Hours after midnight belong to the day before: a loud one changes its Lden, not that of its own day."""
    table = noise_hours(NOISE_DAY, 54, german)
    loud = datetime(2026, 10, 2, 1, tzinfo=timezone.utc)  # 3 o'clock on 2 October
    louder = table.with_columns(pl.when(pl.col("hour_start") == loud).then(80.0).otherwise("value").alias("value"))
    before, after = (daily(one).filter(pl.col("lden").is_not_null()) for one in (table, louder))
    assert before["day"].to_list() == after["day"].to_list() == [date(2026, 10, 1), date(2026, 10, 2)]
    assert after["lden"][0] > before["lden"][0] + 5
    assert after["lden"][1] == before["lden"][1]


@pytest.mark.parametrize(
    ("silent", "reason"),
    [
        (range(6, 9), None),
        (range(6, 10), "day-incomplete"),
        (range(18, 19), None),
        (range(18, 20), "evening-incomplete"),
        (range(2), None),
        (range(3), "night-incomplete"),
    ],
)
def test_each_period_must_be_complete(silent: range, reason: str | None) -> None:
    """75 % of each period, else there is no Lden, and it is said which period lacks."""
    days = daily(noise_hours(NOISE_DAY, 30, lambda hour: None if hour in silent else german(hour)))
    assert days["lden_reason"][0] == reason
    assert (days["lden"][0] is None) == (reason is not None)


@pytest.mark.parametrize(
    ("midnight", "number", "lacking"),
    [(datetime(2026, 10, 23, 22, tzinfo=timezone.utc), 31, 2), (datetime(2026, 3, 27, 23, tzinfo=timezone.utc), 29, 1)],
)
def test_nights_of_seven_and_nine_hours(midnight: datetime, number: int, lacking: int) -> None:
    """Where the clock changes, 75 % are those of the hours that the night has: 7 of 9, 6 of 7."""
    table = noise_hours(midnight, number, german)
    local = pl.col("hour_start").dt.convert_time_zone("Europe/Berlin")
    night = (local.dt.hour() < 6) & (pl.int_range(pl.len()) > 12)
    order = pl.int_range(pl.len()) - table.select(night.arg_max()).item()
    for few, whole in ((lacking, True), (lacking + 1, False)):
        silent = night & (order < few)
        days = daily(table.with_columns(pl.when(~silent).then("value").alias("value")))
        assert (days["lnight"][0] is not None) == whole


def hours_of_a_year(year: int, phenomenon: str, number: int) -> pl.DataFrame:
    """So many hours of a year of the local clock, from its beginning, as hourly means; each has the value 10 or 20."""
    start = datetime(year - 1, 12, 31, 23, tzinfo=timezone.utc)
    times = pl.datetime_range(start, start + (number - 1) * HOUR, "1h", time_unit="ms", eager=True)
    blank = hourly(flagged(series(phenomenon, [])))
    table = pl.DataFrame({"hour_start": times, "hour_end": times + HOUR}).with_columns(
        pl.lit("box").alias("box_id"),
        pl.lit(phenomenon).alias("sensor_id"),
        pl.lit(phenomenon).alias("phenomenon"),
        (10.0 + 10.0 * (pl.int_range(pl.len()) % 2)).alias("value"),
    )
    return pl.concat([blank, table], how="diagonal")


@pytest.mark.parametrize(
    ("year", "number", "status"),
    [(2026, 7884, "valid"), (2026, 7883, "invalid"), (2028, 7906, "valid"), (2028, 7905, "invalid")],
)
def test_a_year_needs_nine_tenths(year: int, number: int, status: str) -> None:
    """90 % of 8760 or 8784 hours make a year (39. BImSchV Anlage 11 A); below it is empty."""
    hours = hours_of_a_year(year, "pm10", number)
    (row,) = yearly(hours, daily(hours)).to_dicts()
    assert (row["year"], row["expected"]) == (year, 8784 if year == 2028 else 8760)
    assert (row["n"], row["status"], row["value"] is None) == (number, status, status == "invalid")
    assert row["value"] in (None, pytest.approx(15.0, abs=1e-3))
    assert row["n_days"] in (number // 24, number // 24 + 1)


def test_lden_of_a_year() -> None:
    """The levels of the three periods over all hours of the year."""
    hours = hours_of_a_year(2026, "noise_laeq", 8760)
    local = hours["hour_start"].dt.convert_time_zone("Europe/Berlin").dt.hour()
    hours = hours.with_columns(pl.Series("value", [german(hour) for hour in local]))
    (row,) = yearly(hours, daily(hours)).to_dicts()
    assert row["lden"] == pytest.approx(62.174, abs=5e-4)
    assert row["lden_reason"] is None

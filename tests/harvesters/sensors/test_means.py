"""Daily and yearly means with their completeness (RULES.md §1 b, c; noise §3)."""

from __future__ import annotations

from datetime import date, datetime, timezone

import polars as pl
import pytest
from ckanext.dresdensmartcity.harvesters.sensors.hourly import hourly
from ckanext.dresdensmartcity.harvesters.sensors.means import daily

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

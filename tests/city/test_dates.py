"""Dates as people write them."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.city.dates import understand_date


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("2026", "2026"),
        (" 2026-07 ", "2026-07"),
        ("2026-7", "2026-07"),
        ("2026/07", "2026-07"),
        ("7/2026", "2026-07"),
        ("07.2026", "2026-07"),
        ("Juli 2026", "2026-07"),
        ("juli  2026", "2026-07"),
        ("Jul. 2026", "2026-07"),
        ("July 2026", "2026-07"),
        ("März 2026", "2026-03"),
        ("Maerz 2026", "2026-03"),
        ("Mrz 2026", "2026-03"),
        ("Sept. 2026", "2026-09"),
        ("Dezember 2026", "2026-12"),
        ("2026-07-31", "2026-07-31"),
        ("2026-7-1", "2026-07-01"),
        ("31.7.2026", "2026-07-31"),
        ("31. 07. 2026", "2026-07-31"),
        ("31. Juli 2026", "2026-07-31"),
        ("31 July 2026", "2026-07-31"),
        ("July 31, 2026", "2026-07-31"),
        ("2026-07-31 14:00", "2026-07-31T14:00:00"),
        ("2026-07-31T14:00", "2026-07-31T14:00:00"),
        ("2026-07-31T14:00:05Z", "2026-07-31T14:00:05Z"),
        ("2026-07-31T14:00:05+02:00", "2026-07-31T14:00:05+02:00"),
        ("31.7.2026 9:05", "2026-07-31T09:05:00"),
        ("31.7.2026, 14 Uhr", "2026-07-31T14:00:00"),
        ("31. Juli 2026 um 14.30 Uhr", "2026-07-31T14:30:00"),
    ],
)
def test_a_date_is_kept_as_precise_as_it_was_written(text: str, stored: str) -> None:
    assert understand_date(text) == stored


@pytest.mark.parametrize(
    "text",
    [
        "", "gestern", "26", "31.7.26", "30.2.2026", "2026-13", "13/2026", "7/31/2026", "Juliane 2026", "Mai",
        "2026-07-31 25:00", "2026-07-31 14", "32. Juli 2026", "Frühling 2026", "0000", "Q3 2026", "12026",
    ],
)  # fmt: skip
def test_what_is_none_or_could_be_two_dates_is_refused(text: str) -> None:
    assert understand_date(text) is None


@pytest.mark.parametrize("stored", ["2026", "2026-07", "2026-07-31", "2026-07-31T14:00:00"])
def test_what_was_understood_is_understood_again(stored: str) -> None:
    assert understand_date(understand_date(stored) or "") == stored

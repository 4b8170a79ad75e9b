"""Figures, dates and durations as people read them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from ckanext.dresdensmartcity.web import formats

BERLIN = "Europe/Berlin"


def test_euro_are_whole_and_grouped_in_the_languages_own_way() -> None:
    assert formats.euro(Decimal("120000.00"), "de") == "120.000\u00a0€"
    assert formats.euro(Decimal("120000"), "en") == "€120,000"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2026-10-03", "3. Oktober 2026"),
        ("2026-10-03T23:30:00", "4. Oktober 2026"),  # CKAN's moments are UTC
        ("2026-10-03T23:30:00Z", "4. Oktober 2026"),
        ("2026-10-03T23:30:00+02:00", "3. Oktober 2026"),
        ("2026", "2026"),
        ("unbekannt", "unbekannt"),
    ],
)
def test_days_are_those_of_the_citys_clock(value: str, text: str) -> None:
    assert formats.local_date(value, BERLIN, "de") == text


def test_moments_have_the_hour_of_the_citys_clock() -> None:
    assert formats.local_time("2026-07-01T12:00:00Z", BERLIN, "de") == "1. Juli 2026, 14:00 Uhr"
    assert formats.local_time("2026-01-01T12:00:00Z", BERLIN, "en") == "1 January 2026, 13:00"
    assert formats.local_time("2026-01-01", BERLIN, "de") == "1. Januar 2026"


@pytest.mark.parametrize(
    ("value", "text"), [("PT1H", "1 Stunde"), ("P1D", "1 Tag"), ("PT15M", "15 Minuten"), ("P1Y6M", "1 Jahr 6 Monate")]
)
def test_durations_are_words(value: str, text: str) -> None:
    assert formats.duration(value, "de") == text


@pytest.mark.parametrize("value", ["", "P", "stündlich"])
def test_what_is_no_duration_stays_as_it_is(value: str) -> None:
    assert formats.duration(value, "de") == value


def test_cells_show_amounts_grouped_and_years_plain() -> None:
    assert formats.cell(530000.0, "numeric", "de") == "530.000"
    assert formats.cell(12.5, "float8", "de") == "12,5"
    assert formats.cell(2026, "int", "de") == "2026"
    assert formats.cell(None, "text", "de") == ""
    assert formats.cell("2026-10-01T14:00:00", "timestamp", "de") == "2026-10-01 14:00:00"

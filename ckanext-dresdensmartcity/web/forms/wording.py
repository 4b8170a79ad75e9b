"""Dates and durations as a form repeats them, so that people see how they were understood. No CKAN in it."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date, format_datetime
from ckanext.dresdensmartcity.city.values import date_precision, is_duration
from ckanext.dresdensmartcity.web.formats import duration


def date_in_words(stored: str, language: str) -> str:
    """A stored date as precise as it is: "Juli 2026", "31. Juli 2026"; empty where it is none."""
    precision = date_precision(stored)
    if precision == "year":
        return stored
    if precision == "month":
        return format_date(date.fromisoformat(f"{stored}-01"), "LLLL y", locale=language)
    if precision == "date":
        return format_date(date.fromisoformat(stored), "long", locale=language)
    if precision == "time":
        # As it is written, in its own zone: this repeats and converts nothing.
        moment = datetime.fromisoformat(stored.replace("Z", "+00:00"))
        pattern = "d. MMMM y, HH:mm" if language.startswith("de") else "d MMMM y, HH:mm"
        zone = f" ({moment.tzname()})" if moment.tzinfo else ""
        return format_datetime(moment.replace(tzinfo=None), pattern, locale=language) + zone
    return ""


def duration_in_words(stored: str, language: str) -> str:
    """ "PT1H": "1 Stunde"; empty where it is no duration."""
    return duration(stored, language) if stored and is_duration(stored) else ""

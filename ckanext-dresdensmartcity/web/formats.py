"""Figures, dates and durations as people read them, in German and English; plain Python and Babel."""

from __future__ import annotations

import re
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

_DURATION = re.compile(
    r"P(?:(?P<year>\d+)Y)?(?:(?P<month>\d+)M)?(?:(?P<week>\d+)W)?(?:(?P<day>\d+)D)?"
    r"(?:T(?:(?P<hour>\d+)H)?(?:(?P<minute>\d+)M)?(?:(?P<second>\d+)S)?)?"
)


def euro(amount: Decimal | float | int, language: str) -> str:
    """Whole euro: "120.000 €", "€120,000"."""
    pattern = "#,##0\u00a0¤" if language.startswith("de") else "¤#,##0"
    return format_currency(amount, "EUR", format=pattern, locale=language, currency_digits=False)


def number(value: Decimal | float | int, language: str) -> str:
    return format_decimal(value, locale=language)


def cell(value: Any, kind: str, language: str) -> str:
    """A value of a table of the DataStore; `kind` is its column's type. Integers stay ungrouped: they may be years."""
    if value is None:
        return ""
    if kind in {"numeric", "float8"}:
        return format_decimal(Decimal(str(value)), locale=language)
    if kind == "timestamp":
        return str(value).replace("T", " ")
    return str(value)


def percent(share: float, language: str) -> str:
    """`share` is 0 to 1."""
    return format_percent(share, locale=language)


def duration(value: str, language: str) -> str:
    """An ISO 8601 duration in words ("PT1H": "1 Stunde"); what is none comes back unchanged."""
    match = _DURATION.fullmatch(value.strip())
    parts = [(unit, int(count)) for unit, count in match.groupdict().items() if count] if match else []
    return " ".join(format_unit(count, unit, locale=language) for unit, count in parts) or value


def local_date(value: str | date | datetime, zone: str, language: str) -> str:
    """A day in words, moments in the time of `zone`; what is no date (a bare year, too) comes back unchanged."""
    moment = parse(value)
    if moment is None:
        return str(value)
    if isinstance(moment, datetime):
        moment = moment.astimezone(ZoneInfo(zone)).date()
    return format_date(moment, format="long", locale=language)


def local_time(value: str | datetime, zone: str, language: str) -> str:
    """A moment with its hour in the time of `zone`: "3. Oktober 2026, 14:00 Uhr"."""
    moment = parse(value)
    if not isinstance(moment, datetime):
        return local_date(value, zone, language)
    pattern = "d. MMMM y, HH:mm 'Uhr'" if language.startswith("de") else "d MMMM y, HH:mm"
    return format_datetime(moment, pattern, tzinfo=ZoneInfo(zone), locale=language)


def parse(value: str | date | datetime) -> date | datetime | None:
    """Text of ISO 8601 as date or moment; None for anything else, also for a bare year.

    A moment without a zone is UTC: so CKAN stores its own.
    """
    if isinstance(value, str):
        text = value.strip()
        try:
            value = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            return None
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=timezone.utc)
    return value

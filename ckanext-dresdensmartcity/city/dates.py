"""Dates as people write them, in German and English, turned into ISO 8601 as precise as they were meant."""

from __future__ import annotations

import re
from datetime import date

from .values import date_precision

# The first three letters tell the months apart in both languages; "mrz" is a German short form of its own.
_MONTHS = {
    "jan": 1, "jän": 1, "feb": 2, "mär": 3, "mar": 3, "mae": 3, "mrz": 3, "apr": 4, "mai": 5, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dez": 12, "dec": 12,
}  # fmt: skip
# Whole names and usual short forms: "Juliane 2026" is no date.
_MONTH_WORD = re.compile(
    r"jan(uary?|uar)?|jän(ner)?|feb(ruary?|ruar)?|mär(z)?|maerz|mar(ch)?|mrz|apr(il)?|mai|may|june?|juni?|july?|juli?"
    r"|aug(ust)?|sept?(ember)?|okt(ober)?|oct(ober)?|nov(ember)?|dez(ember)?|dec(ember)?"
)
_TIME = re.compile(
    r"(?P<rest>.*\d{4}.*?)[ t,]+(?:um |at )?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?(?::(?P<second>\d\d))?"
    r"(?P<clock> ?(?:uhr|h))?"
)
_DAYS = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\. ?(?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{1,2})\.? (?P<word>[a-zä]+)\.?,? (?P<year>\d{4})"),
    re.compile(r"(?P<word>[a-zä]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?, ?(?P<year>\d{4})"),
)
_MONTH_FORMS = (
    re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{1,2})"),
    re.compile(r"(?P<month>\d{1,2})[-/.] ?(?P<year>\d{4})"),
    re.compile(r"(?P<word>[a-zä]+)\.?,? (?P<year>\d{4})"),
)


def understand_date(text: str) -> str | None:
    """The date in ISO 8601: 2026, 2026-07, 2026-07-31 or 2026-07-31T14:00:00; None where it is none.

    Taken are ISO 8601 itself, "Juli 2026", "7/2026", "31.7.2026", "31. Juli 2026", "July 31, 2026", each day with a
    time ("2026-07-31 14:00", "31.7.2026, 14 Uhr"). A year of two digits is refused, and so is 7/31/2026: nobody could
    tell what 7/8/2026 means.
    """
    plain = " ".join(text.split())
    # A time without seconds is no xsd:dateTime.
    if date_precision(plain) is not None and not re.fullmatch(r".*T\d\d:\d\d", plain):
        return plain
    plain = plain.casefold()
    day = _first(_DAYS, plain)
    if day is not None:
        return _day(day)
    timed = _TIME.fullmatch(plain)
    if timed and (timed["minute"] or timed["clock"]):
        found = _first(_DAYS, timed["rest"].strip(" ,"))
        whole = _day(found) if found else None
        if whole is None:
            return None
        moment = f"{whole}T{int(timed['hour']):02}:{timed['minute'] or '00'}:{timed['second'] or '00'}"
        return moment if date_precision(moment) else None
    month = _first(_MONTH_FORMS, plain)
    if month is None:
        return None
    number = _month(month)
    result = f"{month['year']}-{number:02}" if number else ""
    return result if date_precision(result) else None


def _first(forms: tuple[re.Pattern[str], ...], text: str) -> re.Match[str] | None:
    return next(filter(None, (form.fullmatch(text) for form in forms)), None)


def _day(match: re.Match[str]) -> str | None:
    try:
        return date(int(match["year"]), _month(match), int(match["day"])).isoformat()
    except ValueError:
        return None


def _month(match: re.Match[str]) -> int:
    """The month's number; 0 where the word is none."""
    parts = match.groupdict()
    if parts.get("month"):
        return int(parts["month"])
    word = parts.get("word") or ""
    return _MONTHS[word[:3]] if _MONTH_WORD.fullmatch(word) else 0


def comparable(one: str, other: str) -> tuple[str, str]:
    """Two stored dates cut to what both say: 2026 and 2026-07-31 are the same year. Zones are left out."""
    length = min(len(one), len(other), len("2026-07-31T14:00:00"))
    return one[:length], other[:length]

"""Moments and intervals as RFC 3339 writes them (OGC 17-069r4, section 7.15.4). No CKAN in it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from .model import Interval

# A date, or a date and a time with its zone.
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)([Tt ](\d\d):(\d\d):(\d\d)(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d))?")
_PARTIAL = re.compile(r"(\d{4})(-\d\d)?(-\d\d)?")
_OPEN = ("", "..")
_DAY = timedelta(days=1) - timedelta(microseconds=1)


def interval(text: str) -> Interval:
    """The interval of a parameter: `2024-05-01`, `2024-05-01T12:00:00Z`, `2024-01-01/..`, `../2024-12-31`.

    A day is the whole day in UTC. Raises ValueError.
    """
    parts = text.split("/")
    if len(parts) == 1:
        return Interval(_first(parts[0]), _last(parts[0]))
    if len(parts) != 2 or all(one in _OPEN for one in parts):
        raise ValueError("neither a moment nor two of them")
    start = None if parts[0] in _OPEN else _first(parts[0])
    end = None if parts[1] in _OPEN else _last(parts[1])
    if start and end and start > end:
        raise ValueError("it ends before it begins")
    return Interval(start, end)


def of_dates(start: str, end: str) -> Interval | None:
    """The interval of two dates as precise as they are known (`2024`, `2024-05`, `2024-05-01`); None without any."""
    first, last = _known(start), _known(end)
    found = Interval(first[0] if first else None, last[1] if last else None)
    return found if found.start or found.end else None


def text(moment: datetime | None) -> str | None:
    """A moment as an answer holds it."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def moment(value: object) -> datetime | None:
    """The moment of a table's cell, a time or a text of one; UTC where it names no zone, None where it is none."""
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        return None
    return found.astimezone(timezone.utc) if found.tzinfo else found.replace(tzinfo=timezone.utc)


def _known(given: str) -> tuple[datetime, datetime] | None:
    """The first and the last moment of a year, month or day."""
    found = _PARTIAL.match(given or "")
    if not found:
        return None
    year, month, day = found.groups()
    try:
        first = datetime(int(year), int((month or "-1")[1:]), int((day or "-1")[1:]), tzinfo=timezone.utc)
        if day:
            return first, first + _DAY
        following = first.replace(month=first.month + 1) if month and first.month < 12 else None
        if month and following:
            return first, following - timedelta(microseconds=1)
        return first, datetime(first.year, 12, 31, tzinfo=timezone.utc) + _DAY
    except ValueError:
        return None


def _first(given: str) -> datetime:
    return _moment(given)


def _last(given: str) -> datetime:
    found = _moment(given)
    return found + _DAY if len(given) == len("2024-05-01") else found


def _moment(given: str) -> datetime:
    if not _MOMENT.fullmatch(given):
        raise ValueError("no moment as RFC 3339 writes it")
    plain = given.upper().replace(" ", "T").replace("Z", "+00:00")
    plain = re.sub(r"(\.\d{6})\d+", r"\1", plain)  # Python knows microseconds
    plain = re.sub(r"\.(\d{1,6})(?=[+-])", lambda part: f".{part[1]:0<6}", plain)  # before 3.11 it wants all six
    try:
        found = datetime.fromisoformat(plain)
        return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (ValueError, OverflowError) as error:
        raise ValueError("there is no such moment") from error

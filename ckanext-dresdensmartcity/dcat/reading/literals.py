"""Literals as values of fields: the value, with what had to be changed; or nothing where it is none.

Each function takes the text of a literal and gives (value, rule): `rule` names what was changed, empty where nothing
was. `None` in place of the pair means that the text is no such value.
"""

from __future__ import annotations

import math
import re
from datetime import date

from ckanext.dresdensmartcity.city.values import date_precision, is_duration

_GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_ZONED = re.compile(r"(\d{4}(?:-\d\d){0,2})(?:Z|[+-]\d\d:\d\d)")
_COMPACT_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")
# A time that is right but for the form: a blank for the T, no seconds, too many figures, no colon in the zone.
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?([.,]\d+)?\s*(Z|z|[+-]\d\d:?\d\d)?")
_NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?")
_HEX = re.compile(r"([0-9A-Fa-f]{2}){1,1024}")
LONGEST = 100  # characters: no date, duration or number is longer

Value = tuple[str, str]


def moment(text: str) -> Value | None:
    """A date in the precision given, as our forms take it: "2026", "2026-03", "2026-03-31", "2026-03-31T12:00:00Z"."""
    plain = text.strip()
    if len(plain) > LONGEST:
        return None
    if date_precision(plain):
        return plain, ""
    if zoned := _ZONED.fullmatch(plain):
        return (zoned[1], "date-without-zone") if date_precision(zoned[1]) else None
    if german := _GERMAN_DAY.fullmatch(plain):
        found = f"{german[3]}-{int(german[2]):02}-{int(german[1]):02}"
        return (found, "date-form") if date_precision(found) else None
    if compact := _COMPACT_DAY.fullmatch(plain):
        found = "-".join(compact.groups())
        return (found, "date-form") if date_precision(found) else None
    return _time(plain)


def _time(plain: str) -> Value | None:
    found = _TIME.fullmatch(plain)
    if not found:
        return None
    day, clock, seconds, fraction, zone = found.groups()
    if clock == "24:00" and seconds in (None, ":00"):  # XML Schema's end of a day is the next one's start
        try:
            day, clock = date.fromordinal(date.fromisoformat(day).toordinal() + 1).isoformat(), "00:00"
        except (ValueError, OverflowError):
            return None
    fraction = (fraction or "").replace(",", ".")[:7]
    zone = (zone or "").upper()
    if zone and zone != "Z" and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    written = f"{day}T{clock}{seconds or ':00'}{fraction}{zone}"
    return (written, "date-form") if date_precision(written) else None


def duration(text: str) -> Value | None:
    """An ISO 8601 duration as xsd:duration; weeks, which XML Schema does not know, as days."""
    plain = text.strip()
    if len(plain) > LONGEST:
        return None
    if is_duration(plain):
        return plain, ""
    if weeks := re.fullmatch(r"P(\d{1,6})W", plain):
        return f"P{7 * int(weeks[1])}D", "duration-form"
    return (plain.upper(), "duration-form") if is_duration(plain.upper()) else None


def metres(text: str) -> float | int | None:
    """A positive length in metres; whole where it is whole."""
    number = _number(text)
    if number is None or number <= 0:
        return None
    return int(number) if number.is_integer() else number


def size(text: str) -> int | None:
    """A number of bytes; "685246.0" is one too, as older catalogues write it."""
    if text.strip().isdecimal() and len(text.strip()) <= 18:
        return int(text)
    number = _number(text)
    return int(number) if number is not None and number >= 0 and number.is_integer() else None


def _number(text: str) -> float | None:
    plain = text.strip()
    if len(plain) > LONGEST or not _NUMBER.fullmatch(plain):
        return None
    number = float(plain)
    return number if math.isfinite(number) and abs(number) < 1e15 else None


def hexadecimal(text: str) -> Value | None:
    """A checksum in lower case."""
    plain = re.sub(r"[\s:-]", "", text) if len(text) <= 4096 else ""
    if not _HEX.fullmatch(plain):
        return None
    return plain.lower(), "" if plain.lower() == text else "checksum-form"

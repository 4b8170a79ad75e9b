"""What counts as a list, a date, a duration, a geometry or a web address; plain Python, used by all rooms."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import urlsplit

Precision = Literal["year", "month", "date", "time"]

YEAR = re.compile(r"\d{4}")
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?")
# XML Schema 1.1 part 2, 3.3.6: at least one part, a T only before a part of time; no weeks.
DURATION = re.compile(r"-?P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
# Depth of the coordinates of each geometry of RFC 7946: 0 is one position.
DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
# The code of a measure in the funding plan.
MEASURE = re.compile(r"\d+\.\d+\.\d+")
# Of one entry: nobody reads more, and CKAN checks and stores each by itself.
MOST_KEYWORDS = 100
UNSAFE = re.compile(r"[\s<>\"{}|\\^`]")


def texts(value: object) -> list[str]:
    """A list field, however it is stored: a list, its JSON, or a single value. Empty values are left out."""
    if isinstance(value, str) and value.startswith("["):
        with suppress(ValueError):  # a text that only looks like a list
            value = json.loads(value)
    items = value if isinstance(value, (list, tuple)) else [value]
    return [text for item in items if item is not None and (text := str(item).strip())]


def date_precision(text: str) -> Precision | None:
    """How precise the date is, or None where it is none; 2026-02-30 is none."""
    if YEAR.fullmatch(text):
        return "year" if text != "0000" else None
    if MONTH.fullmatch(text):
        return "month"
    try:
        if DAY.fullmatch(text):
            date.fromisoformat(text)
            return "date"
        if TIME.fullmatch(text):
            # Python 3.10 knows no Z and no fraction of one digit.
            datetime.fromisoformat(re.sub(r"\.\d+", "", text).replace("Z", "+00:00"))
            return "time"
    except ValueError:
        return None
    return None


def is_duration(text: str) -> bool:
    """Whether the text is an xsd:duration, such as PT1H or P1Y6M."""
    return DURATION.fullmatch(text) is not None


def is_iri(text: str) -> bool:
    """Whether the text is an absolute address of the web that may stand in Turtle as it is."""
    if UNSAFE.search(text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def is_geojson(text: str) -> bool:
    """Whether the text is a GeoJSON geometry in degrees with longitude first (RFC 7946, 3.1)."""
    try:
        geometry = json.loads(text)
    except ValueError:
        return False
    if not isinstance(geometry, dict):
        return False
    kind = geometry.get("type")
    if kind not in DEPTHS:
        return False
    return _coordinates(geometry.get("coordinates"), DEPTHS[kind]) and (kind != "Polygon" or _closed(geometry))


def _coordinates(value: Any, depth: int) -> bool:
    if depth:
        return isinstance(value, list) and bool(value) and all(_coordinates(one, depth - 1) for one in value)
    if not isinstance(value, list) or len(value) not in (2, 3):
        return False
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in value):
        return False
    return bool(abs(value[0]) <= 180 and abs(value[1]) <= 90)


def _closed(polygon: dict[str, Any]) -> bool:
    """A ring has four positions or more and ends where it began (3.1.6)."""
    return all(len(ring) >= 4 and ring[0] == ring[-1] for ring in polygon["coordinates"])

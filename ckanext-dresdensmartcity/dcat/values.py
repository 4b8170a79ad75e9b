"""Values of a package as RDF literals: what is none is told apart and never written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import shapely
from rdflib import Literal
from shapely.geometry import box, shape
from shapely.geometry.base import BaseGeometry

from .namespaces import GEO, XSD

_YEAR = re.compile(r"\d{4}")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_DURATION = re.compile(r"-?P(?=[\dT])(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
_HEX = re.compile(r"([0-9A-Fa-f]{2})+")

DECIMALS_OF_A_DEGREE = 6  # 0.1 m


def records(value: object) -> list[Mapping[str, Any]]:
    """A field with subfields, however it is stored; records without any value are left out."""
    if isinstance(value, str) and value:
        try:
            value = json.loads(value)
        except ValueError:
            return []
    items = [value] if isinstance(value, Mapping) else value
    if not isinstance(items, (list, tuple)):
        return []
    return [item for item in items if isinstance(item, Mapping) and any(item.values())]


def yes(value: object) -> bool:
    """A boolean field, however it is stored."""
    return value is True or str(value).strip().lower() in ("true", "yes", "1", "t")


def moment(value: object, *, utc: bool = False) -> Literal | None:
    """A date in the precision that it is given in: xsd:gYear, xsd:gYearMonth, xsd:date or xsd:dateTime.

    `utc` says that a time without a zone is in UTC, as CKAN's own are. None where the value is no date.
    """
    text = str(value or "").strip()
    if isinstance(value, datetime) or (isinstance(value, date) and not isinstance(value, datetime)):
        text = value.isoformat()
    if _YEAR.fullmatch(text) and text != "0000":
        return Literal(text, datatype=XSD.gYear, normalize=False)
    if _MONTH.fullmatch(text):
        return Literal(text, datatype=XSD.gYearMonth, normalize=False)
    try:
        if _DAY.fullmatch(text):
            return Literal(date.fromisoformat(text).isoformat(), datatype=XSD.date, normalize=False)
        # Before 3.11 Python does not read "Z".
        time = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text))
    except ValueError:
        return None
    written = time.isoformat().replace("+00:00", "Z")
    return Literal(written + "Z" if utc and time.tzinfo is None else written, datatype=XSD.dateTime, normalize=False)


def duration(value: object) -> Literal | None:
    """An ISO 8601 duration as xsd:duration ("PT1H"); None where it is none."""
    text = str(value or "").strip()
    return Literal(text, datatype=XSD.duration, normalize=False) if _DURATION.fullmatch(text) else None


def metres(value: object) -> Literal | None:
    """A positive length as xsd:decimal; None where it is none."""
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or number <= 0:
        return None
    written = f"{number:f}"
    # With a point, as Turtle's short form has it: so every syntax holds the same literal.
    return Literal(written if "." in written else f"{written}.0", datatype=XSD.decimal, normalize=False)


def size(value: object) -> Literal | None:
    """A number of bytes, exactly as xsd:nonNegativeInteger: the shapes take no other number."""
    try:
        number = int(str(value).strip())
    except ValueError:
        return None
    return Literal(str(number), datatype=XSD.nonNegativeInteger, normalize=False) if number >= 0 else None


def hexadecimal(value: str) -> Literal | None:
    """A checksum as xsd:hexBinary; None where it is none."""
    return Literal(value.lower(), datatype=XSD.hexBinary, normalize=False) if _HEX.fullmatch(value) else None


def geometry(value: object) -> BaseGeometry | None:
    """A GeoJSON geometry, as text or object, in degrees WGS 84; None where it is none or stands outside the globe."""
    try:
        given = json.loads(value) if isinstance(value, str) else value
        found = shape(given)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError):
        return None
    if found.is_empty or not _on_globe(found.bounds):
        return None
    return found


def _on_globe(bounds: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bounds
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90


def bounding_box(bounds: tuple[float, float, float, float]) -> BaseGeometry:
    """The rectangle of west, south, east, north."""
    return box(*bounds)


def wkt(value: BaseGeometry) -> Literal:
    """A geometry as geo:wktLiteral. Without a system of coordinates it is lon, lat in CRS 84 (GeoSPARQL 1.1, 8.5)."""
    text = shapely.to_wkt(value, rounding_precision=DECIMALS_OF_A_DEGREE, trim=True)
    return Literal(text, datatype=GEO.wktLiteral)


def in_languages(german: object, english: object) -> Iterator[Literal]:
    """The two texts as literals with their languages; an empty one is left out."""
    for text, language in ((german, "de"), (english, "en")):
        if text is not None and (clean := str(text).strip()):
            yield Literal(clean, lang=language)

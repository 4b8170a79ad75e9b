"""Coordinates in any form that catalogues write, as GeoJSON in degrees WGS 84, longitude first.

WKT as GeoSPARQL has it (with the IRI of a system of coordinates before it), EWKT ("SRID=25833;…"), GeoJSON, geo URIs
(RFC 5870). Axes stand in the order of the system (GeoSPARQL 1.1, 8.5.1): latitude first in EPSG:4326, longitude first
in CRS 84, which holds where none is named.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache

import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

LONGEST = 200_000  # characters of a geometry: Solr and forms take no more
DEEPEST = 8  # brackets within brackets; more is an attack on the parser, whose recursion has no limit of its own

_CRS = re.compile(r"\s*<([^<>\s]{1,200})>\s*")
_SRID = re.compile(r"\s*SRID\s*=\s*(\d{1,6})\s*;\s*", re.IGNORECASE)
_EPSG = re.compile(
    r"https?://(?:www\.)?opengis\.net/def/crs/EPSG/[\d.]*/(\d{1,6})|urn:ogc:def:crs:EPSG:[\d.]*:(\d{1,6})"
)
_CRS84 = re.compile(r"https?://(?:www\.)?opengis\.net/def/crs/OGC/1\.3/CRS84|urn:ogc:def:crs:OGC:(?:1\.3)?:CRS84")
_GEO_URI = re.compile(r"geo:(-?\d{1,3}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)(?:,-?[\d.]+)?(?:;.*)?", re.IGNORECASE)
# Kinds that the forms take (city.values.DEPTHS).
KINDS = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")


class NoGeometryError(ValueError):
    """A text is no geometry that can be shown on the globe; the message says why."""


def read(text: str) -> tuple[BaseGeometry, str]:
    """The geometry in degrees, longitude first, and the rule by which it was changed (empty where it was not).

    Raises NoGeometryError.
    """
    if len(text) > LONGEST:
        raise NoGeometryError(f"it has {len(text):,} characters, more than {LONGEST:,}")
    plain = text.strip()
    if point := _GEO_URI.fullmatch(plain):
        return _checked(shapely.Point(float(point[2]), float(point[1]))), "geo-uri"
    if plain.startswith("{"):
        return _checked(_geojson(plain)), ""
    system, rest, extended = _system(plain)
    found = _wkt(rest)
    if system == "CRS84":
        return _checked(found), ""
    return _transformed(found, system, extended)


def as_geojson(value: BaseGeometry) -> str:
    """The geometry as the text of a form field."""
    return json.dumps(mapping(shapely.force_2d(value)))


def _system(plain: str) -> tuple[str, str, bool]:
    """The system of coordinates, "CRS84" or an EPSG number, the text without it, and whether x stands first anyway."""
    if srid := _SRID.match(plain):
        return srid[1], plain[srid.end() :], True
    crs = _CRS.match(plain)
    if not crs:
        return "CRS84", plain, False
    if _CRS84.fullmatch(crs[1]):
        return "CRS84", plain[crs.end() :], False
    epsg = _EPSG.fullmatch(crs[1])
    if not epsg:
        raise NoGeometryError(f"the system of coordinates {crs[1]} is not known; EPSG numbers and CRS84 are")
    return epsg[1] or epsg[2], plain[crs.end() :], False


def _wkt(text: str) -> BaseGeometry:
    depth = deepest = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise NoGeometryError(f"its brackets are nested {deepest} deep")
    try:
        return shapely.from_wkt(text)
    except shapely.errors.ShapelyError as error:
        raise NoGeometryError("it is neither WKT nor GeoJSON") from error


def _geojson(text: str) -> BaseGeometry:
    try:
        given = json.loads(text)
        if isinstance(given, dict) and given.get("type") == "Feature":
            given = given.get("geometry")
        if not isinstance(given, dict) or given.get("type") not in KINDS:
            raise NoGeometryError(f"it is no GeoJSON geometry of {', '.join(KINDS)}")
        return shape(given)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
        raise NoGeometryError("it is no GeoJSON geometry") from error
    except shapely.errors.ShapelyError as error:
        raise NoGeometryError("it is no GeoJSON geometry") from error


def _transformed(found: BaseGeometry, system: str, x_first: bool) -> tuple[BaseGeometry, str]:
    """In degrees. Where the axes stand the wrong way round for their system and only so make sense, they are turned."""
    transformer, north_first = _transformer(system)
    swap = north_first and not x_first
    for turned in (swap, not swap) if north_first else (swap,):
        result = _apply(found, transformer, turned)
        if result is not None and _on_globe(result):
            return _checked(result), "crs" if turned == swap else "axes-turned"
    raise NoGeometryError(f"its coordinates are outside the area of EPSG:{system}")


def _apply(found: BaseGeometry, transformer: Transformer, swap: bool) -> BaseGeometry | None:
    def move(points: object) -> object:
        x, y = points[:, 0], points[:, 1]  # type: ignore[index]
        if swap:
            x, y = y, x
        points[:, 0], points[:, 1] = transformer.transform(x, y)  # type: ignore[index]
        return points

    try:
        return shapely.transform(found, move)
    except ProjError:
        return None


@lru_cache(maxsize=64)
def _transformer(system: str) -> tuple[Transformer, bool]:
    """What turns x and y of a system into degrees, and whether the system itself puts y (north) first."""
    try:
        source = CRS.from_user_input(f"EPSG:{system}")
        axes = [axis.direction for axis in source.axis_info[:1]]
        return Transformer.from_crs(source, "OGC:CRS84", always_xy=True), axes == ["north"]
    except ProjError as error:
        raise NoGeometryError(f"EPSG:{system} is no system of coordinates") from error


def _checked(found: BaseGeometry) -> BaseGeometry:
    if found is None or found.is_empty:
        raise NoGeometryError("it is empty")
    if found.geom_type not in KINDS:
        raise NoGeometryError(f"a {found.geom_type} is none of {', '.join(KINDS)}")
    if not _on_globe(found):
        raise NoGeometryError("it lies outside the globe; degrees are wanted, longitude first, or the system named")
    return found


def _on_globe(found: BaseGeometry) -> bool:
    if found.is_empty:
        return False
    west, south, east, north = found.bounds
    return bool(-180 <= west <= east <= 180 and -90 <= south <= north <= 90)

"""Outlines of a city's districts: read from GeoJSON, made light for a map, kept in a file. No CKAN in it."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from .model import City, District, Position

TOLERANCE_M = 25.0  # what a map of a whole city cannot show
DIGITS = 5  # of a degree: about one metre
POLYGONS = {"Polygon", "MultiPolygon"}
METRES_PER_DEGREE = 111_320.0  # of latitude, on the mean sphere


class OutlinesError(Exception):
    """Raised when a file of outlines cannot be used; the message says what was found and what is needed."""


@dataclass(frozen=True)
class Outlines:
    """Geometries (longitude before latitude, WGS 84) by the number of the district."""

    by_number: Mapping[str, BaseGeometry]
    attribution: str = ""  # whom the map names as their source

    def of(self, numbers: Iterable[str]) -> BaseGeometry | None:
        """The common outline of districts; None where one of them has none."""
        wanted = list(numbers)
        if not wanted or any(number not in self.by_number for number in wanted):
            return None
        return shapely.union_all([self.by_number[number] for number in wanted])


def read_outlines(content: bytes, city: City, number_property: str = "", attribution: str = "") -> Outlines:
    """Outlines of the city's districts from a GeoJSON collection, simplified without tearing neighbours apart.

    `number_property` holds the district's number; without it, the property is taken that names most districts.
    `attribution` is that of the file, where it is not the city's.
    Raises OutlinesError for what is no such file, or lacks a district.
    """
    features = _features(content)
    name = number_property or _number_property(features, city)
    parts: dict[str, list[BaseGeometry]] = {}
    for feature in features:
        number = _number(feature, name)
        if city.district(number):
            parts.setdefault(number, []).append(_polygon(feature, number))
    missing = [f"{one.number} {one.name}" for one in city.districts if one.number not in parts]
    if missing:
        raise OutlinesError(
            f"The file has no outline for {len(missing)} of {len(city.districts)} districts, by its property {name}: "
            f"{', '.join(missing[:5])}{' …' if len(missing) > 5 else ''}."
        )
    whole = {number: shapely.union_all(found) for number, found in parts.items()}
    for number, outline in whole.items():
        _check_place(number, outline, city)
    light = simplified(list(whole.values()), city.centre)
    return Outlines(dict(zip(whole, light, strict=True)), attribution or city.attribution)


def simplified(outlines: list[BaseGeometry], centre: Position) -> list[BaseGeometry]:
    """The outlines with fewer points; a border between two stays one line, so that no gaps open."""
    scale = _scale(centre)
    plane = [shapely.transform(one, lambda points: points * scale) for one in outlines]
    light = shapely.coverage_simplify(plane, TOLERANCE_M)
    return [shapely.transform(one, lambda points: points / scale) for one in light]


def rough_outline(districts: Iterable[District], centre: Position) -> BaseGeometry:
    """Where a focus area is, while no outlines are known: a band round the centres of its districts.

    Each centre gets a circle a third as wide as its district's smaller side; that keeps neighbours apart and claims
    no border.
    """
    scale = _scale(centre)
    circles = []
    for district in districts:
        west, south, east, north = district.bbox
        reach = min((east - west) * scale[0], (north - south) * scale[1]) / 3
        circles.append(shapely.Point(district.centroid[0] * scale[0], district.centroid[1] * scale[1]).buffer(reach))
    return shapely.transform(shapely.union_all(circles).convex_hull, lambda points: points / scale)


def geometry(outline: BaseGeometry) -> dict[str, Any]:
    """The outline as a GeoJSON geometry (RFC 7946: the outer ring against the clock), rounded to a metre."""
    turned = shapely.orient_polygons(shapely.transform(outline, lambda points: points.round(DIGITS)))
    found: dict[str, Any] = json.loads(json.dumps(mapping(turned)))
    return found


def save_outlines(outlines: Outlines, path: Path) -> None:
    """Write the file that `load_outlines` reads; who reads meanwhile gets the old one."""
    features = [
        {"type": "Feature", "properties": {"number": number}, "geometry": geometry(outline)}
        for number, outline in sorted(outlines.by_number.items())
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    content = {"type": "FeatureCollection", "attribution": outlines.attribution, "features": features}
    draft.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    draft.replace(path)


def load_outlines(path: Path) -> Outlines:
    """What `save_outlines` wrote."""
    content = json.loads(path.read_text(encoding="utf-8"))
    outlines = {one["properties"]["number"]: shape(one["geometry"]) for one in content["features"]}
    return Outlines(outlines, content.get("attribution", ""))


def _features(content: bytes) -> list[dict[str, Any]]:
    try:
        collection = json.loads(content.decode("utf-8-sig"))
    except ValueError as error:  # also of decoding
        raise OutlinesError(f"This is no JSON: {error}. Needed: a GeoJSON FeatureCollection.") from error
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features) or not features:
        raise OutlinesError("This is no GeoJSON FeatureCollection with features.")
    return features


def _number(feature: dict[str, Any], name: str) -> str:
    """The district's number of two digits, also where the file wrote it as a number: 5 is "05"."""
    value = (feature.get("properties") or {}).get(name)
    return f"{value:02d}" if isinstance(value, int) and not isinstance(value, bool) else str(value or "").strip()


def _number_property(features: list[dict[str, Any]], city: City) -> str:
    hits: Counter[str] = Counter()
    for feature in features:
        for name in feature.get("properties") or {}:
            hits[name] += city.district(_number(feature, name)) is not None
    best = max(hits, key=lambda name: hits[name], default="")
    if not hits[best]:
        known = ", ".join(sorted(hits)) or "none"
        raise OutlinesError(f"No property of the file holds numbers of the city's districts. Its properties: {known}.")
    return best


def _polygon(feature: dict[str, Any], number: str) -> BaseGeometry:
    given = feature.get("geometry") or {}
    if given.get("type") not in POLYGONS:
        raise OutlinesError(f"District {number} has no polygon but {given.get('type') or 'no geometry'}.")
    try:
        outline = shape(given)
    except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, IndexError) as error:
        raise OutlinesError(f"The outline of district {number} cannot be read: {error}.") from error
    if outline.is_valid:
        return outline
    # Loops and doubled lines of digitising; what is left of them that is no area is dropped.
    mended = shapely.make_valid(outline)
    return shapely.union_all([one for one in shapely.get_parts(mended) if one.geom_type in POLYGONS])


def _check_place(number: str, outline: BaseGeometry, city: City) -> None:
    """An outline elsewhere is one in metres, or with latitude first."""
    west, south, east, north = outline.bounds
    if west > city.bbox[2] or east < city.bbox[0] or south > city.bbox[3] or north < city.bbox[1]:
        raise OutlinesError(
            f"District {number} lies at {west:.2f}, {south:.2f}, outside the city's box {city.bbox}. "
            "Needed: WGS 84 (EPSG:4326), longitude before latitude."
        )


def _scale(centre: Position) -> tuple[float, float]:
    """Metres of a degree of longitude and of latitude at the city; good enough for its extent."""
    return METRES_PER_DEGREE * math.cos(math.radians(centre[1])), METRES_PER_DEGREE

"""The places of the city that a form offers: the whole city, its focus areas, its districts."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.dresdensmartcity.city.model import BoundingBox, City, Position
from ckanext.dresdensmartcity.city.outlines import Outlines, geometry
from ckanext.dresdensmartcity.city.values import is_geojson

CITY, AREA, DISTRICT = "city", "area", "district"


@dataclass(frozen=True)
class Place:
    """One place; geometries are GeoJSON, longitude before latitude, WGS 84."""

    id: str  # city, area-<id>, district-<number>
    kind: str
    label: str
    record: Mapping[str, str]  # what a chosen place fills in: subfields of spatial_coverage


def places(city: City, outlines: Outlines, language: str) -> list[Place]:
    """All places, the widest first. The names in their records are German, as all of the data is."""
    whole = {"uri": city.geocoding.municipality_key, "text": city.name, **_extent(city.bbox, city.centre)}
    found = [Place(CITY, CITY, city.name, whole)]
    for area in city.focus_areas:
        record = {"text": area.label.de, **_outline(outlines, area.districts, area.bbox, area.centroid)}
        found.append(Place(f"area-{area.id}", AREA, area.label.text(language), record))
    for district in city.districts:
        record = {
            "text": f"{district.number} {district.name}",
            **_outline(outlines, (district.number,), district.bbox, district.centroid),
        }
        found.append(Place(f"district-{district.number}", DISTRICT, record["text"], record))
    return found


def place(identifier: str, city: City, outlines: Outlines) -> Place | None:
    return next((one for one in places(city, outlines, "de") if one.id == identifier), None)


@dataclass(frozen=True)
class Sketch:
    """An area in the rectangle of its city, as paths of SVG."""

    view: str  # viewBox
    city: str
    area: str


def sketch(value: Any, city: City) -> Sketch | None:
    """A small map of a GeoJSON polygon; None for anything else."""
    text = value if isinstance(value, str) else json.dumps(value)
    if not value or not is_geojson(text):
        return None
    drawn = json.loads(text)
    if drawn["type"] not in ("Polygon", "MultiPolygon"):
        return None
    west, south, east, north = city.bbox
    # A degree of longitude is shorter than one of latitude; 160 units are as wide as a city is drawn.
    squeeze = math.cos(math.radians(city.centre[1]))
    scale = 160 / ((east - west) * squeeze)
    height = round((north - south) * scale)

    def path(ring: list[list[float]]) -> str:
        points = (f"{(lon - west) * squeeze * scale:.1f} {(north - lat) * scale:.1f}" for lon, lat, *_ in ring)
        return f"M{'L'.join(points)}Z"

    frame = [[west, south], [east, south], [east, north], [west, north]]
    return Sketch(f"0 0 160 {height}", path(frame), "".join(path(ring) for ring in _rings(drawn)))


def _rings(drawn: Mapping[str, Any]) -> Iterator[list[list[float]]]:
    polygons = drawn["coordinates"] if drawn["type"] == "MultiPolygon" else [drawn["coordinates"]]
    for polygon in polygons:
        yield from polygon


def _outline(outlines: Outlines, districts: tuple[str, ...], bbox: BoundingBox, centre: Position) -> dict[str, str]:
    """The true outline where one was loaded; a rectangle and a centre else."""
    outline = outlines.of(districts)
    return {"geom": _json(geometry(outline))} if outline is not None else _extent(bbox, centre)


def _extent(bbox: BoundingBox, centre: Position) -> dict[str, str]:
    west, south, east, north = bbox
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "bbox": _json({"type": "Polygon", "coordinates": [ring]}),
        "centroid": _json({"type": "Point", "coordinates": list(centre)}),
    }


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))

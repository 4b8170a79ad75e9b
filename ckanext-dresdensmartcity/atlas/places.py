"""Where entries are, and the city's areas, as GeoJSON (RFC 7946)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ckanext.dresdensmartcity.city.model import City, FocusArea, Position
from ckanext.dresdensmartcity.city.outlines import DIGITS, Outlines, geometry, rough_outline
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from .entries import Entry
from .symbols import symbol_of

COARSE = 0.0002  # degrees, some 20 m: what is measured from an area need not be finer, and each corner costs time
POINT, AREA, NONE = "point", "area", "none"


@dataclass(frozen=True)
class Place:
    """Where an entry is drawn."""

    kind: str  # POINT: its own position; AREA: the centre of its focus area or district; NONE: nowhere
    position: Position | None = None
    areas: tuple[FocusArea, ...] = ()  # the focus areas of an entry without a position


def place_of(entry: Entry, city: City) -> Place:
    """The entry's own position, else the centre of its first focus area, else of its first district, else nothing."""
    if entry.position:
        return Place(POINT, entry.position)
    areas = tuple(area for area in map(city.focus_area, entry.focus_areas) if area)
    if areas:
        return Place(AREA, areas[0].centroid, areas)
    district = next((one for one in map(city.district, entry.districts) if one), None)
    return Place(AREA, district.centroid) if district else Place(NONE)


@dataclass(frozen=True)
class Ground:
    """Where the search looks for an entry."""

    kind: str  # as of Place
    shape: BaseGeometry | None = None  # WGS 84: a point, or the outline of its areas or districts


def ground_of(entry: Entry, city: City, outlines: Outlines) -> Ground:
    """The entry's own point, else the outline of its focus areas, else of its districts."""
    if entry.position:
        return Ground(POINT, Point(*entry.position))
    numbers = _numbers_of(entry, city)
    if not numbers:
        return Ground(NONE)
    return Ground(AREA, _outline(numbers, city, outlines).simplify(COARSE))


def districts_of(entry: Entry, city: City, outlines: Outlines) -> tuple[str, ...]:
    """The numbers of the districts that an entry is in: given by hand, by its point, or by its focus areas.

    Where no outlines are loaded, a point belongs to the nearest centre of those districts whose box holds it.
    """
    given = tuple(number for number in entry.districts if city.district(number))
    if given or not entry.position:
        return given or _numbers_of(entry, city)
    point = Point(*entry.position)
    if outlines.by_number:
        return tuple(number for number, outline in outlines.by_number.items() if outline.intersects(point))
    lon, lat = entry.position
    near = [one for one in city.districts if one.bbox[0] <= lon <= one.bbox[2] and one.bbox[1] <= lat <= one.bbox[3]]
    return tuple(one.number for one in sorted(near, key=lambda one: point.distance(Point(*one.centroid)))[:1])


def _numbers_of(entry: Entry, city: City) -> tuple[str, ...]:
    areas = (city.focus_area(area) for area in entry.focus_areas)
    known = tuple(dict.fromkeys(number for area in areas if area for number in area.districts))
    return known or tuple(number for number in entry.districts if city.district(number))


def _outline(numbers: tuple[str, ...], city: City, outlines: Outlines) -> BaseGeometry:
    known = outlines.of(numbers)
    return known or rough_outline((one for one in map(city.district, numbers) if one), city.centre)


def entries_geojson(entries: Iterable[Entry], city: City, base: str) -> dict[str, Any]:
    """A feature for each entry, those without a place with a geometry of null; `base` precedes the entries' paths."""
    return {"type": "FeatureCollection", "features": [_feature(entry, city, base) for entry in entries]}


def _feature(entry: Entry, city: City, base: str) -> dict[str, Any]:
    place = place_of(entry, city)
    return {
        "type": "Feature",
        "id": f"{entry.type}/{entry.id}",
        "geometry": {"type": "Point", "coordinates": list(place.position)} if place.position else None,
        "properties": {
            "type": entry.type,
            "id": entry.id,
            "title": entry.title,
            "kind": entry.kind,
            "symbol": symbol_of(entry).id,
            "fields_of_action": list(entry.fields_of_action),
            "focus_areas": list(entry.focus_areas),
            "districts": list(entry.districts),
            "place": place.kind,
            "position_precision_m": entry.position_precision_m,
            "url": f"{base}/atlas/{entry.type}/{entry.id}",
        },
    }


def areas_geojson(city: City, language: str, outlines: Outlines) -> dict[str, Any]:
    """Focus areas, borders and centres of districts, named in `language`.

    Where outlines are loaded, a focus area is the outline of its districts and `rough` is false; else it is a band
    round their centres.
    """
    focus = [_focus_area(area, city, language, outlines) for area in city.focus_areas]
    borders = [
        {
            "type": "Feature",
            "id": f"border/{number}",
            "geometry": geometry(outline),
            "properties": {"layer": "border", "id": number},
        }
        for number, outline in outlines.by_number.items()
    ]
    districts = [
        {
            "type": "Feature",
            "id": f"district/{district.number}",
            "geometry": {"type": "Point", "coordinates": list(district.centroid)},
            "bbox": list(district.bbox),
            "properties": {"layer": "district", "id": district.number, "title": district.name},
        }
        for district in city.districts
    ]
    return {"type": "FeatureCollection", "bbox": list(city.bbox), "features": focus + borders + districts}


def _focus_area(area: FocusArea, city: City, language: str, outlines: Outlines) -> dict[str, Any]:
    known = outlines.of(area.districts)
    shape = known or rough_outline((one for one in map(city.district, area.districts) if one), city.centre)
    return {
        "type": "Feature",
        "id": f"focus-area/{area.id}",
        "geometry": geometry(shape),
        "bbox": [round(degrees, DIGITS) for degrees in shape.bounds],
        "properties": {
            "layer": "focus-area",
            "id": area.id,
            "title": area.label.text(language),
            "theme": area.theme.text(language),
            "centre": list(area.centroid),
            "rough": known is None,
        },
    }

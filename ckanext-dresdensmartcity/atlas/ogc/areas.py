"""Districts and focus areas of the city as features. No CKAN in it."""

from __future__ import annotations

from ckanext.dresdensmartcity.city.model import City, Label
from ckanext.dresdensmartcity.city.outlines import Outlines, rough_outline
from shapely import Point

from .memory import MemorySource
from .model import Choice, Collection, Feature, Queryable

NUMBER = Label("Nummer", "Number")
NAME = Label("Name", "Name")


def districts(city: City, outlines: Outlines, revision: str) -> Collection:
    """The city's districts: their outlines where they are loaded, else the points in their middle."""
    areas = {number: area.id for area in city.focus_areas for number in area.districts}
    features = [
        Feature(
            id=one.number,
            geometry=outlines.by_number.get(one.number) or Point(one.centroid),
            properties={
                "number": one.number,
                "name": one.name,
                "focus_area": areas.get(one.number),
                "outline": one.number in outlines.by_number,
                "attribution": outlines.attribution or None,
            },
            page=f"/atlas?district={one.number}",
        )
        for one in city.districts
    ]
    queryables = (
        Queryable("number", NUMBER, tuple(Choice(one.number, Label(one.name, one.name)) for one in city.districts)),
        Queryable("name", NAME),
        _focus_area(city),
    )
    return Collection(
        id="districts",
        title=Label("Stadtteile", "Districts"),
        description=Label(
            "Die Stadtteile der Stadt mit ihrem Umriss; wo keiner geladen ist, der Punkt in ihrer Mitte.",
            "The districts of the city with their outlines; where none is loaded, the point in the middle.",
        ),
        source=MemorySource(features, queryables, revision),
        queryables=queryables,
        geometry="MultiPolygon" if outlines.by_number else "Point",
        columns=(("number", NUMBER), ("name", NAME), ("focus_area", Label("Schwerpunktraum", "Focus area"))),
    )


def focus_areas(city: City, outlines: Outlines, language: str, revision: str) -> Collection:
    """The focus areas: the outline of their districts, or a band round the middle of these."""
    features = []
    for one in city.focus_areas:
        known = outlines.of(one.districts)
        around = (district for district in map(city.district, one.districts) if district)
        features.append(
            Feature(
                id=one.id,
                geometry=known or rough_outline(around, city.centre),
                properties={
                    "id": one.id,
                    "name": one.label.text(language),
                    "theme": one.theme.text(language),
                    "districts": list(one.districts),
                    "rough": known is None,
                },
                page=f"/atlas?area={one.id}",
            )
        )
    queryables = (Queryable("district", Label("Stadtteil", "District"), _districts(city), of="districts"),)
    return Collection(
        id="focus_areas",
        title=Label("Schwerpunkträume", "Focus areas"),
        description=Label(
            "Die Schwerpunkträume: der Umriss ihrer Stadtteile; wo keiner geladen ist, grob um deren Mitte (rough).",
            "The focus areas: the outline of their districts; where none is loaded, roughly round these (rough).",
        ),
        source=MemorySource(features, queryables, revision),
        queryables=queryables,
        geometry="MultiPolygon",
        columns=(("name", NAME), ("theme", Label("Thema", "Theme")), ("districts", Label("Stadtteile", "Districts"))),
    )


def _focus_area(city: City) -> Queryable:
    choices = tuple(Choice(one.id, one.label) for one in city.focus_areas)
    return Queryable("focus_area", Label("Schwerpunktraum", "Focus area"), choices)


def _districts(city: City) -> tuple[Choice, ...]:
    return tuple(Choice(one.number, Label(one.name, one.name)) for one in city.districts)

"""What the filters offer, named in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ckanext.dresdensmartcity.city.model import City, Label, Position
from ckanext.dresdensmartcity.city.vocabularies import topics_of, vocabulary

from . import search
from .entries import ACTOR, PROJECT, TYPES
from .query import STALE, Choices
from .text import normalise

TYPE_LABELS = {ACTOR: Label("Akteur", "Actor"), PROJECT: Label("Projekt", "Project")}
TYPES_LABELS = {ACTOR: Label("Alle Akteure", "All actors"), PROJECT: Label("Projekte", "Projects")}
STALE_LABELS = {"yes": Label("Lange nicht bestätigt", "Not confirmed for long"), "no": Label("Aktuell", "Up to date")}


@dataclass(frozen=True)
class FacetValue:
    """One value of a filter and how many entries it would leave."""

    value: str
    label: Label
    count: int


def choices(city: City) -> Choices:
    """The values that the filters know."""
    return Choices(
        kinds=tuple(term.id for term in vocabulary("actor-kinds").terms),
        fields=tuple(field.id for field in city.fields_of_action),
        areas=tuple(area.id for area in city.focus_areas),
        topics=tuple(topic.id for topic in topics_of(city)),
        districts=tuple(district.number for district in city.districts),
        statuses=tuple(term.id for term in vocabulary("project-status").terms),
        phases=tuple(phase.id for phase in city.phases),
        funding=tuple(programme.id for programme in getattr(city, "funding_programmes", ())),
        bbox=city.bbox,
        find=lambda name: find_place(name, city),
    )


def find_place(name: str, city: City) -> Position | None:
    """Where something with a name is: a district by number or name, a focus area by id, an entry by its id."""
    spelled = normalise(name)
    for district in city.districts:
        if name == district.number or spelled == normalise(district.name):
            return district.centroid
    area = next((area for area in city.focus_areas if name == area.id), None)
    if area:
        return area.centroid
    entry_type, _, identifier = name.partition("/")
    types = (entry_type,) if identifier else TYPES
    for one in types:
        place = search.place(one, identifier or name)
        if place:
            return place
    return None


def facet_values(
    name: str, counts: Mapping[str, int], city: City, chosen: Iterable[str] | None = None
) -> list[FacetValue]:
    """The values of the filter `name` in their fixed order.

    With `chosen`, those that would leave nothing are left out unless they are chosen: no filter leads to nothing.
    """
    values = [FacetValue(value, label, counts.get(value, 0)) for value, label in _labels(name, city)]
    if chosen is None:
        return values
    kept = set(chosen)
    return [one for one in values if one.count or one.value in kept]


def value_label(name: str, value: str, city: City) -> Label:
    """How a value of a filter is called; the value itself where it is not known."""
    return dict(_labels(name, city)).get(value, Label(value, value))


def _labels(name: str, city: City) -> list[tuple[str, Label]]:
    if name == "kind":
        kinds = [(term.id, term.label) for term in vocabulary("actor-kinds").terms]
        return [(PROJECT, TYPES_LABELS[PROJECT]), (ACTOR, TYPES_LABELS[ACTOR]), *kinds]
    if name == "district":
        return [(one.number, Label(one.name, one.name)) for one in city.districts]
    if name == "status":
        return [(term.id, term.label) for term in vocabulary("project-status").terms]
    if name == "stale":
        return [(value, STALE_LABELS[value]) for value in STALE]
    items = {
        "field": city.fields_of_action,
        "area": city.focus_areas,
        "topic": topics_of(city),
        "phase": city.phases,
        "funding": getattr(city, "funding_programmes", ()),
    }[name]
    return [(item.id, item.label) for item in items]


def kind_label(kind: str) -> Label:
    """How a kind of actor is called; the kind itself where the list does not know it."""
    return vocabulary("actor-kinds").label(kind)


def status_label(status: str) -> Label:
    """How the status of a project is called; its own words where the list does not know it."""
    return vocabulary("project-status").label(status)

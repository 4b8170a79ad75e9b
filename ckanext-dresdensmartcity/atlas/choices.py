"""What the filters offer, named in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ckanext.dresdensmartcity.city.model import City, Label
from ckanext.dresdensmartcity.city.vocabularies import vocabulary

from .entries import ACTOR, PROJECT
from .query import Choices

TYPE_LABELS = {ACTOR: Label("Akteur", "Actor"), PROJECT: Label("Projekt", "Project")}
TYPES_LABELS = {ACTOR: Label("Alle Akteure", "All actors"), PROJECT: Label("Projekte", "Projects")}


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
    )


def facet_values(name: str, counts: Mapping[str, int], city: City) -> list[FacetValue]:
    """The values of the filter `name` in their fixed order, also those that leave nothing."""
    return [FacetValue(value, label, counts.get(value, 0)) for value, label in _labels(name, city)]


def _labels(name: str, city: City) -> list[tuple[str, Label]]:
    if name == "field":
        return [(field.id, field.label) for field in city.fields_of_action]
    if name == "area":
        return [(area.id, area.label) for area in city.focus_areas]
    kinds = [(term.id, term.label) for term in vocabulary("actor-kinds").terms]
    return [(PROJECT, TYPES_LABELS[PROJECT]), (ACTOR, TYPES_LABELS[ACTOR]), *kinds]


def kind_label(kind: str) -> Label:
    """How a kind of actor is called; the kind itself where the list does not know it."""
    return vocabulary("actor-kinds").label(kind)


def status_label(status: str) -> Label:
    """How the status of a project is called; its own words where the list does not know it."""
    return vocabulary("project-status").label(status)

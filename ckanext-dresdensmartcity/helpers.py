"""Template helpers: those of the schemas, and those of the rooms for one blanket."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk

from .atlas.exchange.columns import FACTS
from .city.current import city
from .city.model import Label
from .city.vocabularies import vocabulary
from .web.naming import humanize_entity_type

__all__ = ["of_all_rooms", "smartcity_choices", "smartcity_facts"]

# Rooms with a module `helpers` that names its helpers in `__all__`.
ROOMS = ("web", "web.forms", "harvesters", "harvesters.budgets", "harvesters.sensors")

# What a field may name as `city_list`.
CITY_LISTS = ("goals", "fields_of_action", "focus_areas", "phases", "districts", "funding_programmes")


def of_all_rooms() -> dict[str, Callable[..., Any]]:
    """What the plugin registers: a plugin can wear one blanket of a kind only."""
    found: dict[str, Callable[..., Any]] = {
        "smartcity_choices": smartcity_choices,
        "smartcity_facts": smartcity_facts,
        "humanize_entity_type": humanize_entity_type,
    }
    for room in ROOMS:
        module = importlib.import_module(f"ckanext.dresdensmartcity.{room}.helpers")
        found.update({name: getattr(module, name) for name in module.__all__})
    return found


def smartcity_choices(field: dict[str, Any]) -> list[dict[str, Any]]:
    """The choices of a field of a schema, from a list in schemas/vocabularies or from the city file.

    The field says which: `vocabulary: themes` or `city_list: focus_areas`. A vocabulary's values are IRIs, and ids
    where it says `values: id`.
    """
    if "vocabulary" in field:
        ids = field.get("values") == "id"
        return [_choice(term.id if ids else term.iri, term.label) for term in vocabulary(field["vocabulary"]).terms]
    if "city_list" in field:
        if field["city_list"] not in CITY_LISTS:
            raise ValueError(f"{field['field_name']}: city_list is one of {', '.join(CITY_LISTS)}")
        if field["city_list"] == "districts":
            names = {one.number: f"{one.number} {one.name}" for one in city().districts}
            return [_choice(number, Label(name, name)) for number, name in names.items()]
        return [_choice(one.id, one.label) for one in getattr(city(), field["city_list"])]
    return list(field.get("choices", []))


def smartcity_facts(field: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of actors and projects that a piece of evidence may speak for, as their forms call them."""
    labels: dict[str, Any] = {}
    for kind in ("project", "actor"):
        for one in tk.h.scheming_get_dataset_schema(kind)["dataset_fields"]:
            labels[one["field_name"]] = one["label"]
    return [{"value": name, "label": labels.get(name, name)} for name in FACTS]


def _choice(value: str, label: Label) -> dict[str, Any]:
    return {"value": value, "label": {"de": label.de, "en": label.en}}

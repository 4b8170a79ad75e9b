"""What an entry of the atlas says as flat properties: for the interface, for downloads, for anybody's table. No CKAN.

Names are those of entries.Entry, so that another portal can take them over as they are; labels in words stand beside
ids (`…_text`), in one language, for people who read a table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

from ckanext.dresdensmartcity.city.model import City, Label
from ckanext.dresdensmartcity.city.vocabularies import vocabulary

from ..entries import ACTOR, PROJECT, Entry
from ..taxonomy import taxonomy

# Of the portal and not of the entry, or told by the geometry.
LEFT_OUT = ("package_id", "id", "longitude", "latitude")
OF_ACTORS = ("kind", "part_of", "offers")
OF_PROJECTS = (
    "measure", "status", "phase", "start", "end", "members", "goals", "scope", "budget_eur", "result", "modelled_on",
    "builds_on", "continues", "datasets", "funding_programme",
)  # fmt: skip
# Words beside ids, by the field whose ids they name.
TEXTS = {
    "kind": "kind_text",
    "status": "status_text",
    "offers": "offers_text",
    "needs": "needs_text",
    "fields_of_action": "fields_of_action_text",
    "focus_areas": "focus_areas_text",
}


def property_names(entry_type: str) -> tuple[str, ...]:
    """The properties of actors or projects, in the order of the record, with the words beside the ids."""
    others = OF_PROJECTS if entry_type == ACTOR else OF_ACTORS
    names: list[str] = []
    for field in fields(Entry):
        if field.name in LEFT_OUT or field.name in others:
            continue
        names.append(field.name)
        if field.name in TEXTS:
            names.append(TEXTS[field.name])
    return (*names, "place", "stale", "changed", "page")


def properties(entry: Entry, city: City, language: str, *, place: str, changed: str, page: str) -> dict[str, Any]:
    """All properties of an entry; what is not known is null, a list without values is empty."""
    known: dict[str, Any] = {**asdict(entry), **_texts(entry, city, language)}
    known |= {"place": place, "stale": entry.stale, "changed": changed, "page": page}
    return {name: _value(known.get(name)) for name in property_names(entry.type)}


def _texts(entry: Entry, city: City, language: str) -> dict[str, str]:
    def say(labels: Iterable[Label]) -> str:
        return "; ".join(label.text(language) for label in labels)

    topics = taxonomy()
    kinds = [vocabulary("actor-kinds").label(entry.kind)] if entry.kind else []
    status = [vocabulary("project-status").label(entry.status)] if entry.status else []
    return {
        "kind_text": say(kinds),
        "status_text": say(status),
        "offers_text": say(map(topics.label_of, entry.offers)),
        "needs_text": say(map(topics.label_of, entry.needs)),
        "fields_of_action_text": say(one.label for one in map(city.field_of_action, entry.fields_of_action) if one),
        "focus_areas_text": say(one.label for one in map(city.focus_area, entry.focus_areas) if one),
    }


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return None if value == "" else value


__all__ = ["ACTOR", "PROJECT", "TEXTS", "properties", "property_names"]

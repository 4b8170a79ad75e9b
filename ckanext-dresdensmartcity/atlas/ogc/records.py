"""What an entry of the atlas says as flat properties: for the interface, for downloads, for anybody's table. No CKAN.

Names are those of entries.Entry, so that another portal can take them over as they are; labels in words stand beside
ids (`…_text`), in one language, for people who read a table.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.city.vocabularies import vocabulary

from ..entries import ACTOR, Entry
from ..taxonomy import taxonomy

SEPARATOR = "; "
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


class Words:
    """What ids are called, in one language; each is looked up once."""

    def __init__(self, city: City, language: str) -> None:
        self.city, self.language = city, language
        self._taxonomy = taxonomy()
        self._topics: dict[str, str] = {}
        self._kinds = {one.id: one.label.text(language) for one in vocabulary("actor-kinds").terms}
        self._status = {one.id: one.label.text(language) for one in vocabulary("project-status").terms}
        self._fields = {one.id: one.label.text(language) for one in city.fields_of_action}
        self._areas = {one.id: one.label.text(language) for one in city.focus_areas}

    def of(self, entry: Entry) -> dict[str, str]:
        """The properties with words beside the ids of an entry."""
        return {
            "kind_text": self._kinds.get(entry.kind, entry.kind),
            "status_text": self._status.get(entry.status, entry.status),
            "offers_text": SEPARATOR.join(map(self._topic, entry.offers)),
            "needs_text": SEPARATOR.join(map(self._topic, entry.needs)),
            "fields_of_action_text": SEPARATOR.join(self._fields.get(one, one) for one in entry.fields_of_action),
            "focus_areas_text": SEPARATOR.join(self._areas.get(one, one) for one in entry.focus_areas),
        }

    def _topic(self, text: str) -> str:
        if text not in self._topics:
            self._topics[text] = self._taxonomy.label_of(text).text(self.language)
        return self._topics[text]


def properties(entry: Entry, words: Words, *, place: str, changed: str, page: str) -> dict[str, Any]:
    """All properties of an entry; what is not known is null, a list without values is empty."""
    known: dict[str, Any] = {**vars(entry), **words.of(entry)}
    known |= {"place": place, "stale": entry.stale, "changed": changed, "page": page}
    return {name: _value(known.get(name)) for name in _names(entry.type)}


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [vars(one) if is_dataclass(one) else one for one in value]
    return None if value == "" else value


_names = cache(property_names)

"""A mapping for a server that calls things otherwise: a proposal for a person, never applied by itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ckanext.dresdensmartcity.atlas.entries import ACTOR
from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from rapidfuzz import fuzz, process, utils

from .mapping import Row, given
from .settings import OF_ACTORS, OF_PROJECTS, ActorsSettings, CollectionSettings, ProjectsSettings

LIKE = 85  # of 100
MOST_KINDS = 30
# How others call it, in the order of preference; German and English.
NAMES: dict[str, tuple[str, ...]] = {
    "title": ("title", "name", "titel", "bezeichnung", "label", "organisation", "projektname", "projekttitel"),
    "notes": ("description", "beschreibung", "abstract", "kurzbeschreibung", "summary", "text", "inhalt", "info"),
    "kind": ("kind", "type", "typ", "art", "kategorie", "category", "organisationstyp", "branche"),
    "url": ("url", "website", "webseite", "homepage", "web", "link", "internet"),
    "contact_url": ("contact_url", "kontaktseite", "contact page", "kontaktformular"),
    "offers": ("offers", "angebot", "angebote", "kompetenzen", "leistungen", "services", "expertise"),
    "needs": ("needs", "bedarf", "bedarfe", "gesuche", "sucht", "demand"),
    "fields_of_action": ("fields_of_action", "handlungsfeld", "handlungsfelder", "themenfeld", "thema", "themen"),
    "status": ("status", "stand", "projektstatus", "state"),
    "start": ("start", "beginn", "startdatum", "start_date", "von", "projektbeginn"),
    "end": ("end", "ende", "enddatum", "end_date", "bis", "projektende"),
    "members": ("members", "partner", "projektpartner", "beteiligte", "akteure", "consortium"),
    "budget_eur": ("budget_eur", "budget", "kosten", "fördersumme", "volumen"),
    "page": ("page", "detailseite", "uri", "iri", "permalink"),
    "part_of": ("part_of", "teil_von", "parent", "übergeordnet"),
    "scope": ("scope", "reichweite"),
    "result": ("result", "ergebnis", "ergebnisse"),
}
COLLECTIONS = {
    "actors": ("actors", "akteure", "organisationen", "organizations", "organisations", "institutionen", "partner"),
    "projects": ("projects", "projekte", "vorhaben", "maßnahmen", "massnahmen"),
}


def collection(key: str, there: Sequence[str]) -> str:
    """Settings that name the collection which is most likely meant; `key` is "actors" or "projects"."""
    found = _likest(COLLECTIONS[key], there)
    return _json({key: {"collection": found or "…"}})


def mapping(entry_type: str, settings: CollectionSettings, rows: Sequence[Row]) -> str:
    """Settings that would name more of the properties or kinds; empty where nothing better is seen."""
    key = "actors" if entry_type == ACTOR else "projects"
    names = OF_ACTORS if entry_type == ACTOR else OF_PROJECTS
    there = list(dict.fromkeys(name for row in rows[:100] for name in row.properties))
    fields = dict(getattr(settings, "fields", {}))
    used = {fields.get(name, name) for name in names}
    better: dict[str, Any] = {}
    for name in names:
        if name in NAMES and fields.get(name, name) not in there:
            found = _likest(NAMES[name], [one for one in there if one not in used])
            if found:
                better[name] = found
                used.add(found)
    proposal: dict[str, Any] = {"fields": {**fields, **better}} if better else {}
    seen = settings.model_copy(update={"fields": {**fields, **better}})
    proposal |= _words(seen, rows)
    if not proposal:
        return ""
    return _json({key: {"collection": settings.collection, **proposal}})


def _words(settings: CollectionSettings, rows: Sequence[Row]) -> dict[str, Any]:
    """Kinds or statuses that are none of ours, with the ones that are likest."""
    if isinstance(settings, ActorsSettings):
        name, known, terms = "kind", settings.kinds, vocabulary("actor-kinds").terms
    elif isinstance(settings, ProjectsSettings):
        name, known, terms = "status", settings.statuses, vocabulary("project-status").terms
    else:
        return {}
    ours = {label: term.id for term in terms for label in (term.id, term.label.de, term.label.en)}
    values = (given(row, settings, name) for row in rows)
    words = dict.fromkeys(str(one)[:100] for one in values if isinstance(one, str) and one)
    unknown = [one for one in words if one not in known and one not in {term.id for term in terms}][:MOST_KINDS]
    if not unknown:
        return {}
    found = {}
    for word in unknown:
        like = process.extractOne(word, list(ours), scorer=fuzz.WRatio, processor=utils.default_process)
        found[word] = ours[like[0]] if like and like[1] >= LIKE else "…"
    return {f"{name}s" if name == "kind" else "statuses": {**known, **found}}


def _likest(wanted: Iterable[str], there: Sequence[str]) -> str:
    plain = {utils.default_process(one): one for one in reversed(there)}
    words = [utils.default_process(one) for one in wanted]
    if exact := next((plain[one] for one in words if one in plain), ""):
        return exact
    best, score = "", 0.0
    for word in words:
        like = process.extractOne(word, list(plain), scorer=fuzz.ratio, score_cutoff=LIKE)
        if like and like[1] > score:
            best, score = plain[like[0]], like[1]
    return best


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)

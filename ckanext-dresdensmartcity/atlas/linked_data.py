"""An entry of the atlas as linked data (JSON-LD 1.1): schema.org for search engines, org and foaf for others.

IRIs are stable: an entry stands under its address in the atlas, a topic under that of its concept, and what belongs to
an entry alone (its place, its memberships) under a fragment of the entry's IRI. No persons. Plain Python.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ckanext.dresdensmartcity.city.model import City, Label
from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from ckanext.dresdensmartcity.dcat.iris import publisher_iri

from .entries import ACTOR, FUNDER, LEAD, PARTNER, PROJECT, Entry
from .matching.taxonomy import FREE_TEXT, Taxonomy

Json = dict[str, Any]

# The context stands in the document: nobody has to fetch anything to read it.
CONTEXT: Json = {
    "@vocab": "https://schema.org/",
    "schema": "https://schema.org/",
    "org": "http://www.w3.org/ns/org#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "url": {"@id": "schema:url", "@type": "@id"},
    "license": {"@id": "schema:license", "@type": "@id"},
    "sdLicense": {"@id": "schema:sdLicense", "@type": "@id"},
    "sameAs": {"@id": "schema:sameAs", "@type": "@id"},
    "foaf:homepage": {"@type": "@id"},
    "foaf:page": {"@type": "@id"},
}
ROLES = {LEAD: Label("Federführung", "Lead"), PARTNER: Label("Partner", "Partner"), FUNDER: Label("Förderer", "Funder")}
ACTOR_TYPES = ("Organization", "org:Organization", "foaf:Organization")
# schema.org's Project is an organisation too, and org's collaboration is what several organisations do together.
PROJECT_TYPES = ("Project", "org:OrganizationalCollaboration", "foaf:Project")
_XSD = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}


@dataclass(frozen=True)
class Surroundings:
    """What an entry's description names beside the entry."""

    base: str  # what IRIs of the portal begin with, without a slash at its end
    city: City
    taxonomy: Taxonomy
    dataset: str = ""  # IRI of the atlas as a dataset
    actors: Mapping[str, str] | None = None  # titles by id
    projects: Mapping[str, str] | None = None
    member_of: tuple[str, ...] = ()  # ids of the projects that an actor takes part in


def entry_iri(base: str, entry_type: str, identifier: str) -> str:
    """The IRI of an entry."""
    return f"{base}/atlas/{entry_type}/{quote(identifier, safe='~')}"


def topic_iri(base: str, identifier: str) -> str:
    """The IRI of a concept of the taxonomy."""
    return f"{base}/atlas/topics/{quote(identifier, safe='')}"


def describe(entry: Entry, around: Surroundings) -> Json:
    """The description of an entry, complete in itself."""
    iri = entry_iri(around.base, entry.type, entry.id)
    own = _actor(entry, around, iri) if entry.type == ACTOR else _project(entry, around, iri)
    content = {
        "@context": CONTEXT,
        "@id": iri,
        "name": _text(entry.title),
        "foaf:name": _text(entry.title),
        "description": _text(entry.notes),
        "url": entry.url,
        "foaf:homepage": entry.url,
        "mainEntityOfPage": {"@id": f"{iri}#page", "@type": "WebPage", "url": iri},
        "location": _place(entry, iri),
        "areaServed": [_area(around, area) for area in entry.focus_areas],
        "foaf:page": [one.url for one in entry.links],
        "sameAs": entry.origin_url,
        "contactPoint": _contact(entry, iri),
        "about": [
            _named(f"{around.base}/atlas#field-{field.id}", field.label)
            for field in map(around.city.field_of_action, entry.fields_of_action)
            if field
        ],
        "dcterms:source": [*entry.sources, *dict.fromkeys(one.source for one in entry.evidence if one.source)],
        "dcterms:isPartOf": {"@id": around.dataset} if around.dataset else None,
        "sdLicense": entry.origin_license or around.city.license,
        "sdPublisher": {
            "@id": publisher_iri(around.base, around.city.id),
            "@type": "Organization",
            "name": around.city.publisher.name,
            "url": around.city.publisher.url,
        },
        "seeks": [_exchange("Demand", iri, "need", one, around) for one in enumerate(entry.needs, 1)],
        **own,
    }
    found: Json = _filled(content)
    return found


def script(content: Json) -> str:
    """The description for a script element of a page: no text in it can end the element or begin another."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _actor(entry: Entry, around: Surroundings, iri: str) -> Json:
    kind = vocabulary("actor-kinds").label(entry.kind) if entry.kind else None
    above = _entry(around, ACTOR, entry.part_of) if entry.part_of else None
    projects = [_entry(around, PROJECT, one) for one in around.member_of]
    return {
        "@type": list(ACTOR_TYPES),
        "org:classification": _named(f"{around.base}/atlas#kind-{quote(entry.kind)}", kind) if kind else None,
        "parentOrganization": above,
        "org:subOrganizationOf": above,
        "memberOf": projects,
        "makesOffer": [_exchange("Offer", iri, "offer", one, around) for one in enumerate(entry.offers, 1)],
    }


def _project(entry: Entry, around: Surroundings, iri: str) -> Json:
    status = vocabulary("project-status").label(entry.status) if entry.status else None
    by_role = {role: [one.actor for one in entry.members if one.role == role] for role in ROLES}
    members = dict.fromkeys([*by_role[LEAD], *by_role[PARTNER]])
    return {
        "@type": list(PROJECT_TYPES),
        "identifier": {"@id": f"{iri}#measure", "@type": "PropertyValue", "name": "measure", "value": entry.measure}
        if entry.measure
        else None,
        "org:classification": _named(f"{around.base}/atlas#status-{quote(entry.status)}", status) if status else None,
        "foundingDate": _date(entry.start),
        "dissolutionDate": _date(entry.end),
        "member": [_entry(around, ACTOR, one) for one in members],
        "funder": [_entry(around, ACTOR, one) for one in dict.fromkeys(by_role[FUNDER])],
        "@reverse": {"org:organization": [_membership(around, iri, one) for one in enumerate(entry.members, 1)]}
        if entry.members
        else None,
        "foaf:fundedBy": [_entry(around, ACTOR, one) for one in dict.fromkeys(by_role[FUNDER])],
        "dcterms:relation": [_entry(around, PROJECT, one) for one in entry.builds_on],
        "dcterms:replaces": _entry(around, PROJECT, entry.continues) if entry.continues else None,
        "subjectOf": [_dataset(around, one) for one in entry.datasets],
    }


def _membership(around: Surroundings, iri: str, numbered: tuple[int, Any]) -> Json:
    number, member = numbered
    during = {
        "@id": f"{iri}#member-{number}-time",
        "@type": "schema:Duration",
        "startDate": _date(member.since),
        "endDate": _date(member.until),
    }
    role = ROLES.get(member.role)
    return {
        "@id": f"{iri}#member-{number}",
        "@type": "org:Membership",
        "org:member": _entry(around, ACTOR, member.actor),
        "org:role": {
            "@id": f"{around.base}/atlas#role-{quote(member.role, safe='')}",
            "@type": "org:Role",
            "skos:prefLabel": _labels(role) if role else member.role,
        },
        "org:memberDuring": during if member.since or member.until else None,
        "dcterms:source": member.source,
    }


def _exchange(kind: str, iri: str, name: str, numbered: tuple[int, str], around: Surroundings) -> Json:
    """What is offered or sought: a concept of the taxonomy, else its own words."""
    number, text = numbered
    concept = around.taxonomy.concept(text)
    known = not concept.startswith(FREE_TEXT)
    item: Json = (
        {
            "@id": topic_iri(around.base, concept),
            "@type": "skos:Concept",
            "skos:prefLabel": _labels(around.taxonomy.label(concept)),
        }
        if known
        else {"@id": f"{iri}#{name}-{number}-item", "@type": "Service", "name": text}
    )
    return {"@id": f"{iri}#{name}-{number}", "@type": kind, "itemOffered": item}


def _place(entry: Entry, iri: str) -> Json | None:
    if entry.position is None:
        return None
    longitude, latitude = entry.position
    geo = {"@id": f"{iri}#geo", "@type": "GeoCoordinates", "longitude": longitude, "latitude": latitude}
    return {"@id": f"{iri}#place", "@type": "Place", "geo": geo}


def _area(around: Surroundings, identifier: str) -> Json | None:
    area = around.city.focus_area(identifier)
    if area is None:
        return None
    return {"@id": f"{around.base}/atlas#area-{area.id}", "@type": "Place", "name": _labels(area.label)}


def _contact(entry: Entry, iri: str) -> Json | None:
    """The page of an office; never a person, a mail or a number."""
    if not entry.contact_url:
        return None
    return {"@id": f"{iri}#contact", "@type": "ContactPoint", "url": entry.contact_url}


def _entry(around: Surroundings, entry_type: str, identifier: str) -> Json:
    titles = around.actors if entry_type == ACTOR else around.projects
    kinds = ACTOR_TYPES if entry_type == ACTOR else PROJECT_TYPES
    found: Json = {"@id": entry_iri(around.base, entry_type, identifier), "@type": kinds[0]}
    if title := (titles or {}).get(identifier):
        found["name"] = _text(title)
    return found


def _dataset(around: Surroundings, name: str) -> Json:
    return {"@id": f"{around.base}/dataset/{quote(name, safe='')}", "@type": "Dataset"}


def _named(iri: str, label: Label) -> Json:
    return {"@id": iri, "@type": "skos:Concept", "skos:prefLabel": _labels(label), "name": _labels(label)}


def _labels(label: Label) -> list[Json]:
    return [{"@value": text, "@language": language} for language, text in (("de", label.de), ("en", label.en)) if text]


def _text(text: str) -> Json | None:
    """A text of an entry: entries are written in German."""
    return {"@value": text, "@language": "de"} if text else None


def _date(text: str) -> Json | None:
    """A year, month or day with its type; nothing where it is none of these."""
    kind = _XSD.get(len(text))
    return {"@value": text, "@type": kind} if kind and text[:4].isdigit() else None


def _filled(content: Any) -> Any:
    """Without what is empty."""
    if isinstance(content, dict):
        pairs = ((name, value if name == "@context" else _filled(value)) for name, value in content.items())
        return {name: value for name, value in pairs if not _is_empty(value)}
    if isinstance(content, list):
        return [value for value in map(_filled, _each(content)) if not _is_empty(value)]
    return content


def _each(values: Iterable[Any]) -> Iterable[Any]:
    return (value for value in values if value is not None)


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})

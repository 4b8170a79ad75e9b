"""Which property goes to which field, and how: the table that reading goes by, for each class of entry.

It mirrors `property` in schemas/*.yaml; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rdflib import Literal, URIRef
from rdflib.term import Node

from ..namespaces import ADMS, DCAT, DCATAP, DCATDE, DCTERMS, ELI, FOAF, GEODCATAP, PROV, RDFS, SKOS, XSD
from . import literals, parties, places
from .scope import Scope

Read = Callable[[Scope, Node, "Field"], Any]


@dataclass(frozen=True)
class Field:
    """One property that is read into one field, or into a pair of German and English ones."""

    name: str
    predicate: URIRef
    read: Read
    vocabulary: str = ""
    english: str = ""  # the field of the English text
    kinds: tuple[URIRef, ...] = ()  # classes that the property's values have anyway


def term(scope: Scope, subject: Node, field: Field) -> str:
    return scope.one_term(subject, field.predicate, field.vocabulary, (SKOS.Concept, *field.kinds))


def terms(scope: Scope, subject: Node, field: Field) -> list[str]:
    return scope.terms(subject, field.predicate, field.vocabulary, (SKOS.Concept, *field.kinds))


def iri(scope: Scope, subject: Node, field: Field) -> str:
    return scope.one_iri(subject, field.predicate, field.kinds)


def iris(scope: Scope, subject: Node, field: Field) -> list[str]:
    return scope.iris(subject, field.predicate, field.kinds)


def text(scope: Scope, subject: Node, field: Field) -> str:
    return scope.one_text(subject, field.predicate)


def bilingual(scope: Scope, subject: Node, field: Field) -> tuple[str, str]:
    return scope.bilingual(subject, field.predicate)


def date(scope: Scope, subject: Node, field: Field) -> str:
    return places.date(scope, subject, field.predicate)


def agents(scope: Scope, subject: Node, field: Field) -> list[dict[str, Any]]:
    return parties.agents(scope, subject, field.predicate)


def one_agent(scope: Scope, subject: Node, field: Field) -> list[dict[str, Any]]:
    """One agent, as the list of one record that a repeating field holds; the best described first."""
    found = parties.agents(scope, subject, field.predicate)
    found.sort(key=lambda one: -len(one))
    for other in found[1:]:
        scope.reject(subject, field.predicate, other.get("uri") or other.get("name"), "there may be only one publisher")
    return found[:1]


def contacts(scope: Scope, subject: Node, field: Field) -> list[dict[str, Any]]:
    return parties.contacts(scope, subject, field.predicate)


def spatial(scope: Scope, subject: Node, field: Field) -> list[dict[str, Any]]:
    return places.spatial(scope, subject)


def temporal(scope: Scope, subject: Node, field: Field) -> list[dict[str, Any]]:
    return places.temporal(scope, subject)


def duration(scope: Scope, subject: Node, field: Field) -> str:
    return scope.literal(
        subject, field.predicate, literals.duration, "an ISO 8601 duration, such as PT1H", (XSD.duration,)
    )


def metres(scope: Scope, subject: Node, field: Field) -> float | int | None:
    def convert(given: str) -> tuple[str, str] | None:
        found = literals.metres(given)
        return None if found is None else (str(found), "")

    found = scope.literal(subject, field.predicate, convert, "a length in metres", (XSD.decimal,))
    return literals.metres(found) if found else None


def size(scope: Scope, subject: Node, field: Field) -> int | None:
    def convert(given: str) -> tuple[str, str] | None:
        found = literals.size(given)
        return None if found is None else (str(found), "")

    found = scope.literal(subject, field.predicate, convert, "a number of bytes", (XSD.nonNegativeInteger,))
    return int(found) if found else None


def linked(scope: Scope, subject: Node, field: Field) -> list[str]:
    """Other entries, by IRI or by the name of their blank node."""
    return scope.iris(subject, field.predicate, field.kinds)


def statement(scope: Scope, subject: Node, field: Field) -> str:
    """One thing that is named by an IRI or described by its label: dcterms:rights."""
    found: list[str] = []
    for node in scope.values(subject, field.predicate):
        label = _label(scope, subject, field, node)
        if label:
            found.append(label)
    for other in found[1:]:
        scope.reject(subject, field.predicate, other, "there may be only one; another was taken")
    return found[0] if found else ""


def _label(scope: Scope, subject: Node, field: Field, node: Node) -> str:
    if isinstance(node, Literal):
        return scope.text_of(subject, field.predicate, node)
    scope.kinds(node, field.kinds)
    german, english = scope.bilingual(node, RDFS.label)
    if german and english:
        scope.reject(node, RDFS.label, english, "there is one field, for German")
    if german or english:
        return german or english
    return scope.iri_of(subject, field.predicate, node, web=False)


def identifiers(scope: Scope, subject: Node, field: Field) -> list[str]:
    """adms:identifier: the notations of its nodes; a plain text or an IRI is a notation itself."""
    found = []
    for node in scope.values(subject, field.predicate):
        if isinstance(node, Literal):
            if notation := scope.text_of(subject, field.predicate, node):
                scope.change(subject, field.predicate, node, notation, "identifier-literal")
                found.append(notation)
            continue
        scope.kinds(node, (ADMS.Identifier,))
        notation = scope.one_text(node, SKOS.notation)
        if not notation and isinstance(node, URIRef) and not scope.has(node):
            notation = str(node)
            scope.change(subject, field.predicate, node, notation, "identifier-literal")
        if notation:
            found.append(notation)
        else:
            scope.reject(subject, field.predicate, node, "an identifier with a skos:notation is wanted here")
    return list(dict.fromkeys(found))


def first_text(scope: Scope, subject: Node, field: Field) -> str:
    """One identifier of several: the first; the others are listed by the caller as further identifiers."""
    return scope.one_text(subject, field.predicate)


PUBLISHED = (DCTERMS.LicenseDocument, DCTERMS.RightsStatement)
DOCUMENT = (FOAF.Document,)
LEGAL = (ELI.LegalResource,)
FREQUENCY = (DCTERMS.Frequency,)

# What all entries have.
COMMON = (
    Field("title", DCTERMS.title, bilingual, english="title_en"),
    Field("notes", DCTERMS.description, bilingual, english="notes_en"),
    Field("publisher", DCTERMS.publisher, one_agent),
    Field("contact", DCAT.contactPoint, contacts),
    Field("issued", DCTERMS.issued, date),
    Field("modified", DCTERMS.modified, date),
    Field("url", DCAT.landingPage, iri, kinds=DOCUMENT),
    Field("applicable_legislation", DCATAP.applicableLegislation, iris, kinds=LEGAL),
    Field("identifier", DCTERMS.identifier, first_text),
)

DATASET = (
    *COMMON,
    Field("spatial_coverage", DCTERMS.spatial, spatial),
    Field("temporal_coverage", DCTERMS.temporal, temporal),
    Field("frequency", DCTERMS.accrualPeriodicity, term, "frequencies", kinds=FREQUENCY),
    Field("theme", DCAT.theme, terms, "themes"),
    Field("availability", DCATAP.availability, term, "availability"),
    Field("political_geocoding_level", DCATDE.politicalGeocodingLevelURI, terms, "geocoding-levels"),
    Field("hvd_category", DCATAP.hvdCategory, terms, "hvd-categories"),
    Field("version", DCAT.version, text),
    Field("version_notes", ADMS.versionNotes, bilingual, english="version_notes_en"),
    Field("language", DCTERMS.language, terms, "languages", kinds=(DCTERMS.LinguisticSystem,)),
    Field("access_rights", DCTERMS.accessRights, term, "access-rights", kinds=(DCTERMS.RightsStatement,)),
    Field("spatial_resolution_in_meters", DCAT.spatialResolutionInMeters, metres),
    Field("temporal_resolution", DCAT.temporalResolution, duration),
    Field("alternate_identifier", ADMS.identifier, identifiers),
    Field("documentation", FOAF.page, iris, kinds=DOCUMENT),
    Field("conforms_to", DCTERMS.conformsTo, iris, kinds=(DCTERMS.Standard,)),
    Field("in_series", DCAT.inSeries, linked),
    Field("references", DCTERMS.references, iris),
    Field("is_referenced_by", DCTERMS.isReferencedBy, iris),
    Field("dcat_type", DCTERMS.type, terms, "dataset-types"),
    Field("contributor_id", DCATDE.contributorID, iris),
    Field("creator", DCTERMS.creator, agents),
    Field("contributor", DCTERMS.contributor, agents),
    Field("originator", GEODCATAP.originator, agents),
    Field("custodian", GEODCATAP.custodian, agents),
)

SERIES = (
    *COMMON,
    Field("spatial_coverage", DCTERMS.spatial, spatial),
    Field("temporal_coverage", DCTERMS.temporal, temporal),
    Field("frequency", DCTERMS.accrualPeriodicity, term, "frequencies", kinds=FREQUENCY),
)

SERVICE = (
    *COMMON,
    Field("endpoint_url", DCAT.endpointURL, iris),
    Field("endpoint_description", DCAT.endpointDescription, iris, kinds=(*DOCUMENT, *PUBLISHED)),
    Field("serves_dataset", DCAT.servesDataset, linked),
    Field("theme", DCAT.theme, terms, "themes"),
    Field("availability", DCATAP.availability, term, "availability"),
    Field("access_rights", DCTERMS.accessRights, term, "access-rights", kinds=(DCTERMS.RightsStatement,)),
    Field("hvd_category", DCATAP.hvdCategory, terms, "hvd-categories"),
    Field("format", DCTERMS["format"], terms, "file-types", kinds=(DCTERMS.MediaTypeOrExtent,)),
    Field("language", DCTERMS.language, terms, "languages", kinds=(DCTERMS.LinguisticSystem,)),
    Field("documentation", FOAF.page, iris, kinds=DOCUMENT),
    Field("conforms_to", DCTERMS.conformsTo, iris, kinds=(DCTERMS.Standard,)),
    Field("license_attribution", DCATDE.licenseAttributionByText, text),
)

DISTRIBUTION = (
    Field("name", DCTERMS.title, bilingual, english="name_en"),
    Field("description", DCTERMS.description, bilingual, english="description_en"),
    Field("license_attribution", DCATDE.licenseAttributionByText, bilingual, english="license_attribution_en"),
    Field("availability", DCATAP.availability, term, "availability"),
    Field("status", ADMS.status, term, "distribution-status"),
    Field("language", DCTERMS.language, terms, "languages", kinds=(DCTERMS.LinguisticSystem,)),
    Field("issued", DCTERMS.issued, date),
    Field("modified", DCTERMS.modified, date),
    Field("size", DCAT.byteSize, size),
    Field("documentation", FOAF.page, iris, kinds=DOCUMENT),
    Field("conforms_to", DCTERMS.conformsTo, iris, kinds=(DCTERMS.Standard,)),
    Field("rights", DCTERMS.rights, statement, kinds=PUBLISHED),
    Field("applicable_legislation", DCATAP.applicableLegislation, iris, kinds=LEGAL),
    Field("access_services", DCAT.accessService, linked),
    Field("spatial_resolution_in_meters", DCAT.spatialResolutionInMeters, metres),
    Field("temporal_resolution", DCAT.temporalResolution, duration),
)

__all__ = ["COMMON", "DATASET", "DISTRIBUTION", "PROV", "SERIES", "SERVICE", "Field", "read_fields"]


def read_fields(scope: Scope, subject: Node, table: tuple[Field, ...]) -> dict[str, Any]:
    """All fields of a table that have a value."""
    package: dict[str, Any] = {}
    for field in table:
        found = field.read(scope, subject, field)
        if field.english:
            german, english = found
            package |= _pair(scope, subject, field, german, english)
        elif found not in (None, "", []):
            package[field.name] = found
    return package


def _pair(scope: Scope, subject: Node, field: Field, german: str, english: str) -> dict[str, str]:
    """A German text and its English form; where there is only an English one, it stands in both places."""
    if not german and english and field.name in ("title", "notes"):  # which our forms ask for
        scope.change(subject, field.predicate, english, english, "only-english")
        german = english
    return {name: value for name, value in ((field.name, german), (field.english, english)) if value}

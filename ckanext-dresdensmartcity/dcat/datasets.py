"""One entry of the catalogue, a dataset, a series or a data service, as RDF with all that belongs to it."""

from __future__ import annotations

import copy
from collections.abc import Iterable

from ckanext.dresdensmartcity.city.values import texts
from rdflib import Literal, URIRef

from .common import COMMON, HVD_REGULATION, identifier, identifiers
from .distributions import RESOLUTIONS, distribution
from .iris import DATASET, PUBLISHED_TYPES, SERIES, SERVICE, Package, dataset_iri, reference
from .namespaces import ADMS, DCAT, DCATAP, DCATDE, DCTERMS, FOAF, PROV, RDF, RDFS
from .output import CLASSES, Others, Output
from .parties import agents
from .places import levels, spatial, temporal
from .records import enter, record
from .relations import privacy, programme, qualified
from .rules import Rule, bilingual, entries, iris, plain, remark, statements, term, terms, write
from .services import SERVICE_RULES, serves

__all__ = [
    "HVD_REGULATION",
    "SAMPLE_DE",
    "SAMPLE_EN",
    "alone",
    "describe",
    "index_of_entries",
    "links",
]

SAMPLE_DE = "Beispieldaten: zur Vorführung erzeugt, nicht gemessen."
SAMPLE_EN = "Sample data: made for demonstration, not measured."


def index_of_entries(packages: Iterable[Package], base: str) -> dict[str, Package]:
    """Entries by id, name and IRI, as links may hold any of them; `base` is what the portal's IRIs start with."""
    found: dict[str, Package] = {}
    for one in packages:
        if (one.get("type") or DATASET) in PUBLISHED_TYPES:
            found |= {str(key): one for key in (one.get("id"), one.get("name"), dataset_iri(one, base)) if key}
    return found


def links(package: Package) -> set[str]:
    """The other entries of this portal that an entry points to, as they are written: ids, names or IRIs."""
    fields = ("in_series", "source", "has_version", "serves_dataset")
    named = {key for name in fields for key in texts(package.get(name))}
    return named | {key for one in package.get("resources") or [] for key in texts(one.get("access_services"))}


def describe(out: Output, package: Package, iri: str = "", *, linked: bool = True) -> URIRef:
    """Write one entry; returns its IRI.

    `linked` says whether what its links point to is described too, so that the graph is complete in itself. Without,
    other entries are named by IRI and type, nothing is said of the city's publisher, contact and place and of the
    portal's API, and the catalogue is said to hold the entry: so one part of a catalogue is written, whose frame
    `describe_catalogue` writes.
    """
    own = copy.copy(out)  # the same graph and the same lists
    own.others = Others.WHOLE if linked else Others.NAMED
    subject = _entry(own, package, iri)
    if not linked:
        enter(own, URIRef(own.site.base), package, subject)
    while own.waiting:
        other_iri, other = own.waiting.popitem()
        # An entry that is described already is not written a second time without its links: that adds nothing.
        if other_iri != subject:
            alone(own, other)
    return subject


def alone(out: Output, package: Package) -> URIRef:
    """Write one entry without its links to others, for a graph in which another entry points to it."""
    own = copy.copy(out)
    own.others = Others.UNSAID
    own.omissions = []  # those are listed where the entry itself is written
    return _entry(own, package)


def _entry(out: Output, package: Package, iri: str = "") -> URIRef:
    subject = URIRef(iri or dataset_iri(package, out.site.base))
    kind = package.get("type") or DATASET
    out.add(subject, RDF.type, CLASSES[kind])
    write(out, subject, package, RULES[kind])
    record(out, subject, package)
    return subject


def _language(out: Output, subject: URIRef, package: Package) -> None:
    if not out.terms(subject, DCTERMS.language, package, "language", "languages"):
        for language in out.city.languages:
            out.add(subject, DCTERMS.language, reference(language))


def _contributor_id(out: Output, subject: URIRef, package: Package) -> None:
    if not out.references(subject, DCATDE.contributorID, package, "contributor_id") and out.city.contributor_id:
        out.add(subject, DCATDE.contributorID, reference(out.city.contributor_id))


def _provenance(out: Output, subject: URIRef, package: Package) -> None:
    """Where the data come from, and how they were made."""
    if package.get("provenance") or package.get("provenance_en"):
        node = out.node(subject, "provenance", DCTERMS.ProvenanceStatement)
        out.add(subject, DCTERMS.provenance, node)
        out.bilingual(node, RDFS.label, package.get("provenance"), package.get("provenance_en"))
    if package.get("method") or package.get("method_en") or package.get("method_version"):
        node = out.node(subject, "method", PROV.Activity)
        out.add(subject, PROV.wasGeneratedBy, node)
        out.bilingual(node, RDFS.label, package.get("method"), package.get("method_en"))
        if package.get("method_version"):
            out.add(node, DCAT.version, Literal(str(package["method_version"])))


def _distributions(out: Output, subject: URIRef, package: Package) -> None:
    for resource in package.get("resources") or []:
        distribution(out, subject, package, resource)
    serves(out, subject, package)


_PLACE_AND_TIME: tuple[Rule, ...] = (
    spatial,
    temporal,
    term(DCTERMS.accrualPeriodicity, "frequency", "frequencies"),
    programme,
)
_DATASET: tuple[Rule, ...] = (
    *COMMON,
    *_PLACE_AND_TIME,
    terms(DCAT.theme, "theme", "themes"),
    identifiers,
    _language,
    term(DCTERMS.accessRights, "access_rights", "access-rights", lambda out: out.city.access_rights),
    term(DCATAP.availability, "availability", "availability", lambda out: out.city.availability),
    _contributor_id,
    levels,
    terms(DCTERMS.type, "dcat_type", "dataset-types"),
    plain(DCAT.version, "version"),
    bilingual(ADMS.versionNotes, "version_notes"),
    iris(FOAF.page, "documentation", FOAF.Document),
    statements(DCTERMS.conformsTo, "conforms_to", DCTERMS.Standard),
    *RESOLUTIONS,
    _provenance,
    remark(DCTERMS.provenance, "sample", DCTERMS.ProvenanceStatement, RDFS.label, SAMPLE_DE, SAMPLE_EN, "sample"),
    privacy,
    iris(PROV.wasGeneratedBy, "was_generated_by", PROV.Activity),
    agents,
    qualified,
    iris(DCTERMS.references, "references"),
    iris(DCTERMS.isReferencedBy, "is_referenced_by"),
    iris(DCTERMS.relation, "related_resource"),
    entries(DCTERMS.source, "source", DATASET),
    entries(DCAT.hasVersion, "has_version", DATASET),
    entries(DCAT.inSeries, "in_series", SERIES),
    _distributions,
)
# The table of each CKAN type.
RULES: dict[str, tuple[Rule, ...]] = {
    DATASET: _DATASET,
    SERIES: (*COMMON, *_PLACE_AND_TIME, identifier),
    SERVICE: (*COMMON, identifier, *SERVICE_RULES),
}

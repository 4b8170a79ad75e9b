"""One entry of the catalogue, a dataset, a series or a data service, as RDF with all that belongs to it."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping

from rdflib import Literal, URIRef

from .distributions import distribution, resolutions
from .iris import DATASET, PUBLISHED_TYPES, SERIES, SERVICE, Package, dataset_iri, reference, stored_uri
from .namespaces import ADMS, DCAT, DCATAP, DCATDE, DCTERMS, ELI, FOAF, PROV, RDF, RDFS, SKOS
from .output import CLASSES, Others, Output
from .parties import contacts, publisher
from .places import DATE_WANTED, levels, spatial, temporal
from .services import serves, service
from .values import moment, texts, yes

# Regulation (EU) 2023/138: the legislation of every high-value dataset (DCAT-AP HVD 3.0).
HVD_REGULATION = "http://data.europa.eu/eli/reg_impl/2023/138/oj"

SAMPLE_DE = "Beispieldaten: zur Vorführung erzeugt, nicht gemessen."
SAMPLE_EN = "Sample data: made for demonstration, not measured."


def index_of_entries(packages: Iterable[Package], base: str) -> dict[str, Package]:
    """Entries by id, name and IRI, as links may hold any of them; `base` is what the portal's IRIs start with."""
    found: dict[str, Package] = {}
    for one in packages:
        if (one.get("type") or DATASET) in PUBLISHED_TYPES:
            found |= {str(key): one for key in (one.get("id"), one.get("name"), dataset_iri(one, base)) if key}
    return found


def index_of_series(packages: Iterable[Package]) -> dict[str, Package]:
    """Series by id and by name."""
    return {str(one[key]): one for one in packages if one.get("type") == SERIES for key in ("id", "name")}


def links(package: Package) -> set[str]:
    """The other entries of this portal that an entry points to, as they are written: ids, names or IRIs."""
    fields = ("in_series", "source", "has_version", "serves_dataset")
    named = {key for name in fields for key in texts(package.get(name))}
    return named | {key for one in package.get("resources") or [] for key in texts(one.get("access_services"))}


def describe(out: Output, package: Package, iri: str = "", *, linked: bool = True) -> URIRef:
    """Write one entry; returns its IRI.

    `linked` says whether what its links point to is described too, so that the graph is complete in itself. Without,
    other entries are named by IRI and type, and nothing is said of the catalogue, the city's publisher, contact and
    place and the portal's API: so one part of a catalogue is written, which `describe_catalogue` holds together.
    """
    own = copy.copy(out)  # the same graph and the same lists
    own.others = Others.WHOLE if linked else Others.NAMED
    subject = _entry(own, package, iri)
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
    _common(out, subject, package)
    if kind == DATASET:
        _dataset(out, subject, package)
    elif kind == SERVICE:
        service(out, subject, package)
    return subject


def _common(out: Output, subject: URIRef, package: Package) -> None:
    """What datasets and series have alike."""
    out.bilingual(subject, DCTERMS.title, package.get("title"), package.get("title_en"))
    out.bilingual(subject, DCTERMS.description, package.get("notes"), package.get("notes_en"))
    _keywords(out, subject, package)
    publisher(out, subject, package)
    contacts(out, subject, package)
    spatial(out, subject, package)
    temporal(out, subject, package)
    _dates(out, subject, package)
    out.term_or(subject, DCTERMS.accrualPeriodicity, package, "frequency", "frequencies")
    _legislation(out, subject, package)
    _landing_page(out, subject, package)


def _keywords(out: Output, subject: URIRef, package: Package) -> None:
    tags = package.get("tags") or []
    german = [str(tag["name"]) if isinstance(tag, Mapping) else str(tag) for tag in tags]
    if not german:
        german = str(package.get("tag_string") or "").split(",")
    for word in german:
        out.bilingual(subject, DCAT.keyword, word, "")
    for word in texts(package.get("keywords_en")):
        out.bilingual(subject, DCAT.keyword, "", word)


def _dates(out: Output, subject: URIRef, package: Package) -> None:
    """Dates of the data; where there are none, when the portal took the dataset in and last changed it."""
    for name, predicate, fallback in (
        ("issued", DCTERMS.issued, "metadata_created"),
        ("modified", DCTERMS.modified, "metadata_modified"),
    ):
        if not out.literal(subject, predicate, package, name, moment(package.get(name)), DATE_WANTED):
            out.add(subject, predicate, moment(package.get(fallback), utc=True))


def _legislation(out: Output, subject: URIRef, package: Package) -> None:
    out.references(subject, DCATAP.applicableLegislation, package, "applicable_legislation", ELI.LegalResource)
    if out.terms(subject, DCATAP.hvdCategory, package, "hvd_category", "hvd-categories"):
        regulation = {"applicable_legislation": HVD_REGULATION}
        out.references(subject, DCATAP.applicableLegislation, regulation, "applicable_legislation", ELI.LegalResource)


def _landing_page(out: Output, subject: URIRef, package: Package) -> None:
    """The page that the dataset came from, or its page here."""
    if not out.references(subject, DCAT.landingPage, package, "url", FOAF.Document):
        here = URIRef(f"{out.site.url}/{package.get('type') or 'dataset'}/{package['name']}")
        out.add(subject, DCAT.landingPage, here)
        if here != subject:  # else the dataset itself would be called a document
            out.add(here, RDF.type, FOAF.Document)


def _dataset(out: Output, subject: URIRef, package: Package) -> None:
    """What only datasets have."""
    out.terms(subject, DCAT.theme, package, "theme", "themes")
    _identifiers(out, subject, package)
    _defaults(out, subject, package)
    levels(out, subject, package)
    if package.get("version"):
        out.add(subject, DCAT.version, Literal(str(package["version"])))
    out.references(subject, FOAF.page, package, "documentation", FOAF.Document)
    out.statements(subject, DCTERMS.conformsTo, package, "conforms_to", DCTERMS.Standard)
    out.references(subject, DCTERMS.references, package, "references")
    resolutions(out, subject, package)
    _provenance(out, subject, package)
    out.link(subject, DCAT.inSeries, package, "in_series", SERIES)
    for resource in package.get("resources") or []:
        distribution(out, subject, package, resource)
    serves(out, subject, package)


def _identifiers(out: Output, subject: URIRef, package: Package) -> None:
    """dct:identifier as it was received, else our IRI; our own ids are adms:identifier (conventions 25 and 26)."""
    received = str(package.get("identifier") or "").strip()
    out.add(subject, DCTERMS.identifier, Literal(received or str(subject)))
    others = texts(package.get("alternate_identifier"))
    own = str(package.get("id") or "")
    if own and (received or stored_uri(package)) and own not in (received, *others):
        others.append(own)
    for number, notation in enumerate(others, 1):
        node = out.node(subject, f"identifier-{number}", ADMS.Identifier)
        out.add(subject, ADMS.identifier, node)
        out.add(node, SKOS.notation, Literal(notation))


def _defaults(out: Output, subject: URIRef, package: Package) -> None:
    """What the city says for datasets that say nothing themselves."""
    city = out.city
    if not out.terms(subject, DCTERMS.language, package, "language", "languages"):
        for language in city.languages:
            out.add(subject, DCTERMS.language, reference(language))
    out.term_or(subject, DCTERMS.accessRights, package, "access_rights", "access-rights", city.access_rights)
    out.term_or(subject, DCATAP.availability, package, "availability", "availability", city.availability)
    if not out.references(subject, DCATDE.contributorID, package, "contributor_id") and city.contributor_id:
        out.add(subject, DCATDE.contributorID, reference(city.contributor_id))


def _provenance(out: Output, subject: URIRef, package: Package) -> None:
    """Where the data come from, how they were made, and whether they are a sample."""
    if package.get("provenance"):
        node = out.node(subject, "provenance", DCTERMS.ProvenanceStatement)
        out.add(subject, DCTERMS.provenance, node)
        out.bilingual(node, RDFS.label, package.get("provenance"), package.get("provenance_en"))
    if yes(package.get("sample")):
        node = out.node(subject, "sample", DCTERMS.ProvenanceStatement)
        out.add(subject, DCTERMS.provenance, node)
        out.bilingual(node, RDFS.label, SAMPLE_DE, SAMPLE_EN)
    if package.get("method"):
        node = out.node(subject, "method", PROV.Activity)
        out.add(subject, PROV.wasGeneratedBy, node)
        out.bilingual(node, RDFS.label, package.get("method"), package.get("method_en"))
        if package.get("method_version"):
            out.add(node, DCAT.version, Literal(str(package["method_version"])))

"""What datasets, series and data services have alike."""

from __future__ import annotations

from collections.abc import Mapping

from ckanext.dresdensmartcity.city.values import texts
from rdflib import Literal, URIRef

from .iris import Package, stored_uri
from .namespaces import ADMS, DCAT, DCATAP, DCTERMS, ELI, FOAF, RDF, SKOS
from .output import Output
from .parties import contacts, publisher
from .places import DATE_WANTED
from .rules import Rule, bilingual, terms
from .values import moment, yes

# Regulation (EU) 2023/138: the legislation of every high-value dataset (DCAT-AP HVD 3.0).
HVD_REGULATION = "http://data.europa.eu/eli/reg_impl/2023/138/oj"


def keywords(out: Output, subject: URIRef, package: Package) -> None:
    """dcat:keyword: CKAN's tags are German."""
    tags = package.get("tags") or []
    german = [str(tag["name"]) if isinstance(tag, Mapping) else str(tag) for tag in tags]
    if not german:
        german = str(package.get("tag_string") or "").split(",")
    for word in german:
        out.bilingual(subject, DCAT.keyword, word, "")
    for word in texts(package.get("keywords_en")):
        out.bilingual(subject, DCAT.keyword, "", word)


def dates(out: Output, subject: URIRef, package: Package) -> None:
    """Dates of the data; where there are none, when the portal took the entry in and last changed it."""
    for name, predicate, fallback in (
        ("issued", DCTERMS.issued, "metadata_created"),
        ("modified", DCTERMS.modified, "metadata_modified"),
    ):
        if not out.literal(subject, predicate, package, name, moment(package.get(name)), DATE_WANTED):
            out.add(subject, predicate, moment(package.get(fallback), utc=True))


def is_high_value(package: Package) -> bool:
    """Whether the switch is on, or a category is given."""
    return yes(package.get("high_value")) or bool(texts(package.get("hvd_category")))


def legislation(out: Output, subject: URIRef, package: Package, *, high_value: bool) -> None:
    """dcatap:applicableLegislation: what is given, and the regulation on high-value datasets."""
    laws = texts(package.get("applicable_legislation"))
    if high_value and HVD_REGULATION not in laws:
        laws.append(HVD_REGULATION)
    field = {"applicable_legislation": laws}
    out.references(subject, DCATAP.applicableLegislation, field, "applicable_legislation", ELI.LegalResource)


def _legislation(out: Output, subject: URIRef, package: Package) -> None:
    legislation(out, subject, package, high_value=is_high_value(package))


def _landing_page(out: Output, subject: URIRef, package: Package) -> None:
    """The page that the entry came from, or its page here."""
    if not out.references(subject, DCAT.landingPage, package, "url", FOAF.Document):
        here = URIRef(f"{out.site.url}/{package.get('type') or 'dataset'}/{package['name']}")
        out.add(subject, DCAT.landingPage, here)
        if here != subject:  # else the dataset itself would be called a document
            out.add(here, RDF.type, FOAF.Document)


def identifier(out: Output, subject: URIRef, package: Package) -> None:
    """dct:identifier as it was received; without one an entry is identified by its IRI alone."""
    if received := str(package.get("identifier") or "").strip():
        out.add(subject, DCTERMS.identifier, Literal(received))


def identifiers(out: Output, subject: URIRef, package: Package) -> None:
    """dct:identifier as it was received, else our IRI; our own ids are adms:identifier (conventions 25 and 26)."""
    received = str(package.get("identifier") or "").strip()
    out.add(subject, DCTERMS.identifier, Literal(received or str(subject)))
    others = {str(number): one for number, one in enumerate(texts(package.get("alternate_identifier")), 1)}
    own = str(package.get("id") or "")
    if own and (received or stored_uri(package)) and own not in (received, *others.values()):
        others["portal"] = own
    for name, notation in others.items():
        node = out.node(subject, f"identifier-{name}", ADMS.Identifier)
        out.add(subject, ADMS.identifier, node)
        out.add(node, SKOS.notation, Literal(notation))


COMMON: tuple[Rule, ...] = (
    bilingual(DCTERMS.title, "title"),
    bilingual(DCTERMS.description, "notes"),
    keywords,
    publisher,
    contacts,
    dates,
    terms(DCATAP.hvdCategory, "hvd_category", "hvd-categories"),
    _legislation,
    _landing_page,
)

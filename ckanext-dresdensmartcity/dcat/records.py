"""An entry's place in the catalogue: how it is held, and its dcat:CatalogRecord."""

from __future__ import annotations

from rdflib import URIRef

from .iris import DATASET, SERIES, SERVICE, Package, reference, stored_uri
from .namespaces import DCAT, DCTERMS, FOAF, RDF
from .output import Others, Output
from .values import moment

# The specification that the metadata follow.
PROFILE = URIRef("https://www.dcat-ap.de/def/dcatde/3.0/spec/")


# By what the catalogue holds an entry of each type. Series stand under dcat:resource: they are entries, but no
# dcat:Dataset, which the range of dcat:dataset asks for.
MEMBERSHIP = {DATASET: DCAT.dataset, SERIES: DCAT.resource, SERVICE: DCAT.service}


def enter(out: Output, catalogue: URIRef, package: Package, entry: URIRef) -> None:
    """Say that the catalogue holds the entry that is described under the IRI `entry`, and its record."""
    out.add(catalogue, MEMBERSHIP[package.get("type") or DATASET], entry)
    if moment(package.get("metadata_modified"), utc=True) is not None:
        out.add(catalogue, DCAT.record, out.node(entry, "record", DCAT.CatalogRecord))


def record(out: Output, subject: URIRef, package: Package) -> URIRef | None:
    """The record of an entry, kept small; None where the portal has not stored the entry yet.

    It repeats neither title nor description, and has no adms:status: the official set warns of ADMS's own list of
    changes and names no other. Its language is that of the metadata, not of the data.
    """
    modified = moment(package.get("metadata_modified"), utc=True)
    if modified is None or out.others is Others.UNSAID:
        return None
    iri = out.node(subject, "record", DCAT.CatalogRecord)
    out.add(iri, FOAF.primaryTopic, subject)
    # The official set asks for this type and does not know that every dataset has it.
    out.add(subject, RDF.type, DCAT.Resource)
    out.add(iri, DCTERMS.issued, moment(package.get("metadata_created"), utc=True))
    out.add(iri, DCTERMS.modified, modified)
    out.add(iri, DCTERMS.conformsTo, profile(out))
    for language in out.city.languages:
        out.add(iri, DCTERMS.language, reference(language))
    _source(out, iri, subject, package)
    return iri


def profile(out: Output) -> URIRef:
    """The specification that records name; a part of a catalogue leaves its type to the frame."""
    if out.frame:
        out.add(PROFILE, RDF.type, DCTERMS.Standard)
    return PROFILE


def _source(out: Output, iri: URIRef, subject: URIRef, package: Package) -> None:
    """The record that an entry from elsewhere has there: known by the entry's IRI and its date (convention 40)."""
    modified = moment(package.get("modified"))
    if not stored_uri(package) or modified is None:
        return
    source = out.node(subject, "record-at-source", DCAT.CatalogRecord)
    out.add(iri, DCTERMS.source, source)
    out.add(source, FOAF.primaryTopic, subject)
    out.add(source, DCTERMS.modified, modified)

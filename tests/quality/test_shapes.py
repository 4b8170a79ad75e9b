"""Our own shapes: each finds the fault that it is there for, and nothing where there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from ckanext.dresdensmartcity.dcat.namespaces import (
    ADMS,
    DCAT,
    DCATAP,
    DCATDE,
    DCTERMS,
    FOAF,
    LOCN,
    PROV,
    RDF,
    SKOS,
    SPDX,
    VCARD,
    XSD,
)
from ckanext.dresdensmartcity.quality.shacl import DSC, SH, own_shapes, validate
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import OWL
from rdflib.term import Node

BASE = "https://portal.example.org"
CATALOGUE, SERVICE, CONTACT = URIRef(BASE), URIRef(f"{BASE}/#api"), URIRef(f"{BASE}/#contact")
DATASET, SERIES = URIRef(f"{BASE}/dataset/air-2026"), URIRef(f"{BASE}/dataset_series/measure-1-2-5")
FILE = URIRef(f"{DATASET}/resource/8d1f3c52-0f7e-5a3c-9d5e-1f2a3b4c5d6e")
CHECKSUM, PERIOD = URIRef(f"{FILE}#checksum"), URIRef(f"{DATASET}#period-1")
PLACE, IDENTIFIER = URIRef(f"{DATASET}#place-1"), URIRef(f"{DATASET}#identifier-1")
AGENT = URIRef(f"{BASE}/organization/dresden")
NODE = URIRef("urn:node")
NOT_LISTED, TEXT = URIRef("http://example.org/x"), Literal("x")
NO_DATE = Literal("2026-02-31", datatype=XSD.date)

Change = Callable[[Graph], None]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and the shape that has to say so."""

    shape: str
    focus: URIRef
    change: Change
    severity: str = "violation"


def missing(subject: URIRef, predicate: URIRef) -> Change:
    return lambda graph: graph.remove((subject, predicate, None)) and None


def instead(subject: URIRef, predicate: URIRef, *values: Node) -> Change:
    def change(graph: Graph) -> None:
        graph.remove((subject, predicate, None))
        for value in values:
            graph.add((subject, predicate, value))

    return change


def also(subject: URIRef, predicate: URIRef, *values: Node) -> Change:
    def change(graph: Graph) -> None:
        for value in values:
            graph.add((subject, predicate, value))

    return change


def node(kind: URIRef, *statements: tuple[URIRef, Node]) -> Change:
    def change(graph: Graph) -> None:
        graph.add((NODE, RDF.type, kind))
        for predicate, value in statements:
            graph.add((NODE, predicate, value))

    return change


W = "warning"
FAULTS = [
    Fault("catalogue-title", CATALOGUE, missing(CATALOGUE, DCTERMS.title)),
    Fault("catalogue-description", CATALOGUE, instead(CATALOGUE, DCTERMS.description, Literal(" "))),
    Fault("catalogue-publisher", CATALOGUE, missing(CATALOGUE, DCTERMS.publisher)),
    Fault("catalogue-publisher", CATALOGUE, also(CATALOGUE, DCTERMS.publisher, SERVICE)),
    Fault("catalogue-language", CATALOGUE, instead(CATALOGUE, DCTERMS.language, Literal("de"))),
    Fault("catalogue-license", CATALOGUE, instead(CATALOGUE, DCTERMS.license, NOT_LISTED), W),
    Fault("catalogue-homepage", CATALOGUE, also(CATALOGUE, FOAF.homepage, NOT_LISTED)),
    Fault("catalogue-issued", CATALOGUE, instead(CATALOGUE, DCTERMS.issued, NO_DATE)),
    Fault("catalogue-modified", CATALOGUE, also(CATALOGUE, DCTERMS.modified, Literal("2026", datatype=XSD.gYear))),
    Fault("catalogue-spatial", CATALOGUE, also(CATALOGUE, DCTERMS.spatial, NOT_LISTED), W),
    Fault("catalogue-themes", CATALOGUE, also(CATALOGUE, DCAT.themeTaxonomy, NOT_LISTED)),
    Fault("catalogue-dataset", CATALOGUE, also(CATALOGUE, DCAT.dataset, SERIES)),
    Fault("catalogue-service", CATALOGUE, also(CATALOGUE, DCAT.service, DATASET)),
    Fault("service-title", SERVICE, missing(SERVICE, DCTERMS.title)),
    Fault("service-endpoint", SERVICE, instead(SERVICE, DCAT.endpointURL, TEXT)),
    Fault("service-publisher", SERVICE, missing(SERVICE, DCTERMS.publisher)),
    Fault("service-serves", SERVICE, also(SERVICE, DCAT.servesDataset, NOT_LISTED)),
    Fault("service-format", SERVICE, also(SERVICE, DCTERMS["format"], Literal("JSON"))),
    Fault("title", DATASET, missing(DATASET, DCTERMS.title)),
    Fault("title", DATASET, also(DATASET, DCTERMS.title, Literal("Noch einer", lang="de"))),
    Fault("title", SERIES, instead(SERIES, DCTERMS.title, Literal("", lang="de"))),
    Fault("description", DATASET, missing(DATASET, DCTERMS.description)),
    Fault("publisher", DATASET, missing(DATASET, DCTERMS.publisher)),
    Fault("publisher", SERIES, missing(SERIES, DCTERMS.publisher)),
    Fault("theme", DATASET, missing(DATASET, DCAT.theme), W),
    Fault("theme-listed", DATASET, also(DATASET, DCAT.theme, NOT_LISTED)),
    Fault("keyword", DATASET, missing(DATASET, DCAT.keyword), W),
    Fault("keyword-text", DATASET, also(DATASET, DCAT.keyword, NOT_LISTED)),
    Fault("contact", DATASET, missing(DATASET, DCAT.contactPoint), W),
    Fault("contact-kind", DATASET, also(DATASET, DCAT.contactPoint, AGENT)),
    Fault("issued", DATASET, instead(DATASET, DCTERMS.issued, NO_DATE)),
    Fault("issued", DATASET, instead(DATASET, DCTERMS.issued, Literal("2026-01-01"))),
    Fault("modified", DATASET, instead(DATASET, DCTERMS.modified, Literal("31.12.2026", datatype=XSD.date))),
    Fault("modified", SERIES, instead(SERIES, DCTERMS.modified, Literal("abcd", datatype=XSD.gYear))),
    Fault("spatial", DATASET, missing(DATASET, DCTERMS.spatial), W),
    Fault("spatial-location", DATASET, also(DATASET, DCTERMS.spatial, NOT_LISTED), W),
    Fault("temporal", DATASET, also(DATASET, DCTERMS.temporal, Literal("2026"))),
    Fault("frequency", DATASET, instead(DATASET, DCTERMS.accrualPeriodicity, Literal("stündlich"))),
    Fault("language", DATASET, also(DATASET, DCTERMS.language, Literal("de"))),
    Fault("access-rights", DATASET, instead(DATASET, DCTERMS.accessRights, NOT_LISTED)),
    Fault("availability", DATASET, instead(DATASET, DCATAP.availability, NOT_LISTED)),
    Fault("level", DATASET, also(DATASET, DCATDE.politicalGeocodingLevelURI, NOT_LISTED), W),
    Fault(
        "contributor",
        DATASET,
        also(DATASET, DCATDE.contributorID, URIRef("http://dcat-ap.de/def/contributors/govdata")),
    ),
    Fault("contributor", DATASET, instead(DATASET, DCATDE.contributorID, TEXT)),
    Fault("distribution", DATASET, missing(DATASET, DCAT.distribution), W),
    Fault("distribution-typed", DATASET, also(DATASET, DCAT.distribution, SERIES)),
    Fault("in-series", DATASET, also(DATASET, DCAT.inSeries, NOT_LISTED)),
    Fault("identifier", DATASET, instead(DATASET, DCTERMS.identifier, NOT_LISTED)),
    Fault("other-identifier", DATASET, also(DATASET, ADMS.identifier, TEXT)),
    Fault("temporal-resolution", DATASET, instead(DATASET, DCAT.temporalResolution, Literal("hourly"))),
    Fault(
        "spatial-resolution",
        DATASET,
        instead(DATASET, DCAT.spatialResolutionInMeters, Literal("0", datatype=XSD.decimal)),
    ),
    Fault("hvd-category", DATASET, also(DATASET, DCATAP.hvdCategory, NOT_LISTED)),
    Fault("hvd-legislation", DATASET, missing(DATASET, DCATAP.applicableLegislation)),
    Fault("references", DATASET, also(DATASET, DCTERMS.references, TEXT)),
    Fault("old-geocoding", DATASET, also(DATASET, DCATDE.politicalGeocodingURI, NOT_LISTED), W),
    Fault("old-geocoding-text", DATASET, also(DATASET, DCATDE.geocodingDescription, TEXT), W),
    Fault("old-legal-basis", DATASET, also(DATASET, DCATDE.legalBasis, TEXT), W),
    Fault("old-quality-process", DATASET, also(DATASET, DCATDE.qualityProcessURI, NOT_LISTED), W),
    Fault("old-originator", DATASET, also(DATASET, DCATDE.originator, AGENT), W),
    Fault("old-maintainer", DATASET, also(DATASET, DCATDE.maintainer, AGENT), W),
    Fault("old-version", DATASET, also(DATASET, OWL.versionInfo, TEXT), W),
    Fault("old-has-version", DATASET, also(DATASET, DCTERMS.hasVersion, DATASET), W),
    Fault("old-is-version-of", DATASET, also(DATASET, DCTERMS.isVersionOf, DATASET), W),
    Fault("access-url", FILE, missing(FILE, DCAT.accessURL)),
    Fault("download-url", FILE, instead(FILE, DCAT.downloadURL, TEXT)),
    Fault("license", FILE, missing(FILE, DCTERMS.license)),
    Fault("license-listed", FILE, instead(FILE, DCTERMS.license, NOT_LISTED), W),
    Fault(
        "license-listed",
        FILE,
        instead(FILE, DCTERMS.license, URIRef("http://dcat-ap.de/def/licenses/dl-by-de/2.0/")),
        W,
    ),
    Fault("attribution", FILE, missing(FILE, DCATDE.licenseAttributionByText), W),
    Fault("file-title", FILE, also(FILE, DCTERMS.title, Literal("Noch einer", lang="de"))),
    Fault("format", FILE, instead(FILE, DCTERMS["format"], Literal("CSV"))),
    Fault("media-type", FILE, instead(FILE, DCAT.mediaType, Literal("text/csv"))),
    Fault("byte-size", FILE, instead(FILE, DCAT.byteSize, Literal("12", datatype=XSD.decimal))),
    Fault("file-availability", FILE, instead(FILE, DCATAP.availability, NOT_LISTED)),
    Fault("status", FILE, instead(FILE, ADMS.status, URIRef("http://purl.org/adms/status/Completed"))),
    Fault("file-issued", FILE, instead(FILE, DCTERMS.issued, NO_DATE)),
    Fault("file-modified", FILE, instead(FILE, DCTERMS.modified, Literal("gestern"))),
    Fault("file-language", FILE, instead(FILE, DCTERMS.language, Literal("de"))),
    Fault("file-temporal-resolution", FILE, instead(FILE, DCAT.temporalResolution, TEXT)),
    Fault("file-spatial-resolution", FILE, instead(FILE, DCAT.spatialResolutionInMeters, TEXT)),
    Fault("checksum", FILE, instead(FILE, SPDX.checksum, TEXT)),
    Fault("checksum-value", CHECKSUM, instead(CHECKSUM, SPDX.checksumValue, Literal("xyz", datatype=XSD.hexBinary))),
    Fault("checksum-algorithm", CHECKSUM, missing(CHECKSUM, SPDX.algorithm)),
    Fault("agent-name", AGENT, missing(AGENT, FOAF.name)),
    Fault("agent-type", AGENT, instead(AGENT, DCTERMS.type, NOT_LISTED)),
    Fault("kind-reachable", CONTACT, missing(CONTACT, VCARD.hasURL)),
    Fault("kind-name", CONTACT, also(CONTACT, VCARD.fn, TEXT)),
    Fault("kind-email", CONTACT, also(CONTACT, VCARD.hasEmail, URIRef("https://example.org"))),
    Fault("kind-url", CONTACT, also(CONTACT, VCARD.hasURL, TEXT)),
    Fault("kind-telephone", CONTACT, also(CONTACT, VCARD.hasTelephone, TEXT)),
    Fault("location-bbox", PLACE, instead(PLACE, DCAT.bbox, Literal("POLYGON((1 2))"))),
    Fault("location-centroid", PLACE, also(PLACE, DCAT.centroid, TEXT)),
    Fault("location-geometry", PLACE, instead(PLACE, LOCN.geometry, Literal("POINT(1 2)"))),
    Fault("period-bounds", NODE, node(DCTERMS.PeriodOfTime)),
    Fault("period-start", PERIOD, instead(PERIOD, DCAT.startDate, NO_DATE)),
    Fault("period-end", PERIOD, instead(PERIOD, DCAT.endDate, Literal("2026-13", datatype=XSD.gYearMonth))),
    Fault("identifier-notation", IDENTIFIER, missing(IDENTIFIER, SKOS.notation)),
    Fault("attribution-role", NODE, node(PROV.Attribution, (PROV.agent, AGENT))),
    Fault("attribution-agent", NODE, node(PROV.Attribution, (DCAT.hadRole, NOT_LISTED), (PROV.agent, TEXT))),
    Fault("relationship-role", NODE, node(DCAT.Relationship, (DCTERMS.relation, DATASET))),
    Fault("relationship-target", NODE, node(DCAT.Relationship)),
]


@pytest.fixture
def graph(faultless: Graph) -> Graph:
    """A catalogue of one's own to break."""
    copy = Graph()
    copy += faultless
    return copy


def test_a_catalogue_without_a_fault_has_no_finding(faultless: Graph) -> None:
    """Not even a hint."""
    assert validate(faultless) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.shape)
def test_each_shape_finds_its_fault(graph: Graph, fault: Fault) -> None:
    """At the node where it is, with its severity, and with words in both languages."""
    fault.change(graph)
    for language in ("de", "en"):
        found = [one for one in validate(graph, language=language) if one.shape == str(DSC[fault.shape])]
        assert found
        assert {one.focus for one in found} == {str(fault.focus)}
        assert {one.severity for one in found} == {fault.severity}
        messages = {str(one) for one in own_shapes().graph.objects(DSC[fault.shape], SH.message)}
        assert {one.message for one in found} <= messages


def shapes_with_messages() -> set[str]:
    graph = own_shapes().graph
    return {str(shape).removeprefix(str(DSC)) for shape in graph.subjects(SH.message)}


def test_every_shape_has_a_fault_here() -> None:
    """A shape that nothing tries is not known to work."""
    assert {fault.shape for fault in FAULTS} == shapes_with_messages()


def test_every_shape_speaks_german_and_english_and_names_its_field() -> None:
    """Findings are shown at the field, in the language of the reader."""
    graph = own_shapes().graph
    for name in shapes_with_messages():
        languages = sorted(one.language for one in graph.objects(DSC[name], SH.message))
        assert languages == ["de", "en"], name
        assert graph.value(DSC[name], DSC.field) is not None, name


def test_a_fault_in_a_node_without_an_iri_is_told_at_what_it_belongs_to(graph: Graph) -> None:
    """A blank node has no name outside its document."""
    blank = BNode()
    graph.add((blank, RDF.type, DCTERMS.PeriodOfTime))
    graph.add((DATASET, DCTERMS.temporal, blank))
    (found,) = validate(graph)
    assert (found.focus, found.field) == (str(DATASET), "temporal_coverage")


def test_checking_changes_nothing(graph: Graph) -> None:
    """The concepts that are added for the check stay out of the graph."""
    before = len(graph)
    validate(graph)
    assert len(graph) == before

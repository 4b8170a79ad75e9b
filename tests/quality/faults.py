"""Single faults: a catalogue without one, and each way to break one property of it.

`complete.ttl` has every property of DCAT-AP.de 3.0. For each property of each of its classes these faults are made:
the value is missing, there are two, it is of a wrong kind, its text is none that the datatype has, it is not in its
list, its IRI holds a blank, what it points to is not described. docs/faults.md says which of them are forbidden.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ckanext.dresdensmartcity.dcat.namespaces import ADMS, DCAT, DCATAP, DCATDE, DCTERMS, FOAF, RDF, VCARD, XSD
from rdflib import OWL, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # values that are none are meant here

HERE = Path(__file__).parent
PORTAL = Namespace("https://portal.example.org/")

# The node of complete.ttl that stands for each class.
SUBJECTS = {
    "dcat:Catalog": "catalogue",
    "dcat:Dataset": "air",
    "dcat:DatasetSeries": "series",
    "dcat:DataService": "service",
    "dcat:Distribution": "file",
    "dcat:CatalogRecord": "record",
    "foaf:Agent": "office",
    "vcard:Kind": "contact",
    "dcterms:Location": "place",
    "dcterms:PeriodOfTime": "period",
    "time:Instant": "beginning",
    "adms:Identifier": "identifier",
    "spdx:Checksum": "checksum",
    "prov:Attribution": "attribution",
    "dcat:Relationship": "relationship",
}
EU = "http://publications.europa.eu/resource/authority/"
# Another entry of the list that an entry of complete.ttl is of.
OTHERS = {
    f"{EU}language/DEU": f"{EU}language/ENG",
    f"{EU}data-theme/ENVI": f"{EU}data-theme/HEAL",
    f"{EU}planned-availability/STABLE": f"{EU}planned-availability/AVAILABLE",
    f"{EU}access-right/PUBLIC": f"{EU}access-right/RESTRICTED",
    f"{EU}frequency/HOURLY": f"{EU}frequency/DAILY",
    f"{EU}frequency/ANNUAL": f"{EU}frequency/DAILY",
    f"{EU}dataset-type/STATISTICAL": f"{EU}dataset-type/GEOSPATIAL",
    f"{EU}file-type/CSV": f"{EU}file-type/JSON",
    f"{EU}file-type/JSON": f"{EU}file-type/CSV",
    f"{EU}distribution-status/COMPLETED": f"{EU}distribution-status/DEPRECATED",
    "http://dcat-ap.de/def/licenses/dl-by-de/2.0": "http://dcat-ap.de/def/licenses/cc-by/4.0",
    "http://dcat-ap.de/def/contributors/freistaatSachsen": "http://dcat-ap.de/def/contributors/transparenzportalHamburg",
    "http://dcat-ap.de/def/politicalGeocoding/Level/municipality": "http://dcat-ap.de/def/politicalGeocoding/Level/state",
    "http://purl.org/adms/publishertype/LocalAuthority": "http://purl.org/adms/publishertype/RegionalAuthority",
    "http://data.europa.eu/bna/c_dd313021": "http://data.europa.eu/bna/c_ac64a52d",
    "http://spdx.org/rdf/terms#checksumAlgorithm_sha256": "http://spdx.org/rdf/terms#checksumAlgorithm_sha1",
    "https://www.iana.org/assignments/media-types/text/csv": "https://www.iana.org/assignments/media-types/text/plain",
    "https://www.iana.org/assignments/media-types/application/gzip": "https://www.iana.org/assignments/media-types/application/zip",
    "https://www.iana.org/assignments/media-types/application/zip": "https://www.iana.org/assignments/media-types/application/gzip",
}
ELSEWHERE = URIRef("http://example.org/elsewhere")
BLANK = URIRef("https://example.org/two words")
NO_VALUE = "kein Wert"
OLD_STATUS = URIRef("http://purl.org/adms/status/Completed")
SLASH = URIRef("http://dcat-ap.de/def/licenses/dl-by-de/2.0/")
DIRECTIVE = URIRef("http://data.europa.eu/eli/dir/2008/50/oj")
CONTRIBUTOR = URIRef("http://dcat-ap.de/def/contributors/transparenzportalHamburg")

MISSING, DOUBLED, KIND, TEXT, LIST, IRI, TARGET = (
    "missing",
    "doubled",
    "of a wrong kind",
    "a text that is none",
    "not in its list",
    "an IRI with a blank",
    "a target without its type",
)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with one property of one class."""

    kind: str
    owner: str  # class, as a CURIE
    subject: URIRef
    predicate: URIRef
    change: Callable[[Graph], object]

    @property
    def name(self) -> str:
        return f"{self.owner} {curie(self.predicate)} {self.kind}"

    def graph(self) -> Graph:
        """The catalogue with this fault."""
        graph = Graph()
        graph += complete()
        self.change(graph)
        return graph


@cache
def complete() -> Graph:
    """The catalogue without a fault; not to be changed."""
    return Graph().parse(HERE / "complete.ttl")


def curie(iri: URIRef) -> str:
    return str(complete().namespace_manager.normalizeUri(iri))


def faults() -> list[Fault]:
    """All single faults, by class and property."""
    graph = complete()
    found = []
    for owner, name in SUBJECTS.items():
        subject = PORTAL[name]
        for predicate in sorted(set(graph.predicates(subject)) - {RDF.type}):
            value = min(graph.objects(subject, predicate))
            for kind, change in changes(subject, predicate, value):
                found.append(Fault(kind, owner, subject, predicate, change))
    return found


def changes(subject: URIRef, predicate: URIRef, value: Node) -> Iterator[tuple[str, Callable[[Graph], object]]]:
    """The ways to break one property that has a value such as this."""
    yield MISSING, lambda graph: graph.remove((subject, predicate, None))
    yield DOUBLED, lambda graph: double(graph, subject, predicate, value)
    if isinstance(value, Literal):
        yield KIND, lambda graph: graph.set((subject, predicate, ELSEWHERE))
        wrong = Literal(NO_VALUE, datatype=value.datatype, normalize=False) if value.datatype else Literal(" ")
        yield TEXT, lambda graph: graph.set((subject, predicate, wrong))
        return
    yield KIND, lambda graph: graph.set((subject, predicate, Literal(NO_VALUE)))
    if str(value) in OTHERS:
        yield LIST, lambda graph: graph.set((subject, predicate, ELSEWHERE))
    yield IRI, lambda graph: described_again(graph, subject, predicate, value)
    if (value, RDF.type, None) in complete() and value not in OTHERS:
        yield TARGET, lambda graph: graph.set((subject, predicate, ELSEWHERE))


def double(graph: Graph, subject: URIRef, predicate: URIRef, value: Node) -> None:
    """A second value, as good as the first."""
    if not isinstance(value, Literal):
        other = URIRef(OTHERS.get(str(value), f"{value}-2"))
        if str(value) not in OTHERS:
            copy(graph, value, other)
    elif value.datatype is None:
        other = Literal(f"{value} (2)", lang=value.language)
    else:
        other = Literal(_ANOTHER[value.datatype], datatype=value.datatype, normalize=False)
    graph.add((subject, predicate, other))


def described_again(graph: Graph, subject: URIRef, predicate: URIRef, value: Node) -> None:
    """What the property points to, under an IRI with a blank."""
    scheme = str(value).split(":")[0]
    other = URIRef(f"{scheme}:two words@example.org") if scheme in ("mailto", "tel") else BLANK
    copy(graph, value, other)
    graph.set((subject, predicate, other))


def copy(graph: Graph, node: Node, other: Node) -> None:
    """All that is said of one node, of another too."""
    for predicate, value in list(graph.predicate_objects(node)):
        graph.add((other, predicate, value))


_ANOTHER = {
    XSD.gYear: "2027",
    XSD.gYearMonth: "2027-01",
    XSD.date: "2027-01-01",
    XSD.dateTime: "2027-01-01T00:00:00Z",
    XSD.decimal: "200.0",
    XSD.duration: "P1D",
    XSD.nonNegativeInteger: "54321",
    XSD.hexBinary: "aa",
    URIRef("http://www.opengis.net/ont/geosparql#wktLiteral"): "POINT(13.8 51.1)",
}


@dataclass(frozen=True)
class Special:
    """A fault that is of no single property, and the shape of ours that has to find it, at which node."""

    shape: str
    focus: URIRef
    change: Callable[[Graph], object]

    def graph(self) -> Graph:
        """The catalogue with this fault."""
        graph = Graph()
        graph += complete()
        self.change(graph)
        return graph


def specials() -> list[Special]:
    """Faults of several properties together, of things without an IRI, and what 3.0 deprecates."""
    air, node = PORTAL.air, PORTAL.node
    found = [
        Special("title-languages", air, adding(air, DCTERMS.title, Literal("Noch einer", lang="de"))),
        Special("title-empty", air, adding(air, DCTERMS.title, Literal("", lang="fr"))),
        Special("kind-reachable", node, adding(node, RDF.type, VCARD.Kind)),
        Special("period-bounds", node, adding(node, RDF.type, DCTERMS.PeriodOfTime)),
        Special(
            "period-order",
            PORTAL.period,
            setting(PORTAL.period, DCAT.endDate, Literal("2024-12", datatype=XSD.gYearMonth)),
        ),
        Special("named", air, without_iri(PORTAL["air-2025"])),
        Special("file-named", air, without_iri(PORTAL["file-2025"])),
        Special("record-status-old", PORTAL.record, setting(PORTAL.record, ADMS.status, OLD_STATUS)),
        Special("license-document-type-node", node, licence(Literal("frei"))),
        Special("license-document-type-characters", node, licence(BLANK)),
        Special("file-attribution", PORTAL.file, removing(PORTAL.file, DCATDE.licenseAttributionByText)),
        Special("file-of-a-dataset", PORTAL.file, removing(air, DCAT.distribution)),
        Special("file-license-listed", PORTAL.file, setting(PORTAL.file, DCTERMS.license, SLASH)),
        Special("hvd-legislation", air, setting(air, DCATAP.applicableLegislation, DIRECTIVE)),
        Special("hvd-dataset", air, removing(air, DCATAP.hvdCategory)),
        Special("hvd-service", PORTAL.service, removing(PORTAL.service, FOAF.page)),
        Special("hvd-files", air, removing(PORTAL.file, DCATAP.applicableLegislation)),
        Special("contributor-id-several", air, adding(air, DCATDE.contributorID, CONTRIBUTOR)),
        Special("catalogue-dataset-class", PORTAL.catalogue, adding(PORTAL.catalogue, DCAT.dataset, PORTAL.series)),
    ]
    wrong = Namespace("http://data.europa.eu/r5r#")
    old = {
        "geocoding": DCATDE.politicalGeocodingURI,
        "geocoding-text": DCATDE.geocodingDescription,
        "legal-basis": DCATDE.legalBasis,
        "quality-process": DCATDE.qualityProcessURI,
        "originator": DCATDE.originator,
        "maintainer": DCATDE.maintainer,
        "version": OWL.versionInfo,
        "has-version": DCTERMS.hasVersion,
        "is-version-of": DCTERMS.isVersionOf,
        "availability": DCATDE.plannedAvailability,
        "granularity": DCAT.granularity,
        "start": URIRef("http://schema.org/startDate"),
        "end": URIRef("http://schema.org/endDate"),
        "namespace-availability": wrong.availability,
        "namespace-legislation": wrong.applicableLegislation,
        "namespace-hvd-category": wrong.hvdCategory,
    }
    return found + [Special(f"old-{name}", air, adding(air, one, PORTAL.office)) for name, one in old.items()]


def adding(subject: URIRef, predicate: URIRef, value: Node) -> Callable[[Graph], object]:
    return lambda graph: graph.add((subject, predicate, value))


def setting(subject: URIRef, predicate: URIRef, value: Node) -> Callable[[Graph], object]:
    return lambda graph: graph.set((subject, predicate, value))


def removing(subject: URIRef, predicate: URIRef) -> Callable[[Graph], object]:
    return lambda graph: graph.remove((subject, predicate, None))


def licence(kind: Node) -> Callable[[Graph], object]:
    def change(graph: Graph) -> None:
        graph.add((PORTAL.node, RDF.type, DCTERMS.LicenseDocument))
        graph.add((PORTAL.node, DCTERMS.type, kind))

    return change


def without_iri(node: URIRef) -> Callable[[Graph], object]:
    """The same once more as a blank node, which a dataset names."""

    def change(graph: Graph) -> None:
        blank = BNode()
        copy(graph, node, blank)
        graph.add((PORTAL.air, DCTERMS.relation, blank))

    return change

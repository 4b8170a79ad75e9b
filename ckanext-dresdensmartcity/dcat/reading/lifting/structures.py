"""What was said in another structure before 3.0: collections, places, laws, periods, texts in place of nodes."""

from __future__ import annotations

import re
from collections.abc import Callable

from ckanext.dresdensmartcity.city.values import is_iri
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from ...namespaces import (
    ADMS,
    DCAT,
    DCATAP,
    DCATDE,
    DCTERMS,
    FOAF,
    GEO,
    GEODCATAP,
    LOCN,
    RDF,
    RDFS,
    SKOS,
    SPDX,
    VCARD,
    XSD,
)
from .. import geometry, literals
from . import codes, tables
from .graph import Lifter, Triple
from .values import resolve

_COLLECTION = re.compile(r"https?://(www\.)?dcat-ap\.de/def/datasettypes/(1_0[/#])?collection/?", re.IGNORECASE)
_GEONAMES = re.compile(r"https?://(?:www\.|sws\.)?geonames\.org/(\d+)(?:/[^/?#]*)?(?:\.html)?/?")
_INTERVAL = re.compile(r"\s*([\d.:TZ+-]{4,40})?\s*/\s*([\d.:TZ+-]{4,40})?\s*")
_DCMI_PERIOD = re.compile(r"\b(start|end)\s*=\s*([\d.:TZ+-]{4,40})")
_EMAIL = re.compile(r"(?:mailto:)?([^@\s<>\"]{1,200}@[^@\s<>\"]+\.[^@\s<>\"]+)", re.IGNORECASE)
_TELEPHONE = re.compile(r"(?:tel:)?(\+?[\d\s()/.-]{3,40})", re.IGNORECASE)
_AGENTS = (
    DCTERMS.publisher,
    DCTERMS.creator,
    DCTERMS.contributor,
    GEODCATAP.originator,
    GEODCATAP.custodian,
)


def addresses(lifter: Lifter) -> None:
    """Addresses that are written as texts, and mail and telephone as IRIs."""
    for predicate in tables.ADDRESSES:
        for triple in lifter.triples(predicate):
            if isinstance(triple[2], Literal) and is_iri(str(triple[2]).strip()[:4000]):
                lifter.replace(triple, [(triple[0], predicate, URIRef(str(triple[2]).strip()))], "address")
    _contact(lifter, VCARD.hasEmail, _EMAIL, "mailto:", "mail")
    _contact(lifter, FOAF.mbox, _EMAIL, "mailto:", "mail")
    _contact(lifter, VCARD.hasTelephone, _TELEPHONE, "tel:", "telephone")
    for triple in lifter.triples(DCTERMS.spatial):
        if (found := _GEONAMES.fullmatch(str(triple[2])[:500])) and not str(triple[2]).startswith("http://sws."):
            lifter.replace(triple, [(triple[0], triple[1], URIRef(f"http://sws.geonames.org/{found[1]}/"))], "geonames")


def _contact(lifter: Lifter, predicate: URIRef, form: re.Pattern[str], scheme: str, rule: str) -> None:
    for triple in lifter.triples(predicate):
        value = str(triple[2])
        plain = value.replace("%20", " ").replace("(0)", " ").strip()
        found = form.fullmatch(plain) if len(value) < 300 else None
        if found is None or isinstance(triple[2], BNode):
            continue
        iri = scheme + (re.sub(r"[\s()/.-]+", "-", found[1]).strip("-") if scheme == "tel:" else found[1])
        if iri != value or isinstance(triple[2], Literal):
            lifter.replace(triple, [(triple[0], predicate, URIRef(iri))], rule)


def collections(lifter: Lifter) -> None:
    """A dataset of the type collection becomes a series; the datasets that it named as its versions are in it."""
    graph = lifter.graph
    for triple in lifter.triples(DCTERMS.type):
        collection = triple[0]
        if not _COLLECTION.fullmatch(str(triple[2])[:500]):
            continue
        lifter.replace(triple, [(collection, RDF.type, DCAT.DatasetSeries)], "collection")
        graph.remove((collection, RDF.type, DCAT.Dataset))
        for predicate in (DCTERMS.hasVersion, DCAT.hasVersion, DCTERMS.hasPart):
            for member in list(graph.objects(collection, predicate)):
                lifter.replace((collection, predicate, member), [(member, DCAT.inSeries, collection)], "collection")
        for predicate in (DCTERMS.isVersionOf, DCTERMS.isPartOf):
            for member in list(graph.subjects(predicate, collection)):
                lifter.replace((member, predicate, collection), [(member, DCAT.inSeries, collection)], "collection")
        for catalogue in list(graph.subjects(DCAT.dataset, collection)):
            lifter.replace(
                (catalogue, DCAT.dataset, collection), [(catalogue, DCAT.resource, collection)], "collection"
            )


def versions(lifter: Lifter) -> None:
    """dcterms:isVersionOf, the other way round where the other dataset is described, else as the wider relation."""
    for predicate in (DCTERMS.isVersionOf, DCAT.isVersionOf):
        for triple in lifter.triples(predicate):
            subject, _, other = triple
            described = (other, RDF.type, DCAT.Dataset) in lifter.graph
            new: Triple = (other, DCAT.hasVersion, subject) if described else (subject, DCTERMS.relation, other)
            lifter.replace(triple, [new], "version-of")


def granularity(lifter: Lifter) -> None:
    for triple in lifter.triples(DCAT.granularity):
        frequency = resolve("frequencies", str(triple[2]))
        length = codes.DURATIONS.get(frequency.rsplit("/", 1)[-1])
        if length is None and literals.duration(str(triple[2])):
            length = literals.duration(str(triple[2]))[0]  # type: ignore[index]
        if length and (triple[0], DCAT.temporalResolution, None) not in lifter.graph:
            value = Literal(length, datatype=XSD.duration, normalize=False)
            lifter.replace(triple, [(triple[0], DCAT.temporalResolution, value)], "granularity")


def laws(lifter: Lifter) -> None:
    """dcatde:legalBasis where it names an IRI; a law by its name has no place in 3.0 and is listed by the reader."""
    for triple in lifter.triples(DCATDE.legalBasis):
        if is_iri(str(triple[2]).strip()[:4000]):
            law = URIRef(str(triple[2]).strip())
            lifter.replace(triple, [(triple[0], DCATAP.applicableLegislation, law)], "legal-basis")


def licenses(lifter: Lifter) -> None:
    """The licence of a dataset for its files: there it has stood in many catalogues, and CKAN keeps it there."""
    graph = lifter.graph
    for triple in lifter.triples(DCTERMS.license):
        dataset, predicate, value = triple
        without = [one for one in graph.objects(dataset, DCAT.distribution) if (one, predicate, None) not in graph]
        if (dataset, RDF.type, DCAT.Dataset) in graph and without:
            lifter.replace(triple, [(one, predicate, value) for one in without], "license-of-dataset", value)


def places(lifter: Lifter) -> None:
    """Names and administrative units of places, and geometries that stand as texts."""
    for triple in lifter.triples(DCATDE.geocodingDescription):
        if isinstance(triple[2], Literal):
            _instead(lifter, triple, DCTERMS.spatial, DCTERMS.Location, SKOS.prefLabel, "geocoding-description")
    _units(lifter)
    for triple in lifter.triples(DCTERMS.spatial):
        if isinstance(triple[2], Literal) and str(triple[2]).strip():
            shape = _is_geometry(str(triple[2]))
            name = LOCN.geometry if shape else SKOS.prefLabel
            _instead(lifter, triple, DCTERMS.spatial, DCTERMS.Location, name, "place")
    for triple in lifter.triples(LOCN.geometry):
        if isinstance(triple[2], Literal):
            name = GEO.asGeoJSON if str(triple[2]).lstrip().startswith("{") else GEO.asWKT
            _instead(lifter, triple, LOCN.geometry, LOCN.Geometry, name, "geometry-node")


def _units(lifter: Lifter) -> None:
    """Administrative units of a place as places of the dataset itself; a place of which nothing else is said goes."""
    graph = lifter.graph
    for predicate in (LOCN.adminUnitL1, LOCN.adminUnitL2):
        for triple in lifter.triples(predicate):
            place, _, unit = triple
            owners = list(graph.subjects(DCTERMS.spatial, place))
            if isinstance(unit, URIRef) and owners:
                lifter.replace(triple, [(owner, DCTERMS.spatial, unit) for owner in owners], "admin-unit", unit)
                if all(name == RDF.type for name in graph.predicates(place)):
                    graph.remove((None, DCTERMS.spatial, place))


def _is_geometry(text: str) -> bool:
    try:
        geometry.read(text)
    except geometry.NoGeometryError:
        return False
    return True


def _instead(lifter: Lifter, triple: Triple, predicate: URIRef, kind: URIRef, name: URIRef, rule: str) -> None:
    """A node in place of a text, which holds the text."""
    node = lifter.node(triple[0])
    added = [(triple[0], predicate, node), (node, RDF.type, kind), (node, name, triple[2])]
    lifter.replace(triple, added, rule, f"{kind} {triple[2]}"[:1000])


def texts(lifter: Lifter) -> None:
    """Texts where 3.0 has a node: agents, statements, identifiers, periods."""
    for predicate in _AGENTS:
        _texts(lifter, predicate, FOAF.Agent, FOAF.name, "agent")
    _texts(lifter, DCTERMS.provenance, DCTERMS.ProvenanceStatement, RDFS.label, "statement")
    _texts(lifter, DCTERMS.rights, DCTERMS.RightsStatement, RDFS.label, "statement")
    _texts(lifter, ADMS.identifier, ADMS.Identifier, SKOS.notation, "identifier")
    for triple in lifter.triples(DCTERMS.temporal):
        if isinstance(triple[2], Literal):
            _period(lifter, triple)


def _texts(lifter: Lifter, predicate: URIRef, kind: URIRef, name: URIRef, rule: str) -> None:
    for triple in lifter.triples(predicate):
        value = triple[2]
        if isinstance(value, Literal) and str(value).strip():
            if is_iri(str(value).strip()[:4000]) and predicate != ADMS.identifier:
                lifter.replace(triple, [(triple[0], predicate, URIRef(str(value).strip()))], "address")
            else:
                _instead(lifter, triple, predicate, kind, name, rule)


def _period(lifter: Lifter, triple: Triple) -> None:
    """ "2016/2017", or DCMI's "start=2016; end=2017;"."""
    text = str(triple[2])[:300]
    interval = _INTERVAL.fullmatch(text)
    bounds = (
        {"start": interval[1], "end": interval[2]}
        if interval
        else {found[1]: found[2] for found in _DCMI_PERIOD.finditer(text)}
    )
    dates = {key: literals.moment(value) for key, value in bounds.items() if value}
    if not dates or not all(dates.values()):
        return
    node = lifter.node(triple[0])
    added: list[Triple] = [(triple[0], DCTERMS.temporal, node), (node, RDF.type, DCTERMS.PeriodOfTime)]
    for key, found in dates.items():
        assert found is not None  # noqa: S101 - for mypy; tested above
        added.append((node, DCAT.startDate if key == "start" else DCAT.endDate, dated(found[0])))
    lifter.replace(triple, added, "period", triple[2])


def dated(text: str) -> Literal:
    """A date with the datatype of its precision."""
    kinds = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}
    return Literal(text, datatype=kinds.get(len(text), XSD.dateTime), normalize=False)


def _decimal(text: str) -> Literal | None:
    found = literals.metres(text)
    return None if found is None else Literal(f"{float(found):.10f}".rstrip("0").ljust(3, "0"), datatype=XSD.decimal)


def _moment(text: str) -> Literal | None:
    found = literals.moment(text)
    return dated(found[0]) if found else None


def _duration(text: str) -> Literal | None:
    found = literals.duration(text)
    return Literal(found[0], datatype=XSD.duration, normalize=False) if found else None


def _size(text: str) -> Literal | None:
    found = literals.size(text)
    return None if found is None else Literal(str(found), datatype=XSD.nonNegativeInteger, normalize=False)


def _hexadecimal(text: str) -> Literal | None:
    found = literals.hexadecimal(text)
    return Literal(found[0], datatype=XSD.hexBinary, normalize=False) if found else None


_TYPED: dict[URIRef, Callable[[str], Literal | None]] = {
    DCTERMS.issued: _moment,
    DCTERMS.modified: _moment,
    DCAT.startDate: _moment,
    DCAT.endDate: _moment,
    DCAT.byteSize: _size,
    DCAT.spatialResolutionInMeters: _decimal,
    DCAT.temporalResolution: _duration,
    SPDX.checksumValue: _hexadecimal,
}


def typed(lifter: Lifter) -> None:
    """Dates, numbers, durations and checksums in the form and with the datatype of 3.0."""
    for predicate, convert in _TYPED.items():
        for triple in lifter.triples(predicate):
            value: Node = triple[2]
            if not isinstance(value, Literal) or len(value) > 5000:
                continue
            new = convert(str(value))
            if new is None or _same(predicate, value, new):
                continue
            lifter.replace(triple, [(triple[0], predicate, new)], "literal", f"{new} ({new.datatype})")


def _same(predicate: URIRef, old: Literal, new: Literal) -> bool:
    if old.datatype != new.datatype:
        return False
    if predicate == DCAT.spatialResolutionInMeters:  # a number has many right forms
        return literals.metres(str(old)) == literals.metres(str(new))
    return str(old).strip() == str(new)

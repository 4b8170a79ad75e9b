"""dcterms:Location and dcterms:PeriodOfTime as the fields `spatial_coverage` and `temporal_coverage`."""

from __future__ import annotations

import re
from typing import Any

from rdflib import RDFS, BNode, Literal, URIRef
from rdflib.term import Node

from ..namespaces import DCAT, DCTERMS, GEO, LOCN, SKOS, TIME, XSD
from . import geometry
from .literals import moment
from .scope import Scope

# What the writer names after the entry that it belongs to.
_OF_ENTRY = re.compile(r"[#-]place-\d+")
LOCATIONS = (DCTERMS.Location, SKOS.Concept, GEO.Feature)
PERIODS = (DCTERMS.PeriodOfTime, TIME.Interval, TIME.ProperInterval)
DATES = (XSD.gYear, XSD.gYearMonth, XSD.date, XSD.dateTime)
DATE_WANTED = "a year, a month, a day or a time in ISO 8601"
# Where a time:Instant keeps its date, the most precise first.
_INSTANTS = (
    TIME.inXSDDateTimeStamp,
    TIME.inXSDDateTime,
    TIME.inXSDDate,
    TIME.inXSDgYearMonth,
    TIME.inXSDgYear,
    TIME.inDateTime,
)
_GEOMETRIES = {"geom": LOCN.geometry, "bbox": DCAT.bbox, "centroid": DCAT.centroid}
_SERIALISATIONS = (GEO.asWKT, GEO.asGeoJSON)


def spatial(scope: Scope, subject: Node) -> list[dict[str, Any]]:
    """dcterms:spatial as records {uri, text, geom, bbox, centroid}; geometries are GeoJSON texts in degrees."""
    nodes = scope.values(subject, DCTERMS.spatial)
    found = {node: _place(scope, subject, node) for node in nodes}
    for node in nodes:
        for register in scope.values(node, RDFS.seeAlso) if not isinstance(node, Literal) else []:
            # A place of ours: its coordinates stand on a node of their own, beside the place in a register.
            if register in found and register != node and isinstance(register, URIRef):
                found[node] = {**found.pop(register), **found[node]}
            else:
                scope.reject(node, RDFS.seeAlso, register, "there is no field for this property")
    return [one for one in found.values() if one]


def _place(scope: Scope, subject: Node, node: Node) -> dict[str, Any]:
    if isinstance(node, Literal):
        scope.reject(subject, DCTERMS.spatial, node, "a place (dcterms:Location) is wanted here, not a text")
        return {}
    scope.kinds(node, LOCATIONS)
    record: dict[str, Any] = {}
    if (
        isinstance(node, URIRef)
        and not str(node).startswith("geo:")
        and not _OF_ENTRY.fullmatch(str(node).removeprefix(str(subject)))
    ):
        record["uri"] = scope.iri_of(subject, DCTERMS.spatial, node)
    record["text"] = _name(scope, node)
    for name, predicate in _GEOMETRIES.items():
        record[name] = _geometry(scope, node, predicate)
    if isinstance(node, URIRef) and str(node).startswith("geo:"):
        record["centroid"] = record["centroid"] or _read(scope, subject, DCTERMS.spatial, str(node), node)
    record = {key: value for key, value in record.items() if value}
    if not record and not scope.has(node):
        scope.reject(subject, DCTERMS.spatial, node, "nothing is said of this place: no name and no coordinates")
    return record


def _name(scope: Scope, node: Node) -> str:
    for predicate in (SKOS.prefLabel, RDFS.label, LOCN.geographicName, DCTERMS.title):
        german, english = scope.bilingual(node, predicate)
        if german and english and german != english:
            scope.reject(node, predicate, english, "the name of a place has one field, for German")
        if german or english:
            return german or english
    return ""


def _geometry(scope: Scope, node: Node, predicate: URIRef) -> str:
    """One geometry: a literal, or a node with its WKT or GeoJSON. Of several forms of one, the first that is right."""
    found: list[str] = []
    for value in scope.values(node, predicate):
        for holder, name, literal in _literals(scope, node, predicate, value):
            text = _read(scope, holder, name, str(literal), literal)
            if text and not found:
                found.append(text)
            elif text and not _same(text, found[0]):
                scope.reject(holder, name, literal, "there may be only one geometry; another was taken")
    return found[0] if found else ""


def _literals(scope: Scope, node: Node, predicate: URIRef, value: Node) -> list[tuple[Node, URIRef, Node]]:
    if isinstance(value, Literal):
        return [(node, predicate, value)]
    if isinstance(value, URIRef) and str(value).startswith("geo:"):
        return [(node, predicate, value)]
    scope.kinds(value, (LOCN.Geometry, GEO.Geometry, DCTERMS.Location))
    found = [(value, name, one) for name in _SERIALISATIONS for one in scope.values(value, name)]
    if not found and not scope.has(value):
        scope.reject(node, predicate, value, "a geometry with geo:asWKT or geo:asGeoJSON is wanted here")
    return found


def _read(scope: Scope, subject: Node, predicate: URIRef, text: str, value: Node) -> str:
    try:
        found, rule = geometry.read(text)
    except geometry.NoGeometryError as error:
        scope.reject(subject, predicate, value, str(error))
        return ""
    written = geometry.as_geojson(found)
    if rule:
        scope.change(subject, predicate, text, written, rule)
    return written


def _same(one: str, other: str) -> bool:
    """Whether two texts stand for the same geometry, as WKT beside GeoJSON does."""
    first, second = geometry.read(one)[0], geometry.read(other)[0]
    return bool(first.normalize().equals_exact(second.normalize(), 1e-6))


def temporal(scope: Scope, subject: Node) -> list[dict[str, Any]]:
    """dcterms:temporal as records {start, end, beginning, ending}."""
    found = [_period(scope, subject, node) for node in scope.values(subject, DCTERMS.temporal)]
    return [one for one in found if one]


def _period(scope: Scope, subject: Node, node: Node) -> dict[str, Any]:
    if isinstance(node, Literal):
        scope.reject(subject, DCTERMS.temporal, node, "a period (dcterms:PeriodOfTime) is wanted here, not a text")
        return {}
    scope.kinds(node, PERIODS)
    record = {
        "start": date(scope, node, DCAT.startDate),
        "end": date(scope, node, DCAT.endDate),
        "beginning": _instant(scope, node, TIME.hasBeginning),
        "ending": _instant(scope, node, TIME.hasEnd),
    }
    if not any(record.values()) and not scope.has(node):
        scope.reject(subject, DCTERMS.temporal, node, "nothing is said of this period: no start and no end")
    return {key: value for key, value in record.items() if value}


def date(scope: Scope, subject: Node, predicate: URIRef) -> str:
    """One date in the precision that it is given in."""
    return scope.literal(subject, predicate, moment, DATE_WANTED, DATES)


def _instant(scope: Scope, period: Node, predicate: URIRef) -> str:
    """The date of a time:Instant; of several forms of one the most precise."""
    node = scope.only(period, predicate, scope.values(period, predicate))
    if node is None:
        return ""
    if isinstance(node, Literal):
        read = moment(str(node))
        if read is None:
            scope.reject(period, predicate, node, f"{DATE_WANTED} is wanted here")
            return ""
        scope.change(period, predicate, node, read[0], "instant-literal")
        return read[0]
    scope.kinds(node, (TIME.Instant,))
    dates = [found for name in _INSTANTS if (found := scope.literal(node, name, moment, DATE_WANTED))]
    for other in dates[1:]:
        if not dates[0].startswith(other):
            scope.reject(node, predicate, other, "there may be only one date; another was taken")
    if not dates and isinstance(node, (BNode, URIRef)) and not scope.has(node):
        scope.reject(period, predicate, node, "nothing is said of this time; time:inXSDDate is wanted")
    return dates[0] if dates else ""

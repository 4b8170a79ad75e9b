"""Where and when: dcterms:Location and dcterms:PeriodOfTime."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rdflib import URIRef
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from .iris import Package, is_foreign, reference
from .namespaces import DCAT, DCATDE, DCTERMS, GEO, LOCN, RDF, RDFS, SKOS, TIME, XSD
from .output import Output
from .values import bounding_box, geometry, moment, records, wkt

DATE_WANTED = "a year, a month, a day or a time in ISO 8601: 2026, 2026-03, 2026-03-31, 2026-03-31T12:00:00"
# Datatype -> property of a time:Instant. time:inXSDDateTimeStamp would ask for a zone that nobody gave.
_INSTANT = {
    XSD.gYear: TIME.inXSDgYear,
    XSD.gYearMonth: TIME.inXSDgYearMonth,
    XSD.date: TIME.inXSDDate,
    XSD.dateTime: TIME.inXSDDateTime,
}
_GEOMETRY_WANTED = "a GeoJSON geometry in degrees, longitude first"


def spatial(out: Output, subject: URIRef, package: Package) -> None:
    """dcterms:spatial of the package; where it has none, the city's keys and extent, unless it is another portal's.

    Coordinates without a place of a register get the city's keys beside them, as the receivers look for those.
    """
    given = records(package.get("spatial_coverage"))
    written = [_place(out, subject, number, record) for number, record in enumerate(given, 1)]
    if is_foreign(package, out.site.base):
        return
    if not any(written):
        out.add(subject, DCTERMS.spatial, city_extent(out))
    if "register" not in written:
        city_places(out, subject)


def levels(out: Output, subject: URIRef, package: Package) -> None:
    """dcatde:politicalGeocodingLevelURI of the package or, where it is no other portal's, of the city."""
    predicate = DCATDE.politicalGeocodingLevelURI
    given = out.terms(subject, predicate, package, "political_geocoding_level", "geocoding-levels")
    if not given and not is_foreign(package, out.site.base):
        out.add(subject, predicate, reference(out.city.geocoding.level))


def city_places(out: Output, subject: URIRef) -> None:
    """The city in the German and European registers, each a dcterms:Location."""
    for value in (out.city.geocoding.municipality_key, *out.city.geocoding.places):
        if iri := reference(value):
            out.add(subject, DCTERMS.spatial, iri)
            if out.frame:
                out.add(iri, RDF.type, DCTERMS.Location)


def city_extent(out: Output) -> URIRef:
    """The city's rectangle and centre, described once under one IRI."""
    iri = out.of_site("place")
    if not out.frame:
        return iri
    out.add(iri, RDF.type, DCTERMS.Location)
    out.bilingual(iri, SKOS.prefLabel, out.city.name, "")
    out.add(iri, DCAT.bbox, wkt(bounding_box(out.city.bbox)))
    out.add(iri, DCAT.centroid, wkt(Point(out.city.centre)))
    return iri


def _place(out: Output, subject: URIRef, number: int, record: Mapping[str, Any]) -> str:
    """Write one record; returns "register" for a place with an IRI, "own" for coordinates or a name, else empty."""
    register = reference(record.get("uri"))
    if register:
        out.add(register, RDF.type, DCTERMS.Location)
        out.add(subject, DCTERMS.spatial, register)
    elif record.get("uri"):
        out.omit(subject, "spatial_coverage", record["uri"], "the IRI of a place in a register")
    shapes = {name: _shape(out, subject, record, name) for name in ("geom", "bbox", "centroid")}
    if not any(shapes.values()) and not record.get("text"):
        return "register" if register else ""
    # Neither coordinates nor a name hang on an IRI of a register: two datasets would give it two of them.
    own = out.node(subject, f"place-{number}", DCTERMS.Location)
    out.add(subject, DCTERMS.spatial, own)
    out.add(own, RDFS.seeAlso, register)
    out.bilingual(own, SKOS.prefLabel, record.get("text"), "")
    _coordinates(out, own, shapes)
    return "register" if register else "own"


def _shape(out: Output, subject: URIRef, record: Mapping[str, Any], name: str) -> BaseGeometry | None:
    if not record.get(name):
        return None
    found = geometry(record[name])
    if found is None:
        out.omit(subject, f"spatial_coverage.{name}", record[name], _GEOMETRY_WANTED)
    return found


def _coordinates(out: Output, place: URIRef, shapes: Mapping[str, BaseGeometry | None]) -> None:
    """One rectangle and one centre, worked out of the geometry where they are not given."""
    whole = shapes["geom"] or shapes["bbox"]
    if whole is not None:
        out.add(place, DCAT.bbox, wkt(bounding_box((shapes["bbox"] or whole).bounds)))
    centre = shapes["centroid"] or whole
    if centre is not None:
        out.add(place, DCAT.centroid, wkt(centre.centroid))
    if shapes["geom"] is not None:
        # A literal would be a violation: locn:geometry takes a node (README of the shapes, 5).
        node = out.node(place, "geometry", LOCN.Geometry)
        out.add(node, GEO.asWKT, wkt(shapes["geom"]))
        out.add(place, LOCN.geometry, node)


def temporal(out: Output, subject: URIRef, package: Package) -> None:
    """dcterms:temporal: each period with a start or an end (convention 38), as dates or as instants."""
    for number, record in enumerate(records(package.get("temporal_coverage")), 1):
        bounds = {name: moment(record.get(name)) for name in ("start", "end", "beginning", "ending")}
        for name, literal in bounds.items():
            if literal is None and record.get(name):
                out.omit(subject, f"temporal_coverage.{name}", record[name], DATE_WANTED)
        if not any(bounds.values()):
            continue
        period = out.node(subject, f"period-{number}", DCTERMS.PeriodOfTime)
        out.add(subject, DCTERMS.temporal, period)
        out.add(period, DCAT.startDate, bounds["start"])
        out.add(period, DCAT.endDate, bounds["end"])
        for name, predicate in (("beginning", TIME.hasBeginning), ("ending", TIME.hasEnd)):
            if literal := bounds[name]:
                instant = out.node(period, name, TIME.Instant)
                out.add(period, predicate, instant)
                out.add(instant, _INSTANT[URIRef(str(literal.datatype))], literal)

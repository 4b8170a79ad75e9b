"""What the writer fills in, taken out again: for catalogues of this portal, never for those of others.

Where a dataset says nothing, the writer says what holds for the whole city, or what the portal knows (README of the
catalogue: "What the city fills in"). Read as it stands, each of these would become a value of the dataset's own, which
a changed city file could no longer change. `Own` says whose they are; then exactly those are left out that the writer
would write again. A value of the dataset that equals the city's is left out too: in RDF there is no difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.city.names import iri_part
from rdflib import Graph, URIRef

from ..formats import format_of
from ..iris import DATASET, SERIES, SERVICE, Site, publisher_iri, reference
from ..namespaces import SKOS
from ..values import bounding_box, wkt
from . import geometry
from .report import ReadEntry

# Field -> type of the entries that it names.
LINKS = {"in_series": SERIES, "source": DATASET, "has_version": DATASET, "serves_dataset": DATASET}


@dataclass(frozen=True)
class Own:
    """The portal that a catalogue was written by; `names` are the short names of its entries by IRI, where known."""

    city: City
    site: Site
    names: Mapping[str, str] = field(default_factory=dict)

    def of_site(self, name: str) -> str:
        return f"{self.site.base}/#{name}"

    @property
    def publisher(self) -> str:
        return str(reference(self.city.publisher.uri) or publisher_iri(self.site.base, self.city.id))

    @property
    def contact(self) -> str:
        return str(reference(self.city.contact.uri) or self.of_site("contact"))

    @property
    def places(self) -> set[str]:
        """The city in the registers."""
        given = (self.city.geocoding.municipality_key, *self.city.geocoding.places)
        return {str(iri) for iri in map(reference, given) if iri is not None}

    def is_frame(self, entry: ReadEntry) -> bool:
        """Whether an entry belongs to the portal and not to its packages: its own services."""
        return entry.type == SERVICE and entry.iri.startswith(self.of_site(""))


def strip(entry: ReadEntry, own: Own, graph: Graph) -> None:
    """Take out of an entry's package what the writer would fill in again."""
    package = entry.package
    if str(package.get("uri", "")).startswith(f"{own.site.base}/{entry.type}/"):
        del package["uri"]
    _said(entry, own, graph)
    _bodies(package, own)
    _dates(entry)
    _same(package, "access_rights", own.city.access_rights)
    if entry.type == DATASET:
        _same(package, "language", list(own.city.languages))
        _same(package, "contributor_id", [own.city.contributor_id])
        _same(package, "political_geocoding_level", [own.city.geocoding.level])
    if entry.type == SERVICE:
        _license(package, own)
    if entry.type != SERVICE:
        _places(package, own)
    for resource in package.get("resources", []):
        _resource(resource, entry, own)
    _same(package, "availability", own.city.availability)
    for name, kind in LINKS.items():
        if name in package:
            package[name] = [_name(iri, kind, own) for iri in package[name]]


def _same(package: dict[str, Any], name: str, filled: object) -> None:
    given = package.get(name)
    if given == filled or (isinstance(given, list) and isinstance(filled, list) and set(given) == set(filled)):
        package.pop(name, None)


def _name(iri: str, kind: str, own: Own) -> str:
    """An entry of this portal by its name or id, as people and programs give it."""
    return own.names.get(iri) or iri.removeprefix(f"{own.site.base}/{kind}/")


def _said(entry: ReadEntry, own: Own, graph: Graph) -> None:
    """The IRI as identifier, the portal's id as a further one, the page here as landing page."""
    package, iri = entry.package, entry.iri
    _same(package, "identifier", iri)
    ours = {str(one) for one in graph.objects(URIRef(f"{iri}#identifier-portal"), SKOS.notation)}
    others = [one for one in package.get("alternate_identifier", []) if one not in ours]
    package["alternate_identifier"] = others
    if not others:
        del package["alternate_identifier"]
    if str(package.get("url", "")).startswith(f"{own.site.url}/{entry.type}/"):
        del package["url"]


def _bodies(package: dict[str, Any], own: Own) -> None:
    for record in package.get("publisher", []):
        if record.get("uri") == own.publisher:
            del package["publisher"]
        elif record.get("uri") == own.of_site(f"publisher-{iri_part(record.get('name', ''))}"):
            del record["uri"]
    if [one.get("uri") for one in package.get("contact", [])] == [own.contact]:
        del package["contact"]


def _dates(entry: ReadEntry) -> None:
    """Dates of the metadata where there were none of the data: the record has the same."""
    for name in ("issued", "modified"):
        if entry.record is not None and getattr(entry.record, name):
            _same(entry.package, name, getattr(entry.record, name))


def _places(package: dict[str, Any], own: Own) -> None:
    """The city's keys, beside its extent where the dataset names no place, or beside coordinates without a key."""
    records = package.get("spatial_coverage", [])
    city = [one for one in records if set(one) == {"uri"} and one["uri"] in own.places]
    others = [one for one in records if one not in city and one.get("uri") != own.of_site("place")]
    filled = len(city) == len(own.places) and not any(one.get("uri") for one in others)
    package["spatial_coverage"] = [_place(one) for one in (others if filled else records)]
    if not package["spatial_coverage"]:
        del package["spatial_coverage"]


def _place(record: dict[str, Any]) -> dict[str, Any]:
    """Without the rectangle and the centre that the writer works out."""
    shapes = {name: geometry.read(record[name])[0] for name in ("geom", "bbox", "centroid") if name in record}
    whole = shapes.get("geom") or shapes.get("bbox")
    if whole is None:
        return record
    derived = {"centroid": whole.centroid}
    if "geom" in shapes:
        derived["bbox"] = bounding_box(whole.bounds)
    same = {
        name
        for name, value in derived.items()
        if name in shapes and wkt(shapes[name].normalize()) == wkt(value.normalize())
    }
    return {key: value for key, value in record.items() if key not in same}


def _license(given: dict[str, Any], own: Own) -> None:
    _same(given, "license_attribution", own.city.attribution)
    _same(given, "license", str(reference(own.city.license) or ""))


def _resource(resource: dict[str, Any], entry: ReadEntry, own: Own) -> None:
    if str(resource.get("uri", "")).startswith(f"{entry.iri}/resource/"):
        del resource["uri"]
    _license(resource, own)
    _same(resource, "availability", entry.package.get("availability", own.city.availability))
    _same(resource, "mimetype", format_of(str(resource.get("format", ""))).media_type)
    access = str(resource.get("access_url", ""))
    if access.startswith(f"{own.site.url}/{entry.type}/") and "/resource/" in access:
        del resource["access_url"]
    if services := resource.get("access_services"):
        resource["access_services"] = [_name(one, SERVICE, own) for one in services]

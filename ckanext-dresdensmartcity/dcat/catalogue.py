"""dcat:Catalog: the city's catalogue, whole or in pages, each of them complete in itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ckanext.dresdensmartcity.city.model import Catalogue, City, OtherCatalogue
from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from rdflib import Literal, URIRef

from .datasets import describe
from .iris import PUBLISHED_TYPES, Package, Site, reference
from .namespaces import DCAT, DCATAP, DCTERMS, ELI, FOAF, HYDRA, RDF, RDFS, SKOS, XSD
from .output import Output
from .parties import city_contact, city_publisher, site_agent
from .places import city_extent, city_places
from .records import MEMBERSHIP, enter, profile
from .services import portal_services
from .values import moment

__all__ = ["MEMBERSHIP", "Dates", "Page", "catalogue_output", "dataset_output", "describe_catalogue", "paging"]


@dataclass(frozen=True)
class Page:
    """One page of the catalogue: its address, those of the others, and how many entries there are in all."""

    current: str
    first: str
    last: str
    total: int
    per_page: int
    next: str = ""
    previous: str = ""


@dataclass(frozen=True)
class Dates:
    """When the catalogue's oldest entry was made and its youngest changed: ISO 8601, in UTC where there is no zone."""

    issued: str = ""
    modified: str = ""


def dataset_output(city: City, site: Site, package: Package, entries: Mapping[str, Package], iri: str = "") -> Output:
    """The graph of one entry, complete in itself, with what was left out of it.

    `entries` are those that it may link to, by id, name and IRI.
    """
    out = Output(city, site, entries)
    describe(out, package, iri)
    return out


def catalogue_output(
    city: City,
    site: Site,
    packages: Iterable[Package],
    entries: Mapping[str, Package],
    dates: Dates | None = None,
    page: Page | None = None,
) -> Output:
    """The graph of the catalogue with these packages, complete in itself.

    `entries` are those that links are looked up in, by id, name and IRI. Packages of any other type than the published
    ones are left out.
    """
    out = Output(city, site, entries)
    catalogue = describe_catalogue(out, dates or Dates())
    for package in packages:
        kind = package.get("type") or "dataset"
        if kind in PUBLISHED_TYPES:
            enter(out, catalogue, package, describe(out, package))
    if page is not None:
        paging(out, catalogue, page)
    return out


def describe_catalogue(out: Output, dates: Dates, iri: str = "") -> URIRef:
    """Write the catalogue itself, from the city file; returns its IRI.

    With it what belongs to the city and to no entry: its publisher, contact and place, and the portal's services.
    """
    city = out.city
    catalogue = URIRef(iri or out.site.base)
    out.add(catalogue, RDF.type, DCAT.Catalog)
    out.bilingual(catalogue, DCTERMS.title, city.title.de, city.title.en)
    out.bilingual(catalogue, DCTERMS.description, city.description.de, city.description.en)
    out.add(catalogue, DCTERMS.publisher, city_publisher(out))
    out.add(catalogue, DCAT.contactPoint, city_contact(out))
    out.add(catalogue, DCTERMS.license, reference(city.license))
    out.add(catalogue, DCATAP.availability, reference(city.availability))
    for language in city.languages:
        out.add(catalogue, DCTERMS.language, reference(language))
    homepage = reference(city.homepage) or URIRef(f"{out.site.url}/")
    out.add(catalogue, FOAF.homepage, homepage)
    out.add(homepage, RDF.type, FOAF.Document)
    out.add(catalogue, DCTERMS.spatial, city_extent(out))
    city_places(out, catalogue)
    _themes(out, catalogue)
    out.add(catalogue, DCTERMS.issued, moment(city.catalogue.issued) or moment(dates.issued, utc=True))
    out.add(catalogue, DCTERMS.modified, moment(dates.modified, utc=True))
    for service in portal_services(out):
        out.add(catalogue, DCAT.service, service)
    profile(out)
    _further(out, catalogue, city.catalogue)
    return catalogue


def _further(out: Output, catalogue: URIRef, given: Catalogue) -> None:
    """What the city file says under `catalogue`."""
    if given.rights.de or given.rights.en:
        node = out.of_site("rights")
        out.add(catalogue, DCTERMS.rights, node)
        out.add(node, RDF.type, DCTERMS.RightsStatement)
        out.bilingual(node, RDFS.label, given.rights.de, given.rights.en)
    if given.creator.name:
        out.add(catalogue, DCTERMS.creator, site_agent(out, given.creator, "creator"))
    for predicate, others in (
        (DCTERMS.isPartOf, (given.part_of,) if given.part_of else ()),
        (DCTERMS.hasPart, given.has_part),
        (DCAT.catalog, given.catalogs),
    ):
        for other in others:
            out.add(catalogue, predicate, _other(out, other))
    for predicate, iris, kind in (
        (DCATAP.applicableLegislation, given.applicable_legislation, ELI.LegalResource),
        (DCAT.themeTaxonomy, given.theme_taxonomies, SKOS.ConceptScheme),
    ):
        for iri in map(URIRef, iris):
            out.add(catalogue, predicate, iri)
            out.add(iri, RDF.type, kind)


def _other(out: Output, other: OtherCatalogue) -> URIRef:
    """Another catalogue, with what the shapes ask of every dcat:Catalog in the graph."""
    iri = URIRef(other.iri)
    out.add(iri, RDF.type, DCAT.Catalog)
    out.bilingual(iri, DCTERMS.title, other.title.de, other.title.en)
    out.bilingual(iri, DCTERMS.description, other.description.de, other.description.en)
    out.add(iri, DCTERMS.publisher, site_agent(out, other.publisher, "publisher"))
    return iri


def _themes(out: Output, catalogue: URIRef) -> None:
    themes = vocabulary("themes")
    taxonomy = URIRef(themes.scheme)
    out.add(catalogue, DCAT.themeTaxonomy, taxonomy)
    out.add(taxonomy, RDF.type, SKOS.ConceptScheme)
    out.bilingual(taxonomy, DCTERMS.title, themes.title.de, themes.title.en)


def paging(out: Output, catalogue: URIRef, page: Page) -> None:
    """Hydra's links between the pages; readers of older feeds look for the names with "Page"."""
    view = URIRef(page.current)
    out.graph.bind("hydra", HYDRA)
    out.add(catalogue, RDF.type, HYDRA.Collection)
    out.add(catalogue, HYDRA.view, view)
    out.add(catalogue, HYDRA.totalItems, Literal(page.total, datatype=XSD.integer))
    out.add(view, RDF.type, HYDRA.PartialCollectionView)
    out.add(view, RDF.type, HYDRA.PagedCollection)
    out.add(view, HYDRA.totalItems, Literal(page.total, datatype=XSD.integer))
    out.add(view, HYDRA.itemsPerPage, Literal(page.per_page, datatype=XSD.integer))
    for name in ("first", "last", "next", "previous"):
        if address := getattr(page, name):
            out.add(view, HYDRA[name], URIRef(address))
            out.add(view, HYDRA[f"{name}Page"], URIRef(address))

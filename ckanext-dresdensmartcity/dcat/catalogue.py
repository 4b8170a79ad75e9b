"""dcat:Catalog: the city's catalogue, whole or in pages, each of them complete in itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from rdflib import Literal, URIRef

from .datasets import describe
from .iris import DATASET, PUBLISHED_TYPES, SERIES, SERVICE, Package, Site, reference
from .namespaces import DCAT, DCTERMS, FOAF, HYDRA, RDF, SKOS, XSD
from .output import Output
from .parties import city_contact, city_publisher
from .places import city_extent, city_places
from .services import api
from .values import moment

# By what the catalogue holds an entry of each type. Series stand under dcat:resource: they are entries, but no
# dcat:Dataset, which the range of dcat:dataset asks for.
MEMBERSHIP = {DATASET: DCAT.dataset, SERIES: DCAT.resource, SERVICE: DCAT.service}


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
            out.add(catalogue, MEMBERSHIP[kind], describe(out, package))
    if page is not None:
        _paging(out, catalogue, page)
    return out


def describe_catalogue(out: Output, dates: Dates, iri: str = "") -> URIRef:
    """Write the catalogue itself, from the city file; returns its IRI."""
    city = out.city
    catalogue = URIRef(iri or out.site.base)
    out.add(catalogue, RDF.type, DCAT.Catalog)
    out.bilingual(catalogue, DCTERMS.title, city.title.de, city.title.en)
    out.bilingual(catalogue, DCTERMS.description, city.description.de, city.description.en)
    out.add(catalogue, DCTERMS.publisher, city_publisher(out))
    out.add(catalogue, DCAT.contactPoint, city_contact(out))
    out.add(catalogue, DCTERMS.license, reference(city.license))
    for language in city.languages:
        out.add(catalogue, DCTERMS.language, reference(language))
    homepage = reference(city.homepage) or URIRef(f"{out.site.url}/")
    out.add(catalogue, FOAF.homepage, homepage)
    out.add(homepage, RDF.type, FOAF.Document)
    out.add(catalogue, DCTERMS.spatial, city_extent(out))
    city_places(out, catalogue)
    _themes(out, catalogue)
    out.add(catalogue, DCTERMS.issued, moment(dates.issued, utc=True))
    out.add(catalogue, DCTERMS.modified, moment(dates.modified, utc=True))
    out.add(catalogue, DCAT.service, api(out))
    return catalogue


def _themes(out: Output, catalogue: URIRef) -> None:
    themes = vocabulary("themes")
    taxonomy = URIRef(themes.scheme)
    out.add(catalogue, DCAT.themeTaxonomy, taxonomy)
    out.add(taxonomy, RDF.type, SKOS.ConceptScheme)
    out.bilingual(taxonomy, DCTERMS.title, themes.title.de, themes.title.en)


def _paging(out: Output, catalogue: URIRef, page: Page) -> None:
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

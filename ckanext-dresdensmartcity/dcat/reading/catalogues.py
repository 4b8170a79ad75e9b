"""dcat:Catalog, its records and its pages."""

from __future__ import annotations

from typing import Any

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from ..namespaces import DCAT, DCATAP, DCTERMS, ELI, FOAF, HYDRA, RDF, SKOS
from . import fields, places
from .entries import license_of
from .fields import Field
from .report import Record
from .scope import Scope

CATALOGUE = (
    Field("title", DCTERMS.title, fields.bilingual, english="title_en"),
    Field("notes", DCTERMS.description, fields.bilingual, english="notes_en"),
    Field("publisher", DCTERMS.publisher, fields.one_agent),
    Field("contact", DCAT.contactPoint, fields.contacts),
    Field("creator", DCTERMS.creator, fields.agents),
    Field("issued", DCTERMS.issued, fields.date),
    Field("modified", DCTERMS.modified, fields.date),
    Field("language", DCTERMS.language, fields.terms, "languages", kinds=(DCTERMS.LinguisticSystem,)),
    Field("homepage", FOAF.homepage, fields.iri, kinds=fields.DOCUMENT),
    Field("theme_taxonomies", DCAT.themeTaxonomy, fields.iris, kinds=(SKOS.ConceptScheme,)),
    Field("availability", DCATAP.availability, fields.term, "availability"),
    Field("spatial_coverage", DCTERMS.spatial, fields.spatial),
    Field("rights", DCTERMS.rights, fields.statement, kinds=fields.PUBLISHED),
    Field("applicable_legislation", DCATAP.applicableLegislation, fields.iris, kinds=(ELI.LegalResource,)),
    Field("catalogs", DCAT.catalog, fields.iris, kinds=(DCAT.Catalog,)),
    Field("has_part", DCTERMS.hasPart, fields.iris, kinds=(DCAT.Catalog,)),
    Field("part_of", DCTERMS.isPartOf, fields.iri, kinds=(DCAT.Catalog,)),
)
# What leads from a catalogue to its entries.
MEMBERS = (DCAT.dataset, DCAT.service, DCAT.resource, DCAT.record)
_PAGES = (HYDRA.next, HYDRA.nextPage)
_OTHER_PAGES = (
    HYDRA.first,
    HYDRA.firstPage,
    HYDRA.last,
    HYDRA.lastPage,
    HYDRA.previous,
    HYDRA.previousPage,
    HYDRA.totalItems,
    HYDRA.itemsPerPage,
    HYDRA.view,
)
_PAGE_KINDS = (HYDRA.PagedCollection, HYDRA.PartialCollectionView, HYDRA.Collection)


def read_catalogue_itself(scope: Scope, node: Node) -> dict[str, Any]:
    """The description of a catalogue, without its entries."""
    scope.kinds(node, (DCAT.Catalog, DCAT.Dataset, DCAT.Resource, HYDRA.Collection))
    package: dict[str, Any] = {"type": "catalog"}
    if isinstance(node, URIRef):
        package["uri"] = str(node)
    package |= fields.read_fields(scope, node, CATALOGUE)
    if found := license_of(scope, node):
        package["license"] = found
    for predicate in MEMBERS:
        scope.values(node, predicate)
    return package


def record(scope: Scope, node: Node) -> Record:
    """What a dcat:CatalogRecord says of the metadata."""
    scope.kinds(node, (DCAT.CatalogRecord,))
    scope.values(node, FOAF.primaryTopic)
    scope.iris(node, DCTERMS.conformsTo, (DCTERMS.Standard,))
    scope.terms(node, DCTERMS.language, "languages", (DCTERMS.LinguisticSystem,))
    return Record(
        iri=str(node) if isinstance(node, URIRef) else "",
        issued=places.date(scope, node, DCTERMS.issued),
        modified=places.date(scope, node, DCTERMS.modified),
        source=scope.one_iri(node, DCTERMS.source, (DCAT.CatalogRecord,)),
    )


def next_page(scope: Scope, graph: Graph) -> str:
    """The address of the next page of the catalogue, as Hydra says it; empty on the last."""
    views = {one for kind in _PAGE_KINDS for one in graph.subjects(RDF.type, kind)}
    found: list[str] = []
    for view in sorted(views, key=str):
        scope.kinds(view, _PAGE_KINDS)
        for predicate in _OTHER_PAGES:
            scope.values(view, predicate)
        for predicate in _PAGES:
            found += [str(one) for one in scope.values(view, predicate) if not isinstance(one, Literal) or str(one)]
    different = list(dict.fromkeys(found))
    return different[0] if len(different) == 1 else ""

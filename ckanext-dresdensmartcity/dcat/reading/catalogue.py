"""A whole document: which entries there are, each read in turn."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from ..iris import DATASET, SERIES, SERVICE
from ..namespaces import DCAT, FOAF, RDF
from . import leftovers, lifting
from .catalogues import next_page, read_catalogue_itself, record
from .defaults import Own, strip
from .entries import read_entry
from .report import Change, NotUnderstood, ReadEntry, Reading, Record
from .scope import Document, EntangledError, Scope, order

# A node that is both is a series: the standard asks for both classes where a series stands under dcat:dataset.
_KINDS = ((DCAT.DatasetSeries, SERIES), (DCAT.DataService, SERVICE), (DCAT.Dataset, DATASET))
_BY_PLACE = {DCAT.dataset: DATASET, DCAT.service: SERVICE}
_LISTS = (
    "access-rights",
    "availability",
    "contributors",
    "dataset-types",
    "distribution-status",
    "file-types",
    "frequencies",
    "geocoding-levels",
    "hvd-categories",
    "languages",
    "licenses",
    "publisher-types",
    "themes",
)


def read_catalogue(graph: Graph, without_defaults_of: Own | None = None) -> Reading:
    """All entries of a document. The graph is changed on the way: older data is lifted to DCAT-AP.de 3.0 in place.

    `without_defaults_of` is for catalogues of this portal only: what its writer fills in is left out (`defaults`), and
    the programme of its city is read.
    """
    own = without_defaults_of
    lifted: dict[Node, list[Change]] = {}
    for subject, change in lifting.changes(graph):
        lifted.setdefault(subject, []).append(change)
    document = Document(graph)
    reading = Reading()
    whole = Scope(document)
    kinds = _entries(whole, graph)
    document.names |= _names(graph, [node for node in kinds if isinstance(node, BNode)])
    reading.next_page = next_page(whole, graph)
    catalogues = sorted(set(graph.subjects(RDF.type, DCAT.Catalog)), key=order)
    apart = {*kinds, *catalogues, *graph.subjects(RDF.type, DCAT.CatalogRecord)}
    parts = _Parts(
        apart,
        [base for name in _LISTS for base in (vocabulary(name).base, vocabulary(name).scheme) if base],
        {},
        lifted,
        set(),
    )
    try:
        parts.records = _records(whole, graph)
        for node in catalogues:
            reading.catalogues.append(_one(Scope(document), node, "catalog", parts))
        for node in sorted(kinds, key=order):
            reading.entries.append(
                _one(Scope(document, own_base=own.site.base if own else ""), node, kinds[node], parts)
            )
    except EntangledError as error:
        whole.not_understood.append(NotUnderstood("", "", "", str(error)))
    if own is not None:
        reading.entries = [one for one in reading.entries if not own.is_frame(one)]
        for one in reading.entries:
            strip(one, own, graph)
    for subject in lifted.keys() - parts.told:
        whole.changes += lifted[subject]
    reading.changes, reading.not_understood = whole.changes, whole.not_understood
    return reading


@dataclass
class _Parts:
    """What the entries of a document share."""

    apart: set[Node]  # nodes that are entries, catalogues or records themselves
    lists: list[str]  # what the IRIs of controlled lists start with
    records: dict[Node, Record]
    lifted: dict[Node, list[Change]]
    told: set[Node]  # nodes whose changes stand with an entry


def _one(scope: Scope, node: Node, kind: str, parts: _Parts) -> ReadEntry:
    package = read_catalogue_itself(scope, node) if kind == "catalog" else read_entry(scope, node, kind)
    own = leftovers.report(scope, node, parts.apart - {node}, parts.lists)
    changes = [change for one in own if one in parts.lifted for change in parts.lifted[one]]
    parts.told |= own & parts.lifted.keys()
    scope.document.worked(len(changes))
    return ReadEntry(
        iri=package.get("uri", ""),
        type=kind,
        package=package,
        changes=changes + scope.changes,
        not_understood=scope.not_understood,
        node=scope.document.name(node),
        subject=str(node),
        record=parts.records.get(node),
    )


def _entries(scope: Scope, graph: Graph) -> dict[Node, str]:
    """The nodes that are described as an entry, and which kind of entry each is."""
    found: dict[Node, str] = {}
    for kind, name in _KINDS:
        for node in graph.subjects(RDF.type, kind):
            if node not in found and not isinstance(node, Literal) and (node, RDF.type, DCAT.Catalog) not in graph:
                found[node] = name
    named = {(catalogue, name, one) for name in _BY_PLACE for catalogue, one in graph.subject_objects(name)}
    for catalogue, name, node in sorted(named, key=lambda one: order(one[2])):
        if isinstance(node, Literal) or not _described(graph, node):
            scope.reject(catalogue, name, node, "named in the catalogue, but nothing is said of it")
        elif node not in found and (node, RDF.type, DCAT.Catalog) not in graph:
            found[node] = _BY_PLACE[name]
            scope.change(
                node, RDF.type, "", DCAT.Dataset if name == DCAT.dataset else DCAT.DataService, "class-by-place"
            )
    return {node: name for node, name in found.items() if _described(graph, node)}


def _described(graph: Graph, node: Node) -> bool:
    """Whether more is said of a node than its class: else it is only named, as the other end of a link."""
    return any(predicate != RDF.type for predicate in graph.predicates(node))


def _names(graph: Graph, nodes: list[BNode]) -> dict[Node, str]:
    """A name for each blank node that is an entry, made of what is said of it, so that it is the same each time."""
    found: dict[Node, str] = {}
    used: set[str] = set()
    for node in nodes:
        said = sorted(f"{p} {o!r}" for p, o in graph.predicate_objects(node) if isinstance(o, (Literal, URIRef)))
        name = "_:" + hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()[:24]
        number = 1
        while name in used:
            number += 1
            name = f"{name.split('-')[0]}-{number}"
        used.add(name)
        found[node] = name
    return found


def _records(scope: Scope, graph: Graph) -> dict[Node, Record]:
    found: dict[Node, Record] = {}
    for node in sorted(set(graph.subjects(RDF.type, DCAT.CatalogRecord)), key=order):
        read = record(scope, node)
        for topic in graph.objects(node, FOAF.primaryTopic):
            found.setdefault(topic, read)
    return found

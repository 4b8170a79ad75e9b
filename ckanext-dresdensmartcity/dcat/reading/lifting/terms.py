"""What is wrong with single terms: characters, IRIs, namespaces, and values of controlled lists."""

from __future__ import annotations

import re
from functools import lru_cache

from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from ...iris import reference
from ...namespaces import DCAT, DCATDE, DCTERMS, RDF
from . import tables
from .graph import Lifter, Triple
from .values import resolve

# Characters that XML and PostgreSQL cannot hold, and halves of characters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DCATDE = re.compile(r"https?://(?:www\.)?dcat-ap\.de/def/dcatde[/#](?:\d[\d._]*[/#])?")
_FORMATS = (DCTERMS["format"], DCAT.mediaType)


def clean(lifter: Lifter) -> None:
    """Leave out what no text may hold, and quote what may not stand in an IRI; everywhere, subjects too."""
    for triple in [one for one in lifter.graph if any(map(_unclean, one))]:
        rule = "iri" if any(isinstance(node, URIRef) and _unclean(node) for node in triple) else "characters"
        subject, predicate, value = (_cleaned(node) for node in triple)
        lifter.replace(triple, [(subject, predicate, value)], rule, value)
        node, change = lifter.changes.pop()
        lifter.changes.append((subject if node == triple[0] else node, change))


@lru_cache(maxsize=100_000)
def _quoted(iri: str) -> str:
    found = reference(_FORBIDDEN.sub("", iri))
    return str(found) if found is not None else re.sub(r"[\s<>\"{}|\\^`]", "", _FORBIDDEN.sub("", iri))


def _unclean(node: Node) -> bool:
    if isinstance(node, Literal):
        return _FORBIDDEN.search(node) is not None
    return isinstance(node, URIRef) and _quoted(str(node)) != str(node)


def _cleaned(node: Node) -> Node:
    if isinstance(node, Literal):
        plain = _FORBIDDEN.sub("", node)
        return Literal(plain, lang=node.language, datatype=node.datatype, normalize=False)
    return URIRef(_quoted(str(node))) if isinstance(node, URIRef) else node


def namespaces(lifter: Lifter) -> None:
    """Properties and classes in the namespaces of 3.0."""
    for predicate in {one for one in lifter.graph.predicates() if _renamed(str(one)) != str(one)}:
        new = URIRef(_renamed(str(predicate)))
        rule = "dc-elements" if str(predicate).startswith(tables.DC_ELEMENTS) else "namespace"
        for subject, _, value in lifter.triples(predicate):
            lifter.replace((subject, predicate, value), [(subject, new, value)], rule, new)
    for kind in {one for one in lifter.graph.objects(None, RDF.type) if _renamed(str(one)) != str(one)}:
        new = URIRef(_renamed(str(kind)))
        for subject in list(lifter.graph.subjects(RDF.type, kind)):
            lifter.replace((subject, RDF.type, kind), [(subject, RDF.type, new)], "namespace")


@lru_cache(maxsize=4096)
def _renamed(iri: str) -> str:
    if old := _DCATDE.match(iri):
        return str(DCATDE) + iri[old.end() :]
    if iri.startswith(tables.DC_ELEMENTS) and iri.removeprefix(tables.DC_ELEMENTS) in tables.DC_NAMES:
        return "http://purl.org/dc/terms/" + iri.removeprefix(tables.DC_ELEMENTS)
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    namespace = _VARIANTS.get(_bare(iri[:cut]))
    return namespace + iri[cut:] if namespace and iri[cut:] else iri


def _bare(namespace: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", namespace.rstrip("/#"))


_VARIANTS = {_bare(one): one for one in tables.NAMESPACES}


def properties(lifter: Lifter) -> None:
    """Properties that others took the place of."""
    for old, new in tables.PROPERTIES.items():
        for subject, _, value in lifter.triples(old):
            lifter.replace((subject, old, value), [(subject, new, value)], "property", new)


def lists(lifter: Lifter) -> None:
    """Values of controlled lists: old codes, names, other addresses, nodes with a name."""
    for predicate, name in tables.LISTS.items():
        for triple in lifter.triples(predicate):
            _listed(lifter, triple, (name,))
    for triple in lifter.triples(DCTERMS.type):
        _listed(lifter, triple, tables.TYPE_LISTS)
    _formats(lifter)


def _listed(lifter: Lifter, triple: Triple, names: tuple[str, ...]) -> None:
    subject, predicate, value = triple
    for name in names:
        for label, rule in _codes(lifter, value):
            if found := resolve(name, label):
                if found != str(value) or isinstance(value, Literal):
                    lifter.replace(triple, [(subject, predicate, URIRef(found))], rule)
                    _forget(lifter, value)
                return


def _codes(lifter: Lifter, value: Node) -> list[tuple[str, str]]:
    """What a value may be called: itself, or the labels of a blank node."""
    if not isinstance(value, BNode):
        return [(str(value), "list")]
    found = [str(one) for label in tables.LABELS for one in lifter.graph.objects(value, label)]
    return [(one, "list-node") for one in found]


def _forget(lifter: Lifter, node: Node) -> None:
    """Take out a node that only named a value of a list, where nothing points to it any more."""
    graph = lifter.graph
    if not isinstance(node, BNode) or (None, None, node) in graph:
        return
    if all(predicate == RDF.type or predicate in tables.LABELS for predicate in graph.predicates(node)):
        graph.remove((node, None, None))


def _formats(lifter: Lifter) -> None:
    """A media type under dcterms:format, or a format under dcat:mediaType, where the right place is empty."""
    for predicate, other in (_FORMATS, _FORMATS[::-1]):
        for triple in lifter.triples(predicate):
            subject, _, value = triple
            own, there = (tables.LISTS[predicate], tables.LISTS[other])
            if resolve(own, str(value)) or isinstance(value, BNode):
                continue
            found = resolve(there, str(value))
            if found and (subject, other, None) not in lifter.graph:
                lifter.replace(triple, [(subject, other, URIRef(found))], "format-in-media-type")

"""Property paths (SHACL, 2.3.1): from a node to the set of its values."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from .data import Data
from .terms import Term, term

SH = Namespace("http://www.w3.org/ns/shacl#")

Path = Callable[[Data, Term], Sequence[Term]]


class UnknownConstructError(Exception):
    """A shape holds something that has no compiled form; it is left to pyshacl."""


def compiled(graph: Graph, path: Node) -> Path:
    """The function of a path: a predicate, its inverse, alternatives, or a sequence of these.

    Raises UnknownConstructError for paths of any length (sh:zeroOrMorePath and its like).
    """
    if isinstance(path, URIRef):
        predicate = term(path)
        return lambda data, focus: data.values(focus, predicate)
    if (inverse := graph.value(path, SH.inversePath)) is not None:
        return _inverse(inverse)
    if (alternatives := graph.value(path, SH.alternativePath)) is not None:
        return _alternatives([compiled(graph, one) for one in graph.items(alternatives)])
    if graph.value(path, RDF.first) is not None:
        return _sequence([compiled(graph, one) for one in graph.items(path)])
    raise UnknownConstructError("a path of any length")


def _inverse(path: Node) -> Path:
    if not isinstance(path, URIRef):
        raise UnknownConstructError("the inverse of a path")
    predicate = term(path)

    return lambda data, focus: data.named_by(focus, predicate)


def _alternatives(paths: list[Path]) -> Path:
    if len(paths) < 2:
        raise UnknownConstructError("alternatives of which there is one")

    def values(data: Data, focus: Term) -> list[Term]:
        return list(dict.fromkeys(value for path in paths for value in path(data, focus)))

    return values


def _sequence(paths: list[Path]) -> Path:
    if len(paths) < 2:
        raise UnknownConstructError("a sequence of one")

    def values(data: Data, focus: Term) -> list[Term]:
        found = [focus]
        for path in paths:
            found = list(dict.fromkeys(value for one in found for value in path(data, one)))
        return found

    return values

"""What is said of an entry and was read into no field: every statement that can be reached from it."""

from __future__ import annotations

from collections.abc import Iterable, Set

from rdflib import Literal
from rdflib.term import Node

from ..namespaces import RDF
from .scope import Scope

# Statements without a meaning of their own: they only say what a term of a list is called.
NO_FIELD = "there is no field for this property"
NO_CLASS = "a class that is not read"


def report(scope: Scope, start: Node, entries: Set[Node], terms: Iterable[str] = ()) -> set[Node]:
    """List what nobody took; returns the nodes that belong to the entry.

    Other entries are not entered, nor what a document says about terms of controlled lists (`terms` are their bases):
    the lists say it themselves. A part that several entries share is listed with the first.
    """
    document, bases = scope.document, tuple(terms)
    waiting, seen = [start], {start}
    while waiting:
        subject = waiting.pop()
        for triple in document.graph.triples((subject, None, None)):
            document.worked()
            _, predicate, value = triple
            if triple not in document.taken and triple not in document.reported:
                document.reported.add(triple)
                scope.reject(subject, predicate, value, NO_CLASS if predicate == RDF.type else NO_FIELD)
            if isinstance(value, Literal) or value in seen or value in entries or str(value).startswith(bases):
                continue
            seen.add(value)
            waiting.append(value)
    return seen

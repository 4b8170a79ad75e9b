"""What is said of an entry and was read into no field: every statement that can be reached from it."""

from __future__ import annotations

from collections.abc import Iterable, Set

from rdflib import Literal
from rdflib.term import Node

from ..namespaces import DCAT, DCATDE, RDF, VCARD
from .scope import Scope

# Statements without a meaning of their own: they only say what a term of a list is called.
NO_FIELD = "there is no field for this property"
# Properties that DCAT-AP.de 3.0 has given up without another in their place (3.0, deprecated terms).
GIVEN_UP: dict[Node, str] = {
    DCATDE.legalBasis: "3.0 names a law by its IRI, in dcatap:applicableLegislation; this is only its name",
    DCATDE.qualityProcessURI: "3.0 has no place for the process of quality assurance",
    DCAT.granularity: "3.0 has dcat:temporalResolution, a duration; this is none",
    VCARD.hasStreetAddress: "a contact has no postal address here",
    VCARD.hasAddress: "a contact has no postal address here",
    VCARD.hasLocality: "a contact has no postal address here",
    VCARD.hasPostalCode: "a contact has no postal address here",
    VCARD.hasCountryName: "a contact has no postal address here",
}
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
                reason = NO_CLASS if predicate == RDF.type else GIVEN_UP.get(predicate, NO_FIELD)
                scope.reject(subject, predicate, value, reason)
            if isinstance(value, Literal) or value in seen or value in entries or str(value).startswith(bases):
                continue
            seen.add(value)
            waiting.append(value)
    return seen

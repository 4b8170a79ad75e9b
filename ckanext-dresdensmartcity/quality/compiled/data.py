"""The data that is checked, as dictionaries: subject -> predicate -> values, and class -> instances."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from . import ntriples
from .terms import SUBCLASS, TYPE, Term, is_blank, is_literal, node, plain, term

Properties = dict[Term, list[Term]]


class Known(Protocol):
    """What is known of concepts that the data only names (`quality.concepts.Concepts`)."""

    def terms_about(self, one: Term) -> list[tuple[Term, Term]]:
        """Predicates and values of one concept; nothing for most nodes."""


@dataclass
class Data:
    """A graph, indexed for the compiled shapes. A graph is a set: no value stands twice in a list."""

    subjects: dict[Term, Properties] = field(default_factory=dict)
    literals: dict[Term, Literal] = field(default_factory=dict)  # with a datatype or language, as the graph had them
    added: frozenset[Term] = frozenset()  # concepts that were not in the data
    instances: dict[Term, list[Term]] = field(default_factory=dict)
    _above: dict[Term, frozenset[Term]] = field(default_factory=dict)
    _reversed: dict[Term | None, dict[Term, list[Term]]] = field(default_factory=dict)

    @classmethod
    def of_graph(cls, graph: Graph, known: Known | None = None) -> Data:
        """The index of a graph of rdflib."""
        subjects: dict[Term, Properties] = {}
        literals: dict[Term, Literal] = {}
        for s, p, o in graph:
            if isinstance(o, URIRef):
                value = f"<{o}>"
            else:
                value = term(o)
                if isinstance(o, Literal) and (o.datatype is not None or value[-1] != '"'):
                    literals[value] = o
            subject = f"_:{s}" if isinstance(s, BNode) else f"<{s}>"
            subjects.setdefault(subject, {}).setdefault(f"<{p}>", []).append(value)
        return cls(subjects, literals).completed(known)

    @classmethod
    def of_ntriples(cls, texts: Iterable[str], known: Known | None = None) -> Data:
        """The index of N-Triples; blank nodes have the same name in all of them only if they are the same node.

        Raises ntriples.NotNTriplesError.
        """
        subjects: dict[Term, Properties] = {}
        for text in texts:
            for s, p, o in ntriples.read(text):
                subjects.setdefault(s, {}).setdefault(p, []).append(o)
        for properties in subjects.values():
            for predicate, values in properties.items():
                if len(values) > 1:  # what stands in several texts, such as the type of a place
                    properties[predicate] = list(dict.fromkeys(values))
        return cls(subjects).completed(known)

    def completed(self, known: Known | None) -> Data:
        """With what is known of the concepts that are named, and the index by class."""
        if known is not None:
            self._add(known)
        for subject, properties in self.subjects.items():
            for kind in properties.get(TYPE, ()):
                self.instances.setdefault(kind, []).append(subject)
        if any(SUBCLASS in properties for properties in self.subjects.values()):
            self._order_classes()
        return self

    def values(self, subject: Term, predicate: Term) -> list[Term]:
        properties = self.subjects.get(subject)
        return [] if properties is None else properties.get(predicate, [])

    def is_a(self, one: Term, kind: Term) -> bool:
        """Whether a node has the class, or one below it."""
        properties = self.subjects.get(one)
        if properties is None:
            return False
        kinds = properties.get(TYPE)
        if kinds is None:
            return False
        if kind in kinds:
            return True
        return bool(self._above) and any(kind in self._above.get(one, ()) for one in kinds)

    def members(self, kind: Term) -> Collection[Term]:
        """The instances of a class and of the classes below it."""
        below = [one for one, above in self._above.items() if kind in above]
        found = self.instances.get(kind, [])
        if not below:
            return found
        return dict.fromkeys(chain(found, *(self.instances.get(one, ()) for one in below)))

    def named_by(self, one: Term, predicate: Term | None = None) -> list[Term]:
        """The subjects that a node is a value of, of one predicate or of any, in the order of their names."""
        if predicate not in self._reversed:
            self._reversed[predicate] = self._reverse(predicate)
        return self._reversed[predicate].get(one, [])

    def _reverse(self, predicate: Term | None) -> dict[Term, list[Term]]:
        found: dict[Term, set[Term]] = {}
        for subject, properties in self.subjects.items():
            lists = properties.values() if predicate is None else (properties.get(predicate, ()),)
            for value in chain.from_iterable(lists):
                found.setdefault(value, set()).add(subject)
        return {value: sorted(subjects) for value, subjects in found.items()}

    def literal(self, one: Term) -> Literal:
        """A literal as the graph had it; one with a datatype that came as text is made again."""
        found = self.literals.get(one)
        if found is None:
            made = node(one)
            assert isinstance(made, Literal)  # noqa: S101  # callers ask for literals only
            return made
        return found

    def node(self, one: Term) -> Node:
        """The node of rdflib that a term stands for."""
        return self.literal(one) if is_literal(one) else node(one)

    def owner(self, one: Term) -> str:
        """The IRI of a node; for one without, of what it hangs on: a period's dataset, a checksum's file."""
        seen = {one}
        while is_blank(one):
            above = next((subject for subject in self.named_by(one) if subject not in seen), None)
            if above is None:
                return ""
            one = above
            seen.add(one)
        return plain(one)

    def about(self, one: Term) -> Graph:
        """What the graph says of a blank node, with the blank nodes below it, for messages that print it."""
        graph, waiting, seen = Graph(), [one], {one}
        while waiting:
            subject = waiting.pop()
            for predicate, values in self.subjects.get(subject, {}).items():
                for value in values:
                    graph.add((node(subject), node(predicate), node(value)))
                    if is_blank(value) and value not in seen:
                        seen.add(value)
                        waiting.append(value)
        return graph

    def _add(self, known: Known) -> None:
        """Concepts that the data names, and those that these name, as statements of the data."""
        named = chain.from_iterable(chain.from_iterable(one.values() for one in self.subjects.values()))
        waiting, done, added = list(set(named)), set(), set()
        while waiting:
            one = waiting.pop()
            if one in done or one[0] != "<":
                continue
            done.add(one)
            statements = known.terms_about(one)
            if not statements:
                continue
            if one not in self.subjects:
                added.add(one)
            properties = self.subjects.setdefault(one, {})
            for predicate, value in statements:
                values = properties.setdefault(predicate, [])
                if value not in values:
                    values.append(value)
                waiting.append(value)
        self.added = frozenset(added)

    def _order_classes(self) -> None:
        """For each class that is declared to be below others: all that are above it."""
        direct = {one: properties[SUBCLASS] for one, properties in self.subjects.items() if SUBCLASS in properties}
        self._above = {one: _reachable(one, direct) for one in direct}


def _reachable(one: Term, direct: Mapping[Term, list[Term]]) -> frozenset[Term]:
    found: set[Term] = set()
    waiting = [one]
    while waiting:
        for above in direct.get(waiting.pop(), ()):
            if above not in found:
                found.add(above)
                waiting.append(above)
    return frozenset(found)

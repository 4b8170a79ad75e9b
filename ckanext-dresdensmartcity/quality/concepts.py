"""The concepts of the controlled lists as triples, added to a graph before it is checked.

Shapes ask for the list of a value by `skos:inScheme`, and look for it in the checked graph itself. Only the concepts
that a graph uses are added, so that a dataset of a hundred triples does not get four thousand more.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from ckanext.dresdensmartcity.city.vocabularies import read_vocabulary, schemas_folder
from ckanext.dresdensmartcity.dcat.output import CHOICES
from rdflib import RDF, SKOS, Graph, URIRef
from rdflib.term import Node

from .compiled.terms import Term, term

SPDX_ALGORITHM = URIRef("http://spdx.org/rdf/terms#ChecksumAlgorithm")

Statement = tuple[Node, Node]


@dataclass(frozen=True)
class Concepts:
    """What is known of each concept, and of all whose IRI has a form: a base and the pattern of the rest."""

    statements: dict[Node, list[Statement]]
    forms: tuple[tuple[re.Pattern[str], list[Statement]], ...] = ()
    bases: tuple[str, ...] = ()  # of the forms, in their order

    def about(self, node: Node) -> list[Statement]:
        """What is known of one node; nothing for most."""
        if node in self.statements or not isinstance(node, URIRef):
            return self.statements.get(node, [])
        return next((about for form, about in self.forms if form.fullmatch(node)), [])

    def terms_about(self, one: Term) -> list[tuple[Term, Term]]:
        """What is known of one node, as terms of the compiled shapes."""
        found = self._terms.get(one)
        if found is not None or not one.startswith(self._bases):
            return found or []
        iri = one[1:-1]
        return next((about for form, about in self._forms_in_terms if form.fullmatch(iri)), [])

    @cached_property
    def _terms(self) -> dict[Term, list[tuple[Term, Term]]]:
        return {term(node): _in_terms(about) for node, about in self.statements.items()}

    @cached_property
    def _forms_in_terms(self) -> list[tuple[re.Pattern[str], list[tuple[Term, Term]]]]:
        return [(form, _in_terms(about)) for form, about in self.forms]

    @cached_property
    def _bases(self) -> tuple[str, ...]:
        """How the IRIs of `forms` begin: most are told apart by it."""
        return tuple(f"<{base}" for base in self.bases)

    def joined(self, other: Concepts) -> Concepts:
        """What is known here and there."""
        found = {node: list(about) for node, about in self.statements.items()}
        for node, about in other.statements.items():
            found[node] = list(dict.fromkeys([*self.about(node), *about]))
        return Concepts(found, self.forms + other.forms, self.bases + other.bases)

    def beside(self, data: Graph) -> Graph:
        """A copy of `data` with what is known of the concepts that it uses, and of those that they use."""
        merged = Graph()
        merged += data
        waiting = list(set(data.objects()))
        done: set[Node] = set()
        while waiting:
            node = waiting.pop()
            if node in done:
                continue
            done.add(node)
            for predicate, value in self.about(node):
                merged.add((node, predicate, value))
                waiting.append(value)
        return merged


def _in_terms(about: list[Statement]) -> list[tuple[Term, Term]]:
    return [(term(predicate), term(value)) for predicate, value in about]


@cache
def concepts() -> Concepts:
    """The concepts of schemas/vocabularies that have IRIs."""
    found: dict[Node, list[Statement]] = {}
    forms, bases = [], []
    for path in sorted((schemas_folder() / "vocabularies").glob("*.yaml")):
        if path.stem == "topics":  # the atlas's own taxonomy, in a form of its own
            continue
        vocabulary = read_vocabulary(path)
        if not vocabulary.base:
            continue
        about: list[Statement] = [(RDF.type, SKOS.Concept)]
        if vocabulary.scheme:
            about.append((SKOS.inScheme, URIRef(vocabulary.scheme)))
        if vocabulary.name == "checksum-algorithms":
            about = [(RDF.type, SPDX_ALGORITHM)]
        found.update({URIRef(iri): about for iri in vocabulary.iris})
        if vocabulary.name in CHOICES:
            form = re.escape(vocabulary.base) + CHOICES[vocabulary.name].pattern
            forms.append((re.compile(form), about))
            bases.append(vocabulary.base)
    return Concepts(found, tuple(forms), tuple(bases))


def concepts_in(graphs: Iterable[Graph]) -> Concepts:
    """The concepts that RDF files describe, such as those that come with another set of shapes."""
    found: dict[Node, list[Statement]] = defaultdict(list)
    for graph in graphs:
        for subject, predicate, value in graph:
            found[subject].append((predicate, value))
    return Concepts(dict(found))


def read_concepts(folder: Path) -> Concepts:
    """The concepts of all Turtle files of `folder`."""
    return concepts_in(Graph().parse(path, format="turtle") for path in sorted(folder.glob("*.ttl")))

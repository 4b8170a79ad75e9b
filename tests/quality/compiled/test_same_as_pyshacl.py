"""The compiled shapes find exactly what pyshacl finds: ours, the official ones, and those for high-value datasets.

Compared are severity, focus, path, value, component, source shape and messages of every result.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ckanext.dresdensmartcity.dcat.namespaces import RDF, XSD
from ckanext.dresdensmartcity.quality.concepts import Concepts, concepts, read_concepts
from ckanext.dresdensmartcity.quality.shacl import load_shapes, own_shapes
from faults import PORTAL, Fault, complete, faults, specials
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node
from reference import by_program, by_pyshacl

TOGETHER = 40  # faults in one graph: as many findings in a fraction of the time


@dataclass(frozen=True)
class Set:
    """Shapes with the lists that they look into."""

    shapes: Graph
    known: Concepts


@pytest.fixture(scope="session")
def sets(shared: Path) -> dict[str, Set]:
    """Each set of shapes that is compared."""
    folder = shared / "dcat-ap-de"
    lists = read_concepts(folder / "vocabularies")
    official = folder / "official" / "shapes"
    return {
        "ours": Set(own_shapes().graph, concepts()),
        "official": Set(load_shapes(official).graph, lists),
        "hvd": Set(load_shapes(official / "optional-semic-hvd-3.0.0.ttl").graph, lists),
    }


def batches() -> Iterator[Graph]:
    """Catalogues with many faults each, no two of them at one property."""
    waiting: list[Fault] = faults()
    while waiting:
        graph, taken, left = Graph(), set[tuple[URIRef, URIRef]](), list[Fault]()
        graph += complete()
        for fault in waiting:
            place = (fault.subject, fault.predicate)
            if len(taken) < TOGETHER and place not in taken:
                fault.change(graph)
                taken.add(place)
            else:
                left.append(fault)
        waiting = left
        yield graph


@pytest.mark.parametrize("name", ["ours", "official", "hvd"])
def test_every_single_fault_gives_what_pyshacl_gives(name: str, sets: dict[str, Set]) -> None:
    """All faults of docs/faults.md, and those of several properties."""
    one = sets[name]
    for graph in (*batches(), *(special.graph() for special in specials())):
        assert by_program(graph, one.shapes, one.known) == by_pyshacl(graph, one.shapes, one.known)


@pytest.mark.parametrize("name", ["ours", "official", "hvd"])
@pytest.mark.parametrize("example", ["DatasetSeries.ttl", "Dataset-und-Distribution.ttl"])
def test_the_examples_of_the_standard_give_what_pyshacl_gives(
    name: str, example: str, sets: dict[str, Set], shared: Path
) -> None:
    """They are flawed, and hold blank nodes."""
    one = sets[name]
    graph = Graph().parse(shared / "dcat-ap-de" / "official" / "examples" / example)
    found = by_pyshacl(graph, one.shapes, one.known)
    assert found
    assert by_program(graph, one.shapes, one.known) == found


TRIPLES = sorted(complete())
NODES = sorted({*complete().subjects(), *complete().objects()})
TYPES = sorted(set(complete().objects(None, RDF.type)))
ODD: list[Node] = [
    Literal(""),
    Literal("Titel", lang="de-DE"),
    Literal("2026-13", datatype=XSD.gYearMonth, normalize=False),
    Literal("2026-01-01"),
    Literal("-1", datatype=XSD.nonNegativeInteger, normalize=False),
    Literal(5),
    URIRef("https://example.org/two words"),
    BNode(),
    PORTAL.air,
    PORTAL.period,
]
CHANGES = st.one_of(
    st.tuples(st.just("gone"), st.sampled_from(TRIPLES)),
    st.tuples(st.just("twice"), st.sampled_from(TRIPLES), st.sampled_from(NODES)),
    st.tuples(st.just("other"), st.sampled_from(TRIPLES), st.sampled_from(ODD)),
    st.tuples(st.just("typed"), st.sampled_from(NODES), st.sampled_from(TYPES)),
    st.tuples(st.just("blank"), st.sampled_from(NODES)),
)


def changed(changes: list[tuple[Any, ...]]) -> Graph:
    """The catalogue without a fault after random changes."""
    graph = Graph()
    graph += complete()
    for kind, what, *value in changes:
        if kind == "gone":
            graph.remove(what)
        elif kind == "twice":
            graph.add((what[0], what[1], value[0]))
        elif kind == "other":
            graph.remove(what)
            graph.add((what[0], what[1], value[0]))
        elif kind == "typed" and not isinstance(what, Literal):
            graph.set((what, RDF.type, value[0]))
        elif kind == "blank" and not isinstance(what, Literal):
            rename(graph, what, BNode())
    return graph


def rename(graph: Graph, node: Node, other: Node) -> None:
    for subject, predicate, value in list(graph):
        if node in (subject, value):
            graph.remove((subject, predicate, value))
            graph.add((other if subject == node else subject, predicate, other if value == node else value))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(CHANGES, min_size=1, max_size=12))
def test_random_changes_give_what_pyshacl_gives(changes: list[tuple[Any, ...]], sets: dict[str, Set]) -> None:
    """Triples deleted, doubled, given to other nodes, nodes retyped or made blank."""
    graph = changed(changes)
    for one in sets.values():
        assert by_program(graph, one.shapes, one.known) == by_pyshacl(graph, one.shapes, one.known)

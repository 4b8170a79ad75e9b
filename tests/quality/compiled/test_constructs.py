"""Each construct of SHACL that has a compiled form gives what pyshacl gives; what has none is known."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.quality.compiled.program import compiled
from ckanext.dresdensmartcity.quality.concepts import Concepts
from rdflib import Graph
from reference import by_program, by_pyshacl

PREFIXES = """
@prefix : <urn:x:> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
DATA = (
    PREFIXES
    + """
:empty a :T .
:a a :T ; :p "text", "text"@de, "Text"@de, "text"@EN, "" ; :q "text" ; :r :b .
:b a :T, :U ; :p 1, 2.5, "03"^^xsd:integer, "x"^^xsd:integer, true ; :q 2 ; :r :c, :empty .
:c a :T ; :p :a, :b, <urn:x:two%20words>, [ a :U ; :p "inner" ] ; :q :b ; :r [ :p "inner" ] .
:d a :T ; :p "2026"^^xsd:gYear, "2026-02-31"^^xsd:date, "2026-03-31"^^xsd:date, "2026-01-01T00:00:00"^^xsd:dateTime ;
    :q "2026-03-30"^^xsd:date .
:e a :Below ; :p "only" ; :q "only" .
:f :named "by a property" .
:Below rdfs:subClassOf :Middle . :Middle rdfs:subClassOf :T .
:g a :U ; :part-of :a, :empty .
"""
)
CONSTRAINTS = [
    "sh:minCount 0",
    "sh:minCount 1",
    "sh:minCount 2 ; sh:maxCount 2",
    "sh:maxCount 0",
    "sh:class :U",
    "sh:class :T, :U",
    "sh:datatype xsd:string",
    "sh:datatype xsd:integer",
    "sh:datatype xsd:decimal",
    "sh:datatype xsd:date",
    "sh:datatype xsd:dateTime",
    "sh:datatype xsd:gYear",
    "sh:datatype xsd:boolean",
    "sh:datatype rdf:langString",
    "sh:datatype rdfs:Literal",
    *(f"sh:nodeKind sh:{kind}" for kind in ("IRI", "Literal", "BlankNode", "BlankNodeOrIRI", "IRIOrLiteral")),
    "sh:nodeKind sh:BlankNodeOrLiteral",
    'sh:pattern "t"',
    'sh:pattern "^T" ; sh:flags "i"',
    'sh:pattern "^t", "x"',
    "sh:minLength 0",
    "sh:minLength 5",
    "sh:maxLength 4",
    'sh:languageIn ( "de" )',
    'sh:languageIn ( "*" )',
    "sh:uniqueLang true",
    "sh:uniqueLang false",
    'sh:in ( "text" :a 1 )',
    'sh:hasValue "text"@DE',
    "sh:hasValue :a",
    "sh:minInclusive 2",
    "sh:minExclusive 1",
    "sh:maxInclusive 2",
    "sh:maxExclusive 2",
    'sh:maxInclusive "2026-03-30"^^xsd:date',
    'sh:minInclusive "b"',
    "sh:equals :q",
    "sh:disjoint :q",
    "sh:node :plain",
    "sh:property [ sh:path :p ; sh:minCount 1 ]",
    "sh:property [ sh:path :p ; sh:minCount 1 ; sh:deactivated true ]",
    "sh:property :named",
    "sh:not [ sh:nodeKind sh:Literal ]",
    "sh:and ( [ sh:nodeKind sh:Literal ] [ sh:minLength 3 ] )",
    "sh:or ( [ sh:nodeKind sh:IRI ] [ sh:minLength 3 ] )",
    "sh:xone ( [ sh:nodeKind sh:Literal ] [ sh:minLength 3 ] )",
    "sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMinCount 1",
    "sh:qualifiedValueShape [ sh:nodeKind sh:Literal ] ; sh:qualifiedMaxCount 3",
    "sh:qualifiedValueShape [ sh:minLength 2 ] ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 2",
    'sh:minCount 9 ; sh:severity sh:Info ; sh:message "zu wenig"@de, "too few"@en',
    "sh:minCount 9 ; sh:severity :own",
    "sh:closed false ; sh:minCount 9",
]
PATHS = [
    ":p",
    "[ sh:inversePath :r ]",
    "[ sh:alternativePath ( :p :q ) ]",
    "[ sh:alternativePath ( :p [ sh:inversePath :r ] ) ]",
    "( :r :p )",
    "( :r :r [ sh:inversePath :part-of ] )",
]
TARGETS = [
    "sh:targetClass :T",
    "sh:targetClass :Middle",
    "sh:targetClass :U, :T",
    "sh:targetNode :a, :nowhere",
    "sh:targetSubjectsOf :named",
    "sh:targetObjectsOf :r",
    "sh:targetObjectsOf :part-of ; sh:targetClass :Below",
    "a rdfs:Class",
]
# What pyshacl raises an error for, or what it alone can do.
UNKNOWN = [
    "sh:closed true",
    "sh:node :itself",
    "sh:qualifiedValueShape [ sh:minLength 2 ] ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true",
    'sh:sparql [ sh:select "SELECT $this WHERE { $this a <urn:x:T> }" ]',
]
NOTHING = Concepts({})


@pytest.fixture(scope="module")
def data() -> Graph:
    return Graph().parse(data=DATA)


def shapes(body: str, path: str = ":p", target: str = "sh:targetClass :T") -> Graph:
    text = f"""{PREFIXES}
    :T a sh:NodeShape ; {target} ; sh:property [ sh:path {path} ; {body} ] .
    :plain a sh:NodeShape ; sh:nodeKind sh:Literal ; sh:pattern "t" .
    :itself a sh:NodeShape ; sh:property [ sh:path :p ; sh:node :itself ] .
    :named a sh:PropertyShape ; sh:path [ sh:inversePath :r ] ; sh:minCount 1 .
    """
    return Graph().parse(data=text)


@pytest.mark.parametrize("body", CONSTRAINTS)
def test_a_constraint_finds_what_pyshacl_finds(data: Graph, body: str) -> None:
    """With the same words, also where the shape has none of its own."""
    graph = shapes(body)
    assert by_program(data, graph, NOTHING) == by_pyshacl(data, graph, NOTHING)


@pytest.mark.parametrize("body", [one for one in CONSTRAINTS if "Count" not in one and "uniqueLang" not in one])
def test_a_constraint_on_the_node_itself_finds_what_pyshacl_finds(data: Graph, body: str) -> None:
    """Some of them say nothing there."""
    if any(word in body for word in ("equals :q", "qualified")):
        body = "sh:minLength 5"
    graph = Graph().parse(data=f"{PREFIXES} :S a sh:NodeShape ; sh:targetClass :T ; sh:targetObjectsOf :p ; {body} .")
    graph.parse(data=f'{PREFIXES} :plain a sh:NodeShape ; sh:pattern "t" . :named sh:path :q ; sh:minCount 1 .')
    assert by_program(data, graph, NOTHING) == by_pyshacl(data, graph, NOTHING)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", ["sh:minCount 2", "sh:nodeKind sh:IRI", 'sh:hasValue "only"'])
def test_a_path_reaches_what_pyshacl_reaches(data: Graph, path: str, body: str) -> None:
    """Each value once."""
    graph = shapes(body, path)
    assert by_program(data, graph, NOTHING) == by_pyshacl(data, graph, NOTHING)


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_is_what_pyshacl_looks_at(data: Graph, target: str) -> None:
    """Classes with those below them, nodes that the data does not know, subjects and objects of a property."""
    graph = shapes("sh:minCount 1", target=target)
    assert by_program(data, graph, NOTHING) == by_pyshacl(data, graph, NOTHING)


def test_a_shape_of_a_property_can_have_a_target(data: Graph) -> None:
    """And one that two shapes name reports twice."""
    text = f"""{PREFIXES}
    :one a sh:PropertyShape ; sh:targetClass :T ; sh:path :q ; sh:minCount 1 .
    :two a sh:NodeShape ; sh:targetClass :T ; sh:property :one . :three sh:targetNode :a ; sh:property :one ."""
    graph = Graph().parse(data=text)
    assert by_program(data, graph, NOTHING) == by_pyshacl(data, graph, NOTHING)
    assert 2 in by_program(data, graph, NOTHING).values()


@pytest.mark.parametrize("body", UNKNOWN)
def test_a_shape_with_something_else_is_left_to_pyshacl(body: str) -> None:
    """That shape alone: those beside it stay compiled, and lose their targets for pyshacl."""
    graph = shapes(body)
    graph.parse(data=f"{PREFIXES} :known a sh:NodeShape ; sh:targetClass :T ; sh:property :named .")
    program = compiled(graph)
    assert len(program.roots) == 1
    assert program.rest is not None
    assert len(program.rest) == len(graph) - 1


def test_a_path_of_any_length_is_left_to_pyshacl() -> None:
    """It cannot be told how far such a path goes."""
    assert compiled(shapes("sh:minCount 1", "[ sh:zeroOrMorePath :r ]")).rest is not None

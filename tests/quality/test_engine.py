"""The entry points of the checks: a graph, N-Triples, one entry beside what it links to; and what falls back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ckanext.dresdensmartcity.quality import engine
from ckanext.dresdensmartcity.quality.compiled.ntriples import NotNTriplesError
from ckanext.dresdensmartcity.quality.findings import Finding
from ckanext.dresdensmartcity.quality.report import report
from ckanext.dresdensmartcity.quality.shacl import Shapes, ShapesError, load_shapes, validate
from faults import IRI, PORTAL, Fault, complete, faults
from rdflib import Graph, URIRef

# What each entry of the catalogue of faults describes, besides itself.
PARTS = {
    "air": ["file", "sample", "checksum", "identifier", "attribution", "relationship", "provenance", "method"],
    "air-2025": ["file-2025"],
    "series": [],
    "service": [],
}


def ntriples(graph: Graph) -> str:
    return graph.serialize(format="nt")


def fragments(graph: Graph) -> dict[str, str]:
    """The entries of a catalogue, and the frame that holds all else, as they are stored."""
    found, frame = {}, Graph()
    frame += graph
    for name, parts in PARTS.items():
        part = Graph()
        for node in (PORTAL[name], *(PORTAL[one] for one in parts)):
            for triple in graph.triples((node, None, None)):
                part.add(triple)
        frame -= part
        found[str(PORTAL[name])] = ntriples(part)
    return {**found, "": ntriples(frame)}


def catalogues() -> Iterator[Graph]:
    """The catalogue without a fault, and with one of every kind at each class."""
    yield complete()
    seen = set()
    for fault in faults():
        kind = (fault.owner, fault.kind)
        if kind not in seen and fault.kind != IRI:  # such an IRI cannot be written as N-Triples
            seen.add(kind)
            yield fault.graph()


def title_missing() -> Graph:
    (fault,) = (one for one in faults() if one.name == "dcat:Dataset dcterms:title missing")
    assert isinstance(fault, Fault)
    return fault.graph()


def test_the_findings_are_those_of_pyshacl() -> None:
    """In the same order, the gravest first."""
    graph = Graph().parse(data='<urn:a> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> " " .')
    found = engine.check(graph)
    assert found == validate(graph)
    assert {one.severity for one in found} == {"violation", "warning", "info"}
    order = ["violation", "warning", "info"]
    assert [order.index(one.severity) for one in found] == sorted(order.index(one.severity) for one in found)


def test_n_triples_give_the_findings_of_their_graph() -> None:
    """In one text, or in several with the same lines in them."""
    graph = title_missing()
    text = ntriples(graph)
    found = engine.check(graph)
    assert found
    assert engine.check_triples(text) == found
    assert engine.check_triples([text, *text.split("\n")]) == found


def test_broken_n_triples_are_told() -> None:
    """Stored fragments hold none; if one does, it is to be built again."""
    with pytest.raises(NotNTriplesError):
        engine.check_triples("<urn:a> <urn:b> .")


def whole_run(graph: Graph, iri: str, own: str) -> list[Finding]:
    """What a run over the whole catalogue finds at the nodes that an entry describes."""
    described = engine.described(iri, own, [ntriples(graph)])
    return [one for one in engine.check(graph) if one.focus in described]


def test_one_hop_gives_the_findings_of_the_whole_catalogue() -> None:
    """For each entry, with the frame and those entries around it that it links to; and all findings are somebody's."""
    tried = 0
    for graph in catalogues():
        parts = fragments(graph)
        frame = parts.pop("")
        told = []
        for iri, own in parts.items():
            around = [parts[one] for one in engine.links(iri, own) if one in parts]
            found = engine.check_entry(iri, own, [*around, frame])
            assert found == whole_run(graph, iri, own)
            told += found
            tried += len(found)
        own_nodes = {str(PORTAL[one]) for name, more in PARTS.items() for one in (name, *more)}
        assert {one for one in engine.check(graph) if one.focus in own_nodes} <= set(told)
    assert tried > 30


def test_findings_about_another_entry_are_left_out() -> None:
    """They are told at that entry."""
    parts = fragments(title_missing())
    iri = str(PORTAL["air-2025"])
    assert engine.check_entry(iri, parts[iri], [parts[str(PORTAL.air)], parts[""]]) == []


def test_without_what_it_links_to_an_entry_has_faults_that_are_none() -> None:
    """That is why the hop is needed."""
    parts = fragments(complete())
    iri = str(PORTAL.air)
    assert engine.check_entry(iri, parts[iri])
    assert {str(PORTAL.series), str(PORTAL["air-2025"]), str(PORTAL.office)} <= engine.links(iri, parts[iri])


SPARQL = """
@prefix : <urn:x:> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
:asks a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:message "Zwei Titel"@de, "Two titles"@en ;
    sh:sparql [ sh:select \"\"\"SELECT $this ?value WHERE { $this <http://purl.org/dc/terms/title> ?value, ?other
        FILTER(?value != ?other) }\"\"\" ] .
:counts a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property [ sh:path dcat:theme ; sh:maxCount 0 ] .
"""


@pytest.fixture
def mixed(tmp_path: Path) -> Shapes:
    """Shapes of which one has no compiled form."""
    (tmp_path / "mixed.ttl").write_text(SPARQL, encoding="utf-8")
    return load_shapes(tmp_path)


def test_what_has_no_compiled_form_is_left_to_pyshacl(mixed: Shapes) -> None:
    """And its findings stand beside the others, in the language of the reader."""
    assert mixed.program.rest is not None
    assert len(mixed.program.roots) == 1
    found = engine.check(complete(), mixed)
    assert found == validate(complete(), mixed)
    assert {(one.shape, one.message) for one in found if one.value.startswith("Luft")} == {("urn:x:asks", "Zwei Titel")}
    assert engine.check_triples(ntriples(complete()), mixed) == found
    assert "Two titles" in {one.message for one in engine.check(complete(), mixed, language="en")}


def test_one_entry_can_be_checked_by_pyshacl_too(mixed: Shapes) -> None:
    """Only what is about it is told."""
    parts = fragments(complete())
    found = engine.check_entry(str(PORTAL.air), parts[str(PORTAL.air)], [parts[str(PORTAL["air-2025"])]], mixed)
    assert {one.focus for one in found} == {str(PORTAL.air)}
    assert {one.shape for one in found} == {"urn:x:asks", "urn:x:counts"}


def test_shapes_that_are_none_are_told(tmp_path: Path) -> None:
    """With the folder and what is wrong."""
    text = "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:PropertyShape ; sh:targetClass <urn:T> ."
    (tmp_path / "one.ttl").write_text(text, encoding="utf-8")
    with pytest.raises(ShapesError, match="sh:path"):
        engine.check(complete(), load_shapes(tmp_path))


def test_a_subclass_in_the_data_is_followed() -> None:
    """As SHACL asks (2.1.3.2), also where the data themselves declare it."""
    graph = Graph()
    graph += complete()
    graph.parse(
        data="<urn:Table> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <http://www.w3.org/ns/dcat#Dataset> ."
    )
    graph.add((URIRef("urn:t"), URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), URIRef("urn:Table")))
    found = engine.check(graph)
    assert found == validate(graph)
    assert "urn:t" in {one.focus for one in found}


def test_the_report_of_an_entry_asks_for_a_contributor_id_where_it_is_due() -> None:
    """As the setting quality.direct_delivery says."""
    parts = fragments(complete())
    iri = str(PORTAL.air)
    own = "\n".join(line for line in parts[iri].split("\n") if "contributorID" not in line)
    around = [parts[one] for one in engine.links(iri, own) if one in parts]
    found = {due: report(iri, "dataset", own, [*around, parts[""]], {}, due).findings for due in (False, True)}
    assert {due: [one.severity for one in findings] for due, findings in found.items()} == {
        False: ["info"],
        True: ["warning"],
    }

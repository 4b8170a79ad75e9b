"""N-Triples are read as dcat.parsing reads them, and what is none is told with its line."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.dcat.parsing import read_text
from ckanext.dresdensmartcity.quality.compiled.ntriples import NotNTriplesError, read
from ckanext.dresdensmartcity.quality.compiled.terms import term
from faults import complete
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef

LINES = [
    "<urn:s> <urn:p> <urn:o> .",
    "_:b1 <urn:p> <urn:o> .",
    '<urn:s> <urn:p> "text" .',
    '<urn:s> <urn:p> "text"@de .',
    '<urn:s> <urn:p> "text"@de-DE .',
    '<urn:s> <urn:p> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .',
    '<urn:s> <urn:p> "2026-02-31"^^<http://www.w3.org/2001/XMLSchema#date> .',
    '<urn:s> <urn:p> "a \\"quoted\\" line\\nand\\ta tab \\\\ \\u00e4 \\U0001F333" .',
    '<urn:s> <urn:p> "ends with a backslash\\\\" .',
    '<urn:s>\t<urn:p>   "text"   . # a comment',
    "<urn:s> <urn:p> <urn:\\u00e4> .",
    '<urn:s> <urn:p> "" .',
]
BROKEN = [
    "<urn:s> <urn:p> .",
    "<urn:s> <urn:p> <urn:o>",
    '<urn:s> <urn:p> "text .',
    '<urn:s> "p" <urn:o> .',
    '<urn:s> <urn:p> "a" "b" .',
    '<urn:s> <urn:p> "\\x" .',
    "<urn:s> <urn:p> <two words> .",
    '<urn:s> <urn:p> "\\UFFFFFFFF" .',
    "no triple",
]


def terms(graph: Graph) -> set[tuple[str, ...]]:
    return {tuple(map(term, triple)) for triple in graph}


@pytest.mark.parametrize("line", [one for one in LINES if not one.startswith("_:")])
def test_a_line_is_what_the_parser_of_documents_reads(line: str) -> None:
    """Literals as they are written, languages in lower case."""
    assert set(read(line)) == terms(read_text(line, "nt", "a line"))


def test_a_blank_node_keeps_its_name() -> None:
    """So that several texts can name the same one."""
    assert list(read(LINES[1])) == [("_:b1", "<urn:p>", "<urn:o>")]


@pytest.mark.parametrize("line", BROKEN)
def test_what_is_no_line_of_n_triples_is_told(line: str) -> None:
    """With the line."""
    with pytest.raises(NotNTriplesError):
        list(read(f"{LINES[0]}\n{line}\n"))


@pytest.mark.parametrize("line", ["", "   ", "# a comment"])
def test_a_line_can_be_empty(line: str) -> None:
    """Or a comment."""
    assert list(read(line)) == []
    assert len(list(read(f"{LINES[0]}\n{line}\n{LINES[2]}\n"))) == 2


def test_a_whole_catalogue_is_read() -> None:
    """As rdflib writes it."""
    assert set(read(complete().serialize(format="nt"))) == terms(complete())


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_through(text: str) -> None:
    """Whatever stands in it."""
    graph = Graph()
    graph.add((URIRef("urn:s"), URIRef("urn:p"), Literal(text, lang="de")))
    assert list(read(graph.serialize(format="nt"))) == [("<urn:s>", "<urn:p>", f'"{text}"@de')]

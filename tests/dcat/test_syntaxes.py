"""Triples as texts in four syntaxes, piece by piece: whatever they hold, a reader gets the same triples."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.dcat import syntaxes
from ckanext.dresdensmartcity.dcat.namespaces import DCAT, DCTERMS, XSD
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import RDF, Graph, Literal, URIRef

pytestmark = pytest.mark.usefixtures("as_written")

IRIS = st.sampled_from(
    [
        URIRef("https://portal.example.org/dataset/1"),
        URIRef("https://portal.example.org/dataset/1#contact-1"),
        URIRef("https://portal.example.org/ümläut?a=b&c='d'"),
        URIRef("mailto:a@example.org"),
        URIRef("geo:51.05,13.74"),  # not the namespace of this prefix
        URIRef("dcat:Dataset"),
        URIRef("urn:x:y"),
        DCAT.Dataset,
        DCTERMS.title,
    ]
)
PREDICATES = st.sampled_from([DCTERMS.title, DCAT.theme, RDF.type, URIRef("https://x.example.org/a/b#own-name")])
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs",), exclude_characters="\ufffe\uffff\x7f"), max_size=20
).map(lambda text: "".join(one for one in text if one in "\t\n\r" or ord(one) >= 32))
LITERALS = st.one_of(
    st.builds(lambda text: Literal(text), TEXTS),
    st.builds(lambda text, language: Literal(text, lang=language), TEXTS, st.sampled_from(["de", "en", "de-at"])),
    st.builds(
        lambda text, kind: Literal(text, datatype=kind, normalize=False),
        st.sampled_from(["2026", "1.0", "+01", "x", "2026-01-01T00:00:00+00:00", ""]),
        st.sampled_from([XSD.gYear, XSD.decimal, XSD.dateTime, XSD.boolean, URIRef("https://x.example.org/type")]),
    ),
)


@st.composite
def triples(draw: st.DrawFn) -> list[tuple[URIRef, URIRef, URIRef | Literal]]:
    """Types are IRIs; all else may be anything."""
    found = []
    for _ in range(draw(st.integers(1, 8))):
        predicate = draw(PREDICATES)
        value = draw(IRIS) if predicate == RDF.type else draw(st.one_of(IRIS, LITERALS))
        found.append((draw(IRIS), predicate, value))
    return found


@settings(max_examples=60, deadline=None)
@given(first=triples(), second=triples())
@pytest.mark.parametrize("name", syntaxes.SYNTAXES)
def test_pieces_one_after_the_other_are_a_document(name: str, first: list, second: list) -> None:  # type: ignore[type-arg]
    """With the triples of both, and in any order of them the same text."""
    parts = [syntaxes.piece(name, first), syntaxes.piece(name, second)]
    text = "".join(syntaxes.document(name, parts))
    assert set(Graph().parse(data=text, format=syntaxes.SYNTAXES[name].rdflib)) == {*first, *second}
    assert syntaxes.piece(name, first[::-1]) == parts[0]


@pytest.mark.parametrize("name", syntaxes.SYNTAXES)
def test_what_no_syntax_can_carry_is_taken_out(name: str) -> None:
    """Control characters of a text, and what would break out of an IRI: the same in each syntax."""
    bad = [(URIRef('https://x.example.org/a> <b"{}'), DCTERMS.title, Literal("a\x00b\x0b\x1f\ufffec", lang="de"))]
    text = "".join(syntaxes.document(name, [syntaxes.piece(name, bad)]))
    assert list(Graph().parse(data=text, format=syntaxes.SYNTAXES[name].rdflib)) == [
        (URIRef("https://x.example.org/a%3E%20%3Cb%22%7B%7D"), DCTERMS.title, Literal("abc", lang="de"))
    ]


def test_the_entry_itself_stands_first() -> None:
    """And what belongs to it after it, by IRI."""
    one, other = URIRef("https://x.example.org/z"), URIRef("https://x.example.org/a")
    text = syntaxes.pieces([(other, RDF.type, DCAT.Dataset), (one, RDF.type, DCAT.Dataset)], one)["turtle"]
    assert text.index(one) < text.index(other)


def test_xml_is_named_after_classes() -> None:
    """Tools that read RDF/XML as XML look for <dcat:Dataset>."""
    subject = URIRef("https://x.example.org/1")
    assert syntaxes.piece("rdfxml", [(subject, RDF.type, DCAT.Dataset)]).startswith("<dcat:Dataset rdf:about=")


def test_a_property_without_a_name_is_told() -> None:
    """RDF/XML cannot write it; none of ours is such."""
    one = URIRef("https://x.example.org/1")
    with pytest.raises(syntaxes.UnwritablePredicateError, match="must end in a name"):
        syntaxes.piece("rdfxml", [(one, URIRef("https://x.example.org/7/"), one)])

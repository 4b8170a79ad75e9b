"""RDF from anywhere: read, or told why not; nothing is ever fetched."""

from __future__ import annotations

import json
import logging
import tracemalloc
from pathlib import Path

import pytest
from ckanext.dresdensmartcity.dcat.parsing import (
    Limits,
    TooLargeError,
    UnreadableError,
    is_relative,
    read_bytes,
    read_file,
    read_text,
    syntax_of,
)
from rdflib import Literal, URIRef

GOOD = {
    "a.ttl": "<urn:a> <urn:b> <urn:c> .",
    "a.nt": "<urn:a> <urn:b> <urn:c> .",
    "a.jsonld": '{"@id": "urn:a", "urn:b": {"@id": "urn:c"}}',
    "a.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">'
    '<rdf:Description rdf:about="urn:a"><u:b rdf:resource="urn:c"/></rdf:Description></rdf:RDF>',
}
BAD = {
    "a.ttl": "<urn:a> <urn:b> .",
    "a.nt": "no triple",
    "a.jsonld": '{"@id": ',
    "a.rdf": "<rdf:RDF",
    "a.doc": "text",
}


@pytest.mark.parametrize("name", GOOD)
def test_each_syntax_is_told_from_the_ending(tmp_path: Path, name: str) -> None:
    """One triple in each."""
    path = tmp_path / name
    path.write_text(GOOD[name], encoding="utf-8")
    assert len(read_file(path)) == 1


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_told_with_its_name(tmp_path: Path, name: str) -> None:
    """As one error of a kind of its own."""
    path = tmp_path / name
    path.write_text(BAD[name], encoding="utf-8")
    with pytest.raises(UnreadableError, match=name):
        read_file(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """And a folder is no file."""
    with pytest.raises(UnreadableError):
        read_file(tmp_path / "none.ttl")


def test_bytes_that_are_no_utf_8_are_told(tmp_path: Path) -> None:
    """With the place of the first wrong one."""
    path = tmp_path / "a.ttl"
    path.write_bytes(b'<urn:a> <urn:b> "\xff" .')
    with pytest.raises(UnreadableError, match="byte 17"):
        read_file(path)


@pytest.mark.parametrize(
    "document",
    [
        {"@context": "http://192.0.2.1/context.jsonld", "@id": "urn:a"},
        {"@context": [{"a": "urn:a"}, "http://192.0.2.1/context.jsonld"]},
        {"@context": {"@import": "http://192.0.2.1/context.jsonld"}},
        [{"urn:b": [{"@context": "file:///etc/hostname"}]}],
    ],
)
def test_a_remote_context_is_refused_and_not_fetched(document: object) -> None:
    """Wherever in the document it is named."""
    with pytest.raises(UnreadableError, match="would have to be fetched"):
        read_text(json.dumps(document), "json-ld", "a document")


# --- hostile documents, made here


RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
FEW = Limits(bytes=100_000, triples=1000)


def xml(inside: str, prolog: str = "") -> str:
    return f'<?xml version="1.0"?>{prolog}<rdf:RDF xmlns:rdf="{RDF}" xmlns:u="urn:">{inside}</rdf:RDF>'


def laughs(levels: int = 10) -> str:
    """A document type whose entities unfold to 10 to the power of `levels` texts."""
    entities = ['<!ENTITY e0 "ha">', *(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, levels))]
    return f"<!DOCTYPE rdf:RDF [{''.join(entities)}]>"


BOMBS = {
    "entities that unfold": (xml('<u:T rdf:about="urn:a"><u:b>&e9;</u:b></u:T>', laughs()), "xml", "entity"),
    "an entity that names a file": (
        xml('<u:T rdf:about="urn:a"><u:b>&f;</u:b></u:T>', '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/hostname">]>'),
        "xml",
        "entity",
    ),
    "a document type elsewhere": (
        xml("", '<!DOCTYPE rdf:RDF SYSTEM "http://192.0.2.1/rdf.dtd">'),
        "xml",
        "stands elsewhere",
    ),
    "an entity of parameters": (xml("", '<!DOCTYPE r [<!ENTITY % p "x">]>'), "xml", "entity"),
    "brackets without end in Turtle": (
        "<urn:a> <urn:b> " + "[ <urn:b> " * 20_000 + "1" + "]" * 20_000 + " .",
        "turtle",
        "deep",
    ),
    "lists without end in Turtle": ("<urn:a> <urn:b> " + "(" * 20_000 + ")" * 20_000 + " .", "turtle", "deep"),
    "lists without end in JSON": ("[" * 20_000 + "]" * 20_000, "json-ld", "deep"),
    "objects without end in JSON": ('{"urn:a":' * 300 + "1" + "}" * 300, "json-ld", "deep"),
    "a number of a million digits": (
        '{"@id": "urn:a", "urn:b": ' + "9" * 80_000 + "}",
        "json-ld",
        "JSON|triples|json-ld",
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_and_named(name: str) -> None:
    """Before it unfolds."""
    document, syntax, reason = BOMBS[name]
    with pytest.raises(UnreadableError, match=reason):
        read_bytes(document.encode(), syntax, "a bomb")


MANY = {
    "one statement": lambda count: "<urn:a> <urn:b> " + ",".join(map(str, range(count))) + " .",
    "many statements": lambda count: "".join(f"<urn:a> <urn:b> {number} .\n" for number in range(count)),
}


@pytest.mark.parametrize("name", MANY)
def test_too_many_triples_are_too_many(name: str) -> None:
    """However they are written; as many as the limit are read."""
    assert len(read_text(MANY[name](1000), "turtle", "a document", limits=FEW)) == 1000
    with pytest.raises(TooLargeError, match="1,000 triples"):
        read_text(MANY[name](1001), "turtle", "a document", limits=FEW)


def test_each_syntax_stops_at_the_limit() -> None:
    """N-Triples, RDF/XML and JSON-LD too."""
    documents = {
        "nt": "".join(f"<urn:a> <urn:b> <urn:{number}> .\n" for number in range(2000)),
        "xml": xml('<u:T rdf:about="urn:a">' + "".join(f"<u:b>{number}</u:b>" for number in range(2000)) + "</u:T>"),
        "json-ld": json.dumps({"@id": "urn:a", "urn:b": list(range(2000))}),
    }
    for syntax, document in documents.items():
        with pytest.raises(TooLargeError, match="1,000 triples"):
            read_text(document, syntax, "a document", limits=FEW)


def test_ten_million_triples_cost_no_more_than_the_limit(tmp_path: Path) -> None:
    """The memory in use grows with the limit, not with the document: it stops in the first thousandth of it."""
    document = "".join(f"<urn:a{number}> <urn:b> <urn:c> .\n" for number in range(100_000))
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError):
            read_text(document, "nt", "a document", limits=Limits(triples=1000))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * len(document) + 5_000_000


def test_too_many_bytes_are_too_many(tmp_path: Path) -> None:
    """Of a file no more is read than that."""
    path = tmp_path / "a.ttl"
    path.write_text("#" * 200_000)
    with pytest.raises(TooLargeError, match="100,000 bytes"):
        read_file(path, FEW)


@pytest.mark.parametrize("syntax", ["turtle", "nt", "json-ld", "xml"])
def test_a_literal_of_a_megabyte_is_read(syntax: str) -> None:
    """It is no fault of the syntax; `reading` lists it."""
    text = "ä" * 500_000
    documents = {
        "turtle": f'<urn:a> <urn:b> "{text}" .',
        "nt": f'<urn:a> <urn:b> "{text}" .',
        "json-ld": json.dumps({"@id": "urn:a", "urn:b": text}),
        "xml": xml(f'<rdf:Description rdf:about="urn:a"><u:b>{text}</u:b></rdf:Description>'),
    }
    (value,) = read_bytes(documents[syntax].encode(), syntax, "a document").objects()
    assert str(value) == text


ENCODINGS = ["utf-8-sig", "utf-16", "utf-32"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("syntax", ["turtle", "nt", "json-ld"])
def test_a_byte_order_mark_is_understood(syntax: str, encoding: str) -> None:
    """Also those of encodings that the standards do not allow but Windows writes."""
    document = '{"@id": "urn:a", "urn:b": "ä"}' if syntax == "json-ld" else '<urn:a> <urn:b> "ä" .'
    (value,) = read_bytes(document.encode(encoding), syntax, "a document").objects()
    assert str(value) == "ä"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_xml_is_read_in_the_encoding_that_it_declares(encoding: str) -> None:
    """As a text it is read whatever it declares."""
    declared = encoding.removesuffix("-sig")
    document = xml('<rdf:Description rdf:about="urn:a"><u:b>ä</u:b></rdf:Description>')
    document = document.replace('version="1.0"', f'version="1.0" encoding="{declared}"')
    for graph in (read_bytes(document.encode(encoding), "xml", "d"), read_text(document, "xml", "d")):
        (value,) = graph.objects()
        assert str(value) == "ä"


@pytest.mark.parametrize("syntax", ["turtle", "nt", "json-ld", "xml"])
@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"\x00" * 40, b"%PDF-1.7", b"<html><p>404</html>", b"\x80abc"])
def test_what_is_no_rdf_is_told(syntax: str, data: bytes) -> None:
    """A page of an error, a picture, bytes: one error of a kind of its own."""
    with pytest.raises(UnreadableError):
        read_bytes(data, syntax, "a document")


def test_literals_stay_as_they_are_written() -> None:
    """rdflib would write PT60M as PT1H and unfold the decimal to a gigabyte."""
    literals = {"PT60M": "duration", "1e999999999": "decimal", "2026-01-01T00:00:00Z": "dateTime", "0042": "integer"}
    document = "".join(f'<urn:a> <urn:b> "{text}"^^<{XSD}{kind}> .\n' for text, kind in literals.items())
    for syntax in ("turtle", "nt"):
        assert {str(one) for one in read_text(document, syntax, "a document").objects()} == set(literals)
    assert str(Literal("PT60M", datatype=URIRef(f"{XSD}duration"))) == "PT1H", "rdflib's switch is not turned back"


def test_the_log_has_one_line_for_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many of its literals and IRIs are none; and none for a clean one."""
    bad = "".join(
        f'<urn:a> <urn:b> "kein Tag {number}"^^<{XSD}date>, <http://a b/{number}> .\n' for number in range(50)
    )
    lines: list[logging.LogRecord] = []
    for name in ("rdflib.term", "ckanext.dresdensmartcity.dcat.parsing"):
        logger = logging.getLogger(name)  # CKAN's configuration may have turned it off
        monkeypatch.setattr(logger, "disabled", False)
        monkeypatch.setattr(logger, "propagate", False)
        monkeypatch.setattr(logger, "handlers", [handler := logging.Handler()])
        monkeypatch.setattr(logger, "isEnabledFor", lambda level: True)
        handler.emit = lines.append  # type: ignore[method-assign]
    assert len(read_text(bad, "turtle", "feed 7")) == 100
    read_text("<urn:a> <urn:b> 1 .", "turtle", "feed 8")
    assert [one.getMessage() for one in lines] == ["feed 7: rdflib complains of 100 literals and IRIs"]
    assert not lines[0].exc_info


def test_relative_iris_are_no_files_of_this_machine() -> None:
    """Without an address they stand under a name that can never be reached, with one below that."""
    for syntax, document in (
        ("turtle", "<#a> <b> <../c> ."),
        ("json-ld", '{"@id": "#a", "http://relative.invalid/b": {"@id": "../c"}}'),
        ("xml", xml('<rdf:Description rdf:about="#a"><u:b rdf:resource="../c"/></rdf:Description>')),
    ):
        nodes = [node for triple in read_text(document, syntax, "a document") for node in triple]
        assert not [node for node in nodes if str(node).startswith("file:")], syntax
        assert is_relative(nodes[0]), syntax
    graph = read_text("<#a> <b> <../c> .", "turtle", "a document", address="https://data.example.org/x/y.ttl")
    assert [str(one) for one in graph.subjects()] == ["https://data.example.org/x/y.ttl#a"]


def test_formulas_of_notation3_are_no_rdf() -> None:
    """They would be read into graphs that nobody looks at."""
    with pytest.raises(UnreadableError, match="formulas"):
        read_text("{ <urn:a> <urn:b> <urn:c> } <urn:b> <urn:c> .", "n3", "a document")


@pytest.mark.parametrize(
    ("name", "media_type", "syntax"),
    [
        ("https://x.example/catalog.ttl?page=2", "", "turtle"),
        ("https://x.example/catalog", "application/rdf+xml; charset=utf-8", "xml"),
        ("https://x.example/catalog.jsonld", "text/plain", "json-ld"),
        ("https://x.example/catalog", "text/html", ""),
    ],
)
def test_the_syntax_is_told_from_media_type_or_ending(name: str, media_type: str, syntax: str) -> None:
    """The media type first; nothing where neither says it."""
    assert syntax_of(name, media_type) == syntax

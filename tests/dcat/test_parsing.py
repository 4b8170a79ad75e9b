"""RDF from anywhere: read, or told why not; nothing is ever fetched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ckanext.dresdensmartcity.dcat.parsing import UnreadableError, read_file, read_text

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

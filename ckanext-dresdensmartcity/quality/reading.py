"""RDF files from anywhere, read with care: what cannot be read is said, and nothing is fetched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.sax import SAXException

from rdflib import Graph
from rdflib.exceptions import ParserError

# Ending -> name in rdflib.
SYNTAXES = {
    ".ttl": "turtle",
    ".nt": "nt",
    ".rdf": "xml",
    ".xml": "xml",
    ".jsonld": "json-ld",
    ".json": "json-ld",
    ".n3": "n3",
}


class UnreadableError(Exception):
    """A document cannot be read as RDF; the message says why."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


def read_file(path: Path) -> Graph:
    """The graph of an RDF file, its syntax told from the ending.

    Raises UnreadableError when there is no such file, no such syntax, or it is not what its ending says.
    """
    syntax = SYNTAXES.get(path.suffix.lower())
    if syntax is None:
        raise UnreadableError(str(path), f"the ending is none of {', '.join(SYNTAXES)}")
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UnreadableError(str(path), error.strerror or "it cannot be opened") from error
    except UnicodeDecodeError as error:
        raise UnreadableError(str(path), f"it is not UTF-8: byte {error.start} is wrong") from error
    return read_text(text, syntax, str(path))


def read_text(text: str, syntax: str, source: str) -> Graph:
    """The graph of a text in a syntax of rdflib; UnreadableError when it is none."""
    if syntax == "json-ld":
        _refuse_remote_contexts(text, source)
    graph = Graph()
    try:
        graph.parse(data=text, format=syntax)
    # rdflib has no exception of its own for all its parsers: these are what they raise on broken input.
    except (SyntaxError, SAXException, ParserError, ValueError, TypeError, KeyError, AttributeError) as error:
        reason = " ".join(str(error).split()[:40]) or type(error).__name__
        raise UnreadableError(source, f"it is no {syntax}: {reason}") from error
    return graph


def _refuse_remote_contexts(text: str, source: str) -> None:
    """A JSON-LD context is never fetched: a document could make this machine ask any other."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise UnreadableError(source, f"it is no JSON: {error}") from error
    if remote := _remote_context(document):
        raise UnreadableError(source, f"its context {remote} would have to be fetched; write it into the document")


def _remote_context(node: Any) -> str:
    if isinstance(node, list):
        return next(filter(None, map(_remote_context, node)), "")
    if not isinstance(node, dict):
        return ""
    given = node.get("@context")
    for one in given if isinstance(given, list) else [given]:
        if isinstance(one, str):
            return one
        if isinstance(one, dict) and "@import" in one:
            return str(one["@import"])
    return next(filter(None, map(_remote_context, node.values())), "")

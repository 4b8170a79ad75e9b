"""RDF terms as plain strings, which hash and compare many times faster than rdflib's own.

An IRI is `<…>`, a blank node `_:…`, a literal `"…"` with `@de` or `^^<…>` behind it, as in N-Triples, but with nothing
escaped: the last quotation mark ends the text. Language tags are in lower case, as they are compared (RDF 1.1, 3.3).
"""

from __future__ import annotations

import logging
from contextvars import ContextVar
from functools import lru_cache

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDF, RDFS
from rdflib.term import Node

Term = str

TYPE: Term = f"<{RDF.type}>"
SUBCLASS: Term = f"<{RDFS.subClassOf}>"


def term(node: Node) -> Term:
    """The string that stands for a node of rdflib."""
    if isinstance(node, Literal):
        if node.language:
            return f'"{node}"@{node.language.lower()}'
        return f'"{node}"^^<{node.datatype}>' if node.datatype is not None else f'"{node}"'
    return f"_:{node}" if isinstance(node, BNode) else f"<{node}>"


@lru_cache(maxsize=4096)
def node(one: Term) -> Node:
    """The node of rdflib that a string stands for."""
    token = _making.set(True)
    try:
        if is_iri(one):
            return URIRef(one[1:-1])
        if is_blank(one):
            return BNode(one[2:])
        text, language, datatype = literal_parts(one)
        if language:
            return Literal(text, lang=language, normalize=False)
        return Literal(text, datatype=URIRef(datatype) if datatype else None, normalize=False)
    finally:
        _making.reset(token)


_making: ContextVar[bool] = ContextVar("making", default=False)


class _Quiet(logging.Filter):
    """A date that is none, or an IRI with a blank, is a finding here; rdflib would fill the log with traces."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not _making.get()


logging.getLogger("rdflib.term").addFilter(_Quiet())


def is_iri(one: Term) -> bool:
    return one[0] == "<"


def is_blank(one: Term) -> bool:
    return one[0] == "_"


def is_literal(one: Term) -> bool:
    return one[0] == '"'


def literal_parts(one: Term) -> tuple[str, str, str]:
    """Text, language and datatype of a literal; the last two are empty where there are none."""
    end = one.rindex('"')
    text, suffix = one[1:end], one[end + 1 :]
    if not suffix:
        return text, "", ""
    return (text, suffix[1:], "") if suffix[0] == "@" else (text, "", suffix[3:-1])


def language(one: Term) -> str:
    """The language of a literal, or empty."""
    end = one.rindex('"')
    return one[end + 2 :] if one[end + 1 : end + 2] == "@" else ""


def plain(one: Term | None) -> str:
    """What a person reads of a term; a blank node has a name only inside one document, so it has none here."""
    if one is None or is_blank(one):
        return ""
    return one[1:-1] if is_iri(one) else one[1 : one.rindex('"')]

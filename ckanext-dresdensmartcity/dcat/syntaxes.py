"""Triples as text in four syntaxes, in pieces that are valid one after the other.

A document is an opening, any number of pieces, and a closing. So a catalogue of any size is put together from texts
that were made one by one, without anything being parsed. That works because there are no blank nodes, which would have
to be told apart, and because every prefix stands in the opening.

Each piece is the same for the same triples, in any order they come: subjects, predicates and values are sorted.
rdflib's own writers are not used, as theirs make whole documents and take ten times as long.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from rdflib import RDF, XSD, Graph, Literal, URIRef

from .namespaces import bind

Triple = tuple[URIRef, URIRef, URIRef | Literal]
Properties = Mapping[URIRef, list[URIRef | Literal]]

_RDF = str(RDF)
# A local name that needs no care in Turtle, XML or JSON.
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_SPLIT = re.compile(r"(.*[^A-Za-z0-9_.-])([A-Za-z_][A-Za-z0-9_.-]*)", re.DOTALL)
# What no IRI may hold (RFC 3987); some of it would break out of <…>.
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]')
# XML 1.0 has no way to write these, not even escaped; PostgreSQL refuses the first.
_NOT_IN_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True)
class Syntax:
    """One way to write triples; `name` is also that of the column in which pieces are stored."""

    name: str
    media_type: str
    rdflib: str  # what rdflib calls it
    opening: str
    piece: Callable[[Mapping[URIRef, Properties]], str]
    closing: str
    before_first: int = 0  # characters at the start of a piece that the first one of a document must not have


class UnwritablePredicateError(ValueError):
    """Raised for a predicate that RDF/XML cannot name, as its IRI ends in no name."""

    def __init__(self, predicate: str) -> None:
        super().__init__(f"{predicate} cannot stand in RDF/XML: the IRI of a property must end in a name")


def clean(triples: Iterable[Any]) -> Iterator[Triple]:
    """Triples with what no syntax can carry taken out of their texts and quoted in their IRIs."""
    for subject, predicate, value in triples:
        if isinstance(value, Literal):
            if _NOT_IN_TEXT.search(value):
                text = _NOT_IN_TEXT.sub("", value)
                value = Literal(text, lang=value.language, datatype=value.datatype, normalize=False)
        else:
            value = _legal(value)
        yield _legal(subject), _legal(predicate), value


def pieces(triples: Iterable[Any], first: URIRef | None = None) -> dict[str, str]:
    """The triples in every syntax, by its name; `first` is the subject that is to stand first."""
    grouped = _by_subject(clean(triples), first)
    return {name: syntax.piece(grouped) for name, syntax in SYNTAXES.items()}


def piece(name: str, triples: Iterable[Any], first: URIRef | None = None) -> str:
    """The triples in the syntax `name`."""
    return SYNTAXES[name].piece(_by_subject(clean(triples), first))


def document(name: str, parts: Iterable[str]) -> Iterator[str]:
    """A whole document of pieces, of which there must be one at least."""
    syntax = SYNTAXES[name]
    rest = iter(parts)
    yield syntax.opening + next(rest)[syntax.before_first :]
    yield from rest
    yield syntax.closing


def _legal(iri: Any) -> URIRef:
    if _NOT_IN_IRI.search(iri):
        return URIRef(_NOT_IN_IRI.sub(lambda found: f"%{ord(found[0]):02X}", iri))
    return iri if isinstance(iri, URIRef) else URIRef(iri)


def _by_subject(triples: Iterable[Triple], first: URIRef | None) -> dict[URIRef, Properties]:
    found: dict[URIRef, dict[URIRef, set[URIRef | Literal]]] = {}
    for subject, predicate, value in triples:
        found.setdefault(subject, {}).setdefault(predicate, set()).add(value)
    return {
        subject: {predicate: sorted(found[subject][predicate], key=_rank) for predicate in sorted(found[subject])}
        for subject in sorted(found, key=lambda one: (one != first, one))
    }


def _rank(value: URIRef | Literal) -> tuple[str, ...]:
    if isinstance(value, Literal):
        return ("literal", value.language or "", str(value), str(value.datatype or ""))
    return ("iri", str(value))


@lru_cache(maxsize=1)
def prefixes() -> dict[str, str]:
    """Prefix -> namespace, as the standard has them."""
    graph = Graph(bind_namespaces="none")
    bind(graph)
    return {"rdf": _RDF, **{prefix: str(namespace) for prefix, namespace in sorted(graph.namespaces())}}


@lru_cache(maxsize=4096)
def _short(iri: str) -> str:
    """An IRI with a prefix, such as dcat:Dataset; empty where there is none for it."""
    for prefix, namespace in prefixes().items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
            return f"{prefix}:{iri[len(namespace) :]}"
    return ""


def _typed(value: Literal) -> str:
    """The datatype that has to be said: none for texts."""
    return "" if value.language or value.datatype in (None, XSD.string) else str(value.datatype)


# --- N-Triples


def _ntriples(grouped: Mapping[URIRef, Properties]) -> str:
    return "".join(
        f"<{subject}> <{predicate}> {_nt_value(value)} .\n"
        for subject, properties in grouped.items()
        for predicate, values in properties.items()
        for value in values
    )


def _nt_value(value: URIRef | Literal, write_iri: Callable[[str], str] = "<{}>".format) -> str:
    """A value in N-Triples; Turtle differs in how it writes an IRI."""
    if not isinstance(value, Literal):
        return write_iri(value)
    text = f'"{value.translate(_ESCAPES)}"'
    if value.language:
        return f"{text}@{value.language}"
    datatype = _typed(value)
    return f"{text}^^{write_iri(datatype)}" if datatype else text


# --- Turtle


def _turtle(grouped: Mapping[URIRef, Properties]) -> str:
    blocks = []
    for subject, properties in grouped.items():
        lines = [
            f"    {_ttl_predicate(predicate)} {' , '.join(map(_ttl_value, properties[predicate]))}"
            for predicate in _type_first(properties)
        ]
        blocks.append(f"<{subject}>\n" + " ;\n".join(lines) + " .\n\n")
    return "".join(blocks)


def _type_first(properties: Properties) -> list[URIRef]:
    return sorted(properties, key=lambda one: (one != RDF.type, one))


def _ttl_predicate(predicate: URIRef) -> str:
    return "a" if predicate == RDF.type else _ttl_iri(predicate)


def _ttl_iri(iri: str) -> str:
    return _short(iri) or f"<{iri}>"


def _ttl_value(value: URIRef | Literal) -> str:
    return _nt_value(value, _ttl_iri)


# --- RDF/XML


def _rdfxml(grouped: Mapping[URIRef, Properties]) -> str:
    return "".join(_xml_node(subject, properties) for subject, properties in grouped.items())


def _xml_node(subject: URIRef, properties: Properties) -> str:
    """One element for each subject, named by its class where that has a prefix: tools that read XML look for it."""
    types = properties.get(RDF.type, [])
    element = next((short for one in types if (short := _short(one))), "")
    lines = [f"<{element or 'rdf:Description'} rdf:about={quoteattr(subject)}>"]
    for predicate in _type_first(properties):
        opening, closing = _xml_name(predicate)
        for value in properties[predicate]:
            if predicate == RDF.type and _short(str(value)) == element and element:
                continue
            lines.append(f"  <{opening}{_xml_value(value, closing)}")
    lines.append(f"</{element or 'rdf:Description'}>\n")
    return "\n".join(lines)


@lru_cache(maxsize=1024)
def _xml_name(predicate: str) -> tuple[str, str]:
    """A property as the start and the end of an element have it."""
    if short := _short(predicate):
        return short, short
    split = _SPLIT.fullmatch(predicate)
    if split is None:
        raise UnwritablePredicateError(predicate)
    return f"own:{split[2]} xmlns:own={quoteattr(split[1])}", f"own:{split[2]}"


def _xml_value(value: URIRef | Literal, name: str) -> str:
    if not isinstance(value, Literal):
        return f" rdf:resource={quoteattr(value)}/>"
    # A bare CR would be read as a line feed.
    text = escape(value, {"\r": "&#13;"})
    if value.language:
        return f' xml:lang="{value.language}">{text}</{name}>'
    datatype = _typed(value)
    return f" rdf:datatype={quoteattr(datatype)}>{text}</{name}>" if datatype else f">{text}</{name}>"


# --- JSON-LD

_JSON_SEPARATOR = ",\n"


def _jsonld(grouped: Mapping[URIRef, Properties]) -> str:
    return "".join(
        _JSON_SEPARATOR + json.dumps(_json_node(subject, properties), ensure_ascii=False, separators=(",", ":"))
        for subject, properties in grouped.items()
    )


def _json_node(subject: URIRef, properties: Properties) -> dict[str, Any]:
    """A node with short names, or, where an IRI of it would be taken for a short name, with full ones."""
    named = [subject, *(one for values in properties.values() for one in values if not isinstance(one, Literal))]
    name: Callable[[str], str] = str if any(map(_looks_short, named)) else _json_name
    node: dict[str, Any] = {"@context": None} if name is str else {}
    node["@id"] = str(subject)
    for predicate in _type_first(properties):
        values = properties[predicate]
        if predicate == RDF.type:
            node["@type"] = [name(one) for one in values]
        else:
            written = [_json_value(one, name) for one in values]
            node[name(predicate)] = written[0] if len(written) == 1 else written
    return node


def _json_name(iri: str) -> str:
    return _short(iri) or str(iri)


def _looks_short(iri: str) -> bool:
    """Whether a reader would put a namespace in place of the start of an IRI, such as geo:51.05,13.74."""
    scheme, colon, rest = iri.partition(":")
    return bool(colon) and scheme in prefixes() and not rest.startswith("//")


def _json_value(value: URIRef | Literal, name: Callable[[str], str]) -> Any:
    if not isinstance(value, Literal):
        return {"@id": str(value)}
    if value.language:
        return {"@language": value.language, "@value": str(value)}
    datatype = _typed(value)
    return {"@type": name(datatype), "@value": str(value)} if datatype else str(value)


def _xml_opening() -> str:
    names = "".join(f"\n  xmlns:{prefix}={quoteattr(namespace)}" for prefix, namespace in prefixes().items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{names}>\n'


SYNTAXES: dict[str, Syntax] = {
    one.name: one
    for one in (
        Syntax(
            "turtle",
            "text/turtle; charset=utf-8",
            "turtle",
            "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in prefixes().items()) + "\n",
            _turtle,
            "",
        ),
        Syntax("ntriples", "application/n-triples", "nt", "", _ntriples, ""),
        Syntax("rdfxml", "application/rdf+xml", "xml", _xml_opening(), _rdfxml, "</rdf:RDF>\n"),
        Syntax(
            "jsonld",
            "application/ld+json",
            "json-ld",
            f'{{"@context":{json.dumps(prefixes(), separators=(",", ":"))},"@graph":[\n',
            _jsonld,
            "\n]}\n",
            before_first=len(_JSON_SEPARATOR),
        ),
    )
}

"""What one entry says, read value by value, with a book of what was taken: what nobody took is listed in the end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ckanext.dresdensmartcity.city.values import is_iri
from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from ..iris import reference
from ..namespaces import RDF
from ..output import term_iri
from ..parsing import is_relative
from .report import Change, NotUnderstood, shown

Triple = tuple[Node, Node, Node]

LONGEST_TEXT = 32_000  # bytes in UTF-8: what Solr takes as one term
LONGEST_CODE = 500  # characters
# How much may be read in a document, for each of its triples: more is a document in which everything is shared by
# everything, made to keep a machine busy. Catalogues of ours need 4 to 6 steps for each triple.
WORK_PER_TRIPLE = 12
WORK_AT_LEAST = 100_000

_FIGURES = re.compile(r"(\d+)")


class EntangledError(Exception):
    """The parts of a document are shared so often that reading it would not end in a reasonable time."""

    def __init__(self) -> None:
        super().__init__("its entries share their parts too often; read the catalogue in smaller pages")


@dataclass
class Document:
    """One graph while it is read, with what all its entries share."""

    graph: Graph
    work: int = 0
    taken: set[Triple] = field(default_factory=set)
    reported: set[Triple] = field(default_factory=set)
    names: dict[Node, str] = field(default_factory=dict)  # of blank nodes that are entries

    def __post_init__(self) -> None:
        self.limit = max(WORK_AT_LEAST, WORK_PER_TRIPLE * len(self.graph))

    def worked(self, steps: int = 1) -> None:
        """Count steps; raises EntangledError where there are too many for the size of the document."""
        self.work += steps
        if self.work > self.limit:
            raise EntangledError

    def name(self, node: Node) -> str:
        """How a report calls a node: its IRI, or "_:…"."""
        if isinstance(node, BNode):
            return self.names.get(node, f"_:{node}")
        return str(node)


@dataclass
class Scope:
    """The reading of one entry."""

    document: Document
    own_base: str = ""  # what the IRIs of this portal start with, where its own catalogue is read
    changes: list[Change] = field(default_factory=list)
    not_understood: list[NotUnderstood] = field(default_factory=list)

    # --- taking

    def values(self, subject: Node, predicate: Node) -> list[Node]:
        """The objects of a property in an order that is the same each time; from now on they count as taken."""
        found = list(self.document.graph.objects(subject, predicate))
        self.document.worked(1 + len(found))
        self.document.taken.update((subject, predicate, one) for one in found)
        return sorted(found, key=order) if len(found) > 1 else found

    def kinds(self, node: Node, known: Iterable[URIRef]) -> None:
        """Take those classes of a node that its place says anyway; others are left for the list of leftovers."""
        for kind in known:
            self.document.worked()
            triple = (node, RDF.type, kind)
            if triple in self.document.graph:
                self.document.taken.add(triple)

    def has(self, node: Node) -> bool:
        """Whether anything is said of a node."""
        self.document.worked()
        return (node, None, None) in self.document.graph

    # --- reporting

    def change(self, subject: Node, predicate: Node, before: object, after: object, rule: str) -> None:
        name = self.document.name(subject)
        self.changes.append(Change(name, str(predicate), shown(before), shown(after), rule))

    def reject(self, subject: Node, predicate: Node, value: object, reason: str) -> None:
        """List a value that is not taken."""
        text = self.document.name(value) if isinstance(value, Node) else value
        found = NotUnderstood(self.document.name(subject), str(predicate), shown(text), reason)
        if found not in self.not_understood[-20:]:
            self.not_understood.append(found)

    def only(self, subject: Node, predicate: Node, found: list[Node]) -> Node | None:
        """The first of the values where there may be one; the others are listed."""
        for other in found[1:]:
            self.reject(subject, predicate, other, "there may be only one; another was taken")
        return found[0] if found else None

    # --- texts

    def text_of(self, subject: Node, predicate: Node, value: Node) -> str:
        """The text of a literal, or of the label of an IRI; empty and listed where it is none or far too long."""
        if not isinstance(value, Literal):
            self.reject(subject, predicate, value, "a text is wanted here, not a thing")
            return ""
        text = str(value).strip()
        if len(text) > LONGEST_TEXT or len(text.encode("utf-8", "replace")) > LONGEST_TEXT:
            self.reject(
                subject, predicate, value, f"a text of {len(text):,} characters; {LONGEST_TEXT:,} bytes at most"
            )
            return ""
        return text

    def texts(self, subject: Node, predicate: Node) -> tuple[list[str], list[str]]:
        """Texts in German (or without a language) and in English; those in other languages are listed."""
        found: dict[str, list[str]] = {"": [], "de": [], "en": []}
        for value in self.values(subject, predicate):
            text = self.text_of(subject, predicate, value)
            language = (value.language or "").split("-")[0].lower() if isinstance(value, Literal) else ""
            if not text:
                continue
            if language in found:
                found[language].append(text)
            else:
                self.reject(subject, predicate, value, f"there is no field for texts in the language {language!r}")
        return list(dict.fromkeys([*found["de"], *found[""]])), list(dict.fromkeys(found["en"]))

    def bilingual(self, subject: Node, predicate: Node) -> tuple[str, str]:
        """One text in German and one in English; further ones in the same language are listed."""
        german, english = self.texts(subject, predicate)
        for language, found in (("German", german), ("English", english)):
            for other in found[1:]:
                self.reject(subject, predicate, other, f"a second text in {language}; the first was taken")
        return (german or [""])[0], (english or [""])[0]

    def one_text(self, subject: Node, predicate: Node) -> str:
        """One text in any language."""
        found = [self.text_of(subject, predicate, one) for one in self.values(subject, predicate)]
        different = list(dict.fromkeys(filter(None, found)))
        for other in different[1:]:
            self.reject(subject, predicate, other, "there may be only one; another was taken")
        return different[0] if different else ""

    # --- things

    def iri_of(self, subject: Node, predicate: Node, value: Node, *, web: bool = True) -> str:
        """An IRI as our fields take it; empty and listed where it is none. `web` says that it must be http(s)."""
        if isinstance(value, BNode):
            if value in self.document.names:
                return self.document.names[value]
            self.reject(subject, predicate, value, "an IRI is wanted here, not a thing without one")
            return ""
        found = reference(value)
        if is_relative(str(value)):
            self.reject(subject, predicate, value, "a relative address in a document without an address of its own")
            return ""
        if found is None or (web and not is_iri(str(found))):
            wanted = "a web address" if web else "an absolute IRI"
            self.reject(subject, predicate, value, f"{wanted} is wanted here, such as https://…")
            return ""
        if str(found) != str(value) or isinstance(value, Literal):
            self.change(subject, predicate, value, found, "iri-form")
        return str(found)

    def iris(self, subject: Node, predicate: Node, kinds: Iterable[URIRef] = (), *, web: bool = True) -> list[str]:
        found = []
        for value in self.values(subject, predicate):
            if iri := self.iri_of(subject, predicate, value, web=web):
                found.append(iri)
                self.kinds(value, kinds)
        return list(dict.fromkeys(found))

    def one_iri(self, subject: Node, predicate: Node, kinds: Iterable[URIRef] = (), *, web: bool = True) -> str:
        found = self.iris(subject, predicate, kinds, web=web)
        for other in found[1:]:
            self.reject(subject, predicate, other, "there may be only one; another was taken")
        return found[0] if found else ""

    def terms(self, subject: Node, predicate: Node, name: str, kinds: Iterable[URIRef] = ()) -> list[str]:
        """Values of a controlled list; what is not on it is listed."""
        found = []
        for value in self.values(subject, predicate):
            iri = term_iri(name, str(value)) if is_code(value) else ""
            if not iri:
                known = vocabulary(name)
                self.reject(subject, predicate, value, f"not in the list {name} ({known.version}): {known.base}…")
                continue
            if iri != str(value):
                self.change(subject, predicate, value, iri, "list-iri")
            self.kinds(value, kinds)
            found.append(iri)
        return list(dict.fromkeys(found))

    def one_term(self, subject: Node, predicate: Node, name: str, kinds: Iterable[URIRef] = ()) -> str:
        found = self.terms(subject, predicate, name, kinds)
        for other in found[1:]:
            self.reject(subject, predicate, other, "there may be only one; another was taken")
        return found[0] if found else ""

    # --- typed literals

    def literal(
        self,
        subject: Node,
        predicate: Node,
        convert: Callable[[str], tuple[str, str] | None],
        wanted: str,
        datatypes: Iterable[URIRef] = (),
    ) -> str:
        """One literal, converted; `datatypes` are those it may have, any other is noted as a change."""
        found: list[Node] = []
        converted: dict[Node, tuple[str, str]] = {}
        for value in self.values(subject, predicate):
            result = convert(str(value)) if isinstance(value, Literal) else None
            if result is None:
                self.reject(subject, predicate, value, f"{wanted} is wanted here")
            elif result not in converted.values():
                converted[value] = result
                found.append(value)
        first = self.only(subject, predicate, found)
        if first is None:
            return ""
        text, rule = converted[first]
        if rule:
            self.change(subject, predicate, first, text, rule)
        elif datatypes and isinstance(first, Literal) and first.datatype not in tuple(datatypes):
            self.change(subject, predicate, _n3(first), text, "datatype")
        return text


def is_code(value: Node) -> bool:
    """Whether a value may be one of a controlled list: not a blank node, and not a text of any length."""
    return not isinstance(value, BNode) and len(str(value)) < LONGEST_CODE


def order(node: Node) -> tuple[object, ...]:
    """A key to sort by: literals by language and text, IRIs with their numbers counted ("…-2" before "…-10")."""
    if isinstance(node, Literal):
        return (0, node.language or "", str(node)[:1000], str(node.datatype or ""))
    parts = tuple((int(one), "") if one.isdecimal() else (-1, one) for one in _FIGURES.split(str(node)[:2000]) if one)
    return (2 if isinstance(node, BNode) else 1, parts)


def _n3(value: Node) -> str:
    datatype = getattr(value, "datatype", None)
    return f"{shown(value)} ({datatype or 'without a datatype'})"

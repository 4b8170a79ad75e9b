"""Bring a list of schemas/vocabularies up to what its owner publishes as SKOS; plain Python, nothing is fetched here.

An update adds what is new and takes what is gone away; labels in German and English are taken over where that is asked
for, as those here were chosen for people to read. A term that somebody
uses is never dropped in silence: it stays, and is named. A list that would lose much of itself is more often a broken
source than a changed one: it is refused unless it is forced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from rdflib import OWL, SKOS, Graph, URIRef
from rdflib import Literal as Text
from rdflib.namespace import DCTERMS

from .model import Label
from .vocabularies import Term, Vocabulary

# More than this share of a list does not go in one update.
MOST_REMOVED = 0.25
# EU Vocabularies mark concepts that are withdrawn.
EU_STATUS = URIRef("http://publications.europa.eu/ontology/euvoc#status")
WITHDRAWN = ("DEPRECATED", "RETIRED")

Kind = Literal["added", "removed", "relabelled", "differs", "kept"]
Used = Callable[[Term], str]


class VocabularySourceError(Exception):
    """Raised when a source cannot be what the list is to be updated from; says why and what to do."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")


@dataclass(frozen=True)
class Source:
    """What SKOS says of one list: labels by id and language, and its version, empty where it names none."""

    labels: Mapping[str, Mapping[str, str]]
    version: str = ""


@dataclass(frozen=True)
class Change:
    """What an update does to one term.

    `kept` is gone at its owner, but in use: `why` says where. `differs` has another label there, which is not taken.
    """

    kind: Kind
    id: str
    before: str = ""
    after: str = ""
    why: str = ""


@dataclass(frozen=True)
class Update:
    """A list as it will be, and what that changes."""

    vocabulary: Vocabulary
    changes: tuple[Change, ...]

    def of(self, kind: Kind) -> tuple[Change, ...]:
        return tuple(one for one in self.changes if one.kind == kind)


def read_source(graph: Graph, vocabulary: Vocabulary) -> Source:
    """The concepts of the list's scheme that are in force.

    Raises VocabularySourceError where the graph holds none.
    """
    scheme = URIRef(vocabulary.scheme)
    labels: dict[str, dict[str, str]] = {}
    for concept in set(graph.subjects(SKOS.inScheme, scheme)) | set(graph.objects(scheme, SKOS.hasTopConcept)):
        identifier = str(concept).removeprefix(vocabulary.base)
        if identifier == str(concept) or not identifier or _withdrawn(graph, URIRef(str(concept))):
            continue
        found = (one for one in graph.objects(concept, SKOS.prefLabel) if isinstance(one, Text))
        labels[identifier] = {str(one.language or "").split("-")[0]: " ".join(str(one).split()) for one in found}
    if not labels:
        raise VocabularySourceError(
            vocabulary.name, f"the source holds no concept of the scheme {scheme}; nothing is changed. Is it the list?"
        )
    return Source(labels, _version(graph, scheme))


def _withdrawn(graph: Graph, concept: URIRef) -> bool:
    status = (str(one).rsplit("/", 1)[-1] for one in graph.objects(concept, EU_STATUS))
    marked = (str(one).lower() in ("true", "1") for one in graph.objects(concept, OWL.deprecated))
    return any(one in WITHDRAWN for one in status) or any(marked)


def _version(graph: Graph, scheme: URIRef) -> str:
    for predicate in (OWL.versionInfo, DCTERMS.hasVersion, DCTERMS.modified, DCTERMS.issued):
        found = sorted(str(one).strip() for one in graph.objects(scheme, predicate) if isinstance(one, Text))
        if found and found[-1]:
            return found[-1]
    return ""


def update(
    old: Vocabulary, source: Source, today: date, used: Used, *, labels: bool = False, force: bool = False
) -> Update:
    """The list as its source has it; the order of the terms that stay is kept, new ones follow by their id.

    `used` says where a term is in use, or nothing. `labels` takes over how the source calls terms. Raises
    VocabularySourceError where more than a quarter of the list would go and `force` is not given.
    """
    terms: list[Term] = []
    changes: list[Change] = []
    for term in old.terms:
        if term.id not in source.labels or term.id in old.without:
            where = used(term)
            changes.append(Change("kept" if where else "removed", term.id, _shown(term.label), why=where))
            terms += [term] if where else []
            continue
        label = _label(source.labels[term.id], term.label)
        if label != term.label:
            changes.append(Change("relabelled" if labels else "differs", term.id, _shown(term.label), _shown(label)))
        terms.append(replace(term, label=label) if labels else term)
    gone = sum(one.kind == "removed" for one in changes)
    if gone > MOST_REMOVED * len(old.terms) and not force:
        raise VocabularySourceError(
            old.name,
            f"{gone} of {len(old.terms)} terms are not in the source, which looks broken; nothing is changed. "
            "Look at it, and give --force if it is right.",
        )
    if not old.selection:
        known = {term.id for term in old.terms} | set(old.without)
        for identifier in sorted(set(source.labels) - known):
            label = _label(source.labels[identifier], Label(identifier, identifier))
            changes.append(Change("added", identifier, after=_shown(label)))
            terms.append(Term(old.base + identifier, identifier, label))
    grown = any(one.kind in ("added", "removed") for one in changes)
    version = source.version or (today.isoformat() if grown else old.version)
    new = replace(old, terms=tuple(terms), version=version, date=today.isoformat())
    return Update(new, tuple(changes))


def _label(given: Mapping[str, str], before: Label) -> Label:
    """What the source calls a term; where it has only one of the languages, what we call it in the other."""
    german, english = given.get("de", ""), given.get("en", "")
    named = before.de != before.en or not (german or english)
    either = german or english or next(iter(given.values()), "")
    return Label(german or (before.de if named else either), english or (before.en if named else either))


def _shown(label: Label) -> str:
    return label.de if label.de == label.en else f"{label.de} / {label.en}"


def as_yaml(before: str, vocabulary: Vocabulary) -> str:
    """The text of a list's file with new terms, version and date; the comment at its top and the order of keys stay."""
    head, _terms, _rest = before.partition("terms:\n")
    for key, value in (("version", vocabulary.version), ("date", vocabulary.date)):
        line = f"{key}: {_quoted(value)}\n"
        # Split and not substituted: a value may hold backslashes.
        start, found, end = _around(head, key)
        if not found:
            start, found, end = _around(head, "version")
            line = found + line
        head = start + line + end
    terms = (
        f"  - {{id: {_quoted(term.id)}, de: {_quoted(term.label.de)}, en: {_quoted(term.label.en)}}}\n"
        for term in vocabulary.terms
    )
    return f"{head}terms:\n{''.join(terms)}"


def _around(head: str, key: str) -> tuple[str, str, str]:
    """What stands before, in and after the line of a key."""
    match = re.search(rf"(?m)^{key}:.*\n", head)
    return (head[: match.start()], match[0], head[match.end() :]) if match else (head, "", "")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def named_in(term: Term, texts: Iterable[tuple[str, str]]) -> str:
    """Where the IRI of a term stands in files, as "file:line"; `texts` are (name, text)."""
    if not term.iri or term.iri == term.id:
        return ""
    whole = re.compile(re.escape(term.iri) + r"(?![\w/.-])")
    places = (
        f"{name}:{number}"
        for name, text in texts
        for number, line in enumerate(text.splitlines(), 1)
        if whole.search(line)
    )
    return ", ".join(list(places)[:3])


def readable(path: Path) -> list[Path]:
    """The RDF files of a path: itself, or those in the folder."""
    endings = (".ttl", ".rdf", ".xml", ".nt", ".jsonld", ".json", ".n3", ".owl")
    return [path] if path.is_file() else sorted(one for one in path.iterdir() if one.suffix in endings)

"""One graph while it is written: triples, and the list of what could not be written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.city.values import texts
from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from rdflib import Graph, Literal, URIRef

from .iris import DATASET, SERIES, SERVICE, Package, Site, dataset_iri, reference
from .namespaces import DCAT, RDF, RDFS, bind
from .values import in_languages

# Lists of which schemas/vocabularies holds a choice: other ids of this form are on the list too.
CHOICES = {"languages": re.compile(r"[A-Z]{3}"), "checksum-algorithms": re.compile(r"[a-z0-9_]+")}


# Controls and halves of characters (XML 1.0, 2.2): one of them makes a whole page of RDF/XML unreadable. And \r, which
# forms send at the end of each line and XML reads as \n.
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
# CKAN type of an entry -> its class.
CLASSES = {DATASET: DCAT.Dataset, SERIES: DCAT.DatasetSeries, SERVICE: DCAT.DataService}


class Others(Enum):
    """What is written of the entries that an entry links to, and of what the catalogue's frame describes.

    The frame is the catalogue with the city's publisher, contact and place and the portal's own API.
    """

    WHOLE = "whole"  # all of it, but no links of the others' own: the graph is complete in itself, and bounded
    NAMED = "named"  # other entries by IRI and type, the frame by IRI: the graph is one part of a catalogue
    UNSAID = "unsaid"  # links are left out: the entry is here only because another links to it


@dataclass(frozen=True)
class Omission:
    """A value of a package that the standard has no place for, so that it was left out and not guessed."""

    subject: str  # IRI
    field: str  # of the schema
    value: str
    reason: str  # says what would be taken


@dataclass
class Output:
    """A graph with what belongs to it: the city that fills gaps, the portal's address, entries by id, name and IRI.

    `entries` are those that links are looked up in: published ones only, as nothing else may be named.
    """

    city: City
    site: Site
    entries: Mapping[str, Package] = field(default_factory=dict)
    graph: Graph = field(default_factory=Graph)
    omissions: list[Omission] = field(default_factory=list)
    others: Others = Others.WHOLE
    waiting: dict[URIRef, Package] = field(default_factory=dict)  # linked to and still to be described

    def __post_init__(self) -> None:
        bind(self.graph)

    @property
    def frame(self) -> bool:
        """Whether what belongs to the catalogue as a whole is described here too."""
        return self.others is not Others.NAMED

    def entry(self, key: str, kind: str) -> Package | None:
        """The entry of the CKAN type `kind` with this id, name or IRI; None where none is published."""
        found = self.entries.get(key)
        return found if found is not None and (found.get("type") or DATASET) == kind else None

    def link(self, subject: URIRef, predicate: URIRef, package: Package, name: str, kind: str) -> None:
        """Add links to the entries that the field `name` holds by id, name or IRI; the others are listed."""
        for key in texts(package.get(name)):
            other = self.entry(key, kind)
            if other is None:
                self.omit(subject, name, key, f"the short name, id or IRI of a published {kind} of this portal")
            elif self.others is not Others.UNSAID:
                iri = URIRef(dataset_iri(other, self.site.base))
                self.add(subject, predicate, iri)
                self.add(iri, RDF.type, CLASSES[kind])
                if self.others is Others.WHOLE:
                    self.waiting[iri] = other

    def add(self, subject: URIRef, predicate: URIRef, value: URIRef | Literal | None) -> None:
        """Add one triple; no value, no triple. Characters that XML cannot hold are left out of texts."""
        if isinstance(value, Literal) and UNWRITABLE.search(value):
            value = Literal(UNWRITABLE.sub("", value), lang=value.language, datatype=value.datatype, normalize=False)
        if value is not None:
            self.graph.add((subject, predicate, value))

    def omit(self, subject: URIRef, name: str, value: object, reason: str) -> None:
        """Say that `value` of the field `name` was left out, and what would be taken."""
        self.omissions.append(Omission(str(subject), name, str(value), reason))

    def node(self, owner: URIRef, name: str, kind: URIRef) -> URIRef:
        """A thing without a page of its own: a fragment of its owner's IRI, typed."""
        iri = URIRef(f"{owner}{'' if '#' in owner else '#'}{'-' if '#' in owner else ''}{name}")
        self.add(iri, RDF.type, kind)
        return iri

    def of_site(self, name: str) -> URIRef:
        """The IRI of a thing that belongs to the portal as a whole."""
        return URIRef(f"{self.site.base}/#{name}")

    def bilingual(self, subject: URIRef, predicate: URIRef, german: object, english: object) -> None:
        for literal in in_languages(german, english):
            self.add(subject, predicate, literal)

    def literal(
        self, subject: URIRef, predicate: URIRef, package: Package, name: str, value: Literal | None, reason: str
    ) -> bool:
        """Add what was made of the field `name`; where nothing could be made of a value, list it."""
        self.add(subject, predicate, value)
        if value is None and texts(package.get(name)):
            self.omit(subject, name, package[name], reason)
        return value is not None

    def references(
        self,
        subject: URIRef,
        predicate: URIRef,
        package: Package,
        name: str,
        kind: URIRef | None = None,
    ) -> int:
        """Add the IRIs of the field `name`, typed as `kind`; returns how many there were."""
        added = 0
        for value in texts(package.get(name)):
            iri = reference(value)
            if iri is None:
                self.omit(subject, name, value, "an absolute IRI, such as https://…")
                continue
            self.add(subject, predicate, iri)
            if kind is not None:
                self.add(iri, RDF.type, kind)
            added += 1
        return added

    def statements(self, subject: URIRef, predicate: URIRef, package: Package, name: str, kind: URIRef) -> None:
        """Add what may be named by an IRI or described by a text: an IRI, or a labelled node of `kind`."""
        for number, value in enumerate(texts(package.get(name)), 1):
            iri = reference(value) if " " not in value else None
            if iri is None:
                iri = self.node(subject, f"{name.replace('_', '-')}-{number}", kind)
                self.bilingual(iri, RDFS.label, value, "")
            self.add(iri, RDF.type, kind)
            self.add(subject, predicate, iri)

    def terms(self, subject: URIRef, predicate: URIRef, package: Package, name: str, vocabulary_name: str) -> int:
        """Add the values of the field `name` that the controlled list has; returns how many there were."""
        added = 0
        for value in texts(package.get(name)):
            iri = term_iri(vocabulary_name, value)
            if not iri:
                base = vocabulary(vocabulary_name).base
                self.omit(subject, name, value, f"a value of the list {vocabulary_name}: {base}…")
                continue
            self.add(subject, predicate, URIRef(iri))
            added += 1
        return added

    def term_or(
        self,
        subject: URIRef,
        predicate: URIRef,
        package: Package,
        name: str,
        vocabulary_name: str,
        default: str = "",
    ) -> None:
        """Add the one value of the field `name` from the controlled list, or the city's."""
        one: dict[str, Any] = {name: texts(package.get(name))[:1]}
        if not self.terms(subject, predicate, one, name, vocabulary_name) and default:
            self.add(subject, predicate, URIRef(default))


def term_iri(name: str, value: str) -> str:
    """The IRI in the list `name` that `value` stands for, or empty.

    Taken are the IRI, the same with https or a slash at the end (the shapes compare exactly, so it is put right), and
    the id alone.
    """
    found = vocabulary(name)
    plain = value.strip().rstrip("/")
    for base in (found.base, found.base.replace("http:", "https:", 1)):
        if plain.startswith(base):
            plain = plain.removeprefix(base)
            if name in CHOICES and CHOICES[name].fullmatch(plain):
                return found.base + plain
            break
    term = found.by_id(plain)
    return term.iri if term else ""

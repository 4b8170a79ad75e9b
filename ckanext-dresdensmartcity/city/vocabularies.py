"""The controlled lists in schemas/vocabularies, typed and read once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path

from .model import City, Label, Topic
from .yamlfile import Fields, Item, open_file, unique

__all__ = [
    "SCHEMAS",
    "Term",
    "Topic",
    "Vocabulary",
    "read_topics",
    "read_vocabulary",
    "schemas_folder",
    "topics",
    "topics_by_id",
    "topics_of",
    "vocabulary",
]

SCHEMAS = "ckanext.dresdensmartcity.schemas"


@dataclass(frozen=True)
class Term:
    """One value of a list."""

    iri: str  # the id itself where the list has no IRIs
    id: str  # what remains of the IRI without the base of its list: "CSV", "dl-by-de/2.0"
    label: Label


@dataclass(frozen=True)
class Vocabulary:
    """A controlled list of facts, with where and when they were taken from."""

    name: str  # of the file, without ending
    title: Label
    scheme: str  # IRI of the scheme, or empty for a list of our own
    base: str  # what stands before the id in an IRI
    version: str
    source: str
    terms: tuple[Term, ...]
    url: str = ""  # where its owner publishes it as SKOS; empty where nobody does
    date: str = ""  # of the last update from there
    selection: bool = False  # a choice of a longer list: an update adds nothing
    without: tuple[str, ...] = ()  # ids of the list that are left out on purpose

    @property
    def iris(self) -> tuple[str, ...]:
        return tuple(term.iri for term in self.terms)

    def term(self, iri: str) -> Term | None:
        return next((term for term in self.terms if term.iri == iri), None)

    def by_id(self, identifier: str) -> Term | None:
        """The term with this id, in any case of letters: `csv` and `CSV` are the same file type."""
        wanted = identifier.casefold()
        return next((term for term in self.terms if term.id.casefold() == wanted), None)

    def label(self, identifier: str) -> Label:
        """How the term with this id is called; the id itself where the list does not know it."""
        term = self.by_id(identifier)
        return term.label if term else Label(identifier, identifier)


def schemas_folder() -> Path:
    """The folder `schemas` of the checkout or of the installed package."""
    return Path(str(resources.files(SCHEMAS)))


@cache
def vocabulary(name: str) -> Vocabulary:
    """The list `name` of schemas/vocabularies.

    Raises CityFileError when the file is missing or wrong.
    """
    return read_vocabulary(schemas_folder() / "vocabularies" / f"{name}.yaml")


def read_vocabulary(path: Path) -> Vocabulary:
    fields, mistakes = open_file(path)
    base = fields.may("base", Item.text, "")
    lines: list[tuple[str, int, str]] = []

    def term(item: Item) -> Term:
        one = Fields(item)
        identifier = one.need("id", Item.text, "")
        lines.append((identifier, item.line, item.place))
        result = Term(
            base + identifier, identifier, Label(one.need("de", Item.text, ""), one.need("en", Item.text, ""))
        )
        one.done()
        return result

    result = Vocabulary(
        name=path.stem,
        title=fields.need("title", Item.label, Label("", "")),
        scheme=fields.may("scheme", Item.text, ""),
        base=base,
        version=fields.need("version", Item.text, ""),
        source=fields.need("source", Item.text, ""),
        terms=fields.each("terms", term),
        url=fields.may("url", Item.address, ""),
        date=fields.may("date", Item.text, ""),
        selection=fields.may("selection", Item.boolean, False),
        without=fields.each("without", Item.text, required=False),
    )
    fields.done()
    unique(lines, mistakes)
    mistakes.check()
    return result


@cache
def topics() -> tuple[Topic, ...]:
    """The taxonomy of offers and needs, the ten fields at the top first."""
    return read_topics(schemas_folder() / "vocabularies" / "topics.yaml")


def topics_of(city: City) -> tuple[Topic, ...]:
    """The taxonomy with the city's own topics and synonyms."""
    return _with_own(city.topics)


@cache
def _with_own(own: tuple[Topic, ...]) -> tuple[Topic, ...]:
    more = {one.id: one for one in own}
    known = [_with_synonyms(one, more.pop(one.id, None)) for one in topics()]
    return (*known, *more.values())


def _with_synonyms(topic: Topic, own: Topic | None) -> Topic:
    if own is None:
        return topic
    return replace(topic, alt_de=topic.alt_de + own.alt_de, alt_en=topic.alt_en + own.alt_en)


@cache
def topics_by_id() -> dict[str, Topic]:
    return {topic.id: topic for topic in topics()}


def read_topics(path: Path) -> tuple[Topic, ...]:
    fields, mistakes = open_file(path)
    for name in ("version", "source"):
        fields.need(name, Item.text, "")
    fields.need("title", Item.label, Label("", ""))
    lines: list[tuple[str, int, str]] = []
    wider: list[tuple[str, Item]] = []

    def topic(item: Item) -> Topic:
        one = Fields(item)
        identifier = one.need("id", Item.identifier, "")
        lines.append((identifier, item.line, item.place))
        broader = one.may("broader", Item.identifier, "")
        if broader:
            wider.append((broader, one.given["broader"]))
        result = Topic(
            id=identifier,
            label=Label(one.need("de", Item.text, ""), one.need("en", Item.text, "")),
            broader=broader,
            alt_de=one.each("alt_de", Item.text, required=False),
            alt_en=one.each("alt_en", Item.text, required=False),
        )
        one.done()
        return result

    result = fields.each("topics", topic)
    fields.done()
    unique(lines, mistakes)
    known = {one.id for one in result}
    for broader, item in wider:
        if broader not in known:
            item.wrong("the id of a topic in this file")
    mistakes.check()
    return result

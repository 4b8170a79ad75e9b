"""Rules: how one field of a schema becomes one property. The rooms' tables are made of them, a line for each field.

A rule is called with the output, the IRI of what is described and the package or file that holds the field. What it
cannot write it lists as an omission.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ckanext.dresdensmartcity.city.values import texts
from rdflib import Literal, URIRef

from .iris import Package
from .output import Output
from .values import yes

Rule = Callable[[Output, URIRef, Package], object]


def write(out: Output, subject: URIRef, package: Package, rules: Iterable[Rule]) -> None:
    """Apply the rules of a table, one after the other."""
    for rule in rules:
        rule(out, subject, package)


def bilingual(predicate: URIRef, name: str) -> Rule:
    """A text in German, and in English from the field with "_en"."""
    return lambda out, subject, package: out.bilingual(subject, predicate, package.get(name), package.get(f"{name}_en"))


def plain(predicate: URIRef, name: str) -> Rule:
    """A text without a language, such as a version."""

    def rule(out: Output, subject: URIRef, package: Package) -> None:
        for value in texts(package.get(name))[:1]:
            out.add(subject, predicate, Literal(value))

    return rule


def literal(predicate: URIRef, name: str, read: Callable[[object], Literal | None], wanted: str) -> Rule:
    """One value that `read` makes a literal of; `wanted` says what would be taken."""

    def rule(out: Output, subject: URIRef, package: Package) -> None:
        value = next(iter(texts(package.get(name))), None)
        out.literal(subject, predicate, package, name, read(value) if value else None, wanted)

    return rule


def iris(predicate: URIRef, name: str, kind: URIRef | None = None) -> Rule:
    """A list of IRIs, each typed as `kind`."""
    return lambda out, subject, package: out.references(subject, predicate, package, name, kind)


def one_iri(predicate: URIRef, name: str, kind: URIRef | None = None) -> Rule:
    """One IRI."""
    return lambda out, subject, package: out.references(subject, predicate, _first(package, name), name, kind)


def statements(predicate: URIRef, name: str, kind: URIRef) -> Rule:
    """A list of IRIs or texts; a text becomes a labelled node of `kind`."""
    return lambda out, subject, package: out.statements(subject, predicate, package, name, kind)


def statement(predicate: URIRef, name: str, kind: URIRef) -> Rule:
    """One IRI or text."""

    def rule(out: Output, subject: URIRef, package: Package) -> None:
        if texts(package.get(name)):
            # A text may hold commas and brackets: it is one value, however it looks.
            one = {name: [str(package[name])]} if isinstance(package[name], str) else _first(package, name)
            out.statements(subject, predicate, one, name, kind)

    return rule


def terms(predicate: URIRef, name: str, vocabulary: str) -> Rule:
    """The values that a controlled list has."""
    return lambda out, subject, package: out.terms(subject, predicate, package, name, vocabulary)


def term(predicate: URIRef, name: str, vocabulary: str, default: Callable[[Output], str] | None = None) -> Rule:
    """The one value that a controlled list has, or the city's."""
    return lambda out, subject, package: out.term_or(
        subject, predicate, package, name, vocabulary, default(out) if default else ""
    )


def entries(predicate: URIRef, name: str, kind: str) -> Rule:
    """Links to other entries of the CKAN type `kind`."""
    return lambda out, subject, package: out.link(subject, predicate, package, name, kind)


def remark(predicate: URIRef, suffix: str, kind: URIRef, label: URIRef, german: str, english: str, name: str) -> Rule:
    """A labelled node of `kind` that says the same wherever the switch `name` is on."""

    def rule(out: Output, subject: URIRef, package: Package) -> None:
        if yes(package.get(name)):
            node = out.node(subject, suffix, kind)
            out.add(subject, predicate, node)
            out.bilingual(node, label, german, english)

    return rule


def _first(package: Package, name: str) -> Package:
    return {name: texts(package.get(name))[:1]}

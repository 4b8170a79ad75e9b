"""foaf:Agent and vcard:Kind as the fields `publisher`, `creator`, … and `contact`."""

from __future__ import annotations

import re
from typing import Any

from rdflib import Literal, URIRef
from rdflib.term import Node

from ..namespaces import DCTERMS, FOAF, PROV, RDFS, SKOS, VCARD
from .scope import Scope

AGENTS = (FOAF.Agent, FOAF.Organization, FOAF.Person, FOAF.Group, PROV.Agent, PROV.Organization, DCTERMS.Agent)
KINDS = (VCARD.Kind, VCARD.Organization, VCARD.Individual, VCARD.Group, VCARD.Location)
_EMAIL = re.compile(r"[^@\s<>\"]{1,200}@[^@\s<>\"]+\.[^@\s<>\"]+")
_TELEPHONE = re.compile(r"\+?[\d\s()/.-]{3,40}")


def agents(scope: Scope, subject: Node, predicate: URIRef) -> list[dict[str, Any]]:
    """All agents under a property, each as {uri, name, name_en, type, url, email}."""
    found = [agent(scope, subject, predicate, one) for one in scope.values(subject, predicate)]
    return [one for one in found if one]


def agent(scope: Scope, subject: Node, predicate: URIRef, node: Node) -> dict[str, Any]:
    """One agent; a literal in its place is its name."""
    if isinstance(node, Literal):
        name = scope.text_of(subject, predicate, node)
        if name:
            scope.change(subject, predicate, node, name, "name-only")
        return {"name": name} if name else {}
    scope.kinds(node, AGENTS)
    german, english = scope.bilingual(node, FOAF.name)
    if not german and not english:
        german, english = _label(scope, node)
    record = {
        "uri": scope.iri_of(subject, predicate, node) if isinstance(node, URIRef) else "",
        "name": german or english,
        "name_en": english,
        "type": scope.one_term(node, DCTERMS.type, "publisher-types"),
        "url": scope.one_iri(node, FOAF.homepage, (FOAF.Document,)) or scope.one_iri(node, FOAF.page, (FOAF.Document,)),
        "email": email(scope, node, FOAF.mbox),
    }
    if not german and english:
        record["name_en"] = ""
        scope.change(node, FOAF.name, english, english, "only-english")
    if not record["name"] and not record["uri"]:
        scope.reject(subject, predicate, node, "an agent with a name (foaf:name) is wanted here")
        return {}
    return {key: value for key, value in record.items() if value}


def _label(scope: Scope, node: Node) -> tuple[str, str]:
    """A name under the properties of other vocabularies, where there is no foaf:name."""
    for other in (SKOS.prefLabel, RDFS.label, VCARD.fn, DCTERMS.title):
        german, english = scope.bilingual(node, other)
        if german or english:
            scope.change(node, other, german or english, german or english, "name-property")
            return german, english
    return "", ""


def contacts(scope: Scope, subject: Node, predicate: URIRef) -> list[dict[str, Any]]:
    """All contacts, each as {uri, name, email, url, telephone}."""
    found = [_contact(scope, subject, predicate, one) for one in scope.values(subject, predicate)]
    return [one for one in found if one]


def _contact(scope: Scope, subject: Node, predicate: URIRef, node: Node) -> dict[str, Any]:
    if isinstance(node, Literal):
        scope.reject(subject, predicate, node, "a contact (vcard:Kind) is wanted here, not a text")
        return {}
    scope.kinds(node, (*KINDS, *AGENTS))
    record = {
        "uri": scope.iri_of(subject, predicate, node) if isinstance(node, URIRef) else "",
        "name": scope.one_text(node, VCARD.fn) or "".join(_label(scope, node)[:1]) or scope.one_text(node, FOAF.name),
        "email": email(scope, node, VCARD.hasEmail) or email(scope, node, FOAF.mbox),
        "url": scope.one_iri(node, VCARD.hasURL, (FOAF.Document,)) or scope.one_iri(node, FOAF.homepage),
        "telephone": telephone(scope, node),
    }
    if not any(record[key] for key in ("name", "email", "url", "telephone")) and not scope.has(node):
        scope.reject(subject, predicate, node, "nothing is said of this contact: no name and no address")
    return {key: value for key, value in record.items() if value}


def email(scope: Scope, node: Node, predicate: URIRef) -> str:
    """One mail address; also as a text, without "mailto:", or in a vcard node with vcard:hasValue."""
    found = []
    for value in scope.values(node, predicate):
        for address in _unfolded(scope, value):
            plain = re.sub(r"^mailto:", "", str(address).strip(), flags=re.IGNORECASE)
            if len(plain) > 300 or not _EMAIL.fullmatch(plain):
                scope.reject(node, predicate, value, "a mail address is wanted here, such as mailto:amt@stadt.example")
                continue
            if str(address) != f"mailto:{plain}" or isinstance(address, Literal):
                scope.change(node, predicate, address, f"mailto:{plain}", "mail-form")
            found.append(plain)
    for other in dict.fromkeys(found[1:]):
        if other != found[0]:
            scope.reject(node, predicate, other, "there may be only one; another was taken")
    return found[0] if found else ""


def telephone(scope: Scope, node: Node) -> str:
    """One number, as people write it: "+49 351 1234"; blanks in a tel: IRI come as "-" or %20."""
    found = []
    for value in scope.values(node, VCARD.hasTelephone):
        for number in _unfolded(scope, value):
            plain = re.sub(r"^tel:", "", str(number).strip(), flags=re.IGNORECASE).replace("%20", " ")
            if not _TELEPHONE.fullmatch(plain):
                scope.reject(
                    node, VCARD.hasTelephone, value, "a telephone number is wanted here, such as tel:+493514880"
                )
                continue
            if isinstance(number, Literal):
                scope.change(node, VCARD.hasTelephone, number, f"tel:{plain}", "telephone-form")
            found.append(" ".join(plain.split()))
    for other in dict.fromkeys(found[1:]):
        if other != found[0]:
            scope.reject(node, VCARD.hasTelephone, other, "there may be only one; another was taken")
    return found[0] if found else ""


def _unfolded(scope: Scope, value: Node) -> list[Node]:
    """The value, or those that stand in a node of their own (vcard:hasValue)."""
    if isinstance(value, Literal):
        return [value]
    folded = scope.values(value, VCARD.hasValue)
    if folded:
        scope.kinds(value, (VCARD.Voice, VCARD.Work, VCARD.Home, VCARD.Text, VCARD.Cell, VCARD.Internet))
    return folded or [value]

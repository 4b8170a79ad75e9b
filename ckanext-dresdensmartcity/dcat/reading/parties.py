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
# What the writer names after the entry that it belongs to: no lasting identifier of the body itself.
_OF_ENTRY = re.compile(r"[#-](contact|creator|contributor|originator|custodian)-\d+")
_EMAIL = re.compile(r"[^@\s<>\"]{1,200}@[^@\s<>\"]+\.[^@\s<>\"]+")
_TELEPHONE = re.compile(r"\+[1-9]\d*( \d+)*")


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
        "uri": _uri(scope, subject, predicate, node),
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


def _uri(scope: Scope, subject: Node, predicate: URIRef, node: Node) -> str:
    """The IRI of a body, if it is one of its own."""
    if not isinstance(node, URIRef) or _OF_ENTRY.fullmatch(str(node).removeprefix(str(subject))):
        return ""
    return scope.iri_of(subject, predicate, node)


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
        "uri": _uri(scope, subject, predicate, node),
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
    """One number, with the prefix of its country and blanks, as our forms keep it: "+49 351 1234"."""
    found = []
    for value in scope.values(node, VCARD.hasTelephone):
        for number in _unfolded(scope, value):
            plain = _dialled(str(number))
            if not plain:
                wanted = "a number with the prefix of its country is wanted here, such as tel:+49-351-4880"
                scope.reject(node, VCARD.hasTelephone, value, wanted)
                continue
            if isinstance(number, Literal):
                scope.change(node, VCARD.hasTelephone, number, f"tel:{plain}", "telephone-form")
            found.append(plain)
    different = list(dict.fromkeys(found))
    for other in different[1:]:
        scope.reject(node, VCARD.hasTelephone, other, "there may be only one; another was taken")
    return different[0] if different else ""


def _dialled(given: str) -> str:
    plain = re.sub(r"^tel:", "", given.strip()[:200], flags=re.IGNORECASE).replace("%20", " ").replace("(0)", " ")
    plain = " ".join(re.sub(r"[()/.\s-]+", " ", plain).split())
    plain = f"+{plain[2:]}" if plain.startswith("00") else plain
    return plain if _TELEPHONE.fullmatch(plain) and 5 <= sum(one.isdigit() for one in plain) <= 17 else ""


def _unfolded(scope: Scope, value: Node) -> list[Node]:
    """The value, or those that stand in a node of their own (vcard:hasValue)."""
    if isinstance(value, Literal):
        return [value]
    folded = scope.values(value, VCARD.hasValue)
    if folded:
        scope.kinds(value, (VCARD.Voice, VCARD.Work, VCARD.Home, VCARD.Text, VCARD.Cell, VCARD.Internet))
    return folded or [value]

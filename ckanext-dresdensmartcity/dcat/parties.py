"""Who publishes and who answers: foaf:Agent and vcard:Kind, offices and never persons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ckanext.dresdensmartcity.city.model import Office
from ckanext.dresdensmartcity.city.names import iri_part
from rdflib import URIRef

from .iris import Package, is_foreign, publisher_iri, reference
from .namespaces import DCAT, DCTERMS, FOAF, GEODCATAP, RDF, VCARD
from .output import Output, term_iri
from .values import in_languages, records

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_TELEPHONE = re.compile(r"\+[1-9]\d*([ -]\d+)*")
_PARTS = ("name", "name_en", "url", "uri", "email", "type", "telephone")


# The bodies of a dataset beside its publisher: field -> property.
ROLES = {
    "creator": DCTERMS.creator,
    "contributor": DCTERMS.contributor,
    "originator": GEODCATAP.originator,
    "custodian": GEODCATAP.custodian,
}


def publisher(out: Output, subject: URIRef, package: Package) -> None:
    """dcterms:publisher, exactly one: the package's own, or the city."""
    given = _office(next(iter(records(package.get("publisher"))), {}))
    if not given.name and given.uri:
        given = replace(given, name=_organisation_title(package))
    out.add(subject, DCTERMS.publisher, site_agent(out, given, "publisher") if given.name else city_publisher(out))


def agents(out: Output, subject: URIRef, package: Package) -> None:
    """Creators, contributors, originators and custodians, each with a name.

    One without an IRI of its own stands under the dataset: two datasets may describe bodies of one name differently,
    and an agent has one type only.
    """
    for name, predicate in ROLES.items():
        for number, record in enumerate(records(package.get(name)), 1):
            given = _office(record)
            if _is(given, out.city.publisher, _publisher_of(out)):
                out.add(subject, predicate, city_publisher(out))
            elif given.name or given.name_en:
                iri = reference(given.uri) or out.node(subject, f"{name}-{number}", FOAF.Agent)
                out.add(subject, predicate, agent(out, iri, given))
            else:
                out.omit(subject, name, given.uri or given.url or given.email, "a body with a name")


def city_publisher(out: Output) -> URIRef:
    """The city as publisher, described once under one IRI."""
    if not out.frame:
        return _publisher_of(out)
    return agent(out, _publisher_of(out), out.city.publisher)


def site_agent(out: Output, office: Office, role: str) -> URIRef:
    """A body that belongs to no entry, under its own IRI or one made of `role` and its name; the city as the city."""
    if _is(office, out.city.publisher, _publisher_of(out)):
        return city_publisher(out)
    return agent(out, reference(office.uri) or out.of_site(f"{role}-{iri_part(office.name)}"), office)


def _publisher_of(out: Output) -> URIRef:
    return reference(out.city.publisher.uri) or URIRef(publisher_iri(out.site.base, out.city.id))


def agent(out: Output, iri: URIRef, office: Office) -> URIRef:
    """Describe a body as foaf:Agent."""
    out.add(iri, RDF.type, FOAF.Agent)
    out.bilingual(iri, FOAF.name, office.name, office.name_en)
    if kind := term_iri("publisher-types", office.type) if office.type else "":
        out.add(iri, DCTERMS.type, URIRef(kind))
    homepage = reference(office.url)
    if homepage is not None and homepage != iri:  # else the office itself would be called a document
        out.add(iri, FOAF.homepage, homepage)
        out.add(homepage, RDF.type, FOAF.Document)
    out.add(iri, FOAF.mbox, mailbox(office.email))
    return iri


def contacts(out: Output, subject: URIRef, package: Package) -> None:
    """dcat:contactPoint: those of the package that can be reached, or the city's office.

    Nobody stands in for the contact of another portal's entry: the city could not answer for it.
    """
    written = 0
    for number, record in enumerate(records(package.get("contact")), 1):
        office = _office(record)
        if _is(office, out.city.contact, _contact_of(out)):
            out.add(subject, DCAT.contactPoint, city_contact(out))
        elif mailbox(office.email) or reference(office.url) or telephone(office.telephone):
            iri = reference(office.uri) or out.node(subject, f"contact-{number}", VCARD.Kind)
            out.add(subject, DCAT.contactPoint, kind(out, iri, office))
        else:
            out.omit(subject, "contact", office.name, "a contact with an e-mail address, a web address or a telephone")
            continue
        written += 1
    if not written and not is_foreign(package, out.site.base):
        out.add(subject, DCAT.contactPoint, city_contact(out))


def city_contact(out: Output) -> URIRef:
    """The city's office for questions, described once under one IRI."""
    if not out.frame:
        return _contact_of(out)
    return kind(out, _contact_of(out), out.city.contact)


def _contact_of(out: Output) -> URIRef:
    return reference(out.city.contact.uri) or out.of_site("contact")


def kind(out: Output, iri: URIRef, office: Office) -> URIRef:
    """Describe an office as vcard:Kind; addresses are IRIs (DCAT-AP.de 3.0, vcard:Kind)."""
    out.add(iri, RDF.type, VCARD.Kind)
    out.add(iri, RDF.type, VCARD.Organization)
    # One name without a language: at most one is allowed.
    for name in list(in_languages(office.name, ""))[:1]:
        out.add(iri, VCARD.fn, name)
    out.add(iri, VCARD.hasEmail, mailbox(office.email))
    out.add(iri, VCARD.hasURL, reference(office.url))
    out.add(iri, VCARD.hasTelephone, telephone(office.telephone))
    return iri


def mailbox(email: str) -> URIRef | None:
    """An e-mail address as mailto IRI; None where it is none."""
    plain = email.strip().removeprefix("mailto:")
    return reference(f"mailto:{plain}") if _EMAIL.fullmatch(plain) else None


def telephone(number: str) -> URIRef | None:
    """A telephone number with the prefix of its country as tel IRI, blanks as hyphens (RFC 3966); else None."""
    return reference(f"tel:{'-'.join(number.split())}") if _TELEPHONE.fullmatch(number.strip()) else None


def _office(record: Mapping[str, Any]) -> Office:
    return Office(**{key: str(record.get(key) or "").strip() for key in _PARTS})


def _is(given: Office, own: Office, iri: URIRef) -> bool:
    """Whether a package only repeats the city's own office, which stands under `iri`."""
    if given.uri or not given.name:
        return given.uri == str(iri)
    return given.name == own.name and given.email in ("", own.email)


def _organisation_title(package: Package) -> str:
    organisation = package.get("organization") or {}
    return str(organisation.get("title") or organisation.get("name") or "")

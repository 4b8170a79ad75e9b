"""Who publishes and who answers: foaf:Agent and vcard:Kind, offices and never persons."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from ckanext.dresdensmartcity.city.model import Office
from rdflib import URIRef

from .iris import Package, publisher_iri, reference
from .namespaces import DCAT, DCTERMS, FOAF, RDF, VCARD
from .output import Output, term_iri
from .values import in_languages, records

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def publisher(out: Output, subject: URIRef, package: Package) -> None:
    """dcterms:publisher, exactly one: the package's own, or the city."""
    given = _office(next(iter(records(package.get("publisher"))), {}))
    if not given.name and given.uri:
        given = Office(_organisation_title(package), given.url, given.uri, given.email, given.type)
    if not given.name or _is(given, out.city.publisher, _publisher_of(out)):
        out.add(subject, DCTERMS.publisher, city_publisher(out))
        return
    iri = reference(given.uri) or out.of_site(f"publisher-{slug(given.name)}")
    out.add(subject, DCTERMS.publisher, agent(out, iri, given))


def city_publisher(out: Output) -> URIRef:
    """The city as publisher, described once under one IRI."""
    if not out.frame:
        return _publisher_of(out)
    return agent(out, _publisher_of(out), out.city.publisher)


def _publisher_of(out: Output) -> URIRef:
    return reference(out.city.publisher.uri) or URIRef(publisher_iri(out.site.base, out.city.id))


def agent(out: Output, iri: URIRef, office: Office) -> URIRef:
    """Describe a body as foaf:Agent."""
    out.add(iri, RDF.type, FOAF.Agent)
    out.bilingual(iri, FOAF.name, office.name, "")
    if kind := term_iri("publisher-types", office.type) if office.type else "":
        out.add(iri, DCTERMS.type, URIRef(kind))
    homepage = reference(office.url)
    if homepage is not None and homepage != iri:  # else the office itself would be called a document
        out.add(iri, FOAF.homepage, homepage)
        out.add(homepage, RDF.type, FOAF.Document)
    out.add(iri, FOAF.mbox, mailbox(office.email))
    return iri


def contacts(out: Output, subject: URIRef, package: Package) -> None:
    """dcat:contactPoint: those of the package that can be reached, or the city's office."""
    written = 0
    for number, record in enumerate(records(package.get("contact")), 1):
        office = _office(record)
        if _is(office, out.city.contact, _contact_of(out)):
            out.add(subject, DCAT.contactPoint, city_contact(out))
        elif mailbox(office.email) or reference(office.url):
            iri = reference(office.uri) or out.node(subject, f"contact-{number}", VCARD.Kind)
            out.add(subject, DCAT.contactPoint, kind(out, iri, office))
        else:
            out.omit(subject, "contact", office.name, "a contact with an e-mail address or a web address")
            continue
        written += 1
    if not written:
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
    return iri


def mailbox(email: str) -> URIRef | None:
    """An e-mail address as mailto IRI; None where it is none."""
    plain = email.strip().removeprefix("mailto:")
    return reference(f"mailto:{plain}") if _EMAIL.fullmatch(plain) else None


def slug(name: str) -> str:
    """A name in letters, figures and hyphens, the same in every database."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-") or "unnamed"


def _office(record: Mapping[str, Any]) -> Office:
    found = {key: str(record.get(key) or "").strip() for key in ("name", "url", "uri", "email", "type")}
    return Office(**found)


def _is(given: Office, own: Office, iri: URIRef) -> bool:
    """Whether a package only repeats the city's own office, which stands under `iri`."""
    if given.uri or not given.name:
        return given.uri == str(iri)
    return given.name == own.name and given.email in ("", own.email)


def _organisation_title(package: Package) -> str:
    organisation = package.get("organization") or {}
    return str(organisation.get("title") or organisation.get("name") or "")

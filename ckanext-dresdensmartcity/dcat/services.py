"""dcat:DataService: those that editors enter, and the portal's own interfaces."""

from __future__ import annotations

from ckanext.dresdensmartcity.city.model import Label
from ckanext.dresdensmartcity.city.values import texts
from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from rdflib import URIRef

from .formats import file_type_iri
from .iris import DATASET, Package
from .licences import license_of
from .namespaces import DCAT, DCATAP, DCTERMS, FOAF, RDF
from .offers import PortalService
from .output import Output
from .parties import city_contact, city_publisher
from .rules import Rule, entries, iris, statements, term, terms

API = PortalService(
    name="api",
    title=Label("{title}: Schnittstelle (CKAN-API)", "{title}: CKAN API"),
    description=Label(
        "Alle Datensätze suchen und lesen und ihre Tabellen filtern und zeilenweise abfragen.",
        "Search and read all datasets, and filter and query their tables by row.",
    ),
    endpoint="/api/3/action",
    endpoint_description="https://docs.ckan.org/en/2.12/api/",
    page="/developers",
    formats=("JSON",),
)


def portal_services(out: Output) -> list[URIRef]:
    """Write all services of the portal, that of CKAN first; returns their IRIs."""
    return [portal_service(out, one) for one in (API, *out.site.services)]


def portal_service(out: Output, service: PortalService) -> URIRef:
    """A service of the portal; described once under one IRI."""
    iri = out.of_site(service.name)
    if not out.frame:
        return iri
    out.add(iri, RDF.type, DCAT.DataService)
    of_portal = out.city.title
    german, english = (
        text.format(title=title) for text, title in ((service.title.de, of_portal.de), (service.title.en, of_portal.en))
    )
    out.bilingual(iri, DCTERMS.title, german, english)
    out.bilingual(iri, DCTERMS.description, service.description.de, service.description.en)
    out.add(iri, DCAT.endpointURL, _address(out, service.endpoint))
    for predicate, path in ((DCAT.endpointDescription, service.endpoint_description), (FOAF.page, service.page)):
        address = _address(out, path)
        out.add(iri, predicate, address)
        out.add(address, RDF.type, FOAF.Document)
    for standard in map(URIRef, service.conforms_to):
        out.add(iri, DCTERMS.conformsTo, standard)
        out.add(standard, RDF.type, DCTERMS.Standard)
    out.add(iri, DCTERMS.publisher, city_publisher(out))
    out.add(iri, DCAT.contactPoint, city_contact(out))
    for code in service.formats:
        out.add(iri, DCTERMS["format"], URIRef(vocabulary("file-types").base + code))
    out.add(iri, DCTERMS.accessRights, URIRef(vocabulary("access-rights").base + "PUBLIC"))
    out.add(iri, DCATAP.availability, URIRef(out.city.availability))
    return iri


def _address(out: Output, path: str) -> URIRef:
    return URIRef(f"{out.site.url}{path}" if path.startswith("/") else path)


def _formats(out: Output, subject: URIRef, package: Package) -> None:
    """dcterms:format: codes of the EU list, or its IRIs."""
    for code in texts(package.get("format")):
        if file_type := file_type_iri(code):
            out.add(subject, DCTERMS["format"], URIRef(file_type))
        else:
            out.omit(subject, "format", code, "a format of the EU list of file types")


# What only data services have: where they answer, how that is described, which datasets they serve.
SERVICE_RULES: tuple[Rule, ...] = (
    iris(DCAT.endpointURL, "endpoint_url"),
    iris(DCAT.endpointDescription, "endpoint_description"),
    entries(DCAT.servesDataset, "serves_dataset", DATASET),
    license_of,
    terms(DCAT.theme, "theme", "themes"),
    term(DCTERMS.accessRights, "access_rights", "access-rights", lambda out: out.city.access_rights),
    term(DCATAP.availability, "availability", "availability", lambda out: out.city.availability),
    terms(DCTERMS.language, "language", "languages"),
    _formats,
    iris(FOAF.page, "documentation", FOAF.Document),
    statements(DCTERMS.conformsTo, "conforms_to", DCTERMS.Standard),
)


def serves(out: Output, dataset: URIRef, package: Package) -> None:
    """Say which services of the portal serve `dataset`: CKAN's API where a table of it can be queried."""
    resources = package.get("resources") or []
    if any(one.get("datastore_active") or one.get("url_type") == "datastore" for one in resources):
        out.add(portal_service(out, API), DCAT.servesDataset, dataset)
    for service in out.site.services:
        if package.get("name") in service.serves:
            out.add(portal_service(out, service), DCAT.servesDataset, dataset)

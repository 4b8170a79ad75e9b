"""dcat:DataService: those that editors enter, and the portal's own API."""

from __future__ import annotations

from ckanext.dresdensmartcity.city.values import texts
from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from rdflib import URIRef

from .formats import file_type_iri
from .iris import DATASET, Package
from .licences import license_of
from .namespaces import DCAT, DCATAP, DCTERMS, FOAF, RDF
from .output import Output
from .parties import city_contact, city_publisher
from .rules import Rule, entries, iris, statements, term, terms

DESCRIPTION = "https://docs.ckan.org/en/2.12/api/"


def api(out: Output) -> URIRef:
    """The portal's API, through which its tables can be queried; described once under one IRI."""
    iri = out.of_site("api")
    if not out.frame:
        return iri
    out.add(iri, RDF.type, DCAT.DataService)
    title = out.city.title
    out.bilingual(iri, DCTERMS.title, f"{title.de}: Schnittstelle (CKAN-API)", f"{title.en}: CKAN API")
    out.bilingual(
        iri,
        DCTERMS.description,
        "Alle Datensätze suchen und lesen und ihre Tabellen filtern und zeilenweise abfragen.",
        "Search and read all datasets, and filter and query their tables by row.",
    )
    out.add(iri, DCAT.endpointURL, URIRef(f"{out.site.url}/api/3/action"))
    out.add(iri, DCAT.endpointDescription, URIRef(DESCRIPTION))
    out.add(URIRef(DESCRIPTION), RDF.type, FOAF.Document)
    page = URIRef(f"{out.site.url}/developers")
    out.add(iri, FOAF.page, page)
    out.add(page, RDF.type, FOAF.Document)
    out.add(iri, DCTERMS.publisher, city_publisher(out))
    out.add(iri, DCAT.contactPoint, city_contact(out))
    out.add(iri, DCTERMS["format"], URIRef(vocabulary("file-types").base + "JSON"))
    out.add(iri, DCTERMS.accessRights, URIRef(vocabulary("access-rights").base + "PUBLIC"))
    out.add(iri, DCATAP.availability, URIRef(out.city.availability))
    return iri


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
    """Say that the API serves `dataset`, where a table of it can be queried."""
    resources = package.get("resources") or []
    if any(one.get("datastore_active") or one.get("url_type") == "datastore" for one in resources):
        out.add(api(out), DCAT.servesDataset, dataset)

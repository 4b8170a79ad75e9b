"""dcat:DataService: those that editors enter, and the portal's own API."""

from __future__ import annotations

from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from rdflib import URIRef

from .iris import DATASET, Package
from .namespaces import DCAT, DCTERMS, FOAF, RDF
from .output import Output
from .parties import city_contact, city_publisher

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
    out.add(iri, DCTERMS.publisher, city_publisher(out))
    out.add(iri, DCAT.contactPoint, city_contact(out))
    out.add(iri, DCTERMS["format"], URIRef(vocabulary("file-types").base + "JSON"))
    out.add(iri, DCTERMS.accessRights, URIRef(vocabulary("access-rights").base + "PUBLIC"))
    return iri


def service(out: Output, subject: URIRef, package: Package) -> None:
    """What only data services have: where they answer, how that is described, which datasets they serve."""
    out.references(subject, DCAT.endpointURL, package, "endpoint_url")
    out.references(subject, DCAT.endpointDescription, package, "endpoint_description")
    out.link(subject, DCAT.servesDataset, package, "serves_dataset", DATASET)


def serves(out: Output, dataset: URIRef, package: Package) -> None:
    """Say that the API serves `dataset`, where a table of it can be queried."""
    resources = package.get("resources") or []
    if any(one.get("datastore_active") or one.get("url_type") == "datastore" for one in resources):
        out.add(api(out), DCAT.servesDataset, dataset)

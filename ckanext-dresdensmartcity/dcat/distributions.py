"""dcat:Distribution: the files of a dataset."""

from __future__ import annotations

from ckanext.dresdensmartcity.city.values import texts
from rdflib import URIRef

from .common import is_high_value, legislation
from .formats import file_type_iri, format_of, media_type_iri
from .iris import SERVICE, Package, Site, distribution_iri, reference
from .licences import license_of
from .namespaces import ADMS, DCAT, DCATAP, DCTERMS, FOAF, ODRL, RDF, SPDX
from .output import Output, term_iri
from .places import DATE_WANTED
from .rules import Rule, bilingual, iris, literal, one_iri, statement, statements, term, terms, write
from .values import duration, hexadecimal, metres, moment, size, yes

_STORED_HERE = ("upload", "datastore", "tabledesigner")


def distribution(out: Output, dataset: URIRef, package: Package, resource: Package) -> None:
    """Write one file of `package`, which stands under the IRI `dataset`.

    A file that only shows what the data is like is the dataset's adms:sample and no distribution of it.
    """
    iri = URIRef(distribution_iri(resource, str(dataset)))
    out.add(dataset, ADMS.sample if yes(resource.get("is_sample")) else DCAT.distribution, iri)
    out.add(iri, RDF.type, DCAT.Distribution)
    _addresses(out, iri, package, resource)
    # DCAT-AP HVD 3.0: the files of a high-value dataset fall under its regulation too.
    legislation(out, iri, resource, high_value=is_high_value(package))
    _availability(out, iri, package, resource)
    write(out, iri, resource, _RULES)


def resource_page(site: Site, package: Package, resource: Package) -> URIRef:
    """The page of a file in the portal."""
    page = f"{site.url}/{package.get('type') or 'dataset'}/{package['name']}/resource/{resource['id']}"
    return URIRef(page)


def _addresses(out: Output, iri: URIRef, package: Package, resource: Package) -> None:
    """accessURL always, downloadURL for what is a file.

    A file that the portal keeps is reached by its page; for a file elsewhere both are its address (convention 39). What
    a data service delivers is reached at the service's endpoint, and there is nothing to download (convention 41). An
    address that is given as `access_url` too leads to the file and is none to download. `reading` goes by this rule
    backwards, so that each way of filling the fields in is told from the others.
    """
    page = resource_page(out.site, package, resource)
    url = reference(resource.get("url"))
    if url is None and resource.get("url_type") == "datastore":  # CKAN's placeholder for a table without a file
        url = URIRef(f"{out.site.url}/datastore/dump/{resource['id']}")
    if url is None and resource.get("url"):
        out.omit(iri, "url", resource["url"], "an absolute address, such as https://…")
    kept_here = resource.get("url_type") in _STORED_HERE
    out.link(iri, DCAT.accessService, resource, "access_services", SERVICE)
    endpoints = _endpoints(out, resource)
    if not out.references(iri, DCAT.accessURL, resource, "access_url"):
        for access in endpoints or [page if kept_here or url is None else url]:
            out.add(iri, DCAT.accessURL, access)
    is_file = kept_here or format_of(str(resource.get("format") or "")).is_file
    if not out.references(iri, DCAT.downloadURL, resource, "download_url") and is_file and not endpoints:
        out.add(iri, DCAT.downloadURL, None if reference(resource.get("access_url")) == url else url)
    out.references(iri, DCAT.accessURL, resource, "additional_access_urls")
    out.references(iri, DCAT.downloadURL, resource, "additional_download_urls")
    if url is not None and not any((iri, name, url) in out.graph for name in (DCAT.accessURL, DCAT.downloadURL)):
        # Other addresses took both places: it is one more.
        out.add(iri, DCAT.downloadURL if is_file and not endpoints else DCAT.accessURL, url)


def _endpoints(out: Output, resource: Package) -> list[URIRef]:
    """Where the data services of a file answer."""
    services = filter(None, (out.entry(key, SERVICE) for key in texts(resource.get("access_services"))))
    found = (reference(url) for one in services for url in texts(one.get("endpoint_url")))
    return [one for one in found if one is not None]


def _format(out: Output, iri: URIRef, resource: Package) -> None:
    code = str(resource.get("format") or "").strip()
    if file_type := file_type_iri(code) if code else "":
        out.add(iri, DCTERMS["format"], URIRef(file_type))
    elif code:
        out.omit(iri, "format", code, "a format of the EU list of file types")
    given = str(resource.get("mimetype") or "").strip()
    if not given:
        given = format_of(code).media_type
    for name, predicate, value in (
        ("mimetype", DCAT.mediaType, given),
        ("compress_format", DCAT.compressFormat, str(resource.get("compress_format") or "").strip()),
        ("package_format", DCAT.packageFormat, str(resource.get("package_format") or "").strip()),
    ):
        if media_type := media_type_iri(value):
            out.add(iri, predicate, URIRef(media_type))
        elif value:
            out.omit(iri, name, value, "a media type that IANA has registered, such as text/csv")


def _availability(out: Output, iri: URIRef, package: Package, resource: Package) -> None:
    """Of the file, else of its dataset, else of the city."""
    of_dataset = next((term_iri("availability", one) for one in texts(package.get("availability"))), "")
    default = of_dataset or out.city.availability
    out.term_or(iri, DCATAP.availability, resource, "availability", "availability", default)


def _checksum(out: Output, iri: URIRef, resource: Package) -> None:
    """spdx:checksum of `hash` and `hash_algorithm`; "sha256:…" names its algorithm itself."""
    given = str(resource.get("hash") or "").strip()
    if not given:
        return
    prefix, _, rest = given.rpartition(":")
    algorithm = str(resource.get("hash_algorithm") or prefix).strip()
    found = term_iri("checksum-algorithms", algorithm) or term_iri("checksum-algorithms", algorithm.replace("-", ""))
    value = hexadecimal(rest)
    if not found or value is None:
        wanted = "a checksum in hexadecimal figures, with its algorithm in hash_algorithm"
        out.omit(iri, "hash", given, wanted)
        return
    node = out.node(iri, "checksum", SPDX.Checksum)
    out.add(iri, SPDX.checksum, node)
    out.add(node, SPDX.checksumValue, value)
    out.add(node, SPDX.algorithm, URIRef(found))
    out.add(URIRef(found), RDF.type, SPDX.ChecksumAlgorithm)


def _dates(out: Output, iri: URIRef, resource: Package) -> None:
    """Dates of the file; where there are none, when the portal took it in and last changed it."""
    for name, predicate, fallbacks in (
        ("issued", DCTERMS.issued, ("created",)),
        ("modified", DCTERMS.modified, ("last_modified", "created")),
    ):
        if not out.literal(iri, predicate, resource, name, moment(resource.get(name)), DATE_WANTED):
            found = (moment(resource.get(other), utc=True) for other in fallbacks)
            out.add(iri, predicate, next(filter(None, found), None))


# Spatial and temporal resolution of a dataset or file; one of each.
RESOLUTIONS: tuple[Rule, ...] = (
    literal(DCAT.spatialResolutionInMeters, "spatial_resolution_in_meters", metres, "a length in metres"),
    literal(DCAT.temporalResolution, "temporal_resolution", duration, "an ISO 8601 duration, such as PT1H"),
)
_RULES: tuple[Rule, ...] = (
    bilingual(DCTERMS.title, "name"),
    bilingual(DCTERMS.description, "description"),
    license_of,
    _format,
    _checksum,
    _dates,
    literal(DCAT.byteSize, "size", size, "a number of bytes"),
    term(ADMS.status, "status", "distribution-status"),
    terms(DCTERMS.language, "language", "languages"),
    iris(FOAF.page, "documentation", FOAF.Document),
    statements(DCTERMS.conformsTo, "conforms_to", DCTERMS.Standard),
    statement(DCTERMS.rights, "rights", DCTERMS.RightsStatement),
    one_iri(ODRL.hasPolicy, "has_policy", ODRL.Policy),
    *RESOLUTIONS,
)

"""dcat:Distribution: the files of a dataset."""

from __future__ import annotations

import re

from rdflib import URIRef

from .formats import file_type_iri, format_of, media_type_iri
from .iris import Package, Site, distribution_iri, reference
from .namespaces import ADMS, DCAT, DCATAP, DCATDE, DCTERMS, FOAF, RDF, SPDX
from .output import Output, term_iri
from .places import DATE_WANTED
from .values import duration, hexadecimal, metres, moment, size, texts

# Licences of the list that ask for the name of the source (convention 35).
_BY = re.compile(r"/licenses/((dl|cc)-by|odby|odbl)")
_STORED_HERE = ("upload", "datastore", "tabledesigner")


def distribution(out: Output, dataset: URIRef, package: Package, resource: Package) -> None:
    """Write one file of `package`, which stands under the IRI `dataset`."""
    iri = URIRef(distribution_iri(resource, str(dataset)))
    out.add(dataset, DCAT.distribution, iri)
    out.add(iri, RDF.type, DCAT.Distribution)
    out.bilingual(iri, DCTERMS.title, resource.get("name"), resource.get("name_en"))
    out.bilingual(iri, DCTERMS.description, resource.get("description"), resource.get("description_en"))
    _addresses(out, iri, package, resource)
    _license(out, iri, resource)
    _format(out, iri, resource)
    _checksum(out, iri, resource)
    _dates(out, iri, resource)
    out.literal(iri, DCAT.byteSize, resource, "size", size(resource.get("size")), "a number of bytes")
    out.term_or(iri, DCATAP.availability, resource, "availability", "availability")
    out.term_or(iri, ADMS.status, resource, "status", "distribution-status")
    out.terms(iri, DCTERMS.language, resource, "language", "languages")
    out.references(iri, FOAF.page, resource, "documentation", FOAF.Document)
    out.statements(iri, DCTERMS.conformsTo, resource, "conforms_to", DCTERMS.Standard)
    if texts(resource.get("rights")):
        one = {"rights": str(resource["rights"])}
        out.statements(iri, DCTERMS.rights, one, "rights", DCTERMS.RightsStatement)
    resolutions(out, iri, resource)


def resolutions(out: Output, subject: URIRef, package: Package) -> None:
    """Spatial and temporal resolution of a dataset or file; one of each."""
    for name, predicate, read, wanted in (
        ("spatial_resolution_in_meters", DCAT.spatialResolutionInMeters, metres, "a length in metres"),
        ("temporal_resolution", DCAT.temporalResolution, duration, "an ISO 8601 duration, such as PT1H"),
    ):
        value = next(iter(texts(package.get(name))), None)
        out.literal(subject, predicate, package, name, read(value) if value else None, wanted)


def resource_page(site: Site, package: Package, resource: Package) -> URIRef:
    """The page of a file in the portal."""
    page = f"{site.url}/{package.get('type') or 'dataset'}/{package['name']}/resource/{resource['id']}"
    return URIRef(page)


def _addresses(out: Output, iri: URIRef, package: Package, resource: Package) -> None:
    """accessURL always, downloadURL for what is a file.

    A file that the portal keeps is reached by its page; for a file elsewhere both are its address (convention 39).
    """
    page = resource_page(out.site, package, resource)
    url = reference(resource.get("url"))
    if url is None and resource.get("url_type") == "datastore":  # CKAN's placeholder for a table without a file
        url = URIRef(f"{out.site.url}/datastore/dump/{resource['id']}")
    if url is None and resource.get("url"):
        out.omit(iri, "url", resource["url"], "an absolute address, such as https://…")
    kept_here = resource.get("url_type") in _STORED_HERE
    given = list(filter(None, map(reference, texts(resource.get("access_url")))))
    for access in given or [page if kept_here or url is None else url]:
        out.add(iri, DCAT.accessURL, access)
    download = reference(resource.get("download_url"))
    is_file = kept_here or format_of(str(resource.get("format") or "")).is_file
    out.add(iri, DCAT.downloadURL, download or (url if is_file else None))


def _license(out: Output, iri: URIRef, resource: Package) -> None:
    """The file's licence or the city's, and the text that names the source where the licence asks for it."""
    given = str(resource.get("license") or "").strip()
    # An IRI that is not on the list is passed on: another licence in its place would be wrong in law.
    license_iri = reference(term_iri("licenses", given) or given) if given else reference(out.city.license)
    if license_iri is None:
        out.omit(iri, "license", given, "a licence of the list http://dcat-ap.de/def/licenses/…")
    out.add(iri, DCTERMS.license, license_iri)
    attribution = str(resource.get("license_attribution") or "").strip()
    if not attribution and license_iri is not None and _BY.search(license_iri):
        attribution = out.city.attribution
    out.bilingual(iri, DCATDE.licenseAttributionByText, attribution, "")


def _format(out: Output, iri: URIRef, resource: Package) -> None:
    code = str(resource.get("format") or "").strip()
    if file_type := file_type_iri(code) if code else "":
        out.add(iri, DCTERMS["format"], URIRef(file_type))
    elif code:
        out.omit(iri, "format", code, "a format of the EU list of file types")
    given = str(resource.get("mimetype") or "").strip()
    media_type = media_type_iri(given or format_of(code).media_type)
    if media_type:
        out.add(iri, DCAT.mediaType, URIRef(media_type))
    elif given:
        out.omit(iri, "mimetype", given, "a media type that IANA has registered, such as text/csv")


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

"""dcat:Distribution as a resource of a package."""

from __future__ import annotations

from typing import Any

from rdflib import Literal, URIRef
from rdflib.term import Node

from ..formats import IANA, file_type_iri, format_of, media_type_iri
from ..namespaces import ADMS, DCAT, DCTERMS, ODRL, SPDX
from ..output import term_iri
from . import fields, literals
from .scope import Scope, is_code

_MEDIA_TYPES = {
    "mimetype": DCAT.mediaType,
    "compress_format": DCAT.compressFormat,
    "package_format": DCAT.packageFormat,
}


def files(scope: Scope, dataset: Node) -> list[dict[str, Any]]:
    """The files of a dataset, and its samples."""
    found = []
    for predicate, sample in ((DCAT.distribution, False), (ADMS.sample, True)):
        for node in scope.values(dataset, predicate):
            if isinstance(node, Literal) or not scope.has(node):
                scope.reject(
                    dataset, predicate, node, "a file (dcat:Distribution) is wanted here; nothing is said of this"
                )
                continue
            if resource := _file(scope, node):
                found.append({**resource, "is_sample": True} if sample else resource)
    return found


def _file(scope: Scope, node: Node) -> dict[str, Any]:
    from .entries import license_of

    scope.kinds(node, (DCAT.Distribution,))
    resource: dict[str, Any] = {}
    if isinstance(node, URIRef) and (iri := scope.iri_of(node, DCAT.distribution, node)):
        resource["uri"] = iri
    resource |= fields.read_fields(scope, node, fields.DISTRIBUTION)
    resource["license"] = license_of(scope, node)
    resource |= _formats(scope, node)
    resource |= _checksum(scope, node)
    resource["has_policy"] = scope.one_iri(node, ODRL.hasPolicy, (ODRL.Policy, ODRL.Set, ODRL.Offer))
    resource |= _addresses(scope, node, resource)
    if not resource["license"]:
        scope.reject(node, DCTERMS.license, "", "no licence is given; one of the list http://dcat-ap.de/def/licenses/…")
    return {key: value for key, value in resource.items() if value not in (None, "", [])}


def _addresses(scope: Scope, node: Node, resource: dict[str, Any]) -> dict[str, Any]:
    """The addresses of a file; the rule by which the writer gives them back stands in its `_addresses`.

    `url` is what is downloaded where the format is a file, and where a service answers where it is not. A file with an
    address but nothing to download has that address as `access_url` too. Of several addresses of one kind none is the
    first: they are read in the order of the alphabet.
    """
    access, download = scope.iris(node, DCAT.accessURL), scope.iris(node, DCAT.downloadURL)
    if not access and not download:
        scope.reject(node, DCAT.accessURL, "", "a file without an address: dcat:accessURL is wanted")
        return {}
    if not access:
        scope.change(node, DCAT.downloadURL, download[0], f"{DCAT.accessURL} {download[0]}", "access-is-download")
    first = download[0] if download and download[0] in access else (access or download)[0]
    found: dict[str, Any] = {"url": first, "access_url": "", "download_url": ""}
    others = [one for one in access if one != first]
    services = scope.document.graph.objects(node, DCAT.accessService)
    answers = {str(url) for one in services for url in scope.document.graph.objects(one, DCAT.endpointURL)}
    if answers and answers <= set(access):  # delivered by a data service, which answers there
        others = [one for one in access if one not in answers] or sorted(answers)[:1]
        found["url"], found["download_url"] = others.pop(0), (download or [""])[0]
    elif resource.get("access_services") or (format_of(str(resource.get("format", ""))).is_file and not download):
        found["access_url"], found["download_url"] = first, (download or [""])[0]
    elif not format_of(str(resource.get("format", ""))).is_file:
        found["download_url"] = (download or [""])[0]
    else:
        found["url"], found["access_url"] = download[0], "" if first == download[0] else first
    return {**found, "additional_access_urls": others, "additional_download_urls": download[1:]}


def _formats(scope: Scope, node: Node) -> dict[str, Any]:
    """dcterms:format as the code of the EU list; media types as IANA writes them."""
    found: dict[str, Any] = {"format": ""}
    for value in scope.values(node, DCTERMS["format"]):
        known = file_type_iri(str(value)) if is_code(value) else ""
        if not known:
            scope.reject(node, DCTERMS["format"], value, "not in the EU list of file types, and not guessed")
        elif found["format"]:
            scope.reject(node, DCTERMS["format"], value, "there may be only one; another was taken")
        else:
            scope.kinds(value, (DCTERMS.MediaTypeOrExtent, DCTERMS.FileFormat))
            found["format"] = known.rsplit("/", 1)[-1]
            if str(value) != known:
                scope.change(node, DCTERMS["format"], value, known, "list-iri")
    for name, predicate in _MEDIA_TYPES.items():
        found[name] = _media_type(scope, node, predicate)
    return found


def _media_type(scope: Scope, node: Node, predicate: URIRef) -> str:
    found = []
    for value in scope.values(node, predicate):
        iri = media_type_iri(str(value)) if is_code(value) else ""
        if not iri:
            scope.reject(node, predicate, value, "no media type that IANA has registered, such as text/csv")
            continue
        scope.kinds(value, (DCTERMS.MediaType, DCTERMS.MediaTypeOrExtent))
        if str(value) != iri:
            scope.change(node, predicate, value, iri, "list-iri")
        found.append(iri.removeprefix(IANA) if predicate == DCAT.mediaType else iri)
    for other in found[1:]:
        scope.reject(node, predicate, other, "there may be only one; another was taken")
    return found[0] if found else ""


def _checksum(scope: Scope, node: Node) -> dict[str, str]:
    found = [_one_checksum(scope, node, one) for one in scope.values(node, SPDX.checksum)]
    different = [one for one in found if one]
    for other in different[1:]:
        scope.reject(node, SPDX.checksum, other["hash"], "there may be only one; another was taken")
    return different[0] if different else {}


def _one_checksum(scope: Scope, node: Node, one: Node) -> dict[str, str]:
    if isinstance(one, Literal):
        scope.reject(node, SPDX.checksum, one, "a checksum with its algorithm (spdx:Checksum) is wanted here")
        return {}
    scope.kinds(one, (SPDX.Checksum,))
    value = scope.literal(one, SPDX.checksumValue, literals.hexadecimal, "hexadecimal figures")
    algorithm = ""
    for name in scope.values(one, SPDX.algorithm):
        iri = term_iri("checksum-algorithms", str(name)) if is_code(name) else ""
        if iri and not algorithm:
            algorithm = iri
            scope.kinds(name, (SPDX.ChecksumAlgorithm,))
            if iri != str(name):
                scope.change(one, SPDX.algorithm, name, iri, "list-iri")
        else:
            scope.reject(one, SPDX.algorithm, name, "one algorithm of the SPDX list is wanted here")
    if value and algorithm:
        return {"hash": value, "hash_algorithm": algorithm}
    scope.reject(node, SPDX.checksum, value or algorithm, "both a value and an algorithm are wanted")
    return {}

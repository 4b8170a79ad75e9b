"""What is to be checked: RDF files, and addresses that are read through the harvesters' client."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ckanext.dresdensmartcity.dcat.namespaces import DCAT, RDF
from ckanext.dresdensmartcity.dcat.parsing import (
    DEFAULT_LIMITS,
    MEDIA_TYPES,
    SYNTAXES,
    UnreadableError,
    read_bytes,
    read_file,
    syntax_of,
)
from ckanext.dresdensmartcity.harvesters.client import Client, Limits
from ckanext.dresdensmartcity.harvesters.records import HarvesterError
from rdflib import Graph

from .findings import Finding
from .shacl import DSC

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
USER_AGENT = "ckanext-dresdensmartcity validate"
_ENTRIES = (DCAT.Dataset, DCAT.DatasetSeries, DCAT.DataService)
_NOTHING = {
    "de": "Kein Datensatz gefunden: prüfen, ob es die richtige Datei ist und ob Datensätze den Typ "
    "http://www.w3.org/ns/dcat#Dataset haben.",
    "en": "No dataset found: see whether this is the right file and whether datasets are of the type "
    "http://www.w3.org/ns/dcat#Dataset.",
}
_EMPTY = {
    "de": "Der Katalog enthält keinen Datensatz, keine Serie und keinen Datenservice.",
    "en": "The catalogue holds no dataset, no series and no data service.",
}


def read(name: str, allowed_hosts: Iterable[str] = ()) -> Graph:
    """The graph of a file or of an http(s) address.

    `allowed_hosts` ("host" or "host:port") may have a private address. Raises UnreadableError with what is wrong.
    """
    if not _ADDRESS.match(name):
        return read_file(Path(name))
    limits = Limits(size=DEFAULT_LIMITS.bytes)
    client = Client(USER_AGENT, frozenset(host.lower() for host in allowed_hosts), limits)
    try:
        answer = client.get(name, headers={"Accept": ", ".join(MEDIA_TYPES)})
    except HarvesterError as error:
        raise UnreadableError(name, str(error)) from error
    kind = answer.headers.get("content-type", "")
    syntax = syntax_of(answer.url, kind)
    if not syntax:
        known = ", ".join((*MEDIA_TYPES, *SYNTAXES))
        raise UnreadableError(name, f"neither its type {kind!r} nor its ending is one of {known}")
    return read_bytes(answer.content, syntax, name, address=answer.url)


def without_entries(graph: Graph, language: str) -> list[Finding]:
    """A document in which there is nothing to check is no valid one: most often it is the wrong one.

    An empty catalogue is one, so that it only gets a warning.
    """
    if any((None, RDF.type, kind) in graph for kind in _ENTRIES):
        return []
    shape = str(DSC["nothing-to-check"])
    catalogue = graph.value(predicate=RDF.type, object=DCAT.Catalog)
    if catalogue is None:
        return [Finding("violation", "", "", "", "", _NOTHING[language], shape)]
    return [Finding("warning", str(catalogue), "", str(DCAT.dataset), "", _EMPTY[language], shape)]

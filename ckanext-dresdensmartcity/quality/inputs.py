"""What is to be checked: RDF files, and addresses that are read through the harvesters' client."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ckanext.dresdensmartcity.dcat.namespaces import DCAT, RDF
from ckanext.dresdensmartcity.dcat.parsing import (
    MEDIA_TYPES,
    SYNTAXES,
    Limits,
    UnreadableError,
    read_bytes,
    read_file,
    syntax_of,
)
from ckanext.dresdensmartcity.harvesters.client import Client
from ckanext.dresdensmartcity.harvesters.client import Limits as AnswerLimits
from ckanext.dresdensmartcity.harvesters.records import HarvesterError
from rdflib import Graph

from .findings import Finding
from .shacl import DSC

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
USER_AGENT = "ckanext-dresdensmartcity validate"
MAX_TRIPLES = 1_000_000  # a catalogue of 13,000 datasets, in 2 GB of memory
BYTES_OF_A_TRIPLE = 250  # in N-Triples, the longest of the syntaxes
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


def read(name: str, allowed_hosts: Iterable[str] = (), max_triples: int = MAX_TRIPLES) -> Graph:
    """The graph of a file or of an http(s) address.

    `allowed_hosts` ("host" or "host:port") may have a private address. Somebody asks for this document and waits for
    it, so more is read than of a stranger's feed. Raises UnreadableError with what is wrong.
    """
    limits = Limits(max_triples * BYTES_OF_A_TRIPLE, max_triples)
    if not _ADDRESS.match(name):
        return read_file(Path(name), limits)
    client = Client(USER_AGENT, frozenset(host.lower() for host in allowed_hosts), AnswerLimits(size=limits.bytes))
    try:
        answer = client.get(name, headers={"Accept": ", ".join(MEDIA_TYPES)})
    except HarvesterError as error:
        raise UnreadableError(name, str(error)) from error
    kind = answer.headers.get("content-type", "")
    syntax = syntax_of(answer.url, kind)
    if not syntax:
        known = ", ".join((*MEDIA_TYPES, *SYNTAXES))
        raise UnreadableError(name, f"neither its type {kind!r} nor its ending is one of {known}")
    return read_bytes(answer.content, syntax, name, limits=limits, address=answer.url)


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

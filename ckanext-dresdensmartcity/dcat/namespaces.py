"""The RDF vocabularies that the catalogue is written in, with the prefixes that the standard uses."""

from __future__ import annotations

from rdflib import Graph, Namespace
from rdflib.namespace import DCTERMS, FOAF, PROV, RDF, RDFS, SKOS, XSD

__all__ = [
    "ADMS",
    "DCAT",
    "DCATAP",
    "DCATDE",
    "DCTERMS",
    "ELI",
    "FOAF",
    "GEO",
    "GEODCATAP",
    "HYDRA",
    "LOCN",
    "ODRL",
    "PROV",
    "RDF",
    "RDFS",
    "SKOS",
    "SPDX",
    "TIME",
    "VCARD",
    "XSD",
    "bind",
]

ADMS = Namespace("http://www.w3.org/ns/adms#")
# rdflib's own is that of DCAT 2: it does not know series and versions.
DCAT = Namespace("http://www.w3.org/ns/dcat#")
# With a slash: two of the official shape files say "#", which is wrong (README of the shapes).
DCATAP = Namespace("http://data.europa.eu/r5r/")
DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
GEODCATAP = Namespace("http://data.europa.eu/930/")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
LOCN = Namespace("http://www.w3.org/ns/locn#")
ODRL = Namespace("http://www.w3.org/ns/odrl/2/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
TIME = Namespace("http://www.w3.org/2006/time#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")

_PREFIXES = {
    "adms": ADMS,
    "dcat": DCAT,
    "dcatap": DCATAP,
    "dcatde": DCATDE,
    "dcterms": DCTERMS,
    "eli": ELI,
    "foaf": FOAF,
    "geo": GEO,
    "geodcatap": GEODCATAP,
    "hydra": HYDRA,
    "locn": LOCN,
    "odrl": ODRL,
    "prov": PROV,
    "rdfs": RDFS,
    "skos": SKOS,
    "spdx": SPDX,
    "time": TIME,
    "vcard": VCARD,
    "xsd": XSD,
}


def bind(graph: Graph) -> None:
    """Give `graph` the prefixes, so that its Turtle reads like the standard."""
    for prefix, namespace in _PREFIXES.items():
        graph.bind(prefix, namespace, replace=True)

"""Namespaces that are only read, or that rdflib knows in an older version."""

from __future__ import annotations

from rdflib import Namespace

GEODCATAP = Namespace("http://data.europa.eu/930/")
ODRL = Namespace("http://www.w3.org/ns/odrl/2/")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
SCHEMA = Namespace("http://schema.org/")
TIME = Namespace("http://www.w3.org/2006/time#")
VOID = Namespace("http://rdfs.org/ns/void#")

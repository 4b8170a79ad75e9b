"""Namespaces that are only read, and never written."""

from __future__ import annotations

from rdflib import Namespace

OWL = Namespace("http://www.w3.org/2002/07/owl#")
SCHEMA = Namespace("http://schema.org/")

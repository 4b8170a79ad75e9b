"""Checking graphs against shapes, fast: what the rest of the portal calls."""

from __future__ import annotations

from rdflib import Graph

from .concepts import Concepts
from .findings import Finding
from .shacl import Shapes, validate


def check(
    graph: Graph, shapes: Shapes | None = None, known: Concepts | None = None, language: str = "de"
) -> list[Finding]:
    """All that the shapes (ours by default) find in `graph`, the gravest first; `graph` is not changed.

    `known` are the concepts of the controlled lists that are taken into account, those of schemas/vocabularies by
    default.
    """
    return validate(graph, shapes, known, language)

"""DCAT-AP.de 1.x and 2.0 -> 3.0, in the graph, with a list of what was changed."""

from __future__ import annotations

from rdflib import Graph

from ..report import Change


def lift(graph: Graph) -> list[Change]:
    """Change a graph of an older version into one of 3.0, in place; returns every change."""
    return []


__all__ = ["lift"]

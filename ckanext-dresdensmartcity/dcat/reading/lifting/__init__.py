"""DCAT-AP.de 1.x and 2.0 -> 3.0, in the graph, with a list of what was changed.

Only what keeps its meaning is changed; everything else stays for the reader, which lists what it does not understand.
"""

from __future__ import annotations

from rdflib import Graph
from rdflib.term import Node

from ..report import Change
from . import structures, terms
from .graph import Lifter
from .rules import RULES

# In this order: later steps look for what earlier ones write.
STEPS = (
    terms.clean,
    terms.namespaces,
    structures.collections,
    terms.properties,
    structures.versions,
    structures.laws,
    structures.granularity,
    structures.addresses,
    terms.lists,
    structures.licenses,
    structures.places,
    structures.texts,
    structures.typed,
)


def lift(graph: Graph) -> list[Change]:
    """Change a graph of an older version into one of 3.0, in place; returns every change. One of 3.0 stays as it is."""
    return [change for _, change in changes(graph)]


def changes(graph: Graph) -> list[tuple[Node, Change]]:
    """The same, with the node that each change is about."""
    lifter = Lifter(graph)
    for step in STEPS:
        step(lifter)
    return lifter.changes


__all__ = ["RULES", "changes", "lift"]

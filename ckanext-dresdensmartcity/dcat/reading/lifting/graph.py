"""A graph while it is lifted: triples are replaced, each with a line in the list of changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rdflib import BNode, Graph, Literal
from rdflib.term import Node

from ..report import Change, shown

Triple = tuple[Node, Node, Node]


@dataclass
class Lifter:
    """The graph, and what was changed about which node."""

    graph: Graph
    changes: list[tuple[Node, Change]] = field(default_factory=list)
    nodes: int = 0

    def replace(self, old: Triple, new: Iterable[Triple], rule: str, after: object = None) -> None:
        """Put `new` in the place of a triple; `after` is what the list of changes shows, else the first of `new`."""
        added = list(new)
        self.graph.remove(old)
        for triple in added:
            self.graph.add(triple)
        subject, predicate, value = old
        if after is None and added:
            same = [one for one in added if one[0] == subject]
            (_, name, thing) = (same or added)[0]
            after = thing if name == predicate else f"{name} {shown(thing)}"
        self.note(subject, predicate, value, "" if after is None else after, rule)

    def note(self, subject: Node, predicate: Node, before: object, after: object, rule: str) -> None:
        self.changes.append((subject, Change(name(subject), str(predicate), text(before), text(after), rule)))

    def node(self, owner: Node) -> BNode:
        """A new blank node, with the same name each time."""
        self.nodes += 1
        return BNode(f"lifted{self.nodes}")

    def triples(self, predicate: Node) -> list[Triple]:
        """The triples with this property, as they are now, in an order that is the same each time."""
        found = list(self.graph.triples((None, predicate, None)))
        return sorted(found, key=lambda one: (str(one[0]), str(one[2])[:1000])) if len(found) > 1 else found


def name(node: Node) -> str:
    return f"_:{node}" if isinstance(node, BNode) else str(node)


def text(value: object) -> str:
    return shown(name(value) if isinstance(value, Node) else value)


def is_text(node: Node) -> bool:
    return isinstance(node, Literal)

"""What a compiled shape finds, in the words of a validation report (SHACL, 3.6.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pyshacl.rdfutil import stringify
from rdflib import Graph, Literal
from rdflib.term import Node

from .data import Data
from .terms import Term, is_blank


class Component(Protocol):
    """The part of a constraint of pyshacl that makes its words, for shapes that have none of their own."""

    def make_generic_messages(self, datagraph: Graph, focus_node: Node, value_node: Node | None) -> list[Literal]: ...


@dataclass(frozen=True, eq=False)
class Rule:
    """What all results of one shape have alike."""

    shape: Node
    severity: Node
    path: Node | None = None
    messages: Mapping[str, str] = field(default_factory=dict)  # language ("" for none) -> text


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """One validation result."""

    rule: Rule
    component: Component
    kind: str  # name of the component, such as MinCountConstraintComponent
    focus: Term
    value: Term | None
    path: Node | None

    def messages(self, data: Data) -> Mapping[str, str]:
        """Its messages by language: those of the shape, else what pyshacl says of such a constraint."""
        if self.rule.messages:
            return self.rule.messages
        # pyshacl keeps how it has printed blank nodes for good, under a number that another graph may have later.
        vars(stringify.stringify_blank_node)["dict_cache"].clear()
        blank = next((one for one in (self.focus, self.value) if one is not None and is_blank(one)), None)
        graph = data.about(blank) if blank else _NOTHING
        value = None if self.value is None else data.node(self.value)
        made = self.component.make_generic_messages(graph, data.node(self.focus), value)
        return {one.language or "": str(one) for one in made}


# Only for the prefixes that every graph of rdflib has: messages shorten IRIs by them.
_NOTHING = Graph()

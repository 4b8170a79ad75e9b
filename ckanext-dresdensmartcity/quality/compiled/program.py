"""A set of shapes as a program: which shapes look at which nodes, and what is left to pyshacl."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rdflib import Graph
from rdflib.namespace import RDF, RDFS

from .compiler import Check, Compiler
from .data import Data
from .paths import SH, UnknownConstructError
from .results import Result
from .terms import Term, term

_TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)


@dataclass(frozen=True)
class Root:
    """A shape with the nodes that it looks at (SHACL, 2.1.3)."""

    check: Check
    nodes: tuple[Term, ...]
    classes: tuple[Term, ...]
    subjects_of: tuple[Term, ...]
    objects_of: tuple[Term, ...]

    def focus_nodes(self, data: Data) -> Collection[Term]:
        """Each node of the data that the shape looks at, once."""
        if len(self.classes) == 1 and not (self.nodes or self.subjects_of or self.objects_of):
            return data.members(self.classes[0])
        found = dict.fromkeys(self.nodes)
        for kind in self.classes:
            found.update(dict.fromkeys(data.members(kind)))
        for predicate in self.subjects_of:
            found.update(dict.fromkeys(one for one, properties in data.subjects.items() if predicate in properties))
        for predicate in self.objects_of:
            for properties in data.subjects.values():
                found.update(dict.fromkeys(properties.get(predicate, ())))
        return found


@dataclass(frozen=True)
class Program:
    """Compiled shapes. `rest` holds those that have no compiled form, for pyshacl; None when there is none."""

    roots: tuple[Root, ...]
    rest: Graph | None

    def run(self, data: Data, only: Iterable[Term] | None = None) -> list[Result]:
        """All results of the compiled shapes; about the nodes `only`, if they are given."""
        out: list[Result] = []
        wanted = None if only is None else set(only)
        for root in self.roots:
            check = root.check
            for focus in root.focus_nodes(data):
                if wanted is None or focus in wanted:
                    check(data, focus, out)
        return out


def compiled(graph: Graph) -> Program:
    """The program of a graph of shapes. Raises one of `compiler.MALFORMED` where they are not well-formed."""
    compiler = Compiler(graph)
    roots, known, unknown = [], [], False
    for shape in compiler.all:
        targets = [tuple(map(term, graph.objects(shape.node, predicate))) for predicate in _TARGETS]
        targets[1] += tuple(map(term, shape.implicit_class_targets()))
        if not any(targets) or shape.deactivated:
            continue
        try:
            roots.append(Root(compiler.check(shape.node), *targets))
        except UnknownConstructError:
            unknown = True
        else:
            known.append(shape.node)
    if not unknown:
        return Program(tuple(roots), None)
    rest = Graph()
    rest += graph
    for node in known:  # without a target a shape looks at nothing by itself, but others may still refer to it
        for predicate in _TARGETS:
            rest.remove((node, predicate, None))
        rest.remove((node, RDF.type, RDFS.Class))
    return Program(tuple(roots), rest)

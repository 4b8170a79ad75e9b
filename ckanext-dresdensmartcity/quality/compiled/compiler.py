"""From shapes, as pyshacl reads them, to functions.

A compiled shape is `check(data, focus, out)`: it appends the results for one focus node to `out`, and a node conforms
when nothing was appended. Inside a shape each constraint is a part, `part(data, focus, values, out)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyshacl.constraints import ALL_CONSTRAINT_PARAMETERS, CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.core import logical_constraints as logical
from pyshacl.constraints.core import shape_based_constraints as nested
from pyshacl.errors import ConstraintLoadError, ConstraintLoadWarning, ReportableRuntimeError, ShapeLoadError
from pyshacl.shapes_graph import ShapesGraph
from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from . import native, paths, sets, values
from .data import Data
from .paths import SH, UnknownConstructError
from .results import Result, Rule
from .terms import Term, term

Check = Callable[[Data, Term, list[Result]], None]
Part = Callable[[Data, Term, Sequence[Term], list[Result]], None]

DEEPEST = 10  # shapes in shapes; pyshacl gives up at 15 steps
# What pyshacl raises for shapes that are not well-formed.
MALFORMED = (ConstraintLoadError, ShapeLoadError, ReportableRuntimeError)


class Compiler:
    """Compiles the shapes of one graph, each once."""

    def __init__(self, graph: Graph) -> None:
        self.shapes = ShapesGraph(graph)
        self.all = list(self.shapes.shapes)
        self._checks: dict[Node, Check] = {}
        self._open: list[Node] = []

    def check(self, name: Node) -> Check:
        """The function of one shape. Raises UnknownConstructError."""
        if name not in self._checks:
            if name in self._open or len(self._open) > DEEPEST:
                raise UnknownConstructError("a shape that refers to itself, or very deep")
            self._open.append(name)
            try:
                self._checks[name] = self._shape(self.shape(name))
            finally:
                self._open.pop()
        return self._checks[name]

    def shape(self, name: Node) -> Any:
        try:
            return self.shapes.lookup_shape_from_node(name)
        except KeyError as error:
            raise UnknownConstructError(f"{name} is no shape") from error

    def _shape(self, shape: Any) -> Check:
        if shape.deactivated:
            return lambda _data, _focus, _out: None
        parts = self._parts(shape)
        if not shape.is_property_shape:
            every = [part for part, _ in parts]

            def check_node(data: Data, focus: Term, out: list[Result]) -> None:
                itself = (focus,)
                for part in every:
                    part(data, focus, itself, out)

            return check_node
        path = paths.compiled(self.shapes.graph, shape.path())
        on_values, on_empty = [part for part, _ in parts], [part for part, empty in parts if empty]

        def check_property(data: Data, focus: Term, out: list[Result]) -> None:
            found = path(data, focus)
            for part in on_values if found else on_empty:
                part(data, focus, found, out)

        return check_property

    def _parts(self, shape: Any) -> list[tuple[Part, bool]]:
        """The constraints of a shape, each with whether it says something where there is no value."""
        if shape.find_custom_constraints():
            raise UnknownConstructError("a constraint component of its own")
        predicates = self.shapes.graph.predicates(shape.node)
        kinds = dict.fromkeys(CONSTRAINT_PARAMETERS_MAP[one] for one in predicates if one in ALL_CONSTRAINT_PARAMETERS)
        rule = _rule(shape)
        parts = []
        for kind in kinds:
            try:
                constraint = kind(shape)
            except ConstraintLoadWarning:  # it says nothing there, such as sh:qualifiedValueShape on a node
                continue
            parts.append(self._part(kind, constraint, rule))
        return parts

    def _part(self, kind: type, constraint: Any, rule: Rule) -> tuple[Part, bool]:
        if kind in values.TESTS:
            return _of_tests(values.TESTS[kind](constraint), constraint, rule), False
        if kind in sets.FAULTS:
            faults, on_empty = sets.FAULTS[kind](constraint)
            return _of_faults(faults, constraint, rule), on_empty
        if kind is nested.PropertyConstraintComponent:
            return self._properties(constraint), False
        if kind is nested.NodeConstraintComponent:
            tests = [_conforms(self._node_shape(one)) for one in constraint.node_shapes]
            return _of_tests(tests, constraint, rule), False
        if kind is nested.QualifiedValueShapeConstraintComponent:
            return self._qualified(constraint, rule)
        if kind in _LOGICAL:
            return _of_tests(self._logical(kind, constraint), constraint, rule), False
        if (function := native.faults(self.shapes.graph, kind, constraint)) is not None:
            return native.part(function, constraint, rule), True
        raise UnknownConstructError(kind.__name__)

    def _node_shape(self, name: Node) -> Check:
        if self.shape(name).is_property_shape:
            raise UnknownConstructError("sh:node with a shape of a property")
        return self.check(name)

    def _properties(self, constraint: Any) -> Part:
        """sh:property, the shapes of one predicate together, so that it is looked up once."""
        simple: dict[Term, tuple[list[Part], list[Part]]] = {}
        others: list[Check] = []
        for name in constraint.property_shapes:
            shape = self.shape(name)
            if not shape.is_property_shape:
                raise UnknownConstructError("sh:property with a shape of a node")
            check = self.check(name)  # also finds shapes that refer to themselves
            if not isinstance(shape.path(), URIRef):
                others.append(check)
            elif not shape.deactivated:
                parts = self._parts(shape)
                on_values, on_empty = simple.setdefault(term(shape.path()), ([], []))
                on_values += [part for part, _ in parts]
                on_empty += [part for part, empty in parts if empty]
        return _dispatched([(predicate, *parts) for predicate, parts in simple.items() if parts[0]], others)

    def _qualified(self, constraint: Any, rule: Rule) -> tuple[Part, bool]:
        """sh:qualifiedValueShape: how many values conform."""
        if constraint.is_disjoint:
            raise UnknownConstructError("sh:qualifiedValueShapesDisjoint")
        least, most = constraint.min_count or 0, constraint.max_count
        tests = [_conforms(self.check(one)) for one in constraint.value_shapes]

        def part(data: Data, focus: Term, found: Sequence[Term], out: list[Result]) -> None:
            for test in tests:
                number = sum(test(data, one) for one in found)
                if most is not None and number > most:
                    out.append(Result(rule, constraint, "QualifiedMaxCountConstraintComponent", focus, None, rule.path))
                if number < least:
                    out.append(Result(rule, constraint, "QualifiedMinCountConstraintComponent", focus, None, rule.path))

        return part, least > 0

    def _logical(self, kind: type, constraint: Any) -> list[values.Test]:
        if kind is logical.NotConstraintComponent:
            return [_negated(_conforms(self.check(one))) for one in constraint.not_list]
        attribute, wanted = _LOGICAL[kind]
        lists = (list(self.shapes.graph.items(one)) for one in getattr(constraint, attribute))
        return [_counted([_conforms(self.check(one)) for one in members], wanted) for members in lists]


def _dispatched(by_predicate: list[tuple[Term, list[Part], list[Part]]], others: list[Check]) -> Part:
    """The part that runs the parts of each predicate, those `on_empty` where a node has no value of it."""

    def part(data: Data, _focus: Term, found: Sequence[Term], out: list[Result]) -> None:
        for one in found:
            properties = data.subjects.get(one, _NONE)
            for predicate, on_values, on_empty in by_predicate:
                of_predicate = properties.get(predicate)
                if of_predicate is None:
                    for inner in on_empty:
                        inner(data, one, (), out)
                else:
                    for inner in on_values:
                        inner(data, one, of_predicate, out)
            for check in others:
                check(data, one, out)

    return part


def _rule(shape: Any) -> Rule:
    messages = {one.language or "": str(one) for one in shape.message if isinstance(one, Literal)}
    return Rule(shape.node, shape.severity, shape.path() if shape.is_property_shape else None, messages)


def _of_tests(tests: list[values.Test], constraint: Any, rule: Rule) -> Part:
    kind = component(constraint)
    if len(tests) == 1:
        (only,) = tests

        def part_of_one(data: Data, focus: Term, found: Sequence[Term], out: list[Result]) -> None:
            for value in found:
                if not only(data, value):
                    out.append(Result(rule, constraint, kind, focus, value, rule.path))

        return part_of_one

    def part(data: Data, focus: Term, found: Sequence[Term], out: list[Result]) -> None:
        for test in tests:
            for value in found:
                if not test(data, value):
                    out.append(Result(rule, constraint, kind, focus, value, rule.path))

    return part


def _of_faults(faults: sets.Faults, constraint: Any, rule: Rule) -> Part:
    kind = component(constraint)

    def part(data: Data, focus: Term, found: Sequence[Term], out: list[Result]) -> None:
        for value in faults(data, focus, found):
            out.append(Result(rule, constraint, kind, focus, value, rule.path))

    return part


def component(constraint: Any) -> str:
    """The local name of a constraint component."""
    return str(constraint.shacl_constraint_component).removeprefix(str(SH))


def _conforms(check: Check) -> values.Test:
    def test(data: Data, value: Term) -> bool:
        out: list[Result] = []
        check(data, value, out)
        return not out

    return test


def _negated(test: values.Test) -> values.Test:
    return lambda data, value: not test(data, value)


def _counted(tests: list[values.Test], wanted: Callable[[int, int], bool]) -> values.Test:
    return lambda data, value: wanted(sum(test(data, value) for test in tests), len(tests))


_NONE: dict[Term, list[Term]] = {}
# sh:and, sh:or, sh:xone: where pyshacl keeps the lists, and how many of their members a value has to conform to.
_LOGICAL: dict[type, tuple[str, Callable[[int, int], bool]]] = {
    logical.NotConstraintComponent: ("not_list", lambda passed, _all: not passed),
    logical.AndConstraintComponent: ("and_list", lambda passed, all_: passed == all_),
    logical.OrConstraintComponent: ("or_list", lambda passed, _all: passed > 0),
    logical.XoneConstraintComponent: ("xone_nodes", lambda passed, _all: passed == 1),
}

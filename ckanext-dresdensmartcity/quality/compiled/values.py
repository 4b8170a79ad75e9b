"""Constraints on single values: class, datatype, kind, pattern, length, range, list (SHACL, 4.1, 4.3, 4.4, 4.8).

Each compiler takes a constraint as pyshacl has read it and gives a test of one value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyshacl.constraints.core import (
    other_constraints,
    string_based_constraints,
    value_constraints,
    value_range_constraints,
)
from pyshacl.rdfutil.compare import compare_literal
from rdflib import Literal
from rdflib.namespace import RDF, RDFS, XSD

from .data import Data
from .paths import SH
from .terms import Term, is_blank, is_literal, language, plain, term

Test = Callable[[Data, Term], bool]

_FIRST = {  # how a term of each kind begins
    SH.IRI: "<",
    SH.BlankNode: "_",
    SH.Literal: '"',
    SH.BlankNodeOrIRI: "_<",
    SH.BlankNodeOrLiteral: '_"',
    SH.IRIOrLiteral: '<"',
}


def classes(constraint: Any) -> list[Test]:
    """sh:class; a literal has none."""

    def test_of(kind: Term) -> Test:
        return lambda data, value: data.is_a(value, kind)

    return [test_of(term(one)) for one in constraint.class_rules]


def datatype(constraint: Any) -> list[Test]:
    """sh:datatype, with the text in a form that the datatype has."""
    wanted = constraint.datatype_rule
    suffix = f'"^^<{wanted}>'

    def test(data: Data, value: Term) -> bool:
        if not is_literal(value):
            return False
        if value.endswith(suffix):
            literal = data.literal(value)
            return literal.ill_typed is not True and bool(constraint._assert_actual_datatype(literal, wanted))
        if wanted == RDFS.Literal:
            return True
        if wanted == RDFS.Datatype:
            return '"^^<' in value
        if wanted == XSD.string:
            return value[-1] == '"'
        return bool(wanted == RDF.langString and language(value))

    return [test]


def node_kind(constraint: Any) -> list[Test]:
    """sh:nodeKind."""
    first = _FIRST.get(constraint.nodekind_rule, "")
    return [lambda _data, value: value[0] in first]


def pattern(constraint: Any) -> list[Test]:
    """sh:pattern with sh:flags; a blank node has no text."""

    def test_of(search: Callable[[str], Any]) -> Test:
        return lambda _data, value: value[0] != "_" and search(plain(value)) is not None

    return [test_of(one.search) for one in constraint.compiled_cache.values()]


def min_length(constraint: Any) -> list[Test]:
    """sh:minLength."""
    least = int(constraint.string_rules[0])
    return [lambda _data, value: least == 0 or (not is_blank(value) and len(plain(value)) >= least)]


def max_length(constraint: Any) -> list[Test]:
    """sh:maxLength."""
    most = int(constraint.string_rules[0])
    return [lambda _data, value: not is_blank(value) and len(plain(value)) <= most]


def language_in(constraint: Any) -> list[Test]:
    """sh:languageIn: the language, or the part of it before the first hyphen."""
    graph = constraint.shape.sg.graph
    wanted = {str(one).lower() for one in graph.items(constraint.string_rules[0])}

    def test(_data: Data, value: Term) -> bool:
        found = language(value) if is_literal(value) else ""
        return bool(found) and ("*" in wanted or found in wanted or found.split("-")[0] in wanted)

    return [test]


def members(constraint: Any) -> list[Test]:
    """sh:in."""
    wanted = frozenset(map(term, constraint.in_vals))
    return [lambda _data, value: value in wanted]


def _ranges(bounds: str, holds: Callable[[int], bool]) -> Callable[[Any], list[Test]]:
    """The compiler of sh:minInclusive and its like."""

    def compiler(constraint: Any) -> list[Test]:
        return [_within(one, holds) for one in getattr(constraint, bounds)]

    return compiler


def _within(bound: Literal, holds: Callable[[int], bool]) -> Test:
    is_text = isinstance(bound.value, str)

    def test(data: Data, value: Term) -> bool:
        if not is_literal(value):
            return False
        literal = data.literal(value)
        if isinstance(literal.value, str) != is_text:
            return False
        try:
            return holds(compare_literal(literal, bound))  # type: ignore[no-untyped-call]
        except (TypeError, NotImplementedError):  # the two cannot be compared
            return False

    return test


TESTS: dict[type, Callable[[Any], list[Test]]] = {
    value_constraints.ClassConstraintComponent: classes,
    value_constraints.DatatypeConstraintComponent: datatype,
    value_constraints.NodeKindConstraintComponent: node_kind,
    string_based_constraints.PatternConstraintComponent: pattern,
    string_based_constraints.MinLengthConstraintComponent: min_length,
    string_based_constraints.MaxLengthConstraintComponent: max_length,
    string_based_constraints.LanguageInConstraintComponent: language_in,
    other_constraints.InConstraintComponent: members,
    value_range_constraints.MinExclusiveConstraintComponent: _ranges("min_vals", lambda order: order > 0),
    value_range_constraints.MinInclusiveConstraintComponent: _ranges("min_vals", lambda order: order >= 0),
    value_range_constraints.MaxExclusiveConstraintComponent: _ranges("max_vals", lambda order: order < 0),
    value_range_constraints.MaxInclusiveConstraintComponent: _ranges("max_vals", lambda order: order <= 0),
}

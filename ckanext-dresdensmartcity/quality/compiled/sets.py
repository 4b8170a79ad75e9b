"""Constraints on all values of a property together: how many, which, in which languages (SHACL, 4.2, 4.4.5, 4.5, 4.8).

Each compiler takes a constraint as pyshacl has read it and gives a function that names the values to report: None
stands for a result without a value. `on_empty` tells whether there can be a result where the property has no value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pyshacl.constraints.core import (
    cardinality_constraints,
    other_constraints,
    property_pair_constraints,
    string_based_constraints,
)

from .data import Data
from .paths import UnknownConstructError
from .terms import Term, is_blank, is_iri, is_literal, language, plain, term

Faults = Callable[[Data, Term, Sequence[Term]], Iterable["Term | None"]]


def min_count(constraint: Any) -> tuple[Faults, bool]:
    """sh:minCount."""
    least = int(constraint.min_count)
    return lambda _data, _focus, values: (None,) if len(values) < least else (), least > 0


def max_count(constraint: Any) -> tuple[Faults, bool]:
    """sh:maxCount."""
    most = int(constraint.max_count)
    return lambda _data, _focus, values: (None,) if len(values) > most else (), False


def unique_language(constraint: Any) -> tuple[Faults, bool]:
    """sh:uniqueLang: one result for each language that two values have."""
    if constraint.string_rules != {True}:
        return lambda _data, _focus, _values: (), False

    def faults(_data: Data, _focus: Term, values: Sequence[Term]) -> list[None]:
        if len(values) < 2:
            return []
        found = Counter(language(one) for one in values if is_literal(one))
        return [None for one, number in found.items() if one and number > 1]

    return faults, False


def has_value(constraint: Any) -> tuple[Faults, bool]:
    """sh:hasValue: one result for each wanted value that is not there."""
    wanted = [term(one) for one in constraint.has_value_set]
    return lambda _data, _focus, values: [None for one in wanted if one not in values], True


def equals(constraint: Any) -> tuple[Faults, bool]:
    """sh:equals: what one property has and the other has not."""
    others = [term(one) for one in constraint.property_compare_set]

    def faults(data: Data, focus: Term, values: Sequence[Term]) -> list[Term]:
        found: list[Term] = []
        for other in others:
            compared = data.values(focus, other)
            found += [one for one in values if one not in compared]
            found += [one for one in compared if one not in values]
        return found

    return faults, True


def disjoint(constraint: Any) -> tuple[Faults, bool]:
    """sh:disjoint: what both properties have."""
    others = [term(one) for one in constraint.property_compare_set]

    def faults(data: Data, focus: Term, values: Sequence[Term]) -> list[Term]:
        return [one for other in others for one in data.values(focus, other) if one in values]

    return faults, False


def _closed(constraint: Any) -> tuple[Faults, bool]:
    if constraint.is_closed:
        raise UnknownConstructError("sh:closed")
    return lambda _data, _focus, _values: (), False


def _ordered(or_equal: bool) -> Callable[[Any], tuple[Faults, bool]]:
    """The compiler of sh:lessThan and sh:lessThanOrEquals: each value that is not before each of the other property."""

    def compiler(constraint: Any) -> tuple[Faults, bool]:
        others = [term(one) for one in constraint.property_compare_set]

        def faults(data: Data, focus: Term, values: Sequence[Term]) -> list[Term]:
            compared = [one for other in others for one in data.values(focus, other)]
            return [value for value in values for one in compared if not _before(data, value, one, or_equal)]

        return faults, False

    return compiler


def _before(data: Data, value: Term, other: Term, or_equal: bool) -> bool:
    """Whether one term comes before another; what cannot be compared does not (pyshacl raises an error there)."""
    if is_blank(value) or is_blank(other):
        return False
    one, two = _comparable(data, value), _comparable(data, other)
    if isinstance(one, str) is not isinstance(two, str):
        return False
    try:
        return bool(one <= two) if or_equal else bool(one < two)
    except TypeError:
        return False


def _comparable(data: Data, one: Term) -> Any:
    if is_iri(one):
        return plain(one)
    literal = data.literal(one)
    return _Ordered(literal) if not isinstance(literal.value, str) else literal.value


class _Ordered:
    """A literal that is no text, although rdflib's literals are strings: the order is that of rdflib."""

    def __init__(self, literal: Any) -> None:
        self.literal = literal

    def __lt__(self, other: _Ordered) -> bool:
        return bool(self.literal < other.literal)

    def __le__(self, other: _Ordered) -> bool:
        return bool(self.literal <= other.literal)


FAULTS: dict[type, Callable[[Any], tuple[Faults, bool]]] = {
    cardinality_constraints.MinCountConstraintComponent: min_count,
    cardinality_constraints.MaxCountConstraintComponent: max_count,
    string_based_constraints.UniqueLangConstraintComponent: unique_language,
    other_constraints.HasValueConstraintComponent: has_value,
    other_constraints.ClosedConstraintComponent: _closed,
    property_pair_constraints.EqualsConstraintComponent: equals,
    property_pair_constraints.DisjointConstraintComponent: disjoint,
    property_pair_constraints.LessThanConstraintComponent: _ordered(or_equal=False),
    property_pair_constraints.LessThanOrEqualsConstraintComponent: _ordered(or_equal=True),
}

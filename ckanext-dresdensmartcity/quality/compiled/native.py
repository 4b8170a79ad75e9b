"""SPARQL constraints that have a function of their own here, because asking SPARQL would take a hundred times as long.

SHACL Core cannot compare dates of different precision ("2026" and "2026-03-31"), so one shape of ours asks SPARQL, as
every other validator can. A query is recognised by its text: when somebody changes it, pyshacl answers it again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from ckanext.dresdensmartcity.dcat.namespaces import DCAT
from pyshacl.constraints.sparql.sparql_based_constraints import SPARQLBasedConstraint
from rdflib import Graph, URIRef

from .data import Data
from .paths import SH
from .results import Result, Rule
from .terms import Term, is_literal, plain, term

# Predicate and value of each fault of one focus node.
Faults = Callable[[Data, Term], list[tuple[URIRef, Term]]]

_START, _END = term(DCAT.startDate), term(DCAT.endDate)
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2})?(-[0-9]{2})?")


def end_before_start(data: Data, focus: Term) -> list[tuple[URIRef, Term]]:
    """Each end of a period that lies before a start of it, in the precision that both have."""
    starts = [_date(one) for one in data.values(focus, _START)]
    found = []
    for end in data.values(focus, _END):
        last = _date(end)
        if last and any(first[: len(last)] > last[: len(first)] for first in starts if first):
            found.append((DCAT.endDate, end))
    return found


def _date(one: Term) -> str:
    match = _DATE.match(plain(one)) if is_literal(one) else None
    return match[0] if match else ""


# SHA-256 of the words of a query -> its function.
QUERIES: dict[str, Faults] = {"07caa81243dd22adbc2935c0cda3c84a462ed723847a3b56c116b4767f863f71": end_before_start}


def fingerprint(query: str) -> str:
    """What tells one query from another, whatever its white space."""
    return sha256(" ".join(query.split()).encode()).hexdigest()


def faults(graph: Graph, kind: type, constraint: Any) -> Faults | None:
    """The function of a constraint, if it is a SPARQL query that has one."""
    if kind is not SPARQLBasedConstraint or len(constraint.sparql_constraints) != 1:
        return None
    (query,) = constraint.sparql_constraints
    if query.deactivated or query.messages:
        return None
    return QUERIES.get(fingerprint(str(graph.value(query.node, SH.select))))


def part(found: Faults, constraint: Any, rule: Rule) -> Callable[[Data, Term, Sequence[Term], list[Result]], None]:
    """The part of a compiled shape that a function becomes."""

    def check(data: Data, focus: Term, _values: Sequence[Term], out: list[Result]) -> None:
        for predicate, value in found(data, focus):
            out.append(Result(rule, constraint, "SPARQLConstraintComponent", focus, value, predicate))

    return check

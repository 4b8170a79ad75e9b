"""Validation reports as sets that can be compared: those of pyshacl and of the compiled shapes."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ckanext.dresdensmartcity.quality.compiled.compiler import SH
from ckanext.dresdensmartcity.quality.compiled.data import Data
from ckanext.dresdensmartcity.quality.compiled.program import compiled
from ckanext.dresdensmartcity.quality.compiled.terms import term
from ckanext.dresdensmartcity.quality.concepts import Concepts
from ckanext.dresdensmartcity.quality.shacl import report_of
from pyshacl.rdfutil import stringify
from rdflib import Graph, Literal

Report = Counter[tuple[Any, ...]]


def by_pyshacl(data: Graph, shapes: Graph, known: Concepts) -> Report:
    """Severity, focus, path, value, component, source shape and messages of each result, by pyshacl."""
    vars(stringify.stringify_blank_node)["dict_cache"].clear()
    report = report_of(data, shapes, known)
    found: Report = Counter()
    for result in report.objects(predicate=SH.result):
        single = (
            SH.resultSeverity,
            SH.focusNode,
            SH.resultPath,
            SH.value,
            SH.sourceConstraintComponent,
            SH.sourceShape,
        )
        values = [report.value(result, one) for one in single]
        messages = {str(one) for one in report.objects(result, SH.resultMessage) if isinstance(one, Literal)}
        found[(*(None if one is None else term(one) for one in values), frozenset(messages))] += 1
    return found


def by_program(data: Graph, shapes: Graph, known: Concepts) -> Report:
    """The same by the compiled shapes, none of which may be left to pyshacl."""
    program = compiled(shapes)
    assert program.rest is None
    index = Data.of_graph(data, known)
    found: Report = Counter()
    for one in program.run(index):
        row = (
            term(one.rule.severity),
            one.focus,
            None if one.path is None else term(one.path),
            one.value,
            term(SH[one.kind]),
            term(one.rule.shape),
            frozenset(one.messages(index).values()),
        )
        found[row] += 1
    return found

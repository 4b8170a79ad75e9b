"""Verdicts as people and programs read them: lines of text, JSON, a validation report in Turtle."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ckanext.dresdensmartcity.dcat.iris import reference
from ckanext.dresdensmartcity.dcat.namespaces import DCTERMS, FOAF, RDF, bind
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from .findings import Finding, Severity, Verdict
from .labels import label
from .shacl import SH

_MARKS: dict[Severity, str] = {"violation": "✗", "warning": "!", "info": "·"}
_SEVERITIES = {"violation": SH.Violation, "warning": SH.Warning, "info": SH.Info}
_WORDS = {
    "de": {
        "valid": "gültig",
        "invalid": "nicht gültig",
        "counts": "{violations} Fehler, {warnings} Warnungen",
        "hints": "{infos} Hinweise",
        "hidden": "{infos} Hinweise (--hints zeigt sie)",
        "unreadable": "nicht lesbar: {error}",
        "unnamed": "etwas ohne IRI",
        "found": "gefunden: {value}",
    },
    "en": {
        "valid": "valid",
        "invalid": "not valid",
        "counts": "{violations} violations, {warnings} warnings",
        "hints": "{infos} hints",
        "hidden": "{infos} hints (--hints shows them)",
        "unreadable": "cannot be read: {error}",
        "unnamed": "something without an IRI",
        "found": "found: {value}",
    },
}


def as_text(verdict: Verdict, language: str, hints: bool, graph: Graph | None = None) -> Iterator[str]:
    """A line for the document, one for each thing that findings are about, one for each finding.

    `graph` is where titles are taken from.
    """
    words = _WORDS[language]
    if verdict.error:
        yield f"{verdict.file}: {words['unreadable'].format(error=verdict.error)}"
        return
    numbers = {f"{name}s": verdict.count(name) for name in _MARKS}
    parts = [words["valid" if verdict.valid else "invalid"], words["counts"].format(**numbers)]
    if numbers["infos"]:
        parts.append(words["hints" if hints else "hidden"].format(**numbers))
    yield f"{verdict.file}: {', '.join(parts)}"
    shown = [one for one in verdict.findings if hints or one.severity != "info"]
    for focus in dict.fromkeys(one.focus for one in shown):
        yield f"  {_about(focus, graph, language) or words['unnamed']}"
        for one in shown:
            if one.focus == focus:
                yield f"    {_line(one, language)}"


def _line(one: Finding, language: str) -> str:
    name = label(one.shape, one.field, language)
    field = f"{name} ({one.field})" if name else one.field or one.path
    found = f" [{_WORDS[language]['found'].format(value=_short(one.value))}]" if one.value else ""
    return f"{_MARKS[one.severity]} {field + ' – ' if field else ''}{one.message}{found}"


def _about(focus: str, graph: Graph | None, language: str) -> str:
    """The IRI of a thing, with its title or name and that of the entry which it belongs to."""
    if not focus or graph is None:
        return focus
    subject = URIRef(focus)
    own = _title(graph, subject, language)
    if own:
        return f"{focus} „{_short(own, 60)}“"
    owner = next((one for one in sorted(graph.subjects(object=subject), key=str) if _title(graph, one, language)), None)
    return f"{focus} („{_short(_title(graph, owner, language), 60)}“)" if owner is not None else focus


def _title(graph: Graph, subject: Node, language: str) -> str:
    for predicate in (DCTERMS.title, FOAF.name):
        found = {one.language or "": str(one) for one in graph.objects(subject, predicate) if isinstance(one, Literal)}
        for key in (language, "de", *sorted(found)):
            if found.get(key, "").strip():
                return found[key]
    return ""


def _short(value: str, length: int = 120) -> str:
    flat = " ".join(value[: 2 * length].split())
    return flat if len(flat) <= length and len(value) <= 2 * length else f"{flat[: length - 1]}…"


def as_json(verdicts: Sequence[Verdict]) -> str:
    """A list with an entry for each document."""
    return json.dumps([one.as_dict() for one in verdicts], ensure_ascii=False, indent=2)


def as_turtle(verdicts: Sequence[Verdict]) -> str:
    """A validation report (SHACL, 3.6) for each document; one that cannot be read has a report without results."""
    graph = Graph()
    bind(graph)
    graph.bind("sh", SH)
    for verdict in verdicts:
        report = BNode()
        graph.add((report, RDF.type, SH.ValidationReport))
        graph.add((report, DCTERMS.source, Literal(verdict.file)))
        # SHACL says that any result, a hint too, means that the data do not conform.
        graph.add((report, SH.conforms, Literal(not verdict.error and not verdict.findings)))
        if verdict.error:
            graph.add((report, DCTERMS.description, Literal(verdict.error)))
        for one in verdict.findings:
            graph.add((report, SH.result, _result(graph, one)))
    return graph.serialize(format="turtle")


def _result(graph: Graph, one: Finding) -> Node:
    result = BNode()
    graph.add((result, RDF.type, SH.ValidationResult))
    graph.add((result, SH.resultSeverity, _SEVERITIES[one.severity]))
    graph.add((result, SH.resultMessage, Literal(one.message)))
    for predicate, value in ((SH.focusNode, one.focus), (SH.resultPath, one.path), (SH.sourceShape, one.shape)):
        if iri := reference(value):
            graph.add((result, predicate, iri))
    if one.value:
        iri = None if any(sign.isspace() for sign in one.value) else reference(one.value)
        graph.add((result, SH.value, iri or Literal(one.value)))
    return result

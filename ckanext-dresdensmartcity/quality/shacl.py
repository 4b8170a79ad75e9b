"""SHACL: shapes read once, graphs checked against them, findings as records. No CKAN, no network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pyshacl
from ckanext.dresdensmartcity.city.vocabularies import schemas_folder
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from .concepts import Concepts, concepts
from .findings import Finding, Severity

SH = Namespace("http://www.w3.org/ns/shacl#")
DSC = Namespace("urn:ckanext-dresdensmartcity:shape:")

_SEVERITIES: dict[Node | None, Severity] = {SH.Violation: "violation", SH.Warning: "warning"}
_ORDER: tuple[Severity, ...] = ("violation", "warning", "info")


class ShapesError(Exception):
    """A folder of shapes cannot be used."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"{folder}: {reason}")
        self.folder = folder


@dataclass(frozen=True)
class Shapes:
    """A set of shapes, read once."""

    graph: Graph
    fields: Mapping[str, str] = field(default_factory=dict)  # IRI of a shape, or of a property -> field of the form


@cache
def own_shapes() -> Shapes:
    """The shapes of this project, schemas/shapes."""
    return load_shapes(schemas_folder() / "shapes")


def load_shapes(folder: Path) -> Shapes:
    """All Turtle files of `folder` as one set of shapes; or one file, if that is what `folder` is.

    Files called `optional-…` are left out, as the official set has them for special cases; name such a file itself.
    Raises ShapesError where there is none or one cannot be read.
    """
    files = [folder] if folder.is_file() else sorted(folder.glob("*.ttl"))
    files = [path for path in files if path == folder or not path.name.startswith("optional-")]
    if not files:
        raise ShapesError(folder, "there is no file *.ttl with shapes in it")
    graph = Graph()
    for path in files:
        try:
            graph.parse(path, format="turtle")
        except (SyntaxError, UnicodeDecodeError) as error:
            raise ShapesError(folder, f"{path.name} is no Turtle: {error}") from error
    return Shapes(graph, _fields(graph))


def _fields(graph: Graph) -> dict[str, str]:
    """The field that each shape names; for shapes that name none, the one that our own shapes name for the property."""
    found = {str(shape): str(name) for shape, name in graph.subject_objects(DSC.field)}
    if not found:
        own = own_shapes().graph
        # The same property has other fields in a catalogue; the dataset's come first.
        for node in (DSC.dataset, DSC.file, *own.subjects(SH.property)):
            for shape in own.objects(node, SH.property):
                path, name = own.value(shape, SH.path), own.value(shape, DSC.field)
                if isinstance(path, URIRef) and name is not None:
                    found.setdefault(str(path), str(name))
    return found


def validate(
    data: Graph, shapes: Shapes | None = None, known: Concepts | None = None, language: str = "de"
) -> list[Finding]:
    """All that the shapes (ours by default) find in `data`, the gravest first.

    `known` are the concepts of the controlled lists that are taken into account, those of schemas/vocabularies by
    default. `data` is not changed.
    """
    shapes = shapes or own_shapes()
    known = concepts() if known is None else known
    merged = known.beside(data)
    _, report, _ = pyshacl.validate(merged, shacl_graph=shapes.graph, inference="none", advanced=False, inplace=True)
    assert isinstance(report, Graph)  # noqa: S101  # pyshacl returns bytes only when asked to serialise
    # Only what the report names itself: the details of a result are results too, of the shapes inside it.
    found = [_finding(report, result, shapes, data, language) for result in report.objects(predicate=SH.result)]
    return sorted(found, key=lambda one: (_ORDER.index(one.severity), one))


def _finding(report: Graph, result: Node, shapes: Shapes, data: Graph, language: str) -> Finding:
    path = report.value(result, SH.resultPath)
    shape = _named(report.value(result, SH.sourceShape), shapes.graph)
    return Finding(
        severity=_SEVERITIES.get(report.value(result, SH.resultSeverity), "info"),
        focus=_text(_owner(report.value(result, SH.focusNode), data)),
        field=shapes.fields.get(shape) or shapes.fields.get(_text(path), ""),
        path=_text(path),
        value=_text(report.value(result, SH.value)),
        message=_message(list(report.objects(result, SH.resultMessage)), language),
        shape=shape,
    )


def _named(shape: Node | None, graph: Graph) -> str:
    """The IRI of a shape; for one without a name, that of the shape which it is part of."""
    while isinstance(shape, BNode):
        shape = next((owner for owner, _ in graph.subject_predicates(shape)), None)
    return str(shape or "")


def _owner(node: Node | None, data: Graph) -> Node | None:
    """A node with an IRI as it is; for one without, what it hangs on: a period's dataset, a checksum's file."""
    seen = {node}
    while isinstance(node, BNode):
        node = next((owner for owner in data.subjects(object=node) if owner not in seen), None)
        seen.add(node)
    return node


def _message(messages: list[Node], language: str) -> str:
    """The message in the language, else in German, else in none, else any."""
    by_language = {one.language or "": str(one) for one in messages if isinstance(one, Literal)}
    ordered = (by_language[key] for key in (language, "de", "", *sorted(by_language)) if key in by_language)
    return next(ordered, "")


def _text(node: Node | None) -> str:
    """A blank node has a name only inside this run, so it has none outside."""
    return "" if node is None or isinstance(node, BNode) else str(node)

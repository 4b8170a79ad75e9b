"""SHACL: shapes read once, graphs checked against them, findings as records. No CKAN, no network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import pyshacl
from ckanext.dresdensmartcity.city.vocabularies import schemas_folder
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from .compiled import program
from .compiled.compiler import MALFORMED
from .compiled.program import Program
from .compiled.terms import term
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
    folder: Path = Path()

    @cached_property
    def program(self) -> Program:
        """The shapes, compiled. Raises ShapesError where they are not well-formed."""
        try:
            return program.compiled(self.graph)
        except MALFORMED as error:
            raise ShapesError(self.folder, " ".join(str(error).split())) from error

    def field_of(self, shape: str, path: str) -> str:
        """The field of the form that a finding is about, or empty."""
        return self.fields.get(shape) or self.fields.get(path, "")


@cache
def own_shapes(direct_delivery: bool = False) -> Shapes:
    """The shapes of this project, schemas/shapes.

    A contributor id is binding for those who deliver to GovData themselves (conventions 12 and 13): with
    `direct_delivery` a missing one is a warning, else a hint.
    """
    shapes = load_shapes(schemas_folder() / "shapes")
    if direct_delivery:
        shapes.graph.set((DSC["contributor-id-missing"], SH.severity, SH.Warning))
    return shapes


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
    return Shapes(graph, _fields(graph), folder)


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
    """All that the shapes (ours by default) find in `data`, the gravest first, by pyshacl.

    `engine.check` finds the same, faster; the tests compare the two. `known` are the concepts of the controlled lists
    that are taken into account, those of schemas/vocabularies by default. `data` is not changed. Raises ShapesError
    where the shapes are not well-formed.
    """
    shapes = shapes or own_shapes()
    return in_order(by_pyshacl(data, shapes.graph, shapes, concepts() if known is None else known, language))


def by_pyshacl(data: Graph, graph: Graph, shapes: Shapes, known: Concepts, language: str) -> list[Finding]:
    """What pyshacl finds with the shapes of `graph`, which is that of `shapes` or a part of it."""
    try:
        report = report_of(data, graph, known)
    except MALFORMED as error:
        raise ShapesError(shapes.folder, " ".join(str(error).split())) from error
    # Only what the report names itself: the details of a result are results too, of the shapes inside it.
    return [_finding(report, result, shapes, data, language) for result in report.objects(predicate=SH.result)]


def report_of(data: Graph, graph: Graph, known: Concepts) -> Graph:
    """pyshacl's report on a graph, with what is known of the concepts that it uses."""
    merged = known.beside(data)
    _, report, _ = pyshacl.validate(merged, shacl_graph=graph, inference="none", advanced=False, inplace=True)
    assert isinstance(report, Graph)  # noqa: S101  # pyshacl returns bytes only when asked to serialise
    return report


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The gravest first."""
    return sorted(findings, key=lambda one: (_ORDER.index(one.severity), one))


def severity(of: Node | None) -> Severity:
    return _SEVERITIES.get(of, "info")


def _finding(report: Graph, result: Node, shapes: Shapes, data: Graph, language: str) -> Finding:
    path = report.value(result, SH.resultPath)
    source = report.value(result, SH.sourceShape)
    shape = named(source, shapes.graph)
    messages = list(report.objects(result, SH.resultMessage))
    if source is not None and len(messages) > 1 and not any(getattr(one, "language", None) for one in messages):
        # pyshacl forgets the languages of messages at SPARQL constraints.
        messages = list(shapes.graph.objects(source, SH.message)) or messages
    return Finding(
        severity=severity(report.value(result, SH.resultSeverity)),
        focus=_text(_owner(report.value(result, SH.focusNode), data)),
        field=shapes.field_of(shape, _text(path)),
        path=_text(path),
        value=_text(report.value(result, SH.value)),
        message=best(
            {one.language or "": str(one) for one in messages if isinstance(one, Literal)},
            language,
        ),
        shape=shape,
    )


def named(shape: Node | None, graph: Graph) -> str:
    """The IRI of a shape; for one without a name, that of the shape which it is part of."""
    while isinstance(shape, BNode):
        shape = min((owner for owner, _ in graph.subject_predicates(shape)), key=term, default=None)
    return str(shape or "")


def _owner(node: Node | None, data: Graph) -> Node | None:
    """A node with an IRI as it is; for one without, what it hangs on: a period's dataset, a checksum's file."""
    seen = {node}
    while isinstance(node, BNode):
        node = min((owner for owner in data.subjects(object=node) if owner not in seen), key=term, default=None)
        seen.add(node)
    return node


def best(messages: Mapping[str, str], language: str) -> str:
    """The message in the language, else in German, else in none, else any."""
    return next((messages[key] for key in (language, "de", "", *sorted(messages)) if key in messages), "")


def _text(node: Node | None) -> str:
    """A blank node has a name only inside this run, so it has none outside."""
    return "" if node is None or isinstance(node, BNode) else str(node)

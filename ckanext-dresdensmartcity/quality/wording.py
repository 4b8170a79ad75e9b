"""What findings are called: the sentence of a shape in German and English, and the words of severities."""

from __future__ import annotations

from functools import cache

from ckanext.dresdensmartcity.city.model import Label
from rdflib import Literal, URIRef

from .findings import Finding, Severity
from .shacl import SH, own_shapes

SEVERITIES: dict[Severity, Label] = {
    "violation": Label("Fehler", "Violation"),
    "warning": Label("Warnung", "Warning"),
    "info": Label("Hinweis", "Note"),
}


@cache
def _messages() -> dict[str, Label]:
    """Shape -> its sentence, of our own shapes."""
    found: dict[str, dict[str, str]] = {}
    for shape, text in own_shapes().graph.subject_objects(SH.message):
        if isinstance(shape, URIRef) and isinstance(text, Literal):
            found.setdefault(str(shape), {})[text.language or ""] = str(text)
    return {shape: Label(texts.get("de", ""), texts.get("en", texts.get("de", ""))) for shape, texts in found.items()}


def message(shape: str, stored: str) -> Label:
    """The sentence of a shape in both languages; what was stored where the shape has none of its own."""
    known = _messages().get(shape)
    return known if known and known.de else Label(stored, stored)


def sentence(finding: Finding) -> Label:
    """What a finding says to do, in both languages."""
    known = _messages().get(finding.shape)
    # A stored sentence that the shape no longer has is shown as it is.
    return known if known and known.de == finding.message else Label(finding.message, finding.message)

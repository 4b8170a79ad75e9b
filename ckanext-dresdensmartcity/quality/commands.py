"""`ckan dresdensmartcity validate`: RDF files, or the portal's whole catalogue, against the shapes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from ckanext.dresdensmartcity.dcat.parsing import UnreadableError, read_file

from .findings import Finding, Severity, Verdict
from .maintenance import quality
from .shacl import Shapes, ShapesError, load_shapes, own_shapes
from .shacl import validate as check

INVALID, UNREADABLE = 1, 2
_MARKS: dict[Severity, str] = {"violation": "✗", "warning": "!", "info": "·"}


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Check the whole catalogue of this portal.")
@click.option("--shapes", "folder", type=click.Path(path_type=Path), help="Folder of other SHACL shapes (*.ttl).")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Of the messages.")
def validate(files: tuple[Path, ...], everything: bool, folder: Path | None, form: str, language: str) -> None:
    """Check RDF FILES against DCAT-AP.de 3.0.

    Exits with 0 when all are valid, 1 when one has a violation, 2 when one cannot be read.
    """
    if not files and not everything:
        raise click.UsageError("Name a file, or give --all.")
    try:
        shapes = load_shapes(folder) if folder else own_shapes()
    except ShapesError as error:
        click.echo(str(error), err=True)
        sys.exit(UNREADABLE)
    verdicts = [_file(path, shapes, language) for path in files]
    if everything:
        verdicts.append(_portal(shapes, language))
    if form == "json":
        click.echo(json.dumps([one.as_dict() for one in verdicts], ensure_ascii=False, indent=2))
    else:
        for line in (line for verdict in verdicts for line in _lines(verdict)):
            click.echo(line)
    if any(one.error for one in verdicts):
        sys.exit(UNREADABLE)
    sys.exit(0 if all(one.valid for one in verdicts) else INVALID)


def _file(path: Path, shapes: Shapes, language: str) -> Verdict:
    try:
        graph = read_file(path)
    except UnreadableError as error:
        return Verdict(str(path), error=error.reason)
    return Verdict(str(path), check(graph, shapes, language=language))


def _portal(shapes: Shapes, language: str) -> Verdict:
    """The catalogue of this portal as one graph, with what was left out of it."""
    # Here, as files are checked without a database.
    from ckanext.dresdensmartcity.dcat.export import whole_catalogue

    out = whole_catalogue()
    left_out = [
        Finding("info", one.subject, one.field, "", one.value, f"Nicht geschrieben; erwartet: {one.reason}", "")
        for one in out.omissions
    ]
    return Verdict(out.site.url, [*check(out.graph, shapes, language=language), *left_out])


def _lines(verdict: Verdict) -> Iterator[str]:
    if verdict.error:
        yield f"{verdict.file}: cannot be read: {verdict.error}"
        return
    state = "valid" if verdict.valid else "not valid"
    counts = f"{verdict.count('violation')} violations, {verdict.count('warning')} warnings"
    yield f"{verdict.file}: {state}, {counts}"
    for one in verdict.findings:
        found = f" (found: {_short(one.value)})" if one.value else ""
        name = one.field or one.path
        yield f"  {_MARKS[one.severity]} {one.focus or 'a node without an IRI'} {name}: {one.message}{found}"


def _short(value: str, length: int = 120) -> str:
    return value if len(value) <= length else f"{value[: length - 1]}…"


commands: list[click.Command] = [validate, quality]

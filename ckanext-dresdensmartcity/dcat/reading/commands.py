"""`ckan dresdensmartcity lift`: a file of an older version, as DCAT-AP.de 3.0."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..namespaces import bind
from ..parsing import SYNTAXES, UnreadableError, read_file
from .catalogue import read_catalogue
from .lifting import RULES
from .report import Change, NotUnderstood

UNREADABLE = 2


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "target", type=click.Path(path_type=Path), help="Write the lifted RDF here, by its ending.")
def lift(file: Path, target: Path | None) -> None:
    """Lift an RDF FILE of DCAT-AP.de 1.x or 2.0 to 3.0, and say what was changed and what is not understood.

    Needs no database. What is not understood stays in the RDF as it was. Exits with 2 when the file cannot be read.
    """
    if target is not None and target.suffix.lower() not in SYNTAXES:
        raise click.UsageError(f"--to takes a file that ends in {', '.join(SYNTAXES)}")
    try:
        graph = read_file(file)
    except UnreadableError as error:
        click.echo(str(error), err=True)
        sys.exit(UNREADABLE)
    reading = read_catalogue(graph)
    parts = [*reading.catalogues, *reading.entries]
    changes = [*reading.changes, *(one for part in parts for one in part.changes)]
    left = [*reading.not_understood, *(one for part in parts for one in part.not_understood)]
    for change in dict.fromkeys(changes):
        click.echo(_changed(change))
    for statement in dict.fromkeys(left):
        click.echo(_left(statement))
    click.echo(f"{len(reading.entries)} entries, {len(set(changes))} changes, {len(set(left))} not understood")
    if target is not None:
        bind(graph)
        graph.serialize(target, format=SYNTAXES[target.suffix.lower()], encoding="utf-8")


def _changed(one: Change) -> str:
    return f"~ {one.subject} <{one.property}>: {one.before} -> {one.after} ({RULES.get(one.rule, one.rule)})"


def _left(one: NotUnderstood) -> str:
    return f"? {one.subject} <{one.property}>: {one.value} ({one.reason})"

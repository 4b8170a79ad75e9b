"""`ckan dresdensmartcity validate`: RDF files, addresses, or the portal's whole catalogue, against the shapes.

It is also a program of its own, `smartcity-validate`, which needs no CKAN. CKAN itself opens its database before any
command is run; `offline` sees to it that this one comes first.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from ckanext.dresdensmartcity.dcat.parsing import TooLargeError, UnreadableError
from rdflib import Graph

from .concepts import Concepts, concepts, read_concepts
from .engine import check
from .findings import Finding, Verdict
from .inputs import MAX_TRIPLES, read, without_entries
from .printing import as_json, as_text, as_turtle
from .shacl import Shapes, ShapesError, load_shapes, own_shapes

INVALID, UNREADABLE = 1, 2


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE|URL]...")
@click.option("--all", "everything", is_flag=True, help="Check the whole catalogue of this portal.")
@click.option("--shapes", "folder", type=click.Path(path_type=Path), help="Folder of other SHACL shapes (*.ttl).")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "ttl"]),
    default="text",
    show_default=True,
    help="Of the output.",
)
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True, help="Of the messages.")
@click.option("--hints", is_flag=True, help="Text: show what is recommended too. The other formats always hold it.")
@click.option("--direct-delivery", is_flag=True, help="Warn where the id is missing that GovData gives to deliverers.")
@click.option(
    "--allow-host", "hosts", multiple=True, metavar="HOST[:PORT]", help="May have a private address; repeatable."
)
@click.option(
    "--max-triples",
    type=click.IntRange(min=1),
    default=MAX_TRIPLES,
    show_default=True,
    help="Larger inputs are refused. A triple takes 2 kB of memory.",
)
def validate(
    files: tuple[str, ...],
    everything: bool,
    folder: Path | None,
    form: str,
    language: str,
    hints: bool,
    direct_delivery: bool,
    hosts: tuple[str, ...],
    max_triples: int,
) -> None:
    """Check RDF files and addresses against DCAT-AP.de 3.0.

    Every input is checked, whatever is wrong with another. Exits with 0 when all are valid, 1 when one has a violation,
    2 when one cannot be read; the worst counts. Files and addresses need no database, no search engine and no portal
    that runs; --all does.
    """
    if not files and not everything:
        raise click.UsageError("Name a file or an address, or give --all.")
    try:
        checks = _Checks(folder, language, direct_delivery, max_triples)
        verdicts = []
        for verdict, graph in checks.run(files, hosts, everything):
            verdicts.append(verdict)
            if form == "text":
                for line in as_text(verdict, language, hints, graph):
                    click.echo(line)
    except ShapesError as error:
        click.echo(str(error), err=True)
        sys.exit(UNREADABLE)
    if form != "text":
        click.echo((as_json if form == "json" else as_turtle)(verdicts))
    sys.exit(max(_code(one) for one in verdicts))


def _code(verdict: Verdict) -> int:
    return UNREADABLE if verdict.error else 0 if verdict.valid else INVALID


class _Checks:
    """The shapes and lists of one run."""

    def __init__(self, folder: Path | None, language: str, direct_delivery: bool, max_triples: int) -> None:
        self.folder = folder
        self.max_triples = max_triples
        self.shapes: Shapes = load_shapes(folder) if folder else own_shapes(direct_delivery)
        self.known: Concepts | None = _lists_beside(folder) if folder else None
        self.language = language

    def run(
        self, names: tuple[str, ...], hosts: tuple[str, ...], everything: bool
    ) -> Iterator[tuple[Verdict, Graph | None]]:
        """Each verdict with its graph, one after the other, so that only one document is in memory."""
        for name in names:
            yield self.document(name, hosts)
        if everything:
            yield self.portal()

    def document(self, name: str, hosts: tuple[str, ...]) -> tuple[Verdict, Graph | None]:
        """One file or address."""
        try:
            graph = read(name, hosts, self.max_triples)
        except TooLargeError as error:
            return Verdict(name, error=f"{error.reason}. Raise --max-triples where the memory suffices"), None
        except UnreadableError as error:
            return Verdict(name, error=error.reason), None
        return Verdict(name, [*without_entries(graph, self.language), *self.check(graph)]), graph

    def portal(self) -> tuple[Verdict, Graph | None]:
        """The catalogue of this portal as one graph, with what was left out of it."""
        # Here, as files are checked without a database.
        from ckanext.dresdensmartcity import config
        from ckanext.dresdensmartcity.dcat.export import whole_catalogue
        from ckanext.dresdensmartcity.dcat.store import CatalogueTablesError

        if not self.folder and config.quality_direct_delivery():
            self.shapes = own_shapes(direct_delivery=True)
        try:
            out = whole_catalogue()
        except CatalogueTablesError as error:
            return Verdict(config.site_url(), error=str(error)), None
        left_out = [
            Finding("info", one.subject, one.field, "", one.value, f"Nicht geschrieben; erwartet: {one.reason}", "")
            for one in out.omissions
        ]
        return Verdict(out.site.url, [*self.check(out.graph), *left_out]), out.graph

    def check(self, graph: Graph) -> list[Finding]:
        return check(graph, self.shapes, self.known, self.language)


def _lists_beside(folder: Path) -> Concepts:
    """Our controlled lists, with those that come with other shapes: a folder `vocabularies` beside or above them."""
    for parent in (folder, *folder.resolve().parents[:2]):
        if (lists := parent / "vocabularies").is_dir():
            return concepts().joined(read_concepts(lists))
    return concepts()


commands: list[click.Command] = [validate]

"""`ckan dresdensmartcity vocabularies list` and `… update`."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import click
import sqlalchemy as sa
from ckan import model
from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.dcat.parsing import UnreadableError, read_bytes, read_file, syntax_of
from ckanext.dresdensmartcity.harvesters.portal_client import portal_client
from ckanext.dresdensmartcity.harvesters.records import HarvesterError
from rdflib import Graph

from .current import city as configured_city
from .current import city_path
from .vocabularies import Term, Vocabulary, read_vocabulary, schemas_folder
from .vocabulary_update import Source, Update, VocabularySourceError, as_yaml, named_in, read_source, readable, update
from .yamlfile import CityFileError

ACCEPT = "text/turtle, application/rdf+xml;q=0.9, application/n-triples;q=0.8"
# Lists in another form, which nobody else owns.
OWN_FORM = ("topics",)
# A package holds an IRI in its fields or in those of its files, a file type also as a code.
USES = sa.text(
    """
    SELECT count(DISTINCT package_id) FROM (
        SELECT package.id AS package_id FROM package, jsonb_each_text(package.extras) AS extra
            WHERE extra.value = :iri OR position(:quoted IN extra.value) > 0
        UNION ALL
        SELECT package_id FROM resource WHERE position(:quoted IN coalesce(extras, '')) > 0 OR upper(format) = :code
    ) AS uses
    """
)


@click.group(name="vocabularies", short_help="Controlled lists: show, update.")
def vocabularies() -> None:
    """The controlled lists that forms offer and the catalogue is written with."""


@vocabularies.command(name="list")
def list_command() -> None:
    """Every list with its number of terms, version, date of the last update and source."""
    for one in _lists():
        kind = " (a choice of it)" if one.selection else ""
        taken = f", updated {one.date}" if one.date else ""
        click.echo(f"{one.name}: {one.title.en}, {len(one.terms)} terms{kind}, version {one.version}{taken}")
        click.echo(f"    {one.source}{f' <{one.url}>' if one.url else ''}")


@vocabularies.command(name="update")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--from",
    "origin",
    type=click.Path(exists=True, path_type=Path),
    help="RDF file, or a folder of them, in place of the address in the list's file.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change and write nothing.")
@click.option("--labels", is_flag=True, help="Take over the labels of the source too; without, they are only counted.")
@click.option("--force", is_flag=True, help="Also where more than a quarter of a list would go.")
def update_command(names: tuple[str, ...], origin: Path | None, dry_run: bool, labels: bool, force: bool) -> None:
    """Bring lists up to what their owners publish as SKOS: all of them, or those that are named.

    Shows what is added, removed and relabelled. A term that datasets or the city file use stays in the list even where
    its owner has removed it, and is named with its use. Exit code 1 if a list could not be updated.
    """
    local = _local(origin) if origin else None
    failed = False
    for one in _chosen(names):
        try:
            source = _source(one, local)
            if source is None:
                if names:
                    click.echo(f"{one.name}: {_without_source(one, local)}")
                continue
            today = datetime.now(timezone.utc).date()
            found = update(one, source, today, _used, labels=labels, force=force)
            _show(one, found)
            if not dry_run:
                _write(found)
        except (VocabularySourceError, HarvesterError, UnreadableError, OSError) as error:
            click.echo(f"{error}", err=True)
            failed = True
    click.echo("Nothing was written." if dry_run else "A portal that runs takes new lists at its next start.")
    if failed:
        raise SystemExit(1)


def _lists() -> list[Vocabulary]:
    paths = sorted(_folder().glob("*.yaml"))
    return [read_vocabulary(path) for path in paths if path.stem not in OWN_FORM]


def _folder() -> Path:
    return schemas_folder() / "vocabularies"


def _chosen(names: tuple[str, ...]) -> list[Vocabulary]:
    known = {one.name: one for one in _lists()}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise click.ClickException(f"There is no list {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names] or list(known.values())


def _local(origin: Path) -> Graph:
    """All RDF of a file or folder."""
    graph = Graph()
    for path in readable(origin):
        try:
            graph += read_file(path)
        except UnreadableError as error:
            raise click.ClickException(str(error)) from error
    return graph


def _source(one: Vocabulary, local: Graph | None) -> Source | None:
    """What a list is to be updated from; None where there is nothing."""
    if not one.scheme:
        return None
    if local is not None:
        return read_source(local, one) if _mentions(local, one) else None
    if not one.url:
        return None
    answer = portal_client(configured_city()).get(one.url, headers={"Accept": ACCEPT})
    media_type = answer.headers.get("content-type", "")
    syntax = syntax_of(answer.url, media_type.split(";")[0].strip())
    return read_source(read_bytes(answer.content, syntax, answer.url, address=answer.url), one)


def _mentions(graph: Graph, one: Vocabulary) -> bool:
    """Whether a folder of many lists holds this one."""
    return any(str(scheme) == one.scheme for scheme in graph.objects()) or any(
        str(subject) == one.scheme for subject in graph.subjects()
    )


def _without_source(one: Vocabulary, local: Graph | None) -> str:
    if local is not None and one.scheme:
        return f"the files hold nothing of {one.scheme}"
    return "nobody publishes it as SKOS; it is kept by hand"


def _used(term: Term) -> str:
    """Where a term is in use: in datasets, and in the city file."""
    count = (
        model.Session.execute(USES, {"iri": term.iri, "quoted": f'"{term.iri}"', "code": term.id.upper()}).scalar() or 0
    )
    path = city_path(config.city_file())
    try:
        in_file = named_in(term, [(path.name, path.read_text(encoding="utf-8"))])
    except OSError:
        in_file = ""
    found = [f"used by {count} entries" if count != 1 else "used by 1 entry"] if count else []
    return ", ".join([*found, *([f"in the city file ({in_file})"] if in_file else [])])


def _show(old: Vocabulary, found: Update) -> None:
    new = found.vocabulary
    version = old.version if old.version == new.version else f"{old.version} -> {new.version}"
    click.echo(f"{old.name}: {len(old.terms)} -> {len(new.terms)} terms, version {version}")
    if differing := len(found.of("differs")):
        click.echo(f"  {differing} labels differ at the source; --labels takes them over")
    for one in found.changes:
        if one.kind == "differs":
            continue
        if one.kind == "kept":
            click.echo(f"  kept, though gone at its owner: {one.id} ({one.before}), {one.why}")
        else:
            words = " -> ".join(filter(None, (one.before, one.after)))
            click.echo(f"  {one.kind}: {one.id} ({words})")


def _write(found: Update) -> None:
    path = _folder() / f"{found.vocabulary.name}.yaml"
    path.write_text(as_yaml(path.read_text(encoding="utf-8"), found.vocabulary), encoding="utf-8")
    try:
        read_vocabulary(path)
    except CityFileError as error:  # such as two ids that differ in nothing
        raise VocabularySourceError(found.vocabulary.name, str(error)) from error

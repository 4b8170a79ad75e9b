"""`ckan dresdensmartcity atlas import` and `… export`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import ckan.plugins.toolkit as tk
import click

from . import exchange_store
from .exchange import ExchangeError, read, to_csv, to_geojson, to_yaml
from .exchange.reading import FORMATS

WRITERS = {"csv": to_csv, "geojson": to_geojson, "yaml": to_yaml}
EVERY = 25  # a line of progress after so many
SHOWN = 20  # entries that are named
MOST_MISTAKES = 500  # lines that somebody may read


@click.command(name="import", short_help="Take in actors and projects from CSV, GeoJSON or YAML.")
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be new, changed or wrong, and store nothing.")
@click.option("--skip-wrong", is_flag=True, help="Take the entries that are right although others are wrong.")
def import_command(file: Path, dry_run: bool, skip_wrong: bool) -> None:
    """Take in the actors and projects of FILE.

    Every mistake is told with its row and column; nothing is stored while there is one, unless --skip-wrong says so.
    Only the fields that the file has are changed, and entries that it does not name stay. The exit code is 1 if
    something is wrong.
    """
    try:
        reading = read(file.read_bytes(), file.name)
    except ExchangeError as error:
        raise click.ClickException(f"{file}: {error}") from error
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    count = len(reading.given)
    plan = exchange_store.plan(reading, user, lambda number: _progress(number, count, "checked"))
    mistakes = plan.every_mistake
    for mistake in mistakes[:MOST_MISTAKES]:
        click.echo(f"{file.name}: {mistake}")
    if len(mistakes) > MOST_MISTAKES:
        click.echo(f"… and {len(mistakes) - MOST_MISTAKES} more")
    states = ("new", "changed", "unchanged", "wrong")
    click.echo(f"{count} entries: " + ", ".join(f"{plan.count(state)} {state}" for state in states))
    for item in [one for one in plan.items if one.state in ("new", "changed")][:SHOWN] if dry_run else ():
        entry, fields = item.given.entry, f" ({', '.join(item.changes)})" if item.state == "changed" else ""
        click.echo(f"  {item.state}: {entry.type if entry else ''} {entry.id if entry else ''}{fields}")
    if mistakes and not skip_wrong:
        click.echo("Nothing is stored. Correct the file, or take the other entries with --skip-wrong.")
        raise click.exceptions.Exit(1)
    if dry_run:
        return
    counts: Counter[str] = Counter()
    todo = plan.count("new") + plan.count("changed")
    for number, step in enumerate(exchange_store.carry_out(plan, user, ignore_auth=True), 1):
        counts[step.result] += 1
        if step.reason:
            click.echo(f"  {step.entry.type} {step.entry.id}: {step.result}, as {step.reason}")
        _progress(number, todo, "stored")
    click.echo(", ".join(f"{number} {result}" for result, number in counts.items()) or "Nothing has changed.")
    if mistakes or counts["failed"]:
        raise click.exceptions.Exit(1)


@click.command(name="export", short_help="Write all actors and projects as CSV, GeoJSON or YAML.")
@click.argument("file", metavar="FILE")
@click.option("--format", "kind", type=click.Choice(sorted(WRITERS)), help="Where the name of FILE does not say it.")
def export_command(file: str, kind: str | None) -> None:
    """Write all public actors and projects to FILE; - writes to the standard output."""
    kind = kind or FORMATS.get(Path(file).suffix.casefold())
    if kind is None:
        raise click.ClickException("Name the file .csv, .geojson or .yaml, or give --format.")
    entries = exchange_store.entries_of_portal()
    text = WRITERS[kind](entries)
    if file == "-":
        click.echo(text, nl=False)
        return
    # Bytes: lines of a table end as they are written, on every system.
    Path(file).write_bytes(text.encode())
    click.echo(f"{len(entries)} entries written to {file}.")


def _progress(number: int, count: int, done: str) -> None:
    if number % EVERY == 0 and number < count:
        click.echo(f"  {number} of {count} {done} …", err=True)

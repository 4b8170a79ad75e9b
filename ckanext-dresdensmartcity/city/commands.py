"""`ckan dresdensmartcity load`, `ckan dresdensmartcity city check` and `ckan dresdensmartcity city outlines`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.harvesters.portal_client import portal_client
from ckanext.dresdensmartcity.harvesters.records import HarvesterError

from .current import city as configured_city
from .current import city_path
from .load import load_city
from .loading import LoadError, load, read_entries
from .model import City
from .outline_store import outlines_path
from .outlines import OutlinesError, read_outlines, save_outlines
from .vocabulary_commands import vocabularies
from .yamlfile import CityFileError

# In German and English people read "actors", not "actor"; the order is that of loading.
KINDS = {
    "organization": "organisation",
    "actor": "actors",
    "project": "projects",
    "harvest": "harvest sources",
    "dataset": "datasets",
}
EVERY = 10  # a line of progress after so many


@click.command(name="load", short_help="Load the city: organisation, actors, projects, sources.")
@click.option("--city", "city_file", metavar="FILE", help="Another city than the configured one: a name or a path.")
def load_command(city_file: str | None) -> None:
    """Load what the city file names; a second time only what has changed in it since.

    Fields that people have edited in the portal stay as they are unless the files change the same field.
    """
    if city_file:
        # The schemas check focus areas, goals and fields of action against the city in use.
        config.use_city_file(city_file)
    try:
        city = configured_city()
        actors, projects = read_entries(city)
    except CityFileError as error:
        raise click.ClickException(_listed(error)) from error
    click.echo(f"{city.name}: {len(actors)} actors, {len(projects)} projects, {len(city.sources)} sources")
    counts: Counter[tuple[str, str]] = Counter()
    try:
        for number, step in enumerate(load(city, actors, projects), 1):
            counts[step.kind, step.result] += 1
            if step.reason:
                click.echo(f"  {step.name}: {step.result}, as {step.reason}")
            if number % EVERY == 0:
                click.echo(f"  {number} …", err=True)
    except LoadError as error:
        raise click.ClickException(str(error)) from error
    for kind, name in KINDS.items():
        results = [f"{count} {result}" for (of, result), count in sorted(counts.items()) if of == kind]
        if results:
            click.echo(f"  {name}: {', '.join(results)}")
    if {result for _kind, result in counts} <= {"unchanged", "skipped", "deleted here"}:
        click.echo("Nothing has changed.")


@click.group(name="city", short_help="Check a city file; load outlines of its districts.")
def city_group() -> None:
    """Work with city files."""


@city_group.command(name="check")
@click.argument("file", metavar="FILE")
def check_command(file: str) -> None:
    """Say what is wrong in the city FILE (a name or a path) and in the files of actors and projects that it names.

    Each mistake is one line: file, line, place, what was found and what is allowed. The exit code is 1 if there is one.
    """
    try:
        city = load_city(city_path(file))
        actors, projects = read_entries(city)
    except CityFileError as error:
        click.echo(str(error))
        raise click.exceptions.Exit(1) from error
    click.echo(
        f"{city.name}: {len(city.districts)} districts, {len(city.focus_areas)} focus areas, {len(actors)} actors, "
        f"{len(projects)} projects, {len(city.sources)} sources. No mistakes."
    )


@city_group.command(name="outlines")
@click.argument("source", metavar="FILE|URL")
@click.option("--property", "number_property", metavar="NAME", default="", help="Property with the district's number.")
@click.option("--attribution", metavar="TEXT", default="", help="Whom the map names as source; else the city's own.")
def outlines_command(source: str, number_property: str, attribution: str) -> None:
    """Load the outlines of the city's districts (GeoJSON, WGS 84), which the map of the atlas then draws.

    Without --property the one is taken that names most districts. The outlines are simplified for the map and kept in
    CKAN's storage; running it again replaces them.
    """
    here = configured_city()
    try:
        outlines = read_outlines(_content(source, here), here, number_property, attribution)
    except (HarvesterError, OutlinesError, OSError) as error:
        raise click.ClickException(str(error)) from error
    save_outlines(outlines, outlines_path(here))
    click.echo(f"{here.name}: outlines of {len(outlines.by_number)} districts")


def _content(source: str, here: City) -> bytes:
    if source.startswith(("http://", "https://")):
        return portal_client(here).get(source).content
    return Path(source).read_bytes()


def _listed(error: CityFileError) -> str:
    count = len(error.mistakes)
    return f"the city's files have {count} mistake{'s' if count > 1 else ''}\n{error}"


commands: list[click.Command] = [load_command, city_group, vocabularies]

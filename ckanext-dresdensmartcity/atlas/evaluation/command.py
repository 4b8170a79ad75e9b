"""`ckan dresdensmartcity atlas evaluate`: how good matching is, on the command line, without a database."""

from __future__ import annotations

import json
from pathlib import Path

import click
from ckanext.dresdensmartcity.city.vocabularies import topics
from ckanext.dresdensmartcity.city.yamlfile import CityFileError
from ckanext.dresdensmartcity.config import ATLAS_REACH_M, ATLAS_WEIGHTS, defaults

from ..language import installed
from ..matching import Matcher, Mode, Settings, Taxonomy, parse_weights
from . import held_out
from .cases import CasesError, read_cases
from .fulltext import NoDatabaseError
from .run import Fold, evaluate

UNUSABLE = 2


@click.command(name="evaluate", short_help="Measure matching on cases with known answers.")
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mode", type=click.Choice([mode.value for mode in Mode]), default=Mode.COMPLEMENT.value, show_default=True
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--postgres",
    metavar="URL",
    default="",
    envvar="DRESDENSMARTCITY_EVALUATE_POSTGRES",
    help="Address of a PostgreSQL whose full-text search is measured too; nothing is stored in it.",
)
@click.option("--held-out", "members", is_flag=True, help="FILE is a city file: find hidden partners of its projects.")
def evaluate_command(file: Path, mode: str, form: str, postgres: str, members: bool) -> None:
    """Rank all actors for each project of FILE and compare matching with simpler rankings.

    FILE is JSON: {"actors": […], "projects": […], "relevant": {project: [actors]}}. Weights and reach are the defaults
    of the configuration. Exit code 2: FILE or the database cannot be used.
    """
    try:
        every = held_out.folds(file) if members else [read_cases(file)]
        settings = Settings(
            weights={one: parse_weights(defaults()[f"{ATLAS_WEIGHTS}.{one.value}"]) for one in Mode},
            reach_m=defaults()[ATLAS_REACH_M],
            field_labels={},
            lexicon=installed(),
        )
        folds = [Fold(cases, Matcher(cases.actors, cases.projects, Taxonomy(topics()), settings)) for cases in every]
        found = evaluate(folds, Mode(mode), postgres)
    except (CasesError, CityFileError, NoDatabaseError) as error:
        click.echo(str(error), err=True)
        raise click.exceptions.Exit(UNUSABLE) from error
    click.echo(json.dumps(found.as_json(), indent=2) if form == "json" else found.as_text())

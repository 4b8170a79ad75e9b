"""`sensors aggregate` on the command line; no CKAN in it, so that it runs where there is none."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ...records import HarvesterError
from .config import read_config
from .run import aggregate

REJECTED = 1
UNUSABLE = 2


@click.group(short_help="Work with sensor values.")
def sensors() -> None:
    """Work with sensor values."""


@sensors.command(name="aggregate", short_help="Hourly, daily, yearly means and a grid from raw files.")
@click.argument(
    "files", metavar="FILE…", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--to", required=True, metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help="Folder of the tables."
)
@click.option(
    "--config",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML or JSON: how the files are written, thresholds, areas of the grid.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def aggregate_command(files: tuple[Path, ...], to: Path, config: Path | None, form: str) -> None:
    """Means with their completeness from raw FILEs, CSV or Parquet, without the database.

    A FILE holds the columns sensor_id, phenomenon, timestamp, value, lon, lat. DIR gets hourly, daily, yearly and grid
    as CSV and Parquet, report.txt, report.json and metadata.json. Exit code 0: all rows were read; 1: the tables are
    written, but rows were rejected; 2: a file or the configuration cannot be used, nothing is written.
    """
    try:
        report = aggregate(files, to, read_config(config), config)
    except (HarvesterError, OSError) as error:
        if form == "json":
            place = error.place if isinstance(error, HarvesterError) else str(error.filename or "")
            click.echo(json.dumps({"error": str(error), "place": place}, ensure_ascii=False, indent=2))
        else:
            click.echo(str(error), err=True)
        raise click.exceptions.Exit(UNUSABLE) from error
    click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2) if form == "json" else report.as_text())
    if report.rows_rejected:
        raise click.exceptions.Exit(REJECTED)

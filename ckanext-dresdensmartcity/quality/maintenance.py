"""`ckan dresdensmartcity quality …`: make reports anew, keep the day's figures, look up addresses."""

from __future__ import annotations

import click
from ckanext.dresdensmartcity.dcat import store as tables

from . import links, overview, reports, store


@click.group(short_help="Reports of quality: make them anew, keep figures, look up addresses.")
def quality() -> None:
    """Reports of quality: make them anew, keep figures of the day, look up whether addresses answer."""


@quality.command()
@click.option("--all", "everything", is_flag=True, help="Every report, not only those that are out of date.")
def refresh(everything: bool) -> None:
    """Make the reports anew that are out of date, and keep the figures of the day."""
    done = reports.refresh_all(_progress) if everything else reports.refresh_stale(told=_progress)
    _keep()
    click.echo(f"{done.made} reports made, {done.gone} entries are no longer there.")


@quality.command()
def snapshot() -> None:
    """Keep today's figures of the portal and of each organisation, for the trend."""
    _keep()
    click.echo(f"Figures of {store.today().isoformat()} kept.")


@quality.command("links")
@click.option("--limit", type=click.IntRange(min=1), help="Ask at most so many addresses.")
@click.option("--all", "everything", is_flag=True, help="Also those that were asked within the last week.")
@click.option("--verbose", is_flag=True, help="Name each address.")
def ask(limit: int | None, everything: bool, verbose: bool) -> None:
    """Look up whether the addresses of files answer: those never asked first, then those of more than a week ago."""
    asked = links.ask_all(limit, everything, _address if verbose else None)
    click.echo(
        f"{asked.asked} addresses asked: {asked.working} answer, {asked.broken} do not. "
        f"{asked.rescored} reports made anew."
    )


def _keep() -> None:
    with tables.writing() as connection:
        overview.snapshot(connection, store.today())


def _progress(done: int, total: int) -> None:
    click.echo(f"{done} of {total}", err=True)


def _address(url: str, works: bool, said: str) -> None:
    click.echo(f"{'✓' if works else '✗'} {url}: {said}")

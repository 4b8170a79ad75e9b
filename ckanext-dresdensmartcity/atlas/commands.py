"""Commands of this room on the command line."""

from __future__ import annotations

import click

from . import index
from .evaluation.command import evaluate_command
from .exchange_commands import export_command, import_command


@click.group(name="atlas", short_help="The Smart City Atlas.")
def atlas() -> None:
    """The Smart City Atlas."""


@atlas.command(name="rebuild", short_help="Make the side table anew.")
def rebuild() -> None:
    """Make the atlas's side table anew from the actors and projects.

    It is kept in step with every change; this is for after a change of the vocabulary of topics, or of CKAN's database
    from outside.
    """

    def progress(done: int, of: int) -> None:
        if done < of:
            click.echo(f"{done} of {of} …", err=True)

    try:
        count = index.rebuild(progress)
    except index.SideTableError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count} entries in the atlas.")


atlas.add_command(evaluate_command)
atlas.add_command(import_command)
atlas.add_command(export_command)

commands: list[click.Command] = [atlas]

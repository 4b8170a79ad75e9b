"""`ckan dresdensmartcity catalogue …`: make the stored parts of the catalogue anew, and check them."""

from __future__ import annotations

import click
from ckan import model

from .iris import PUBLISHED_TYPES
from .reading.commands import lift


@click.group()
def catalogue() -> None:
    """The stored parts that the catalogue is put together from."""


@catalogue.command()
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Also what is up to date.")
def rebuild(names: tuple[str, ...], everything: bool) -> None:
    """Make the parts that are out of date, or those of the entries with these NAMES.

    It may be broken off and started again at any time: what is made is kept.
    """
    from . import fragments

    if names:
        done = fragments.refresh(_ids(names))
    elif everything:
        done = fragments.refresh_all(_told)
    else:
        done = fragments.refresh_stale(told=_told)
    click.echo(f"{done.written} parts made, {done.empty} ids without one (not public, or gone)")
    if done.problems:
        raise click.ClickException(f"{len(done.problems)} entries cannot be written, see above: {_list(done.problems)}")


@catalogue.command()
@click.option("--repair", is_flag=True, help="Make anew what differs.")
def check(repair: bool) -> None:
    """Compare each stored part with what would be made now; exit code 1 where one differs."""
    from . import checking

    found = list(checking.differences(_told))
    for one in found:
        click.echo(f"{one.name}: {one.reason}")
    if found and repair:
        checking.repair(found)
        click.echo(f"{len(found)} made anew")
    elif found:
        raise click.ClickException(
            f"{len(found)} parts differ. `ckan dresdensmartcity catalogue check --repair` makes them anew."
        )
    else:
        click.echo("All parts are as they should be")


def _ids(names: tuple[str, ...]) -> list[str]:
    found = {name: model.Package.get(name) for name in names}
    unknown = [name for name, package in found.items() if package is None or package.type not in PUBLISHED_TYPES]
    if unknown:
        raise click.BadParameter(
            f"there is no dataset, series or data service {', '.join(unknown)}", param_hint="NAMES"
        )
    return [package.id for package in found.values()]


def _list(ids: tuple[str, ...]) -> str:
    shown = 10
    return ", ".join(ids[:shown]) + (" …" if len(ids) > shown else "")


def _told(done: int, total: int) -> None:
    click.echo(f"  {done} of {total}", err=True)


commands = [catalogue, lift]

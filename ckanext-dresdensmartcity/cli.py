"""`ckan dresdensmartcity …`: one group, to which each room adds its own commands."""

from __future__ import annotations

import importlib

import click

__all__ = ["dresdensmartcity"]

# Rooms, each with a module `commands` that holds a list of the same name.
ROOMS = ("city", "dcat", "quality", "atlas", "harvesters")


@click.group(name="dresdensmartcity", short_help="Smart City portal: load, harvest, check, match.")
def dresdensmartcity() -> None:
    """Smart City portal: load a city, harvest its sources, check its catalogue, match its actors."""


for room in ROOMS:
    for command in importlib.import_module(f"ckanext.dresdensmartcity.{room}.commands").commands:
        dresdensmartcity.add_command(command)

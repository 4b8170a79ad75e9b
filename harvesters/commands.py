"""Commands of this room on the command line."""

from __future__ import annotations

import click

from .sensors.commands import commands as sensor_commands

commands: list[click.Command] = [*sensor_commands]

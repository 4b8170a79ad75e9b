"""Commands of this room on the command line."""

from __future__ import annotations

import click

commands: list[click.Command] = []

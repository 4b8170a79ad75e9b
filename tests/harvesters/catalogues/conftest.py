"""Fixtures of the catalogues' tests."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from ckanext.dresdensmartcity.harvesters.client import Client, Limits
from ckanext.dresdensmartcity.harvesters.commands import harvest as harvest_command
from click.testing import CliRunner, Result

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def client() -> Client:
    """A client that may read this machine, is not patient, and waits for nothing."""
    limits = Limits(silence=2, total=5, size=300_000, attempts=2)
    return Client("portal/1 (+https://portal.example)", frozenset({"127.0.0.1"}), limits, lambda seconds: None)


@pytest.fixture
def cli_run(app: Any) -> Callable[..., Result]:
    """Calls `harvest` inside the application, as `ckan dresdensmartcity` does."""

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(_with_app(app), list(arguments), catch_exceptions=False)

    return run


def _with_app(app: Any) -> click.Group:
    @click.group()
    @click.pass_context
    def group(ctx: click.Context) -> None:
        ctx.meta["flask_app"] = app.flask_app

    group.add_command(harvest_command)
    return group

"""`ckan dresdensmartcity catalogue`: what it says and how it ends."""

from __future__ import annotations

from typing import Any

import pytest
from ckan.tests.helpers import CKANCliRunner
from ckanext.dresdensmartcity.cli import dresdensmartcity
from ckanext.dresdensmartcity.dcat import fragments
from database import sql

pytestmark = pytest.mark.ckan


def run(*arguments: str) -> Any:
    return CKANCliRunner().invoke(dresdensmartcity, ["catalogue", *arguments])


def test_a_rebuild_makes_what_is_out_of_date(own_portal: dict[str, Any]) -> None:
    """By itself, all, or by name; nothing twice without --all."""
    fragments.refresh_stale()
    assert "0 parts made" in run("rebuild").output
    assert "1 parts made" in run("rebuild", "trees").output
    assert "3 parts made" in run("rebuild", "--all").output
    sql("UPDATE package SET notes = 'Neu' WHERE type = 'dataset_series'")
    found = run("rebuild")
    assert "1 parts made" in found.output
    assert found.exit_code == 0


@pytest.mark.parametrize("name", ["unknown", "actor-tud"])
def test_a_rebuild_of_no_entry_is_refused(portal: dict[str, Any], name: str) -> None:
    """With its name."""
    found = run("rebuild", name)
    assert found.exit_code != 0
    assert name in found.output


def test_a_check_finds_and_repairs(own_portal: dict[str, Any]) -> None:
    """Exit code 1 and a list where a part differs."""
    fragments.refresh_stale()
    assert run("check").exit_code == 0
    sql("UPDATE smartcity_fragment SET ntriples = '' WHERE name = 'trees'")
    found = run("check")
    assert found.exit_code == 1
    assert "trees: stored otherwise than it would be written now: ntriples" in found.output
    assert run("check", "--repair").exit_code == 0
    assert run("check").exit_code == 0

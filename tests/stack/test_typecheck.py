"""docker/local/typecheck.py: which modules are cores."""

from __future__ import annotations

from pathlib import Path

import typecheck


def test_a_core_is_known_by_its_imports(tmp_path: Path) -> None:
    """CKAN, Flask and sessions make an adapter, also below a function; this project's own packages do not."""
    for text, expected in (
        ("import json\nfrom ckanext.dresdensmartcity.city.model import City\nfrom .x import y", True),
        ("import ckan.plugins as p", False),
        ("def f():\n    from ckan.plugins import toolkit", False),
        ("from ckanext.harvest.model import HarvestJob", False),
        ("from sqlalchemy.orm import Session", False),
    ):
        path = tmp_path / "module.py"
        path.write_text(text, encoding="utf-8")
        assert typecheck.is_core(path) is expected, text


def test_the_cores_that_design_names_are_checked() -> None:
    """The city, the harvesters' records and their client stand on their own."""
    names = {str(path) for path in typecheck.cores()}
    assert {
        "ckanext-dresdensmartcity/city/model.py",
        "ckanext-dresdensmartcity/city/load.py",
        "harvesters/records.py",
        "harvesters/client.py",
    } <= names


def test_paths_are_those_of_the_checkout() -> None:
    """mypy's output names the files that people edit."""
    assert typecheck.in_checkout("ckanext/dresdensmartcity/harvesters/client.py:3: error") == (
        "harvesters/client.py:3: error"
    )
    assert typecheck.in_checkout("ckanext/dresdensmartcity/city/model.py:3: error") == (
        "ckanext-dresdensmartcity/city/model.py:3: error"
    )

"""The wheel holds what a portal needs, under the packages that setup.py maps the folders to."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest

BUILT = ("ckanext-dresdensmartcity", "harvesters", "schemas", "setup.py", "pyproject.toml", "README.md")


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """A wheel of a copy of the checkout, as a build writes beside what it builds."""
    source = tmp_path_factory.mktemp("source")
    for name in BUILT:
        path = repository / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, source / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", source / "dist", source]
    subprocess.run(command, check=True, capture_output=True)
    (path,) = (source / "dist").glob("*.whl")
    return zipfile.ZipFile(path)


def folder_files(folder: Path, pattern: str) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob(pattern) if path.is_file()}


def held(wheel: zipfile.ZipFile, package: str) -> set[str]:
    return {name.removeprefix(package) for name in wheel.namelist() if name.startswith(package)}


def test_it_holds_all_code(repository: Path, wheel: zipfile.ZipFile) -> None:
    """Every module of the two code folders is in its package."""
    for folder, package in (
        ("ckanext-dresdensmartcity", "ckanext/dresdensmartcity/"),
        ("harvesters", "ckanext/dresdensmartcity/harvesters/"),
    ):
        modules = folder_files(repository / folder, "*.py")
        assert modules
        assert modules <= held(wheel, package)


def test_it_holds_the_schemas(repository: Path, wheel: zipfile.ZipFile) -> None:
    """Forms, tables, shapes, vocabularies and cities are in the package of schemas."""
    data = {name for ending in ("*.yaml", "*.json", "*.ttl") for name in folder_files(repository / "schemas", ending)}
    assert "dataset.yaml" in data
    assert "cities/dresden.yaml" in data
    assert data <= held(wheel, "ckanext/dresdensmartcity/schemas/")


def test_it_holds_templates_and_assets(repository: Path, wheel: zipfile.ZipFile) -> None:
    """Pages and what they load are there."""
    source = repository / "ckanext-dresdensmartcity"
    wanted = {
        str(path.relative_to(source))
        for folder in ("templates", "public", "assets")
        for top in source.rglob(folder)
        for path in top.rglob("*")
        if path.is_file()
    }
    assert any(name.endswith(".html") for name in wanted)
    assert wanted <= held(wheel, "ckanext/dresdensmartcity/")


def test_it_holds_what_is_built(wheel: zipfile.ZipFile) -> None:
    """The map's modules and the compiled German texts; `./portal build` makes them first."""
    web = held(wheel, "ckanext/dresdensmartcity/web/")
    for name in ("maplibre-gl.mjs", "maplibre-gl-worker.mjs", "maplibre-gl.css"):
        assert f"public/vendor/{name}" in web
    assert "i18n/de/LC_MESSAGES/ckanext-dresdensmartcity.mo" in web


def test_its_entry_points_lead_somewhere(wheel: zipfile.ZipFile) -> None:
    """Each plugin and profile that is declared can be loaded."""
    (name,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    declared = ConfigParser(delimiters=("=",))
    declared.optionxform = str  # type: ignore[method-assign,assignment]
    declared.read_string(wheel.read(name).decode())
    assert set(declared["ckan.plugins"]) >= {"dresdensmartcity", "dresdensmartcity_atlas"}
    assert "dcat_ap_de_3" in declared["ckan.rdf.profiles"]
    for group in ("ckan.plugins", "ckan.rdf.profiles"):
        for target in declared[group].values():
            module, _, attribute = target.partition(":")
            assert hasattr(importlib.import_module(module), attribute), target

"""The configured city is read once, and again when its file has changed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from ckanext.dresdensmartcity.city.current import city, city_of, city_path
from ckanext.dresdensmartcity.city.load import CityFileError


def test_a_bare_name_is_a_file_of_the_schemas(repository: Path) -> None:
    """`dresden` needs no path."""
    assert city_path("dresden") == repository / "schemas/cities/dresden.yaml"


def test_a_city_is_kept_until_its_file_changes(tmp_path: Path, repository: Path) -> None:
    """The same object for the same file; a new one after an edit."""
    path = tmp_path / "city.yaml"
    shutil.copy(repository / "test-data/musterstadt/musterstadt.yaml", path)
    first = city_of(str(path))
    assert city_of(str(path)) is first
    path.write_text(path.read_text(encoding="utf-8").replace("name: Musterstadt\n", "name: Neustadt\n"), "utf-8")
    os.utime(path, ns=(1, 1))
    assert city_of(str(path)).name == "Neustadt"


def test_a_city_that_is_not_there_is_an_error() -> None:
    """A misspelt name says where it was looked for."""
    with pytest.raises(CityFileError, match="atlantis"):
        city_of("atlantis")


@pytest.mark.usefixtures("with_plugins")
def test_the_configuration_says_which(ckan_config: dict[str, str], city_file: Path) -> None:
    """Another city is one setting away."""
    ckan_config["ckanext.dresdensmartcity.city_file"] = str(city_file)
    assert city().id == city_file.stem

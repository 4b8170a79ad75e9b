"""The cities that everything must run with."""

from __future__ import annotations

from pathlib import Path

import pytest
from ckanext.dresdensmartcity.city.load import load_city
from ckanext.dresdensmartcity.city.model import City

CITY_FILES = ("schemas/cities/dresden.yaml", "test-data/musterstadt/musterstadt.yaml")


@pytest.fixture(params=CITY_FILES, ids=lambda name: Path(name).stem)
def city_file(request: pytest.FixtureRequest, repository: Path) -> Path:
    """The file of each city in turn."""
    return repository / request.param


@pytest.fixture
def city(city_file: Path) -> City:
    """Each city in turn."""
    return load_city(city_file)

"""A catalogue without a fault, for the tests of the checks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from ckanext.dresdensmartcity.city.current import city_of
from ckanext.dresdensmartcity.dcat.catalogue import Dates, catalogue_output
from ckanext.dresdensmartcity.dcat.datasets import index_of_entries
from ckanext.dresdensmartcity.dcat.iris import Site
from rdflib import Graph

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "dcat"))
from packages import RECTANGLE, full, minimal, series


@pytest.fixture(scope="session")
def faultless() -> Graph:
    """A catalogue with everything in it."""
    site = Site.at("https://portal.example.org")
    place = {"text": "Friedrichstadt", "geom": RECTANGLE}
    packages = [series(), full(spatial_coverage=[place]), minimal()]
    dates = Dates("2026-01-01T10:00:00", "2026-01-02T10:00:00")
    return catalogue_output(city_of("dresden"), site, packages, index_of_entries(packages, site.base), dates).graph

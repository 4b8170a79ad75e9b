"""Cities and the official shapes, for the tests of the catalogue."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import rdflib
from ckan import plugins
from ckan.lib import search as solr
from ckan.tests import helpers
from ckan.tests.helpers import CKANTestApp
from ckanext.dresdensmartcity.city.current import city_of
from ckanext.dresdensmartcity.city.load import load_city
from ckanext.dresdensmartcity.city.model import City, Label, Office
from ckanext.dresdensmartcity.dcat.iris import Site

sys.path.insert(0, str(Path(__file__).parent))

import content

REPOSITORY = Path(__file__).parent.parent.parent


def city_files() -> list[Path]:
    """Every city file of the repository: those of schemas/cities and those of test-data."""
    below = [*REPOSITORY.glob("schemas/cities/*.yaml"), *REPOSITORY.glob("test-data/*/*.yaml")]
    return sorted(path for path in below if "\nags:" in path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session", params=city_files(), ids=lambda path: path.stem)
def any_city(request: pytest.FixtureRequest) -> City:
    """Each city of the repository in turn."""
    return load_city(request.param)


@pytest.fixture(scope="session")
def city() -> City:
    """A city with all that a city may have: an address for mail, an id at GovData, IRIs of its own."""
    return replace(
        city_of("dresden"),
        id="musterstadt",
        name="Musterstadt",
        title=Label("Portal Musterstadt", "Portal of Musterstadt"),
        description=Label("Die Daten der Stadt.", "The city's data."),
        publisher=Office("Stadt Musterstadt", "https://musterstadt.example.org", type="LocalAuthority"),
        contact=Office("Statistikstelle", "https://musterstadt.example.org/kontakt", email="statistik@example.org"),
        attribution="Stadt Musterstadt",
        contributor_id="http://dcat-ap.de/def/contributors/freistaatSachsen",
        homepage="https://musterstadt.example.org/daten",
    )


@pytest.fixture(scope="session")
def site() -> Site:
    return Site.at("https://portal.example.org/")


@pytest.fixture(scope="session")
def official(shared: Path) -> ModuleType:
    """The validator with the official shapes."""
    spec = importlib.util.spec_from_file_location("official_validate", shared / "dcat-ap-de" / "validate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def built() -> dict[str, Any]:
    """What stands in the portal as long as no test changes it; empty until one asks for it."""
    return {}


@pytest.fixture
def portal(with_plugins: None, reset_db: Any, reset_index: Any, built: dict[str, Any]) -> dict[str, Any]:
    """A portal with content that tests read, made once."""
    if not built:
        reset_db()
        reset_index()
        built.update(content.build())
    return built


@pytest.fixture
def own_portal(portal: dict[str, Any], built: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same for a test that changes it: the next one gets a new one."""
    yield dict(portal)
    built.clear()


@pytest.fixture
def as_written() -> Iterator[None]:
    """rdflib rewrites numbers and dates while it reads them, unless it is told not to."""
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    yield
    rdflib.NORMALIZE_LITERALS = before


@pytest.fixture(scope="module")
def loaded() -> Iterator[None]:
    """The plugins of the portal, for a module whose tests empty the database themselves."""
    plugins.load_all()
    yield
    plugins.unload_all()


@pytest.fixture(scope="module")
def client(loaded: None, reset_db: Callable[[], None]) -> CKANTestApp:
    """A portal with content and one client for a module: making an application costs more than most tests.

    Tests that change an entry leave it where it is.
    """
    reset_db()
    solr.clear_all()
    content.build()
    return helpers._get_test_app()

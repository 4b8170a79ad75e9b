"""Fixtures of the sensors' tests: a small city, and its demo sources on a real socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import pytest
from ckanext.datastore.backend import DatastoreBackend
from ckanext.dresdensmartcity.city.load import load_city
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.harvesters.demo.opensensemap import OpenSenseMap
from ckanext.dresdensmartcity.harvesters.demo.scenario import Scenario
from ckanext.dresdensmartcity.harvesters.demo.server import DemoSources, make_server

# Two days around the end of summer time, so that a test takes no longer than it must.
SCENARIO = Scenario(
    seed=7,
    boxes=12,
    start=datetime(2026, 10, 24, tzinfo=timezone.utc),
    end=datetime(2026, 10, 26, tzinfo=timezone.utc),
)


@dataclass(frozen=True)
class Demo:
    """A running demo server."""

    url: str
    sensors: OpenSenseMap


@contextmanager
def running(sources: DemoSources) -> Iterator[str]:
    """Serves on a free port; gives the address."""
    with make_server(sources, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def empty_datastore() -> None:
    """Tables outlive the database that CKAN's own fixtures reset."""
    backend = DatastoreBackend.get_active_backend()
    for resource in backend.get_all_ids():
        backend.delete({}, {"resource_id": resource})


@pytest.fixture
def portal(portal: None) -> None:
    """An empty portal, without the tables that a module of shared ones left."""
    empty_datastore()


@pytest.fixture(scope="session")
def dresden(repository: Path) -> City:
    """The city of this repository."""
    return load_city(repository / "schemas/cities/dresden.yaml")


@pytest.fixture(scope="session", params=["schemas/cities/dresden.yaml", "test-data/musterstadt/musterstadt.yaml"])
def any_city(request: pytest.FixtureRequest, repository: Path) -> City:
    """Each city in turn."""
    return load_city(repository / request.param)


@pytest.fixture(scope="session")
def demo(dresden: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo sources with SCENARIO, on a free port."""
    folder = tmp_path_factory.mktemp("sources")
    (folder / "plan.csv").write_text("measure;2026\n1.2.5;1\n", encoding="utf-8")
    sensors = OpenSenseMap(dresden, SCENARIO)
    with running(DemoSources(folder, sensors)) as url:
        yield Demo(url, sensors)

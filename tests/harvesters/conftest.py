"""Fixtures of the harvesters' tests."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.lib.search import clear_all
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.harvesters import fields, publishing, store, tables
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob

sys.path.insert(0, str(Path(__file__).parent))
from sources import Source, running_source
from traffic import TrafficHarvester

TRAFFIC_TABLE = {
    "fields": [
        {"name": "day", "type": "date", "title": "Tag", "title@en": "Day", "constraints": {"required": True}},
        {"name": "place", "type": "string", "title": "Ort", "title@en": "Place", "description": "Wo gezählt wurde"},
        {"name": "count", "type": "integer", "title": "Anzahl", "title@en": "Count", "unit": "1"},
        {"name": "share", "type": "number", "title": "Anteil", "title@en": "Share"},
        {"name": "counted", "type": "datetime", "title": "Gezählt um", "title@en": "Counted at"},
    ],
    "primaryKey": ["day", "place"],
}


@pytest.fixture
def source() -> Iterator[Source]:
    """A real HTTP server on this machine, whose answers a test sets."""
    with running_source() as one:
        yield one


@pytest.fixture
def traffic_table(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A Table Schema for the tests, beside those of schemas/tables; a test may change it."""
    data = json.loads(json.dumps(TRAFFIC_TABLE))

    def load(name: str) -> tables.TableSchema:
        return tables.read_schema(name, data) if name == "test-traffic" else tables.load_schema(name)

    monkeypatch.setattr(store, "load_schema", load)
    monkeypatch.setattr(fields, "load_schema", load)
    return data


@pytest.fixture
def portal(clean_db: None, with_plugins: None, with_request_context: None) -> Iterator[None]:
    """An empty portal with its plugins, real database, DataStore, Solr and Redis."""
    clear_all()
    queue.purge_queues()
    yield
    for resource in store.DatastoreBackend.get_active_backend().get_all_ids():
        store.DatastoreBackend.get_active_backend().delete({}, {"resource_id": resource})


class Harvest:
    """A harvest source and its runs, as ckanext-harvest's consumers carry them out: over the Redis queues."""

    def __init__(self, url: str, source_type: str, settings: dict[str, Any] | None = None) -> None:
        self.user = publishing.site_user()
        publishing.ensure_organization(city())
        self.source = self.act(
            "harvest_source_create",
            name=f"source-{source_type.replace('_', '-')}",
            title="Quelle",
            url=url,
            source_type=source_type,
            frequency="MANUAL",
            owner_org=city().id,
            config=json.dumps(settings) if settings else None,
        )

    def act(self, action: str, **data: Any) -> Any:
        return tk.get_action(action)(
            {"user": self.user, "ignore_auth": True, "model": model, "session": model.Session}, data
        )

    def run(self) -> dict[str, Any]:
        """One job from its creation to its end; gives its report."""
        job = self.act("harvest_job_create", source_id=self.source["id"], run=True)
        gather, fetch = queue.get_gather_consumer(), queue.get_fetch_consumer()
        self._consume(gather, queue.gather_callback)
        self._consume(fetch, queue.fetch_callback)
        self.act("harvest_jobs_run", source_id=self.source["id"])
        assert HarvestJob.get(job["id"]).status == "Finished"
        self.job = self.act("harvest_job_show", id=job["id"])
        return self.act("dresdensmartcity_harvest_report", id=job["id"])

    @staticmethod
    def _consume(consumer: Any, callback: Callable[..., Any]) -> None:
        while True:
            method, _, body = consumer.basic_get(None)
            if body is None:
                return
            callback(consumer, method, None, body)


@pytest.fixture
def harvest() -> type[Harvest]:
    """Makes a harvest source and runs it."""
    return Harvest


__all__ = ["TrafficHarvester"]

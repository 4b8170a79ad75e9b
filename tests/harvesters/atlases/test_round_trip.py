"""What one portal says of its atlas at /ogc another one takes over: the same, but for what is the city's alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from ckan import model
from ckanext.dresdensmartcity.atlas import index, search
from ckanext.dresdensmartcity.atlas.entries import Entry
from ckanext.dresdensmartcity.atlas.query import AtlasQuery
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.loading import load, read_entries
from elsewhere import as_json
from sources import Source

SITE = "http://test.ckan.net"
OF_THE_CITY_ALONE = {
    "package_id", "id", "origin_name", "origin_url", "origin_license", "measure", "phase", "goals", "focus_areas",
    "districts", "funding_programme", "datasets",
}  # fmt: skip


@pytest.fixture
def musterstadt(portal: None, ckan_config: dict[str, Any], repository: Path) -> Iterator[None]:
    """The portal of a small city with its entries."""
    ckan_config["ckanext.dresdensmartcity.city_file"] = str(repository / "test-data/musterstadt/musterstadt.yaml")
    ckan_config["ckanext.dresdensmartcity.demo_url"] = "http://demo.example"
    index.rebuild()
    list(load(city(), *read_entries(city())))
    yield
    model.Session.rollback()


def recorded(app: Any, source: Source, limit: int) -> str:
    """Serve what the portal itself answers, with all pages of both collections; gives the address."""
    waiting = [
        "/ogc/",
        "/ogc/collections",
        *(f"/ogc/collections/{one}/items?f=json&limit={limit}" for one in ("actors", "projects")),
    ]
    pages: dict[str, dict[str, Any]] = {}
    while waiting:
        address = waiting.pop()
        answer = app.get(address, headers={"Accept": "application/geo+json, application/json"})
        assert answer.status_code == 200, address
        found = json.loads(answer.body.replace(SITE, source.url))
        pages[address] = found
        waiting += [
            one["href"].removeprefix(source.url)
            for one in found["links"]
            if one["rel"] == "next" and one["href"].removeprefix(source.url) not in pages
        ]

    def answer(handler: Any) -> None:
        asked = handler.path.replace("limit=500", f"limit={limit}")
        as_json(pages[asked])(handler)

    for path in {urlsplit(address).path for address in pages}:
        source.serve(path, answer)
    return source.url + "/ogc"


def said(entry: Entry, prefix: str = "") -> dict[str, Any]:
    """What an entry says, without what belongs to its city, and with references as they are there."""
    found = {name: value for name, value in asdict(entry).items() if name not in OF_THE_CITY_ALONE}
    text = json.dumps(found, sort_keys=True, default=list)
    return json.loads(text.replace(prefix, "") if prefix else text)


@pytest.mark.ckan
@pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1")
@pytest.mark.usefixtures("musterstadt")
def test_what_is_taken_over_is_what_the_other_atlas_says(source: Source, harvest: Any, app: Any) -> None:
    """Over several pages, for every entry and field; a second reading finds nothing new."""
    own = {(one.type, one.id): one for one in search.everything(AtlasQuery())}
    assert len(own) > 8
    run = harvest(recorded(app, source, limit=2), "smartcity_atlas", {"prefix": "dort"})
    report = run.run()
    assert report["errors"] == []
    assert (report["counts"]["new"], report["counts"]["pages"]) == (len(own), 5)
    both = {(one.type, one.id): one for one in search.everything(AtlasQuery())}
    taken = {key: one for key, one in both.items() if "--" in key[1]}
    assert {(kind, f"dort--{identifier}") for kind, identifier in own} == set(taken)
    for (kind, identifier), entry in own.items():
        found = said(taken[kind, f"dort--{identifier}"], "dort--")
        first, *rest = found["evidence"]
        assert (first["source"].startswith("Smart City Atlas Musterstadt: http"), first["fact"]) == (True, "")
        assert {**found, "evidence": rest} == said(entry)
    assert {one.origin_url for one in taken.values()} == {
        f"{source.url}/atlas/{kind}/{identifier}" for kind, identifier in own
    }
    assert run.run()["counts"]["unchanged"] == len(own)
    # What this portal has from there it does not give out as its own: who harvests it again, gets its own entries only.
    run.source = run.act(
        "harvest_source_create",
        name="dritte",
        title="Dritte",
        url=f"{recorded(app, source, limit=50)}/collections",
        source_type="smartcity_atlas",
        frequency="MANUAL",
        owner_org=city().id,
        config=json.dumps({"prefix": "drittes"}),
    )
    report = run.run()
    assert report["counts"]["new"] == len(own)
    assert [one["values"] for one in report["findings"] if one["check"] == "second-hand"] == [{"number": len(own)}]

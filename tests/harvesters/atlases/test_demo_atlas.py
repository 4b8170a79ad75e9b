"""The demo's other city: served as a portal of this software would, harvested with the settings of the city's file."""

from __future__ import annotations

from pathlib import Path

import pytest
from ckanext.dresdensmartcity.city.load import load_city
from ckanext.dresdensmartcity.harvesters.atlases.mapping import Told, read
from ckanext.dresdensmartcity.harvesters.atlases.reading import read_items, read_server
from ckanext.dresdensmartcity.harvesters.atlases.settings import AtlasSettings
from ckanext.dresdensmartcity.harvesters.client import Client
from ckanext.dresdensmartcity.harvesters.demo.atlas import NeighbourAtlas, read_neighbour
from ckanext.dresdensmartcity.harvesters.records import HarvesterError
from sources import Source, body

CITIES = {"schemas/cities/dresden.yaml": 9, "test-data/musterstadt/musterstadt.yaml": 3}


def serve(neighbour: NeighbourAtlas, source: Source) -> str:
    """Let the source answer as the demo's server does."""

    def answer(handler: object) -> None:
        path, _, query = handler.path.partition("?")  # type: ignore[attr-defined]
        found = neighbour.answer(path.removeprefix("/atlas"), query, source.url.removeprefix("http://"))
        body(found.body, found.headers["Content-Type"])(handler)  # type: ignore[arg-type]

    for path in ("", "/", "/collections", "/collections/actors/items", "/collections/projects/items"):
        source.serve(f"/atlas{path}", answer)
    return f"{source.url}/atlas"


@pytest.mark.parametrize("file", CITIES)
def test_the_other_citys_entries_can_be_read(repository: Path, source: Source, client: Client, file: str) -> None:
    """All that the source's settings ask for, on several pages, without a refusal."""
    city = load_city(repository / file)
    wanted = next(one for one in city.sources if one.type == "smartcity_atlas")
    settings = AtlasSettings.model_validate({**wanted.config, "page_size": 5})
    assert city.demo_folder is not None
    neighbour = read_neighbour(city.demo_folder)
    assert neighbour is not None
    server = read_server(client, serve(neighbour, source))
    assert (server.title, server.licences[0]) == (
        f"Smart City Atlas {neighbour.city.name}: Geodaten",
        neighbour.city.license,
    )
    found = []
    for kind, chosen in (("actor", settings.actors), ("project", settings.projects)):
        if described := server.collection(chosen.collection):
            items = read_items(client, described, chosen, settings.bounds)
            assert (items.incomplete, items.findings) == ([], [])
            found += [read(one, kind, chosen, city, Told(), described.extent) for one in items.rows]
    assert [one.refused for one in found if one.refused] == []
    assert len(found) >= CITIES[file]


def test_a_demo_folder_must_name_a_city(tmp_path: Path) -> None:
    """Or no other city at all."""
    assert read_neighbour(tmp_path) is None
    (tmp_path / "atlas.yaml").write_text("city: nowhere.yaml\n", encoding="utf-8")
    with pytest.raises(HarvesterError, match="names no city file"):
        read_neighbour(tmp_path)

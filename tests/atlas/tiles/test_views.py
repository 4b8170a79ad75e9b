"""Tiles over HTTP: kept by who has them, packed, refused with a sentence."""

from __future__ import annotations

import gzip
import json
from typing import Any

import jsonschema
import pytest
from ckan.tests.helpers import CKANTestApp, call_action
from ckanext.dresdensmartcity.atlas import search
from ckanext.dresdensmartcity.atlas.query import AtlasQuery
from ckanext.dresdensmartcity.city.current import city

from ..conftest import Create
from .seen import features

pytestmark = pytest.mark.ckan

WORLD = "/atlas/tiles/0/0/0.mvt"
# The parts of TileJSON 3.0.0, section 3, that must be there, and what they are.
TILE_JSON = {
    "type": "object",
    "required": ["tilejson", "tiles", "vector_layers"],
    "properties": {
        "tilejson": {"const": "3.0.0"},
        "tiles": {"type": "array", "minItems": 1, "items": {"pattern": r"^https?://.*\{z\}/\{x\}/\{y\}"}},
        "bounds": {"type": "array", "minItems": 4, "maxItems": 4, "items": {"type": "number"}},
        "center": {"type": "array", "minItems": 3, "maxItems": 3},
        "attribution": {"type": "string", "minLength": 1},
        "minzoom": {"type": "integer", "minimum": 0},
        "maxzoom": {"type": "integer", "maximum": 30},
        "vector_layers": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "fields"],
                "properties": {"fields": {"additionalProperties": {"type": "string"}}},
            },
        },
    },
}


def test_a_tile_is_asked_for_again_each_time_and_sent_only_when_it_changed(create: Create, app: CKANTestApp):
    one = create("actor", "a", longitude=13.73, latitude=51.05)
    first = app.get(WORLD)
    assert first.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert "no-cache" in first.headers["Cache-Control"]
    tag = first.headers["ETag"]
    same = app.get(WORLD, headers={"If-None-Match": tag}, status=304)
    assert (same.data, same.headers["ETag"]) == (b"", tag)
    assert app.get(WORLD + "?kind=actor").headers["ETag"] != tag
    author = {"ignore_auth": True, "user": call_action("get_site_user", {"ignore_auth": True})["name"]}
    call_action("package_patch", author, id=one["id"], title="Other")
    changed = app.get(WORLD, headers={"If-None-Match": tag}, status=200)
    assert [feature["title"] for feature in features(changed.data)] == ["Other"]


def test_a_tile_without_entries_is_empty(client: CKANTestApp):
    assert client.get("/atlas/tiles/5/0/0.mvt", status=204).data == b""


def test_a_tile_is_packed_for_those_who_read_that(client: CKANTestApp):
    place = search.one("actor", "tud")
    assert place
    found = [client.get(f"/atlas/tiles/12/{x}/{y}.mvt") for x in range(2200, 2208) for y in range(1366, 1374)]
    large = max(found, key=lambda response: len(response.data))
    assert large.headers["Vary"].count("Accept-Encoding") == 1
    packed = client.get(large.request.path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == large.data
    assert "Content-Encoding" not in large.headers


def test_filters_and_text_are_those_of_the_page(client: CKANTestApp):
    found = features(client.get(WORLD + "?kind=project&q=&area=").data)
    assert sum(feature["n"] for feature in found) == len(
        [one for one in search.everything(AtlasQuery(kinds=("project",))) if one.position or one.focus_areas]
    )
    client.get(WORLD + "?q=%C3%84%C3%96%20%27;DROP%20TABLE%20package--&nonsense=1", status=204)


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/atlas/tiles/3/8/0.mvt", 404, "from 0 to 7"),
        ("/atlas/tiles/99/0/0.mvt", 404, "zooms from 0 to 22"),
        ("/atlas/tiles/-1/0/0.mvt", 404, "three whole numbers"),
        (f"/atlas/tiles/1/{'9' * 4000}/0.mvt", 404, "three whole numbers"),
        ("/atlas/tiles/1/0x1/0.mvt", 404, "three whole numbers"),
        (WORLD + "?kind=nobody", 400, "kind='nobody' cannot be used"),
        (WORLD + "?field=%00", 400, "cannot be used"),
        (WORLD + "?near=200,0", 400, "cannot be used"),
        (WORLD + "?bbox=1,2,3", 400, "cannot be used"),
        (WORLD + "?q=" + "a" * 100_000, 400, "at most 200 characters"),
        ("/atlas/tiles.json?kind=nobody", 400, "cannot be used"),
    ],
)
def test_what_is_no_tile_or_no_query_is_refused_with_a_sentence(
    client: CKANTestApp, path: str, status: int, sentence: str
):
    assert sentence in json.loads(client.get(path, status=status).data)["error"]


def test_tile_json_says_how_to_connect(client: CKANTestApp):
    told: dict[str, Any] = json.loads(client.get("/atlas/tiles.json?kind=actor&field=wissen").data)
    jsonschema.validate(told, TILE_JSON)
    [template] = told["tiles"]
    assert template.endswith("/atlas/tiles/{z}/{x}/{y}.mvt?kind=actor&field=wissen")
    west, south, east, north = told["bounds"]
    for entry in search.everything(AtlasQuery()):
        if entry.position:
            assert west <= entry.position[0] <= east
            assert south <= entry.position[1] <= north
    assert west <= city().bbox[0]
    [layer] = told["vector_layers"]
    shown = features(client.get(WORLD).data)
    assert shown
    assert {name for feature in shown for name in feature} <= set(layer["fields"])


def test_tile_json_speaks_the_language_of_the_portal(client: CKANTestApp):
    told = json.loads(client.get("/de/atlas/tiles.json").data)
    assert told["description"] == "Akteure und Projekte"
    assert "/atlas/tiles/{z}/{x}/{y}.mvt" in told["tiles"][0]

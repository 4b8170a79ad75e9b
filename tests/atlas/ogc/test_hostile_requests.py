"""Whatever somebody writes into a parameter: an answer, or a 4xx with a sentence."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = [pytest.mark.ckan, pytest.mark.usefixtures("dresden")]

NAMES = (
    "limit", "bbox", "bbox-crs", "crs", "datetime", "after", "before", "f", "q", "kind", "field", "topic", "area",
    "district", "status", "phase", "funding", "measure", "part_of", "place", "stale", "number", "x",
)  # fmt: skip
NASTY = st.sampled_from(
    (
        "'; DROP TABLE package; --", "' OR 1=1", "%", "\\", "\0", "\ud800", "<script>alert(1)</script>", "\u202e",
        "999" * 200, "-1", "1e999", "NaN", "13.7,51.0,13.8,51.1", "51,13,52,14", "-181,0,0,0", "2024-01-01/..",
        "9999-12-31/..", "0000-01-01", "2024-01-01T00:00:00.123456789+23:59", "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00", "{!func}", "*:*", "a" * 3000, ",,,,", "research,company", "0,0,0,0",
        "http://www.opengis.net/def/crs/EPSG/0/25833",
    )
)  # fmt: skip
VALUES = st.one_of(NASTY, st.text(max_size=20), st.floats().map(str), st.integers().map(str))
COLLECTIONS = st.sampled_from(["actors", "projects", "districts", "focus_areas", "sensor_locations"])


def told(client: Any, path: str) -> None:
    answer = client.get(path, headers={"Accept": "application/json"}, follow_redirects=False)
    assert answer.status_code in (200, 400, 404, 406), (path, answer.status_code)
    if answer.status_code == 200:
        if "html" not in answer.content_type:
            json.loads(answer.body)
    elif answer.content_type == "application/json":
        assert json.loads(answer.body)["description"]


def encoded(pairs: list[tuple[str, str]]) -> str:
    return urlencode(pairs, errors="surrogatepass")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(collection=COLLECTIONS, pairs=st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=3))
def test_parameters_of_features(client: Any, collection: str, pairs: list[tuple[str, str]]):
    told(client, f"/ogc/collections/{collection}/items?{encoded(pairs)}")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(collection=VALUES, identifier=VALUES)
def test_names_of_collections_and_features(client: Any, collection: str, identifier: str):
    parts = [quote(one, safe="", errors="surrogatepass") or "-" for one in (collection, identifier)]
    told(client, f"/ogc/collections/{parts[0]}")
    told(client, f"/ogc/collections/actors/items/{parts[1]}")


@pytest.mark.parametrize("name", NAMES)
def test_a_value_of_100_kb(client: Any, name: str):
    told(client, f"/ogc/collections/actors/items?{name}={'x' * 100_000}")


@pytest.mark.parametrize(
    "path", ["downloads/../secret", "downloads/%2e%2e%2fx", "downloads/atlas.shp", "actor/x.ttl", "project/%00.jsonld"]
)
def test_files_that_are_not_there(client: Any, path: str):
    told(client, f"/atlas/{path}")

"""Tiles show what the search finds, each entry once, on every zoom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest
import sqlalchemy as sa
from ckan import model
from ckanext.dresdensmartcity.atlas import search
from ckanext.dresdensmartcity.atlas.choices import choices
from ckanext.dresdensmartcity.atlas.entries import Entry
from ckanext.dresdensmartcity.atlas.places import place_of
from ckanext.dresdensmartcity.atlas.query import AtlasQuery, from_arguments
from ckanext.dresdensmartcity.atlas.symbols import symbol_of
from ckanext.dresdensmartcity.atlas.tiles import reading, store
from ckanext.dresdensmartcity.atlas.tiles.addresses import BITS, Tile
from ckanext.dresdensmartcity.city.current import city
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from .seen import all_features, features, layer, tiles_around, units

pytestmark = pytest.mark.ckan

KINDS = ("company", "research", "office", "")
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def entries(dresden: None) -> Iterator[list[Entry]]:
    """Dresden's entries without their points, which a test may put elsewhere; all is taken back."""
    model.Session.rollback()
    found = list(search.everything(AtlasQuery()))
    model.Session.execute(sa.text("DELETE FROM dresdensmartcity_atlas_point"))
    yield found
    model.Session.rollback()


def counted(query: AtlasQuery, zoom: int) -> int:
    """The sum of `n` over all tiles of a zoom that may hold an entry."""
    places = model.Session.execute(sa.text("SELECT x, y FROM dresdensmartcity_atlas_point")).tuples().all()
    found = all_features(lambda tile: reading.tile(query, tile), tiles_around(places, zoom))
    return sum(feature["n"] for feature in found)


# Borders of tiles, the dateline, the poles and what lies beyond web mercator.
longitudes = st.one_of(
    st.floats(-180, 180),
    st.sampled_from([-180.0, 180.0, 0.0, 90.0, 13.7109375, 13.73, 13.7300001]),
    st.floats(13.6, 13.9),
)
latitudes = st.one_of(
    st.floats(-90, 90), st.sampled_from([-90.0, 90.0, 85.06, 0.0, 51.05, 51.0500001]), st.floats(50.9, 51.2)
)
placed = st.lists(
    st.tuples(
        longitudes,
        latitudes,
        st.sampled_from(["actor", "project"]),
        st.sampled_from(KINDS),
        st.lists(st.sampled_from(["mobility", "energy", "health"]), max_size=3),
    ),
    max_size=12,
)
wanted = st.builds(
    AtlasQuery,
    kinds=st.lists(st.sampled_from(["actor", "project", "company", "research"]), max_size=3, unique=True).map(tuple),
    fields=st.lists(st.sampled_from(["mobility", "energy", "health"]), max_size=3, unique=True).map(tuple),
)


def fits(entry: Entry, query: AtlasQuery) -> bool:
    kinds = not query.kinds or entry.type in query.kinds or (entry.type == "actor" and entry.kind in query.kinds)
    return kinds and (not query.fields or bool(set(query.fields) & set(entry.fields_of_action)))


@given(placed, wanted, st.integers(0, 22))
@SLOW
def test_every_entry_is_counted_once_on_every_zoom(
    entries: list[Entry], places: list[tuple[Any, ...]], query: AtlasQuery, zoom: int
):
    given_entries = []
    for entry, (longitude, latitude, entry_type, kind, fields) in zip(entries, places, strict=False):
        given_entries.append(
            replace(
                entry,
                type=entry_type,
                kind=kind if entry_type == "actor" else "",
                fields_of_action=tuple(fields),
                longitude=longitude,
                latitude=latitude,
            )
        )
    for entry in given_entries:
        store.follow(entry.package_id, None, entry)
    found = sum(fits(entry, query) for entry in given_entries)
    assert counted(query, zoom) == found
    assert store.differences() == 0
    for entry in given_entries:
        store.follow(entry.package_id, entry, None)
    assert store.differences() == 0


@pytest.mark.parametrize(
    "query",
    [
        "",
        "kind=project",
        "kind=research&kind=office",
        "kind=project&field=infrastruktur",
        "field=infrastruktur&field=transparenz",
        "field=infrastruktur&field=transparenz&field=wissen&kind=project",
        "area=johannstadt",
        "topic=air-quality",
        "phase=implementation",
        "q=Sensor",
        "q=Energie&kind=project",
        "near=13.73,51.05&radius=4000",
        "bbox=13.7,51.0,13.75,51.1",
        "kind=actor&sort=title",
    ],
)
def test_tiles_count_the_entries_with_a_place_that_a_search_finds(dresden: None, query: str):
    here = city()
    asked = from_arguments(MultiDict(parse_qsl(query)), choices(here))
    found = [entry for entry in search.everything(asked) if place_of(entry, here).position]
    assert found
    for zoom in (0, 3, 8, 11, 12, 14, 15, 19):
        assert counted(asked, zoom) == len(found)


def test_the_extent_is_that_of_the_entries_found_of_the_city_or_else_of_all(entries: list[Entry]):
    """A map that opens there shows all of them."""
    assert reading.extent(AtlasQuery()) == (0, None)
    other = replace(entries[0], id=f"{entries[0].id}--elsewhere", longitude=9.0, latitude=48.0)
    store.follow(other.package_id, None, other)
    assert reading.extent(AtlasQuery()) == (1, pytest.approx((9.0, 48.0, 9.0, 48.0)))
    for entry, longitude in zip(entries[1:3], (13.6, 13.8), strict=True):
        store.follow(entry.package_id, None, replace(entry, longitude=longitude, latitude=51.0))
    assert reading.extent(AtlasQuery()) == (3, pytest.approx((13.6, 51.0, 13.8, 51.0)))
    title = AtlasQuery(text=entries[1].title)
    assert reading.extent(title) == (1, pytest.approx((13.6, 51.0, 13.6, 51.0)))
    assert reading.bounds() == pytest.approx((9.0, 48.0, 13.8, 51.0))


def test_an_entry_that_is_alone_says_who_it_is(entries: list[Entry]):
    entry = replace(entries[0], longitude=13.7, latitude=51.0)
    store.follow(entry.package_id, None, entry)
    x, y = units(13.7, 51.0)
    for zoom in (0, 6, 8, 13, 14, 15, 22):
        [feature] = features(reading.tile(AtlasQuery(), Tile(zoom, x >> (BITS - zoom), y >> (BITS - zoom))))
        assert feature == {
            "n": 1,
            "key": f"{entry.type}/{entry.id}",
            "title": entry.title[: store.LONGEST_TITLE],
            "symbol": symbol_of(entry).id,
            "kind": entry.kind or "project",
            "place": "point",
        }


def test_entries_near_each_other_are_a_cluster_in_their_middle_with_the_commonest_symbol(entries: list[Entry]):
    kinds = ("research", "research", "company")
    for entry, kind, longitude in zip(entries, kinds, (13.7300, 13.7301, 13.7302), strict=False):
        store.follow(
            entry.package_id, None, replace(entry, type="actor", kind=kind, longitude=longitude, latitude=51.05)
        )
    x, y = units(13.7301, 51.05)
    for zoom in (0, 8, 12):
        tile = Tile(zoom, x >> (BITS - zoom), y >> (BITS - zoom))
        [feature] = layer(reading.tile(AtlasQuery(), tile))
        assert feature["properties"] == {"n": 3, "symbol": "research"}
        column, row = feature["geometry"]["coordinates"]
        assert abs(column - (x - tile.x * tile.size) * 4096 / tile.size) < 2
        assert abs(row - (y - tile.y * tile.size) * 4096 / tile.size) < 2


def test_a_street_with_very_many_entries_stays_clustered_and_small_however_deep(entries: list[Entry]):
    # Long titles in many bytes: the tile would be over 200 kB with a title for each.
    fill = sa.text(
        """
        INSERT INTO dresdensmartcity_atlas_point (package_id, x, y, kind, fields, key, title, place, shown)
        SELECT 'p' || i, :x + i * 4, :y, 'actor/company', '{mobility}', 'actor/p' || i,
            repeat('€', 70) || i, 'point', true
        FROM generate_series(1, :count) AS i
        """
    )
    x, y = units(13.73, 51.05)
    model.Session.execute(fill, {"x": x, "y": y, "count": 5000})  # 20,000 units: 230 metres
    deep = Counter[int]()
    for zoom in (13, 15, 16, 18, 22):
        found = [reading.tile(AtlasQuery(), tile) for tile in _along(x, y, 20000, zoom)]
        assert max(map(len, found)) <= 200_000
        deep[zoom] = sum(feature["n"] for body in found for feature in features(body))
    assert set(deep.values()) == {5000}
    titled = _along(x, y, 20000, 18)
    assert any("title" in feature for tile in titled for feature in features(reading.tile(AtlasQuery(), tile)))


def test_thousands_at_one_door_are_one_cluster_on_the_last_zoom(entries: list[Entry]):
    x, y = units(13.73, 51.05)
    model.Session.execute(
        sa.text(
            """
            INSERT INTO dresdensmartcity_atlas_point (package_id, x, y, kind, fields, key, title, place, shown)
            SELECT 'p' || i, :x, :y, 'project', '{}', 'project/p' || i, 'p', 'area', true
            FROM generate_series(1, 2000) AS i
            """
        ),
        {"x": x, "y": y},
    )
    assert features(reading.tile(AtlasQuery(), Tile(22, x >> 9, y >> 9))) == [{"n": 2000, "symbol": "project"}]


def _along(x: int, y: int, length: int, zoom: int) -> list[Tile]:
    """The tiles that a street from there to the east goes through."""
    shift = BITS - zoom
    return [Tile(zoom, column, y >> shift) for column in range(x >> shift, (x + length >> shift) + 1)]

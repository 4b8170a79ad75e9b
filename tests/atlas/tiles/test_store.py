"""Points follow the entries and the grid follows the points, whoever writes and however many at once."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from ckanext.dresdensmartcity.atlas import index, search
from ckanext.dresdensmartcity.atlas.query import AtlasQuery
from ckanext.dresdensmartcity.atlas.tiles import reading, store
from ckanext.dresdensmartcity.atlas.tiles.addresses import Tile
from ckanext.dresdensmartcity.city.current import city

from ..conftest import Create
from .seen import all_features, features, tiles_around, units

pytestmark = pytest.mark.ckan

WORLD = Tile(0, 0, 0)
PLACE = {"longitude": 13.73, "latitude": 51.05}


def shown() -> list[dict[str, Any]]:
    """What a map shows near the places of these tests, as a reader would get it."""
    state = reading.state()
    places = [units(longitude, 51.05) for longitude in (13.5, 13.6, 13.73)] + [units(*city().centre)]
    tiles = tiles_around([*places, *((x + (1 << 20), y) for x, y in places)], 11)
    found = list(all_features(lambda tile: reading.tile(AtlasQuery(), tile), tiles))
    assert sum(feature["n"] for feature in found) == sum(
        feature["n"] for feature in features(reading.tile(AtlasQuery(), WORLD))
    )
    assert store.differences() == 0
    assert state == reading.state()
    return found


def titles() -> set[str]:
    return {feature["title"] for feature in shown()}


def author() -> dict[str, Any]:
    return {"ignore_auth": True, "user": call_action("get_site_user", {"ignore_auth": True})["name"]}


def test_an_entry_is_in_the_tiles_as_soon_as_it_is_saved(create: Create):
    created = create("actor", "a", **PLACE)
    create("actor", "nowhere")
    assert titles() == {"a"}
    call_action("package_patch", author(), id=created["id"], title="New title", longitude=13.6)
    assert titles() == {"New title"}
    call_action("package_patch", author(), id=created["id"], longitude="", latitude="")
    assert titles() == set()


def test_an_entry_without_a_point_is_drawn_where_its_area_is(create: Create):
    create("project", "p", focus_areas=["johannstadt"])
    [feature] = shown()
    assert (feature["place"], feature["key"], feature["kind"]) == ("area", "project/p", "project")


@pytest.mark.parametrize(
    "hide",
    [
        lambda one: call_action("package_delete", author(), id=one["id"]),
        lambda one: call_action("dataset_purge", author(), id=one["id"]),
        lambda one: call_action("package_patch", author(), id=one["id"], private=True),
        lambda one: call_action("bulk_update_private", author(), datasets=[one["id"]], org_id=one["owner_org"]),
        lambda one: call_action("bulk_update_delete", author(), datasets=[one["id"]], org_id=one["owner_org"]),
    ],
    ids=["deleted", "purged", "private", "private in bulk", "deleted in bulk"],
)
def test_what_is_not_for_everybody_is_in_no_tile(create: Create, hide: Callable[[dict[str, Any]], Any]):
    first = create("actor", "a", **PLACE)
    create("actor", "b", longitude=13.5, latitude=51.05)
    before = reading.state()
    hide(first)
    model.Session.expire_all()
    assert titles() == {"b"}
    assert reading.state() != before


def test_a_draft_and_a_private_entry_are_in_no_tile(create: Create):
    create("actor", "a", state="draft", **PLACE)
    create("actor", "b", private=True, **PLACE)
    assert shown() == []


def test_what_a_bulk_action_publishes_is_in_the_tiles_again(create: Create):
    one = create("actor", "a", **PLACE)
    for action in ("bulk_update_private", "bulk_update_public"):
        call_action(action, author(), datasets=[one["id"]], org_id=one["owner_org"])
    assert titles() == {"a"}


def test_what_is_rolled_back_leaves_nothing(create: Create):
    create("actor", "a", **PLACE)
    before = reading.state()
    entry = search.one("actor", "a")
    assert entry
    store.follow(entry.package_id, entry, replace(entry, longitude=1.0, title="B"))
    assert reading.state() != before
    model.Session.rollback()
    assert (titles(), reading.state()) == ({"a"}, before)


def test_a_rebuild_gives_the_same_tiles(create: Create):
    create("actor", "a", **PLACE)
    create("project", "p", focus_areas=["johannstadt"])
    before = shown()
    index.rebuild()
    assert shown() == before


def test_a_repair_mends_what_is_wrong_in_the_grid(create: Create):
    create("actor", "a", **PLACE)
    model.Session.execute(sa.text("UPDATE dresdensmartcity_atlas_cell SET n = n + 5 WHERE zoom = 9"))
    model.Session.execute(sa.text("DELETE FROM dresdensmartcity_atlas_cell WHERE zoom = 12"))
    model.Session.execute(sa.text("DELETE FROM dresdensmartcity_atlas_cell_change"))
    assert store.differences() > 0
    assert store.repair() > 0
    assert store.differences() == 0
    model.Session.rollback()


def test_many_writers_at_once_leave_the_grid_as_a_recount_gives_it(create: Create):
    """Several entries in a transaction, some of them rolled back, in any order, with a rebuild of the grid between."""
    for number in range(12):
        create("actor", f"a{number}", **PLACE)
    entries = list(search.everything(AtlasQuery()))
    model.Session.commit()

    def write(worker: int) -> None:
        chance = random.Random(worker)  # noqa: S311 (no secret)
        mine = entries[worker::4]
        try:
            for _ in range(12):
                for entry in chance.sample(mine, 3):
                    moved = replace(
                        entry,
                        # All in a few cells, which the writers come to in another order each time.
                        longitude=chance.choice([13.70, 13.73, 13.76]),
                        latitude=chance.choice([51.03, 51.05]),
                        fields_of_action=tuple(chance.sample(["mobility", "energy", "health"], 2)),
                    )
                    store.follow(entry.package_id, entry, moved if chance.random() < 0.8 else None)
                model.Session.commit() if chance.random() < 0.8 else model.Session.rollback()
                if worker == 0 and chance.random() < 0.5:
                    assert store.repair() == 0
                    model.Session.commit()
        finally:
            model.Session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert store.differences() == 0
    shown_now = model.Session.execute(sa.text("SELECT count(*) FROM dresdensmartcity_atlas_point")).scalar_one()
    assert sum(feature["n"] for feature in features(reading.tile(AtlasQuery(), WORLD))) == shown_now

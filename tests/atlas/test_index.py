"""The side table follows the packages."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.cli.cli import ckan
from ckan.tests.helpers import call_action
from ckanext.dresdensmartcity.atlas import index, search
from ckanext.dresdensmartcity.atlas.model import AtlasBits, AtlasEntry, AtlasPending, AtlasPosting, AtlasWord
from ckanext.dresdensmartcity.atlas.query import AtlasQuery

from .conftest import Create

pytestmark = pytest.mark.ckan


def site() -> dict[str, Any]:
    """The context of the portal itself."""
    return {"ignore_auth": True, "user": call_action("get_site_user", {"ignore_auth": True})["name"]}


def table() -> tuple[list[Any], list[Any]]:
    """All rows of both tables, without the times."""
    entries = model.Session.execute(
        sa.select(
            AtlasEntry.package_id,
            AtlasEntry.type,
            AtlasEntry.entry_id,
            AtlasEntry.kind,
            AtlasEntry.title_key,
            AtlasEntry.record,
            sa.func.ST_AsText(AtlasEntry.geometry),
        ).order_by(AtlasEntry.package_id)
    )
    words = model.Session.execute(
        sa.select(AtlasEntry.package_id, AtlasWord.word, AtlasPosting.weight)
        .join(AtlasPosting, AtlasPosting.number == AtlasEntry.number)
        .join(AtlasWord, AtlasWord.id == AtlasPosting.word)
        .order_by(AtlasEntry.package_id, AtlasWord.word)
    )
    return [tuple(row) for row in entries], [tuple(row) for row in words]


def test_a_new_entry_is_found_at_once(create: Create):
    """With its place."""
    create("actor", "trees", title="Stadtbäume", offers=["air-quality"], longitude=13.74, latitude=51.05)
    entries, _ = table()
    assert [row[2] for row in entries] == ["trees"]
    assert entries[0][6] == "POINT(13.74 51.05)"
    assert [entry.id for entry in search.search(AtlasQuery(text="Luftqualität")).entries] == ["trees"]


def test_a_changed_entry_is_found_by_its_new_words_only(create: Create):
    """Also under a new name, and when it loses its place."""
    package = create("actor", "trees", title="Stadtbäume", longitude=13.74, latitude=51.05)
    changes = {"title": "Dachgärten", "longitude": "", "latitude": "", "name": "actor-roofs"}
    call_action("package_patch", site(), id=package["id"], **changes)
    assert search.search(AtlasQuery(text="Stadtbäume")).total == 0
    assert search.one("actor", "trees") is None
    roofs = search.one("actor", "roofs")
    assert roofs is not None
    assert (roofs.title, roofs.position) == ("Dachgärten", None)


@pytest.mark.parametrize("by", ["id", "name"])
def test_a_deleted_entry_leaves_nothing(create: Create, by: str):
    """Neither row nor word, whichever way it is named."""
    package = create("actor", "trees")
    call_action("package_delete", site(), id=package[by])
    assert table() == ([], [])


def test_a_purged_entry_leaves_nothing(create: Create):
    """CKAN calls no hook for it: the database does it."""
    package = create("project", "park")
    call_action("dataset_purge", site(), id=package["id"])
    assert table() == ([], [])


def test_private_entries_and_datasets_are_not_in_the_atlas(create: Create):
    """Only what everybody may see."""
    create("actor", "secret", private=True)
    package = create("actor", "open")
    call_action("package_patch", site(), id=package["id"], private=True)
    assert table() == ([], [])


def test_a_bulk_change_that_calls_no_hook_is_not_shown(create: Create):
    """The package itself is asked."""
    package = create("actor", "trees")
    owner = package["owner_org"]
    call_action("bulk_update_private", site(), datasets=[package["id"]], org_id=owner)
    assert search.search(AtlasQuery()).total == 0


def test_a_bulk_change_back_is_seen_by_the_next_search(create: Create):
    """It calls no hook either; what follows the side table is told of both."""
    told: list[Any] = []
    package = create("actor", "trees")
    owner = package["owner_org"]
    index.FOLLOWERS.append(follower := lambda *given: told.append(given))
    try:
        call_action("bulk_update_private", site(), datasets=[package["id"]], org_id=owner)
        model.Session.rollback()
        assert search.one("actor", "trees") is None
        assert search.search(AtlasQuery()).total == 0
        assert [(before and before.id, after) for _, before, after in told] == [("trees", None)]
        call_action("bulk_update_public", site(), datasets=[package["id"]], org_id=owner)
        model.Session.rollback()
        assert search.search(AtlasQuery()).total == 1
        assert [(before, after and after.id) for _, before, after in told[1:]] == [(None, "trees")]
    finally:
        index.FOLLOWERS.remove(follower)


def test_the_revision_changes_with_every_change_and_with_nothing_else(create: Create):
    """Also while a transaction is not finished, and by bulk changes."""
    seen = [search.revision()]
    package = create("actor", "trees")
    seen.append(search.revision())
    call_action("package_patch", site(), id=package["id"], notes="Bäume")
    seen.append(search.revision())
    call_action("bulk_update_delete", site(), datasets=[package["id"]], org_id=package["owner_org"])
    model.Session.rollback()
    seen.append(search.revision())
    model.Session.execute(sa.update(AtlasEntry).values(title_key="x"))
    create("actor", "more")
    model.Session.execute(sa.update(AtlasEntry).values(title_key="y"))
    seen.append(search.revision())
    model.Session.execute(sa.update(AtlasEntry).values(title_key="z"))
    seen.append(search.revision())
    model.Session.rollback()
    seen.append(search.revision())
    assert len(set(seen)) == len(seen)
    search.search(AtlasQuery(text="Bäume"))
    assert search.revision() == seen[-1]


def test_bits_are_those_of_the_entries_after_any_change(create: Create):
    """A changed entry keeps its number; a deleted one leaves no bit."""
    package = create("actor", "trees", offers=["air-quality"])
    create("actor", "roofs", offers=["air-quality"])
    number = model.Session.execute(sa.select(AtlasEntry.number).where(AtlasEntry.entry_id == "trees")).scalar_one()
    call_action("package_patch", site(), id=package["id"], offers=["noise"])
    assert search.search(AtlasQuery(topics=("noise",))).total == 1
    assert search.search(AtlasQuery(topics=("air-quality",))).total == 1
    assert (
        number == model.Session.execute(sa.select(AtlasEntry.number).where(AtlasEntry.entry_id == "trees")).scalar_one()
    )
    call_action("package_delete", site(), id=package["id"])
    assert search.search(AtlasQuery()).facets["topic"].get("noise") is None


def test_two_names_that_differ_by_the_prefix_are_two_entries(create: Create):
    """Names are unique in CKAN, ids in the atlas."""
    create("actor", "trees")
    create("actor", "", name="trees", title="Andere Bäume")
    assert {entry.id for entry in search.everything(AtlasQuery())} == {"trees", "~trees"}


def test_a_rebuild_gives_what_the_hooks_gave(create: Create, cli: Any):
    """And brings back what was lost."""
    create("actor", "trees", title="Stadtbäume", offers=["air-quality", "Schatten"], longitude=13.74, latitude=51.05)
    changed = create("project", "park", title="Park", needs=["air-quality"], lead="trees", focus_areas=["johannstadt"])
    call_action("package_patch", site(), id=changed["id"], title="Kühler Park")
    by_hooks = table()
    assert len(by_hooks[0]) == 2
    model.Session.execute(sa.delete(AtlasEntry))
    model.Session.commit()
    result = cli.invoke(ckan, ["dresdensmartcity", "atlas", "rebuild"], catch_exceptions=False)
    assert "2 entries in the atlas." in result.output
    assert table() == by_hooks


def test_without_its_tables_the_atlas_says_what_to_run(create: Create):
    """The message names the commands."""
    model.Session.execute(sa.text("ALTER TABLE dresdensmartcity_atlas_word RENAME TO gone"))
    model.Session.execute(sa.text("ALTER TABLE dresdensmartcity_atlas_entry RENAME TO gone_too"))
    with pytest.raises(index.SideTableError, match="ckan db upgrade -p dresdensmartcity_atlas"):
        index.rebuild()
    model.Session.rollback()


def test_the_migration_makes_what_the_model_describes(with_plugins: None, clean_db: None, migrate_db_for: Any):
    """CKAN finds the migration by the plugin's name, down and up again, and no column is missing."""
    migrate_db_for("dresdensmartcity_atlas", version="base", forward=False)
    assert not sa.inspect(model.Session.bind).has_table(AtlasEntry.__tablename__)
    migrate_db_for("dresdensmartcity_atlas")
    database = sa.inspect(model.Session.bind)
    for table_class in (AtlasEntry, AtlasWord, AtlasPosting, AtlasBits, AtlasPending):
        described = table_class.__table__
        there = {column["name"]: column["nullable"] for column in database.get_columns(described.name)}
        assert there == {column.name: column.nullable for column in described.columns}
        indexes = {one["name"] for one in database.get_indexes(described.name)}
        assert {one.name for one in described.indexes} <= indexes

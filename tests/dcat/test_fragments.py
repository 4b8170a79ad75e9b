"""Stored parts: never stale unseen, whatever happens to an entry and to what it depends on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.city.current import city, city_path
from ckanext.dresdensmartcity.dcat import changes, checking, documents, fragments, links, store
from content import HIDDEN, SITE, build, call, create, organisation
from database import sql, unnoted_sql
from packages import full, minimal, series

pytestmark = pytest.mark.ckan

Row = dict[str, Any]


@pytest.fixture
def portal(loaded: None, reset_db: Callable[[], None]) -> None:
    reset_db()
    organisation()


@pytest.fixture
def in_series(portal: None) -> dict[str, Row]:
    """A series and a dataset in it."""
    return {"series": create(series()), "dataset": create(full())}


def row(package_id: str) -> Row | None:
    with store.reading() as connection:
        found = connection.execute(
            sa.text("SELECT * FROM smartcity_fragment WHERE package_id = :id"), {"id": package_id}
        ).mappings()
        first = found.first()
        return dict(first) if first else None


def stale() -> list[str]:
    with store.reading() as connection:
        return fragments.stale_in(connection)


def served(package: Row) -> str:
    """What a reader gets of an entry; empty where there is nothing."""
    return documents.entry(package["id"], "ntriples") or ""


def catalogue() -> str:
    """The first page."""
    page = documents.Asked(1, 100)
    return documents.page(page, "ntriples", lambda total: _page(total))


def _page(total: int) -> Any:
    from ckanext.dresdensmartcity.dcat.catalogue import Page

    return Page(SITE, SITE, SITE, total, 100)


# --- after a save


def test_a_part_follows_the_save(portal: None) -> None:
    """Once the action has ended, the part is stored and of the new content."""
    trees = create(minimal())
    assert row(trees["id"])["published"]
    call("package_patch", id=trees["id"], title="Alle Bäume")
    assert "Alle Bäume" in row(trees["id"])["turtle"]
    assert stale() == []


def test_nothing_is_stored_of_a_change_that_is_undone(portal: None) -> None:
    """Hooks run before the commit; parts are made after it."""
    trees = create(minimal())
    stamp = row(trees["id"])["stamp"]
    package = model.Package.get(trees["id"])
    package.title = "Undone"
    model.Session.flush()
    model.Session.rollback()
    assert row(trees["id"])["stamp"] == stamp
    assert stale() == []


def test_a_change_that_changes_no_triple_keeps_the_stamp(portal: None) -> None:
    """Readers are not told of what they cannot see."""
    trees = create(minimal())
    stamp = row(trees["id"])["stamp"]
    sql("UPDATE package SET creator_user_id = 'x' WHERE id = :id", id=trees["id"])
    assert fragments.refresh_stale().written == 1
    assert row(trees["id"])["stamp"] == stamp
    assert stale() == []


def test_an_entry_that_cannot_be_written_costs_no_other(portal: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, is not in the catalogue, and comes back when it can be written."""
    trees, other = create(minimal()), create(minimal(id="", name="other", title="Andere", resources=[]))
    from ckanext.dresdensmartcity.dcat import parts

    whole = parts.describe

    def describe(out: Any, package: Any, **options: Any) -> Any:
        if package["id"] == trees["id"]:
            raise ValueError("a value nobody thought of")
        return whole(out, package, **options)

    monkeypatch.setattr(parts, "describe", describe)
    call("package_patch", id=trees["id"], title="Neu")
    assert row(trees["id"])["problem"] == "ValueError: a value nobody thought of"
    assert "Andere" in catalogue()
    assert "Neu" not in catalogue()
    assert [one.name for one in checking.differences()] == ["trees"]
    monkeypatch.undo()
    call("package_patch", id=trees["id"], title="Wieder da")
    assert "Wieder da" in catalogue()
    assert served(other)


# --- what nobody may see

GOES: dict[str, Callable[[Row], object]] = {
    "private": lambda it: call("package_patch", id=it["id"], private=True),
    "bulk private": lambda it: call("bulk_update_private", datasets=[it["id"]], org_id=it["owner_org"]),
    "private by SQL": lambda it: sql("UPDATE package SET private = true WHERE id = :id", id=it["id"]),
    "draft by SQL": lambda it: sql("UPDATE package SET state = 'draft' WHERE id = :id", id=it["id"]),
    "delete": lambda it: call("package_delete", id=it["id"]),
    "bulk delete": lambda it: call("bulk_update_delete", datasets=[it["id"]], org_id=it["owner_org"]),
    "purge": lambda it: call("dataset_purge", id=it["id"]),
    "other type by SQL": lambda it: sql("UPDATE package SET type = 'actor' WHERE id = :id", id=it["id"]),
}


@pytest.mark.parametrize("go", GOES.values(), ids=GOES)
def test_what_goes_is_gone_at_once(portal: None, go: Callable[[Row], object]) -> None:
    """For the next reader, before anything made its part anew; and the stamp says that the catalogue changed."""
    trees = create(minimal())
    fragments.refresh_stale()
    before = documents.state()
    go(trees)
    with store.reading() as connection:
        assert "Bäume" not in "".join(documents.parts_in(connection, [trees["id"]], "turtle").values())
    assert served(trees) == ""
    after = documents.state()
    assert after.settled
    assert after.stamp > before.stamp
    assert "Bäume" not in catalogue()


def test_what_comes_back_is_there_at_once(portal: None) -> None:
    """Public again, undeleted, no draft any longer."""
    trees = create(minimal(), private=True)
    assert served(trees) == ""
    call("package_patch", id=trees["id"], private=False)
    assert "Bäume" in served(trees)
    call("package_delete", id=trees["id"])
    call("package_patch", id=trees["id"], state="active")
    assert "Bäume" in catalogue()
    sql("UPDATE package SET state = 'draft' WHERE id = :id", id=trees["id"])
    assert "Bäume" not in catalogue()
    sql("UPDATE package SET state = 'active' WHERE id = :id", id=trees["id"])
    assert "Bäume" in catalogue()


def test_what_is_hidden_has_no_part(loaded: None, reset_db: Callable[[], None]) -> None:
    """Private entries, drafts and the atlas are not stored for the catalogue at all."""
    reset_db()
    built = build()
    fragments.refresh_all()
    for kind in ("private", "draft", "actor", "project"):
        assert row(built[kind]["id"]) is None
    assert not [name for name in HIDDEN if name in catalogue()]


# --- a crash, and readers


def test_a_crash_between_the_two_writes_is_made_good(portal: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is committed, its part is not: the next reader makes it."""
    trees = create(minimal())
    from ckanext.dresdensmartcity.dcat import saving

    monkeypatch.setattr(saving, "_followers", [])
    call("package_patch", id=trees["id"], title="Nach dem Absturz")
    assert "Absturz" not in row(trees["id"])["turtle"]
    assert stale() == [trees["id"]]
    assert "Absturz" in served(trees)
    assert "Absturz" in catalogue()
    assert documents.state().settled
    assert "Absturz" in row(trees["id"])["turtle"]


def test_a_save_does_not_fail_when_its_part_does(portal: None) -> None:
    """What is saved is saved; the part is left to readers."""
    trees = create(minimal())
    sql("ALTER TABLE smartcity_fragment RENAME COLUMN iri TO gone")
    try:
        call("package_patch", id=trees["id"], title="Gespeichert")
    finally:
        sql("ALTER TABLE smartcity_fragment RENAME COLUMN gone TO iri")
    assert call("package_show", id=trees["id"])["title"] == "Gespeichert"
    assert "Gespeichert" in catalogue()


def test_a_session_that_remembers_an_old_state_does_not_matter(portal: None) -> None:
    """CKAN's session keeps objects over a commit; parts are made of what the database says."""
    trees = create(minimal())
    kept = model.Package.get(trees["id"])
    assert kept.title == "Bäume"
    sql("UPDATE package SET title = 'Von anderswo' WHERE id = :id", id=trees["id"])
    fragments.refresh([trees["id"]])
    assert "Von anderswo" in row(trees["id"])["turtle"]


def test_an_older_part_never_takes_the_place_of_a_newer_one(portal: None) -> None:
    """Two processes make the same part; the slower one has seen less."""
    trees = create(minimal())
    with store.reading() as connection:
        slow = fragments.make(connection, [trees["id"]])
        call("package_patch", id=trees["id"], title="Neuer")
    fragments.keep(slow)
    assert "Neuer" in row(trees["id"])["turtle"]
    assert stale() == []


def test_a_change_while_a_part_is_made_is_not_lost(portal: None) -> None:
    """The part that was made before is stored, and known to be out of date."""
    trees = create(minimal())
    with store.reading() as connection:
        made = fragments.make(connection, [trees["id"]])
        sql("UPDATE package SET title = 'Danach' WHERE id = :id", id=trees["id"])
    fragments.keep(made)
    assert stale() == [trees["id"]]
    fragments.refresh_stale()
    assert "Danach" in row(trees["id"])["turtle"]


def test_many_at_once_leave_nothing_behind(portal: None) -> None:
    """Four processes make parts while packages change; in the end all are right and each stamp stands once."""
    ids = [create(minimal(id="", name=f"tree-{number}", resources=[]))["id"] for number in range(4)]
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                sql("UPDATE package SET title = :title WHERE id = ANY(:ids)", title=f"{number}-{turn}", ids=ids)
                fragments.refresh(ids)
        except sa.exc.SQLAlchemyError as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    fragments.refresh_stale()
    assert failures == []
    assert list(checking.differences()) == []


# --- what an entry depends on


def test_a_renamed_series_is_named_anew_by_its_members(in_series: dict[str, Row]) -> None:
    """The IRI of a series with a natural key follows its name. Members link to it by id here, as by name it is gone."""
    call("package_patch", id=in_series["dataset"]["id"], in_series=[in_series["series"]["id"]])
    assert f"{SITE}/dataset_series/measure-1-2-5>" in served(in_series["dataset"])
    call("package_patch", id=in_series["series"]["id"], name="measure-neu")
    assert stale() != [] or "measure-neu" in row(in_series["dataset"]["id"])["turtle"]
    documents.state()
    assert f"{SITE}/dataset_series/measure-neu" in row(in_series["dataset"]["id"])["turtle"]
    assert "measure-1-2-5>" not in row(in_series["dataset"]["id"])["turtle"]


def test_a_series_that_goes_is_no_longer_named(in_series: dict[str, Row]) -> None:
    """Nor that becomes private: its IRI would tell that it is there."""
    call("package_patch", id=in_series["series"]["id"], private=True)
    documents.state()
    assert "inSeries" not in row(in_series["dataset"]["id"])["turtle"]
    call("package_patch", id=in_series["series"]["id"], private=False)
    documents.state()
    assert "inSeries" in row(in_series["dataset"]["id"])["turtle"]
    call("dataset_purge", id=in_series["series"]["id"])
    documents.state()
    assert "inSeries" not in row(in_series["dataset"]["id"])["turtle"]


def test_an_edited_series_leaves_its_members_alone(in_series: dict[str, Row]) -> None:
    """They name it and say nothing of it: ten thousand members are not written anew for a word."""
    before = row(in_series["dataset"]["id"])
    call("package_patch", id=in_series["series"]["id"], notes="Anders")
    documents.state()
    assert row(in_series["dataset"]["id"]) == before


@pytest.mark.parametrize("key", ["id", "name", "uri"])
def test_a_link_waits_for_an_entry_that_comes_later(portal: None, key: str) -> None:
    """By id, by name, and by the IRI that the entry comes with."""
    later = series(uri="https://elsewhere.example.org/series/7")
    wanted = {"id": later["id"], "name": later["name"], "uri": "https://elsewhere.example.org/series/7"}[key]
    dataset = create(full(in_series=[]))
    sql(
        "UPDATE package SET extras = extras || jsonb_build_object('in_series', :link) WHERE id = :id",
        link=f'["{wanted}"]',
        id=dataset["id"],
    )
    fragments.refresh_stale()
    assert "inSeries" not in row(dataset["id"])["turtle"]
    create(later)
    documents.state()
    assert "inSeries <https://elsewhere.example.org/series/7>" in row(dataset["id"])["turtle"]


def test_a_link_and_its_target_that_change_at_once_agree_in_the_end(in_series: dict[str, Row]) -> None:
    """The part of the dataset is made before the series is renamed, and stored after."""
    call("package_patch", id=in_series["dataset"]["id"], in_series=[in_series["series"]["id"]])
    with store.reading() as connection:
        made = fragments.make(connection, [in_series["dataset"]["id"]])
    sql("DELETE FROM smartcity_link")  # as if the dataset had never been written before
    call("package_patch", id=in_series["series"]["id"], name="measure-neu")
    fragments.keep(made)
    assert stale() == [in_series["dataset"]["id"]]
    documents.state()
    assert "measure-neu" in row(in_series["dataset"]["id"])["turtle"]


def test_an_organisation_with_a_new_title(portal: None) -> None:
    """A publisher that is only an IRI has its name from the organisation; no hook of a package runs."""
    publisher = [{"uri": "https://elsewhere.example.org/office"}]
    trees = create(minimal(publisher=publisher))
    call("organization_patch", id=city().id, title="Amt mit neuem Namen")
    assert stale() == [trees["owner_org"]]
    assert "Amt mit neuem Namen" in catalogue()
    assert "Amt mit neuem Namen" in served(trees)
    documents.state()
    assert "Amt mit neuem Namen" in row(trees["id"])["turtle"]
    assert stale() == []


def test_an_organisation_that_is_saved_unchanged_costs_nothing(portal: None) -> None:
    """Its picture and description are no part of the catalogue."""
    create(minimal())
    call("organization_patch", id=city().id, description="Neu", image_url="https://data.example.org/logo.png")
    assert stale() == []


def test_the_city_file(portal: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it fills in stands in parts: another file, another basis, and all of them are written anew."""
    trees = create(minimal())
    own = city_path(config.city_file())
    file = tmp_path / own.name
    file.write_text(own.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(config, "city_file", lambda: str(file))
    documents.state()
    availability = city().availability
    text = file.read_text(encoding="utf-8").replace(availability.rsplit("/", 1)[-1], "EXPERIMENTAL")
    file.write_text(text, encoding="utf-8")
    assert stale() == [trees["id"]]
    assert "EXPERIMENTAL" in served(trees)
    assert documents.state().settled
    assert "EXPERIMENTAL" in row(trees["id"])["turtle"]


@pytest.mark.ckan_config("ckan.site_url", "https://daten.musterstadt.example.org")
def test_the_address_of_the_portal(portal: None, ckan_config: Any) -> None:
    """IRIs begin with it."""
    trees = create(minimal())
    assert "https://daten.musterstadt.example.org/dataset/" in row(trees["id"])["turtle"]
    ckan_config["ckan.site_url"] = SITE
    assert stale() == [trees["id"]]
    assert "musterstadt.example.org" not in served(trees)
    documents.state()
    assert SITE in row(trees["id"])["turtle"]


def test_the_writer(portal: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """With another version of it every part is out of date, those that it could not write too."""
    trees, broken = create(minimal()), create(minimal(id="", name="broken", resources=[]))
    sql("UPDATE smartcity_fragment SET published = false, problem = 'x' WHERE package_id = :id", id=broken["id"])
    monkeypatch.setattr(fragments, "basis", lambda: "another")
    assert sorted(stale()) == sorted([trees["id"], broken["id"]])


# --- rebuilding and checking


def test_a_rebuild_makes_all_and_goes_on_where_it_ended(portal: None) -> None:
    """From nothing at all, in portions."""
    for number in range(3):
        create(minimal(id="", name=f"tree-{number}", resources=[]))
    sql("DELETE FROM smartcity_fragment")
    sql("UPDATE smartcity_change SET fragment = NULL")
    assert fragments.refresh_stale(limit=1).written == 1
    assert len(stale()) == 2
    told: list[tuple[int, int]] = []
    assert fragments.refresh_stale(told=lambda done, total: told.append((done, total))).written == 2
    assert told == [(2, 2)]
    assert list(checking.differences()) == []


WRONG = {
    "another triple": "UPDATE smartcity_fragment SET jsonld = replace(jsonld, 'Bäume', 'Sträucher')",
    "stored as public": "UPDATE smartcity_fragment SET published = false",
    "not stored": "DELETE FROM smartcity_fragment",
    "changed while triggers were off": "UPDATE package SET title = 'Ungesehen'",
}


@pytest.mark.parametrize("statement", WRONG.values(), ids=WRONG)
def test_a_check_finds_what_versions_cannot_show(portal: None, statement: str) -> None:
    """And repairs it: rows that somebody changed, and changes that the database was told not to note."""
    create(minimal())
    unnoted_sql(statement)
    found = list(checking.differences())
    assert [one.name for one in found] == ["trees"]
    checking.repair(found)
    assert list(checking.differences()) == []
    assert stale() == []


def test_the_tables_are_named_where_they_are_missing(portal: None) -> None:
    """With the command that makes them."""
    sql("ALTER TABLE smartcity_fragment RENAME TO gone")
    try:
        with pytest.raises(store.CatalogueTablesError, match="ckan db upgrade -p dresdensmartcity_catalogue"):
            documents.state()
    finally:
        sql("ALTER TABLE gone RENAME TO smartcity_fragment")


def test_the_migration_goes_both_ways(portal: None, migrate_db_for: Callable[..., None]) -> None:
    """What was there before the tables is new to them."""
    trees = create(minimal())
    model.Session.remove()
    migrate_db_for("dresdensmartcity_catalogue", version="base", forward=False)
    sql("UPDATE package SET title = 'Ohne Auslöser'")
    migrate_db_for("dresdensmartcity_catalogue")
    assert trees["id"] in changes.stale("fragment")
    assert "Ohne Auslöser" in catalogue()


def test_links_are_what_the_writer_follows(in_series: dict[str, Row]) -> None:
    """Each with the entry that it was found to be."""
    found = links.of_package(
        changes.packages([in_series["dataset"]["id"]])[in_series["dataset"]["id"]],
        {"measure-1-2-5": changes.packages([in_series["series"]["id"]])[in_series["series"]["id"]]},
        SITE,
    )
    assert found == (links.Link("measure-1-2-5", in_series["series"]["id"], f"{SITE}/dataset_series/measure-1-2-5"),)


def test_other_owners_are_other_organisations(portal: None) -> None:
    """A dataset that moves to another organisation is a changed dataset."""
    trees = create(minimal(publisher=[{"uri": "https://elsewhere.example.org/office"}]))
    other = factories.Organization(title="Das andere Amt")
    call("package_owner_org_update", id=trees["id"], organization_id=other["id"])
    assert "Das andere Amt" in catalogue()

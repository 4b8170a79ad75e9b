"""What the database notes of changes, whoever makes them, and packages as they stand in it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from ckanext.dresdensmartcity.dcat import changes, store
from content import call, create, create_full, organisation
from database import sql
from packages import minimal

pytestmark = pytest.mark.ckan


@pytest.fixture
def trees(loaded: None, reset_db: Callable[[], None]) -> dict[str, Any]:
    """One dataset with a file and a tag."""
    reset_db()
    organisation()
    return create(minimal())


@pytest.fixture
def changed(trees: dict[str, Any]) -> Callable[[Callable[[], object]], bool]:
    """Whether the dataset has another version after something was done."""

    def after(act: Callable[[], object]) -> bool:
        before = changes.current_version(trees["id"])
        act()
        return changes.current_version(trees["id"]) != before

    return after


SQL = {
    "package": "UPDATE package SET private = true",
    "file": "UPDATE resource SET size = 5",
    "files in another order": "UPDATE resource SET position = 7",
    "file removed": "DELETE FROM resource_view; DELETE FROM resource",
    "tag of the package": "UPDATE package_tag SET state = 'deleted'",
    "name of a tag": "UPDATE tag SET name = 'Ast'",
    "tag removed": "DELETE FROM package_tag",
}


@pytest.mark.parametrize("statement", SQL.values(), ids=SQL)
def test_plain_sql_is_noted(changed: Callable[[Callable[[], object]], bool], statement: str) -> None:
    """Whatever a part of the catalogue is made of."""
    assert changed(lambda: sql(statement))


ACTIONS: dict[str, Callable[[dict[str, Any]], object]] = {
    "edit": lambda it: call("package_patch", id=it["id"], title="Alle Bäume"),
    "rename": lambda it: call("package_patch", id=it["id"], name="all-trees"),
    "private": lambda it: call("package_patch", id=it["id"], private=True),
    "bulk private": lambda it: call("bulk_update_private", datasets=[it["id"]], org_id=it["owner_org"]),
    "delete": lambda it: call("package_delete", id=it["id"]),
    "purge": lambda it: call("dataset_purge", id=it["id"]),
    "new file": lambda it: call("resource_create", package_id=it["id"], name="x", url="https://data.example.org/x"),
    "edited file": lambda it: call("resource_patch", id=it["resources"][0]["id"], name="Neu"),
    "deleted file": lambda it: call("resource_delete", id=it["resources"][0]["id"]),
    "tags": lambda it: call("package_patch", id=it["id"], tags=[{"name": "Ast"}]),
}


@pytest.mark.parametrize("act", ACTIONS.values(), ids=ACTIONS)
def test_ckans_actions_are_noted(
    changed: Callable[[Callable[[], object]], bool], trees: dict[str, Any], act: Callable[[dict[str, Any]], object]
) -> None:
    """Each in its own way of writing."""
    assert changed(lambda: act(trees))


def test_what_is_undone_is_not_noted(trees: dict[str, Any]) -> None:
    """The note is a part of the transaction: it goes with it."""
    before = changes.current_version(trees["id"])
    model.Session.execute(sa.text("UPDATE package SET title = 'x'"))
    model.Session.rollback()
    assert changes.current_version(trees["id"]) == before


def test_nobody_sees_a_change_without_its_note(trees: dict[str, Any]) -> None:
    """Within an open transaction others see neither; after it both."""
    before = changes.current_version(trees["id"])
    model.Session.execute(sa.text("UPDATE package SET title = 'Neu'"))
    assert changes.current_version(trees["id"]) == before
    assert changes.packages([trees["id"]])[trees["id"]]["title"] == "Bäume"
    model.Session.commit()
    assert changes.current_version(trees["id"]) != before
    assert changes.packages([trees["id"]])[trees["id"]]["title"] == "Neu"


def test_a_file_that_moves_is_noted_on_both(trees: dict[str, Any]) -> None:
    """On the dataset that it leaves, and on the one that it comes to."""
    other = create(minimal(id="", name="other", resources=[]))
    before = {one: changes.current_version(one) for one in (trees["id"], other["id"])}
    sql("UPDATE resource SET package_id = :other", other=other["id"])
    assert all(changes.current_version(one) != version for one, version in before.items())


def test_two_who_change_the_same_get_two_versions(trees: dict[str, Any]) -> None:
    """And versions only rise, whoever waits for whom."""
    before = changes.current_version(trees["id"])
    address = model.ensure_engine().url.render_as_string(hide_password=False)

    def change() -> None:
        connection = psycopg2.connect(address)
        with connection, connection.cursor() as cursor:
            for _ in range(5):
                cursor.execute("UPDATE resource SET size = coalesce(size, 0) + 1")
        connection.close()

    threads = [threading.Thread(target=change) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    after = changes.current_version(trees["id"])
    assert before is not None
    assert after is not None
    assert after >= before + 20


def test_what_is_made_from_an_older_version_stays_out_of_date(trees: dict[str, Any]) -> None:
    """Marking it does not hide that the package changed in between."""
    seen = changes.current_version(trees["id"])
    sql("UPDATE package SET title = 'x'")
    with store.writing() as connection:
        assert seen is not None
        assert changes.mark(connection, "quality", {trees["id"]: seen}) == 0
    assert trees["id"] in changes.stale("quality")
    now = changes.current_version(trees["id"])
    with store.writing() as connection:
        assert now is not None
        assert changes.mark(connection, "quality", {trees["id"]: now}) == 1
    assert trees["id"] not in changes.stale("quality")


def test_marking_does_not_wait_for_an_unfinished_change(trees: dict[str, Any]) -> None:
    """It leaves the package out of date: whoever changes it will be noted."""
    now = changes.current_version(trees["id"])
    assert now is not None
    model.Session.execute(sa.text("UPDATE package SET title = 'x'"))
    with store.writing() as connection:
        assert changes.mark(connection, "quality", {trees["id"]: now}) == 0
    model.Session.rollback()


@pytest.fixture
def whole(loaded: None, reset_db: Callable[[], None]) -> list[dict[str, Any]]:
    """One entry of each type with every field filled."""
    reset_db()
    organisation()
    return create_full()


def test_packages_are_as_ckan_shows_them(whole: list[dict[str, Any]]) -> None:
    """Each field of each type: what is written to the catalogue is what a page shows."""
    found = changes.packages([one["id"] for one in whole])
    for one in whole:
        shown = tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": one["id"]})
        own = found[one["id"]]
        assert {key: own.get(key) for key in shown if key in own} == {
            key: shown[key] for key in shown if key in own
        } | {
            "organization": own["organization"],
            "resources": own["resources"],
            "tags": own["tags"],
        }
        missing = {key for key, value in shown.items() if value and key not in own}
        assert missing <= {"isopen", "num_resources", "num_tags", "license_title"}
        assert [tag["name"] for tag in own["tags"]] == [tag["name"] for tag in shown["tags"]]
        for mine, theirs in zip(own["resources"], shown["resources"], strict=True):
            assert {key: mine.get(key) for key in theirs} == theirs

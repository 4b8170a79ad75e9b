"""Tables in the DataStore: what is written, what is not, and what everybody can find in it."""

# ruff: noqa: S608 (names of tables are ids of resources)

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import date, datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk
import polars as pl
import pytest
import sqlalchemy as sa
from ckan.tests import factories
from ckanext.datastore.backend.postgres import get_read_engine, get_write_engine
from ckanext.dresdensmartcity.harvesters import publishing, store
from ckanext.dresdensmartcity.harvesters.frames import ready_frame
from ckanext.dresdensmartcity.harvesters.records import Table
from ckanext.dresdensmartcity.harvesters.tables import RowError, read_schema, ready
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "day", "type": "date"},
        {"name": "place", "type": "string"},
        {"name": "count", "type": "integer"},
        {"name": "share", "type": "number"},
        {"name": "counted", "type": "datetime"},
        {"name": "open", "type": "boolean"},
        {"name": "year", "type": "year"},
    ],
    "primaryKey": ["day", "place"],
}
for field in SCHEMA["fields"]:
    field |= {"title": field["name"], "title@en": field["name"]}
READ = read_schema("test-store", SCHEMA)
ROW: dict[str, Any] = {"day": "2026-10-03", "place": "Brücke", "count": 1, "share": 0.5, "counted": None, "open": True}
HARD = "a\tb\\N\n\\.\n\"x\",'y'\r\n  \u2028 the <b>bold</b> 2026-10-03T00:00:00"

portal = [
    pytest.mark.ckan,
    pytest.mark.ckan_config("ckan.plugins", "dresdensmartcity harvest dcat scheming_datasets datastore activity"),
    pytest.mark.usefixtures("portal"),
]


def in_portal(test: Any) -> Any:
    for mark in portal:
        test = mark(test)
    return test


@pytest.fixture
def write(monkeypatch: pytest.MonkeyPatch) -> Callable[..., store.TableChange]:
    """Writes rows into the table of a resource."""
    monkeypatch.setattr(store, "load_schema", lambda name: READ)
    theme = "http://publications.europa.eu/resource/authority/data-theme/TRAN"
    package = factories.Dataset(notes="Zahlen.", theme=[theme], owner_org=factories.Organization()["id"])
    resource = factories.Resource(package_id=package["id"], url="_", url_type="datastore")["id"]

    def writer(rows: list[dict[str, Any]] | pl.DataFrame, **scope: Any) -> store.TableChange:
        given = {"frame": rows} if isinstance(rows, pl.DataFrame) else {"rows": rows}
        table = Table("counts", "Zahlen", "test-store", scope=scope, **given)
        return store.write_table(publishing.site_user(), resource, store.prepare(table))

    writer.resource = resource  # type: ignore[attr-defined]
    return writer


def rows_of(number: int) -> list[dict[str, Any]]:
    return [{**ROW, "place": f"Platz {one}", "count": one} for one in range(number)]


def search(resource: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = tk.get_action("datastore_search")({"ignore_auth": True}, {"resource_id": resource, **more})
    return found


def query(statement: str, **values: Any) -> Any:
    with get_write_engine().connect() as connection:
        return connection.execute(sa.text(statement), values).all()


def versions(resource: str) -> list[Any]:
    """Which transaction wrote each row."""
    return query(f'SELECT ctid::text, xmin::text FROM "{resource}" ORDER BY ctid')


@in_portal
def test_a_reload_of_the_same_rows_writes_nothing(write):
    """No row, no comment, no count, and no lock that a writer would need: what PostgreSQL counts stays."""
    write(rows_of(1500))
    resource = write.resource
    before = versions(resource), query("SELECT obj_description(CAST(:t AS regclass))", t=f'"{resource}"')
    stats = query("SELECT xmin::text, stats FROM _table_stats WHERE resource_id = :t", t=resource)
    change = write(list(reversed(rows_of(1500))))
    assert (change.unchanged, change.any) == (1500, False)
    assert (versions(resource), query("SELECT obj_description(CAST(:t AS regclass))", t=f'"{resource}"')) == before
    assert query("SELECT xmin::text, stats FROM _table_stats WHERE resource_id = :t", t=resource) == stats


@in_portal
def test_a_transaction_that_finds_nothing_to_write_writes_nothing(write, monkeypatch):
    """PostgreSQL's own counters of the transaction, looked at before it ends."""
    write(rows_of(20))
    seen = {}

    def counters(connection: Any) -> list[int]:
        # Of this connection since it last reported, which may be longer ago than the transaction.
        statement = "SELECT n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables WHERE relname = :t"
        return list(connection.execute(sa.text(statement), {"t": write.resource}).one())

    def look(connection: Any, *given: Any, real: Any = store._replace) -> Any:
        before = counters(connection)
        change = real(connection, *given)
        seen[change.any] = tuple(now - then for now, then in zip(counters(connection), before, strict=True))
        return change

    monkeypatch.setattr(store, "_replace", look)
    write(rows_of(20))
    assert seen[False] == (0, 0, 0)
    write([*rows_of(19), {**ROW, "place": "neu"}])
    assert seen[True] == (1, 0, 1)


@in_portal
def test_only_what_differs_is_written(write):
    """One row in a hundred: the other ninety-nine keep their place and their transaction."""
    write(rows_of(1000))
    before = set(versions(write.resource))
    rows = rows_of(1000)
    for number in range(0, 1000, 100):
        rows[number]["count"] = -1
    change = write([*rows[:-1], {**ROW, "place": "neu"}])
    assert change == store.TableChange(new=1, changed=10, removed=1, unchanged=989)
    assert len(before & set(versions(write.resource))) == 989
    assert search(write.resource)["total"] == 1000


@in_portal
@pytest.mark.parametrize("number", [1, store.BULK + 1])
def test_the_full_text_is_what_the_datastore_makes_of_a_row(write, number):
    """Of new rows, of many at once and of changed ones: byte by byte what its trigger would write."""
    hard = {**ROW, "place": HARD, "share": 1e-7, "counted": "2026-10-03T01:02:03.5+02:00", "open": False, "year": 2026}
    rows = [hard, *rows_of(number)]
    for _ in range(2):
        write(rows)
        columns = ", ".join(f'"{one.name}"' for one in READ.columns)
        table = write.resource
        query_all = f'SELECT _id, _full_text::text FROM "{table}" ORDER BY _id'
        ours = query(query_all)
        with get_write_engine().begin() as connection:
            connection.execute(sa.text(f'CREATE TEMP TABLE again (LIKE "{table}") ON COMMIT DROP'))
            connection.execute(
                sa.text(
                    "CREATE TRIGGER zfulltext BEFORE INSERT ON again FOR EACH ROW "
                    "EXECUTE PROCEDURE populate_full_text_trigger()"
                )
            )
            connection.execute(sa.text(f'INSERT INTO again (_id, {columns}) SELECT _id, {columns} FROM "{table}"'))
            theirs = connection.execute(sa.text("SELECT _id, _full_text::text FROM again ORDER BY _id")).all()
        assert ours == theirs
        rows = [{**one, "place": one["place"], "count": 77, "share": None} for one in rows]


@in_portal
def test_a_changed_row_is_found_by_its_new_words(write):
    """The trigger alone would leave the words of before."""
    write([{**ROW, "count": 4711}])
    assert search(write.resource, q="4711")["total"] == 1
    write([{**ROW, "count": 1234}])
    assert search(write.resource, q="4711")["total"] == 0
    assert search(write.resource, q="1234")["total"] == 1
    assert search(write.resource, filters={"place": "Brücke", "open": True})["total"] == 1


@in_portal
def test_a_full_table_has_its_indexes_again(write):
    """Those of the search are made after many rows; key and search are there as the DataStore makes them."""
    kinds = "SELECT indexdef FROM pg_indexes WHERE tablename = :t ORDER BY 1"
    write(rows_of(1))
    small = query(kinds, t=write.resource)
    write([])
    write(rows_of(store.BULK))
    assert query(kinds, t=write.resource) == small
    assert any("_full_text" in row.indexdef for row in small)
    with pytest.raises(sa.exc.IntegrityError), get_write_engine().begin() as connection:
        connection.execute(
            sa.text(f'INSERT INTO "{write.resource}" (day, place) VALUES (:day, :place)'),
            {"day": "2026-10-03", "place": "Platz 1"},
        )


@in_portal
def test_readers_see_the_old_rows_or_the_new_ones(write, monkeypatch):
    """While rows are being written a reader gets all of the old ones, and its count fits."""
    write(rows_of(50))
    written, read = threading.Event(), threading.Event()

    def pause(*given: Any, real: Any = store._replace) -> Any:
        change = real(*given)
        written.set()
        assert read.wait(20)
        return change

    monkeypatch.setattr(store, "_replace", pause)
    writer = threading.Thread(target=write, args=([{**ROW, "place": "neu"}],))
    prepared = store.prepare(Table("counts", "Zahlen", "test-store", [{**ROW, "place": "neu"}]))
    writer = threading.Thread(target=store.write_table, args=("nobody", write.resource, prepared))
    writer.start()
    assert written.wait(20)
    with get_read_engine().connect() as connection:
        assert connection.scalar(sa.text(f'SELECT count(*) FROM "{write.resource}"')) == 50
    assert search(write.resource)["total"] == 50
    read.set()
    writer.join()
    found = search(write.resource)
    assert (found["total"], found["records"][0]["place"]) == (1, "neu")


@in_portal
def test_a_failure_leaves_the_table_as_it_was(write, monkeypatch):
    """Whatever breaks in the middle; the next attempt writes all."""
    write(rows_of(30))
    before = versions(write.resource)

    def broken(*given: Any, **more: Any) -> None:
        raise ConnectionError("the database is gone")

    with monkeypatch.context() as gone:
        gone.setattr(store, "note", broken)
        with pytest.raises(ConnectionError):
            write(rows_of(31))
    assert versions(write.resource) == before
    assert write(rows_of(31)).new == 1


@in_portal
def test_only_the_scope_is_replaced(write):
    """Rows outside of it stay; one that moves into it from outside is changed and not added."""
    write([{**ROW, "place": "a", "year": 2025}, {**ROW, "place": "b", "year": 2026}])
    change = write([{**ROW, "place": "c", "year": 2026}], year=2026)
    assert (change.new, change.removed) == (1, 1)
    change = write([{**ROW, "place": "a", "year": 2026}, {**ROW, "place": "c", "year": 2026}], year=2026)
    assert change == store.TableChange(changed=1, unchanged=1)
    change = write([], day=("2026-10-04", "2026-10-05"))
    assert not change.any
    change = write([], day=("2026-10-03", "2026-10-04"))
    assert change.removed == 2


@in_portal
def test_rows_outlive_a_schema_with_other_columns(write, monkeypatch):
    """What no unit brings again is kept: new columns are empty, old ones gone; another type starts anew."""
    write(rows_of(3))
    fields = [one for one in SCHEMA["fields"] if one["name"] != "open"]
    fields.append({"name": "note", "type": "string", "title": "Notiz", "title@en": "Note"})

    def use(changed: dict[str, Any]) -> None:
        read = read_schema("test-store", changed)
        monkeypatch.setattr(store, "load_schema", lambda name: read)

    use({**SCHEMA, "fields": fields})
    row = {key: value for key, value in ROW.items() if key != "open"}
    change = write([{**row, "place": "neu", "note": "da"}], place="neu")
    assert (change.new, change.removed) == (1, 0)
    found = search(write.resource, sort="place")["records"]
    assert [one["note"] for one in found] == [None, None, None, "da"]
    assert all("open" not in one for one in found)
    use({**SCHEMA, "fields": [{**one, "type": "string"} if one["name"] == "count" else one for one in fields]})
    write([{**row, "place": "neu", "count": "1"}], place="neu")
    assert search(write.resource)["total"] == 1


@in_portal
def test_anybody_may_read_the_table(write, app):
    """The DataStore's reading account, the API without a login, the count of rows."""
    write(rows_of(3))
    with get_read_engine().connect() as connection:
        assert connection.scalar(sa.text(f'SELECT count(*) FROM "{write.resource}"')) == 3
    answer = app.get(f"/api/3/action/datastore_search?resource_id={write.resource}")
    assert json.loads(answer.body)["result"]["total"] == 3
    info = tk.get_action("datastore_info")({"ignore_auth": True}, {"id": write.resource})
    assert info["meta"]["count"] == 3


@in_portal
def test_rows_given_as_a_frame_are_the_same_rows(write):
    """Of any fitting types; columns that are missing are empty, and times of any zone become UTC."""
    rows = [{**ROW, "counted": "2026-10-03T12:00:00+02:00"}, {**ROW, "place": "", "count": None}]
    write(rows)
    frame = pl.DataFrame(
        {
            "place": pl.Series(["Brücke", ""], dtype=pl.Categorical),
            "day": [date(2026, 10, 3)] * 2,
            "count": pl.Series([1, None], dtype=pl.UInt8),
            "share": [0.5, 0.5],
            "open": [True, True],
            "counted": pl.Series([datetime(2026, 10, 3, 10, tzinfo=timezone.utc), None]).dt.convert_time_zone(
                "Europe/Berlin"
            ),
        }
    )
    assert write(frame) == store.TableChange(unchanged=2)


# Rows that do not fit


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"count": ["x"]}, "table t, column count: the column holds String, and integer is needed"),
        ({"nothing": [1]}, "table t, column nothing: unknown column; the schema is test-store.json"),
        ({"share": [float("nan")]}, "table t, row 1, column share: nan is no finite number"),
        ({"place": ["a\0"]}, "table t, row 1, column place: 'a\\x00' is no text"),
        ({"place": [None]}, "table t, row 1, column place: a value is needed"),
    ],
)
def test_a_frame_that_does_not_fit_is_refused_with_the_place(columns, message):
    """Table, row and column, before anything is written."""
    frame = pl.DataFrame({"day": [date(2026, 10, 3)], "place": ["a"]} | columns)
    with pytest.raises(RowError) as caught:
        ready_frame(Table("t", "T", "test-store", frame=frame), READ)
    assert str(caught.value) == message


def test_a_key_twice_in_a_frame_names_both_rows():
    """As for rows."""
    frame = pl.DataFrame({"day": [date(2026, 10, 3)] * 3, "place": ["a", "b", "a"]})
    with pytest.raises(RowError, match=r"table t, row 3: the key \('2026-10-03', 'a'\) stands in row 1 already"):
        ready_frame(Table("t", "T", "test-store", frame=frame), READ)


def test_a_frame_outside_of_its_scope_is_refused():
    """Also at the end of a range, which is no part of it."""
    frame = pl.DataFrame({"day": [date(2026, 10, 3), date(2026, 10, 4)], "place": ["a", "b"]})
    scope = {"day": ("2026-10-03", "2026-10-04")}
    with pytest.raises(RowError, match="row 2, column day: lies outside the scope"):
        ready_frame(Table("t", "T", "test-store", frame=frame, scope=scope), READ)


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "day": st.dates(date(1900, 1, 1)).map(str) | st.just("2026-02-30") | st.none(),
    "place": st.text(max_size=4) | st.integers(),
    "count": st.integers(-(2**63), 2**63) | st.none() | st.booleans(),
    "share": st.floats() | st.integers(-(10**6), 10**6) | st.none(),
    "counted": st.sampled_from(["2026-10-25T02:30:00Z", "2026-10-25T02:30:00+02:00", "2026-10-25T24:00:00Z", None, ""]),
    "open": st.booleans() | st.none(),
    "year": st.integers(1900, 2100) | st.none(),
}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.fixed_dictionaries({}, optional=VALUES), max_size=4))
def test_columns_and_rows_are_checked_alike(rows):
    """What is refused row by row is refused at once, with the same words; what is taken is the same."""
    table = Table("t", "T", "test-store", rows)
    refusal = ""
    try:
        wanted = ready(table, READ).rows
    except RowError as error:
        refusal = str(error)
    if refusal:
        with pytest.raises(RowError) as caught:
            ready_frame(table, READ)
        assert str(caught.value) == refusal
        return
    found = ready_frame(table, READ).frame
    numbers = found.with_columns(pl.col("share").cast(pl.Float64), pl.col("open").cast(pl.String)).rows()
    assert [row[:3] for row in numbers] or not rows
    assert found.height == len(wanted)
    for column, here in zip(READ.columns, found.iter_columns(), strict=True):
        there = [row[READ.columns.index(column)] for row in wanted]
        assert [as_text(one, column.type) for one in here] == [as_text(one, column.type) for one in there]


def as_text(value: Any, kind: str) -> Any:
    """A value in one form, whether it is typed or a text for PostgreSQL."""
    if value is None:
        return None
    if kind == "number":
        return float(value)
    if kind == "boolean":
        return value in (True, "t")
    return value.isoformat() if isinstance(value, date) else str(value)

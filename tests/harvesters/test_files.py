"""Tables as Parquet files, against a real portal."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import polars as pl
import pyarrow.parquet as pq
import pytest
from ckan import model
from ckanext.datastore.backend.postgres import get_write_engine
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.harvesters import fields, files, parquet, publishing, store
from ckanext.dresdensmartcity.harvesters.records import Publication, Table

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.ckan_config("ckan.plugins", "dresdensmartcity harvest dcat scheming_datasets datastore activity"),
    pytest.mark.usefixtures("portal", "traffic_table"),
]

GUID = "traffic:a"
THEME = "http://publications.europa.eu/resource/authority/data-theme/TRAN"
ROWS: list[dict[str, Any]] = [
    {"day": "2026-10-04", "place": "Platz", "count": 80, "share": None, "counted": None},
    {"day": "2026-10-03", "place": "Brücke", "count": 120, "share": 0.6, "counted": "2026-10-03T12:00:00+02:00"},
    {"day": "2026-10-03", "place": 'a,"b"\n\\.\n\\N', "count": None, "share": 1.0, "counted": None},
]


def publish(rows: list[dict[str, Any]], **more: Any) -> publishing.Outcome:
    table = Table("counts", "Zählwerte", "test-traffic", rows, **{"formats": ("CSV", "PARQUET"), **more})
    fields = {"name": "zaehlung", "title": "Zählung", "notes": "Zahlen.", "theme": [THEME]}
    publishing.ensure_organization(city())
    outcome, _ = publishing.publish(city(), Publication(GUID, fields, (table,)), None)
    model.Session.commit()
    return outcome


def file_id() -> str:
    return fields.file_id(city(), GUID, "counts")


def path() -> Path:
    found = parquet._place(file_id()).path
    assert found is not None
    return found


def resource() -> dict[str, Any]:
    found: dict[str, Any] = tk.get_action("resource_show")({"ignore_auth": True}, {"id": file_id()})
    return found


def test_a_table_has_a_parquet_file_beside_its_csv():
    """Two files of one dataset; the second is there from the first moment, with its size and checksum."""
    publish(ROWS)
    one = tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": "zaehlung"})
    assert [each["format"] for each in one["resources"]] == ["CSV", "PARQUET"]
    found, content = resource(), path().read_bytes()
    assert found["url"].endswith(f"/resource/{file_id()}/download/counts.parquet")
    assert found["mimetype"] == "application/vnd.apache.parquet"
    assert (found["hash"], found["size"]) == (hashlib.sha256(content).hexdigest(), len(content))


def test_the_file_holds_the_rows_in_their_types_and_the_order_of_the_key():
    """Days are days, times are UTC, whole numbers whole, and nothing is not an empty text."""
    publish([*ROWS, {"day": "2026-10-05", "place": "", "count": 0, "share": None, "counted": None}])
    table = pq.read_table(path())
    assert table.column_names == ["day", "place", "count", "share", "counted"]
    assert [str(one.type) for one in table.schema] == [
        "date32[day]",
        "string",
        "int64",
        "double",
        "timestamp[us, tz=UTC]",
    ]
    assert table.to_pylist() == [
        {
            "day": date(2026, 10, 3),
            "place": "Brücke",
            "count": 120,
            "share": 0.6,
            "counted": datetime(2026, 10, 3, 10, tzinfo=timezone.utc),
        },
        {"day": date(2026, 10, 3), "place": 'a,"b"\n\\.\n\\N', "count": None, "share": 1.0, "counted": None},
        {"day": date(2026, 10, 4), "place": "Platz", "count": 80, "share": None, "counted": None},
        {"day": date(2026, 10, 5), "place": "", "count": 0, "share": None, "counted": None},
    ]


def test_the_file_explains_its_columns():
    """Titles, descriptions and units stand at the columns, the Table Schema at the file."""
    publish(ROWS)
    shape = pq.read_schema(path())
    assert shape.field("place").metadata == {
        b"label": b"Ort",
        b"notes": b"Wo gez\xc3\xa4hlt wurde",
        b"label_en": b"Place",
    }
    assert shape.field("count").metadata[b"unit"] == b"1"
    assert not shape.field("day").nullable
    schema = json.loads(shape.metadata[b"table_schema"])
    assert schema["primaryKey"] == ["day", "place"]
    assert [one["name"] for one in schema["fields"]] == shape.names


def test_a_file_follows_its_table_and_is_left_alone_otherwise():
    """Bringing files in line writes those of changed tables only, and again after somebody took one away."""
    publish(ROWS)
    before, stat = path().read_bytes(), path().stat()
    assert files.refresh(city(), [GUID]) == []
    publish(ROWS[:2])
    assert path().stat().st_mtime_ns == stat.st_mtime_ns
    assert files.refresh(city(), [GUID, GUID]) == [file_id()]
    assert pq.read_table(path()).num_rows == 2
    assert resource()["hash"] == hashlib.sha256(path().read_bytes()).hexdigest()
    publish(ROWS)
    path().unlink()
    assert files.refresh(city(), [GUID]) == [file_id()]
    assert path().read_bytes() == before
    assert files.refresh(city(), [GUID, "traffic:nothing"]) == []


def test_a_file_that_is_gone_makes_the_dataset_incomplete():
    """The next import of the same unit does not take it for published, and makes the file again."""
    table = Table("counts", "Zählwerte", "test-traffic", ROWS, formats=("PARQUET",))
    one = Publication(GUID, {"name": "zaehlung", "title": "Zählung", "notes": "Zahlen.", "theme": [THEME]}, (table,))
    publish(ROWS)
    assert publishing.is_published(city(), [one])
    path().unlink()
    assert not publishing.is_published(city(), [one])
    publish(ROWS)
    assert publishing.is_published(city(), [one])


def test_a_broken_writing_leaves_the_old_file(monkeypatch):
    """Who reads while a file is written, or after that failed, reads the old one; nothing is left lying about."""
    publish(ROWS)
    before = path().read_bytes()
    publish(ROWS[:1])

    def cut(rows: Any, shape: Any) -> Any:
        for group in parquet_groups(rows, shape):
            assert path().read_bytes() == before
            yield group
            raise OSError("no space left on device")

    parquet_groups = parquet._groups
    with monkeypatch.context() as broken:
        broken.setattr(parquet, "_groups", cut)
        with pytest.raises(OSError, match="no space"):
            files.refresh(city(), [GUID])
    assert path().read_bytes() == before
    assert [one.name for one in path().parent.iterdir()] == [path().name]
    assert files.refresh(city(), [GUID]) == [file_id()]


def test_an_error_of_the_database_is_no_end_of_the_table(monkeypatch):
    """A copy that breaks off in the middle is an error, and not a shorter file."""
    publish(ROWS)
    before = path().read_bytes()
    publish(ROWS[:2])
    query, kinds = store.rows_in_order(fields.resource_id(city(), GUID, "counts"), store.load_schema("test-traffic"))
    breaking = query.replace('t."count"', '1 / (t."count" - 80)', 1)
    monkeypatch.setattr(store, "rows_in_order", lambda *arguments: (breaking, kinds))
    with pytest.raises(Exception, match="division by zero"):
        files.refresh(city(), [GUID])
    assert path().read_bytes() == before


def test_parts_of_the_file_can_be_asked_for(app):
    """Programs read the end of a Parquet file first, and then the columns that they need (RFC 9110, 14)."""
    publish(ROWS)
    content = path().read_bytes()
    answer = app.get(resource()["url"], headers={"Range": "bytes=-8"})
    assert answer.status_code == 206
    assert answer.data == content[-8:]
    assert answer.headers["Content-Range"] == f"bytes {len(content) - 8}-{len(content) - 1}/{len(content)}"
    assert answer.headers["Content-Type"] == "application/vnd.apache.parquet"
    whole = app.get(resource()["url"])
    assert (whole.status_code, whole.data) == (200, content)
    assert app.get(resource()["url"], headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304


def test_rows_are_read_back_as_a_frame():
    """With all columns or some, all rows or those of a scope, in their types."""
    publish(ROWS)
    table = fields.resource_id(city(), GUID, "counts")
    everything = store.read_table(table).sort("day", "place")
    assert everything.schema == pl.Schema(
        {"day": pl.Date, "place": pl.String, "count": pl.Int64, "share": pl.Float64, "counted": pl.Datetime("us")}
    )
    assert everything["place"].to_list() == ["Brücke", 'a,"b"\n\\.\n\\N', "Platz"]
    assert everything["counted"].to_list() == [datetime(2026, 10, 3, 10), None, None]  # noqa: DTZ001
    part = store.read_table(table, ["count"], ranges={"day": (date(2026, 10, 3), date(2026, 10, 4))})
    assert sorted(part["count"].to_list(), key=str) == [120, None]
    assert store.read_table(table, ["place"], {"place": "Brücke"}).rows() == [("Brücke",)]
    assert store.read_table(table, ["place"], {"share": None}).rows() == [("Platz",)]
    assert store.read_table(table, ["count"], {"place": "nowhere"}).schema == pl.Schema({"count": pl.Int64})
    with pytest.raises(store.TableMissingError, match="no column nothing"):
        store.read_table(table, ["nothing"])
    with pytest.raises(store.TableMissingError, match="no table"):
        store.read_table("nothing")


def test_groups_have_the_same_size_however_the_rows_come(monkeypatch):
    """So that the same rows give the same bytes."""
    publish([{**ROWS[0], "place": str(number), "count": number} for number in range(1000)])
    monkeypatch.setattr(parquet, "ROWS_OF_A_GROUP", 300)
    sums = set()
    for piece in (900, 7_000, 1_000_000):
        monkeypatch.setattr("ckanext.dresdensmartcity.harvesters.copied.PIECE", piece)
        path().unlink()
        files.refresh(city(), [GUID])
        found = pq.ParquetFile(path()).metadata
        assert [found.row_group(number).num_rows for number in range(found.num_row_groups)] == [300, 300, 300, 100]
        sums.add(path().read_bytes())
    assert len(sums) == 1


def test_a_reading_that_is_given_up_ends_the_copying():
    """The connection can be used again, and no thread is left."""
    publish([{**ROWS[0], "place": str(number)} for number in range(50_000)])
    query, kinds = store.rows_in_order(fields.resource_id(city(), GUID, "counts"), store.load_schema("test-traffic"))
    with get_write_engine().connect() as connection:
        rows = store.batches(connection, query, kinds)
        next(rows)
        rows.close()
        connection.rollback()

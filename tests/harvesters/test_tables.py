"""Table Schemas and the rows that must fit them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from ckanext.dresdensmartcity.harvesters.records import Table
from ckanext.dresdensmartcity.harvesters.tables import RowError, TableSchemaError, load_schema, read_schema, ready

NAMES = sorted(path.stem for path in (Path(__file__).parents[2] / "schemas" / "tables").glob("*.json"))


def schema(*fields: dict[str, Any], key: Any = "id") -> dict[str, Any]:
    columns = [{"title": one["name"], "title@en": one["name"], **one} for one in ({"name": "id"}, *fields)]
    return {"fields": columns, "primaryKey": key}


def rows(value: Any, scope: dict[str, Any] | None = None, **column: Any) -> list[list[str | None]]:
    one = read_schema("one", schema({"name": "value", **column}))
    return ready(Table("t", "T", "one", [{"id": "a", "value": value}], scope=scope or {}), one).rows


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_of_the_project_can_be_used(name: str):
    """Each has a key and titles in both languages; descriptions come in both or not at all."""
    one = load_schema(name)
    assert one.key
    assert all(bool(column.description) == bool(column.description_en) for column in one.columns)


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("string", "a\tb\\N", "a\tb\\N"),
        ("integer", 7, "7"),
        ("year", 2026, "2026"),
        ("number", 0.1, "0.1"),
        ("boolean", False, "f"),
        ("date", "2026-10-03", "2026-10-03"),
        ("datetime", "2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00"),
        ("datetime", "2026-10-25T02:30:00Z", "2026-10-25T02:30:00"),
        ("datetime", datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1))), "2025-12-31T23:00:00"),
        ("string", None, None),
    ],
)
def test_values_are_written_as_postgresql_reads_them(kind: str, value: Any, stored: str | None):
    """Times lose their offset by becoming UTC, nothing else changes."""
    assert rows(value, type=kind) == [["a", stored]]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("string", 5),
        ("string", "a\0b"),
        ("integer", 1.5),
        ("integer", True),
        ("integer", "7"),
        ("number", float("nan")),
        ("number", float("inf")),
        ("number", "1,5"),
        ("boolean", "yes"),
        ("date", "03.10.2026"),
        ("datetime", "2026-10-25T02:30:00"),
        ("datetime", "yesterday"),
    ],
)
def test_values_of_another_type_are_named_with_their_place(kind: str, value: Any):
    """Nothing is converted by guess; a time without an offset is no time."""
    with pytest.raises(RowError, match="table t, row 1, column value: "):
        rows(value, type=kind)


def test_needed_values_and_lists_of_values():
    """A needed value may not be missing; one outside its list is refused with the list."""
    with pytest.raises(RowError, match="row 1, column value: a value is needed"):
        rows(None, constraints={"required": True})
    with pytest.raises(RowError, match="'c' is not among 'a', 'b'"):
        rows("c", constraints={"enum": ["a", "b"]})
    assert rows(None, constraints={"enum": ["a", "b"]}) == [["a", None]]


def test_keys_are_unique_and_complete():
    """A key twice, or none, is refused before anything is written."""
    one = read_schema("one", schema())
    with pytest.raises(RowError, match=r"row 2: the key .* stands in row 1 already"):
        ready(Table("t", "T", "one", [{"id": "a"}, {"id": "a"}]), one)
    with pytest.raises(RowError, match="row 1, column id: a value is needed"):
        ready(Table("t", "T", "one", [{}]), one)


def test_unknown_columns_are_refused():
    """A value that no column would hold is not lost silently."""
    with pytest.raises(RowError, match="row 1, column more: unknown column"):
        ready(Table("t", "T", "one", [{"id": "a", "more": 1}]), read_schema("one", schema()))


def test_scope_holds_every_row():
    """Rows of a part of a table must lie in that part; a range ends before its second value."""
    times = {"type": "datetime"}
    day = {"value": ("2026-10-03T00:00:00Z", "2026-10-04T00:00:00Z")}
    assert rows("2026-10-03T00:00:00Z", day, **times)
    assert rows("2026-10-04T01:59:59+02:00", day, **times)
    for outside in ("2026-10-04T00:00:00Z", "2026-10-02T23:59:59Z", None):
        with pytest.raises(RowError, match="outside the scope"):
            rows(outside, day, **times)
    with pytest.raises(RowError, match="unknown column"):
        rows("x", {"day": "x"})
    with pytest.raises(RowError, match="a range is possible"):
        rows(5, {"value": (1, 9)}, type="integer")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"fields": []}, "primaryKey"),
        (schema(key=[]), "primaryKey"),
        (schema(key=["other"]), "primaryKey"),
        (schema({"name": "value", "type": "money"}), "unknown type 'money'"),
        (schema({"name": "value", "title@en": ""}), "title@en are needed"),
    ],
)
def test_schemas_that_cannot_be_used_are_named(data: dict[str, Any], message: str):
    """A mistake in a schema is told with its column."""
    with pytest.raises(TableSchemaError, match=message):
        read_schema("one", data)


def test_a_missing_schema_is_named():
    """The name of the file that should be there."""
    with pytest.raises(TableSchemaError, match=r"no Table Schema nothing\.json"):
        load_schema("nothing")

"""The tables that the portal publishes: their Table Schemas, and rows made ready for the DataStore.

A schema is a Table Schema (https://specs.frictionlessdata.io/table-schema/, version 1) in schemas/tables/<name>.json.
Titles and descriptions are German; `title@en` and `description@en` hold the English ones (Frictionless pattern
"language support"). `primaryKey` is needed: a table without a key cannot be reloaded without writing it anew.
`datetime` values are stored in UTC without an offset, as the DataStore's `timestamp` does; descriptions say so.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from .records import HarvesterError, Table, Value

# Types of a Table Schema, as names of PostgreSQL's types in the form in which the DataStore gives them back.
TYPES = {
    "string": "text",
    "integer": "int8",
    "year": "int4",
    "number": "numeric",
    "boolean": "bool",
    "date": "date",
    "datetime": "timestamp",
}


class TableSchemaError(HarvesterError):
    """A file in schemas/tables is missing or cannot be used: a mistake in the software, not in a source."""


class RowError(HarvesterError):
    """A row does not fit its Table Schema; nothing of the table is written."""


@dataclass(frozen=True)
class Column:
    """A column with its texts for people."""

    name: str
    type: str  # of the Table Schema
    title: str
    title_en: str
    description: str
    description_en: str
    unit: str
    required: bool
    allowed: tuple[Any, ...]  # empty: anything of the type

    @property
    def dictionary(self) -> dict[str, str]:
        """The entry of the DataStore's Data Dictionary; `label` and `notes` are the keys that CKAN shows."""
        entry = {
            "label": self.title,
            "notes": self.description,
            "label_en": self.title_en,
            "notes_en": self.description_en,
            "unit": self.unit,
        }
        return {key: text for key, text in entry.items() if text}


@dataclass(frozen=True)
class TableSchema:
    """A Table Schema that has been read and checked."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def structure(self) -> list[list[Any]]:
        """What a change of needs a new table: columns, their types, the key."""
        return [[[one.name, TYPES[one.type]] for one in self.columns], list(self.key)]


@cache
def load_schema(name: str) -> TableSchema:
    """The schema schemas/tables/<name>.json; raises TableSchemaError where there is none or it lacks what is needed."""
    file = resources.files("ckanext.dresdensmartcity.schemas") / "tables" / f"{name}.json"
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise TableSchemaError(f"there is no Table Schema {name}.json in schemas/tables") from error
    except json.JSONDecodeError as error:
        raise TableSchemaError(f"the Table Schema {name}.json is no JSON: {error}", f"line {error.lineno}") from error
    return read_schema(name, data)


def read_schema(name: str, data: dict[str, Any]) -> TableSchema:
    """A Table Schema from its JSON; TableSchemaError names the column that cannot be used."""
    columns = []
    for entry in data.get("fields", []):
        column, kind = entry.get("name", ""), entry.get("type", "string")
        place = f"{name}.json, column {column!r}"
        if kind not in TYPES:
            raise TableSchemaError(f"unknown type {kind!r}; possible are {', '.join(TYPES)}", place)
        if not column or not entry.get("title") or not entry.get("title@en"):
            raise TableSchemaError("name, title and title@en are needed", place)
        constraints = entry.get("constraints", {})
        columns.append(
            Column(
                name=column,
                type=kind,
                title=entry["title"],
                title_en=entry["title@en"],
                description=entry.get("description", ""),
                description_en=entry.get("description@en", ""),
                unit=entry.get("unit", ""),
                required=bool(constraints.get("required")),
                allowed=tuple(constraints.get("enum", ())),
            )
        )
    key = data.get("primaryKey", [])
    key = (key,) if isinstance(key, str) else tuple(key)
    if not key or not set(key) <= {column.name for column in columns}:
        raise TableSchemaError("primaryKey must name columns of the table", f"{name}.json")
    return TableSchema(name, tuple(columns), key)


def convert(column: Column, value: Value | date | datetime | Decimal) -> str | None:
    """The value as PostgreSQL reads it, or None; raises ValueError with what is wrong with it."""
    if value is None:
        return None
    if column.allowed and value not in column.allowed:
        raise ValueError(f"{value!r} is not among {', '.join(map(repr, column.allowed))}")
    return _CONVERTERS[column.type](value)


def _string(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(f"{value!r} is no text")
    return value


def _integer(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{value!r} is no whole number")
    return str(value)


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no finite number")
    return str(value)


def _boolean(value: Any) -> str:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false")
    return "t" if value else "f"


def _date(value: Any) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no date")
    return date.fromisoformat(value).isoformat()


def _datetime(value: Any) -> str:
    if isinstance(value, str):
        # Python 3.10 does not read the Z that everybody writes.
        value = datetime.fromisoformat(f"{value[:-1]}+00:00" if value.endswith("Z") else value)
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError(f"{value!r} is no time with an offset from UTC")
    return value.astimezone(timezone.utc).replace(tzinfo=None).isoformat()


_CONVERTERS = {
    "string": _string,
    "integer": _integer,
    "year": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
}


@dataclass(frozen=True)
class ReadyTable:
    """Rows in the order of the schema's columns, as PostgreSQL reads them, and the part of the table that they are."""

    rows: list[list[str | None]]
    equal: dict[str, str | None]  # scope: column = value
    ranges: dict[str, tuple[str, str]]  # scope: from <= column < until


def ready(table: Table, schema: TableSchema) -> ReadyTable:
    """The table's rows checked against its schema; RowError names row (from 1) and column of the first mistake."""
    by_name = {column.name: column for column in schema.columns}
    equal, ranges = scope_of(table, by_name)
    names = [column.name for column in schema.columns]
    rows = []
    seen: dict[tuple[str | None, ...], int] = {}
    for number, row in enumerate(table.rows, start=1):
        values = dict(zip(names, _row(table, schema, number, row), strict=True))
        key = tuple(values[name] for name in schema.key)
        if key in seen:
            raise RowError(f"the key {key} stands in row {seen[key]} already", f"table {table.name}, row {number}")
        seen[key] = number
        outside = [name for name, value in equal.items() if values[name] != value]
        outside += [name for name, (low, high) in ranges.items() if not low <= str(values[name]) < high]
        if outside:
            raise RowError(f"lies outside the scope {table.scope}", _place(table, number, outside[0]))
        rows.append(list(values.values()))
    return ReadyTable(rows, equal, ranges)


def scope_of(table: Table, columns: dict[str, Column]) -> tuple[dict[str, str | None], dict[str, tuple[str, str]]]:
    """The table's scope as PostgreSQL reads its values: columns with one value, and ranges; raises RowError."""
    equal: dict[str, str | None] = {}
    ranges: dict[str, tuple[str, str]] = {}
    for name, value in table.scope.items():
        if name not in columns:
            raise RowError(f"the scope names the unknown column {name!r}", f"table {table.name}")
        try:
            if isinstance(value, tuple):
                if columns[name].type not in ("date", "datetime", "string"):
                    raise ValueError("a range is possible for dates, times and texts only")
                ranges[name] = (str(convert(columns[name], value[0])), str(convert(columns[name], value[1])))
            else:
                equal[name] = convert(columns[name], value)
        except ValueError as error:
            raise RowError(f"the scope cannot be used: {error}", f"table {table.name}, column {name}") from error
    return equal, ranges


def _row(table: Table, schema: TableSchema, number: int, row: dict[str, Value]) -> Iterable[str | None]:
    unknown = set(row) - {column.name for column in schema.columns}
    if unknown:
        raise RowError(f"unknown column; the schema is {schema.name}.json", _place(table, number, min(unknown)))
    for column in schema.columns:
        try:
            value = convert(column, row.get(column.name))
        except ValueError as error:
            raise RowError(str(error), _place(table, number, column.name)) from error
        if value is None and (column.required or column.name in schema.key):
            raise RowError("a value is needed", _place(table, number, column.name))
        yield value


def _place(table: Table, number: int, column: str) -> str:
    return f"table {table.name}, row {number}, column {column}"

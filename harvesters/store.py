"""Tables in the DataStore: defined by its own action, filled by COPY and a difference in one transaction.

Why not datastore_upsert: it writes every row again, and the full-text trigger fires for each. Here the rows come by
COPY into a temporary table and only what differs is written; readers see the old table or the new one, never half of
it. The record count, which the actions would keep, is renewed here.

Statements are put together from identifiers that were quoted and stand in schemas/tables; values are parameters.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckanext.datastore.backend import DatastoreBackend
from ckanext.datastore.backend.postgres import get_write_engine, identifier

from .records import Table
from .tables import TYPES, ReadyTable, TableSchema, load_schema, ready

INCOMING = "incoming_rows"  # the temporary table of a transaction


@dataclass(frozen=True)
class TableChange:
    """What writing a table did, in rows."""

    new: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    @property
    def any(self) -> bool:
        return bool(self.new or self.changed or self.removed)


def table_exists(resource_id: str) -> bool:
    """Whether the DataStore holds a table for the resource."""
    return bool(DatastoreBackend.get_active_backend().resource_exists(resource_id))


@dataclass(frozen=True)
class PreparedTable:
    """A table whose rows fit its schema, so that nothing but the database can fail while it is written."""

    schema: TableSchema
    rows: ReadyTable


def prepare(table: Table) -> PreparedTable:
    """The table checked against its schema; raises RowError or TableSchemaError."""
    schema = load_schema(table.schema)
    return PreparedTable(schema, ready(table, schema))


def write_table(user: str, resource_id: str, table: PreparedTable) -> TableChange:
    """Make the DataStore's table of an existing resource equal to `table` (within its scope); says what that took."""
    _define(user, resource_id, table.schema)
    with get_write_engine().begin() as connection:
        change = _replace(connection, resource_id, table.schema, table.rows)
    if change.any:
        backend = DatastoreBackend.get_active_backend()
        backend.clear_table_stats(resource_id)
        backend.calculate_record_count(resource_id)
    return change


def _define(user: str, resource_id: str, schema: TableSchema) -> None:
    """Create or change the table where its definition is not that of the schema; the fingerprint is a comment on it."""
    wanted = {"structure": _digest(schema.structure), "texts": _digest([one.dictionary for one in schema.columns])}
    exists = table_exists(resource_id)
    found = _fingerprint(resource_id) if exists else {}
    if found == wanted:
        return
    context = {"user": user, "ignore_auth": True}
    if exists and found.get("structure") != wanted["structure"]:
        # The DataStore cannot change the type of a column. The harvest that brought the new schema brings the rows.
        tk.get_action("datastore_delete")(dict(context), {"resource_id": resource_id, "force": True})
    tk.get_action("datastore_create")(
        dict(context),
        {
            "resource_id": resource_id,
            "force": True,
            "primary_key": list(schema.key),
            "fields": [{"id": one.name, "type": TYPES[one.type], "info": one.dictionary} for one in schema.columns],
        },
    )
    with get_write_engine().begin() as connection:
        # A comment takes no parameters; the value is two hexadecimal digests.
        connection.execute(sa.text(f"COMMENT ON TABLE {identifier(resource_id)} IS '{_packed(wanted)}'"))


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def _packed(fingerprint: dict[str, str]) -> str:
    return f"{fingerprint['structure']} {fingerprint['texts']}"


def _fingerprint(resource_id: str) -> dict[str, str]:
    with get_write_engine().connect() as connection:
        comment = connection.scalar(
            sa.text("SELECT obj_description(CAST(:name AS regclass), 'pg_class')"), {"name": f'"{resource_id}"'}
        )
    structure, _, texts = (comment or "").partition(" ")
    return {"structure": structure, "texts": texts}


def _replace(connection: sa.Connection, resource_id: str, schema: TableSchema, rows: ReadyTable) -> TableChange:
    table = identifier(resource_id)
    names = [identifier(column.name) for column in schema.columns]
    listed = ", ".join(names)
    types = ", ".join(f"{identifier(one.name)} {TYPES[one.type]}" for one in schema.columns)
    connection.execute(sa.text(f"CREATE TEMPORARY TABLE {INCOMING} ({types}) ON COMMIT DROP"))
    cursor = connection.connection.cursor()
    cursor.copy_expert(f"COPY {INCOMING} ({listed}) FROM STDIN", io.StringIO(_copy_text(rows.rows)))
    connection.execute(sa.text(f"ANALYZE {INCOMING}"))
    same_key = " AND ".join(f"t.{identifier(name)} = i.{identifier(name)}" for name in schema.key)

    others = [identifier(column.name) for column in schema.columns if column.name not in schema.key]
    changed = 0
    if others:
        assignments = ", ".join(f"{name} = i.{name}" for name in others)
        differs = f"({', '.join(f't.{n}' for n in others)}) IS DISTINCT FROM ({', '.join(f'i.{n}' for n in others)})"
        changed = _rows(
            connection,
            f"UPDATE {table} t SET {assignments} FROM {INCOMING} i WHERE {same_key} AND {differs}",  # noqa: S608
        )
    where, values = _in_scope(schema, rows)
    removed = _rows(
        connection,
        f"DELETE FROM {table} t WHERE {where} AND NOT EXISTS (SELECT 1 FROM {INCOMING} i WHERE {same_key})",  # noqa: S608
        values,
    )
    order = ", ".join(map(identifier, schema.key))
    new = _rows(
        connection,
        f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {INCOMING} i "  # noqa: S608
        f"WHERE NOT EXISTS (SELECT 1 FROM {table} t WHERE {same_key}) ORDER BY {order}",
    )
    return TableChange(new, changed, removed, len(rows.rows) - new - changed)


def _rows(connection: sa.Connection, statement: str, values: dict[str, Any] | None = None) -> int:
    # A colon in an identifier would be taken for a parameter; column names come from schemas/tables and hold none.
    return connection.execute(sa.text(statement), values or {}).rowcount


def _in_scope(schema: TableSchema, rows: ReadyTable) -> tuple[str, dict[str, Any]]:
    types = {column.name: TYPES[column.type] for column in schema.columns}
    conditions, values = ["TRUE"], {}
    for number, (name, value) in enumerate(rows.equal.items()):
        conditions.append(f"t.{identifier(name)} IS NOT DISTINCT FROM CAST(:equal{number} AS {types[name]})")
        values[f"equal{number}"] = value
    for number, (name, (low, high)) in enumerate(rows.ranges.items()):
        conditions.append(f"t.{identifier(name)} >= CAST(:low{number} AS {types[name]})")
        conditions.append(f"t.{identifier(name)} < CAST(:high{number} AS {types[name]})")
        values |= {f"low{number}": low, f"high{number}": high}
    return " AND ".join(conditions), values


def _copy_text(rows: list[list[str | None]]) -> str:
    r"""Rows in PostgreSQL's text format of COPY: tabs between values, \N for NULL, backslash escapes."""
    escapes = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
    lines = ("\t".join(r"\N" if one is None else one.translate(escapes) for one in row) for row in rows)
    return "".join(f"{line}\n" for line in lines)

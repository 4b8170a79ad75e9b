"""Tables in the DataStore: defined by its own action, filled by COPY and a difference in one transaction.

Why not datastore_upsert: it writes every row again, one statement each, and the full-text trigger fires for each. Here
the rows come by COPY into a temporary table, one join finds what differs, and only that is written; readers see the old
table or the new one, never half of it, and a table that already is as it should be is not written to at all.

What the DataStore's actions would keep is kept here, in the same transaction:

- the column of the full-text search. The trigger of the DataStore puts each row's values into one text; here the same
  text is made for all rows by one statement, which spares the trigger a query for each row. Rows that are changed get a
  new one: the trigger keeps an old one as it is.
- the cached count of rows: it is dropped with the change, and whoever asks next counts anew.
- indexes: an empty table that gets many rows loses those of the search and gets them back when the rows are there.

The comment of a table holds what is known of it: fingerprints of its columns and of their texts, a version that is a
new one after each change, and the version that its file was made of (parquet.py).

Statements are put together from identifiers that were quoted and stand in schemas/tables; values are parameters.
"""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import ckan.plugins.toolkit as tk
import polars as pl
import sqlalchemy as sa
from ckanext.datastore.backend import DatastoreBackend
from ckanext.datastore.backend.postgres import get_read_engine, get_write_engine, identifier

from .copied import Kind, batches
from .frames import ReadyFrame, ready_frame
from .records import Table
from .structure import TableMissingError, columns_of, keeps_its_rows
from .tables import TYPES, TableSchema, load_schema

INCOMING, DIFFERENCE = "incoming_rows", "differing_rows"  # temporary tables of a transaction
AS_JSON = ("boolean", "date", "datetime")  # types that JSON writes in another way than PostgreSQL
BULK = 1000  # rows from which on indexes are made after them
AT_ONCE = 1024 * 1024  # bytes handed to the database
MEMORY = "64MB"  # for joining and sorting


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


@dataclass(frozen=True)
class TableState:
    """What the comment of a table says; empty where it says nothing."""

    structure: str = ""  # fingerprint of columns, types and key
    texts: str = ""  # fingerprint of titles and descriptions
    version: str = ""  # another one after each change of rows
    filed: str = ""  # the version that its Parquet file was made of, with the texts of then


def table_exists(resource_id: str) -> bool:
    """Whether the DataStore holds a table for the resource."""
    return bool(DatastoreBackend.get_active_backend().resource_exists(resource_id))


def height(resource_id: str) -> int:
    """How many rows the table holds; 0 where there is none."""
    if not table_exists(resource_id):
        return 0
    with get_write_engine().connect() as connection:
        return int(connection.scalar(sa.text(f"SELECT count(*) FROM {identifier(resource_id)}")))  # noqa: S608


@dataclass(frozen=True)
class PreparedTable:
    """A table whose rows fit its schema, so that nothing but the database can fail while it is written."""

    schema: TableSchema
    rows: ReadyFrame


def prepare(table: Table) -> PreparedTable:
    """The table checked against its schema; raises RowError or TableSchemaError."""
    schema = load_schema(table.schema)
    return PreparedTable(schema, ready_frame(table, schema))


def write_table(user: str, resource_id: str, table: PreparedTable) -> TableChange:
    """Make the DataStore's table of an existing resource equal to `table` (within its scope); says what that took."""
    _define(user, resource_id, table.schema)
    with get_write_engine().begin() as connection:
        change = _replace(connection, resource_id, table.schema, table.rows)
        if change.any:
            # In the transaction: whoever is killed after it leaves no wrong count behind.
            connection.execute(sa.text("DELETE FROM _table_stats WHERE resource_id = :id"), {"id": resource_id})
            note(connection, resource_id, version=uuid.uuid4().hex[:16])
    if change.any:
        DatastoreBackend.get_active_backend().calculate_record_count(resource_id)
    return change


def compare_table(resource_id: str, table: PreparedTable) -> TableChange:
    """What `write_table` would do, found out by the same comparison without writing: temporary tables are all it makes.

    A table that is not there, or has other columns, would be filled with all rows.
    """
    if not table_exists(resource_id) or state(resource_id).structure != _digest(table.schema.structure):
        return TableChange(new=table.rows.frame.height)
    with get_write_engine().connect() as connection, connection.begin() as transaction:
        _receive(connection, table.schema, table.rows)
        counts = _difference(connection, resource_id, table.schema, table.rows)
        transaction.rollback()
    return TableChange(counts.new, counts.changed, counts.gone, table.rows.frame.height - counts.new - counts.changed)


def read_table(
    resource_id: str,
    columns: Collection[str] | None = None,
    equal: Mapping[str, Any] | None = None,
    ranges: Mapping[str, tuple[Any, Any]] | None = None,
) -> pl.DataFrame:
    """Rows of a table of the DataStore, as one moment of it has them; raises TableMissingError.

    `equal`: column = value (None: empty); `ranges`: from <= column < until. Times are naive and UTC, in microseconds.
    """
    with get_read_engine().connect() as connection:
        kinds = columns_of(connection, resource_id)
        wanted = list(kinds) if columns is None else list(columns)
        if unknown := sorted({*wanted, *(equal or {}), *(ranges or {})} - set(kinds)):
            raise TableMissingError(f"the table {resource_id} has no column {', '.join(unknown)}")
        where, values = _conditions(kinds, dict(equal or {}), dict(ranges or {}))
        chosen = {name: kinds[name] for name in wanted}
        found = [pl.from_arrow(one) for one in batches(connection, _select(resource_id, chosen, where), chosen, values)]
    return pl.concat(found)  # type: ignore[arg-type, return-value]  # record batches become frames


def _select(resource_id: str, kinds: Mapping[str, Kind], where: str) -> str:
    listed = ", ".join(f"t.{identifier(name)}" for name in kinds)
    return f"SELECT {listed} FROM {identifier(resource_id)} t WHERE {where}"  # noqa: S608


def rows_in_order(resource_id: str, schema: TableSchema) -> tuple[str, dict[str, Kind]]:
    """A query for all rows of the table in the order of its key, the same in every database; the columns it gives."""
    kinds = {column.name: Kind(TYPES[column.type]) for column in schema.columns}
    order = (f"t.{identifier(one)}" + (' COLLATE "C"' if kinds[one] == TYPES["string"] else "") for one in schema.key)
    return f"{_select(resource_id, kinds, 'TRUE')} ORDER BY {', '.join(order)}", kinds


# What a table is


def _define(user: str, resource_id: str, schema: TableSchema) -> None:
    """Create or change the table where its definition is not that of the schema; the fingerprint is a comment on it."""
    wanted = {"structure": _digest(schema.structure), "texts": _digest([one.dictionary for one in schema.columns])}
    exists = table_exists(resource_id)
    found = state(resource_id) if exists else TableState()
    if (found.structure, found.texts) == (wanted["structure"], wanted["texts"]):
        return
    context = {"user": user, "ignore_auth": True}
    if exists and found.structure != wanted["structure"] and not keeps_its_rows(resource_id, schema):
        # The DataStore cannot change the type of a column. The harvest that brought the new schema brings the rows.
        tk.get_action("datastore_delete")(dict(context), {"resource_id": resource_id, "force": True})
    tk.get_action("datastore_create")(
        dict(context),
        {
            "resource_id": resource_id,
            "force": True,
            "primary_key": list(schema.key),
            "delete_fields": True,  # columns that the schema no longer has; new ones are empty in the old rows
            "fields": [{"id": one.name, "type": TYPES[one.type], "info": one.dictionary} for one in schema.columns],
        },
    )
    with get_write_engine().begin() as connection:
        # Its file says what the columns are, so it is made anew too.
        note(connection, resource_id, **wanted, version=uuid.uuid4().hex[:16])


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def state(resource_id: str) -> TableState:
    """What is known of a table; all empty where it is not there."""
    with get_write_engine().connect() as connection:
        return _state(connection, resource_id)


def _state(connection: sa.Connection, resource_id: str) -> TableState:
    comment = connection.scalar(
        sa.text("SELECT obj_description(to_regclass(:name), 'pg_class')"), {"name": identifier(resource_id)}
    )
    return TableState(*(comment or "").split(" ")[:4])


def note(connection: sa.Connection, resource_id: str, **known: str) -> None:
    """Change what is known of a table, together with the transaction."""
    # The lock that a comment takes, before reading it, so that no other's change is written over.
    connection.execute(sa.text(f"LOCK TABLE {identifier(resource_id)} IN SHARE UPDATE EXCLUSIVE MODE"))
    one = replace(_state(connection, resource_id), **known)
    # A comment takes no parameters; the values are hexadecimal digests.
    text = f"{one.structure} {one.texts} {one.version} {one.filed}".rstrip()
    connection.execute(sa.text(f"COMMENT ON TABLE {identifier(resource_id)} IS '{text}'"))


# What is in it


def _replace(connection: sa.Connection, resource_id: str, schema: TableSchema, rows: ReadyFrame) -> TableChange:
    _receive(connection, schema, rows)
    empty = not connection.scalar(sa.text(f"SELECT EXISTS (SELECT FROM {identifier(resource_id)})"))  # noqa: S608
    if empty:
        return _fill(connection, resource_id, schema, rows.frame.height)
    return _bring_in_line(connection, resource_id, schema, rows)


def _receive(connection: sa.Connection, schema: TableSchema, rows: ReadyFrame) -> None:
    """Put the rows into the temporary table of incoming ones."""
    types = ", ".join(f"{identifier(one.name)} {TYPES[one.type]}" for one in schema.columns)
    listed = ", ".join(identifier(column.name) for column in schema.columns)
    connection.execute(sa.text(f"SET LOCAL work_mem = '{MEMORY}'"))
    connection.execute(sa.text(f"CREATE TEMPORARY TABLE {INCOMING} ({types}) ON COMMIT DROP"))
    cursor = connection.connection.cursor()
    cursor.copy_expert(f"COPY {INCOMING} ({listed}) FROM STDIN (FORMAT csv)", _Reader(rows.chunks()), AT_ONCE)


def _fill(connection: sa.Connection, resource_id: str, schema: TableSchema, height: int) -> TableChange:
    """Put all incoming rows into an empty table."""
    indexes = _without_search(connection, resource_id) if height >= BULK else []
    _insert(connection, resource_id, schema, INCOMING, "TRUE")
    for definition in indexes:
        connection.execute(sa.text(definition))
    return TableChange(new=height)


def _without_search(connection: sa.Connection, resource_id: str) -> list[str]:
    """Drop the indexes that are no keys; gives what makes them again. Who reads an empty table waits meanwhile."""
    found = connection.execute(
        sa.text(
            "SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index "
            "WHERE indrelid = CAST(:name AS regclass) AND NOT indisunique"
        ),
        {"name": identifier(resource_id)},
    ).all()
    for row in found:
        connection.execute(sa.text(f"DROP INDEX {row.name}"))
    return [str(row.definition) for row in found]


def _difference(connection: sa.Connection, resource_id: str, schema: TableSchema, rows: ReadyFrame) -> Any:
    """What differs between the table and the incoming rows, as a temporary table; how many are gone, new, changed."""
    connection.execute(sa.text(f"ANALYZE {INCOMING}"))
    table = identifier(resource_id)
    listed = ", ".join(f"i.{identifier(column.name)}" for column in schema.columns)
    same_key = " AND ".join(f"t.{identifier(name)} = i.{identifier(name)}" for name in schema.key)
    others = [identifier(column.name) for column in schema.columns if column.name not in schema.key]
    differs = " OR ".join(f"t.{name} IS DISTINCT FROM i.{name}" for name in others) or "FALSE"
    where, values = _in_scope(schema, rows)
    # A row may move here from outside of the scope where the scope's columns are no part of the key.
    inside = {*rows.equal, *rows.ranges} <= set(schema.key)
    source = f"(SELECT * FROM {table} t WHERE {where})" if inside else table  # noqa: S608
    none = f"i.{identifier(schema.key[0])} IS NULL"
    gone = none if inside else f"({none} AND {where})"
    connection.execute(
        sa.text(
            f"CREATE TEMPORARY TABLE {DIFFERENCE} ON COMMIT DROP AS SELECT t._id, {listed}, {none} AS _gone "  # noqa: S608
            f"FROM {INCOMING} i FULL JOIN {source} t ON {same_key} "
            f"WHERE {gone} OR (NOT ({none}) AND (t._id IS NULL OR {differs}))"
        ),
        values,
    )
    return connection.execute(
        sa.text(
            "SELECT count(*) FILTER (WHERE _gone) AS gone, count(*) FILTER (WHERE NOT _gone AND _id IS NULL) AS new, "  # noqa: S608
            f"count(*) FILTER (WHERE NOT _gone AND _id IS NOT NULL) AS changed FROM {DIFFERENCE}"
        )
    ).one()


def _bring_in_line(connection: sa.Connection, resource_id: str, schema: TableSchema, rows: ReadyFrame) -> TableChange:
    """Write what differs between the table and the incoming rows."""
    counts = _difference(connection, resource_id, schema, rows)
    table = identifier(resource_id)
    others = [identifier(column.name) for column in schema.columns if column.name not in schema.key]
    if counts.gone:
        connection.execute(
            sa.text(f"DELETE FROM {table} t USING {DIFFERENCE} i WHERE t._id = i._id AND i._gone")  # noqa: S608
        )
    if counts.changed:
        assignments = ", ".join(f"{name} = i.{name}" for name in others)
        connection.execute(
            sa.text(
                f"UPDATE {table} t SET {assignments}, _full_text = {_full_text(schema)} FROM {DIFFERENCE} i "  # noqa: S608
                "WHERE t._id = i._id AND NOT i._gone"
            )
        )
    if counts.new:
        _insert(connection, resource_id, schema, DIFFERENCE, "NOT i._gone AND i._id IS NULL")
    return TableChange(counts.new, counts.changed, counts.gone, rows.frame.height - counts.new - counts.changed)


def _insert(connection: sa.Connection, resource_id: str, schema: TableSchema, source: str, where: str) -> None:
    names = [identifier(column.name) for column in schema.columns]
    order = ", ".join(f"i.{identifier(name)}" for name in schema.key)
    connection.execute(
        sa.text(
            f"INSERT INTO {identifier(resource_id)} ({', '.join(names)}, _full_text) "  # noqa: S608
            f"SELECT {', '.join(f'i.{name}' for name in names)}, {_full_text(schema)} FROM {source} i "
            f"WHERE {where} ORDER BY {order}"
        )
    )


def _full_text(schema: TableSchema) -> str:
    """What the DataStore's trigger would make of the row `i`: its values as JSON writes them, with blanks between."""
    values = (
        f"to_json(i.{identifier(one.name)})#>>'{{}}'" if one.type in AS_JSON else f"i.{identifier(one.name)}"
        for one in schema.columns
        if not one.name.startswith("_")
    )
    return f"to_tsvector(concat_ws(' ', {', '.join(values)}))"


class _Reader(io.RawIOBase):
    """Pieces of text as a file, which is what COPY reads."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks, self.piece, self.at = chunks, b"", 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while self.at >= len(self.piece):
            piece = next(self.chunks, None)
            if piece is None:
                return b""
            self.piece, self.at = piece, 0
        found = self.piece[self.at : len(self.piece) if size < 0 else self.at + size]
        self.at += len(found)
        return found


def _in_scope(schema: TableSchema, rows: ReadyFrame) -> tuple[str, dict[str, Any]]:
    kinds = {column.name: Kind(TYPES[column.type]) for column in schema.columns}
    return _conditions(kinds, rows.equal, rows.ranges)


def _conditions(
    kinds: Mapping[str, Kind], equal: Mapping[str, Any], ranges: Mapping[str, tuple[Any, Any]]
) -> tuple[str, dict[str, Any]]:
    # A colon in an identifier would be taken for a parameter; column names come from schemas/tables and hold none.
    conditions, values = ["TRUE"], dict[str, Any]()
    for number, (name, value) in enumerate(equal.items()):
        if value is None:
            conditions.append(f"t.{identifier(name)} IS NULL")
            continue
        conditions.append(f"t.{identifier(name)} = CAST(:equal{number} AS {kinds[name]})")
        values[f"equal{number}"] = value
    for number, (name, (low, high)) in enumerate(ranges.items()):
        conditions.append(f"t.{identifier(name)} >= CAST(:low{number} AS {kinds[name]})")
        conditions.append(f"t.{identifier(name)} < CAST(:high{number} AS {kinds[name]})")
        values |= {f"low{number}": low, f"high{number}": high}
    return " AND ".join(conditions), values

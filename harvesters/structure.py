"""How a table of the DataStore is built, and whether it can become another one without losing its rows."""

from __future__ import annotations

import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_read_engine

from .copied import Kind
from .records import HarvesterError
from .tables import TYPES, TableSchema

# Types of the schemas by the names under which PostgreSQL lists them.
LISTED = {"int8": "bigint", "int4": "integer", "bool": "boolean", "timestamp": "timestamp without time zone"}


class TableMissingError(HarvesterError):
    """A table of the DataStore that was asked for is not there, or has not the columns that were asked for."""


def columns_of(connection: sa.Connection, resource_id: str) -> dict[str, Kind]:
    """The columns of a table and their PostgreSQL types, in their order; raises TableMissingError."""
    rows = connection.execute(
        sa.text(
            "SELECT attname, format_type(atttypid, atttypmod) AS kind "
            "FROM pg_attribute JOIN pg_class ON attrelid = oid WHERE relname = :name "
            "AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped "
            r"AND attname NOT LIKE '\_%' ORDER BY attnum"
        ),
        {"name": resource_id},
    ).all()
    if not rows:
        raise TableMissingError(f"the DataStore has no table {resource_id}")
    return {row.attname: row.kind for row in rows}


def key_of(connection: sa.Connection, resource_id: str) -> frozenset[str]:
    """The columns of the table's unique index; none where it has no such index."""
    rows = connection.execute(
        sa.text(
            "SELECT attname FROM pg_index JOIN pg_class ON pg_class.oid = indrelid JOIN pg_attribute "
            "ON attrelid = indrelid AND attnum = ANY (indkey) WHERE relname = :name "
            "AND relnamespace = 'public'::regnamespace AND indisunique AND attname <> '_id'"
        ),
        {"name": resource_id},
    )
    return frozenset(rows.scalars())


def keeps_its_rows(resource_id: str, schema: TableSchema) -> bool:
    """Whether the table can get the columns and the key of `schema` with the rows that it has.

    A harvest brings only its own part of a table that several units share: rows of months that nobody asks for again
    must outlive a release that adds a column.
    """
    with get_read_engine().connect() as connection:
        kinds, key = columns_of(connection, resource_id), key_of(connection, resource_id)
    wanted = {column.name: TYPES[column.type] for column in schema.columns}
    same = all(LISTED.get(wanted[name], wanted[name]) == kinds[name] for name in wanted.keys() & kinds.keys())
    # More columns in the key leave rows unique, fewer may not; none of them may be new, as it would be empty.
    return same and bool(key) and key <= set(schema.key) <= kinds.keys()

"""Rows out of the DataStore by COPY, in pieces of columns: as one moment of the table has them, in little memory."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, NewType

import pyarrow as pa
import pyarrow.csv
import sqlalchemy as sa

Kind = NewType("Kind", str)  # the name of a type of PostgreSQL
PIECE = 4 * 1024 * 1024  # bytes of text that become one batch

_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "int8": pa.int64(),
    "bigint": pa.int64(),
    "int4": pa.int32(),
    "integer": pa.int32(),
    # A number of any length is read as the nearest double, as nearly every program would.
    "numeric": pa.float64(),
    "float8": pa.float64(),
    "double precision": pa.float64(),
    "bool": pa.bool_(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamp without time zone": pa.timestamp("us"),
}


def arrow_schema(kinds: Mapping[str, Kind]) -> pa.Schema:
    """The columns as Arrow has them; what has no counterpart there stays text."""
    return pa.schema([(name, _TYPES.get(kind, pa.string())) for name, kind in kinds.items()])


def batches(
    connection: sa.Connection, query: str, kinds: Mapping[str, Kind], values: Mapping[str, Any] | None = None
) -> Iterator[pa.RecordBatch]:
    """What the query gives, at least one batch; `kinds` are its columns. An error of the database ends the iteration.

    The connection must not be used for anything else until all is read or the iterator is closed.
    """
    schema = arrow_schema(kinds)
    cursor = connection.connection.cursor()
    statement = cursor.mogrify(str(sa.text(query).compile(dialect=connection.dialect)), dict(values or {})).decode()
    reading, writing = os.pipe()
    copying = _Copying(cursor, f"COPY ({statement}) TO STDOUT (FORMAT csv, HEADER)", writing)
    copying.start()
    number = 0
    try:
        with os.fdopen(reading, "rb") as text:
            for batch in _parsed(text, schema):
                number += 1
                yield batch
    finally:
        # Closed before its end, the pipe ends the copying too.
        copying.join()
    # A text that ends early looks like one that is complete; only the database knows.
    if copying.failure is not None:
        raise copying.failure
    if not number:
        yield pa.RecordBatch.from_pylist([], schema=schema)


def _parsed(text: Any, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    try:
        reader = pa.csv.open_csv(
            text,
            pa.csv.ReadOptions(use_threads=False, block_size=PIECE),
            pa.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            pa.csv.ConvertOptions(
                column_types=schema,
                null_values=[""],
                true_values=["t"],
                false_values=["f"],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        if text.read(1):
            raise
        return  # nothing came at all: the database says why
    with reader:
        yield from reader


class _Copying(threading.Thread):
    """Runs COPY into a pipe while somebody reads from it."""

    def __init__(self, cursor: Any, statement: str, target: int) -> None:
        super().__init__(daemon=True)
        self.cursor, self.statement, self.target = cursor, statement, target
        self.failure: Exception | None = None

    def run(self) -> None:
        # Where the reader has gone, closing finds what is left to be written with nobody to take it.
        with suppress(BrokenPipeError), os.fdopen(self.target, "wb") as text:
            try:
                self.cursor.copy_expert(self.statement, text, 1024 * 1024)
            except Exception as error:  # noqa: BLE001 (handed to the thread that reads)
                self.failure = error


__all__ = ["Kind", "arrow_schema", "batches"]

"""A table of the DataStore as a Parquet file in CKAN's storage.

The file is made of one moment of the table, in the order of its key, in groups of a fixed number of rows, so that the
same rows give the same bytes. What the columns are (titles, descriptions, units in German and English) stands in the
metadata of each column, the whole Table Schema in that of the file under `table_schema`. Whole numbers, days and times
keep their types; times are UTC; `number` is a double, which is what nearly every program makes of it anyway.

It is written beside its place and moved there when it is complete, so nobody ever reads half a file. The comment of
the table remembers which version of the rows it was made of (store.py): it is made again where that is another one, or
where the file is gone.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ckan.lib.uploader as uploader
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from ckan.lib import files as storages
from ckanext.datastore.backend.postgres import get_read_engine, get_write_engine

from . import store
from .copied import arrow_schema, batches
from .tables import Column, TableSchema

MEDIA_TYPE = "application/vnd.apache.parquet"
ROWS_OF_A_GROUP = 122_880
# Part of what a file is made of: raise it when files shall be written in another way.
FORM = 1


@dataclass(frozen=True)
class Made:
    """A file that was written."""

    sha256: str
    size: int  # bytes
    table: str = ""  # resource of the table that it was made of …
    state: str = ""  # … and the state of that table, to be noted once its dataset says what the file is


def is_made(table_resource: str, file_resource: str) -> bool:
    """Whether a file was made of this table, and is there; its rows may be older than those of the table."""
    # A file may lie there from a database that is gone: ids are the same in every database.
    return bool(store.state(table_resource).filed) and is_there(file_resource)


def is_there(file_resource: str) -> bool:
    """Whether the file of the resource lies in CKAN's storage."""
    place = _place(file_resource)
    if place.path is not None:
        return place.path.is_file()
    return bool(place.storage.exists(storages.FileData(place.location)))


def bring(table_resource: str, file_resource: str, schema_name: str) -> Made | None:
    """Bring the file of a table in line with it; None where it is already, or where there is no table.

    `settle` is to be called when the dataset says what its file is now. Whoever is stopped before has it written again.
    """
    state = store.state(table_resource)
    wanted = f"{state.version}-{FORM}"
    if not state.version or (state.filed == wanted and is_there(file_resource)):
        return None
    made = _write(table_resource, file_resource, store.load_schema(schema_name))
    return replace(made, table=table_resource, state=wanted)


def settle(made: Made) -> None:
    """File and dataset are in line with the table as it was: it needs no file until it changes.

    The rows may be newer by now; then they have another version, and the next call of `bring` sees that.
    """
    with get_write_engine().begin() as connection:
        store.note(connection, made.table, filed=made.state)


def _write(table_resource: str, file_resource: str, schema: TableSchema) -> Made:
    query, kinds = store.rows_in_order(table_resource, schema)
    shape = _described(arrow_schema(kinds), schema)
    with get_read_engine().connect() as connection:
        connection.execute(sa.text(f"SET LOCAL work_mem = '{store.MEMORY}'"))
        # The reading account's own limit is for questions of visitors.
        connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        return _keep(file_resource, shape, batches(connection, query, kinds))


def _described(shape: pa.Schema, schema: TableSchema) -> pa.Schema:
    fields = []
    for field, column in zip(shape, schema.columns, strict=True):
        kind = pa.timestamp("us", tz="UTC") if column.type == "datetime" else field.type
        nullable = not (column.required or column.name in schema.key)
        fields.append(pa.field(field.name, kind, nullable=nullable, metadata=column.dictionary))
    whole = {"fields": [_entry(one) for one in schema.columns], "primaryKey": list(schema.key)}
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True)
    return pa.schema(fields, metadata={"table_schema": text})


def _entry(column: Column) -> dict[str, Any]:
    told = {
        "name": column.name,
        "type": column.type,
        "title": column.title,
        "title@en": column.title_en,
        "description": column.description,
        "description@en": column.description_en,
        "unit": column.unit,
        "constraints": {
            **({"required": True} if column.required else {}),
            **({"enum": list(column.allowed)} if column.allowed else {}),
        },
    }
    return {key: value for key, value in told.items() if value}


def _keep(file_resource: str, shape: pa.Schema, rows: Iterable[pa.RecordBatch]) -> Made:
    place = _place(file_resource)
    if place.path is not None:
        place.path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".parquet-", dir=place.path.parent if place.path is not None else None)
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            with pq.ParquetWriter(file, shape, compression="zstd", version="2.6") as writer:
                for group in _groups(rows, shape):
                    writer.write_table(group, row_group_size=ROWS_OF_A_GROUP)
            file.flush()
            os.fsync(file.fileno())
        made = _sum(path)
        if place.path is not None:
            path.chmod(0o644)  # like every other file there; mkstemp makes it private
            path.replace(place.path)
        else:
            with path.open("rb") as complete:
                place.storage.upload(
                    place.location, storages.Upload(complete, str(place.location), made.size, MEDIA_TYPE)
                )
    finally:
        with suppress(FileNotFoundError):
            path.unlink()
    return made


def _groups(rows: Iterable[pa.RecordBatch], shape: pa.Schema) -> Iterator[pa.Table]:
    """The rows in groups of the same size whatever the pieces in which they come."""
    waiting: list[pa.Table] = []
    number = 0
    for batch in rows:
        waiting.append(pa.Table.from_batches([batch]).cast(shape))
        number += batch.num_rows
        while number >= ROWS_OF_A_GROUP:
            together = pa.concat_tables(waiting)
            yield together.slice(0, ROWS_OF_A_GROUP).combine_chunks()
            waiting = [together.slice(ROWS_OF_A_GROUP)]
            number -= ROWS_OF_A_GROUP
    if number:
        yield pa.concat_tables(waiting).combine_chunks()


def _sum(path: Path) -> Made:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1024 * 1024):
            found.update(piece)
    return Made(found.hexdigest(), path.stat().st_size)


@dataclass(frozen=True)
class _Place:
    """Where CKAN keeps the file of a resource: in a folder, or in a storage that takes complete files only."""

    path: Path | None
    storage: Any = None
    location: Any = None


def _place(file_resource: str) -> _Place:
    one: Any = uploader.get_resource_uploader({"id": file_resource})
    location = one.get_path(file_resource)
    storage = getattr(one, "storage", None)  # uploads of CKAN before 2.12 have none, only a folder
    if storage is None:
        return _Place(Path(location))
    return _Place(Path(storage.full_path(location)) if hasattr(storage, "full_path") else None, storage, location)

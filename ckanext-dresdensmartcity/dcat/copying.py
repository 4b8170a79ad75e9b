"""The texts of a column as a stream of bytes, by PostgreSQL's COPY in its binary form.

psycopg2 hands COPY's rows over as fast as they come and has no way to be asked for the next one. So a thread takes
them, and waits where the reader is slower: at most CHUNKS_AHEAD chunks are held, however long the stream is.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg2
import sqlalchemy as sa

CHUNK_BYTES = 256 * 1024
CHUNKS_AHEAD = 4
_PATIENCE_S = 0.05

# "COPY", section "Binary Format", of PostgreSQL's manual: a header before the first row, then for each row the number
# of its columns (2 bytes) and of each column the length (4 bytes) and the text; -1 as number of columns ends it.
_SIGNATURE = b"PGCOPY\n\xff\r\n\x00"
_HEADER_BYTES, _ROW_HEADER_BYTES = len(_SIGNATURE) + 8, 6
_END = b"\xff\xff"


class BrokenDumpError(RuntimeError):
    """Raised in the middle of a stream that cannot be brought to its end."""

    def __init__(self, reason: object) -> None:
        super().__init__(f"The catalogue could not be sent to its end: {str(reason).strip()}")


class _NobodyReads(Exception):  # noqa: N818 (no error: the reader went away)
    """Ends COPY from within."""


class _Sink:
    """The file that psycopg2 writes to: one call for each row."""

    def __init__(self, chunks: queue.Queue[bytes | Exception | None]) -> None:
        self.stopped = threading.Event()
        self._chunks = chunks
        self._rows: list[memoryview] = []
        self._bytes = 0

    def write(self, data: bytes) -> None:
        if data.startswith(_SIGNATURE):
            data = data[_HEADER_BYTES:]
        if not data or data == _END:
            return
        self._rows.append(memoryview(data)[_ROW_HEADER_BYTES:])
        self._bytes += len(data)
        if self._bytes >= CHUNK_BYTES:
            self.flush()

    def flush(self) -> None:
        if self._rows:
            self.put(b"".join(self._rows))
            self._rows, self._bytes = [], 0

    def put(self, item: bytes | Exception | None) -> None:
        while not self.stopped.is_set():
            try:
                self._chunks.put(item, timeout=_PATIENCE_S)
            except queue.Full:
                continue
            return
        raise _NobodyReads


def copied(connection: sa.Connection, select: str, values: Mapping[str, Any]) -> Iterator[bytes]:
    """The one column of `select` as bytes, row after row without anything between them; `values` fill its :names.

    Texts are sent in the encoding of the connection, which CKAN's is UTF-8. Raises BrokenDumpError where the database
    fails on the way. A reader that stops before the end leaves the connection useless: close it.
    """
    cursor = connection.connection.cursor()
    # COPY itself takes no values, so they are written into the statement, by the driver's own rules.
    compiled = sa.text(select).bindparams(**values).compile(dialect=connection.dialect)
    statement = f"COPY ({cursor.mogrify(str(compiled), compiled.params).decode()}) TO STDOUT (FORMAT binary)"
    chunks: queue.Queue[bytes | Exception | None] = queue.Queue(CHUNKS_AHEAD)
    sink = _Sink(chunks)
    thread = threading.Thread(target=_copy, args=(cursor, statement, sink), daemon=True)
    thread.start()
    try:
        while (item := chunks.get()) is not None:
            if isinstance(item, Exception):
                raise BrokenDumpError(item) from item
            yield item
    finally:
        sink.stopped.set()
        if thread.is_alive():
            cursor.connection.cancel()
            thread.join()


def _copy(cursor: Any, statement: str, sink: _Sink) -> None:
    try:
        cursor.copy_expert(statement, sink)
        sink.flush()
        sink.put(None)
    except _NobodyReads:
        return
    except psycopg2.Error as error:
        if not sink.stopped.is_set():
            sink.put(error)

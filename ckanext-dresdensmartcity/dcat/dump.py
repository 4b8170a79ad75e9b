"""The whole catalogue as one stream: stored parts as they lie in the database, one after the other.

PostgreSQL sends them by COPY, each as the bytes that were stored: nothing is parsed or decoded on the way, and memory
does not grow with the catalogue. All of it is of one moment, that of the transaction in which the state was read. What
is out of date at that moment is made from the same moment after the rest, and stored.

A failure on the way raises: the server then breaks the connection off, so that nobody takes half a catalogue for one.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from . import documents, fragments, store
from .copying import copied
from .fragments import FRESH, PUBLIC
from .iris import PUBLISHED_TYPES
from .syntaxes import SYNTAXES

# The fastest; level 6 takes three times as long for a tenth less.
GZIP_LEVEL = 1
_GZIP = 16 + zlib.MAX_WBITS

_PARTS = f"""
    SELECT part.{{syntax}} FROM smartcity_fragment AS part JOIN package ON package.id = part.package_id
    WHERE part.published AND {PUBLIC} AND {{since}} AND {{fresh}}
    ORDER BY part.stamp
"""  # noqa: S608 (constants, and the name of a column)
_LINKED = sa.text(
    """
    SELECT link.entry FROM smartcity_fragment AS part JOIN smartcity_link AS link ON link.package_id = part.package_id
    WHERE part.published AND part.changed >= :since AND link.entry IS NOT NULL
    EXCEPT SELECT package_id FROM smartcity_fragment WHERE published AND changed >= :since
    """
)


class Dump:
    """One answer: its state is known at once, and its bytes come from the same moment when they are asked for.

    It holds a connection of its own until it is read to its end or closed.
    """

    def __init__(self, syntax: str, since: datetime | None = None) -> None:
        self.syntax, self.since = SYNTAXES[syntax], since
        self._connection = store.own_reading()
        try:
            self.state = documents.state_in(self._connection)
        except sa.exc.SQLAlchemyError:
            self.close()
            raise

    def close(self) -> None:
        """Give the connection up; safe to call again."""
        self._connection.close()

    def chunks(self) -> Iterator[bytes]:
        """The whole document. Raises BrokenDumpError where it cannot be read to its end."""
        try:
            frame = fragments.maker().frame(self.state.dates)[self.syntax.name]
            yield (self.syntax.opening + frame[self.syntax.before_first :]).encode()
            yield from self._stored()
            for text in self._made():
                yield text.encode()
            yield self.syntax.closing.encode()
        finally:
            self.close()

    def _stored(self) -> Iterator[bytes]:
        select = _PARTS.format(
            syntax=self.syntax.name,
            since="part.changed >= :since" if self.since else "true",
            fresh="true" if self.state.settled else FRESH,
        )
        values: dict[str, Any] = {"types": list(PUBLISHED_TYPES)}
        values |= {"since": self.since} if self.since else {}
        values |= {} if self.state.settled else {"basis": self.state.basis}
        return copied(self._connection, select, values)

    def _made(self) -> Iterator[str]:
        """What was out of date; then, of a part of the catalogue, what only links lead to."""
        name = self.syntax.name
        if not self.state.settled:
            # What is not public gives no text, and is noted as seen.
            ids = [*fragments.behind_in(self._connection), *fragments.stale_in(self._connection)]
            for batch in fragments.batches(ids):
                made = fragments.make(self._connection, batch)
                yield "".join(fragments.texts_of(made, name).values())
                fragments.keep(made)
        if self.since:
            linked = self._connection.execute(_LINKED, {"since": self.since}).scalars()
            for batch in fragments.batches(linked):
                yield "".join(documents.alone(self._connection, batch, name))


def zipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes as a gzip file, while they come."""
    packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, _GZIP)
    for chunk in chunks:
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()

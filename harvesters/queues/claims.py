"""Who has what in hand: advisory locks of PostgreSQL on a connection of the worker's own.

They end with the connection, at the moment in which a worker is killed; where a whole machine goes, after a minute. A
connection that was lost has lost its claims: whoever finds that ends what he does before it shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

KEEPALIVE = {"keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3}  # of the worker's end, in s


class Kind(IntEnum):
    """What a claim is on: the first number of the lock."""

    WORKER = 0x53430001  # shared: how many workers there are
    SOURCE = 0x53430002  # shared: how many of them are on a source
    JOB = 0x53430003  # gathering
    UNIT = 0x53430004
    CHOICE = 0x53430005  # choosing, one at a time, or two would choose the same
    ENDS = 0x53430006  # finishing jobs and making scheduled ones


class ClaimsLostError(Exception):
    """The connection that holds the claims is gone, and with it the claims."""


def number(name: str) -> int:
    """The second number of a lock. Two names with the same one would only wait for each other."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") & 0x7FFFFFFF


class Claims:
    """The claims of one worker."""

    def __init__(self, url: sa.URL, name: str) -> None:
        self._engine = sa.create_engine(
            url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"application_name": name, "connect_timeout": 10, **KEEPALIVE},
        )
        self._connection: sa.Connection | None = None

    def open(self) -> None:
        """Connect where there is no connection, and count as a worker; raises ClaimsLostError."""
        if self._connection is not None:
            return
        try:
            self._connection = self._engine.connect()
            # The server's end: so that it notices within a minute that a machine is gone.
            for setting, value in (("idle", 20), ("interval", 10), ("count", 3)):
                self.execute(f"SET tcp_keepalives_{setting} = {value}")
        except sa.exc.DBAPIError as error:
            self.close()
            raise ClaimsLostError(str(error.orig)) from error
        self.take_shared(Kind.WORKER, "all")

    def close(self) -> None:
        if self._connection is not None:
            with suppress(sa.exc.DBAPIError):
                self._connection.close()
        self._connection = None

    def execute(self, statement: str, **values: Any) -> Any:
        """Run a statement on the connection of the claims; raises ClaimsLostError where that is gone."""
        if self._connection is None:
            raise ClaimsLostError("there is no connection")
        try:
            return self._connection.execute(sa.text(statement), values)
        except sa.exc.DBAPIError as error:
            self.close()
            raise ClaimsLostError(str(error.orig)) from error

    def check(self) -> None:
        """Raises ClaimsLostError where what was claimed may be another's by now."""
        self.execute("SELECT 1")

    def take(self, kind: Kind, name: str) -> bool:
        """Whether it was free and is now this worker's."""
        return bool(
            self.execute("SELECT pg_try_advisory_lock(:kind, :number)", kind=kind, number=number(name)).scalar()
        )

    def take_shared(self, kind: Kind, name: str) -> None:
        self.execute("SELECT pg_advisory_lock_shared(:kind, :number)", kind=kind, number=number(name))

    def give_back(self, kind: Kind, name: str, shared: bool = False) -> None:
        function = "pg_advisory_unlock_shared" if shared else "pg_advisory_unlock"
        self.execute(f"SELECT {function}(:kind, :number)", kind=kind, number=number(name))

    @contextmanager
    def alone(self, kind: Kind, name: str) -> Iterator[None]:
        """One at a time; the others wait."""
        self.execute("SELECT pg_advisory_lock(:kind, :number)", kind=kind, number=number(name))
        yield
        # Not in a `finally`: after an error the connection is closed, and the lock with it.
        self.give_back(kind, name)

    def counts(self) -> dict[tuple[int, int], int]:
        """How many hold each lock, on all machines: (kind, number) -> holders."""
        rows = self.execute(
            "SELECT classid::bigint AS kind, objid::bigint AS number, count(*) AS holders FROM pg_locks "
            "WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND classid::bigint BETWEEN :first AND :last "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) GROUP BY 1, 2",
            first=min(Kind),
            last=max(Kind),
        ).all()
        return {(row.kind, row.number): row.holders for row in rows}

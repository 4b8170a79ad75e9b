"""Troubles that pass: a server of the portal that restarts, a source that asks to be left alone for a while.

A unit that meets one is not failed: it is put back and tried again. That is the worker's to do (queues/), which says by
`raised()` that it wants to know. Elsewhere (ckanext-harvest's own consumers, a dry run) such a trouble is an error as
any other, as before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import psycopg2
import redis
import sqlalchemy as sa

from .client import SourceBusyError, SourceUnreachableError

# PostgreSQL's classes of states that say nothing about what was asked: connection, resources, shutdown, conflicts.
PASSING_STATES = ("08", "53", "57P", "40001", "40P01", "55P03")
SOLR_AWAY = re.compile(
    r"Failed to connect|timed out|Connection (refused|aborted|reset)|HTTP 50[234]|RemoteDisconnected"
)


class PassingTroubleError(Exception):
    """Try again later. `seconds` is how long the source asked to wait, None where it is the portal's own trouble."""

    def __init__(self, message: str, seconds: float | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


@dataclass
class Seen:
    """What was met while a worker listened."""

    raising: bool = True
    errors: list[BaseException] = field(default_factory=list)

    @property
    def unreachable(self) -> bool:
        """Whether the source gave no answer."""
        return any(isinstance(one, SourceUnreachableError) for one in self.errors)


_listening: ContextVar[Seen | None] = ContextVar("listening", default=None)


@contextmanager
def raised(raising: bool = True) -> Iterator[Seen]:
    """Inside of it `pass_on` raises what passes, unless `raising` is False; says what was met."""
    seen = Seen(raising)
    token = _listening.set(seen)
    try:
        yield seen
    finally:
        _listening.reset(token)


def pass_on(error: BaseException) -> None:
    """Called by a stage that is about to make an error of a unit or a run out of an exception.

    Raises PassingTroubleError where it passes and somebody will try again.
    """
    seen = _listening.get()
    if seen is None:
        return
    seen.errors.append(error)
    if seen.raising and (trouble := passing(error)) is not None:
        raise trouble from error


def passing(error: BaseException | None) -> PassingTroubleError | None:
    """The trouble behind an exception, where it is one that passes."""
    while error is not None:
        if isinstance(error, PassingTroubleError):
            return error
        if isinstance(error, SourceBusyError):
            return PassingTroubleError(str(error), error.seconds)
        if isinstance(error, sa.exc.DBAPIError | psycopg2.Error) and _database_away(error):
            return PassingTroubleError(f"PostgreSQL: {getattr(error, 'orig', error)}")
        if isinstance(error, redis.ConnectionError | redis.TimeoutError):
            return PassingTroubleError(f"Redis: {error}")
        if type(error).__module__.startswith(("pysolr", "ckan.lib.search")) and SOLR_AWAY.search(str(error)):
            return PassingTroubleError(f"Solr: {error}")
        error = error.__cause__ or error.__context__
    return None


def _database_away(error: sa.exc.DBAPIError | psycopg2.Error) -> bool:
    original = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    state = getattr(original, "pgcode", None)
    if state:
        return str(state).startswith(PASSING_STATES)
    # Without a state it never came to the server, or the server went while it was at it.
    return isinstance(original, psycopg2.OperationalError | psycopg2.InterfaceError)

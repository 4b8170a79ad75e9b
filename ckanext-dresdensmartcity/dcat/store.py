"""The tables of what is derived from the entries; the migrations beside the plugin make them and say what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from ckan import model

CHANGE, LINK, FRAGMENT = "smartcity_change", "smartcity_link", "smartcity_fragment"
QUALITY, HISTORY = "smartcity_quality", "smartcity_quality_history"
TABLES = (CHANGE, LINK, FRAGMENT, QUALITY, HISTORY, "smartcity_quality_address", "smartcity_quality_node")

_UNDEFINED_TABLE = "42P01"


class CatalogueTablesError(RuntimeError):
    """Raised when the tables of the catalogue are not there."""

    def __init__(self) -> None:
        super().__init__(
            "The tables of the catalogue are missing: run `ckan db upgrade -p dresdensmartcity_catalogue`, "
            "then `ckan dresdensmartcity catalogue rebuild`."
        )


@contextmanager
def writing() -> Iterator[sa.Connection]:
    """A transaction of its own, apart from CKAN's session: neither is seen or undone by the other."""
    with _told(), model.ensure_engine().begin() as connection:
        yield connection


@contextmanager
def reading() -> Iterator[sa.Connection]:
    """A connection on which all questions are answered from one moment (REPEATABLE READ, read only)."""
    engine = model.ensure_engine().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with _told(), engine.connect() as connection:
        yield connection


def own_reading() -> sa.Connection:
    """The same for longer than a request's work: a connection that never goes back to the pool. Close it."""
    engine = model.ensure_engine().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with _told():
        connection = engine.connect()
        connection.detach()
        return connection


def empty() -> None:
    """Take all rows out of the tables, as when every package is taken out of CKAN's."""
    with writing() as connection:
        for table in TABLES:  # TRUNCATE would wait for everybody who reads
            connection.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608 (constants)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sa.exc.ProgrammingError as error:
        if getattr(error.orig, "pgcode", "") == _UNDEFINED_TABLE:
            raise CatalogueTablesError from error
        raise

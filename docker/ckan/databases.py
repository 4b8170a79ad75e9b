"""Make the portal's roles and databases, with PostGIS and what text search needs; safe to run again.

The addresses of settings.ini say which roles and databases there are, so that no name stands twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

import psycopg2
from psycopg2 import extensions, sql

EXTENSIONS = ("postgis", "pg_trgm", "unaccent")


@dataclass(frozen=True)
class Target:
    """A role and the database that it uses, as an address names them."""

    role: str
    password: str
    database: str


def target(url: str) -> Target:
    parts: SplitResult = urlsplit(url)
    return Target(unquote(parts.username or ""), unquote(parts.password or ""), parts.path.lstrip("/"))


def connect(admin_url: str, database: str) -> extensions.connection:
    parts = urlsplit(admin_url)
    connection = psycopg2.connect(parts._replace(path=f"/{database}").geturl())
    connection.autocommit = True
    return connection


def ensure_role(connection: extensions.connection, wanted: Target) -> None:
    name = sql.Identifier(wanted.role)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (wanted.role,))
        verb = sql.SQL("ALTER" if cursor.fetchone() else "CREATE")
        # Also for a role that is there: a password that was changed in the settings takes effect.
        cursor.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD %s").format(verb, name), (wanted.password,))


def ensure_database(connection: extensions.connection, wanted: Target) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (wanted.database,))
        if cursor.fetchone() is None:
            statement = sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0")
            cursor.execute(statement.format(sql.Identifier(wanted.database), sql.Identifier(wanted.role)))


def run(admin_url: str, database: str, statements: list[str]) -> None:
    with closing(connect(admin_url, database)) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def prepare(environment: Mapping[str, str]) -> None:
    """Roles, databases and extensions for CKAN and the DataStore."""
    admin_url = environment["PORTAL_DB_ADMIN_URL"]
    ckan = target(environment["PORTAL_DB_URL"])
    writer = target(environment["PORTAL_DATASTORE_WRITE_URL"])
    reader = target(environment["PORTAL_DATASTORE_READ_URL"])
    with closing(connect(admin_url, "postgres")) as connection:
        for wanted in dict.fromkeys((ckan, writer, reader)):
            ensure_role(connection, wanted)
        for wanted in (ckan, writer):
            ensure_database(connection, wanted)
    # PostGIS is not a trusted extension: only a superuser may create it.
    run(admin_url, ckan.database, [f"CREATE EXTENSION IF NOT EXISTS {name}" for name in EXTENSIONS])


def grant_datastore(environment: Mapping[str, str], permissions: str) -> None:
    """Carry out CKAN's own SQL for the DataStore's roles; its line for psql (`\\connect`) is ours to do."""
    statements = "\n".join(line for line in permissions.splitlines() if not line.startswith("\\"))
    run(environment["PORTAL_DB_ADMIN_URL"], target(environment["PORTAL_DATASTORE_WRITE_URL"]).database, [statements])

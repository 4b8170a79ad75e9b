"""What somebody does to the database without CKAN."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckanext.dresdensmartcity.dcat import store


def sql(statement: str, **values: Any) -> None:
    """Run a statement in a transaction of its own."""
    with store.writing() as connection:
        connection.execute(sa.text(statement), values)


def unnoted_sql(statement: str) -> None:
    """The same while the triggers on packages are off; the owner of a table may do that."""
    sql(f"ALTER TABLE package DISABLE TRIGGER USER; {statement}; ALTER TABLE package ENABLE TRIGGER USER")

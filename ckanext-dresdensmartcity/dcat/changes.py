"""What changed, as the database itself notes it, and the packages as they stand there.

Triggers give a package a new version in the transaction that changes it. Whatever is derived from packages keeps the
version that it was made of, which must be read no later than the package itself: `packages` reads both at one moment.
Solr, caches and the objects of a session play no part, as each of them may be behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from . import store
from .iris import Package
from .stored import package_of

Derived = Literal["fragment", "quality"]

_VERSIONS = sa.text("SELECT package_id, version FROM smartcity_change WHERE package_id = ANY(:ids)")
_PACKAGES = sa.text(
    """
    SELECT package.*, change.version AS change_version, organisation.id AS organisation_id,
        organisation.name AS organisation_name, organisation.title AS organisation_title,
        organisation.description AS organisation_description
    FROM package
    LEFT JOIN smartcity_change AS change ON change.package_id = package.id
    LEFT JOIN "group" AS organisation ON organisation.id = package.owner_org AND organisation.state = 'active'
    WHERE package.id = ANY(:ids)
    """
)
_RESOURCES = sa.text(
    "SELECT * FROM resource WHERE package_id = ANY(:ids) AND state = 'active' ORDER BY package_id, position, id"
)
_TAGS = sa.text(
    """
    SELECT package_tag.package_id, tag.id, tag.name, tag.vocabulary_id
    FROM package_tag JOIN tag ON tag.id = package_tag.tag_id
    WHERE package_tag.package_id = ANY(:ids) AND package_tag.state = 'active'
    ORDER BY package_tag.package_id, tag.name
    """
)
# Locked rows are being changed this moment: they stay out of date, and nobody waits for anybody.
_MARK = """
    UPDATE smartcity_change AS change SET {derived} = given.version
    FROM (
        SELECT known.package_id, known.version FROM smartcity_change AS known
        JOIN unnest(CAST(:ids AS text[]), CAST(:versions AS bigint[])) AS seen (id, version)
            ON known.package_id = seen.id AND known.version = seen.version
        ORDER BY known.package_id FOR UPDATE OF known SKIP LOCKED
    ) AS given
    WHERE change.package_id = given.package_id
"""


@dataclass(frozen=True)
class Snapshot:
    """A package as it stood in the database, of any state and type, and the version that it then had."""

    version: int
    package: Package


def current_version(package_id: str) -> int | None:
    """The version of a package, to be read before its data; None for one that was never stored."""
    with store.reading() as connection:
        return versions(connection, [package_id]).get(package_id)


def versions(connection: sa.Connection, ids: Iterable[str]) -> dict[str, int]:
    """The versions of packages by id; those that were never stored have none."""
    return dict(connection.execute(_VERSIONS, {"ids": list(ids)}).tuples().all())


def packages(ids: Iterable[str]) -> dict[str, Package]:
    """The packages with these ids, whole and as their schemas show them, from one moment of the database.

    Those of any state, private ones too: the caller decides who may see them.
    """
    with store.reading() as connection:
        return {key: one.package for key, one in snapshots(connection, list(ids)).items()}


def snapshots(connection: sa.Connection, ids: Sequence[str]) -> dict[str, Snapshot]:
    """The same by id with their versions, as one transaction of `connection` (see store.reading) sees them."""
    asked = {"ids": list(ids)}
    rows = connection.execute(_PACKAGES, asked).mappings().all()
    resources = _grouped(connection.execute(_RESOURCES, asked).mappings())
    tags = _grouped(connection.execute(_TAGS, asked).mappings())
    return {
        row["id"]: Snapshot(
            row["change_version"] or 0, package_of(row, resources.get(row["id"], []), tags.get(row["id"], []))
        )
        for row in rows
    }


def stale(derived: Derived, limit: int | None = None) -> list[str]:
    """Ids whose `derived` was made from another version than the current one, or never: those of packages, of purged
    ones, and of organisations."""
    with store.reading() as connection:
        return stale_in(connection, derived, limit)


def stale_in(connection: sa.Connection, derived: Derived, limit: int | None = None) -> list[str]:
    """The same on a connection that is there."""
    statement = f"SELECT package_id FROM smartcity_change WHERE {derived} IS DISTINCT FROM version"  # noqa: S608 (a Literal)
    rows = connection.execute(sa.text(f"{statement} ORDER BY package_id LIMIT :limit"), {"limit": limit})
    return list(rows.scalars())


def mark(connection: sa.Connection, derived: Derived, versions: Mapping[str, int]) -> int:
    """Note that what is `derived` was made from these versions; returns for how many this is so.

    Where a package has a newer version by now, or is being changed, it stays out of date.
    """
    ids = sorted(versions)
    given = {"ids": ids, "versions": [versions[one] for one in ids]}
    return connection.execute(sa.text(_MARK.format(derived=derived)), given).rowcount


def bump(connection: sa.Connection, ids: Iterable[str]) -> None:
    """Give packages a new version, as a change of theirs would."""
    connection.execute(sa.text("SELECT smartcity_bump(CAST(:ids AS text[]))"), {"ids": sorted(set(ids))})


def _grouped(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["package_id"], []).append(row)
    return found

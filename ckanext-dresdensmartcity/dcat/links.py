"""Links between entries, as the parts of the catalogue depend on them.

A part names another entry by its IRI and class. So it is out of date when the other entry gets another IRI, is no
longer published, or is published for the first time under a name that the part has been waiting for. Parts are written
one transaction after the other (see fragments.py), and each looks both ways: at those that its own entry links to, and
at those that link to it. So none is missed, whichever of two entries is written first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from .datasets import index_of_entries, links
from .iris import PUBLISHED_TYPES, Package, dataset_iri

# The IRI that an entry came with is found by its part: CKAN has no index on it.
_TARGETS = sa.text(
    """
    SELECT package.id, package.name, package.type, package.extras->>'uri' AS uri
    FROM package LEFT JOIN smartcity_fragment AS part ON part.package_id = package.id
    WHERE package.state = 'active' AND NOT package.private AND package.type = ANY(:types) AND part.problem IS NULL
        AND package.id IN (
            SELECT id FROM package WHERE id = ANY(:keys)
            UNION SELECT id FROM package WHERE name = ANY(:keys)
            UNION SELECT package_id FROM smartcity_fragment WHERE iri = ANY(:keys)
            UNION SELECT id FROM package WHERE name = ANY(:ends) OR id = ANY(:ends)
        )
    """
)
_REMOVE = sa.text("DELETE FROM smartcity_link WHERE package_id = ANY(:ids)")
_ADD = sa.text(
    """
    INSERT INTO smartcity_link (package_id, target, entry, iri)
    SELECT * FROM unnest(CAST(:froms AS text[]), CAST(:targets AS text[]), CAST(:entries AS text[]),
        CAST(:iris AS text[]))
    """
)
# Links that say something else than the part of their target does, which is up to date itself.
_AT_ODDS = sa.text(
    """
    SELECT link.package_id FROM smartcity_link AS link
    JOIN smartcity_fragment AS part ON part.package_id = link.entry
    JOIN smartcity_change AS change ON change.package_id = part.package_id AND change.version = part.version
    WHERE link.package_id = ANY(:ids) AND part.basis = :basis
        AND NOT (part.published AND link.iri = part.iri AND link.target IN (part.package_id, part.name, part.iri))
    UNION
    SELECT link.package_id FROM smartcity_link AS link
    JOIN smartcity_fragment AS part
        ON part.package_id = link.target OR part.name = link.target OR part.iri = link.target
    WHERE link.package_id = ANY(:ids) AND link.entry IS NULL AND part.published
    """
)
_LINKING = sa.text(
    """
    SELECT link.package_id FROM smartcity_fragment AS part JOIN smartcity_link AS link ON link.entry = part.package_id
    WHERE part.package_id = ANY(:ids)
        AND NOT (part.published AND link.iri = part.iri AND link.target IN (part.package_id, part.name, part.iri))
    UNION
    SELECT link.package_id FROM smartcity_fragment AS part
    JOIN smartcity_link AS link ON link.target = ANY (ARRAY[part.package_id, part.name, part.iri])
    WHERE part.package_id = ANY(:ids) AND part.published AND link.entry IS NULL
    """
)


@dataclass(frozen=True)
class Link:
    """One link of a part: what it is written as, and the entry that it was found to be."""

    target: str
    entry: str | None
    iri: str | None


def targets(connection: sa.Connection, packages: Iterable[Package], base: str) -> dict[str, Package]:
    """The published entries that these packages link to, by id, name and IRI, with no more than an IRI is made of."""
    keys = sorted(set().union(*(links(one) for one in packages)))
    if not keys:
        return {}
    ends = sorted({key.rsplit("/", 1)[-1] for key in keys if key.startswith(f"{base}/")})
    asked = {"keys": keys, "ends": ends, "types": list(PUBLISHED_TYPES)}
    return index_of_entries([dict(row) for row in connection.execute(_TARGETS, asked).mappings()], base)


def of_package(package: Package, entries: Mapping[str, Package], base: str) -> tuple[Link, ...]:
    """The links of a package, each with what `entries` has for it."""
    found = ((key, entries.get(key)) for key in sorted(links(package)))
    return tuple(
        Link(key, str(one["id"]), dataset_iri(one, base)) if one else Link(key, None, None) for key, one in found
    )


def save(connection: sa.Connection, links_of: Mapping[str, Sequence[Link]]) -> None:
    """Put these links in place of those that the packages had."""
    connection.execute(_REMOVE, {"ids": sorted(links_of)})
    rows = [(package_id, link) for package_id, found in sorted(links_of.items()) for link in found]
    if rows:
        connection.execute(
            _ADD,
            {
                "froms": [package_id for package_id, _ in rows],
                "targets": [link.target for _, link in rows],
                "entries": [link.entry for _, link in rows],
                "iris": [link.iri for _, link in rows],
            },
        )


def at_odds(connection: sa.Connection, ids: Sequence[str], basis: str) -> set[str]:
    """Which of these packages have parts that name an entry otherwise than it is now: it changed in between."""
    return set(connection.execute(_AT_ODDS, {"ids": list(ids), "basis": basis}).scalars())


def linking(connection: sa.Connection, ids: Sequence[str]) -> set[str]:
    """The packages whose parts name one of these entries otherwise than it is now."""
    return set(connection.execute(_LINKING, {"ids": list(ids)}).scalars())

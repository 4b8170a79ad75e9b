"""The stored parts of the catalogue, kept in step with the packages.

A part is made of what the database says at one moment, and written with the version that the package had then.
Writing takes turns: a lock is held until the commit, so that stamps rise in the order in which they can be seen.
The highest one therefore stands for a state of the catalogue. What is no longer published keeps an empty row, whose
stamp says so.

A part that is made while its package changes again stays out of date and is made once more; so does one that names an
entry which changed in between. Nobody waits for somebody else's unfinished transaction, except for a moment when a
change has to be noted on what links to it (LOCK_TIMEOUT).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import shapely
import sqlalchemy as sa
from ckanext.dresdensmartcity.city.current import city

from . import changes, links, store
from .basis import basis
from .changes import Snapshot
from .iris import PUBLISHED_TYPES, Package
from .parts import Maker, Part, is_published
from .portal import site
from .syntaxes import SYNTAXES

__all__ = ["Refreshed", "basis", "frame", "maker", "refresh", "refresh_stale", "stale_in"]

log = logging.getLogger(__name__)

BATCH = 100
LOCK_TIMEOUT = "5s"
# "smartcity_fragment" as a number; any will do that nobody else uses.
_LOCK = 0x736D6672
# More turns than any chain of links needs; who has not settled by then changes faster than it can be written.
_TURNS = 20

# What a package that the writer cannot cope with may raise: it costs its own entry, never the catalogue.
_BUILD_FAILURES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, shapely.errors.ShapelyError)

_COLUMNS = ", ".join(SYNTAXES)
_SAVE = sa.text(
    f"""
    INSERT INTO smartcity_fragment AS known (package_id, version, basis, published, stamp, changed, kind, name, iri,
        issued, modified, digest, problem, {_COLUMNS})
    VALUES (:package_id, :version, :basis, :published, nextval('smartcity_fragment_stamp'), clock_timestamp(), :kind,
        :name, :iri, :issued, :modified, :digest, :problem, {", ".join(f":{one}" for one in SYNTAXES)})
    ON CONFLICT (package_id) DO UPDATE SET version = excluded.version, basis = excluded.basis,
        published = excluded.published, kind = excluded.kind, name = excluded.name, iri = excluded.iri,
        issued = excluded.issued, modified = excluded.modified, digest = excluded.digest, problem = excluded.problem,
        {", ".join(f"{one} = excluded.{one}" for one in SYNTAXES)},
        stamp = CASE WHEN known.digest = excluded.digest THEN known.stamp ELSE excluded.stamp END,
        changed = CASE WHEN known.digest = excluded.digest THEN known.changed ELSE excluded.changed END
    WHERE known.version <= excluded.version
    """  # noqa: S608 (names of columns)
)
_EMPTY = sa.text(
    f"""
    UPDATE smartcity_fragment SET published = false, version = given.version, digest = '', problem = NULL,
        stamp = CASE WHEN published THEN nextval('smartcity_fragment_stamp') ELSE stamp END,
        changed = CASE WHEN published THEN clock_timestamp() ELSE changed END,
        {", ".join(f"{one} = NULL" for one in SYNTAXES)}
    FROM unnest(CAST(:ids AS text[]), CAST(:versions AS bigint[])) AS given (id, version)
    WHERE package_id = given.id AND smartcity_fragment.version <= given.version
    """  # noqa: S608 (names of columns)
)
# A stored part that says what the packages say: neither its package nor the organisation of that nor an entry that it
# links to, or waits for, has changed since. The set is made once for a whole question. While nothing at all is out of
# date this need not be asked.
_CHANGED = "smartcity_change AS change WHERE change.fragment IS DISTINCT FROM change.version"
FRESH = f"""(
    part.published AND part.basis = :basis AND part.package_id NOT IN (
        WITH changed AS MATERIALIZED (SELECT change.package_id AS id FROM {_CHANGED})
        SELECT id FROM changed
        UNION SELECT owned.id FROM changed JOIN package AS owned ON owned.owner_org = changed.id
        UNION SELECT link.package_id FROM changed JOIN smartcity_link AS link ON link.entry = changed.id
        UNION SELECT link.package_id FROM changed JOIN package AS other ON other.id = changed.id
            CROSS JOIN LATERAL (VALUES (other.id), (other.name), (other.extras->>'uri')) AS named (key)
            JOIN smartcity_link AS link ON link.target = named.key
    )
)"""  # noqa: S608 (constants)
PUBLIC = "package.state = 'active' AND NOT package.private AND package.type = ANY(:types)"
_BEHIND = sa.text(
    f"""
    SELECT package.id FROM package LEFT JOIN smartcity_fragment AS part ON part.package_id = package.id
    WHERE {PUBLIC} AND NOT coalesce({FRESH}, false) ORDER BY package.id
    """  # noqa: S608 (constants)
)
_OTHERS = sa.text(
    """
    SELECT change.package_id, change.version FROM smartcity_change AS change
    JOIN package ON package.id = change.package_id
    LEFT JOIN smartcity_fragment AS part ON part.package_id = change.package_id
    WHERE change.fragment IS DISTINCT FROM change.version AND package.type <> ALL(:types)
        AND part.published IS NOT TRUE
    """
)
_OWNED = sa.text("SELECT id FROM package WHERE owner_org = ANY(:ids) AND type = ANY(:types)")
_OTHER_BASIS = sa.text(
    """
    (SELECT package_id FROM smartcity_fragment
        WHERE (published OR problem IS NOT NULL) AND basis < :basis ORDER BY basis LIMIT :limit)
    UNION ALL
    (SELECT package_id FROM smartcity_fragment
        WHERE (published OR problem IS NOT NULL) AND basis > :basis ORDER BY basis LIMIT :limit)
    """
)
_ALL = sa.text(
    "SELECT id FROM package WHERE type = ANY(:types) UNION SELECT package_id FROM smartcity_change ORDER BY 1"
)


@dataclass(frozen=True)
class Refreshed:
    """What one call did: parts written, entries that are not published, entries that could not be written."""

    written: int = 0
    empty: int = 0
    problems: tuple[str, ...] = ()  # ids

    def __add__(self, other: Refreshed) -> Refreshed:
        return Refreshed(self.written + other.written, self.empty + other.empty, self.problems + other.problems)


@dataclass
class Made:
    """Parts of one moment, before they are stored."""

    basis: str
    versions: dict[str, int]  # of all that was asked for, entries or not
    snapshots: dict[str, Snapshot]
    parts: dict[str, Part] = field(default_factory=dict)
    links: dict[str, tuple[links.Link, ...]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def unpublished(self) -> list[str]:
        return sorted(self.versions.keys() - self.parts.keys() - self.problems.keys())


def maker() -> Maker:
    """Makes parts for this portal as it is configured now."""
    return Maker(city(), site())


def frame() -> str:
    """What holds the parts of the catalogue together, in N-Triples, without dates."""
    return maker().frame()["ntriples"]


def refresh(ids: Iterable[str]) -> Refreshed:
    """Make the parts of these packages as they stand now, in batches, and note what links to them.

    Ids of organisations are taken too: their packages are noted as changed. Raises CatalogueTablesError.
    """
    return sum((_refreshed(batch) for batch in batches(ids)), Refreshed())


def refresh_stale(limit: int | None = None, told: Callable[[int, int], None] | None = None) -> Refreshed:
    """Make all parts that are out of date, at most about `limit`; `told` hears how many of how many are done.

    Making one can put others out of date (those that link to it), so it looks again until nothing is left.
    """
    done, count = Refreshed(), 0
    _note_others()
    for _ in range(_TURNS):
        with store.reading() as connection:
            ids = stale_in(connection, None if limit is None else limit - count)
        if not ids:
            break
        total = count + len(ids)
        for batch in batches(ids):
            done += _refreshed(batch)
            count += len(batch)
            if told:
                told(count, total)
        if limit is not None and count >= limit:
            break
    return done


def refresh_all(told: Callable[[int, int], None] | None = None) -> Refreshed:
    """Make every part anew, whether it is out of date or not; then what that put out of date."""
    ids, done, count = every_id(), Refreshed(), 0
    for batch in batches(ids):
        done += _refreshed(batch)
        count += len(batch)
        if told:
            told(count, len(ids))
    return done + refresh_stale()


def stale_in(connection: sa.Connection, limit: int | None = None) -> list[str]:
    """Ids whose part is missing, or made from another version or on another basis; at most `limit` or so."""
    changed = changes.stale_in(connection, "fragment", limit)
    other = connection.execute(_OTHER_BASIS, {"basis": basis(), "limit": limit}).scalars()
    return list(dict.fromkeys([*changed, *other]))[:limit]


def behind_in(connection: sa.Connection) -> list[str]:
    """Ids of all public entries whose part must not be used: those out of date, and those that depend on such."""
    return list(connection.execute(_BEHIND, {"basis": basis(), "types": list(PUBLISHED_TYPES)}).scalars())


def every_id() -> list[str]:
    """The ids of all that has a part or may have one."""
    with store.reading() as connection:
        return list(connection.execute(_ALL, {"types": list(PUBLISHED_TYPES)}).scalars())


def make(connection: sa.Connection, ids: Sequence[str]) -> Made:
    """The parts of these packages as a transaction of `connection` (store.reading) sees them; nothing is stored."""
    current = maker()
    base = current.site.base
    versions = changes.versions(connection, ids)
    made = Made(basis(), versions, changes.snapshots(connection, ids))
    published = {key: one.package for key, one in made.snapshots.items() if is_published(one.package)}
    entries = links.targets(connection, published.values(), base)
    for key, package in published.items():
        # A package that triggers never saw (restored without them) has no version yet: any change will be a newer one.
        made.versions.setdefault(key, 0)
        made.links[key] = links.of_package(package, entries, base)
        try:
            made.parts[key] = current.part(package, entries)
        except _BUILD_FAILURES as error:
            made.problems[key] = f"{type(error).__name__}: {error}"
            log.warning("%s cannot be written to the catalogue: %s", package.get("name"), made.problems[key])
    return made


def _note_others() -> None:
    """Note packages that are no entries as seen, all at once: actors and projects are many, and have no part."""
    with store.reading() as connection:
        others = dict(connection.execute(_OTHERS, {"types": list(PUBLISHED_TYPES)}).tuples().all())
    if others:
        with store.writing() as connection:
            changes.mark(connection, "fragment", others)


def _refreshed(ids: Sequence[str]) -> Refreshed:
    with store.reading() as connection:
        made = make(connection, ids)
    keep(made)
    return Refreshed(len(made.parts), len(made.unpublished), tuple(sorted(made.problems)))


def keep(made: Made) -> None:
    """Store parts, unless newer ones are stored by now; what has changed since stays out of date."""
    with store.writing() as connection:
        connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        _save(connection, made)


def _save(connection: sa.Connection, made: Made) -> None:
    rows = list(_rows(made))
    if rows:
        connection.execute(_SAVE, rows)
    empty = made.unpublished
    if empty:
        connection.execute(_EMPTY, {"ids": empty, "versions": [made.versions[key] for key in empty]})
    links.save(connection, {**dict.fromkeys(empty, ()), **made.links})
    written = sorted({*made.parts, *made.problems, *empty})
    changes.mark(connection, "fragment", made.versions)
    organisations = [key for key in empty if key not in made.snapshots]
    owned = connection.execute(_OWNED, {"ids": organisations, "types": list(PUBLISHED_TYPES)}).scalars()
    changed = {*links.at_odds(connection, written, made.basis), *links.linking(connection, written), *owned}
    if changed:
        changes.bump(connection, changed)


def _rows(made: Made) -> Iterator[dict[str, object]]:
    for key in sorted({*made.parts, *made.problems}):
        package, part = made.snapshots[key].package, made.parts.get(key)
        yield {
            "package_id": key,
            "version": made.versions[key],
            "basis": made.basis,
            "published": part is not None,
            "kind": package["type"],
            "name": package["name"],
            "iri": part.iri if part else "",
            "issued": _time(package, "metadata_created"),
            "modified": _time(package, "metadata_modified"),
            "digest": part.digest if part else "",
            "problem": made.problems.get(key),
            **{name: part.texts[name] if part else None for name in SYNTAXES},
        }


def _time(package: Package, name: str) -> datetime | None:
    value = package.get(name)
    return datetime.fromisoformat(value) if value else None


def batches(ids: Iterable[str]) -> Iterator[list[str]]:
    """The ids in portions, each of which is read and written at once."""
    given = list(dict.fromkeys(ids))
    return (given[start : start + BATCH] for start in range(0, len(given), BATCH))


def texts_of(made: Made, name: str) -> Mapping[str, str]:
    """Package id -> its part in one syntax."""
    return {key: part.texts[name] for key, part in made.parts.items()}

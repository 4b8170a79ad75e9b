"""Documents put together from stored parts: a page of the catalogue, one entry, and the state that they are of.

All is read from one moment of the database. A part that is out of date at that moment is made again from what the
database says at that moment: so a document is never behind, however much is still to be written, only slower.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache

import sqlalchemy as sa

from . import changes, fragments, links, store
from .basis import basis
from .catalogue import Dates, Page
from .datasets import index_of_entries
from .datasets import links as links_of
from .fragments import FRESH, PUBLIC
from .iris import PUBLISHED_TYPES, Package
from .parts import is_published
from .syntaxes import SYNTAXES, document

# A reader makes at most so many parts before it answers; the rest is made while it answers, and by a job.
AT_A_READING = 50

_STATE = sa.text(
    """
    SELECT (SELECT max(stamp) FROM smartcity_fragment) AS stamp,
        (SELECT changed FROM smartcity_fragment ORDER BY stamp DESC LIMIT 1) AS changed,
        (SELECT min(issued) FROM smartcity_fragment WHERE published) AS issued
    """
)
_SINCE = "(CAST(:since AS timestamptz) IS NULL OR part.changed >= :since)"
_SETTLED = f"FROM smartcity_fragment AS part WHERE part.published AND {_SINCE}"
# While parts are out of date the packages themselves say what there is.
_UNSETTLED = f"""
    FROM package LEFT JOIN smartcity_fragment AS part ON part.package_id = package.id
    WHERE {PUBLIC} AND ({_SINCE} OR NOT coalesce({FRESH}, false))
"""
_ROWS = "LIMIT :rows OFFSET :start"
_COUNT = {True: sa.text(f"SELECT count(*) {_SETTLED}"), False: sa.text(f"SELECT count(*) {_UNSETTLED}")}
_IDS = {
    True: sa.text(f"SELECT part.package_id {_SETTLED} ORDER BY part.issued, part.package_id {_ROWS}"),
    False: sa.text(f"SELECT package.id {_UNSETTLED} ORDER BY package.metadata_created, package.id {_ROWS}"),
}
# Whether a package is public is asked of the package, whatever is stored.
_STORED = f"""
    SELECT part.package_id, part.{{syntax}} FROM smartcity_fragment AS part
    JOIN package ON package.id = part.package_id
    WHERE part.package_id = ANY(:ids) AND {PUBLIC} AND part.published AND {{fresh}}
"""  # noqa: S608 (constants, and the name of a column)
_LINKED = sa.text("SELECT DISTINCT entry FROM smartcity_link WHERE package_id = ANY(:ids) AND entry IS NOT NULL")
_BEHIND = sa.text(
    f"""
    SELECT package.id FROM package LEFT JOIN smartcity_fragment AS part ON part.package_id = package.id
    WHERE package.id = ANY(:ids) AND NOT coalesce({FRESH}, false)
    """  # noqa: S608 (constants)
)


@dataclass(frozen=True)
class State:
    """Which state of the catalogue a document is of."""

    stamp: int
    changed: datetime | None
    issued: datetime | None
    basis: str
    settled: bool  # all parts are up to date: the stamp stands for what the packages say

    @property
    def dates(self) -> Dates:
        """Those of the catalogue: its first entry, and its last change, also by taking something out."""
        return Dates(
            self.issued.isoformat() if self.issued else "",
            self.changed.astimezone(timezone.utc).isoformat(timespec="seconds") if self.changed else "",
        )

    def tag(self, *what: object) -> str:
        """An entity tag for what is made of this state alone; empty while parts are out of date."""
        return "-".join((f"{self.stamp:x}", self.basis, *map(str, what))) if self.settled else ""


@dataclass(frozen=True)
class Asked:
    """One page: its number from 1, how many entries it holds, and which it is narrowed to."""

    number: int
    per_page: int
    since: datetime | None = None
    ids: Sequence[str] | None = None  # what a search found on this page; then `total` says how many in all
    total: int = 0


def state() -> State:
    """The state of the catalogue now, after a bounded number of parts that were out of date has been made."""
    with store.reading() as connection:
        found = state_in(connection)
    if found.settled:
        return found
    fragments.refresh_stale(AT_A_READING)
    with store.reading() as connection:
        return state_in(connection)


def state_in(connection: sa.Connection) -> State:
    """The state that one transaction of `connection` sees."""
    row = connection.execute(_STATE).one()
    return State(row.stamp or 0, row.changed, row.issued, basis(), _is_settled(connection))


def _is_settled(connection: sa.Connection) -> bool:
    return not fragments.stale_in(connection, 1)


def count_in(connection: sa.Connection, asked: Asked, settled: bool) -> int:
    """How many entries there are on all pages."""
    if asked.ids is not None:
        return asked.total
    return int(connection.execute(_COUNT[settled], _given(asked)).scalar_one())


def parts_in(connection: sa.Connection, ids: Sequence[str], syntax: str) -> dict[str, str]:
    """The parts of those of these packages that are public entries, by id: stored ones, or made anew."""
    settled = _is_settled(connection)
    statement = sa.text(_STORED.format(syntax=SYNTAXES[syntax].name, fresh="true" if settled else FRESH))
    asked = {"ids": list(ids), "types": list(PUBLISHED_TYPES), **({} if settled else {"basis": basis()})}
    found = dict(connection.execute(statement, asked).tuples().all())
    if missing := [one for one in ids if one not in found]:
        found |= fragments.texts_of(fragments.make(connection, missing), syntax)
    return {one: found[one] for one in ids if one in found}


def page(asked: Asked, syntax: str, addresses: Callable[[int], Page]) -> str:
    """One page of the catalogue with all that its entries link to.

    `addresses` says how the pages hang together where there are so many entries in all.
    """
    with store.reading() as connection:
        now = state_in(connection)
        total = count_in(connection, asked, now.settled)
        parts = parts_in(connection, _ids(connection, asked, now.settled), syntax)
        others = linked_in(connection, list(parts), syntax)
    frame = fragments.maker().frame(now.dates, addresses(total))[syntax]
    return "".join(document(syntax, (frame, *parts.values(), *others)))


def ids_of(asked: Asked) -> list[str]:
    """The ids of the entries of a page."""
    with store.reading() as connection:
        return _ids(connection, asked, state_in(connection).settled)


def entry(package_id: str, syntax: str) -> str | None:
    """The document of a public entry, with what it links to; None where nobody may see it."""
    with store.reading() as connection:
        parts = parts_in(connection, [package_id], syntax)
        others = linked_in(connection, list(parts), syntax)
    return "".join(document(syntax, (_frame(basis(), syntax), *parts.values(), *others))) if parts else None


def hidden_entry(package_id: str, syntax: str) -> str | None:
    """The document of an entry of any state, for those who may see it; None where there is no such entry."""
    with store.reading() as connection:
        found = changes.snapshots(connection, [package_id])
        if package_id not in found or found[package_id].package["type"] not in PUBLISHED_TYPES:
            return None
        package, maker = found[package_id].package, fragments.maker()
        texts = maker.whole(package, _entries(connection, package))
    return "".join(document(syntax, (texts[syntax],)))


def entries_of(package: Package) -> dict[str, Package]:
    """The published entries that a package links to, whole, by id, name and IRI."""
    with store.reading() as connection:
        return _entries(connection, package)


def _entries(connection: sa.Connection, package: Package) -> dict[str, Package]:
    base = fragments.maker().site.base
    ids = sorted({str(one["id"]) for one in links.targets(connection, [package], base).values()})
    return index_of_entries((one.package for one in changes.snapshots(connection, ids).values()), base)


def _behind(connection: sa.Connection, ids: Sequence[str]) -> set[str]:
    """Which of these have parts that must not be used."""
    if _is_settled(connection):
        return set()
    return set(connection.execute(_BEHIND, {"ids": list(ids), "basis": basis()}).scalars())


def linked_in(connection: sa.Connection, ids: Sequence[str], syntax: str) -> list[str]:
    """What these entries link to beside each other, each without links of its own, so that a document stays bounded."""
    behind = _behind(connection, ids)
    asked = {"ids": [one for one in ids if one not in behind]}
    others = set(connection.execute(_LINKED, asked).scalars())
    if behind:  # what is stored of their links is behind too
        packages = [one.package for one in changes.snapshots(connection, sorted(behind)).values()]
        named = links.targets(connection, packages, fragments.maker().site.base)
        others |= {str(one["id"]) for one in named.values()}
    return alone(connection, sorted(others - set(ids)), syntax)


def alone(connection: sa.Connection, ids: Sequence[str], syntax: str) -> list[str]:
    """Entries without their links: of those that have none the stored part will do."""
    found = changes.snapshots(connection, ids)
    published = {key: one.package for key, one in sorted(found.items()) if is_published(one.package)}
    linking = [key for key, package in published.items() if links_of(package)]
    stored = parts_in(connection, [key for key in published if key not in linking], syntax)
    made = fragments.maker()
    return [*stored.values(), *(made.linked(published[key])[syntax] for key in linking)]


def _ids(connection: sa.Connection, asked: Asked, settled: bool) -> list[str]:
    if asked.ids is not None:
        return list(asked.ids)
    rows = {"rows": asked.per_page, "start": asked.per_page * (asked.number - 1)}
    return list(connection.execute(_IDS[settled], {**_given(asked), **rows}).scalars())


def _given(asked: Asked) -> dict[str, object]:
    return {"since": asked.since, "types": list(PUBLISHED_TYPES), "basis": basis()}


@lru_cache(maxsize=8)
def _frame(current: str, syntax: str) -> str:
    """Without dates, which change with every entry; `current` is the key of the cache."""
    return fragments.maker().frame()[syntax]

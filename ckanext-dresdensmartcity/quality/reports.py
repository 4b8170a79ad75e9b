"""Reports are made when an entry changes, and kept; whoever reads them makes those anew that are out of date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.dcat import changes, fragments
from ckanext.dresdensmartcity.dcat import store as tables
from ckanext.dresdensmartcity.dcat.iris import Package

from . import nodes, overview, own_files, store
from .report import Report, report, unwritable
from .sources import Source, basis, of_package, sources

BATCH = 200
# A page that is asked for makes at most so many reports anew; a command makes all.
AT_A_READING = 50
# After a save: a few, so that the members of a small series follow at once and nobody waits long.
AFTER_A_SAVE = 10

_VERSION = sa.text("SELECT version FROM smartcity_change WHERE package_id = :id")
_STALE = sa.text(
    """
    (SELECT package_id FROM smartcity_change WHERE quality IS DISTINCT FROM version LIMIT :limit)
    UNION (SELECT package_id FROM smartcity_quality WHERE basis < :basis LIMIT :limit)
    UNION (SELECT package_id FROM smartcity_quality WHERE basis > :basis LIMIT :limit)
    ORDER BY package_id LIMIT :limit
    """
)
_NO_WAITING = sa.text("SET LOCAL synchronous_commit = off")
_days_kept: set[date] = set()
_many: ContextVar[bool] = ContextVar("many_saves", default=False)
_EVERY = sa.text("SELECT package_id FROM smartcity_change ORDER BY package_id")


@dataclass(frozen=True)
class Refreshed:
    """How many reports were made, and how many entries were gone."""

    made: int = 0
    gone: int = 0

    def __add__(self, other: Refreshed) -> Refreshed:
        return Refreshed(self.made + other.made, self.gone + other.gone)


def refresh(ids: Sequence[str]) -> Refreshed:
    """Make the reports of these packages as they stand now, and some of what else is out of date.

    Called after the commit that changed them, when their parts of the catalogue are made: so those that link to them
    are noted as changed by now, and a series that is withdrawn is seen at once at its members.
    """
    made = Refreshed()
    left: list[str] = []
    look = 0 if _many.get() else AFTER_A_SAVE
    for start in range(0, len(wanted := list(dict.fromkeys(ids))), BATCH):
        done, left = _batch(wanted[start : start + BATCH], look)
        made += done
    return made + (refresh_stale(AFTER_A_SAVE) if left else Refreshed())


@contextmanager
def many() -> Iterator[None]:
    """Within it, a save makes the reports of what it changed and no others: for saves that come one after the other.

    What they put out of date is left to the end, by refresh_stale, or to readers.
    """
    token = _many.set(True)
    try:
        yield
    finally:
        _many.reset(token)


def refresh_stale(limit: int | None = None, told: Callable[[int, int], None] | None = None) -> Refreshed:
    """Make the reports that are out of date, at most `limit`; `told` hears how many of how many are done."""
    with tables.reading() as connection:
        ids = stale(connection, limit)
        parts = fragments.stale_in(connection, limit) if ids else []
    if parts:
        fragments.refresh(parts)
    return _all(ids, told)


def refresh_all(told: Callable[[int, int], None] | None = None) -> Refreshed:
    """Make every report anew."""
    fragments.refresh_stale()
    with tables.reading() as connection:
        ids = list(connection.execute(_EVERY).scalars())
    return _all(ids, told)


def stale(connection: sa.Connection, limit: int | None = None) -> list[str]:
    """Ids of the packages whose report is missing, or made of an older version or by other rules."""
    return list(connection.execute(_STALE, {"basis": basis(), "limit": limit}).scalars())


def current(package_id: str) -> store.Kept | None:
    """The report of a package as it stands now, made anew where it is out of date; None where it has none."""
    with tables.reading() as connection:
        version = connection.execute(_VERSION, {"id": package_id}).scalar()
    found = store.read([package_id]).get(package_id)
    if found is None or (found.version, found.basis) != (version, basis()):
        fragments.refresh([package_id])
        _all([package_id])
        found = store.read([package_id]).get(package_id)
    return found


def recheck(ids: Sequence[str]) -> Refreshed:
    """Make reports anew although nothing changed in the packages: something else did, such as whether a link works."""
    return _all(ids)


def trial(package: Package) -> Report:
    """The report that a package would have if it were published as it is given; nothing is stored."""
    with tables.reading() as connection:
        source = of_package(connection, package)
    return _report(source, {})


def _all(ids: Sequence[str], told: Callable[[int, int], None] | None = None) -> Refreshed:
    made = Refreshed()
    for start in range(0, len(ids), BATCH):
        made += _batch(ids[start : start + BATCH])[0]
        if told:
            told(min(start + BATCH, len(ids)), len(ids))
    return made


def _batch(ids: Sequence[str], look: int = 0) -> tuple[Refreshed, list[str]]:
    """Make the reports of one batch; with `look` also find so many of those that are still out of date."""
    with tables.reading() as connection:
        found = sources(connection, ids)
        known = store.known_addresses(connection, [one.package_id for one in found.entries])
        own = own_files.answers(connection, [one.own for one in found.entries])
    rules, checked = basis(), store.now()
    kept = [
        store.Kept(
            one.package_id,
            one.version,
            rules,
            _report(one, {**known.answers(one.package_id), **own}),
            one.organisation,
            one.published,
            checked,
        )
        for one in found.entries
    ]
    with tables.writing() as connection:
        # What a crash takes away is noted as out of date by the same transaction: nobody needs to wait for the disk.
        connection.execute(_NO_WAITING)
        store.save(connection, kept, known, own)
        store.remove(connection, found.gone)
        nodes.keep(connection, found.shared, ids)
        changes.mark(connection, "quality", {**{one.package_id: one.version for one in kept}, **found.gone})
        _keep_day(connection)
        left = stale(connection, look) if look else []
    return Refreshed(len(kept), len(found.gone)), left


def _keep_day(connection: sa.Connection) -> None:
    """Keep the figures of the day, once a day in each process, whoever is first."""
    today = store.today()
    if today not in _days_kept:
        if not overview.is_taken(connection, today):
            overview.snapshot(connection, today)
        _days_kept.clear()
        _days_kept.add(today)


def _report(source: Source, answers: dict[str, bool]) -> Report:
    if source.problem:
        return unwritable(source.iri, source.kind, source.problem)
    direct = config.quality_direct_delivery()
    return report(source.iri, source.kind, source.own, source.around, answers, direct)

"""Many entries of a catalogue saved at once, where one after the other costs more for waiting than for work.

The import of one unit takes others of its job that wait along, up to BATCH: the portal is the same afterwards as if
each had gone alone, with fewer commits, fewer questions and one word to the search engine for all.

- **Locks.** Whoever takes a unit along holds what another worker would need for it: the worker's claim, the unit's
  lock, and that of its entry. What somebody else holds is left to him.
- **One transaction** for entries, their activities and the units' own records. So a worker that is killed has saved
  all or nothing, and what is derived (parts of the catalogue, reports of quality) follows once after the commit.
- **A unit that cannot be taken along is left alone**: what CKAN refuses, what belongs to somebody else, what has
  tables. It waits as before and goes its own way, with the message that it would have had.
- **The search** is told after the commit, as it knows no transactions. Until it has said that it knows, a mark on each
  unit says that it does not; the mark goes in the transaction after that, and a worker killed in between leaves it for
  the next run of the source (`searchable`).

An activity is written here and not by the activity plugin, as that would read each entry once more, from the search
engine, which does not have it yet.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ckan.model as model
import pysolr
import sqlalchemy as sa
from ckan.lib.search import SearchIndexError
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestObject, HarvestObjectExtra
from sqlalchemy.orm import selectinload

from .. import finishing, history, saving
from ..fields import content_hash, digest_of, package_fields, package_id
from ..publishing import Outcome, ensure_organization, utc_now
from ..queues.claims import Kind, number
from ..records import HarvesterError, Publication, Report, as_list

if TYPE_CHECKING:
    from ..base import Run, SmartCityHarvester

log = logging.getLogger(__name__)

BATCH = 100  # units, that which was delivered left out
UNSEARCHABLE = "unsearchable"  # the unit's entry is saved, and the search may not know it yet
ALONE = "alone"  # the unit was looked at once and could not be taken along

# Not in WHERE: there the order of conditions, and so who is locked, would be the planner's.
_CLAIMS = sa.text(
    """
    SELECT number FROM (
      SELECT number, pg_try_advisory_xact_lock(:kind, number) AS mine FROM unnest(CAST(:numbers AS integer[])) AS number
    ) AS tried WHERE mine
    """
)
_LOCKS = sa.text(
    """
    SELECT name FROM (
      SELECT name, pg_try_advisory_xact_lock(hashtextextended(name, 0)) AS mine
      FROM unnest(CAST(:names AS text[])) AS name
    ) AS tried WHERE mine
    """
)


@dataclass
class Ready:
    """A unit with what becomes of it."""

    unit: Any  # the harvest object
    publication: Publication
    content: str  # hash of all that it is published as
    fields: str  # hash of its fields
    package: str
    report: Report


def take_along(harvester: SmartCityHarvester, delivered: Any, run: Run) -> int:
    """Import units that wait beside the one that was delivered; how many were. Commits; raises what the database does.

    To be called before the delivered one itself is touched: a failure here leaves nothing behind.
    """
    taken = 0
    with model.meta.engine.connect() as locks, locks.begin():
        waiting = _loaded(_claimed(locks, _waiting(delivered)))
        ready = [one for one in (_ready(harvester, run, unit) for unit in waiting) if one is not None]
        entries = {one.unit.id: f"publication:{run.city.id}:{one.publication.guid}" for one in ready}
        free = _free(locks, list(entries.values()))
        ready = [one for one in ready if entries[one.unit.id] in free]
        ready = _nobodys(ready)
        with_them = {one.unit.id for one in ready}
        _leave([unit.id for unit in waiting if unit.id not in with_them])
        if ready:
            ensure_organization(run.city)
        while ready:
            try:
                refused = _save(run, ready)
                if refused is None:
                    return taken + len(ready)
                # The one that CKAN refuses goes alone, where it gets its message.
                _leave([ready[refused].unit.id])
                if refused and _save(run, ready[:refused]) is None:
                    taken += refused
                ready = ready[refused + 1 :]
            except (sa.exc.IntegrityError, sa.exc.DataError, ValueError) as error:
                # Rows are written together, so nobody knows whose the database will not have: a name that somebody
                # else took in the meantime, a text that it cannot store.
                model.Session.rollback()
                log.warning("Units go one by one, as the database refuses one of them: %s", error)
                _leave([one.unit.id for one in ready])
                return taken
    return taken


def pass_on(delivered: Any) -> None:
    """Ring for the next unit of the job that waits: for consumers that know only what stands in their queue."""
    following = _waiting(delivered, 1, of_any_kind=True)
    if following:
        publisher = queue.get_fetch_publisher()
        publisher.send({"harvest_object_id": following[0]})
        publisher.close()


def first_ones(ids: Sequence[str]) -> list[str]:
    """Of the units of a new job those that must be delivered, as the others will be taken along by them."""
    with_content = set(
        model.Session.scalars(
            sa.select(HarvestObject.id).where(HarvestObject.id.in_(ids), HarvestObject.content.is_not(None))
        )
    )
    together = [one for one in ids if one in with_content]
    first = set(together[:: BATCH + 1])
    return [one for one in ids if one in first or one not in with_content]


def searchable(source_id: str) -> int:
    """Tell the search of entries that were saved without its knowing, as a worker was killed; how many there were."""
    rows = model.Session.execute(
        sa.select(HarvestObject.id, HarvestObject.package_id)
        .join(HarvestObjectExtra, HarvestObjectExtra.harvest_object_id == HarvestObject.id)
        .where(HarvestObject.harvest_source_id == source_id, HarvestObjectExtra.key == UNSEARCHABLE)
    ).all()
    if rows:
        saving.index_stored([row.package_id for row in rows])
        _known_to_the_search([row.id for row in rows])
    return len(rows)


def find_again(source_id: str) -> None:
    """The same before a run, which a search engine that is away must not keep from reading its source."""
    try:
        searchable(source_id)
    except (SearchIndexError, pysolr.SolrError, sa.exc.SQLAlchemyError) as error:
        log.warning("Entries of source %s cannot be made findable now: %s", source_id, error)
        model.Session.rollback()


# Which units


def _waiting(delivered: Any, most: int = BATCH, of_any_kind: bool = False) -> list[str]:
    """Ids of the next units of the job that nobody has begun and whose content is there, or which go alone too."""
    extra = sa.select(HarvestObjectExtra.id).where(HarvestObjectExtra.harvest_object_id == HarvestObject.id)
    work = extra.where(HarvestObjectExtra.key == history.UNIT).exists()
    alone = extra.where(HarvestObjectExtra.key == ALONE).exists()
    return list(
        model.Session.scalars(
            sa.select(HarvestObject.id)
            .where(
                HarvestObject.harvest_job_id == delivered.harvest_job_id,
                HarvestObject.state == "WAITING",
                HarvestObject.content.is_not(None),
                HarvestObject.id != delivered.id,
                work,
                sa.true() if of_any_kind else ~alone,
            )
            .order_by(HarvestObject.gathered, HarvestObject.id)
            .limit(most)
        )
    )


def _claimed(locks: sa.Connection, ids: Sequence[str]) -> list[str]:
    """Those that no worker has, and that nobody can take until the connection ends its transaction."""
    numbers = list(dict.fromkeys(number(one) for one in ids))
    claimed = set(locks.execute(_CLAIMS, {"kind": int(Kind.UNIT), "numbers": numbers}).scalars())
    mine = [one for one in ids if number(one) in claimed]
    free = _free(locks, [f"object:{one}" for one in mine])
    return [one for one in mine if f"object:{one}" in free]


def _free(locks: sa.Connection, names: Sequence[str]) -> set[str]:
    """Those of the locks that nobody had."""
    return set(locks.execute(_LOCKS, {"names": list(dict.fromkeys(names))}).scalars())


def _loaded(ids: Sequence[str]) -> list[Any]:
    """The units as they stand now, that wait still."""
    found = (
        model.Session.query(HarvestObject)
        .filter(HarvestObject.id.in_(ids), HarvestObject.state == "WAITING")
        .options(selectinload(HarvestObject.extras))
        .populate_existing()
        .all()
    )
    by_id = {one.id: one for one in found}
    return [by_id[one] for one in ids if one in by_id]


def _ready(harvester: SmartCityHarvester, run: Run, unit: Any) -> Ready | None:
    """What becomes of a unit; None where it had better go alone."""
    if finishing.was_done(unit):
        return None
    try:
        made = as_list(harvester.publish(run, history.unit(unit), json.loads(unit.content)))
    except HarvesterError:
        return None
    if len(made) != 1 or made[0].tables or made[0].foreign is None:
        return None
    one = made[0]
    package = package_id(run.city, one.guid)
    return Ready(unit, one, content_hash(run.city, made), digest_of(run.city, one), package, Report())


def _nobodys(ready: Sequence[Ready]) -> list[Ready]:
    """Those whose entry is not there yet, in any state, and is not another's of them."""
    ids = [one.package for one in ready]
    there = set(model.Session.scalars(sa.select(model.Package.id).where(model.Package.id.in_(ids))))
    return [one for place, one in enumerate(ready) if one.package not in there and one.package not in ids[:place]]


def _leave(units: Sequence[str]) -> None:
    """Remember that these go alone, so that nobody looks at them twice."""
    if units:
        values = [{"id": str(uuid.uuid4()), "harvest_object_id": one, "key": ALONE, "value": "yes"} for one in units]
        model.Session.execute(sa.insert(HarvestObjectExtra.__table__), values)
        model.Session.commit()


# Saving them


def _save(run: Run, ready: Sequence[Ready]) -> int | None:
    """Save all, or nothing where CKAN refuses one: then the place of that one. Commits."""
    fields = [package_fields(run.city, one.publication) for one in ready]
    saver = saving.Saver(fields)
    model.Session.execute(sa.text("SET CONSTRAINTS harvest_object_package_id_fkey DEFERRED"))
    known = _linked_before([one.package for one in ready])
    _stand_for_nothing(run.source.id, [one.unit.guid for one in ready])
    for place, (one, package) in enumerate(zip(ready, fields, strict=True)):
        _link(one, "updated" if one.package in known else "added")
        try:
            saver.create(package)
        except saving.RefusedError:
            return place  # the session was rolled back
    stored = saver.finish()
    model.repo.commit()
    saving.index(stored)
    _known_to_the_search([one.unit.id for one in ready])
    return None


def _linked_before(packages: Sequence[str]) -> set[str]:
    return set(model.Session.scalars(sa.select(HarvestObject.package_id).where(HarvestObject.package_id.in_(packages))))


def _stand_for_nothing(source_id: str, guids: Sequence[str]) -> None:
    """No earlier object stands for these units any more."""
    model.Session.query(HarvestObject).filter(
        HarvestObject.harvest_source_id == source_id, HarvestObject.guid.in_(guids), HarvestObject.current.is_(True)
    ).update({"current": False}, synchronize_session=False)


def _link(one: Ready, report_status: str) -> None:
    """What ckanext-harvest and the base would note of a unit that was imported."""
    unit, now = one.unit, utc_now()
    unit.package_id, unit.current = one.package, True
    unit.retry_times = (unit.retry_times or 0) + 1
    unit.fetch_started = unit.fetch_finished = unit.import_started = unit.import_finished = now
    unit.state, unit.report_status = "COMPLETE", report_status
    outcome = Outcome(one.publication.guid, one.publication.kind, one.package, "new")
    notes = {
        history.published_key(one.publication.guid): one.fields,
        history.IMPORT_REPORT: history.as_json(one.report, [outcome]),
        history.CONTENT_HASH: one.content,
        UNSEARCHABLE: "yes",
    }
    for key, text in notes.items():
        history.remember(unit, key, text)
    finishing.done(unit)


def _known_to_the_search(units: Sequence[str]) -> None:
    extra = HarvestObjectExtra.__table__
    model.Session.execute(extra.delete().where(extra.c.harvest_object_id.in_(units), extra.c.key == UNSEARCHABLE))
    model.Session.commit()


__all__ = ["BATCH", "UNSEARCHABLE", "first_ones", "pass_on", "searchable", "take_along"]

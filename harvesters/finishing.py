"""The finishing step of a run: what needs several units at once is made when all units of a job are done.

Who is the last one is decided by marks in the database, never by counting in memory:

- An object is *done* when its import or its failure is committed, with the mark DONE. Objects that ckanext-harvest gave
  up (state ERROR) count as done.
- Whoever commits a mark looks whether any object of the job is left, and only then tries the lock of the source. Two
  that are last at the same time both see none left, so one of them finishes; the other finds the lock taken and goes.
- A table is marked as *touched*, and that is committed, before anything is written into it. So a worker that is killed
  between writing and saying so leaves the mark behind, and whoever takes the object up again counts it as changed.
- The marks go in the transaction that says that the job is finished. A worker that is killed before leaves all of them:
  its object is delivered again and finishes, or the next run of the source does, also where no unit has work.

So a job is finished once with effect: doing it twice writes the same by difference, which is nothing.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ckan.model as model
import sqlalchemy as sa
from ckanext.dresdensmartcity.city.model import City
from ckanext.harvest.model import HarvestObject, HarvestObjectExtra

from . import history
from .fields import resource_id
from .records import HarvesterError, Publication, Value

if TYPE_CHECKING:
    import polars as pl

log = logging.getLogger(__name__)

DONE = "done"  # the object's work is committed: "ok", "unchanged" or "failed"
TOUCHED = "touched"  # tables that the object writes or has written: {guid: {table: "writing" | "changed"}}
FINISH_ONLY = "finish_only"  # the object has no other task than to be the last one
PLACE = "finish"  # what the message of a job error begins with
FINISH = "finish"  # "due" on a job's first object; on the object that finished it "done" or "failed"

Scope = dict[str, Value | tuple[Value, Value]]


@dataclass(frozen=True)
class StoredTables:
    """What the portal holds in tables, for `SmartCityHarvester.finish`."""

    city: City
    # (guid of the publication, name of the table): its rows changed in this job, or in an earlier one that never came
    # to its finish.
    changed: frozenset[tuple[str, str]] = frozenset()

    def exists(self, guid: str, table: str) -> bool:
        """Whether the publication's table has been stored."""
        from .store import table_exists

        return table_exists(resource_id(self.city, guid, table))

    def rows(
        self, guid: str, table: str, columns: Collection[str] | None = None, where: Scope | None = None
    ) -> pl.DataFrame:
        """The table as it is stored, all of it or some columns; raises HarvesterError where there is none.

        `where` is as in Table.scope: a value, or a pair of from (inclusive) and until (exclusive).
        """
        from .store import read_table

        if not self.exists(guid, table):
            raise HarvesterError("the table is not stored; run the source again", f"{guid}, table {table}")
        where = where or {}
        equal = {name: value for name, value in where.items() if not isinstance(value, tuple)}
        ranges = {name: value for name, value in where.items() if isinstance(value, tuple)}
        return read_table(
            resource_id(self.city, guid, table), list(columns) if columns is not None else None, equal, ranges
        )


@dataclass(frozen=True)
class Marks:
    """What is due for a source: ids of extras with the texts they had, and the tables that they name."""

    extras: tuple[tuple[str, str], ...]
    changed: frozenset[tuple[str, str]]

    def __bool__(self) -> bool:
        return bool(self.extras)


# Marks of units


def touch(harvest_object: Any, publications: Iterable[Publication]) -> None:
    """Say before writing which tables may change, and commit that."""
    tables = {one.guid: {table.name: "writing" for table in one.tables} for one in publications if one.tables}
    if not tables:
        return
    # Tables that an attempt before this one was writing are as good as changed: it did not come to say what it did.
    before = json.loads(history.value(harvest_object, TOUCHED) or "{}")
    for guid, names in before.items():
        tables[guid] = tables.get(guid, {}) | dict.fromkeys(names, "changed")
    history.remember(harvest_object, TOUCHED, json.dumps(tables, sort_keys=True))
    model.Session.commit()


def wrote(harvest_object: Any, guid: str, changed: Collection[str]) -> None:
    """Say which tables of a publication did change; not committed."""
    tables = json.loads(history.value(harvest_object, TOUCHED) or "{}")
    left = {
        name: "changed" for name, state in tables.get(guid, {}).items() if state == "changed" or name in set(changed)
    }
    if left:
        tables[guid] = left
    else:
        tables.pop(guid, None)
    history.remember(harvest_object, TOUCHED, json.dumps(tables, sort_keys=True))


def done(harvest_object: Any, how: str = "ok") -> None:
    """Mark the object's work as done; not committed."""
    history.remember(harvest_object, DONE, how)


def was_done(harvest_object: Any) -> str | None:
    """How the object's work ended, where it was delivered again after that; None where it is (again) to be done."""
    how = history.value(harvest_object, DONE)
    # ckanext-harvest's `reimport` asks for the work of a job that is over: then it is done once more.
    return how if how and harvest_object.job is not None and harvest_object.job.status != "Finished" else None


# Which object is the last one

# Job -> an object of it that was not done yet when this process looked: looked at first, so that a job of many units
# does not count all of them after each.
_waited_for: dict[str, str] = {}
_REMEMBERED_JOBS = 50


def all_done(job_id: str) -> bool:
    """Whether no object of the job is left to be worked on."""
    known = _waited_for.get(job_id)
    if known is not None and _left(HarvestObject.id == known):
        return False
    one = _left(HarvestObject.harvest_job_id == job_id)
    if one is None:
        _waited_for.pop(job_id, None)
        return True
    while len(_waited_for) >= _REMEMBERED_JOBS:
        del _waited_for[next(iter(_waited_for))]
    _waited_for[job_id] = one
    return False


def _left(which: Any) -> str | None:
    mark = sa.select(HarvestObjectExtra.id).where(
        HarvestObjectExtra.harvest_object_id == HarvestObject.id, HarvestObjectExtra.key == DONE
    )
    found: str | None = model.Session.scalar(
        sa.select(HarvestObject.id)
        .where(which, HarvestObject.state.not_in(("COMPLETE", "ERROR")), ~mark.exists())
        .order_by(HarvestObject.gathered.desc())  # the queue is worked on from the other end
        .limit(1)
    )
    return found


# Marks of a source


def due(source_id: str) -> Marks:
    """What earlier jobs and the present one left to be finished."""
    rows = model.Session.execute(
        sa.select(HarvestObjectExtra.id, HarvestObjectExtra.key, HarvestObjectExtra.value)
        .join(HarvestObject, HarvestObject.id == HarvestObjectExtra.harvest_object_id)
        .where(
            HarvestObject.harvest_source_id == source_id,
            HarvestObjectExtra.key.in_((TOUCHED, FINISH)),
            HarvestObjectExtra.value.not_in(("done", "{}")),
        )
    ).all()
    changed = {
        (guid, table)
        for row in rows
        if row.key == TOUCHED
        for guid, tables in json.loads(row.value).items()
        for table in tables
    }
    return Marks(tuple((row.id, row.value) for row in rows), frozenset(changed))


def ended(job_id: str) -> bool:
    """Whether the job's finish was tried already, with or without success."""
    return (
        model.Session.scalar(
            sa.select(HarvestObjectExtra.id)
            .join(HarvestObject, HarvestObject.id == HarvestObjectExtra.harvest_object_id)
            .where(
                HarvestObject.harvest_job_id == job_id,
                HarvestObjectExtra.key == FINISH,
                HarvestObjectExtra.value.in_(("done", "failed")),
            )
            .limit(1)
        )
        is not None
    )


def settle(harvest_object: Any, marks: Marks) -> None:
    """The job is finished: its marks go, and those of earlier ones; not committed.

    Only marks that still say what was finished: another one may have come in the meantime.
    """
    extra = HarvestObjectExtra.__table__
    own = sa.and_(extra.c.harvest_object_id == harvest_object.id, extra.c.key == TOUCHED)
    model.Session.execute(extra.delete().where(own))
    for identifier, text in marks.extras:
        model.Session.execute(extra.delete().where(extra.c.id == identifier, extra.c.value == text))
    model.Session.expire(harvest_object, ["extras"])
    history.remember(harvest_object, FINISH, "done")


@contextmanager
def only_one(source_id: str) -> Iterator[bool]:
    """True for the one who may finish jobs of the source now, on any machine; False for all others, at once.

    It ends with its connection, so a killed worker leaves nothing behind.
    """
    with model.meta.engine.connect() as connection, connection.begin():
        yield bool(
            connection.scalar(
                sa.text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"finish:{source_id}"}
            )
        )

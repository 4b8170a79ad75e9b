"""One piece of work, through ckanext-harvest's own functions: gathering a job, or fetching and importing a unit."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import ckan.model as model
import sqlalchemy as sa
from ckanext.harvest import queue
from ckanext.harvest.model import (
    HarvestGatherError,
    HarvestJob,
    HarvestObject,
    HarvestObjectError,
    HarvestObjectExtra,
)

from .. import troubles
from ..publishing import utc_now
from . import breaker

log = logging.getLogger(__name__)

ATTEMPTS = 3  # workers that may end at the same piece of work before it is given up
# What a unit or a job may meet of troubles that pass, before the next one is an error as any other: 30 of the portal's
# own, or three times that a source asks to wait for long.
TROUBLES = 30
OF_THE_SOURCE = 10
TROUBLE = "troubles"  # extra of a unit: what it met


class Checked:
    """A harvester whose work only shows where the worker still has its claim."""

    def __init__(self, harvester: Any, check: Callable[[], None]) -> None:
        self.harvester, self.check = harvester, check

    def fetch_stage(self, unit: Any) -> Any:
        return self.harvester.fetch_stage(unit)

    def import_stage(self, unit: Any) -> Any:
        self.check()  # the fetch may have taken minutes
        return self.harvester.import_stage(unit)


def weight(trouble: troubles.PassingTroubleError) -> int:
    """How much of TROUBLES one takes."""
    return 1 if trouble.seconds is None else OF_THE_SOURCE


def gather(job_id: str, attempt: int, met: int, check: Callable[[], None]) -> int:
    """Gather a job that the caller has claimed; how many units it has.

    `attempt` says which one it is, `met` what troubles the ones before met.

    Raises PassingTroubleError, and ClaimsLostError by `check`; the job then is as before and gathered anew.
    """
    job = HarvestJob.get(job_id)
    if job is None or job.status != "Running" or job.gather_finished is not None:
        return 0
    harvester = queue.get_harvester(job.source.type)
    if harvester is None:
        return _give_up(job, f"no harvester of the kind {job.source.type!r} is switched on; ask the operator")
    if attempt > ATTEMPTS:
        return _give_up(
            job, f"{ATTEMPTS} processes in succession ended while they read this source; the operator's log says why"
        )
    _forget(job_id)
    job = HarvestJob.get(job_id)
    job.gather_started = utc_now()
    job.save()
    with troubles.raised(met < TROUBLES):
        found = harvester.gather_stage(job)
    check()
    job = HarvestJob.get(job_id)
    if not isinstance(found, list) and not job.gather_errors:
        return _give_up(job, "the harvester gave up without saying why; the operator's log may know more")
    job.gather_finished = utc_now()
    job.save()
    return len(found) if isinstance(found, list) else 0


def work(unit_id: str, check: Callable[[], None], break_after: int) -> None:
    """Fetch and import a unit that the caller has claimed.

    Raises PassingTroubleError, and ClaimsLostError by `check`; the unit is then open as before.
    """
    unit = HarvestObject.get(unit_id)
    if unit is None:
        return
    unit.retry_times = (unit.retry_times or 0) + 1
    unit.save()
    harvester = queue.get_harvester(unit.source.type)
    if harvester is None:
        _fail(unit, f"no harvester of the kind {unit.source.type!r} is switched on; ask the operator")
        return
    if unit.retry_times > ATTEMPTS:
        _fail(unit, f"{ATTEMPTS} processes in succession ended while they worked on this; the operator's log says why")
        return
    before = _put_back_before(unit)
    try:
        with troubles.raised(before < TROUBLES) as seen:
            queue.fetch_and_import_stages(Checked(harvester, check), unit)
    except troubles.PassingTroubleError as trouble:
        _put_back(unit_id, before + weight(trouble))
        raise
    unit = HarvestObject.get(unit_id)
    if unit is not None and unit.state == "ERROR" and seen.unreachable:
        breaker.note(unit, str(seen.errors[-1])[:500])
        breaker.check(unit.harvest_job_id, break_after)


def _forget(job_id: str) -> None:
    """What an attempt left whose worker ended before it could say that it was done. None of it was worked on."""
    left = sa.select(HarvestObject.id).where(HarvestObject.harvest_job_id == job_id).scalar_subquery()
    options = {"synchronize_session": False}
    model.Session.query(HarvestObjectExtra).filter(HarvestObjectExtra.harvest_object_id.in_(left)).delete(**options)
    model.Session.query(HarvestObjectError).filter(HarvestObjectError.harvest_object_id.in_(left)).delete(**options)
    model.Session.query(HarvestObject).filter(HarvestObject.harvest_job_id == job_id).delete(**options)
    model.Session.query(HarvestGatherError).filter(HarvestGatherError.harvest_job_id == job_id).delete(**options)
    model.Session.commit()
    model.Session.remove()


def _put_back_before(unit: Any) -> int:
    return sum(int(one.value) for one in unit.extras if one.key == TROUBLE)


def _put_back(unit_id: str, times: int) -> None:
    """The unit waits again, and this attempt does not count; where the database is away, it counts."""
    model.Session.rollback()
    try:
        unit = HarvestObject.get(unit_id)
        unit.state = "WAITING"
        unit.retry_times -= 1
        for extra in unit.extras:
            if extra.key == TROUBLE:
                extra.value = str(times)
                break
        else:
            unit.extras.append(HarvestObjectExtra(key=TROUBLE, value=str(times)))
        unit.save()
    except sa.exc.SQLAlchemyError as error:
        log.warning("Unit %s could not be put back: %s", unit_id, error)
        model.Session.rollback()


def _give_up(job: Any, message: str) -> int:
    HarvestGatherError.create(message, job)
    job = HarvestJob.get(job.id)
    job.gather_started = job.gather_started or utc_now()
    job.gather_finished = utc_now()
    job.save()
    return 0


def _fail(unit: Any, message: str) -> None:
    HarvestObjectError.create(message, unit, "Fetch")
    unit.state, unit.report_status = "ERROR", "errored"
    unit.save()

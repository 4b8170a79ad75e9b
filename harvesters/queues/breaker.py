"""Leaves a source alone that gives no answer any more.

A run of 2,000 units of a source that is down would keep a worker waiting for hours, to end in 2,000 errors that say the
same. After some units in succession without an answer the remaining ones are not tried; one error says so.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import ckan.model as model
import sqlalchemy as sa
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObject, HarvestObjectExtra, HarvestSource

log = logging.getLogger(__name__)

UNREACHABLE = "unreachable"  # extra of a unit that failed as the source gave no answer
PAUSES = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))  # before a failed run is tried again
MANUAL = "MANUAL"


def note(unit: HarvestObject, why: str) -> None:
    """The unit failed for want of an answer; committed."""
    model.Session.add(HarvestObjectExtra(harvest_object_id=unit.id, key=UNREACHABLE, value=why))
    model.Session.commit()


def check(job_id: str, after: int) -> int:
    """End the job's units that wait where the last `after` got no answer; how many these are. Committed."""
    if after < 1:
        return 0
    last = model.Session.execute(
        sa.select(HarvestObject.id, HarvestObjectExtra.value)
        .outerjoin(
            HarvestObjectExtra,
            (HarvestObjectExtra.harvest_object_id == HarvestObject.id) & (HarvestObjectExtra.key == UNREACHABLE),
        )
        .where(HarvestObject.harvest_job_id == job_id, HarvestObject.state.in_(("COMPLETE", "ERROR")))
        .order_by(HarvestObject.fetch_started.desc().nulls_last())
        .limit(after)
    ).all()
    if len(last) < after or not all(row.value for row in last):
        return 0
    left = model.Session.execute(
        sa.update(HarvestObject)
        .where(HarvestObject.harvest_job_id == job_id, HarvestObject.state == "WAITING")
        .values(state="ERROR", report_status="errored")
        .execution_options(synchronize_session=False)
    ).rowcount
    if left:
        message = (
            f"The source gave no answer for {after} units in succession, so the remaining {left} were not tried. "
            f"The last answer: {last[0].value}"
        )
        model.Session.add(HarvestGatherError(message=message, harvest_job_id=job_id))
        log.warning("Job %s: %s", job_id, message)
    model.Session.commit()
    return int(left)


def plan_again() -> int:
    """Let sources with a frequency whose last run brought nothing but errors run again soon; how many. Committed.

    "Soon" is a quarter of an hour, then an hour, then four; never later than the frequency says, and for sources that
    run all the time (ALWAYS) never earlier. What runs only by hand stays so.
    """
    planned = 0
    for source in model.Session.scalars(
        sa.select(HarvestSource).where(HarvestSource.active.is_(True), HarvestSource.frequency != MANUAL)
    ):
        failures, ended = _failures(source.id)
        if not failures or ended is None:
            continue
        due = ended + PAUSES[min(failures, len(PAUSES)) - 1]
        sooner = failures <= len(PAUSES) and (source.next_run is None or source.next_run > due)
        if (source.frequency == "ALWAYS" and source.next_run != due) or sooner:
            source.next_run = due
            planned += 1
    model.Session.commit()
    return planned


def _failures(source_id: str) -> tuple[int, datetime | None]:
    """How many runs in succession failed as a whole, up to one more than there are pauses; when the last one ended."""
    jobs = model.Session.scalars(
        sa.select(HarvestJob)
        .where(HarvestJob.source_id == source_id)
        .order_by(HarvestJob.created.desc())
        .limit(len(PAUSES) + 1)
    ).all()
    if not jobs or jobs[0].status != "Finished":
        return 0, None
    number = 0
    for job in jobs:
        if not _failed(job.id):
            break
        number += 1
    return number, jobs[0].finished or jobs[0].gather_finished or jobs[0].created


def _failed(job_id: str) -> bool:
    errors = sa.select(HarvestGatherError.id).where(HarvestGatherError.harvest_job_id == job_id)
    complete = sa.select(HarvestObject.id).where(
        HarvestObject.harvest_job_id == job_id, HarvestObject.state == "COMPLETE"
    )
    found: bool = model.Session.execute(sa.select(errors.exists() & ~complete.exists())).scalar_one()
    return found

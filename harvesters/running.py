"""Start the harvests of some sources and follow what ckanext-harvest's consumers do with them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckanext.dresdensmartcity.city.current import city
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestSource

from .publishing import site_user
from .records import HarvesterError

PATIENCE = 60.0  # seconds without any movement in the queues, after which nobody seems to work on them
POLL = 1.0  # seconds
IN_WORK = ("FETCH", "IMPORT")
DONE = ("COMPLETE", "ERROR")


class SourceUnknownError(HarvesterError):
    """A harvest source that was asked for is not there, or must not be run."""


class ConsumersSilentError(HarvesterError):
    """Jobs wait in the queue and nobody takes them."""


class StillRunningError(HarvesterError):
    """The time to wait is over."""


@dataclass(frozen=True)
class Running:
    """A job that somebody waits for."""

    name: str  # of the source
    job_id: str


@dataclass(frozen=True)
class Progress:
    """How far a job is."""

    name: str
    state: str  # waiting, gathering, working, finished
    done: int
    units: int

    def __str__(self) -> str:
        return f"{self.name}: {self.state}" + (f", {self.done} of {self.units} units" if self.units else "")


def sources(names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Name and id of the sources with these names or ids, or of all that are switched on; raises SourceUnknownError."""
    rows = model.Session.execute(
        sa.select(model.Package.name, HarvestSource.id, HarvestSource.active)
        .join(HarvestSource, HarvestSource.id == model.Package.id)
        .order_by(model.Package.name)
    ).all()
    if not names:
        # CKAN knows no source that is there but switched off; the city file does.
        off = {source.name for source in city().sources if not source.active}
        return [(row.name, row.id) for row in rows if row.active and row.name not in off]
    known = {key: row for row in rows for key in (row.name, row.id)}
    for name in names:
        if name not in known:
            there = ", ".join(row.name for row in rows) or "none"
            raise SourceUnknownError(f"there is no harvest source {name!r}; there are: {there}")
        if not known[name].active:
            raise SourceUnknownError(f"the harvest source {name!r} is switched off; switch it on to run it")
    return [(known[name].name, known[name].id) for name in dict.fromkeys(names)]


def start(name: str, source_id: str) -> Running:
    """A new job of the source in the queue; the one that is under way where there is one."""
    under_way = model.Session.scalar(
        sa.select(HarvestJob.id)
        .where(HarvestJob.source_id == source_id, HarvestJob.status.in_(("New", "Running")))
        .order_by(HarvestJob.created.desc())
    )
    if under_way:
        return Running(name, under_way)
    return Running(name, _act("harvest_job_create", source_id=source_id, run=True)["id"])


def follow(
    jobs: list[Running],
    timeout: float,
    patience: float = PATIENCE,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Progress]:
    """Each step of each job until all are finished.

    `timeout` and `patience` in seconds. Raises ConsumersSilentError, StillRunningError.
    """
    waiting = {job.job_id: job for job in jobs}
    seen: dict[str, Progress] = {}
    begin = moved = clock()
    last: Any = None
    while waiting:
        model.Session.rollback()  # to see what the consumers have committed
        for job in list(waiting.values()):
            progress = _progress(job)
            if progress != seen.get(job.job_id):
                seen[job.job_id] = progress
                yield progress
            if progress.state == "finished":
                del waiting[job.job_id]
        queues = _queues()
        if queues != last or queues[1]:
            last, moved = queues, clock()
        if not waiting:
            return
        names = ", ".join(job.name for job in waiting.values())
        if clock() - moved > patience:
            raise ConsumersSilentError(
                f"nothing has moved for {patience:g} s while {names} wait(s) in the queue. Are the consumers running? "
                "`ckan dresdensmartcity harvest-worker` is what works on them (or ckanext-harvest's own gather-consumer"
                " and fetch-consumer)."
            )
        if clock() - begin > timeout:
            raise StillRunningError(
                f"{names} did not finish in {timeout:g} s and go(es) on in the background; call again to wait longer"
            )
        sleep(POLL)


def _progress(job: Running) -> Progress:
    row = model.Session.execute(
        sa.select(HarvestJob.status, HarvestJob.gather_started, HarvestJob.gather_finished).where(
            HarvestJob.id == job.job_id
        )
    ).one()
    states = dict(
        model.Session.execute(
            sa.select(HarvestObject.state, sa.func.count())
            .where(HarvestObject.harvest_job_id == job.job_id)
            .group_by(HarvestObject.state)
        )
        .tuples()
        .all()
    )
    done, units = sum(states.get(state, 0) for state in DONE), sum(states.values())
    if row.status != "Finished" and row.gather_finished and done == units:
        # Marks the job as finished. Not called earlier: it would queue units again that a consumer has just taken.
        _act("harvest_jobs_run", source_id=HarvestJob.get(job.job_id).source_id)
        return _progress(job)
    if row.status == "Finished":
        return Progress(job.name, "finished", done, units)
    if row.gather_finished:
        return Progress(job.name, "working", done, units)
    return Progress(job.name, "gathering" if row.gather_started else "waiting", done, units)


def _queues() -> tuple[Any, bool]:
    """What all running jobs look like, and whether somebody is at work right now."""
    jobs = model.Session.execute(
        sa.select(HarvestJob.id, HarvestJob.gather_started, HarvestJob.gather_finished)
        .where(HarvestJob.status == "Running")
        .order_by(HarvestJob.id)
    ).all()
    units = model.Session.execute(
        sa.select(HarvestObject.harvest_job_id, HarvestObject.state, sa.func.count())
        .join(HarvestJob, HarvestJob.id == HarvestObject.harvest_job_id)
        .where(HarvestJob.status == "Running")
        .group_by(HarvestObject.harvest_job_id, HarvestObject.state)
        .order_by(HarvestObject.harvest_job_id, HarvestObject.state)
    ).all()
    gathering = any(job.gather_started and not job.gather_finished for job in jobs)
    return (jobs, units), gathering or any(unit.state in IN_WORK for unit in units)


def _act(action: str, **data: Any) -> Any:
    context = {"user": site_user(), "ignore_auth": True, "model": model, "session": model.Session}
    return tk.get_action(action)(context, data)

"""One process that works: it claims what is to be done next, does it, and sleeps where there is nothing."""

from __future__ import annotations

import logging
import signal
import time
from collections import deque
from dataclasses import dataclass
from types import FrameType

import ckan.model as model
import sqlalchemy as sa
from ckan.common import config as ckan_config
from ckanext.harvest import queue

from .. import troubles
from . import book, ends, stages
from .bell import WAIT_S, Bell
from .choice import Choice, Load
from .claims import Claims, ClaimsLostError, Kind, number

log = logging.getLogger(__name__)

SLOWNESS_KNOWN_S = 10.0  # how long a source is taken for slow or quick before its past is looked at again
LONGEST_WAIT_S = 30.0  # between attempts where a server of the portal is away
MARGIN_S = 900  # for importing, beside the time that fetching may take
UNITS_OF_A_LIFE = 2000  # after which a worker makes room for a fresh one: memory that libraries lose comes back


class Stopped(BaseException):
    """Somebody asked the worker to end while it slept."""


@dataclass(frozen=True)
class Task:
    """What a worker has claimed."""

    kind: Kind
    id: str  # of a job that is to be gathered, or of a unit
    source: str
    job: str


@dataclass(frozen=True)
class Settings:
    """What the configuration says."""

    unit_s: float
    gather_s: float
    break_after: int


class Worker:
    """See the module. `once` ends it where nothing is left to be done."""

    def __init__(self, settings: Settings, name: str = "harvest-worker", once: bool = False) -> None:
        self.settings, self.once = settings, once
        # By the engine and not by the configuration: it holds the password, and what a test has put in its place.
        self.claims = Claims(model.meta.engine.url, name)
        self.bell = new_bell()
        self.choice = Choice()
        self.ahead: dict[str, deque[str]] = {}  # job -> its next units
        self.slowness: dict[str, tuple[float, bool]] = {}
        self.troubles = 0  # in succession
        self.stopping = self.sleeping = self.busy = False

    def run(self) -> None:
        """Until it is told to stop."""
        done = 0
        try:
            while not self.stopping and done < UNITS_OF_A_LIFE:
                found = self.step()
                done += found is True
                if found is False and self.once:
                    return
        except Stopped:
            pass
        finally:
            self.claims.close()

    def stop(self, number: int, frame: FrameType | None) -> None:
        """For signals: what is in work is brought to its end."""
        self.stopping = True
        if self.sleeping:
            raise Stopped

    def step(self) -> bool | None:
        """Do one thing. True: done; False: there was nothing to do; None: a trouble was waited for."""
        try:
            if not self.busy:
                self.bell.hush()  # before looking, so that what rings from now on is heard
            self.claims.open()
            task = self.next_task()
            self.busy = task is not None
            if task is None:
                if not self.once:
                    self._sleep(WAIT_S)
                return False
            self.perform(task)
        except (ClaimsLostError, sa.exc.DBAPIError, troubles.PassingTroubleError) as error:
            self._recover(error)
            return None
        self.troubles = 0
        return True

    def next_task(self) -> Task | None:
        """Claim what is next; None where nothing is. Raises ClaimsLostError."""
        with self.claims.alone(Kind.CHOICE, "next"):
            jobs = book.running(self.claims)
            if not jobs:
                self.ahead.clear()
                return None
            held = self.claims.counts()
            workers = held.get((Kind.WORKER, number("all")), 1)
            of_source: dict[str, list[book.Job]] = {}
            for job in jobs:
                if not self.bell.pausing(job.source):
                    of_source.setdefault(job.source, []).append(job)
            loads = [
                Load(source, held.get((Kind.SOURCE, number(source)), 0), self._is_slow(source)) for source in of_source
            ]
            for source in self.choice.order(loads, workers):
                for job in of_source[source]:
                    task = self._claim(job)
                    if task is not None:
                        self.claims.take_shared(Kind.SOURCE, source)
                        return task
        return None

    def perform(self, task: Task) -> None:
        """Do what was claimed and give it back."""
        began = time.monotonic()
        limit = self.settings.gather_s if task.kind is Kind.JOB else self.settings.unit_s
        # The system ends a process that never comes back, also out of native code; what it had is then free.
        signal.alarm(int(limit + MARGIN_S))
        try:
            if task.kind is Kind.JOB:
                self.bell.ring(min(self._gather(task), 64))
            else:
                stages.work(task.id, self.claims.check, self.settings.break_after)
        except troubles.PassingTroubleError as trouble:
            if trouble.seconds is None:
                raise
            log.info("Source %s asks to wait %.0f s", task.source, trouble.seconds)
            self.bell.pause(task.source, trouble.seconds)
        finally:
            signal.alarm(0)
            model.Session.remove()
            self.choice.count(task.source, time.monotonic() - began)
        self.claims.give_back(Kind.SOURCE, task.source, shared=True)
        self.claims.give_back(task.kind, task.id)
        if book.over(self.claims, task.job):
            ends.finish(self.claims, task.source)

    def _gather(self, task: Task) -> int:
        attempt, met = self.bell.count(f"attempts:{task.id}"), self.bell.count(f"troubles:{task.id}", 0)
        try:
            return stages.gather(task.id, attempt, met, self.claims.check)
        except troubles.PassingTroubleError as trouble:
            self.bell.count(f"attempts:{task.id}", -1)  # nobody died of it
            self.bell.count(f"troubles:{task.id}", stages.weight(trouble))
            raise

    def _claim(self, job: book.Job) -> Task | None:
        if not job.gathered:
            return Task(Kind.JOB, job.id, job.source, job.id) if self.claims.take(Kind.JOB, job.id) else None
        for fresh in (False, True):
            if fresh:
                self.ahead[job.id] = deque(book.units(self.claims, job.id))
            waiting = self.ahead.get(job.id, deque())
            while waiting:
                unit = waiting.popleft()
                if not self.claims.take(Kind.UNIT, unit):
                    continue
                if book.is_open(self.claims, unit):
                    return Task(Kind.UNIT, unit, job.source, job.id)
                self.claims.give_back(Kind.UNIT, unit)
        return None

    def _is_slow(self, source: str) -> bool:
        known = self.slowness.get(source)
        if known is None or known[0] < time.monotonic():
            known = (time.monotonic() + SLOWNESS_KNOWN_S, book.is_slow(self.claims, source))
            self.slowness[source] = known
        return known[1]

    def _recover(self, error: Exception) -> None:
        """A server of the portal is away: all claims are given back, and it waits longer each time."""
        self.troubles += 1
        wait = min(0.5 * 2 ** (self.troubles - 1), LONGEST_WAIT_S)
        log.warning("Waiting %.1f s and trying again: %s", wait, error)
        model.Session.remove()
        self.claims.close()
        self._sleep(wait, listen=False)

    def _sleep(self, seconds: float, listen: bool = True) -> None:
        self.sleeping = True
        try:
            if self.stopping:
                return
            if listen:
                self.bell.wait(seconds)
            else:
                time.sleep(seconds)
        finally:
            self.sleeping = False


def new_bell() -> Bell:
    """The bell of this portal."""
    lists = (queue.get_gather_routing_key(), queue.get_fetch_routing_key())
    return Bell(ckan_config["ckan.redis.url"], ckan_config["ckan.site_id"], lists)

"""Several workers in one service: the first process loads the portal once, makes the others, and replaces who ends."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType

import ckan.model as model
from ckanext.datastore.backend import postgres as datastore

from . import ends
from .claims import Claims, ClaimsLostError
from .worker import Settings, Worker

log = logging.getLogger(__name__)

TICK_S = 30.0  # between two looks for jobs that are due or over
QUICK_S = 5.0  # a worker that ends sooner is replaced only after this
PATIENCE_S = 15.0  # for workers that were told to stop
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


class Manager:
    """See the module."""

    def __init__(self, settings: Settings, processes: int, schedule: bool = True) -> None:
        self.settings, self.processes, self.schedule = settings, processes, schedule
        self.children: dict[int, float] = {}  # process -> when it was made
        self.stopping = False

    def run(self) -> None:
        """Until it is told to stop."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        claims = Claims(model.meta.engine.url, "harvest-schedule")
        next_tick = 0.0
        while not self.stopping:
            self._collect()
            while len(self.children) < self.processes and not self.stopping:
                self._make()
            if self.schedule and time.monotonic() >= next_tick:
                next_tick = time.monotonic() + TICK_S
                tick(claims)
            time.sleep(0.2)
        self._end()

    def _make(self) -> None:
        # No connection may be shared: two processes would talk on one.
        model.Session.remove()
        model.meta.engine.dispose()
        parent = os.getpid()
        pid = os.fork()
        if pid:
            self.children[pid] = time.monotonic()
            return
        code = 1
        try:
            _die_with(parent)
            for engine in datastore._engines.values():
                engine.dispose(close=False)
            serve(Worker(self.settings))
            code = 0
        except Exception:
            log.exception("Worker %s ends by a mistake", os.getpid())
        finally:
            logging.shutdown()
            os._exit(code)  # what the first process has open is not the child's to close

    def _collect(self) -> None:
        while self.children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            made = self.children.pop(pid, 0.0)
            if status:
                log.error("Worker %s has ended (%s); what it had is free for the next one", pid, told(status))
            if status and time.monotonic() - made < QUICK_S:
                time.sleep(1.0)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _end(self) -> None:
        for pid in self.children:
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_S
        while self.children and time.monotonic() < deadline:
            self._collect()
            time.sleep(0.1)
        for pid in self.children:
            os.kill(pid, signal.SIGKILL)


def serve(worker: Worker) -> None:
    """Run a worker in this process; SIGTERM and SIGINT end it after what it has in work."""
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    worker.run()


def tick(claims: Claims) -> None:
    """One look, which never ends the process that looks."""
    _safely(lambda: (claims.open(), ends.tick(claims)), claims)
    model.Session.remove()
    # Workers are made by copying this process: nothing of it may stay connected.
    claims.close()
    model.meta.engine.dispose()


def _safely(what: Callable[[], object], claims: Claims) -> None:
    try:
        what()
    except ClaimsLostError as error:
        log.warning("PostgreSQL does not answer; trying again: %s", error)
    except Exception:  # a mistake in one job must not keep all others from being made
        log.exception("Looking for jobs that are due or over failed")


def _die_with(parent: int) -> None:
    """Ends this process when the first one is killed, so that nobody works unseen."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)


def told(status: int) -> str:
    """A status of `waitpid` in words."""
    if os.WIFSIGNALED(status):
        return f"signal {signal.Signals(os.WTERMSIG(status)).name}"
    return f"exit code {os.WEXITSTATUS(status)}"

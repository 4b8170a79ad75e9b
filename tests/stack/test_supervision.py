"""docker/local/supervision.py: a real supervisor with a small program."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import processes
import pytest
import supervision

SUPERVISORD = Path(sys.executable).parent / "supervisord"


def wait_for(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[supervision.Supervisor]:
    # Longer than the address of a socket may be, and with a character that the configuration file gives a meaning.
    run = tmp_path / ("a long folder % " * 8) / "run"
    run.mkdir(parents=True)
    program = supervision.Program("sleeper", (sys.executable, "-c", "import time; time.sleep(60)"), run, rank=10)
    conf = tmp_path / "supervisord.conf"
    conf.write_text(supervision.configuration([program], run), encoding="utf-8")
    supervisor = supervision.Supervisor(run, conf)
    supervisor.start(SUPERVISORD, dict(os.environ))
    yield supervisor
    supervisor.shut_down()


def state(supervisor: supervision.Supervisor) -> object:
    return supervisor.states()["sleeper"]["statename"]


def test_nothing_starts_by_itself(supervisor: supervision.Supervisor) -> None:
    """The order of services is ./portal's to decide."""
    assert state(supervisor) == "STOPPED"


def test_a_killed_program_starts_again(supervisor: supervision.Supervisor) -> None:
    """After kill -9 the program runs under another number."""
    supervisor.start_program("sleeper")
    supervisor.start_program("sleeper")  # a second time changes nothing
    wait_for(lambda: state(supervisor) == "RUNNING")
    first = int(str(supervisor.states()["sleeper"]["pid"]))
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: state(supervisor) == "RUNNING" and supervisor.states()["sleeper"]["pid"] != first)


def test_shutting_down_ends_everything(supervisor: supervision.Supervisor) -> None:
    """Afterwards neither the supervisor nor its program is there."""
    supervisor.start_program("sleeper")
    wait_for(lambda: state(supervisor) == "RUNNING")
    pids = [int(str(supervisor.states()["sleeper"]["pid"])), supervisor.pid() or 0]
    supervisor.shut_down()
    assert supervisor.pid() is None
    assert supervisor.states() == {}
    assert not any(processes.is_alive(pid) for pid in pids)


def test_a_supervisor_that_cannot_start_says_why(tmp_path: Path) -> None:
    """The message is the supervisor's own."""
    broken = tmp_path / "broken.conf"
    broken.write_text("[program:x]\n", encoding="utf-8")
    with pytest.raises(supervision.SupervisorError, match="does not start"):
        supervision.Supervisor(tmp_path, broken).start(SUPERVISORD, dict(os.environ))

"""docker/local/processes.py: a portal ends its own processes and no others."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import processes
import pytest

SLEEP = "import time; time.sleep(60)"
NOWHERE: dict[str, Path] = {}
Starter = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start() -> Iterator[Starter]:
    started: list[subprocess.Popen[bytes]] = []

    def start(code: str = SLEEP, instance: str | None = None) -> subprocess.Popen[bytes]:
        environment = dict(os.environ) | ({processes.MARKER: instance} if instance else {})
        process = subprocess.Popen([sys.executable, "-c", f"print(1, flush=True); {code}"], env=environment, stdout=-1)
        assert process.stdout is not None
        process.stdout.readline()  # it runs our program now, not a copy of this one
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def test_only_marked_processes_are_found(start: Starter) -> None:
    """Another portal's processes and unmarked ones are not this portal's."""
    mine = start(instance="mine-1")
    start(instance="mine-12")
    start()
    assert [one.pid for one in processes.own("mine-1", NOWHERE)] == [mine.pid]
    assert processes.is_own(mine.pid, "mine-1", NOWHERE)
    assert not processes.is_own(mine.pid, "other", NOWHERE)


def test_programs_that_hide_their_environment_are_known_by_their_folder(start: Starter, tmp_path: Path) -> None:
    """PostgreSQL and Redis write over what /proc shows; the same program in another folder is another's."""
    here, elsewhere = (
        start(f"import os; os.chdir({str(folder)!r}); print(2, flush=True); {SLEEP}")
        for folder in (tmp_path, tmp_path.parent)
    )
    for process in (here, elsewhere):
        assert process.stdout is not None
        process.stdout.readline()
    name = Path(f"/proc/{here.pid}/comm").read_text(encoding="utf-8").strip()
    assert [one.pid for one in processes.own("nobody", {name: tmp_path})] == [here.pid]


def test_this_process_and_its_parents_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A start that was itself started with the marker does not end itself."""
    code = "import sys; sys.path.append(sys.argv[1]); import processes;print(len(processes.own('self', {})))"
    environment = dict(os.environ) | {processes.MARKER: "self"}
    folder = str(Path(processes.__file__).parent)
    result = subprocess.run([sys.executable, "-c", code, folder], env=environment, capture_output=True, check=True)
    assert result.stdout.strip() == b"0"


def test_a_polite_process_ends_by_itself(start: Starter) -> None:
    """SIGTERM comes first."""
    code = f"import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(7)); print(2, flush=True); {SLEEP}"
    process = start(code, instance="polite")
    assert process.stdout is not None
    process.stdout.readline()
    processes.end(processes.own("polite", NOWHERE))
    assert process.wait(5) == 7


def test_a_deaf_process_is_killed(start: Starter) -> None:
    """What does not listen to SIGTERM ends all the same."""
    code = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(2, flush=True); {SLEEP}"
    process = start(code, instance="deaf")
    assert process.stdout is not None
    process.stdout.readline()
    processes.end(processes.own("deaf", NOWHERE), patience_s=0.3)
    assert process.wait(5) == -9


def test_the_supervisors_family_is_told_from_orphans() -> None:
    """Descendants in any depth belong to the supervisor; what has another parent was left behind."""
    found = [
        processes.Process(1, 0, "supervisord"),
        processes.Process(2, 1, "gunicorn"),
        processes.Process(3, 2, "gunicorn"),
        processes.Process(4, 99, "ckan"),
    ]
    assert processes.without_children_of(found, 1) == [found[3]]
    assert processes.without_children_of(found, None) == found


def test_an_ended_process_is_not_alive(start: Starter) -> None:
    """A zombie counts as ended, and so does a number that another program has now."""
    process = start()
    name = Path(f"/proc/{process.pid}/comm").read_text(encoding="utf-8").strip()
    assert processes.is_alive(process.pid, name)
    assert not processes.is_alive(process.pid, "another")
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not processes.is_alive(process.pid, name)

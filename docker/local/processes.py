"""Find and end the processes of one portal, and no others.

Each process that a portal starts carries its number in the environment. So a later start finds what a `kill -9` of
the supervisor left behind, and never mistakes another portal's or the system's server for its own.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
MARKER = "PORTAL_INSTANCE"
POSTGRES = "postgres"


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    name: str


def own(instance: str, homes: Mapping[str, Path]) -> list[Process]:
    """All processes of the portal `instance`, without this one and what started it.

    `homes` has the working folders of programs, by name, that write a title over the environment which /proc shows:
    PostgreSQL does, and Redis.
    """
    marker = f"{MARKER}={instance}".encode()
    apart = _ancestors(os.getpid())
    found = []
    for folder in PROC.glob("[0-9]*"):
        pid = int(folder.name)
        if pid in apart:
            continue
        try:
            name, parent = _name_and_parent(folder)
            is_own = marker in (folder / "environ").read_bytes().split(b"\0")
            if not is_own and name in homes:
                is_own = (folder / "cwd").readlink() == homes[name]
        except OSError:
            continue  # ended meanwhile, or another user's
        if is_own:
            found.append(Process(pid, parent, name))
    return found


def is_own(pid: int, instance: str, homes: Mapping[str, Path]) -> bool:
    return any(process.pid == pid for process in own(instance, homes))


def without_children_of(processes: list[Process], pid: int | None) -> list[Process]:
    """Those of `processes` that neither are `pid` nor descend from it."""
    if pid is None:
        return processes
    family = {pid}
    while grown := {one.pid for one in processes if one.parent in family} - family:
        family |= grown
    return [one for one in processes if one.pid not in family]


def end(processes: list[Process], patience_s: float = 30) -> None:
    """End them: CKAN's first, the database last and in its own way, what does not listen at the end by force."""
    database = [one for one in processes if one.name == POSTGRES]
    others = [one for one in processes if one.name != POSTGRES]
    _signal_and_wait(others, signal.SIGTERM, patience_s)
    _signal_and_wait(others, signal.SIGKILL, 5)
    # Only the server itself is told: its own processes follow it. SIGINT rolls back and stops, SIGQUIT stops at once.
    heads = without_parents_among(database)
    _signal_and_wait(heads, signal.SIGINT, patience_s)
    _signal_and_wait(heads, signal.SIGQUIT, 10)
    _wait(database, 10)


def without_parents_among(processes: list[Process]) -> list[Process]:
    pids = {one.pid for one in processes}
    return [one for one in processes if one.parent not in pids]


def _signal_and_wait(processes: list[Process], number: signal.Signals, patience_s: float) -> None:
    for process in processes:
        if not is_alive(process.pid, process.name):
            continue
        try:
            os.kill(process.pid, number)
        except ProcessLookupError:
            continue
    _wait(processes, patience_s)


def _wait(processes: list[Process], patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and any(is_alive(one.pid, one.name) for one in processes):
        time.sleep(0.1)


def is_alive(pid: int, name: str = "") -> bool:
    """Is it there, and still the program `name`? A zombie that nobody has collected yet counts as ended."""
    try:
        fields = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    found = fields[fields.index("(") + 1 : fields.rindex(")")]
    return name in ("", found) and fields[fields.rindex(")") + 2] != "Z"


def _name_and_parent(folder: Path) -> tuple[str, int]:
    """From /proc/PID/stat, whose second field is the name in brackets, which may itself hold brackets."""
    text = (folder / "stat").read_text(encoding="utf-8", errors="replace")
    name = text[text.index("(") + 1 : text.rindex(")")]
    return name, int(text[text.rindex(")") + 2 :].split()[1])


def _ancestors(pid: int) -> set[int]:
    line = set()
    while pid > 0 and pid not in line:
        line.add(pid)
        try:
            pid = _name_and_parent(PROC / str(pid))[1]
        except OSError:
            break
    return line

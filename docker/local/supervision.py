"""The supervisor that keeps the portal's processes running: its configuration, and talking to it."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
import xmlrpc.client
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import processes
from supervisor.xmlrpc import SupervisorTransport

# In the folder `run`, where both sides work: an address of a socket holds 107 bytes, the path of a checkout may be
# longer. The supervisor makes its own paths absolute, so it is given one that stays short.
SOCKET = "supervisor.sock"
SERVER_SOCKET = f"/proc/self/cwd/{SOCKET}"
PID_FILE = "supervisord.pid"


class SupervisorError(Exception):
    """The supervisor does not start; the message names its log."""


@dataclass(frozen=True)
class Program:
    """A process that is kept running."""

    name: str
    command: tuple[str, ...]
    folder: Path  # where it runs
    rank: int  # stopped after those of a higher rank
    stop_signal: str = "TERM"
    stop_wait_s: int = 30
    group_signals: bool = False  # for a shell that waits for its children


def configuration(programs: list[Program], log: Path) -> str:
    """The text of supervisord.conf; the environment is inherited, so that no secret stands in it."""
    parts = [
        f"[unix_http_server]\nfile = {SERVER_SOCKET}\nchmod = 0600\n",
        f"[supervisord]\npidfile = {PID_FILE}\nlogfile = {_escaped(log / 'supervisord.log')}\n"
        "logfile_maxbytes = 5MB\nlogfile_backups = 1\numask = 022\n",
        "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n",
    ]
    for program in programs:
        as_group = "true" if program.group_signals else "false"
        parts.append(
            f"[program:{program.name}]\n"
            f"command = {_escaped(shlex.join(program.command))}\n"
            f"directory = {_escaped(program.folder)}\n"
            f"priority = {program.rank}\n"
            "autostart = false\nautorestart = true\nstartsecs = 2\n"
            # After each failure it waits a second longer: 40 tries outlast a database that repairs itself.
            "startretries = 40\n"
            f"stopsignal = {program.stop_signal}\nstopwaitsecs = {program.stop_wait_s}\n"
            f"stopasgroup = {as_group}\nkillasgroup = true\n"
            # Twice, as supervisor expands this one value twice.
            f"redirect_stderr = true\nstdout_logfile = {_escaped(_escaped(log / (program.name + '.log')))}\n"
            "stdout_logfile_maxbytes = 10MB\nstdout_logfile_backups = 2\n"
        )
    return "\n".join(parts)


def _escaped(value: str | Path) -> str:
    return str(value).replace("%", "%%")


class Supervisor:
    """A supervisor that runs or may run in the folder `run` of a portal."""

    def __init__(self, run: Path, conf: Path) -> None:
        self.run, self.conf = run, conf

    def call(self, method: str, *arguments: object) -> object:
        """Ask it something; raises OSError where none listens, xmlrpc.client.Fault where it refuses."""
        with _in_folder(self.run):
            transport = SupervisorTransport(None, None, f"unix://{SOCKET}")
            # The address only satisfies xmlrpc; the transport goes to the socket.
            proxy = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
            return getattr(proxy.supervisor, method)(*arguments)

    def pid(self) -> int | None:
        """Its process number, None where none answers."""
        try:
            return int(str(self.call("getPID")))
        except (OSError, xmlrpc.client.Error):
            return None

    def start(self, program: Path, environment: Mapping[str, str]) -> None:
        """Start it in the background. Raises SupervisorError."""
        result = subprocess.run(
            [program, "-c", self.conf], cwd=self.run, env=environment, capture_output=True, text=True, check=False
        )
        deadline = time.monotonic() + 10
        while self.pid() is None:
            if result.returncode != 0 or time.monotonic() > deadline:
                raise SupervisorError(f"the supervisor does not start: {result.stdout}{result.stderr}".strip())
            time.sleep(0.1)

    def states(self) -> dict[str, dict[str, object]]:
        """For each program what supervisor's getProcessInfo tells; empty where none answers."""
        try:
            found = self.call("getAllProcessInfo")
        except (OSError, xmlrpc.client.Error):
            return {}
        return {info["name"]: info for info in found} if isinstance(found, list) else {}

    def start_program(self, name: str) -> None:
        """Start it if it is not running yet, without waiting."""
        if self.states().get(name, {}).get("statename") in ("RUNNING", "STARTING"):
            return
        try:
            self.call("startProcess", name, False)
        except xmlrpc.client.Fault as fault:
            if "ALREADY_STARTED" not in fault.faultString:
                raise SupervisorError(f"{name} cannot be started: {fault.faultString}") from fault

    def shut_down(self, patience_s: float = 90) -> None:
        """Stop all programs, those of the highest rank first, and the supervisor itself."""
        pid = self.pid()
        if pid is None:
            return
        try:
            self.call("shutdown")
        except (OSError, xmlrpc.client.Error):
            return
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline and processes.is_alive(pid):
            time.sleep(0.1)


@contextmanager
def _in_folder(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)

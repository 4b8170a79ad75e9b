"""Ports of this machine: which are free, and who holds one."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
LISTEN = "0A"  # state of a listening socket in /proc/net/tcp
# Below the range from which the system gives ports to outgoing connections (32768 and up on Linux).
FIRST, LAST, STEP = 20000, 32000, 10


class NoFreePortError(Exception):
    """No port between FIRST and LAST is free."""


@dataclass(frozen=True)
class Holder:
    """The process that listens on a port."""

    pid: int
    name: str


def is_free(port: int) -> bool:
    """May this process listen on the port, on loopback and on all addresses?"""
    for address in ("127.0.0.1", "0.0.0.0"):  # noqa: S104  tried for a moment, nothing is ever answered there
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
                # Binding alone succeeds beside a server that also set SO_REUSEADDR but has yet to listen.
                probe.listen(1)
            except OSError:
                return False
    return True


def free_ports(names: tuple[str, ...], seed: int) -> dict[str, int]:
    """A free port for each name; `seed` spreads portals that start at the same moment.

    Raises NoFreePortError.
    """
    slots = (LAST - FIRST) // STEP
    start = FIRST + seed % slots * STEP
    candidates = (FIRST + (start - FIRST + offset) % (LAST - FIRST) for offset in range(LAST - FIRST))
    found: dict[str, int] = {}
    for port in candidates:
        if len(found) == len(names):
            break
        if is_free(port):
            found[names[len(found)]] = port
    if len(found) < len(names):
        raise NoFreePortError(f"no free port between {FIRST} and {LAST}")
    return found


def holder(port: int) -> Holder | None:
    """Who listens on the port; None where nobody does or the system does not tell (another user's process)."""
    inodes = {inode for table in ("tcp", "tcp6") for inode in _listeners(PROC / "net" / table, port)}
    if not inodes:
        return None
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for process in PROC.glob("[0-9]*"):
        try:
            if any(_target(link) in wanted for link in (process / "fd").iterdir()):
                name = (process / "comm").read_text(encoding="utf-8").strip()
                return Holder(int(process.name), name)
        except OSError:
            continue  # ended meanwhile, or not ours to look at
    return None


def _target(link: Path) -> str:
    """What a descriptor leads to; nothing where a busy process has closed it meanwhile, whose others count."""
    try:
        return str(link.readlink())
    except OSError:
        return ""


def _listeners(table: Path, port: int) -> list[str]:
    if not table.exists():
        return []
    rows = (line.split() for line in table.read_text(encoding="ascii").splitlines()[1:])
    return [row[9] for row in rows if row[3] == LISTEN and int(row[1].rpartition(":")[2], 16) == port]

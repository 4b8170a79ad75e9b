"""PostgreSQL, Redis and Solr of one portal: their folders, and the commands that start them.

The compose file has images for these three; here they are the distribution's programs (Solr: Maven Central's jars)
with folders and ports of the portal's own. All listen on loopback, PostgreSQL and Redis ask for a password.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from instance import TEST_PROCESSES, Folder, Instance, test_name, write

ROOT = Path(__file__).parent.parent.parent
TEST_CORES = tuple(f"ckan_{test_name(number)}" for number in range(1, TEST_PROCESSES + 1))


class ServerError(Exception):
    """A server cannot be prepared; the message holds what its own program said."""


@dataclass(frozen=True)
class Tools:
    """Where this machine has the programs."""

    postgres_bin: Path
    java: Path
    solr_lib: Path  # jars and, in `classes`, our server

    @classmethod
    def remembered(cls, programs: dict[str, str]) -> Tools:
        return cls(**{name: Path(path) for name, path in programs.items()})

    def to_remember(self) -> dict[str, str]:
        return {name: str(path) for name, path in asdict(self).items()}


def prepare(folder: Folder, instance: Instance, tools: Tools, with_tests: bool) -> None:
    """Make what the three servers need to start; what is there stays."""
    _prepare_postgres(folder, tools)
    _prepare_redis(folder, instance)
    for core in ("ckan", *TEST_CORES) if with_tests else ("ckan",):
        _run([sys.executable, ROOT / "docker/solr/build_core.py", folder.solr / core])
    shutil.copy(ROOT / "docker/solr/solr.xml", folder.solr / "solr.xml")


def _prepare_postgres(folder: Folder, tools: Tools) -> None:
    # The configuration is written last: a cluster without it was cut off while it was made, and holds nothing.
    settings = folder.postgres / "portal.conf"
    if not settings.exists():
        shutil.rmtree(folder.postgres, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=folder.run, encoding="utf-8") as password:
            password.write(folder.secrets()["postgres"] + "\n")
            password.flush()
            _run(
                [
                    tools.postgres_bin / "initdb",
                    f"--pgdata={folder.postgres}",
                    "--username=postgres",
                    f"--pwfile={password.name}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                ]
            )
    write(
        settings,
        "# Written by ./portal at each start.\n"
        "listen_addresses = '127.0.0.1'\n"
        # Only by password over loopback: a socket's path could be too long for the system.
        "unix_socket_directories = ''\n"
        "max_connections = 150\n"
        "shared_buffers = 256MB\n"
        # In the data directory and not in /dev/shm, where a killed server would leave it.
        "dynamic_shared_memory_type = mmap\n",
    )
    main = folder.postgres / "postgresql.conf"
    include = "include = 'portal.conf'"
    text = main.read_text(encoding="utf-8")
    if include not in text:
        write(main, f"{text}\n{include}\n")


def _prepare_redis(folder: Folder, instance: Instance) -> None:
    folder.redis.mkdir(exist_ok=True)
    write(
        folder.config / "redis.conf",
        "bind 127.0.0.1\n"
        f"port {instance.ports['redis']}\n"
        f"dir {_quoted(folder.redis)}\n"
        f"requirepass {folder.secrets()['redis']}\n"
        # The queues of the harvesters and of the background jobs outlive a restart.
        'appendonly yes\nsave ""\n',
    )


def commands(folder: Folder, instance: Instance, tools: Tools) -> dict[str, tuple[str, ...]]:
    """The commands that run the servers in the foreground."""
    return {
        "db": (str(tools.postgres_bin / "postgres"), "-D", str(folder.postgres), "-p", str(instance.ports["db"])),
        "redis": ("redis-server", str(folder.config / "redis.conf")),
        "solr": (
            str(tools.java),
            "-Xmx512m",
            "-cp",
            f"{tools.solr_lib}/*:{tools.solr_lib}/classes",
            f"-Dsolr.solr.home={folder.solr}",
            f"-Dsolr.log.dir={folder.log}",
            "SolrServer",
            "127.0.0.1",
            str(instance.ports["solr"]),
        ),
    }


def health_commands(instance: Instance, tools: Tools) -> dict[str, tuple[str, ...]]:
    """How to ask them whether they are well; Redis takes its password from REDISCLI_AUTH."""
    ports = instance.ports
    return {
        "db": (str(tools.postgres_bin / "pg_isready"), "--quiet", "--host=127.0.0.1", f"--port={ports['db']}"),
        "redis": ("redis-cli", "-p", str(ports["redis"]), "ping"),
        "solr": (str(ROOT / "docker/solr/health"), "127.0.0.1", str(ports["solr"]), "ckan"),
    }


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _run(command: list[str | Path]) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise ServerError(f"{command[0]} failed:\n{(result.stdout + result.stderr).strip()}")

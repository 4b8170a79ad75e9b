"""A portal of the fault tests' own, whose servers and workers may be killed: PostgreSQL, Redis, Solr and real workers.

Made by the code of docker/local and docker/ckan, on free ports, in a folder of its own. All that is started here is
ended here, by its process.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
sys.path.append(str(ROOT / "docker/local"))

from instance import INTERNAL, Folder, new_instance, variables  # noqa: E402
from ports import free_ports, holder  # noqa: E402
from servers import Tools, commands, health_commands  # noqa: E402

BIN = Path(sys.executable).parent
PATIENCE_S = 90
# Run under the account of the servers, as PostgreSQL refuses to be root's.
PREPARE = """
import json, sys
from pathlib import Path
sys.path.append(sys.argv[1])
from instance import Folder, Instance
from servers import Tools, prepare
folder = Folder(Path(sys.argv[2]))
instance = folder.instance()
prepare(folder, instance, Tools.remembered(instance.programs), with_tests=False)
"""
OVERLAY = """[app:main]
ckanext.dresdensmartcity.harvest.timeout = 4
ckanext.dresdensmartcity.harvest.unit_timeout = 20
ckanext.dresdensmartcity.harvest.gather_timeout = 20
ckanext.dresdensmartcity.harvest.max_megabytes = 5
ckanext.dresdensmartcity.harvest.break_after = 3
"""


def account() -> tuple[str, ...]:
    """The command that starts something as an ordinary user; empty where we are one."""
    if os.geteuid():
        return ()
    for name in ("smartcity-portal", "postgres", "nobody"):
        try:
            known = pwd.getpwnam(name)
        except KeyError:
            continue
        return ("setpriv", f"--reuid={known.pw_uid}", f"--regid={known.pw_gid}", "--clear-groups")
    raise AssertionError("as root, PostgreSQL needs an ordinary account: smartcity-portal, postgres or nobody")


def tools(solr_url: str) -> Tools:
    """The programs of this machine; Solr's jars are those of the Solr that all other tests use."""
    postgres = shutil.which("postgres")
    folders = [Path(postgres).resolve().parent] if postgres else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    java = shutil.which("java")
    assert folders, "PostgreSQL's programs are not there: ./portal up installs them"
    assert java, "there is no Java: ./portal up installs it"
    return Tools(folders[-1], Path(java), solr_lib(solr_url))


def solr_lib(solr_url: str) -> Path:
    """Where Solr's jars lie: as ./portal put them, or where the Solr that answers has them from."""
    own = ROOT / ".portal/solr-lib"
    if own.is_dir():
        return own
    running = holder(int(solr_url.rsplit(":", 1)[1].split("/")[0]))
    assert running, f"no process of ours listens at {solr_url}, and {own} is not there"
    words = Path(f"/proc/{running.pid}/cmdline").read_text(encoding="utf-8").split("\0")
    jars = words[words.index("-cp") + 1].split(":")[0].removesuffix("/*")
    return Path(f"/proc/{running.pid}/cwd").resolve() / jars


class Portal:
    """The running portal. `start` and `stop` take names of servers: db, redis, solr."""

    def __init__(self, solr_url: str) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="smartcity-faults-"))
        self.folder = Folder(self.path)
        self.tools = tools(solr_url)
        self.prefix = account()
        self.instance = new_instance()
        self.instance.ports = free_ports(INTERNAL, seed=os.getpid() * 7)
        self.instance.programs = self.tools.to_remember()
        self.servers: dict[str, subprocess.Popen[bytes]] = {}
        self.workers: subprocess.Popen[bytes] | None = None
        self._agent: subprocess.Popen[str] | None = None
        for name in ("config", "log", "run", "postgres", "redis", "solr", "storage", "plan"):
            (self.path / name).mkdir()
        self.path.chmod(0o755)
        self.plan = self.path / "plan/plan.json"
        self.ini = self.folder.ckan_ini

    @property
    def environment(self) -> dict[str, str]:
        passed_on = {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
        values = variables(self.instance, self.folder, "Faults", "dresden")
        path = [BIN, self.tools.postgres_bin, "/usr/local/bin", "/usr/bin", "/bin"]
        return {
            **passed_on,
            **values,
            "PATH": ":".join(map(str, path)),
            "HOME": str(self.folder.run),
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "PORTAL_ALLOWED_HOSTS": "127.0.0.1",
            "FAULT_PLAN": str(self.plan),
        }

    # --- from nothing to a portal

    def build(self) -> None:
        self.folder.remember(self.instance)
        self.folder.secrets()
        if self.prefix:
            number = int(self.prefix[1].partition("=")[2])
            for path in [self.path, *self.path.rglob("*")]:
                os.chown(path, number, -1)
        self._run([*self.prefix, sys.executable, "-B", "-c", PREPARE, str(ROOT / "docker/local"), str(self.path)])
        self.start("db", "redis", "solr")
        overlay = self.path / "config/faults.ini"
        overlay.write_text(OVERLAY, encoding="utf-8")
        self._run([str(ROOT / "docker/ckan/configure"), str(self.ini), str(overlay)])
        self._run([str(BIN / "python"), str(ROOT / "docker/ckan/migrate.py")])
        self.start_workers()

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"

    def start(self, *names: str) -> None:
        known = commands(self.folder, self.instance, self.tools)
        for name in names:
            command = known[name]
            if name == "solr" and not (self.tools.solr_lib / "classes").is_dir():
                at = command.index("SolrServer")
                command = (*command[:at], str(ROOT / "docker/solr/SolrServer.java"), *command[at + 1 :])
            log = (self.path / f"log/{name}.log").open("ab")
            self.servers[name] = subprocess.Popen(
                [*self.prefix, *command], cwd=self.folder.run, env=self.environment, stdout=log, stderr=log
            )
            log.close()
        health = health_commands(self.instance, self.tools)
        values = self.environment | {"REDISCLI_AUTH": self.folder.secrets()["redis"]}
        deadline = time.monotonic() + PATIENCE_S
        for name in names:
            while True:
                asked = subprocess.run(health[name], cwd=ROOT, env=values, capture_output=True, check=False)
                if asked.returncode == 0 and b"NOAUTH" not in asked.stdout:
                    break
                text = (self.path / f"log/{name}.log").read_text(errors="replace")[-2000:]
                assert time.monotonic() < deadline, f"{name} does not start:\n{text}"
                time.sleep(0.1)

    def stop(self, name: str) -> None:
        """At once, as a crash would."""
        server = self.servers.pop(name)
        server.send_signal(signal.SIGQUIT if name == "db" else signal.SIGKILL)
        server.wait(30)

    # --- workers

    def start_workers(self, number: int = 2, **environment: str) -> None:
        log = (self.path / "log/workers.log").open("ab")
        self.workers = subprocess.Popen(
            [sys.executable, "-B", str(HERE / "fault_worker.py"), str(self.ini), str(number)],
            cwd=ROOT,
            env=self.environment | environment,
            stdout=log,
            stderr=log,
        )
        log.close()

    def stop_workers(self, number: int = signal.SIGTERM) -> None:
        if self.workers is not None:
            pid = self.workers.pid
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
            self.workers.send_signal(number)
            if number == signal.SIGKILL:
                for child in children:
                    os.kill(int(child), signal.SIGKILL)
            self.workers.wait(60)
        self.workers = None

    def arm(self, point: str, mode: str) -> None:
        """The next worker that comes to the point is killed (`kill`), or waits for `release` (`wait`)."""
        for path in self.plan.parent.iterdir():
            path.unlink()
        unfinished = self.plan.with_suffix(".new")
        unfinished.write_text(json.dumps({"point": point, "mode": mode}), encoding="utf-8")
        unfinished.rename(self.plan)

    def disarm(self) -> None:
        for path in self.plan.parent.iterdir():
            path.unlink(missing_ok=True)

    @property
    def reached(self) -> bool:
        return self.plan.with_suffix(".hit").exists()

    def wait_until_reached(self, seconds: float = 40) -> None:
        deadline = time.monotonic() + seconds
        while not self.reached:
            assert time.monotonic() < deadline, "no worker came to the point; the log ends:\n" + self.log_end()
            time.sleep(0.02)

    def release(self) -> None:
        self.plan.with_suffix(".go").touch()

    def log_end(self, lines: int = 40) -> str:
        return "\n".join((self.path / "log/workers.log").read_text(errors="replace").splitlines()[-lines:])

    # --- asking the portal

    def ask(self, command: str, **arguments: Any) -> Any:
        """Let the agent do something inside of CKAN; raises AssertionError with what it says."""
        if self._agent is None:
            log = (self.path / "log/agent.log").open("a")
            self._agent = subprocess.Popen(
                [sys.executable, "-B", str(HERE / "fault_agent.py"), str(self.ini)],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
            log.close()
        assert self._agent.stdin
        assert self._agent.stdout
        self._agent.stdin.write(json.dumps({"command": command, **arguments}) + "\n")
        self._agent.stdin.flush()
        for line in self._agent.stdout:
            if line.startswith("ANSWER "):
                answer = json.loads(line.removeprefix("ANSWER "))
                assert "failure" not in answer, answer["failure"]
                return answer["value"]
        raise AssertionError("the agent has ended:\n" + (self.path / "log/agent.log").read_text()[-3000:])

    def end(self) -> None:
        """End all that was started, and remove it."""
        if self._agent is not None:
            self._agent.kill()
            self._agent.wait()
        if self.workers is not None:
            self.stop_workers()
        for name in ("solr", "redis", "db"):
            if name in self.servers:
                self.stop(name)
        shutil.rmtree(self.path, ignore_errors=True)


@contextmanager
def running_portal(configuration: Mapping[str, str]) -> Iterator[Portal]:
    portal = Portal(configuration["solr_url"])
    try:
        portal.build()
        yield portal
    finally:
        portal.end()

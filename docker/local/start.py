"""Bring a portal up: prepare its servers, then start each service after those it needs, and wait until it is well."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
from functools import cached_property
from importlib.metadata import distributions
from pathlib import Path

import processes
from compose_file import ComposeFileError, Service, read_services, stages
from instance import INTERNAL, TEST_PROCESSES, Folder, Instance, testing_variables, variables
from ports import NoFreePortError, free_ports, is_free
from servers import ROOT, ServerError, Tools, commands, health_commands, prepare
from supervision import Program, Supervisor, SupervisorError, configuration

BIN = Path(sys.executable).parent
CITIES = ROOT / "schemas" / "cities"
PATIENCE_S = 180
# What a machine needs to reach the world through its own gate; everything else of the caller's environment stays out.
PASSED_ON = ("http_proxy", "https_proxy", "no_proxy", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE")
# Lines of the load that only its log shows: CKAN's own log, and what the pages of the harvests tell at length.
DETAIL = re.compile(r"\d{4}-\d\d-\d\d |\s*(checked:|info \(|warning \(|\S*\.py:\d+: \w*Warning)")
MOVING = re.compile(r"\S+: (waiting|gathering|working)\b|\s*\d+ …")
# A change in these makes a running portal start its processes anew.
CODE = ("ckanext-dresdensmartcity", "harvesters", "schemas", "docker/ckan", "docker/solr", "docker/compose.yaml")
# A change in these makes it read the city's files and sources again.
DATA = ("schemas", "test-data", "harvesters", "ckanext-dresdensmartcity/city")


class PortalError(Exception):
    """The portal cannot do what was asked; the message says why and what to do."""


EXPECTED = (PortalError, ComposeFileError, ServerError, SupervisorError, NoFreePortError)


def resolve_city(value: str) -> str:
    """The name of a city in schemas/cities, or the absolute path of a city file. Raises PortalError."""
    if (CITIES / f"{value}.yaml").is_file():
        return value
    path = Path(value).resolve()
    if not path.is_file():
        names = ", ".join(sorted(one.stem for one in CITIES.glob("*.yaml"))) or "none yet"
        raise PortalError(f"--city {value}: neither a file nor one of the cities here ({names})")
    return str(path)


def city_path(city: str) -> Path:
    return Path(city) if "/" in city else CITIES / f"{city}.yaml"


def city_title(city: str) -> str:
    """The portal's title in the city file, which is read here so that a mistake shows before anything starts."""
    from ckanext.dresdensmartcity.city.load import CityFileError, load_city

    try:
        return load_city(city_path(city)).title.de
    except CityFileError as error:
        raise PortalError(f"the city file has a mistake:\n{error}") from error


def environment(folder: Folder, instance: Instance) -> dict[str, str]:
    """All that the portal's processes see: the same at each start, whoever starts them."""
    tools = Tools.remembered(instance.programs)
    path = [BIN, tools.postgres_bin, tools.java.parent, "/usr/local/bin", "/usr/bin", "/bin"]
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {
        **passed_on,
        "PATH": ":".join(str(one) for one in path),
        "HOME": str(folder.run),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        processes.MARKER: instance.id,
        **variables(instance, folder, city_title(instance.city), instance.city),
    }


class Start:
    """One start of one portal; safe to repeat at any point where it was cut off."""

    def __init__(self, folder: Folder, instance: Instance, *, with_tests: bool = False) -> None:
        self.folder, self.instance, self.with_tests = folder, instance, with_tests
        self.tools = Tools.remembered(instance.programs)
        self.supervisor = Supervisor(folder.run, folder.supervisor_conf)
        self.services = read_services(ROOT / "docker" / "compose.yaml")
        self.stages = stages(self.services)

    @cached_property
    def environment(self) -> dict[str, str]:
        return environment(self.folder, self.instance)

    def rank(self, name: str) -> int:
        """The stage in which a service starts."""
        return next(index for index, stage in enumerate(self.stages) if any(one.name == name for one in stage))

    def run(self) -> None:
        began = time.monotonic()
        self._settle_ports()
        conf = configuration(self._programs(), self.folder.log)
        fingerprint = self._fingerprint(conf)
        self._end_leftovers(keep_running=self.folder.stamp("running") == fingerprint)
        if self.supervisor.pid() is None:
            self._start_supervisor(conf, fingerprint)
        for stage in self.stages:
            self._run_stage(stage)
        self._farewell(time.monotonic() - began)

    # --- before the first service

    def _settle_ports(self) -> None:
        """Keep the remembered ports; where somebody else took one while the portal was down, choose others."""
        supervised = self.supervisor.pid() is not None
        ports = self.instance.ports
        own = bool(processes.own(self.instance.id, self.folder.homes()))
        complete = all(name in ports for name in INTERNAL)
        if complete and (supervised or own or all(is_free(port) for port in ports.values())):
            return
        self.instance.ports = free_ports(INTERNAL, seed=int(self.instance.id[:8], 16))
        self.folder.remember(self.instance)

    def _end_leftovers(self, *, keep_running: bool) -> None:
        """End what a killed supervisor or a killed ./portal left; all of it, if it runs with other settings."""
        pid = self.supervisor.pid()
        if pid is not None and not keep_running:
            self._say("Settings or code have changed: the processes start anew")
            self.supervisor.shut_down()
            pid = None
        left = processes.without_children_of(processes.own(self.instance.id, self.folder.homes()), pid)
        if left:
            self._say(f"Ending {len(left)} processes that an earlier start left behind")
            processes.end(left)
        if pid is None and not all(is_free(port) for port in self.instance.ports.values()):
            self.folder.set_stamp("running", "")
            raise PortalError("a port of the portal's own servers was taken this moment; run ./portal up again")

    def _start_supervisor(self, conf: str, fingerprint: str) -> None:
        began = time.monotonic()
        prepare(self.folder, self.instance, self.tools, self.with_tests)
        self.folder.supervisor_conf.write_text(conf, encoding="utf-8")
        self.supervisor.start(BIN / "supervisord", self.environment)
        self.folder.set_stamp("running", fingerprint)
        self._done("servers prepared", began)

    def _programs(self) -> list[Program]:
        servers = commands(self.folder, self.instance, self.tools)
        stops = {"db": ("INT", 60), "solr": ("TERM", 60), "harvest": ("TERM", 30)}
        programs = []
        for service in self.services.values():
            if service.one_shot:
                continue
            signal, wait_s = stops.get(service.name, ("TERM", 20))
            programs.append(
                Program(
                    name=service.name,
                    command=servers.get(service.name) or (str(ROOT / service.command[0]), *service.command[1:]),
                    folder=self.folder.run if service.is_server else ROOT,
                    rank=10 + self.rank(service.name),
                    stop_signal=signal,
                    stop_wait_s=wait_s,
                    group_signals=service.name == "scheduler",
                )
            )
        return programs

    def _fingerprint(self, conf: str) -> str:
        settings = {name: value for name, value in self.environment.items() if name not in PASSED_ON}
        return digest(conf, repr(sorted(settings.items())), packages(), files(CODE), str(self.with_tests))

    # --- services

    def _run_stage(self, stage: list[Service]) -> None:
        lasting = [service for service in stage if not service.one_shot]
        # What people wait for comes first; processes that only take work from queues would slow it down.
        self._start_and_wait([service for service in lasting if service.health])
        self._start_and_wait([service for service in lasting if not service.health])
        for service in stage:
            if service.one_shot:
                self._run_one_shot(service)

    def _start_and_wait(self, services: list[Service]) -> None:
        began = time.monotonic()
        for service in services:
            self.supervisor.start_program(service.name)
        waiting = {service.name for service in services}
        while waiting:
            for name in sorted(waiting):
                if self.is_well(name):
                    waiting.discard(name)
                    self._done(name, began)
                elif self._has_failed(name) or time.monotonic() - began > PATIENCE_S:
                    raise PortalError(f"{name} does not start. Its log says:\n{tail(self.folder.log / f'{name}.log')}")
            time.sleep(0.2 if waiting else 0)

    def is_well(self, name: str) -> bool:
        state = self.supervisor.states().get(name, {}).get("statename")
        command = health_commands(self.instance, self.tools).get(name) or self.services[name].health
        if not command or state not in ("STARTING", "RUNNING"):
            return state == "RUNNING"
        values = self.environment | {"REDISCLI_AUTH": self.folder.secrets()["redis"]}
        result = subprocess.run(command, cwd=ROOT, env=values, capture_output=True, check=False)
        return result.returncode == 0 and b"NOAUTH" not in result.stdout

    def _has_failed(self, name: str) -> bool:
        """Given up by the supervisor, or failing again and again: then waiting is of no use."""
        return self.supervisor.states().get(name, {}).get("statename") in ("FATAL", "UNKNOWN")

    def _run_one_shot(self, service: Service) -> None:
        if service.name == "migrate":
            self._migrate(service)
        elif service.name == "load" and self.instance.empty:
            self._say("  no city data loaded (--empty)")
        else:
            path = city_path(self.instance.city)
            # The demo's address is part of it: it stands in the sources, and may have to change with a taken port.
            demo = self.environment["PORTAL_DEMO_URL"]
            state = digest(files(DATA), path.read_text(encoding="utf-8"), packages(), demo)
            self._once(service.name, state, [service.command], self.environment, shown=True)

    def _migrate(self, service: Service) -> None:
        files_ = files(("docker/ckan", "ckanext-dresdensmartcity"), "**/migration/**/*.py", "*.py", "*.ini")
        state = digest(packages(), files_, *sorted(self.folder.secrets().values()))
        self._once("migrate", state, [service.command], self.environment)
        for number in range(1, 1 + TEST_PROCESSES * self.with_tests):
            values = testing_variables(self.environment, self.folder, number)
            overlay = ("docker/ckan/configure", values["CKAN_INI"], "test.ini")
            Path(values["PORTAL_STORAGE"]).mkdir(exist_ok=True)
            migrate = (str(BIN / "python"), "docker/ckan/migrate.py")
            name = f"migrate-{Path(values['CKAN_INI']).stem}"
            self._once(name, digest(state, files(("test.ini",))), [overlay, migrate], values)
        schema = digest(*((self.folder.solr / "ckan/conf" / name).read_text() for name in ("schema.xml",)))
        if self.folder.stamp("search-index"):
            rebuild = (str(BIN / "ckan"), "search-index", "rebuild")
            self._once("search-index", schema, [rebuild], self.environment)
        self.folder.set_stamp("search-index", schema)

    def _once(
        self,
        name: str,
        state: str,
        steps: list[tuple[str, ...]],
        values: dict[str, str],
        *,
        shown: bool = False,
    ) -> None:
        """Run commands unless they ended well in this state before; what they say goes to a log, or is shown too."""
        began = time.monotonic()
        if self.folder.stamp(name) == state:
            return
        log = self.folder.log / f"{name}.log"
        with log.open("w", encoding="utf-8") as stream:
            for command in steps:
                stream.write(f"$ {' '.join(command)}\n")
                stream.flush()
                with subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env=values,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    errors="replace",
                ) as process:
                    for line in process.stdout or ():
                        stream.write(line)
                        if shown:
                            self._show(line.rstrip())
                if process.returncode != 0:
                    stream.flush()
                    raise PortalError(f"{name} failed. {log} ends with:\n{tail(log, 12 if shown else 25)}")
        self.folder.set_stamp(name, state)
        self._done(name, began)

    # --- terminal

    def _say(self, text: str) -> None:
        print(text, flush=True)

    def _show(self, line: str) -> None:
        """A line of the load: counts that change stand in one place, and only where somebody watches."""
        if MOVING.match(line):
            if sys.stdout.isatty():
                print(f"\r\033[K    {line.strip()}", end="\r", flush=True)
        elif line.strip() and not DETAIL.match(line):
            self._say(f"    {line}")

    def _done(self, name: str, began: float) -> None:
        self._say(f"  {name + ' ':.<24} {time.monotonic() - began:5.1f} s")

    def _farewell(self, seconds: float) -> None:
        address = f"http://127.0.0.1:{self.instance.port}"
        default = ROOT / ".portal"
        option = "" if self.folder.path == default else f" --data-dir {self.folder.path}"
        self._say(
            f"\nAll is well after {seconds:.0f} s.\n\n"
            f"  {address}\n"
            f"  user: admin   password: {self.folder.secrets()['admin']}\n\n"
            "Next:\n"
            f"  {address}/atlas                 the Smart City Atlas\n"
            f"  {address}/harvest               where the data come from\n"
            f"  curl '{address}/api/3/action/package_search?q=sensor'\n"
            f"  curl {address}/catalog.ttl      the catalogue in DCAT-AP.de\n"
            f"  ./portal status{option}    ./portal logs{option}    ./portal down{option}"
        )


def digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def packages() -> str:
    """Names and versions of what is installed beside this Python."""
    return " ".join(sorted(f"{one.name}=={one.version}" for one in distributions()))


def files(names: tuple[str, ...], *patterns: str) -> str:
    """Size and time of the files below these paths of the checkout: enough to see that something has changed."""
    found = []
    for name in names:
        top = ROOT / name
        paths = [top] if top.is_file() else [path for pattern in patterns or ("**/*",) for path in top.glob(pattern)]
        for path in paths:
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
                state = path.stat()
                found.append(f"{path.relative_to(ROOT)} {state.st_size} {state.st_mtime_ns}")
    return "\n".join(sorted(found))


def tail(path: Path, lines: int = 25) -> str:
    """The end of a log, for an error message."""
    if not path.exists():
        return "(there is no log)"
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

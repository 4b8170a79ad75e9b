"""What docker/compose.yaml says of the portal's services: the one list of roles, order and health for both stacks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

START = "docker/ckan/start"
# Made here by servers.py, as a distribution's programs start otherwise than images do.
SERVERS = ("db", "redis", "solr")
# Without containers CKAN's own server is what listens.
NOT_LOCAL = ("proxy",)


class ComposeFileError(Exception):
    """The compose file does not say what this stack needs; the message tells where to look."""


@dataclass(frozen=True)
class Service:
    """A service as far as both stacks share it."""

    name: str
    command: tuple[str, ...]
    after: tuple[str, ...]  # services that must be well, or have ended well, before this one starts
    health: tuple[str, ...]  # command that ends with 0 when the service is well; empty: running is well
    one_shot: bool  # runs to its end at each start

    @property
    def is_server(self) -> bool:
        return self.name in SERVERS


def read_services(path: Path) -> dict[str, Service]:
    """The services that run without Docker too, in the order of the file."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    services: dict[str, dict[str, Any]] = document["services"]
    ended = {
        name
        for service in services.values()
        for name, how in service.get("depends_on", {}).items()
        if how["condition"] == "service_completed_successfully"
    }
    found = {}
    for name, service in services.items():
        if name in NOT_LOCAL:
            continue
        command = tuple(str(part) for part in service.get("command", ()))
        if name not in SERVERS and command[:1] != (START,):
            raise ComposeFileError(f"{path}: service {name} does not run {START}, so it cannot run without Docker")
        found[name] = Service(
            name=name,
            command=command,
            after=tuple(service.get("depends_on", {})),
            health=_command(service.get("healthcheck", {}).get("test", [])),
            one_shot=name in ended or service.get("restart") == "no",
        )
    return found


def _command(test: list[str]) -> tuple[str, ...]:
    """The health check's command without Docker's keyword CMD."""
    return tuple(str(part) for part in test[1:])


def stages(services: dict[str, Service]) -> list[list[Service]]:
    """Services in the order in which they start; those of one stage wait only for earlier stages.

    Raises ComposeFileError where they wait for each other in a circle or for something that is not there.
    """
    waiting = dict(services)
    order: list[list[Service]] = []
    started: set[str] = set()
    while waiting:
        stage = [service for service in waiting.values() if started.issuperset(service.after)]
        if not stage:
            names = ", ".join(f"{one.name} (after {', '.join(one.after)})" for one in waiting.values())
            raise ComposeFileError(f"docker/compose.yaml: these services can never start: {names}")
        order.append(stage)
        for service in stage:
            started.add(service.name)
            del waiting[service.name]
    return order

"""One portal for all fault tests, with servers and workers of its own, and its sources."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from fault_services import Portal, running_portal
from fault_source import Fault, FaultySource
from fault_subjects import SUBJECTS, VERSIONS, Subject

RUN_S = 150  # longest time for a job of these small sources, with a restart of a server in between


@dataclass
class Stage:
    """A harvester with its source in the portal, and what is published of it in each version."""

    portal: Portal
    subject: Subject
    http: FaultySource
    source: str = ""
    now: str = ""  # the version that is published; empty where a test left something else
    references: dict[str, Any] = field(default_factory=dict)

    def prepare(self) -> None:
        """Bring the published state to a version that is known; the other one comes next."""
        if not self.source:
            address = self.http.url + self.subject.path
            name = f"quelle-{self.subject.name}"
            self.source = self.portal.ask(
                "source", name=name, kind=self.subject.kind, url=address, settings=self.subject.settings
            )
        if not self.references:
            for version in VERSIONS:
                self.serve(version)
                result = self.run()
                assert result["errors"] == [], result
                self.references[version] = self.state()
            assert self.references["A"] != self.references["B"], "the versions are the same; nothing would be tried"
        self.serve(self.now or VERSIONS[0])
        if not self.now:
            self.run()
            self.now = VERSIONS[0]
            assert self.state() == self.references[self.now]
        elif self.references and self.state() != self.references[self.now]:
            self.run()

    @property
    def other(self) -> str:
        return next(one for one in VERSIONS if one != self.now)

    def serve(self, version: str) -> None:
        self.http.answer = lambda target: self.subject.answer(version, target)

    def start(self) -> str:
        return str(self.portal.ask("start", source=self.source))

    def wait(self, job: str) -> dict[str, Any]:
        """The job at its end; each job has one."""
        deadline = time.monotonic() + RUN_S
        while True:
            found: dict[str, Any] = self.portal.ask("job", job=job)
            if found["status"] == "Finished":
                return found
            assert time.monotonic() < deadline, f"the job does not end: {found}\n{self.portal.log_end()}"
            time.sleep(0.1)

    def run(self) -> dict[str, Any]:
        return self.wait(self.start())

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.portal.ask("state", source=self.source)
        return found

    def run_with(self, fault: Fault | None) -> dict[str, Any]:
        """A run of the other version with a fault in the source."""
        self.serve(self.other)
        with self.http.with_fault(fault):
            return self.run()


@pytest.fixture(scope="session")
def fault_portal(request: pytest.FixtureRequest) -> Iterator[Portal]:
    """The portal that is harmed."""
    from ckan.common import config

    with running_portal(config) as portal:
        yield portal


@pytest.fixture(scope="session")
def stages(fault_portal: Portal) -> Iterator[dict[str, Stage]]:
    """All harvesters, each with its source."""
    made = {name: Stage(fault_portal, subject, FaultySource()) for name, subject in SUBJECTS.items()}
    for one in made.values():
        one.http.up()
    yield made
    for one in made.values():
        one.http.down()


@pytest.fixture(params=list(SUBJECTS))
def stage(request: pytest.FixtureRequest, stages: dict[str, Stage]) -> Iterator[Stage]:
    """Each harvester in turn, in a known state."""
    one = stages[request.param]
    one.portal.disarm()
    one.prepare()
    yield one
    one.portal.disarm()


def differences(found: Any, wanted: Any, place: str = "") -> list[str]:
    """Where two states differ, for people."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        return [
            line
            for key in sorted({*found, *wanted}, key=str)
            for line in differences(found.get(key), wanted.get(key), f"{place}/{key}")
        ]
    if isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        return [
            line
            for number, (one, other) in enumerate(zip(found, wanted, strict=True))
            for line in differences(one, other, f"{place}/{number}")
        ]
    return [] if found == wanted else [f"{place}: {str(found)[:300]} instead of {str(wanted)[:300]}"]


def ready(stages: dict[str, Stage], name: str) -> Stage:
    """One harvester in a known state."""
    stage = stages[name]
    stage.portal.disarm()
    stage.prepare()
    return stage

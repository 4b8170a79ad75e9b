"""Faults of sources: what was published stays as it was, and the next run without the fault brings all."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from typing import Any

import pytest

from .conftest import Stage, differences, ready
from .fault_source import Fault, FaultySource, Request


def on(pattern: Any, what: Callable[[Request], None], times: int = 1_000_000) -> Fault:
    """The fault for requests whose target matches, so often."""
    left = [times]

    def fault(request: Request) -> bool:
        if not pattern.search(request.target) or left[0] < 1:
            return False
        left[0] -= 1
        what(request)
        return True

    return fault


def drip(request: Request) -> None:
    request.send(b"", length=100_000)
    for number in range(60):
        request.handler.wfile.write(request.honest.body[number : number + 1] or b" ")
        request.handler.wfile.flush()
        time.sleep(1)


def cut(request: Request) -> None:
    body = request.honest.body
    request.send(body[: len(body) // 2], length=len(body))


def error_appended(request: Request) -> None:
    request.send(request.honest.body + b'\n{"code":"InternalError","message":"Connection pool was destroyed"}')


def bomb(request: Request) -> None:
    request.send(BOMB, headers={"Content-Encoding": "gzip"})


def unknown_charset(request: Request) -> None:
    request.send(request.honest.body, headers={"Content-Type": "text/plain; charset=utf-9"})


def bytes_of_no_charset(request: Request) -> None:
    request.send(request.honest.body[:-2] + b"\xff\xfe\x00\xd8" + request.honest.body[-2:])


def broken(request: Request) -> None:
    request.send(b"Internal Server Error", 500)


BOMB = gzip.compress(b"\0" * 100_000_000, 9)
HARMFUL: dict[str, Callable[[Request], None]] = {
    "slow": drip,
    "cut": cut,
    "error-appended": error_appended,
    "gzip-bomb": bomb,
    "broken": broken,
}


def assert_kept(stage: Stage) -> None:
    """What is published is the version before, whole; then a run without the fault brings the other one, whole."""
    assert differences(stage.state(), stage.references[stage.now]) == []
    assert_brought(stage, stage.run())


def assert_brought(stage: Stage, result: dict[str, Any]) -> None:
    version, stage.now = stage.other, ""
    assert result["errors"] == []
    assert differences(stage.state(), stage.references[version]) == []
    stage.now = version


def test_down(stage: Stage) -> None:
    """A source that does not answer: one visible error, nothing changes."""
    result = stage.run_with(None)
    assert len(result["errors"]) == 1
    assert "could not be read" in result["errors"][0]
    assert_kept(stage)


@pytest.mark.parametrize("fault", HARMFUL)
def test_an_answer_that_is_none(stage: Stage, fault: str) -> None:
    """Whatever is wrong with the answer that says what the source has, it is said, and nothing changes."""
    result = stage.run_with(on(stage.subject.first, HARMFUL[fault]))
    assert result["errors"]
    assert_kept(stage)


@pytest.mark.parametrize("fault", HARMFUL)
def test_an_answer_in_the_middle_that_is_none(stages: dict[str, Stage], fault: str) -> None:
    """What fails after the list was read fails alone; each dataset is whole, in one version or the other."""
    stage = ready(stages, "sensors")
    result = stage.run_with(on(stage.subject.unit, HARMFUL[fault]))
    assert result["errors"]
    assert_each_whole(stage)
    assert_brought(stage, stage.run())


@pytest.mark.parametrize("seconds", [1, 5])
def test_busy(stage: Stage, seconds: int) -> None:
    """429 with a Retry-After is kept to: a short one is sat out, a longer one lets other sources go first."""

    def busy(request: Request) -> None:
        request.send(b"", 429, {"Retry-After": str(seconds)})

    assert_brought(stage, stage.run_with(on(stage.subject.first, busy, times=1)))


def test_busy_for_ever(stages: dict[str, Stage]) -> None:
    """A source that always asks for patience gets some, and then an error that people see; the job ends."""

    def busy(request: Request) -> None:
        request.send(b"", 429, {"Retry-After": "5"})

    stage = ready(stages, "budget")
    result = stage.run_with(on(stage.subject.first, busy))
    assert len(result["errors"]) == 1
    assert "asks to wait 5 s" in result["errors"][0]
    assert_kept(stage)


def test_empty_but_valid(stage: Stage) -> None:
    """A source without an entry is taken for a broken one."""

    def empty(request: Request) -> None:
        request.send(stage.subject.empty(request.honest))

    result = stage.run_with(on(stage.subject.first, empty))
    assert result["errors"]
    assert_kept(stage)


def test_shrunk_to_a_tenth(stage: Stage) -> None:
    """What a source has lost at once stays; what it still has may be new."""

    def shrunk(request: Request) -> None:
        request.send(stage.subject.tenth(request.honest))

    stage.run_with(on(stage.subject.first, shrunk))
    assert_each_whole(stage)
    assert_brought(stage, stage.run())


@pytest.mark.parametrize("what", [unknown_charset, bytes_of_no_charset])
def test_wrong_charset(stage: Stage, what: Callable[[Request], None]) -> None:
    """A charset that is none, or bytes that are not of it: an error, or read as what they are; never half of it."""
    result = stage.run_with(on(stage.subject.first, what))
    if result["errors"]:
        assert_kept(stage)
    else:
        assert_brought(stage, result)


def test_duplicated_ids(stage: Stage) -> None:
    """What is there twice is named or counted once; each dataset is whole."""

    def twice(request: Request) -> None:
        request.send(stage.subject.twice(request.honest))

    stage.run_with(on(stage.subject.first, twice))
    assert_each_whole(stage)
    assert_brought(stage, stage.run())


def test_pages_that_loop(stages: dict[str, Stage]) -> None:
    """A page that leads back ends the reading with an error; nothing counts as gone."""
    stage = ready(stages, "catalogue")

    def back(request: Request) -> None:
        loop = b"<> a hydra:PartialCollectionView; hydra:next <?page=2> .\n"
        request.send(request.honest.body + loop)

    result = stage.run_with(on(stage.subject.unit, back))
    assert result["errors"]
    assert len(stage.http.targets) == 2
    assert_each_whole(stage)
    assert_brought(stage, stage.run())


def test_a_next_link_to_this_machine(stages: dict[str, Stage]) -> None:
    """A link to the next page leads nowhere but to the source; nobody is asked there."""
    stage, victim = ready(stages, "catalogue"), FaultySource()
    victim.up()

    def elsewhere(request: Request) -> None:
        request.send(request.honest.body.replace(b"<?page=2>", f"<{victim.url}/secret>".encode()))

    try:
        result = stage.run_with(on(stage.subject.first, elsewhere))
        assert result["errors"]
        assert victim.targets == []
    finally:
        victim.down()
    assert_each_whole(stage)
    assert_brought(stage, stage.run())


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu"])
def test_clock_changes(stages: dict[str, Stage], zone: str) -> None:
    """The day with 25 hours has 25, and the machine's own zone changes nothing."""
    stage = ready(stages, "sensors")
    stage.portal.stop_workers()
    stage.portal.start_workers(TZ=zone)
    try:
        stage.serve(stage.other)
        assert_brought(stage, stage.run())
    finally:
        stage.portal.stop_workers()
        stage.portal.start_workers()


def assert_each_whole(stage: Stage) -> None:
    """Nothing is gone, and each dataset and table is that of the version before or of the new one, whole."""
    found, old, new = stage.state(), stage.references[stage.now], stage.references[stage.other]
    for part in ("packages", "tables", "files"):
        assert set(found[part]) >= set(old[part]), f"{part} are gone"
        for identifier, value in found[part].items():
            before, after = old[part].get(identifier), new[part].get(identifier)
            assert value in (before, after), differences(value, before)[:5]
    assert found["orphans"] == []

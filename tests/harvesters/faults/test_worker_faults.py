"""Workers that are killed and servers that restart in the middle of a run: the run ends as one without the fault."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from .conftest import Stage, differences, ready
from .fault_subjects import SUBJECTS

# Points of fault_worker.py, in the order in which a run comes to them.
IN_GATHERING = ("gathering", "answered", "read", "saved")
IN_A_UNIT = ("unit-taken", "fetched", "import-begins", "before-dataset", "published")
IN_A_TABLE = ("before-rows", "rows-written", "table-committed")
AT_THE_END = ("before-done", "imported")
FINISHING = ("before-finish", "finished")
KILLS = [
    (name, point)
    for name in SUBJECTS
    for point in (
        *IN_GATHERING,
        *IN_A_UNIT,
        # What the two versions of a source differ in: fields of datasets, or rows of tables.
        *(("dataset-saved",) if name == "catalogue" else IN_A_TABLE),
        *AT_THE_END,
    )
]
# New entries of a catalogue are saved together, all else one by one.
FIRST_KILLS = [
    (name, point)
    for name in SUBJECTS
    for point in (("saved", "entries-saved") if name == "catalogue" else ("saved", "dataset-saved", "published"))
]


def assert_as_without(stage: Stage, result: dict[str, Any]) -> None:
    """Right afterwards, and after one more run, all is as after a run without the fault."""
    version, stage.now = stage.other, ""
    assert result["errors"] == []
    assert differences(stage.state(), stage.references[version]) == []
    again = stage.run()
    assert again["errors"] == []
    assert differences(stage.state(), stage.references[version]) == []
    stage.now = version


@pytest.mark.parametrize(("stage", "point"), KILLS, indirect=["stage"])
def test_a_worker_killed(stage: Stage, point: str) -> None:
    """Killed with -9 at any point, another worker takes over what it had, and the job ends without an error."""
    stage.serve(stage.other)
    stage.portal.arm(point, "kill")
    result = stage.run()
    assert stage.portal.reached, "nobody was killed"
    assert_as_without(stage, result)


@pytest.mark.parametrize("server", ["redis", "solr", "db"])
@pytest.mark.parametrize("point", ["answered", "published"])
def test_a_server_restarted(stage: Stage, server: str, point: str) -> None:
    """A server that goes in mid-run, and comes back some time later, costs time and nothing else."""
    stage.serve(stage.other)
    stage.portal.arm(point, "wait")
    job = stage.start()
    stage.portal.wait_until_reached()
    stage.portal.stop(server)
    stage.portal.release()
    stage.portal.start(server)
    assert_as_without(stage, stage.wait(job))


def test_all_workers_killed_at_once(stage: Stage) -> None:
    """Nobody is left; whoever is started next goes on."""
    stage.serve(stage.other)
    stage.portal.arm("published", "wait")
    job = stage.start()
    stage.portal.wait_until_reached()
    stage.portal.stop_workers(signal.SIGKILL)
    stage.portal.disarm()
    stage.portal.start_workers()
    assert_as_without(stage, stage.wait(job))


@pytest.mark.parametrize("point", FINISHING)
def test_a_worker_killed_while_finishing(stages: dict[str, Stage], point: str) -> None:
    """What is made of several units is made by whoever takes the last one over."""
    stage = ready(stages, "sensors")
    stage.serve(stage.other)
    stage.portal.arm(point, "kill")
    result = stage.run()
    assert stage.portal.reached, "nobody was killed"
    assert_as_without(stage, result)


@pytest.mark.parametrize(("stage", "point"), FIRST_KILLS, indirect=["stage"])
def test_a_worker_killed_in_the_first_harvest(stage: Stage, point: str) -> None:
    """Where nothing is there yet, an attempt that was cut off leaves nothing that the next one stumbles over."""
    stage.serve(stage.other)
    # Names and dates of what is new differ from those of what was changed: the references hold no longer.
    stage.now, stage.references = "", {}
    stage.portal.ask("clear", source=stage.source)
    stage.run()
    wanted = stage.state()
    stage.portal.ask("clear", source=stage.source)
    stage.portal.arm(point, "kill")
    result = stage.run()
    assert stage.portal.reached, "nobody was killed"
    assert result["errors"] == []
    assert differences(stage.state(), wanted) == []
    assert stage.run()["errors"] == []
    assert differences(stage.state(), wanted) == []

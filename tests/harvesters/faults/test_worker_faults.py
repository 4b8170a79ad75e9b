"""Workers that are killed and servers that restart in the middle of a run: the run ends as one without the fault."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from .conftest import Stage, differences

# Points of fault_worker.py, in the order in which a run comes to them.
IN_GATHERING = ("gathering", "answered", "read", "saved")
IN_A_UNIT = ("unit-taken", "fetched", "import-begins", "before-dataset", "dataset-saved", "published")
IN_A_TABLE = ("before-rows", "rows-written", "table-committed")
AT_THE_END = ("before-done", "imported")
FINISHING = ("before-finish", "finished")
WITHOUT_TABLES = ("catalogue",)


def assert_as_without(stage: Stage, result: dict[str, Any]) -> None:
    """Right afterwards, and after one more run, all is as after a run without the fault."""
    version, stage.now = stage.other, ""
    assert result["errors"] == []
    assert differences(stage.state(), stage.references[version]) == []
    again = stage.run()
    assert again["errors"] == []
    assert differences(stage.state(), stage.references[version]) == []
    stage.now = version


@pytest.mark.parametrize("point", [*IN_GATHERING, *IN_A_UNIT, *IN_A_TABLE, *AT_THE_END])
def test_a_worker_killed(stage: Stage, point: str) -> None:
    """Killed with -9 at any point, another worker takes over what it had, and the job ends without an error."""
    if point in IN_A_TABLE and stage.subject.name in WITHOUT_TABLES:
        pytest.skip("this harvester stores no tables")
    stage.serve(stage.other)
    stage.portal.arm(point, "kill")
    result = stage.run()
    assert stage.portal.reached, "nobody was killed"
    assert_as_without(stage, result)


@pytest.mark.parametrize("server", ["redis", "solr", "db"])
@pytest.mark.parametrize("point", ["answered", "dataset-saved"])
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
    stage.portal.arm("dataset-saved", "wait")
    job = stage.start()
    stage.portal.wait_until_reached()
    stage.portal.stop_workers(signal.SIGKILL)
    stage.portal.disarm()
    stage.portal.start_workers()
    assert_as_without(stage, stage.wait(job))

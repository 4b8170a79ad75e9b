"""Starts the real `harvest-worker`, with points at which a plan may kill a worker or hold it.

    fault_worker.py CKAN.ini PROCESSES

The plan is a file (FAULT_PLAN), looked at each time that a worker comes to a point; whoever takes it has it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from ckan.cli.cli import ckan

PLAN = Path(os.environ["FAULT_PLAN"])
LONGEST_S = 60


def point(name: str) -> None:
    """Do what the plan says for this point, once."""
    try:
        plan = json.loads(PLAN.read_text(encoding="utf-8"))
        if plan["point"] != name:
            return
        PLAN.rename(PLAN.with_suffix(".hit"))
    except FileNotFoundError:
        return
    if plan["mode"] == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    deadline = time.monotonic() + LONGEST_S
    while not PLAN.with_suffix(".go").exists() and time.monotonic() < deadline:
        time.sleep(0.02)


def around(module: Any, function: str, before: str = "", after: str = "") -> None:
    """Points before and after a function of a module, as that module calls it."""
    original = getattr(module, function)

    def replaced(*arguments: Any, **options: Any) -> Any:
        if before:
            point(before)
        value = original(*arguments, **options)
        if after:
            point(after)
        return value

    setattr(module, function, replaced)


def main() -> None:
    from ckanext.dresdensmartcity.harvesters import client, finishing, gathering, importing, publishing, store
    from ckanext.dresdensmartcity.harvesters.catalogues import together
    from ckanext.dresdensmartcity.harvesters.queues import stages

    around(gathering, "read", "gathering", "read")
    around(gathering, "save", "", "saved")
    around(client.Client, "get", "", "answered")
    around(stages.Checked, "fetch_stage", "unit-taken", "fetched")
    around(importing, "publish_all", "import-begins")
    around(importing, "publish", "before-dataset", "published")
    around(publishing, "_save", "", "dataset-saved")
    around(publishing, "_save_foreign", "", "dataset-saved")
    around(store, "_replace", "before-rows", "rows-written")
    around(publishing, "write_table", "", "table-committed")
    around(finishing, "done", "before-done", "")
    around(stages.Checked, "import_stage", "", "imported")
    around(importing, "finish", "before-finish", "finished")
    around(together.saving, "index", "entries-saved", "")
    sys.argv = ["ckan", "-c", sys.argv[1], "dresdensmartcity", "harvest-worker", "--processes", sys.argv[2]]
    ckan()


if __name__ == "__main__":
    main()

"""Writes docs/faults.md: `python docs/faults.py`, or `--check` to see whether it is current.

Each single fault of tests/quality/faults.py, with what the official shapes of DCAT-AP.de 3.0 say and what ours say. The
official ones are not part of the repository: they are looked for in ../shared/dcat-ap-de, or in the folder that the
variable DRESDENSMARTCITY_SHARED names.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from ckanext.dresdensmartcity.quality.compiled.data import Data
from ckanext.dresdensmartcity.quality.concepts import Concepts, read_concepts
from ckanext.dresdensmartcity.quality.engine import check
from ckanext.dresdensmartcity.quality.shacl import Shapes, load_shapes, severity

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "quality"))
from faults import DOUBLED, MISSING, SUBJECTS, Fault, curie, faults

ROOT = Path(__file__).parent.parent
PAGE = Path(__file__).parent / "faults.md"
SHARED = Path(os.environ.get("DRESDENSMARTCITY_SHARED", ROOT.parent / "shared"))
NOTHING = "–"
SEVERITIES = ("violation", "warning", "info")
HEAD = """# Single faults

<!-- Written by docs/faults.py. Change the shapes or the faults, then run it; a test compares the two. -->

After this page you know what a check says to each single fault. A catalogue with every property of DCAT-AP.de 3.0 and
without a fault (`tests/quality/complete.ttl`) is broken at one place at a time; the tables show what the official
shapes say and what ours say (`schemas/shapes`). Of {total} faults the official shapes find {official}; ours find those
and {more} more. Where neither says anything the standard allows it: a value may be missing, or there may be two.

Of the official shapes the constraint is named, of ours the message in English; `violation` makes a document invalid.
"""


def page() -> str:
    """The whole page."""
    folder = SHARED / "dcat-ap-de"
    official = load_shapes(folder / "official" / "shapes")
    lists = read_concepts(folder / "vocabularies")
    rows: dict[str, list[str]] = {owner: [] for owner in SUBJECTS}
    found_there, found_here, total = 0, 0, 0
    for fault in faults():
        theirs, ours = told_by_the_official(fault, official, lists), told_by_ours(fault)
        total, found_there, found_here = total + 1, found_there + bool(theirs), found_here + bool(ours)
        if theirs or ours or fault.kind not in (MISSING, DOUBLED):
            cells = (f"`{curie(fault.predicate)}`", fault.kind, theirs or NOTHING, ours or NOTHING)
            rows[fault.owner].append(f"| {' | '.join(cells)} |")
    parts = [HEAD.format(total=total, official=found_there, more=found_here - found_there)]
    for owner, lines in rows.items():
        head = "| Property | Fault | Official shapes | Our shapes |\n| --- | --- | --- | --- |"
        parts.append("\n".join([f"## {owner}", "", head, *lines, ""]))
    return "\n".join(parts)


def told_by_the_official(fault: Fault, official: Shapes, lists: Concepts) -> str:
    """Severity and constraint of each finding, the gravest first."""
    found = {
        (severity(one.rule.severity), one.kind.removesuffix("ConstraintComponent"))
        for one in official.program.run(Data.of_graph(fault.graph(), lists))
    }
    return ", ".join(
        f"{grave}: {name}" for grave, name in sorted(found, key=lambda one: (SEVERITIES.index(one[0]), one))
    )


def told_by_ours(fault: Fault) -> str:
    """Severity and message of each finding, the gravest first."""
    found = dict.fromkeys((one.severity, one.message) for one in check(fault.graph(), language="en"))
    return "<br>".join(f"{grave}: {escaped(message)}" for grave, message in found)


def escaped(text: str) -> str:
    """Addresses as code, so that no reader makes links of them."""
    return re.sub(r"(https?://[^\s,;)]*[^\s,;).])", r"`\1`", text.replace("|", "\\|"))


def main() -> int:
    text = page()
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text)


if __name__ == "__main__":
    sys.exit(main())

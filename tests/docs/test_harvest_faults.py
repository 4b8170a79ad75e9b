"""docs/harvest-faults.md names the tests of faults that there are, and no others."""

from __future__ import annotations

import ast
import re
from pathlib import Path


def test_the_table_of_faults_is_that_of_the_tests(repository: Path) -> None:
    """Each row of the page is a test, and each test has a row."""
    named = set(re.findall(r"`(test_\w+)`", (repository / "docs/harvest-faults.md").read_text(encoding="utf-8")))
    there = {
        node.name
        for path in (repository / "tests/harvesters/faults").glob("test_*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    assert named == there

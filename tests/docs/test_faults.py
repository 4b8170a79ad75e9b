"""docs/faults.md is what docs/faults.py writes."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_the_table_of_single_faults_is_current(shared: Path) -> None:
    """After a change of shapes or faults, run docs/faults.py."""
    spec = importlib.util.spec_from_file_location("faults_page", ROOT / "docs/faults.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.SHARED = shared
    assert module.PAGE.read_text(encoding="utf-8") == module.page()

"""The examples of README.md and docs/ run, as they are printed, against a served portal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PRINTED_ADDRESS = "http://127.0.0.1:5000"
BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str, str]]:
    """(where, language, code) of each example; blocks without a language show and are not run."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [
        (f"{page.name}:{text.count(chr(10), 0, found.start()) + 1}", found[1], found[2])
        for page in pages
        for text in [page.read_text(encoding="utf-8")]
        for found in BLOCK.finditer(text)
    ]


@pytest.mark.portal
@pytest.mark.parametrize(("where", "language", "code"), examples(), ids=lambda value: str(value)[:40])
def test_example_runs(where: str, language: str, code: str, portal_url: str, tmp_path: Path) -> None:
    """An example ends without an error and prints something or leaves a file."""
    code = code.replace(PRINTED_ADDRESS, portal_url)
    command = ["bash", "-euo", "pipefail", "-c", code] if language == "bash" else [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"{where}: {done.stderr}"
    assert done.stdout.strip() or list(tmp_path.iterdir()), f"{where}: no output"
    assert '"success": false' not in done.stdout, where


def test_there_are_examples() -> None:
    """The README shows the API with curl and in Python."""
    languages = {language for where, language, _ in examples() if where.startswith("README")}
    assert languages == {"bash", "python"}

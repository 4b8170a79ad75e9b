"""`budget check` and `budget compare` on files: exit codes, JSON and text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ckanext.dresdensmartcity.harvesters.budgets.commands import budget
from click.testing import CliRunner, Result
from tables import LONG, LONG_MAPPING, WIDE, WIDE_MAPPING

REPOSITORY = Path(__file__).parents[3]
REAL = REPOSITORY / "test-data/dresden/sources/funding-plan.csv"
KEYS = ["check", "row", "column", "expected", "found", "difference", "severity", "message"]


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(budget, [str(one) for one in arguments])


def file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_plan_that_fits(tmp_path: Path):
    """Exit code 0; the text says what was checked."""
    result = run("check", REAL)
    assert result.exit_code == 0
    assert "ok   Third-rule" in result.output
    assert result.output.endswith("the plan fits\n")
    assert json.loads(run("check", REAL, "--format", "json").output) == {"valid": True, "findings": []}


def test_the_plan_of_the_mission(shared: Path):
    """The form of the mission's plan is known without a mapping."""
    assert run("check", shared / "mission/budget-plan.csv").exit_code == 0


def test_a_plan_that_does_not_fit(tmp_path: Path):
    """Exit code 1; each finding has exactly these keys, numbers are numbers, and the cell is named."""
    text = REAL.read_text(encoding="utf-8").replace("60000.00,60000.00,0", "60000.00,61000.50,0", 1)
    wrong = file(tmp_path, "plan.csv", text)
    result = run("check", wrong, "--format", "json")
    assert result.exit_code == 1
    data = json.loads(result.output)
    assert list(data) == ["valid", "findings"]
    assert data["valid"] is False
    assert all(list(one) == KEYS for one in data["findings"])
    assert data["findings"][-1] == {
        "check": "cell",
        "row": 15,
        "column": "y2022",
        "expected": 60000,
        "found": 61000.5,
        "difference": 1000.5,
        "severity": "error",
        "message": "this cell alone explains all 2 sums that fail",
    }
    text = run("check", wrong)
    assert text.exit_code == 1
    assert "error [cell] row 15, column y2022: this cell alone" in text.output
    assert "(expected 60000, found 61000.50, difference 1000.50)" in text.output


@pytest.mark.parametrize("content", [b"", b"a;b\n1;2\n", b"<html>", b"PK\x03\x04", b"\xff\xfe\x00"])
def test_what_is_no_plan(tmp_path: Path, content: bytes):
    """Exit code 2, with a finding of the same form."""
    wrong = file(tmp_path, "plan.csv", content)
    assert run("check", wrong).exit_code == 2
    result = run("check", wrong, "--format", "json")
    assert result.exit_code == 2
    (finding,) = json.loads(result.output)["findings"]
    assert list(finding) == KEYS
    assert (finding["check"], finding["row"]) == ("form", None)


def test_a_mapping_from_a_file(tmp_path: Path):
    """YAML or JSON; a mapping that is none is exit code 2."""
    plan = file(tmp_path, "plan.csv", WIDE)
    as_yaml = file(tmp_path, "mapping.yaml", yaml.safe_dump(WIDE_MAPPING, allow_unicode=True))
    as_json = file(tmp_path, "mapping.json", json.dumps(WIDE_MAPPING))
    assert run("check", plan, "--mapping", as_yaml).exit_code == 0
    assert run("check", plan, "--mapping", as_json).exit_code == 0
    assert run("check", plan).exit_code == 2
    for content in ("fields: [", "fields: []", "\udcff".encode("utf-8", "surrogateescape")):
        broken = file(tmp_path, "broken.yaml", content)
        assert run("check", plan, "--mapping", broken, "--format", "json").exit_code == 2


def test_options_of_check(tmp_path: Path):
    """The grant's maximum, the plan's years, the decimal mark."""
    assert run("check", REAL, "--grant-maximum", 60).exit_code == 1
    assert run("check", REAL, "--years", 2021, 2027).exit_code == 1
    assert run("check", REAL, "--years", 2021, 2028).exit_code == 0
    ambiguous = file(tmp_path, "plan.csv", "line,parent,section,title,y2021,total\n1.1.1,1.1,a,b,8.500,8.500\n")
    assert run("check", ambiguous).exit_code == 2
    assert run("check", ambiguous, "--decimal-mark", ",").exit_code == 1  # a plan that lacks lines


def test_versions_are_compared(tmp_path: Path):
    """By measure, year and source; the same version with other amounts is exit code 1."""
    old = file(tmp_path, "old.csv", LONG)
    new = file(tmp_path, "new.csv", LONG.replace("Land;60.000,00", "Land;65.000,00"))
    mapping = file(tmp_path, "mapping.yaml", yaml.safe_dump(LONG_MAPPING, allow_unicode=True))
    result = run("compare", old, new, "--mapping", mapping, "--old-version", "1", "--new-version", "2")
    assert result.exit_code == 0
    assert "M1 2025 ansatz Land: 60000 -> 65000 (+5000) Radweg" in result.output
    same = run(
        "compare", old, new, "--mapping", mapping, "--old-version", "1", "--new-version", "1", "--format", "json"
    )
    assert same.exit_code == 1
    data = json.loads(same.output)
    assert data["counts"]["number"] == len(data["changes"]) == len(data["findings"]) == 1
    change = data["changes"][0]
    assert (change["before"], change["after"], change["row"], change["column"]) == (60000, 65000, 3, "Betrag")
    assert run("compare", REAL, old).exit_code == 2
    assert json.loads(run("compare", REAL, REAL, "--format", "json").output)["changes"] == []

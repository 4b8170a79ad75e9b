"""`ckan dresdensmartcity indicators suppress`: what would be published, and its audit, without a database."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from ckanext.dresdensmartcity.harvesters.indicators.commands import indicators
from click.testing import CliRunner, Result

from .tables import table

CONTENT = table("Stadtteil;A;B;All", "01 A;2;40;42", "02 B;30;20;50", "03 C;50;60;110", "04 D;70;90;160")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_bytes(CONTENT)
    return path


def suppress(file: Path, *options: str) -> Result:
    return CliRunner().invoke(indicators, ["suppress", str(file), "--to", str(file.parent / "out"), *options])


def values(file: Path) -> dict[tuple[str, str], str]:
    with (file.parent / "out/indicator-values.csv").open(encoding="utf-8", newline="") as lines:
        return {(row["indicator_id"], row["district"]): row["value"] or row["status"] for row in csv.DictReader(lines)}


def test_writes_values_with_status_and_the_audit(file):
    """Sums between columns are found, so that no column gives another away."""
    result = suppress(file)
    assert result.exit_code == 0, result.output
    found = values(file)
    hidden = {key for key, value in found.items() if value == "suppressed"}
    assert hidden == {("a", "01"), ("b", "01"), ("a", "02"), ("b", "02")}
    assert found["all", "city"] == "362"
    audit = json.loads((file.parent / "out/audit.json").read_text(encoding="utf-8"))
    assert (audit["proven"], audit["hidden"], audit["threshold"], len(audit["intervals"])) == (True, 4, 3, 4)
    assert "hidden: 4 of 15 counts" in result.output


def test_a_threshold_can_be_given(file):
    """With 2 no count of this table is small."""
    assert suppress(file, "--threshold", "2").exit_code == 0
    assert "suppressed" not in values(file).values()


def test_a_hierarchy_adds_sums(file):
    """Sums of the groups are published with the rest, and each can be checked against its districts."""
    hierarchy = file.parent / "hierarchy.csv"
    hierarchy.write_text("Stadtteil;Bezirk\n01 A;X\n02 B;X\n03 C;Y\n04 D;Y\n", encoding="utf-8")
    assert suppress(file, "--hierarchy", str(hierarchy)).exit_code == 0
    assert values(file)["a", "bezirk:Y"] == "120"


def test_a_mapping_can_be_given(file):
    """Identifiers and sums are those of the mapping."""
    mapping = file.parent / "mapping.yaml"
    mapping.write_text(
        "indicators:\n  - {id: singles, column: A, title: {de: Einzelne, en: Singles}}\n", encoding="utf-8"
    )
    assert suppress(file, "--mapping", str(mapping)).exit_code == 0
    assert {indicator for indicator, _ in values(file)} == {"singles"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (table("Stadtteil;A", "Friedrichstadt;5"), "row 2, column 'Stadtteil'"),
        (b"Jahr;Ort;A\r\n2025;F;5\r\n", "no column for the district"),
        (b"<html></html>", "a web page"),
    ],
)
def test_a_table_that_cannot_be_read_writes_nothing(file, content, message):
    """Exit code 1, the place on the terminal, no folder."""
    file.write_bytes(content)
    result = suppress(file)
    assert result.exit_code == 1
    assert message in result.output
    assert not (file.parent / "out").exists()


def test_a_folder_that_cannot_be_written_is_named(file):
    """The account of the portal often differs from that of whoever calls the command."""
    result = suppress(file, "--to", str(file / "below-a-file"))
    assert result.exit_code == 1
    assert f"cannot write to {file / 'below-a-file'}" in result.output

"""`ckan dresdensmartcity indicators suppress`: what would be published, and its audit, without a database."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from ckanext.dresdensmartcity.harvesters.indicators import output
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


def test_earlier_releases_are_given_as_files(file):
    """What the release before hid stays hidden, although its number is no longer small."""
    assert suppress(file).exit_code == 0
    first = file.parent / "first.csv"
    (file.parent / "out/indicator-values.csv").rename(first)
    file.write_bytes(CONTENT.replace(b"01 A;2;40;42", b"01 A;60;40;100"))
    assert suppress(file, "--earlier", str(first)).exit_code == 0
    assert values(file)["a", "01"] == "suppressed"
    assert suppress(file, "--earlier", str(file)).exit_code == 1


def test_mistakes_name_file_row_column_and_remedy(file):
    """In the table, in the mapping, in the hierarchy."""
    file.write_bytes(CONTENT.replace(b"02 B;30", b"02 B;dreizehn"))
    mapping = file.parent / "mapping.yaml"
    mapping.write_text("indicators:\n  - {id: a, column: A, title: {de: A, en: A}}\n", encoding="utf-8")
    said = suppress(file, "--mapping", str(mapping)).output
    assert f"{file}: row 3, column 'A': not a whole number, nor a sign such as" in said
    assert "dreizehn" not in said
    mapping.write_text("indicators:\n  - {id: a, colum: A}\n", encoding="utf-8")
    assert f"{mapping}: indicators.0.colum" in suppress(file, "--mapping", str(mapping)).output
    hierarchy = file.parent / "hierarchy.csv"
    hierarchy.write_text("Stadtteil;Bezirk\nAltstadt;X\n", encoding="utf-8")
    file.write_bytes(CONTENT)
    said = suppress(file, "--hierarchy", str(hierarchy)).output
    assert f"{hierarchy}, row 2: a district with its number of two digits" in said


def test_a_file_in_the_codepage_of_old_programs_says_so(file):
    """Its umlauts are read, and the guess is told."""
    file.write_bytes("Jahr;Stadtteil;Männer;Frauen\r\n2025;05 Süd;30;40\r\n".encode("cp850"))
    result = suppress(file)
    assert "was read as cp850" in result.output
    assert ("maenner", "05") in values(file)


KILLED = """
import os, signal, sys
from pathlib import Path
from ckanext.dresdensmartcity.harvesters.indicators import output

moved = Path.replace
def replace(self, target):
    replace.calls += 1
    if replace.calls > {allowed}:
        os.kill(os.getpid(), signal.SIGKILL)
    return moved(self, target)
replace.calls = 0
Path.replace = replace
names = (output.VALUES_FILE, output.DEFINITIONS_FILE, output.AUDIT_FILE)
output.write_all(Path({folder!r}), dict.fromkeys(names, "new"))
"""


@pytest.mark.parametrize("allowed", [0, 1, 2])
def test_a_process_that_is_killed_leaves_no_half_release(tmp_path, allowed):
    """A folder with an audit holds one release; a fresh folder gets all of it or no audit."""
    for folder, old in ((tmp_path / "fresh", False), (tmp_path / "old", True)):
        folder.mkdir()
        names = (output.VALUES_FILE, output.DEFINITIONS_FILE, output.AUDIT_FILE)
        for name in names if old else ():
            (folder / name).write_text("old", encoding="utf-8")
        code = KILLED.format(allowed=allowed, folder=str(folder))
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert not (folder / output.AUDIT_FILE).exists()
        output.write_all(folder, dict.fromkeys(names, "new"))
        assert {path.name: path.read_text("utf-8") for path in folder.iterdir() if not path.name.startswith(".")} == (
            dict.fromkeys(names, "new")
        )


def test_a_count_that_is_hidden_is_in_none_of_the_files(file):
    """The planted marker is hidden because of its small neighbour; what is written and said does not hold it."""
    marker = 481_516_234
    file.write_bytes(CONTENT.replace(b"01 A;2;40;42", f"01 A;2;{marker};{marker + 2}".encode()))
    result = suppress(file)
    assert values(file)["b", "01"] == "suppressed"
    written = "".join(path.read_text("utf-8") for path in (file.parent / "out").iterdir())
    assert str(marker + 2) in written
    assert str(marker) not in written + result.output


def audited(file: Path, *options: str) -> Result:
    return CliRunner().invoke(indicators, ["audit", str(file.parent / "out"), *options])


def test_published_files_are_audited_alone(file):
    """0: all stays open, also as JSON; 1: a number was put back by hand; 2: what it needs is not there."""
    assert suppress(file).exit_code == 0
    result = audited(file, "--format", "json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["narrowed"] == []
    path = file.parent / "out/indicator-values.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if line.startswith("b,") and ",01," in line and "suppressed" in line)
    lines[place] = lines[place].replace(",,1,,,suppressed,.", ",40,1,,,measured,")
    path.write_text("".join(lines), encoding="utf-8")
    result = audited(file)
    assert result.exit_code == 1
    assert "a, 01, 2025" in result.output
    (file.parent / "out/indicator-values.json").unlink()
    result = audited(file)
    assert result.exit_code == 2
    assert "indicator-values.json is missing" in result.output


def test_a_folder_without_published_tables_cannot_be_audited(tmp_path):
    """It says which file it looked for."""
    result = CliRunner().invoke(indicators, ["audit", str(tmp_path)])
    assert result.exit_code == 2
    assert f"{tmp_path}: there is no indicator-values.csv in it" in result.output

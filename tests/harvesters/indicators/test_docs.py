"""The table and the mapping of docs/indicators.md do what the page says."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from ckanext.dresdensmartcity.harvesters.indicators.commands import indicators
from click.testing import CliRunner


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs/indicators.md").read_text(encoding="utf-8")


def test_the_example_is_published_as_declared(page, tmp_path):
    """Its small count is hidden, by sex and in its Stadtbezirk; the share of the large districts is there."""
    declared = page.split("## Declare a table")[1]
    for language, name in (("csv", "counts.csv"), ("yaml", "mapping.yaml")):
        found = re.search(rf"^```{language}\n(.*?)^```$", declared, re.MULTILINE | re.DOTALL)
        assert found
        (tmp_path / name).write_text(found[1], encoding="utf-8")
    arguments = ["suppress", str(tmp_path / "counts.csv"), "--to", str(tmp_path / "out")]
    done = CliRunner().invoke(indicators, [*arguments, "--mapping", str(tmp_path / "mapping.yaml")])
    assert done.exit_code == 0, done.output
    with (tmp_path / "out/indicator-values.csv").open(encoding="utf-8", newline="") as lines:
        rows = {(row["indicator_id"], row["district"]): row for row in csv.DictReader(lines)}
    assert rows["unemployed.sex-m", "33"]["status"] == "suppressed"
    assert rows["unemployed.sex-m", "33"]["period"] == "2025-Q1"
    assert rows["unemployed", "stadtbezirk:3"]["status"] == "suppressed"
    assert rows["unemployment", "05"]["value"] == "5.4"
    assert len(list((tmp_path / "out").iterdir())) == 4


def test_every_file_and_status_of_the_page_exists(page, repository):
    """Names in tables are those of the Table Schema."""
    schema = (repository / "schemas/tables/indicator-values.json").read_text(encoding="utf-8")
    listed = page.split("## Read the tables")[1].split("## Audit")[0]
    names = [
        name for line in listed.splitlines() if line.startswith("| `") for name in re.findall(r"`([a-z_]+)`", line)
    ]
    unknown = {name for name in names if f'"{name}"' not in schema} - {"city", "unknown", "x"}
    assert not unknown

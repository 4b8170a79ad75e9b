"""The table, the mapping and the lists of docs/budgets.md are what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from ckanext.dresdensmartcity.harvesters.budgets.checks import CHECKS
from ckanext.dresdensmartcity.harvesters.budgets.commands import budget
from ckanext.dresdensmartcity.harvesters.budgets.harvester import BudgetHarvester
from ckanext.dresdensmartcity.harvesters.budgets.mapping import FieldRole, Mapping
from ckanext.dresdensmartcity.harvesters.settings import RemovalSettings
from click.testing import CliRunner


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs/budgets.md").read_text(encoding="utf-8")


def test_the_example_fits_by_its_mapping(page: str, tmp_path: Path):
    """It has no finding; one wrong amount is named with its cell."""
    for language, name in (("csv", "haushalt.csv"), ("yaml", "mapping.yaml")):
        found = re.search(rf"^```{language}\n(.*?)^```$", page.split("## Any other table")[1], re.MULTILINE | re.DOTALL)
        assert found
        (tmp_path / name).write_text(found[1], encoding="utf-8")
    plan, mapping = tmp_path / "haushalt.csv", tmp_path / "mapping.yaml"
    arguments = ["check", str(plan), "--mapping", str(mapping), "--format", "json"]
    done = CliRunner().invoke(budget, arguments)
    assert json.loads(done.output) == {"valid": True, "findings": []}
    plan.write_text(plan.read_text(encoding="utf-8").replace("500,0;500,0;0,0", "500,0;600,0;0,0"), encoding="utf-8")
    findings = json.loads(CliRunner().invoke(budget, arguments).output)["findings"]
    assert [(one["row"], one["column"], one["expected"]) for one in findings if one["check"] == "cell"] == [
        (4, "Plan 2027", 500000)
    ]


def test_every_check_is_listed_with_its_rule(page: str):
    """In the order in which they are carried out."""
    table = page.split("## All checks")[1]
    rows = [f"| {', '.join(f'`{name}`' for name in one.finds)} | {one.about} | {one.rule} |" for one in CHECKS]
    assert [line for line in table.splitlines() if line.startswith("| `")][: len(rows)] == rows


def test_every_role_key_and_setting_is_explained(page: str):
    """None is left to be found by reading code."""
    names = {*get_args(FieldRole), *Mapping.model_fields, *BudgetHarvester.Settings.model_fields}
    of_all_sources = set(RemovalSettings.model_fields)
    taken_and_not_used = {"foreignKeys", "primaryKey"} | of_all_sources
    assert sorted(name for name in names - taken_and_not_used if not re.search(rf"\b{name}\b", page)) == []


def test_columns_of_the_page_are_those_of_the_table(page: str, repository: Path):
    """Each column of the Table Schema is explained."""
    schema = json.loads((repository / "schemas/tables/budget-lines.json").read_text(encoding="utf-8"))
    read = page.split("## Read the tables")[1].split("## All checks")[0]
    assert [one["name"] for one in schema["fields"] if f"`{one['name']}`" not in read] == []

"""Mappings: strict, with every column type of the Fiscal Data Package, and whole packages of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ckanext.dresdensmartcity.harvesters.budgets.harvester import BudgetHarvester
from ckanext.dresdensmartcity.harvesters.budgets.longform import long_form
from ckanext.dresdensmartcity.harvesters.budgets.mapping import MappingError, read_mapping
from ckanext.dresdensmartcity.harvesters.budgets.reading import read_plan
from ckanext.dresdensmartcity.harvesters.budgets.taxonomy import role_of
from ckanext.dresdensmartcity.harvesters.records import HarvesterError
from ckanext.dresdensmartcity.harvesters.settings import SettingsError, read_settings
from tables import LONG_MAPPING, TABLES

PACKAGE: dict[str, Any] = {
    "name": "haushalt",
    "profile": "fiscal-data-package",
    "resources": [
        {
            "path": "haushalt.csv",
            "encoding": "windows-1252",
            "dialect": {"delimiter": ";"},
            "schema": {
                "fields": [
                    {"name": "Projekt", "type": "string", "columnType": "activity:generic:project:code"},
                    {"name": "Name", "type": "string", "columnType": "activity:generic:project:label"},
                    {"name": "2025", "type": "number", "decimalChar": ",", "groupChar": ".",
                     "normalize": {"year": 2025, "phase": "approved"}, "normalizationTarget": "amount"},
                    {"name": "2026", "type": "number", "decimalChar": ",", "groupChar": ".",
                     "normalize": {"year": 2026, "phase": "proposed"}, "normalizationTarget": "amount"},
                    {"name": "Notiz", "type": "string"},
                ],
                "extraFields": [
                    {"name": "year", "type": "year", "columnType": "date:fiscal-year", "normalizationTarget": True},
                    {"name": "phase", "type": "string", "columnType": "phase:id", "normalizationTarget": True},
                    {"name": "amount", "type": "number", "columnType": "value", "normalizationTarget": True},
                    {"name": "currency", "type": "string", "columnType": "value-currency:code", "constant": "EUR"},
                    {"name": "direction", "type": "string", "columnType": "direction", "constant": "revenue"},
                ],
            },
        }
    ],
}  # fmt: skip


def test_every_column_type_is_known(shared: Path):
    """All names of the taxonomy have a role; a name that is none has not."""
    taxonomy = json.loads((shared / "data/budgets/taxonomy-budgets.json").read_text(encoding="utf-8"))
    assert len(taxonomy) > 100
    assert [one["name"] for one in taxonomy if not role_of(one["name"])[0]] == []
    assert role_of("values") == ("", "")
    assert role_of("functional-classification:cofog:division:code")[0] == "level"


def test_a_fiscal_data_package_is_a_mapping():
    """Wide years and phases become long by `normalize`; constants hold for all; the dialect is that of the package."""
    mapping = read_mapping(PACKAGE)
    plan = read_plan("Projekt;Name;2025;2026;Notiz\nP1;Straße;1.000,50;2.000,00;x\n".encode("cp1252"), mapping)
    assert [(*one.key, one.entry.cents) for one in long_form(plan)] == [
        ("P1", 2025, "ansatz", "Gesamt", "revenue", 100_050),
        ("P1", 2026, "plan", "Gesamt", "revenue", 200_000),
    ]
    assert plan.by_code["P1"].title == "Straße"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"farbe": "rot"}, "farbe: unknown key"),
        ({"unit": "Taler"}, "unit: Input should be 'EUR'"),
        ({"header_rows": "2"}, "header_rows: Input should be a valid integer"),
        ({"header_rows": 9}, "less than or equal to 5"),
        ({"years": [2028, 2021]}, "the first must not be after the last"),
        ({"fields": []}, "fields: List should have at least 1 item"),
        ({"fields": [{"name": "a", "role": "measure"}]}, "no column of amounts"),
        ({"fields": [{"name": "a", "role": "amount", "year": 2026}]}, "no column of measures"),
        ({"fields": [{"name": "a"}]}, "a field needs columnType or role"),
        ({"fields": [{"name": "a", "columnType": "wert"}]}, "columnType 'wert' is not one"),
        ({"fields": [{"name": "a", "role": "betrag"}]}, "fields.0.role: Input should be"),
        ({"fields": [{"name": "a", "role": "measure", "jahr": 1}]}, "fields.0.jahr: unknown key"),
        ({"hierarchy": "parent"}, "hierarchy: parent needs a column"),
        (
            {"limits": [{"part": ["a"], "base": ["b"], "most": "ein Drittel"}]},
            "limits.0.most: .*such as 1/3",
        ),
        ({"control_totals": [{"amount": "viel"}]}, "control_totals.0.amount: .*an amount such as"),
        ({"resolved_on": "31.05.2026"}, "resolved_on"),
    ],
)
def test_mappings_are_strict(change: dict[str, Any], message: str):
    """Whatever does not fit is refused with its key."""
    with pytest.raises(MappingError, match=message):
        read_mapping(LONG_MAPPING | change)


@pytest.mark.parametrize("data", [None, [], "x", {"resources": []}, {"resources": [{"path": "a"}]}])
def test_what_is_no_mapping_is_refused(data: Any):
    """An empty file, a list, a package without a table."""
    with pytest.raises(HarvesterError):
        read_mapping(data)


def test_normalize_must_name_what_an_amount_has():
    """A key that is no extra field of year, phase, source or direction is named."""
    broken = json.loads(json.dumps(PACKAGE).replace('"phase": "approved"', '"farbe": "rot"'))
    with pytest.raises(HarvesterError, match="normalize of '2025': 'farbe'"):
        read_mapping(broken)


@pytest.mark.parametrize("name", TABLES)
def test_settings_of_a_source_take_the_same_mapping(name: str):
    """As JSON in the form of a source, read as from a file."""
    mapping = TABLES[name][1] | {"limits": [{"part": ["a"], "base": ["b"], "most": "1/3"}], "years": [2025, 2029]}
    settings = read_settings(BudgetHarvester.Settings, json.dumps({"mapping": mapping, "resolved_on": "2026-05-01"}))
    assert settings.mapping == read_mapping(mapping)
    assert read_settings(BudgetHarvester.Settings, json.dumps({"mapping": PACKAGE})).mapping == read_mapping(PACKAGE)
    with pytest.raises(SettingsError, match="mapping"):
        read_settings(BudgetHarvester.Settings, json.dumps({"mapping": mapping | {"farbe": 1}}))

"""The city's own tables: their form is read, their identities hold, and at any threshold nothing can be found out."""

from __future__ import annotations

from pathlib import Path

import pytest
from ckanext.dresdensmartcity.harvesters.indicators.guess import guess_mapping
from ckanext.dresdensmartcity.harvesters.indicators.mapping import Mapping, read_mapping
from ckanext.dresdensmartcity.harvesters.indicators.publish import prepare
from ckanext.dresdensmartcity.harvesters.indicators.reader import read_table

from .attacker import Attacker

GROUPS = {"stadtbezirk": "Stadtbezirk mit zugeordneten Ortschaften", "stadtraum": "Stadtraum"}


@pytest.fixture(scope="module")
def single_parents(shared: Path) -> bytes:
    return (shared / "data/dresden/alleinerziehende_2025_ab_stadtteil.csv").read_bytes()


def rules(threshold: int) -> Mapping:
    return read_mapping(
        {
            "columns": {"district": "Stadtteil zus.", "hierarchies": GROUPS},
            "indicators": [
                {"id": "households", "title": {"de": "Haushalte", "en": "Households"}, "column": "Anzahl Haushalte"}
            ],
            "threshold": threshold,
        }
    )


def test_the_table_is_read_as_it_is(single_parents):
    """61 of the 64 districts; Strehlen, in two Stadträume, once as the sum of its parts; 13,873 households."""
    prepared = prepare(single_parents, rules(3))
    values = {one.district: one.value for one in prepared.records}
    assert len(prepared.districts) == 61
    assert not {"33", "34", "44"} & set(prepared.districts)
    assert values["76"] == 138 + 119
    assert values["city"] == 13_873
    assert len([area for area in values if area.startswith("stadtraum:")]) == 17
    assert prepared.account.hidden == 0


def test_sums_of_the_stadtraeume_agree_with_the_table_by_number_of_children(single_parents, shared):
    """Two tables of the city, from two files, have the same sums in all 17 Stadträume."""
    prepared = prepare(single_parents, rules(3))
    lines = (
        (shared / "data/dresden/alleinerziehende_kinderanzahl_2025_ab_stadtbezirk.csv").read_text("utf-8").splitlines()
    )
    other: dict[str, int] = {}
    for line in lines[1:]:
        cells = line.split(";")
        other[f"stadtraum:{cells[2][:2]}"] = other.get(f"stadtraum:{cells[2][:2]}", 0) + int(cells[-1])
    assert {one.district: one.value for one in prepared.records if one.area_level == "stadtraum"} == other


@pytest.mark.parametrize("threshold", [40, 70, 100])
def test_an_attacker_finds_nothing_in_the_real_table(single_parents, threshold):
    """With higher thresholds, as no real count is below 3: each hidden count keeps that many possible values."""
    mapping = rules(threshold)
    prepared = prepare(single_parents, mapping)
    rows = read_table(single_parents, mapping).rows
    attacker = Attacker([("", str(place)) for place in range(len(rows))], 1)
    for one in prepared.records:
        inside = [
            ("", str(place))
            for place, row in enumerate(rows)
            if one.district in {row.area, "city", *(code for _, code in row.groups)}
        ]
        attacker.learn((one.indicator_id, one.district), inside, None if one.value is None else int(one.value))
    assert attacker.hidden
    for pieces in attacker.hidden.values():
        low, high = attacker.range_of(pieces)
        assert high >= threshold
        assert high - low + 1 >= threshold


def test_the_form_of_the_city_is_known_without_a_mapping(single_parents):
    """Year, district, both groupings and both counts are found; unbound counts are hidden together."""
    mapping = guess_mapping(single_parents)
    assert mapping.columns.district == "Stadtteil zus."
    assert list(mapping.columns.hierarchies.values()) == list(GROUPS.values())
    assert [one.id for one in mapping.counts] == ["anzahl-einwohner", "anzahl-haushalte"]
    assert mapping.together == [["anzahl-einwohner", "anzahl-haushalte"]]

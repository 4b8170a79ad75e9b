"""The city's own tables: their form is read, their identities hold, and at any threshold nothing can be found out."""

from __future__ import annotations

from pathlib import Path

import pytest
from ckanext.dresdensmartcity.harvesters.indicators.commands import indicators
from ckanext.dresdensmartcity.harvesters.indicators.mapping import Mapping, read_mapping
from ckanext.dresdensmartcity.harvesters.indicators.publish import prepare, protect
from ckanext.dresdensmartcity.harvesters.indicators.reading.guess import guess_mapping
from ckanext.dresdensmartcity.harvesters.indicators.reading.periods import period_of
from ckanext.dresdensmartcity.harvesters.indicators.reading.reader import IndicatorTable, read_table
from click.testing import CliRunner

from .attacker import Attacker
from .test_published import audit_published, published

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


def _files(shared: Path) -> list[Path]:
    return sorted((shared / "data/dresden").glob("*.csv"))


def guessed(shared: Path, beginning: str) -> IndicatorTable:
    """A table of the city, read without a mapping."""
    path = next(one for one in _files(shared) if one.name.startswith(beginning))
    content = path.read_bytes()
    return read_table(content, guess_mapping(content, path.stem))


def test_single_parents_by_number_of_children_agree_in_all_stadtraeume(single_parents, shared):
    """The table of the Stadtbezirke, whose Stadtraum 04 lies in two of them, has the sums of that of the districts."""
    table = guessed(shared, "alleinerziehende_kinderanzahl")
    assert table.declared.columns.finest == "stadtraum"
    assert [group.id for group in table.declared.groups] == ["kinderanzahl_im_haushalt_in_klassen_4"]
    assert ("anzahl-einwohner", ["kinderanzahl-im-haushalt-sum", "anzahl-haushalte"], "=") in [
        (one.total, one.parts, one.kind) for one in table.declared.sums
    ]
    here = {one.district: one.value for one in protect(table).records if one.indicator_id == "anzahl-haushalte"}
    there = {one.district: one.value for one in prepare(single_parents, rules(3)).records}
    areas = {area for area in here if area.startswith("stadtraum:")} | {"city"}
    assert len(areas) == 18
    assert {area: here[area] for area in areas} == {area: there[area] for area in areas}


def test_the_unemployed_add_up_by_sex_law_and_age_and_nearly_so_by_nationality_and_education(shared):
    """Quarters, Stadtbezirke and cases of unknown place; five sums are found, two of which leave something over."""
    table = guessed(shared, "arbeitslose")
    assert {str(period_of(row.year)) for row in table.rows} == {"2018-Q3", "2018-Q4"}
    assert {row.area for row in table.rows} == {*(f"stadtbezirk:{number}" for number in range(10)), "unknown"}
    assert sorted((len(one.parts), one.kind) for one in table.declared.sums) == [
        (2, "<="),
        (2, "="),
        (2, "="),
        (3, "<="),
        (5, "="),
    ]
    left = [
        row.counts["insgesamt"].value - row.counts["deutsche"].value - row.counts["auslaender"].value
        for row in table.rows
    ]
    assert max(left) == 11
    assert table.declared.limit == 5


def test_one_person_households_are_unfolded_by_age_and_sex(shared):
    """18 counts for each of the seven districts: ten that the table lists and all sums that follow."""
    table = guessed(shared, "einpersonenhaushalte")
    assert len(table.rows) == 7
    assert {len(row.counts) for row in table.rows} == {18}
    by_area = {row.area: row.counts for row in table.rows}
    assert by_area["01"]["anzahl-einwohner"].value == 1127
    assert by_area["01"]["anzahl-einwohner.geschlecht-weiblich"].value == 82 + 212 + 59 + 23 + 135


@pytest.mark.parametrize("name", ["alleinerziehende_2025", "alleinerziehende_kinder", "arbeitslose", "einpersonen"])
@pytest.mark.parametrize("threshold", [5, 60])
def test_every_real_table_is_published_and_its_files_audited_alone(shared, tmp_path, name, threshold):
    """The command on the city's own files, without a mapping; then the audit knows nothing but what it wrote."""
    path = next(one for one in _files(shared) if one.name.startswith(name))
    done = CliRunner().invoke(indicators, ["suppress", str(path), "--to", str(tmp_path), "--threshold", str(threshold)])
    assert done.exit_code == 0, done.output
    found = CliRunner().invoke(indicators, ["audit", str(tmp_path)])
    assert found.exit_code == 0, found.output


@pytest.mark.parametrize("threshold", [3, 40, 70, 100])
def test_the_published_real_table_passes_the_audit(single_parents, threshold):
    """From the rows and the names of the sums alone: both hierarchies, Strehlen in two Stadträume."""
    audit = audit_published([published(prepare(single_parents, rules(threshold)))])
    assert audit.exit_code == 0, audit.as_dict()
    assert bool(audit.hidden) == (threshold > 3)
    assert audit.proven == audit.hidden

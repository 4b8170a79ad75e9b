"""The funding plan through ckanext-harvest: series, measures, all lines; unchanged, changed and wrong plans."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.harvesters.fields import package_id, resource_id
from ckanext.harvest.model import HarvestSource
from openpyxl import Workbook

REPOSITORY = Path(__file__).parents[3]
REAL = (REPOSITORY / "test-data/dresden/sources/funding-plan.csv").read_bytes()
SECOND = (REPOSITORY / "test-data/musterstadt/sources/funding-plan.csv").read_bytes()
SECOND_CITY = str(REPOSITORY / "test-data/musterstadt/musterstadt.yaml")
MEASURES = [f"1.2.{n}" for n in range(1, 6)] + [f"2.2.{n}" for n in range(1, 5)]

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.ckan_config(
        "ckan.plugins", "dresdensmartcity dresdensmartcity_budgets harvest dcat scheming_datasets datastore activity"
    ),
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
    pytest.mark.usefixtures("portal"),
]


def dataset(guid: str) -> dict[str, Any]:
    return tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": package_id(city(), guid)})


def records(guid: str, table: str, **search: Any) -> list[dict[str, Any]]:
    found = tk.get_action("datastore_search")(
        {"ignore_auth": True}, {"resource_id": resource_id(city(), guid, table), "limit": 1000, **search}
    )
    return found["records"]


def plan(source: Any, content: bytes = REAL) -> str:
    from sources import body

    return source.serve("/funding-plan.csv", body(content, "text/csv"))


def configure(run: Any, settings: dict[str, Any]) -> None:
    """Other settings of the same source, as its form saves them."""
    HarvestSource.get(run.source["id"]).config = json.dumps(settings)
    model.Session.commit()


def test_publishes_a_series_all_lines_and_each_measure(source, harvest):
    """One table with every line and year, one dataset for each measure, all in one series; the report says so."""
    report = harvest(plan(source), "smartcity_budget").run()
    assert report["errors"] == []
    assert report["counts"]["new"] == 10
    assert report["counts"]["read"] == 37
    assert len(report["checked"]) == 15
    series = dataset("budget:plan")
    assert series["type"] == "dataset_series"
    lines = records("budget:lines", "budget-lines")
    assert len(lines) == 37 * 8
    assert sum(one["amount_cents"] for one in lines if one["measure"]) == (700_000 + 9_200_000) * 100
    federal = [one for one in lines if one["source"] == "Bund" and one["amount_eur"]]
    assert sum(one["amount_eur"] for one in federal) == 15_560_000
    for code in MEASURES:
        one = dataset(f"budget:measure:{code}")
        assert (one["measure"], one["in_series"]) == (code, [series["id"]])
        assert len(records(f"budget:measure:{code}", "measure-lines")) == 8


def test_a_measure_has_the_facts_of_its_projects(source, harvest):
    """Fields of action and focus areas come from the city's projects; titles are German and English."""
    harvest(plan(source), "smartcity_budget").run()
    one = dataset("budget:measure:1.2.5")
    assert one["title"] == "Kosten der Maßnahme 1.2.5: Luftqualitäts- und Lärm-Monitoring"
    assert one["title_en"].startswith("Costs of measure 1.2.5")
    assert one["focus_area"] == ["friedrichstadt", "johannstadt"]
    assert one["field_of_action"] == ["transparenz", "infrastruktur"]
    assert one["temporal_coverage"] == [{"start": "2021-01-01", "end": "2028-12-31"}]
    assert one["name"] == "kosten-und-finanzierungsplan-massnahme-1-2-5"


def test_a_second_run_changes_nothing(source, harvest):
    """All ten datasets are unchanged, with their times."""
    run = harvest(plan(source), "smartcity_budget")
    run.run()
    guids = ["budget:plan", "budget:lines", *(f"budget:measure:{code}" for code in MEASURES)]
    before = [dataset(guid)["metadata_modified"] for guid in guids]
    report = run.run()
    assert [dataset(guid)["metadata_modified"] for guid in guids] == before
    assert (report["counts"]["unchanged"], report["counts"]["changed"], report["counts"]["new"]) == (10, 0, 0)
    assert run.job["stats"]["not modified"] == 10


def test_a_moved_amount_changes_its_measure_and_the_table_of_all(source, harvest):
    """Only the datasets that hold the amount change; the others are unchanged."""
    run = harvest(plan(source), "smartcity_budget")
    run.run()
    moved = REAL.replace(
        b"strategy,Luftqualit\xc3\xa4ts- und L\xc3\xa4rm-Monitoring,60000.00,60000.00",
        b"strategy,Luftqualit\xc3\xa4ts- und L\xc3\xa4rm-Monitoring,50000.00,70000.00",
    ).replace(b"Smart Participation in Dresden,30000.00,30000.00", b"Smart Participation in Dresden,40000.00,20000.00")
    assert moved != REAL
    plan(source, moved)
    report = run.run()
    assert report["errors"] == []
    assert (report["counts"]["changed"], report["counts"]["unchanged"]) == (3, 7)
    # Two years of two lines, in the table of all and in the two measures.
    assert report["counts"]["rows_changed"] == 8
    (row,) = records("budget:measure:1.2.5", "measure-lines", filters={"year": 2021})
    assert row["amount_cents"] == 5_000_000


def test_a_wrong_plan_is_refused_with_every_finding(source, harvest):
    """Nothing is published; the job shows row, column and values of each failed check, and what was checked."""
    run = harvest(plan(source), "smartcity_budget")
    run.run()
    plan(source, REAL.replace(b"100000.00,100000.00,0,0,0,0,0,0,200000.00", b"200000.00,0,0,0,0,0,0,0,200000.00"))
    report = run.run()
    messages = [error["message"] for error in report["errors"]]
    assert any("row 7, column y2021: external advice (line 1.1.5) exceeds a third" in one for one in messages)
    assert any("so nothing of the plan was published" in one for one in messages)
    assert len(report["checked"]) > 13
    assert report["counts"]["rejected"] == 37
    third = next(one for one in report["findings"] if one["check"] == "third-rule")
    assert (third["expected"], third["found"]) == (133333.33, 200000)
    (row,) = records("budget:lines", "budget-lines", filters={"measure_id": "1.1.5", "year": 2021})
    assert row["amount_cents"] == 10_000_000


def test_a_wrong_plan_is_published_as_it_is_where_the_source_says_so(source, harvest):
    """Reported, never corrected: the table holds the wrong number, the job the finding."""
    wrong = REAL.replace(b"120000.00\n", b"120001.00\n")
    report = harvest(plan(source, wrong), "smartcity_budget", {"on_error": "publish"}).run()
    assert report["counts"]["new"] == 10
    assert [one["check"] for one in report["findings"]] == ["row-sum", "column-sum", "cell"]
    assert len(report["errors"]) == 3


def test_a_file_of_another_form_is_an_error_with_its_place(source, harvest):
    """An error page in place of the file damages nothing."""
    run = harvest(plan(source), "smartcity_budget")
    run.run()
    plan(source, b"<html>Wartung</html>")
    report = run.run()
    assert report["errors"][0]["message"].startswith("line 1: the file is a web page")
    assert dataset("budget:lines")["state"] == "active"


def test_versions_are_kept_and_compared(source, harvest):
    """A new version stands beside the old one, with what it changes as a table and in the report."""
    run = harvest(plan(source), "smartcity_budget", {"version": "1", "resolved_on": "2020-12-10"})
    run.run()
    assert {one["version"] for one in records("budget:lines", "budget-versions")} == {"1"}
    assert records("budget:lines", "budget-changes") == []
    moved = REAL.replace(b"Monitoring,60000.00,60000.00", b"Monitoring,50000.00,70000.00").replace(
        b"Participation in Dresden,30000.00,30000.00", b"Participation in Dresden,40000.00,20000.00"
    )
    plan(source, moved)
    configure(run, {"version": "2", "resolved_on": "2021-06-01"})
    report = run.run()
    assert report["errors"] == []
    (summary,) = [one for one in report["findings"] if one["check"] == "changes"]
    assert (summary["values"]["number"], summary["values"]["more"], summary["values"]["before"]) == (4, 2, "1")
    named = [one for one in report["findings"] if one["check"] == "change"]
    assert (named[0]["place"], named[0]["expected"], named[0]["found"]) == ("row 13, column y2021", 30000, 40000)
    versions = records("budget:lines", "budget-versions")
    assert {one["version"] for one in versions} == {"1", "2"}
    changes = {
        (one["measure_id"], one["year"]): one["difference_cents"] for one in records("budget:lines", "budget-changes")
    }
    assert changes == {
        ("1.2.3", 2021): 10**6,
        ("1.2.3", 2022): -(10**6),
        ("1.2.5", 2021): -(10**6),
        ("1.2.5", 2022): 10**6,
    }
    assert {one["version"] for one in records("budget:lines", "budget-lines")} == {"2"}
    again = run.run()
    assert (again["counts"]["changed"], again["counts"]["new"]) == (0, 0)


def test_the_same_version_with_other_amounts_is_refused(source, harvest):
    """RULES §7 (5): each amount that differs is named, and what is published stays."""
    run = harvest(plan(source), "smartcity_budget", {"version": "1"})
    run.run()
    moved = REAL.replace(b"Monitoring,60000.00,60000.00", b"Monitoring,50000.00,70000.00").replace(
        b"Participation in Dresden,30000.00,30000.00", b"Participation in Dresden,40000.00,20000.00"
    )
    plan(source, moved)
    report = run.run()
    found = [one for one in report["findings"] if one["check"] == "version"]
    assert [(one["expected"], one["found"]) for one in found] == [
        (30000, 40000),
        (30000, 20000),
        (60000, 50000),
        (60000, 70000),
    ]
    (row,) = records("budget:lines", "budget-lines", filters={"measure_id": "1.2.5", "year": 2021})
    assert row["amount_cents"] == 6_000_000


def test_a_workbook_with_a_mapping(source, harvest):
    """Any other form by a mapping in the settings: thousands from XLSX, the hierarchy in columns."""
    from sources import body
    from tables import WIDE, WIDE_MAPPING

    book = Workbook()
    for line in WIDE.splitlines():
        book.active.append([int(cell) if cell.isdigit() and len(cell) < 4 else cell for cell in line.split(";")])
    target = io.BytesIO()
    book.save(target)
    url = source.serve("/haushalt.xlsx", body(target.getvalue(), "application/octet-stream"))
    heading = {"de": "Haushaltsplan 2026", "en": "Budget 2026"}
    settings = {"plan": "haushalt", "mapping": WIDE_MAPPING, "heading": heading}
    report = harvest(url, "smartcity_budget", settings).run()
    assert report["errors"] == []
    assert dataset("budget:haushalt:lines")["title"] == "Haushaltsplan 2026: alle Zeilen"
    rows = records("budget:haushalt:lines", "budget-lines", filters={"measure_id": "111101"})
    assert [(one["year"], one["phase"], one["amount_cents"], one["product_group"], one["kind"]) for one in rows] == [
        (2025, "ansatz", 10_000_000, "1111", "item"),
        (2026, "plan", 11_000_000, "1111", "item"),
        (2027, "plan", 12_000_000, "1111", "item"),
    ]


@pytest.mark.ckan_config("ckanext.dresdensmartcity.city_file", SECOND_CITY)
def test_another_city_has_its_own_plan(source, harvest):
    """Nothing is Dresden's: measures, years, organisation and texts come from the second city and its file."""
    report = harvest(plan(source, SECOND), "smartcity_budget", {"sample": True}).run()
    assert report["errors"] == []
    assert report["counts"]["new"] == 5
    one = dataset("budget:measure:2.2.1")
    assert one["organization"]["name"] == city().id != "dresden"
    assert one["field_of_action"] == ["energie"]
    assert "(Beispieldaten)" in one["title"]
    assert one["sample"] is True
    texts = model.Session.query(model.Package).filter_by(id=one["id"]).one().notes
    assert city().name in texts
    assert "Dresden" not in texts


def test_two_plans_stand_side_by_side(source, harvest):
    """A key in the source's settings keeps ids and addresses of a second plan apart."""
    harvest(plan(source), "smartcity_budget", {"plan": "haushalt"}).run()
    assert dataset("budget:haushalt:measure:1.2.5")["name"] == "kosten-und-finanzierungsplan-haushalt-massnahme-1-2-5"
    assert model.Package.get(package_id(city(), "budget:measure:1.2.5")) is None

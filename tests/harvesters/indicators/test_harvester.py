"""The made-up tables of both cities through ckanext-harvest: what is stored anywhere holds no hidden count."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.load import load_city
from ckanext.dresdensmartcity.harvesters.fields import package_id, resource_id
from ckanext.harvest.model import HarvestObject, HarvestObjectExtra

REPOSITORY = Path(__file__).parents[3]
DRESDEN = (REPOSITORY / "test-data/dresden/sources/indicators.csv").read_bytes()
SECOND_CITY = REPOSITORY / "test-data/musterstadt/musterstadt.yaml"
GUID = "indicators:table:haushalte-mit-kindern"

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.ckan_config(
        "ckan.plugins", "dresdensmartcity dresdensmartcity_indicators harvest dcat scheming_datasets datastore activity"
    ),
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
    pytest.mark.usefixtures("portal"),
]


def settings() -> dict[str, Any]:
    return next(one.config for one in city().sources if one.type == "smartcity_indicators")


def served(source: Any, content: bytes = DRESDEN) -> str:
    from sources import body

    return source.serve("/indicators.csv", body(content, "text/csv"))


def records() -> dict[tuple[str, str, int], dict[str, Any]]:
    found = tk.get_action("datastore_search")(
        {"ignore_auth": True}, {"resource_id": resource_id(city(), GUID, "indicator-values"), "limit": 5000}
    )
    return {(row["indicator_id"], row["district"], row["year"]): row for row in found["records"]}


def package() -> dict[str, Any]:
    return tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": package_id(city(), GUID)})


def test_publishes_the_table_in_the_series_of_its_family(source, harvest):
    """One dataset that says what it is, how counts are kept secret and that it is a sample."""
    report = harvest(served(source), "smartcity_indicators", settings()).run()
    assert report["errors"] == []
    dataset = package()
    assert (dataset["privacy_level"], dataset["sample"]) == ("suppressed", True)
    assert "§ 16 BStatG" in dataset["method"]
    assert dataset["temporal_coverage"] == [{"start": "2022-01-01", "end": "2025-12-31"}]
    assert dataset["notes"].startswith("Beispieldaten")
    series = tk.get_action("package_show")({"ignore_auth": True}, {"id": dataset["in_series"][0]})
    assert (series["type"], series["name"]) == ("dataset_series", "kennzahlen-der-stadtteile")
    rows = records()
    assert rows["households-with-children", "44", 2022]["status"] == "missing"
    assert rows["single-parents", "33", 2022]["symbol"] == "–"
    assert rows["single-parents-share", "05", 2025]["denominator"] >= 30


def test_the_report_says_what_was_checked_and_how_much_is_hidden(source, harvest):
    """Sums, suppression, audit and shares, each a sentence."""
    report = harvest(served(source), "smartcity_indicators", settings()).run()
    hidden = sum(row["status"] == "suppressed" for key, row in records().items() if not key[0].endswith("share"))
    assert report["counts"]["hidden"] == hidden > 0
    assert len(report["checked"]) == 4  # sums, counts, proof, shares
    assert any(f"{hidden} of" in sentence and "§ 16 BStatG" in sentence for sentence in report["checked"])


def small_counts() -> set[tuple[str, str, int]]:
    """Indicator, district and year of the counts from 1 to 2 in the source, read without the core."""
    names = {2: "households-with-children", 3: "couples-with-children", 4: "single-parents"}
    found = set()
    for line in DRESDEN.decode().splitlines()[1:]:
        year, district, *cells = line.split(";")
        number = "unknown" if district == "unbekannt" else district[:2]
        for place, name in names.items():
            if cells[place - 1] in ("1", "2"):
                found.add((name, number, int(year)))
    return found


def everything_stored() -> list[str]:
    """All that ckanext-harvest and CKAN keep beside the DataStore: objects, their extras, errors, package, activity."""
    activity = model.meta.metadata.tables["activity"]
    kept = [str(one.content) for one in model.Session.query(HarvestObject)]
    kept += [str(one.value) for one in model.Session.query(HarvestObjectExtra)]
    kept += [str(data) for data in model.Session.scalars(activity.select().with_only_columns(activity.c.data))]
    return [*kept, json.dumps(package(), ensure_ascii=False)]


def test_nothing_that_is_stored_holds_a_small_count(source, harvest):
    """In the DataStore and in harvest objects, which everybody can read, they are empty; no source line stays."""
    harvest(served(source), "smartcity_indicators", settings()).run()
    small = small_counts()
    assert len(small) > 8
    kept = model.Session.query(HarvestObject).filter(HarvestObject.content.isnot(None))
    contents = [json.loads(one.content)["rows"] for one in kept]
    assert len(contents) == 1
    for rows in (records().values(), *contents):
        by_key = {(row["indicator_id"], row["district"], row["year"]): row for row in rows}
        for place in small:
            assert (by_key[place]["value"], by_key[place]["status"]) == (None, "suppressed")
            share = by_key[("single-parents-share", *place[1:])]
            assert share["value"] is None
            assert place[0] != "single-parents" or share["numerator"] is None
    stored = everything_stored()
    for line in DRESDEN.decode().splitlines()[1:]:
        assert not any(line in text for text in stored)


def test_a_second_run_changes_nothing(source, harvest):
    """Dataset and series stay as they are, with their times."""
    run = harvest(served(source), "smartcity_indicators", settings())
    run.run()
    before = package()["metadata_modified"]
    report = run.run()
    assert (report["counts"]["unchanged"], report["counts"]["changed"], report["counts"]["new"]) == (2, 0, 0)
    assert package()["metadata_modified"] == before


def test_a_wrong_table_is_an_error_that_tells_no_count(source, harvest):
    """The job names row and column; what was published stays."""
    run = harvest(served(source), "smartcity_indicators", settings())
    run.run()
    before = records()
    right = "2025;34 Hellerberge;StB 3 Klotzsche/nördliche Ortschaften;4;".encode()
    assert right in DRESDEN
    served(source, DRESDEN.replace(right, right[:-2] + b"x4;"))
    report = run.run()
    assert len(report["errors"]) == 1
    assert "column 'Haushalte mit Kindern': not a whole number" in report["errors"][0]["message"]
    assert "x4" not in json.dumps(report)
    assert records() == before


@pytest.mark.parametrize("change", [{"treshold": 3}, {"mapping": {"indicators": []}}, {"table": {"id": "Über"}}])
def test_wrong_settings_are_refused_in_the_form(source, harvest, change):
    """Unknown keys and wrong values never reach a run."""
    with pytest.raises(tk.ValidationError) as error:
        harvest(served(source), "smartcity_indicators", settings() | change)
    assert next(iter(change)) in str(error.value)


@pytest.mark.ckan_config("ckanext.dresdensmartcity.city_file", str(SECOND_CITY))
def test_a_second_city_publishes_its_own_table(source, harvest):
    """Another form (commas, no groups) and another threshold; its six districts and the city."""
    content = (SECOND_CITY.parent / "sources/indicators.csv").read_bytes()
    assert harvest(served(source, content), "smartcity_indicators", settings()).run()["errors"] == []
    rows = records()
    assert {district for _, district, _ in rows} == {one.number for one in load_city(SECOND_CITY).districts} | {"city"}
    assert all(row["value"] is None or row["value"] == 0 or row["value"] >= 5 for row in rows.values())


def test_the_page_shows_a_value_over_time_and_by_area(source, harvest, app):
    """Chosen by address without a script; a hidden count is a sign with its meaning; other datasets show none of it."""
    harvest(served(source), "smartcity_indicators", settings()).run()
    page = app.get("/dataset/haushalte-mit-kindern?indicator=single-parents&period=2022").body
    assert '<option value="single-parents" selected>' in page
    assert '<option value="2022" selected>' in page
    assert "Friedrichstadt" in page
    assert '<abbr title="kept secret">.</abbr>' in page or '<abbr title="geheim gehalten">.</abbr>' in page
    assert 'value="households-with-children" selected' in app.get("/dataset/haushalte-mit-kindern?indicator=x").body
    assert "choose-indicator" not in app.get("/dataset/definitionen-der-kennzahlen").body

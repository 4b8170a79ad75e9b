"""What somebody finds who opens the portal after `./portal up`: the whole way from source to page."""

from __future__ import annotations

import runpy
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from ckanext.dresdensmartcity.city.entries import read_actors, read_projects
from ckanext.dresdensmartcity.city.load import load_city
from ckanext.dresdensmartcity.city.model import City
from rdflib import DCAT, RDF, Graph

from .conftest import Call

pytestmark = pytest.mark.portal

ACTIVE_SOURCES = ("funding-plan", "indicators", "sensors-demo", "statistics")
CHANGES = ("new", "changed", "rows_new", "rows_changed", "rows_removed")
MEASURES_OF_THE_PLAN = {f"1.2.{n}" for n in range(1, 6)} | {f"2.2.{n}" for n in range(1, 5)}


@pytest.fixture(scope="module")
def city(repository: Path) -> City:
    """The city that `./portal up` loads."""
    return load_city(repository / "schemas" / "cities" / "dresden.yaml")


@pytest.fixture(scope="module")
def datasets(call: Call) -> list[dict[str, Any]]:
    """All that the catalogue holds, series included."""
    found = call("package_search", rows=1000, fq="dataset_type:(dataset OR dataset_series)")
    return list(found["results"])


@pytest.fixture(scope="module")
def catalogue(portal_url: str) -> Graph:
    """The catalogue over all its pages."""
    graph = Graph()
    page: str | None = f"{portal_url}/catalog.ttl"
    while page:
        answer = requests.get(page, timeout=60)
        answer.raise_for_status()
        part = Graph().parse(data=answer.text, format="turtle")
        graph += part
        following = part.query("SELECT ?next WHERE { ?page <http://www.w3.org/ns/hydra/core#next> ?next }")
        page = next((str(row[0]) for row in following), None)
    return graph


def resource_of(datasets: list[dict[str, Any]], table: str) -> dict[str, Any]:
    """The file of the table whose columns stand in schemas/tables/<table>.json."""
    return next(one for dataset in datasets for one in dataset["resources"] if one.get("table_schema") == table)


def test_every_measure_of_the_plan_is_a_dataset(datasets: list[dict[str, Any]]) -> None:
    """The funding plan becomes one dataset for each measure, all in one series."""
    of_the_plan = [one for one in datasets if one["name"].startswith("kosten-und-finanzierungsplan-massnahme-")]
    assert {one["measure"] for one in of_the_plan} == MEASURES_OF_THE_PLAN
    assert len(of_the_plan) == len(MEASURES_OF_THE_PLAN)
    assert len({tuple(one["in_series"]) for one in of_the_plan}) == 1


def test_the_table_of_budget_lines_adds_up(call: Call, datasets: list[dict[str, Any]]) -> None:
    """The lines of the two phases add up to the 15,560,000 euro that the plan states as eligible costs."""
    plan = [one for one in datasets if one["name"] == "kosten-und-finanzierungsplan-zeilen"]
    table = resource_of(plan, "budget-lines")
    rows = call("datastore_search", resource_id=table["id"], limit=1000)["records"]
    lines = [row for row in rows if row["measure_id"] in ("1.1", "1.2", "2.1", "2.2")]
    assert sum(row["amount_cents"] for row in lines) == 1_556_000_000


def test_hourly_means_are_complete_or_empty_with_a_reason(call: Call, datasets: list[dict[str, Any]]) -> None:
    """No hour carries both a value and a reason for its absence, and the sample has hours of both kinds."""
    table = resource_of(datasets, "sensor-hourly")
    rows = call("datastore_search", resource_id=table["id"], limit=30000)["records"]
    empty = [row for row in rows if row["value"] is None]
    assert 0 < len(empty) < len(rows)
    assert all(row["status"] != "valid" for row in empty)
    assert all(row["status"] == "valid" for row in rows if row["value"] is not None)


def test_sample_data_say_that_they_are_a_sample(datasets: list[dict[str, Any]]) -> None:
    """Sensors and indicators of the demo are marked."""
    tables = ("sensor-hourly", "indicator-values")
    owners = [one for one in datasets for table in one["resources"] if table.get("table_schema") in tables]
    assert owners
    assert all(one["sample"] for one in owners)


def test_no_small_count_is_published(call: Call, datasets: list[dict[str, Any]]) -> None:
    """A suppressed cell has no value, and no published count lies between zero and the threshold."""
    table = resource_of(datasets, "indicator-values")
    rows = call("datastore_search", resource_id=table["id"], limit=30000)["records"]
    hidden = [row for row in rows if row["status"] == "suppressed"]
    assert hidden
    assert all(row["value"] is None for row in hidden)
    counts = [row["value"] for row in rows if row["unit"] == "1" and row["value"] is not None]
    counts += [row[part] for row in rows for part in ("numerator", "denominator") if row[part] is not None]
    assert not [count for count in counts if 0 < count < 3]


def test_the_live_source_waits_beside_the_sample(call: Call) -> None:
    """The real sensors of the city are configured and switched off."""
    live = call("harvest_source_show", as_admin=True, id="sensors-live")
    assert live["frequency"] == "MANUAL"
    assert not call("harvest_job_list", as_admin=True, source_id=live["id"])
    assert live["url"].startswith("https://")


def modified(call: Call) -> dict[str, str]:
    """When each dataset and series was last changed, by id."""
    found = call("package_search", rows=1000, fq="dataset_type:(dataset OR dataset_series)")["results"]
    return {one["id"]: one["metadata_modified"] for one in found}


def finished(call: Call, jobs: dict[str, str], seconds: int = 300) -> dict[str, Any]:
    """The reports of the jobs (by source) when the consumers and the scheduler of the served portal are done."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        states = {name: call("harvest_job_show", as_admin=True, id=job)["status"] for name, job in jobs.items()}
        if set(states.values()) == {"Finished"}:
            return {name: call("dresdensmartcity_harvest_report", as_admin=True, id=job) for name, job in jobs.items()}
        time.sleep(2)
    pytest.fail(f"harvests not finished after {seconds} s: {states}; do consumers and scheduler run?")


def test_a_second_run_changes_nothing_and_says_so(call: Call) -> None:
    """Unchanged sources: each report counts unchanged datasets only, and nothing was modified."""
    before = modified(call)
    jobs = {}
    for name in ACTIVE_SOURCES:
        source = call("harvest_source_show", as_admin=True, id=name)
        jobs[name] = call("harvest_job_create", as_admin=True, source_id=source["id"], run=True)["id"]
    for name, report in finished(call, jobs).items():
        assert not report["errors"], name
        assert report["counts"]["unchanged"] > 0, name
        assert not [what for what in CHANGES if report["counts"][what]], name
    assert modified(call) == before


def test_the_catalogue_holds_all_datasets_and_nothing_else(catalogue: Graph, datasets: list[dict[str, Any]]) -> None:
    """Every public dataset and series is in the catalogue; actors and projects are not."""
    listed = set(catalogue.subjects(RDF.type, DCAT.Dataset)) | set(catalogue.subjects(RDF.type, DCAT["DatasetSeries"]))
    assert len(listed) == len(datasets)


def test_the_catalogue_is_valid_by_the_official_shapes(catalogue: Graph, shared: Path) -> None:
    """0 violations and 0 warnings of DCAT-AP.de 3.0 over the whole catalogue."""
    official = runpy.run_path(str(shared / "dcat-ap-de" / "validate.py"))
    found = list(official["findings"](catalogue, official["official_shapes"](), official["vocabularies"]()))
    assert [row for row in found if row[0] in ("Violation", "Warning")] == []


def test_each_dataset_is_valid_alone(
    portal_url: str, datasets: list[dict[str, Any]], shared: Path, tmp_path: Path
) -> None:
    """`/dataset/<name>.ttl` says enough to be valid without the catalogue."""
    official = runpy.run_path(str(shared / "dcat-ap-de" / "validate.py"))
    shapes, vocabularies = official["official_shapes"](), official["vocabularies"]()
    for dataset in datasets:
        answer = requests.get(f"{portal_url}/dataset/{dataset['name']}.ttl", timeout=60)
        assert answer.status_code == 200, dataset["name"]
        graph = Graph().parse(data=answer.text, format="turtle")
        found = [row for row in official["findings"](graph, shapes, vocabularies) if row[0] in ("Violation", "Warning")]
        assert found == [], dataset["name"]


def test_the_atlas_holds_every_actor_and_project(portal_url: str, city: City) -> None:
    """All entries of the city's files are in the atlas, those without a place too."""
    assert city.actors_file
    assert city.projects_file
    actors = read_actors(city.actors_file, city)
    projects = read_projects(city.projects_file, city, actors)
    features = requests.get(f"{portal_url}/atlas/entries.geojson", timeout=60).json()["features"]
    assert len(features) == len(actors) + len(projects)


def test_matches_of_a_project_are_the_sum_of_their_parts(call: Call) -> None:
    """What the page shows as the score of a match is the sum of the parts shown beside it."""
    matches = call("atlas_match", type="project", id="luft-laerm", limit=5)["matches"]
    assert matches
    for match in matches:
        assert match["score"] == pytest.approx(sum(part["contribution"] for part in match["parts"]))


@pytest.mark.parametrize("path", ["/", "/dataset/", "/atlas", "/measures", "/organization/"])
def test_pages_greet_in_the_citys_name(portal_url: str, city: City, path: str) -> None:
    """German by default, English one click away, and CKAN nowhere in the greeting."""
    page = requests.get(portal_url + path, timeout=60)
    assert page.status_code == 200
    assert city.title.de in page.text
    assert 'lang="de"' in page.text
    assert "Willkommen bei CKAN" not in page.text
    english = requests.get(f"{portal_url}/en{path}", timeout=60)
    assert english.status_code == 200
    assert 'lang="en"' in english.text

"""The whole atlas as one dataset of the catalogue."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories
from ckan.tests.helpers import call_action
from ckanext.dresdensmartcity.atlas import atlas_dataset
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.loading import load

pytestmark = pytest.mark.ckan


def rows_of(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.fixture
def as_dataset(create: Any) -> dict[str, Any]:
    """The dataset, as `load` makes it of a city without entries and sources."""
    here = replace(city(), actors_file=None, projects_file=None, sources=())
    for _ in range(2):
        steps = list(load(here, (), ()))
    assert steps[-1].result == "unchanged"
    return dict(call_action("package_show", id=atlas_dataset.NAME))


def test_the_dataset_is_one_however_often_it_is_loaded(as_dataset: dict[str, Any]):
    found = call_action("package_search", q="*:*", fq="dataset_type:dataset")
    assert [one["name"] for one in found["results"]] == [atlas_dataset.NAME]
    assert [one["format"] for one in as_dataset["resources"]] == ["GeoJSON", "GPKG", "CSV", "CSV", "CSV", "JSON"]
    assert {one["license"] for one in as_dataset["resources"]} == {city().license}


def test_its_date_and_its_files_follow_the_entries(as_dataset: dict[str, Any], create: Any, app: Any):
    """A new entry: the day of today, and another file; a file that nobody asked for is not made."""
    package = model.Package.get(atlas_dataset.NAME)
    package.extras = {**package.extras, "modified": "2020-01-01"}
    model.repo.commit()
    assert rows_of(app.get("/atlas/downloads/actors.csv")) == []
    create("actor", "neu", title='Neu; mit "Zeichen", <b>und</b>\nZeile', longitude=13.7, latitude=51.05)
    today = datetime.now(timezone.utc).date().isoformat()
    assert call_action("package_show", id=atlas_dataset.NAME)["modified"] == today
    rows = rows_of(app.get("/atlas/downloads/actors.csv"))
    assert [row["id"] for row in rows] == ["neu"]
    assert rows[0]["title"].startswith("Neu; mit")
    assert (rows[0]["longitude"], rows[0]["place"]) == ("13.7", "point")
    folder = Path(tk.config["ckan.storage_path"]) / "dresdensmartcity" / "atlas"
    assert len(list(folder.glob("*-actors.csv"))) == 1
    call_action("package_delete", {"user": factories.Sysadmin()["name"]}, id="actor-neu")
    assert rows_of(app.get("/atlas/downloads/actors.csv")) == []


def test_it_is_served_by_the_interfaces(as_dataset: dict[str, Any], app: Any):
    """dcat:DataService with servesDataset, in the dataset's own document and in the catalogue."""
    for path in (f"/dataset/{atlas_dataset.NAME}.jsonld", "/catalog.jsonld"):
        text = json.dumps(app.get(path).json)
        for name in ("ogc-api-features", "vector-tiles"):
            assert f"/#{name}" in text
        assert "servesDataset" in text
    assert date.fromisoformat(as_dataset["modified"])

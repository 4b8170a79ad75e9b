"""Every field that is filled is on a page, in words, with its German label."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests.helpers import call_action
from ckanext.dresdensmartcity.web.facts import ELSEWHERE, is_translation

from .conftest import Publish


def load_full() -> ModuleType:
    path = Path(__file__).parent.parent / "dcat" / "full.py"
    spec = importlib.util.spec_from_file_location("full_pages", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["full_pages"] = module
    spec.loader.exec_module(module)
    return module


full = load_full()


@pytest.fixture
def entries(publish: Publish) -> None:
    """A series, a data service and a dataset with every field."""
    for package in (full.series(), full.source(), full.service(), full.dataset()):
        given = full.create(package)
        if package["type"] == "data_service":
            given["serves_dataset"] = [full.SOURCE_NAME]
        publish(given.pop("type"), **given)


def labels(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").main.text.split())


def expected(fields: list[dict[str, Any]], data: dict[str, Any]) -> list[str]:
    """The German labels of the fields that have a row, and of the parts of groups."""
    found = []
    for field in fields:
        name = field["field_name"]
        if name in ELSEWHERE or is_translation(name, data) or not data.get(name):
            continue
        found.append(field["label"]["de"])
        found += [
            f"{part['label']['de']}:" for part in field.get("repeating_subfields", ()) if part["field_name"] in SHOWN
        ]
    return found


# Parts that are not the name of the thing or its link.
SHOWN = ("telephone", "email", "type", "geom", "bbox", "centroid", "beginning", "ending", "role")


@pytest.mark.ckan
@pytest.mark.usefixtures("entries")
def test_every_field_is_shown_with_its_label(app: Any) -> None:
    """On the page of the entry or of its file."""
    for kind, name in (
        ("dataset", full.DATASET_NAME),
        ("dataset_series", full.SERIES_NAME),
        ("data_service", full.SERVICE_NAME),
    ):
        package = call_action("package_show", id=name)
        schema = tk.get_action("scheming_dataset_schema_show")({"ignore_auth": True}, {"type": kind})
        body = app.get(f"/{kind}/{name}").body
        text = BeautifulSoup(body, "html.parser").text
        text = " ".join(text.split())
        assert [label for label in expected(schema["dataset_fields"], package) if label not in text] == [], kind
        for resource in package["resources"][:1]:
            page = labels(app.get(f"/{kind}/{name}/resource/{resource['id']}").body)
            assert [label for label in expected(schema["resource_fields"], resource) if label not in page] == []


@pytest.mark.ckan
@pytest.mark.usefixtures("entries")
def test_links_to_other_entries_are_their_titles(app: Any) -> None:
    """A name in an address says nothing to a reader."""
    page = BeautifulSoup(app.get(f"/dataset/{full.DATASET_NAME}").body, "html.parser")
    targets = {link["href"]: link.text for link in page.select("a[href]")}
    assert targets[f"/dataset_series/{full.SERIES_NAME}"] == full.series()["title"]
    assert targets[f"/dataset/{full.SOURCE_NAME}"] == full.source()["title"]


@pytest.mark.ckan
@pytest.mark.usefixtures("entries")
def test_an_english_page_shows_the_english_of_each_text(app: Any) -> None:
    """Where there is one."""
    text = BeautifulSoup(app.get(f"/en/dataset/{full.DATASET_NAME}").body, "html.parser").text
    for name in ("title_en", "notes_en", "provenance_en", "method_en", "version_notes_en"):
        assert full.dataset()[name] in text, name
    assert full.dataset()["version_notes"] not in text


@pytest.mark.ckan
@pytest.mark.usefixtures("entries")
def test_data_services_are_found_and_counted(app: Any) -> None:
    """Beside datasets and series, and marked in the list."""
    text = labels(app.get("/dataset/").body)
    assert "2 Datensätze, 1 Reihe und 1 Datenservice gefunden" in text
    assert "Abfragedienst Luft Datenservice" in text
    assert "1 Datenservice gefunden" in labels(app.get("/dataset/?dataset_type=data_service").body)


@pytest.mark.ckan
def test_what_the_city_fills_in_is_marked(app: Any, publish: Publish) -> None:
    """As it is in the RDF: availability, access, level, language."""
    publish(name="luft", title="Luft")
    page = BeautifulSoup(app.get("/dataset/luft").body, "html.parser")
    rows = {row.dt.text: row.dd.text for row in page.select("dl.portal-facts div")}
    for label in ("Verfügbarkeit", "Zugang", "Ebene der Verwaltung", "Sprache der Daten", "Herausgeber"):
        assert "gilt für alle Daten der Stadt" in rows[label], label

"""Lists, pages of sources and organisations, and forms: in the portal's words, not in CKAN's."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action
from ckanext.dresdensmartcity.web.helpers import portal_found

from .conftest import Publish
from .test_pages import main_text


@pytest.fixture
def catalogue(publish: Publish) -> None:
    """Two datasets, one of them a sample, and a series."""
    publish(name="messwerte", title="Messwerte der Luft", sample=True)
    publish("dataset_series", name="plaene", title="Pläne")
    publish(name="plan-2026", title="Plan 2026", in_series=["plaene"])


@pytest.mark.ckan
@pytest.mark.usefixtures("catalogue")
class TestDatasetList:
    @pytest.mark.parametrize(
        ("path", "heading"),
        [
            ("/dataset/", "2 Datensätze und 1 Reihe gefunden"),
            ("/en/dataset/", "2 datasets and 1 series found"),
            ("/dataset/?q=Messwerte", "1 Datensatz gefunden für „Messwerte“"),
            ("/organization/stadt", "2 Datensätze und 1 Reihe gefunden"),
        ],
    )
    def test_datasets_and_series_are_counted_apart(self, app: Any, path: str, heading: str) -> None:
        """As the first page counts datasets alone."""
        assert heading in main_text(app.get(path).body)
        assert re.search(r"\b2 Datensätze\b", main_text(app.get("/").body))

    def test_series_and_samples_are_marked(self, app: Any) -> None:
        text = main_text(app.get("/dataset/").body)
        assert "Pläne Reihe" in text
        assert "Messwerte der Luft Beispieldaten" in text
        assert "Plan 2026 Reihe" not in text

    def test_series_can_be_filtered(self, app: Any) -> None:
        text = main_text(app.get("/dataset/?dataset_type=dataset_series").body)
        assert "1 Reihe gefunden" in text
        assert "Messwerte" not in text

    def test_a_search_that_was_not_counted_by_kind_gives_no_text(self, app: Any) -> None:
        """So that CKAN's own text stands there."""
        with app.flask_app.test_request_context("/"):
            assert portal_found("", {}) == ""
            assert portal_found("", None) == ""


@pytest.mark.ckan
class TestSources:
    @pytest.fixture(autouse=True)
    def source(self, publish: Publish) -> None:
        call_action(
            "harvest_source_create",
            {"user": factories.Sysadmin()["name"]},
            name="plan",
            title="Förderplan der Stadt",
            url="https://example.org/plan.csv",
            source_type="smartcity_budget",
            frequency="MANUAL",
            owner_org="stadt",
        )

    @pytest.mark.parametrize("path", ["/harvest", "/harvest/plan", "/harvest/about/plan"])
    def test_a_page_of_a_source_has_one_heading_and_its_name(self, app: Any, path: str) -> None:
        body = app.get(path).body
        assert body.count("<h1") == 1
        assert "Förderplan der Stadt" in main_text(body)
        assert "Über uns" not in body
        assert "Frequency" not in body

    def test_a_source_says_when_it_is_read(self, app: Any) -> None:
        text = main_text(app.get("/harvest/about/plan").body)
        assert "wenn jemand das Einlesen startet" in text
        assert "Noch nicht gelesen" in text


@pytest.mark.ckan
class TestForms:
    @pytest.fixture
    def signed_in(self, publish: Publish) -> dict[str, str]:
        token = factories.SysadminWithToken()["token"]
        return {"Authorization": token}

    @pytest.mark.parametrize(
        ("path", "heading"),
        [
            ("/dataset/new", "Datensatz anlegen"),
            ("/dataset_series/new", "Reihe anlegen"),
            ("/actor/new", "Akteur eintragen"),
            ("/project/new", "Projekt eintragen"),
            ("/en/project/new", "Add a project"),
        ],
    )
    def test_a_form_says_what_it_makes(self, app: Any, signed_in: dict[str, str], path: str, heading: str) -> None:
        body = app.get(path, headers=signed_in).body
        assert re.findall(r"<h1[^>]*>(.*?)</h1>", body) == [heading]
        assert "CKAN" not in main_text(body)
        assert "Open Database License" not in body

    def test_an_entry_of_the_atlas_is_there_after_one_step(self, app: Any, signed_in: dict[str, str]) -> None:
        """It has no files to add."""
        body = app.get("/project/new", headers=signed_in).body
        phase = re.search(r'name="_ckan_phase" value="(.*?)"', body)
        assert phase is not None
        answer = app.post(
            "/project/new",
            headers=signed_in,
            data={
                "_ckan_phase": phase.group(1),
                "title": "Neuer Park",
                "name": "project-park",
                "owner_org": "stadt",
                "save": "",
            },
            follow_redirects=False,
        )
        assert answer.status_code == 302, main_text(answer.body)
        assert answer.headers["Location"].endswith("/project/project-park")
        assert call_action("package_show", id="project-park")["state"] == "active"

    def test_the_form_of_an_entry_offers_no_files(self, app: Any, publish: Publish, signed_in: dict[str, str]) -> None:
        publish("project", name="project-park", title="Park")
        text = main_text(app.get("/project/edit/project-park", headers=signed_in).body)
        assert "Projekt bearbeiten" in text
        assert [word for word in ("Neue Ressource", "Ressourcen neu", "Folgen") if word in text] == [], text


@pytest.mark.ckan
@pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
class TestErrors:
    def test_a_page_that_is_not_there_says_so_in_the_language_of_the_page(self, app: Any) -> None:
        """The web server has English only."""
        assert "Vielleicht ist die Adresse verschrieben" in main_text(app.get("/nope", status=404).body)
        assert "The address may have a slip" in main_text(app.get("/en/nope", status=404).body)

    def test_a_reason_that_was_given_is_told(self, app: Any) -> None:
        assert "9.9.9" in main_text(app.get("/measures/9.9.9", status=404).body)

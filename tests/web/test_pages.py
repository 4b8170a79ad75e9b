"""The portal's pages as a visitor gets them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories
from ckan.tests.helpers import call_action
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.load import load_city

from .conftest import ENVIRONMENT, Publish

SECOND_CITY = Path(__file__).parents[2] / "test-data" / "musterstadt" / "musterstadt.yaml"
STATIC = ["/", "/dataset", "/measures", "/developers", "/contribute", "/about", "/legal/privacy"]


def main_text(body: str) -> str:
    """The words of <main>, without tags."""
    inside = re.search(r"<main.*</main>", body, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inside.group() if inside else ""))


@pytest.mark.ckan
@pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
class TestEmptyPortal:
    @pytest.mark.parametrize("path", STATIC)
    @pytest.mark.parametrize("language", ["", "/en"])
    def test_every_page_stands_with_the_portals_name_and_one_heading(self, app: Any, path: str, language: str) -> None:
        body = app.get(f"{language}{path}", status=200).body
        title = city().title.text("en" if language else "de")
        assert title in re.search(r"<title>(.*?)</title>", body, re.DOTALL).group(1)
        assert body.count("<h1") == 1
        assert "Welcome to CKAN" not in body
        assert f'<html lang="{"en" if language else "de"}"' in body

    def test_the_first_page_says_that_nothing_is_there(self, app: Any) -> None:
        assert "Noch ist kein Datensatz veröffentlicht." in main_text(app.get("/").body)

    def test_the_measures_say_when_they_will_come(self, app: Any) -> None:
        assert "Noch ist keine Maßnahme veröffentlicht." in main_text(app.get("/measures").body)

    def test_unknown_pages_are_not_found(self, app: Any) -> None:
        app.get("/measures/9.9.9", status=404)
        app.get("/legal/secrets", status=404)

    def test_an_unexpected_failure_has_its_own_page(self, app: Any) -> None:
        """CKAN names its status as a list, [500]."""
        in_german = {"CKAN_LANG": "de", "CKAN_CURRENT_URL": "/"}
        with app.flask_app.test_request_context("/", environ_overrides=in_german):
            app.flask_app.preprocess_request()
            body = tk.render("error_document_template.html", {"code": [500], "content": "x"})
        assert "Hier ist etwas schiefgegangen" in main_text(body)

    def test_readers_get_no_scripts(self, app: Any) -> None:
        assert "<script" not in app.get("/measures").body


@pytest.mark.ckan
class TestMeasures:
    @pytest.fixture
    def programme(self, publish: Publish) -> None:
        publish("actor", name="actor-amt", title="Umweltamt", kind="office")
        publish("actor", name="actor-uni", title="Universität", kind="research")
        publish(
            "project", name="project-luft", title="Luft-Monitoring", measure="1.2.5", status="running", lead="amt",
            partners=["uni"], notes="Misst die Luft.",
        )  # fmt: skip
        publish(name="messwerte", title="Messwerte der Luft", measure="1.2.5")

    def test_the_list_names_title_status_and_lead(self, app: Any, programme: None) -> None:
        text = main_text(app.get("/measures").body)
        for word in ("1.2.5", "Luft-Monitoring", "Läuft", "Umweltamt", "1 Datensatz"):
            assert word in text

    def test_a_measure_has_its_project_actors_and_data(self, app: Any, programme: None) -> None:
        text = main_text(app.get("/measures/1.2.5").body)
        for word in ("Misst die Luft.", "Umweltamt", "Universität", "Messwerte der Luft"):
            assert word in text

    def test_the_dataset_leads_back_to_its_measure(self, app: Any, programme: None) -> None:
        body = app.get("/dataset/messwerte").body
        assert 'href="/measures/1.2.5"' in body
        assert "Luft-Monitoring" in body


@pytest.mark.ckan
def test_the_budget_of_a_measure_comes_from_the_plans_table(app: Any, publish: Publish) -> None:
    """The rows of schemas/tables/budget-lines.json; sums of the plan are not counted twice."""
    plan = publish(name="plan", title="Plan")
    rows = [("1.2", None, 2021, 10_000_000), ("1.2.5", "1.2.5", 2021, 3_000_000), ("1.2.5", "1.2.5", 2022, 3_000_090)]
    call_action(
        "datastore_create",
        {"user": factories.Sysadmin()["name"]},
        resource={"package_id": plan["id"], "name": "Zeilen", "table_name": "budget-lines", "format": "CSV"},
        fields=[
            {"id": name, "type": kind}
            for name, kind in [("line", "text"), ("measure", "text"), ("year", "int"), ("amount_cents", "bigint")]
        ],
        records=[dict(zip(("line", "measure", "year", "amount_cents"), row, strict=True)) for row in rows],
    )
    text = main_text(app.get("/measures/1.2.5").body)
    assert "2021 30.000" in text
    assert "60.001" in text  # 60,000.90 in whole euro
    assert "60.001" in main_text(app.get("/").body)


@pytest.mark.ckan
class TestDataset:
    def test_codes_are_words_and_empty_fields_are_not_shown(self, app: Any, publish: Publish) -> None:
        publish(
            name="luft",
            title="Luft",
            temporal_coverage=[{"start": "2026-10-01", "end": "2026-10-30"}],
            temporal_resolution="PT1H",
            frequency="http://publications.europa.eu/resource/authority/frequency/DAILY",
        )
        text = main_text(app.get("/dataset/luft").body)
        assert "1. Oktober 2026 bis 30. Oktober 2026" in text
        assert "1 Stunde" in text
        assert "Umwelt" in text
        assert "publications.europa.eu" not in text
        assert "Dokumentation" not in text

    def test_what_the_city_says_for_all_is_marked(self, app: Any, publish: Publish) -> None:
        publish(name="luft", title="Luft")
        assert f"{city().publisher.name} (gilt für alle Daten der Stadt)" in app.get("/dataset/luft").body.replace(
            '</a> <span class="portal-small">', " "
        )

    def test_an_own_publisher_is_shown_without_the_mark(self, app: Any, publish: Publish) -> None:
        publish(name="luft", title="Luft", publisher=[{"name": "Hochschule"}])
        fact = re.search(r"<dt>Herausgeber</dt>.*?</div>", app.get("/dataset/luft").body, re.DOTALL).group()
        assert "Hochschule" in fact
        assert "gilt für alle" not in fact

    def test_a_place_is_its_name_and_not_its_geometry(self, app: Any, publish: Publish) -> None:
        point = '{"type": "Point", "coordinates": [13.72, 51.06]}'
        publish(name="luft", title="Luft", spatial_coverage=[{"text": "Friedrichstadt", "centroid": point}])
        text = main_text(app.get("/dataset/luft").body)
        assert "Friedrichstadt" in text
        assert "coordinates" not in text

    def test_sample_data_say_so(self, app: Any, publish: Publish) -> None:
        publish(name="probe", title="Probe", sample=True)
        publish(name="echt", title="Echt")
        assert "weder gemessen noch gezählt" in app.get("/dataset/probe").body
        assert "weder gemessen noch gezählt" not in app.get("/dataset/echt").body

    def test_files_come_before_the_description_with_licence(self, app: Any, publish: Publish) -> None:
        publish(
            name="luft", title="Luft", notes="Lange Beschreibung.",
            resources=[{"name": "Werte", "url": "https://example.org/werte.csv", "format": "CSV"}],
        )  # fmt: skip
        text = main_text(app.get("/dataset/luft").body)
        assert text.index("Herunterladen") < text.index("Lange Beschreibung.")
        assert "Lizenz" in text[: text.index("Lange Beschreibung.")]

    def test_a_table_in_two_formats_is_one_entry_with_two_buttons(self, app: Any, publish: Publish) -> None:
        address = "https://example.org/werte"
        publish(
            name="luft", title="Luft",
            resources=[
                {"name": "Werte", "url": f"{address}.csv", "format": "CSV"},
                {"name": "Werte (Parquet)", "url": f"{address}.parquet", "format": "PARQUET"},
                {"name": "Bericht (PDF)", "url": f"{address}.pdf", "format": "PDF"},
            ],
        )  # fmt: skip
        page = BeautifulSoup(app.get("/dataset/luft").body, "html.parser")
        table, report = page.select("li.resource-item")
        assert [link["href"] for link in table.select("a.portal-button")] == [f"{address}.csv", f"{address}.parquet"]
        assert "Bericht (PDF)" in report.h3.text

    def test_the_english_page_has_the_english_texts(self, app: Any, publish: Publish) -> None:
        publish(name="luft", title="Luft", title_en="Air", notes_en="Measured air.")
        text = main_text(app.get("/en/dataset/luft").body)
        assert "Air" in text
        assert "Measured air." in text

    def test_rdf_is_one_link_away(self, app: Any, publish: Publish) -> None:
        publish(name="luft", title="Luft")
        body = app.get("/dataset/luft").body
        for form in ("ttl", "rdf", "jsonld"):
            assert f'href="/dataset/luft.{form}"' in body

    def test_a_series_lists_its_datasets(self, app: Any, publish: Publish) -> None:
        publish("dataset_series", name="plan", title="Förderplan")
        publish(name="massnahme", title="Budget der Maßnahme", in_series=["plan"])
        assert "Budget der Maßnahme" in main_text(app.get("/dataset_series/plan").body)
        assert "Förderplan" in main_text(app.get("/dataset/massnahme").body)


@pytest.mark.ckan
def test_filters_show_words(app: Any, publish: Publish) -> None:
    """A theme is filtered by its name, and a filter can be taken away."""
    publish(name="luft", title="Luft")
    body = app.get("/dataset", query_string={"vocab_theme": ENVIRONMENT}).body
    assert "Filter entfernen" in body
    assert "Umwelt" in main_text(body)


@pytest.mark.ckan
@pytest.mark.ckan_config("ckanext.dresdensmartcity.city_file", str(SECOND_CITY))
@pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
@pytest.mark.parametrize("path", [*STATIC, "/legal/imprint"])
def test_another_citys_portal_names_itself_alone(app: Any, path: str) -> None:
    """Nothing on the pages says whose portal it is but the city file."""
    body = app.get(path, status=200).body
    assert load_city(SECOND_CITY).title.de in body
    assert "Dresden" not in body

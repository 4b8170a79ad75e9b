"""Forms that are shown again, and what their scripts ask the server."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from ckan import model
from ckan.lib.search import rebuild
from ckan.tests import factories
from ckan.tests.helpers import call_action

from .conftest import Person

pytestmark = pytest.mark.ckan

AT_TWO = "wird gespeichert als Zeitpunkt: 31. Juli 2026, 14:00"
EU = "http://publications.europa.eu/resource/authority/"


def edited(person: Person, name: str, **changes: Any) -> Any:
    """The form of a dataset as it was sent with a mistake: the title is missing."""
    sent = {"_ckan_phase": "dataset_new_1", "pkg_name": "", "name": name, "notes": "Text", "title": "", **changes}
    return person.sends(f"/dataset/edit/{name}", sent)


def test_what_was_typed_or_removed_stays_so_after_a_mistake(person: Person, dataset: Any) -> None:
    """CKAN lays what was sent over what is stored: emptied lists and removed records must not come back."""
    contact = [{"name": "Amt A", "email": "a@example.org"}, {"name": "Amt B", "email": "b@example.org"}]
    stored = dataset(contact=contact, sample="True", language=[EU + "language/DEU"])
    page = edited(
        person,
        stored["name"],
        **{"contact-000-name": "Neu", "contact-000-email": "x"},
        sample="",
        language="",
        theme="",
    )
    assert page.control("contact-000-name")["value"] == "Neu"
    assert page.soup.select('[name="contact-001-name"][value="Amt B"]') == []
    assert not page.control("sample").has_attr("checked")
    assert page.soup.select('[name="language"][checked]') == []
    assert page.soup.select('[name="theme"][checked]') == []
    assert page.error("title")
    assert page.error("contact-000-email")


def test_all_records_can_be_removed(person: Person, dataset: Any) -> None:
    name = dataset(contact=[{"name": "Amt A", "email": "a@example.org"}])["name"]
    theme = EU + "data-theme/ENVI"
    edited(person, name, **{"contact-999-name": ""}, title="Luft", theme=theme)
    assert call_action("package_show", id=name).get("contact") in (None, [])


def test_a_file_that_has_to_be_chosen_again_is_named(person: Person, dataset: Any) -> None:
    name = dataset()["name"]
    sent = {"id": "", "modified": "gestern", "upload": (io.BytesIO(b"a;b"), "zahlen.csv")}
    page = person.sends(f"/dataset/{name}/resource/new", sent, content_type="multipart/form-data")
    assert "zahlen.csv" in page.soup.select_one("#field-upload-lost").text
    assert "noch einmal" in page.soup.select_one("#form-summary").text
    assert page.error("modified")


def test_a_mistake_of_the_dataset_is_told_in_the_form_of_a_file(person: Person, dataset: Any) -> None:
    """An old dataset without a theme: the way to its own form is shown."""
    stored = dataset()
    model.Package.get(stored["id"]).title = ""
    model.Session.commit()
    rebuild(stored["id"])
    page = person.sends(f"/dataset/{stored['name']}/resource/new", {"id": "", "url": "https://example.org/b.csv"})
    told = page.soup.select_one(".form-summary")
    assert "Titel: Diese Angabe fehlt." in told.text
    assert f"/dataset/edit/{stored['name']}" in told.a["href"]


def test_a_chosen_place_is_stored_with_its_name_and_outline(person: Person, dataset: Any) -> None:
    name = dataset()["name"]
    theme = EU + "data-theme/ENVI"
    edited(person, name, **{"spatial_coverage-000-choose": "district-01"}, title="Luft", theme=theme)
    area = call_action("package_show", id=name)["spatial_coverage"][0]
    assert area["text"].startswith("01 ")
    assert json.loads(area["bbox"])["type"] == "Polygon"
    assert "choose" not in area


def test_a_period_does_not_end_before_it_begins(person: Person, dataset: Any) -> None:
    period = {"temporal_coverage-000-start": "Juli 2026", "temporal_coverage-000-end": "Mai 2026"}
    page = edited(person, dataset()["name"], **period)
    assert page.error("temporal_coverage-000-end") == "Der Zeitraum endet, bevor er beginnt."
    assert page.control("temporal_coverage-000-start")["value"] == "Juli 2026"
    said = page.soup.select_one('[id="field-temporal_coverage-000-start-understood"]').text
    assert said == "wird gespeichert als Monat: Juli 2026"


def test_a_series_and_a_service_take_one_step(person: Person) -> None:
    """They have no files: what is sent is published."""
    person.sends("/dataset_series/new", {"_ckan_phase": "", "title": "Klima", "notes": "Alles.", "tag_string": "Klima"})
    made = call_action("package_show", id="klima")
    assert (made["state"], [tag["name"] for tag in made["tags"]]) == ("active", ["Klima"])
    person.sends("/data_service/new", {"_ckan_phase": "", "title": "Karten", "endpoint_url": "https://example.org/wms"})
    assert call_action("package_show", id="karten")["endpoint_url"] == ["https://example.org/wms"]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/forms/date?text=Juli 2026", {"stored": "2026-07", "says": "wird gespeichert als Monat: Juli 2026"}),
        ("/en/forms/date?text=31.7.2026", {"stored": "2026-07-31", "says": "is stored as day: July 31, 2026"}),
        ("/forms/date?text=2026-07-31 14:00", {"stored": "2026-07-31T14:00:00", "says": AT_TWO}),
        ("/forms/date?text=gestern", {"stored": "", "says": ""}),
        ("/forms/date", {"stored": "", "says": ""}),
        ("/forms/duration?text=PT1H", {"says": "1 Stunde"}),
        ("/forms/duration?text=eine Stunde", {"says": ""}),
    ],
)  # fmt: skip
def test_how_a_date_or_a_duration_was_understood(app: Any, with_plugins: None, path: str, says: dict[str, str]) -> None:
    assert json.loads(app.get(path).body) == says


def test_entries_are_found_by_a_part_of_their_title(app: Any, person: Person, dataset: Any) -> None:
    """Of the types that are asked for; private ones for those who may see them."""
    dataset(title="Umgebungslärm", name="noise")
    owner = call_action("organization_show", id="dresden")["id"]
    dataset(title="Lärm, geheim", name="secret", private=True, owner_org=owner)
    factories.Dataset(type="dataset_series", title="Lärm in Reihe", name="series", notes="x")
    path = "/forms/entries?type=dataset&q=lärm"
    assert [one["value"] for one in json.loads(app.get(path).body)] == ["noise"]
    assert {one["value"] for one in json.loads(app.get(path, headers=person.headers).body)} == {"noise", "secret"}
    assert json.loads(app.get("/forms/entries?type=dataset_series&q=").body) == [
        {"value": "series", "label": "Lärm in Reihe"}
    ]
    assert json.loads(app.get("/forms/entries?type=harvest&q=").body) == []
    assert json.loads(app.get('/forms/entries?type=dataset&q=")) OR *:*').body) == []

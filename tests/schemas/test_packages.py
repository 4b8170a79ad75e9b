"""Datasets, series, actors and projects through CKAN's API, as the schemas define them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories
from ckanext.dresdensmartcity.city.current import city

pytestmark = [pytest.mark.ckan, pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index", "organisation")]

EU = "http://publications.europa.eu/resource/authority/"
ENVIRONMENT = EU + "data-theme/ENVI"
SMALLEST = {"title": "Luftgüte", "notes": "Stundenmittel.", "theme": [ENVIRONMENT]}


@pytest.fixture
def organisation() -> dict[str, Any]:
    """The organisation of the city."""
    return factories.Organization(name=city().id)


def act(action: str, **data: Any) -> dict[str, Any]:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return tk.get_action(action)({"user": user, "ignore_auth": True}, data)


def errors(**data: Any) -> dict[str, Any]:
    """What CKAN says of a package that it does not take."""
    with pytest.raises(tk.ValidationError) as caught:
        act("package_create", **data)
    return caught.value.error_dict


def test_title_description_theme_and_a_file_make_a_dataset(organisation: dict[str, Any]) -> None:
    """Name, organisation, licence and attribution come by themselves."""
    made = act("package_create", **SMALLEST, resources=[{"url": "https://example.org/a.csv"}])
    assert made["name"] == "luftguete"
    assert made["owner_org"] == organisation["id"]
    assert made["resources"][0]["license"] == city().license
    assert made["resources"][0]["license_attribution"] == city().attribution
    assert made["resources"][0]["format"] == "CSV"


@pytest.mark.parametrize("missing", ["title", "notes", "theme"])
def test_what_is_mandatory_must_be_given(missing: str) -> None:
    """Nothing else is."""
    assert set(errors(**{**SMALLEST, "name": "x-y", missing: ""})) == {missing}


def test_a_dataset_without_files_is_a_dataset() -> None:
    """As DCAT-AP.de has it: a distribution is recommended."""
    assert act("package_create", **SMALLEST)["num_resources"] == 0


def test_what_was_given_comes_back_and_an_update_changes_nothing() -> None:
    """Lists as lists, numbers as numbers, truth values as truth values; saving it again is no change."""
    given = {
        "keywords_en": ["air", "noise"],
        "contact": [{"name": "Umweltamt", "url": "https://example.org/kontakt"}],
        "publisher": [{"name": "Stadt", "type": "http://purl.org/adms/publishertype/LocalAuthority"}],
        "spatial_coverage": [{"text": "05", "centroid": '{"type": "Point", "coordinates": [13.7, 51.06]}'}],
        "temporal_coverage": [{"start": "2021"}, {"start": "2026-07-31", "end": "2026-08"}],
        "language": [EU + "language/DEU"],
        "frequency": EU + "frequency/DAILY",
        "spatial_resolution_in_meters": 100,
        "temporal_resolution": "PT1H",
        "measure": "1.2.5",
        "focus_area": [city().focus_areas[0].id],
        "field_of_action": [city().fields_of_action[0].id],
        "privacy_level": "aggregated",
        "sample": True,
        "in_series": [act("package_create", type="dataset_series", title="Luft", notes="x", name="air")["name"]],
        "conforms_to": ["https://example.org/schema"],
    }
    made = act("package_create", **SMALLEST, **given)
    shown = act("package_show", id=made["id"])
    assert {name: shown[name] for name in given} == given
    assert act("package_update", **shown) == shown


def test_a_file_keeps_the_licence_that_it_has() -> None:
    """And does not name the city where another licence rules."""
    licence = "http://dcat-ap.de/def/licenses/cc-zero"
    made = act("package_create", **SMALLEST, resources=[{"url": "https://example.org/a.csv", "license": licence}])
    assert made["resources"][0]["license"] == licence
    assert not made["resources"][0].get("license_attribution")


def test_the_default_licence_is_that_of_the_city_in_use(ckan_config: dict[str, str], repository: Path) -> None:
    """A licence that asks for no attribution gets none."""
    ckan_config["ckanext.dresdensmartcity.city_file"] = str(repository / "test-data/musterstadt/musterstadt.yaml")
    factories.Organization(name="musterstadt")
    made = act("package_create", **SMALLEST, resources=[{"url": "https://example.org/a.csv"}])
    assert made["resources"][0]["license"] == "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"
    assert not made["resources"][0].get("license_attribution")
    assert "altstadt" in errors(**SMALLEST, focus_area=["friedrichstadt"])["focus_area"][0]


def test_names_that_are_taken_get_a_number() -> None:
    """Two datasets may have the same title."""
    assert [act("package_create", **SMALLEST)["name"] for _ in range(3)] == ["luftguete", "luftguete-2", "luftguete-3"]


def test_a_new_title_does_not_move_the_page() -> None:
    """An update without a name keeps the address."""
    made = act("package_create", **SMALLEST)
    assert act("package_update", **{**SMALLEST, "title": "Lärm", "id": made["id"]})["name"] == "luftguete"


def test_an_update_without_organisation_keeps_it() -> None:
    """Not the city's, but the one that it has."""
    other = factories.Organization()
    made = act("package_create", **SMALLEST, owner_org=other["id"])
    assert act("package_update", **SMALLEST, id=made["id"])["owner_org"] == other["id"]


def test_what_the_form_sends_empty_is_not_kept() -> None:
    """Empty contacts, areas and texts leave no trace."""
    made = act(
        "package_create",
        **SMALLEST,
        contact=[{"name": "", "email": "", "url": "", "uri": ""}],
        spatial_coverage=[{"text": "", "uri": "https://example.org/ort"}],
        frequency="",
        spatial_resolution_in_meters="",
        sample="",
        keywords_en=[""],
    )
    assert made["spatial_coverage"] == [{"uri": "https://example.org/ort"}]
    assert not {"contact", "frequency", "spatial_resolution_in_meters", "sample"} & set(made)


def test_a_field_can_be_emptied() -> None:
    """What was wrong must be able to go."""
    made = act("package_create", **SMALLEST, measure="1.2.5", keywords_en=["air"])
    assert not {"measure", "keywords_en"} & set(act("package_patch", id=made["id"], measure="", keywords_en=[]))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("theme", ["ENVI"], "Not in the list themes: ENVI"),
        ("frequency", "daily", "Not in the list frequencies"),
        ("language", ["de"], "Not in the list languages"),
        ("political_geocoding_level", ["city"], "Not in the list geocoding-levels"),
        ("focus_area", ["atlantis"], "Not in the list focus_areas: atlantis. Allowed: friedrichstadt"),
        ("url", "example.org", "Not a web address"),
        ("documentation", ["https://example.org", "page 3"], "Not a web address: page 3"),
        ("issued", "2026-02-30", "Not a date"),
        ("temporal_resolution", "hourly", "Not a duration of ISO 8601"),
        ("spatial_resolution_in_meters", "far", "Not a number"),
        ("measure", "1.2", "Not the number of a measure"),
        ("sample", "perhaps", "Neither yes nor no"),
        ("keywords_en", [1, 2], "A list of texts is needed"),
    ],
)
def test_what_is_wrong_is_told(field: str, value: Any, said: str) -> None:
    """Which field, what was found, what is allowed."""
    told = errors(**{**SMALLEST, field: value})
    assert set(told) == {field}
    assert said in told[field][0]


def test_a_mistake_inside_an_area_is_told_there() -> None:
    """With the place in the form."""
    told = errors(**SMALLEST, spatial_coverage=[{"text": "05"}, {"bbox": "13,51,14,52"}])
    assert "Not a GeoJSON geometry" in told["spatial_coverage"][1]["bbox"][0]


def test_a_mistake_in_a_file_is_told_there() -> None:
    """With the file."""
    told = errors(**SMALLEST, resources=[{"url": "https://example.org/a.csv", "license": "cc-by", "size": -1}])
    assert "Not in the list licenses" in told["resources"][0]["license"][0]
    assert "Not a whole number" in told["resources"][0]["size"][0]


def test_a_series_needs_a_title_and_a_description() -> None:
    """DCAT-AP.de 3.0, dcat:DatasetSeries."""
    made = act("package_create", type="dataset_series", title="Förderplan", notes="Alle Maßnahmen.")
    assert (made["type"], made["name"]) == ("dataset_series", "foerderplan")
    assert set(errors(type="dataset_series", name="x-y")) == {"title", "notes"}


def test_an_actor_needs_a_title_and_a_kind() -> None:
    """Its address begins with actor-, so that the atlas knows its id."""
    place = {"longitude": 13.7, "latitude": "51,03"}
    made = act("package_create", type="actor", title="Technische Universität", kind="research", **place)
    assert made["name"] == "actor-technische-universitaet"
    assert made["latitude"] == 51.03
    assert set(errors(type="actor", name="actor-x")) == {"title", "kind"}
    assert "-180" in errors(type="actor", title="X", kind="research", longitude=200)["longitude"][0]


def test_a_project_needs_a_title() -> None:
    """Everything else may become known later."""
    made = act("package_create", type="project", title="Radnetz", needs="traffic-data", start="2013", budget_eur=0)
    assert made["name"] == "project-radnetz"
    assert made["needs"] == ["traffic-data"]
    assert made["budget_eur"] == 0
    wrong = errors(type="project", title="X", members=[{"actor": "Die Stadt", "role": "lead"}])
    assert "has no actor Die Stadt" in wrong["members"][0]["actor"][0]


@pytest.mark.parametrize("kind", ["dataset", "dataset_series", "data_service", "actor", "project"])
def test_the_form_has_every_field_in_three_parts(app: Any, kind: str) -> None:
    """What is needed, what is recommended, the rest; each field once."""
    fields = tk.get_action("scheming_dataset_schema_show")({"ignore_auth": True}, {"type": kind})["dataset_fields"]
    page = app.get(f"/{kind}/new", headers={"Authorization": factories.SysadminWithToken()["token"]})
    assert page.status_code == 200
    soup = BeautifulSoup(page.body, "html.parser")
    parts = soup.select(".form-part")
    assert [part.h2.text for part in parts] == ["Nötig", "Empfohlen", "Weiteres"]
    for field in fields:
        shown = [number for number, part in enumerate(parts) if part.select(f'[id="field-{field["field_name"]}"]')]
        # What belongs to another field stands with it.
        wanted = ["needed", "recommended", "more"].index(field["group"])
        assert len(shown) == 1, field["field_name"]
        assert shown[0] <= wanted, field["field_name"]


def test_a_dataset_can_be_made_with_the_form(app: Any) -> None:
    """With what the form sends when only the needed fields are filled in."""
    headers = {"Authorization": factories.SysadminWithToken()["token"]}
    sent = {**SMALLEST, "name": "", "owner_org": "", "frequency": "", "measure": "", "sample": "", "tag_string": ""}
    app.post("/dataset/new", headers=headers, data={**sent, "_ckan_phase": "dataset_new_1", "save": ""})
    file = {"id": "", "url": "https://example.org/a.csv", "name": "Werte", "license": "", "format": ""}
    page = app.post("/dataset/luftguete/resource/new", headers=headers, data={**file, "save": "go-metadata"})
    assert page.status_code == 200
    made = act("package_show", id="luftguete")
    assert made["state"] == "active"
    assert made["theme"] == [ENVIRONMENT]
    assert made["resources"][0]["license"] == city().license

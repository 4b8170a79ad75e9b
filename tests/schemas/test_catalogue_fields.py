"""What only a catalogue has, through CKAN's API: every field kept as given, links, roles, high-value datasets."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from ckanext.dresdensmartcity.city.current import city

pytestmark = [pytest.mark.ckan, pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index", "organisation")]

EU = "http://publications.europa.eu/resource/authority/"
DATASET = {"title": "Luft", "notes": "Werte.", "theme": [f"{EU}data-theme/ENVI"]}
ROLE = "http://www.iana.org/assignments/relation/original"
CATEGORY = "http://data.europa.eu/bna/c_dd313021"


def load_full() -> ModuleType:
    path = Path(__file__).parent.parent / "dcat" / "full.py"
    spec = importlib.util.spec_from_file_location("full_catalogue", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["full_catalogue"] = module
    spec.loader.exec_module(module)
    return module


full = load_full()


@pytest.fixture
def organisation() -> dict[str, Any]:
    """The organisation of the city."""
    return factories.Organization(name=city().id)


def act(action: str, **data: Any) -> dict[str, Any]:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return tk.get_action(action)({"user": user, "ignore_auth": True}, data)


def refused(**data: Any) -> dict[str, Any]:
    """What CKAN says of a dataset that it does not take."""
    with pytest.raises(tk.ValidationError) as caught:
        act("package_create", **{**DATASET, **data})
    return caught.value.error_dict


def test_every_field_of_every_type_comes_back_and_an_update_changes_nothing() -> None:
    """As it was given, lists as lists, numbers as numbers; a second save is no change."""
    for package in [full.series(), full.source(), full.service(), full.dataset()]:
        given = full.create(package)
        if package["type"] == "data_service":
            given["serves_dataset"] = [full.SOURCE_NAME]  # the other does not exist yet
        made = act("package_create", **given)
        shown = act("package_show", id=made["id"])
        tags = given.pop("tags")
        files = given.pop("resources", [])
        assert {name: shown.get(name) for name in given} == given
        assert sorted(tag["name"] for tag in shown["tags"]) == sorted(tag["name"] for tag in tags)
        for file, kept in zip(files, shown["resources"], strict=True):
            assert {name: kept.get(name) for name in file} == file
        again = act("package_update", **shown)
        assert {key: again[key] for key in again if key != "metadata_modified"} == {
            key: shown[key] for key in shown if key != "metadata_modified"
        }


@pytest.mark.parametrize("name", ["source", "has_version", "in_series"])
def test_a_link_to_nothing_is_refused_at_its_field(name: str) -> None:
    """What is elsewhere has a field of its own, which the message names."""
    (message,) = refused(**{name: ["gibt-es-nicht"]})[name]
    assert "gibt-es-nicht" in message
    assert name == "in_series" or "related" in message


def test_a_link_to_another_type_is_refused() -> None:
    """A dataset is made from datasets."""
    act("package_create", type="dataset_series", title="Reihe", notes="x", name="reihe")
    assert "source" in refused(source=["reihe"])
    act("package_create", **DATASET, in_series=["reihe"])


def test_a_link_holds_a_name_an_id_or_an_iri() -> None:
    """Ours, and the one that an entry came with; an id that is not known yet may be published later."""
    iri = "https://anderswo.example.org/dataset/1"
    other = act("package_create", **DATASET, uri=iri)
    ours = f"{tk.config['ckan.site_url']}/dataset/{other['id']}"
    later = "1f3a0c52-0f7e-4a3c-9d5e-1f2a3b4c5d99"
    made = act("package_create", **DATASET, source=[other["name"], other["id"], iri, ours, later])
    assert made["source"] == [other["name"], other["id"], iri, ours, later]


def test_private_datasets_of_others_cannot_be_found_out_by_their_name() -> None:
    """Who may not read one is told that there is none."""
    hidden = factories.Dataset(**DATASET, private=True, owner_org=factories.Organization()["id"])
    user = factories.User()
    own = factories.Organization(users=[{"name": user["name"], "capacity": "editor"}])
    with pytest.raises(tk.ValidationError) as caught:
        tk.get_action("package_create")(
            {"user": user["name"]}, {**DATASET, "owner_org": own["id"], "source": [hidden["name"]]}
        )
    assert set(caught.value.error_dict) == {"source"}


def test_a_high_value_dataset_needs_its_category() -> None:
    """And a category turns the switch on."""
    assert set(refused(high_value=True)) == {"hvd_category"}
    assert set(refused(high_value=False, hvd_category=[CATEGORY])) == {"hvd_category"}
    assert act("package_create", **DATASET, hvd_category=[CATEGORY])["high_value"] is True
    assert act("package_create", **DATASET, high_value=False)["high_value"] is False


@pytest.mark.parametrize("given", [{"relation": "https://a.example.org/"}, {"role": ROLE}])
def test_a_relation_has_a_role(given: dict[str, str]) -> None:
    """One without the other means nothing."""
    assert set(refused(qualified_relation=[given])) == {"qualified_relation"}


def test_an_empty_relation_of_the_form_is_left_out() -> None:
    made = act("package_create", **DATASET, qualified_relation=[{"relation": "", "role": ""}])
    assert not any(made.get("qualified_relation") or [{}])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("0351 488-0", "+49 351 488 0"),
        ("+49 (0)351/488 0", "+49 351 488 0"),
        ("0049 351 4880", "+49 351 4880"),
        ("tel:+49-351-4880", "+49 351 4880"),
    ],
)
def test_a_telephone_is_kept_with_the_prefix_of_its_country(given: str, kept: str) -> None:
    """However people write it."""
    made = act("package_create", **DATASET, contact=[{"name": "Amt", "telephone": given}])
    assert made["contact"][0]["telephone"] == kept


@pytest.mark.parametrize("given", ["Amt", "12", "+49", "0351 abc"])
def test_what_is_no_telephone_is_refused(given: str) -> None:
    assert set(refused(contact=[{"name": "Amt", "telephone": given}])) == {"contact"}


def test_a_media_type_is_kept_as_its_iri() -> None:
    """Of the IANA list: what was never registered is refused."""
    iri = "https://www.iana.org/assignments/media-types/application/gzip"
    for given in ("application/gzip", iri):
        file = {"url": "https://a.example.org/x.csv.gz", "compress_format": given}
        assert act("package_create", **DATASET, resources=[file])["resources"][0]["compress_format"] == iri
    refusal = refused(resources=[{"url": "https://a.example.org/x", "package_format": "application/x-tar"}])
    assert refusal["resources"][0].keys() == {"package_format"}


def test_a_data_service_needs_a_title_and_an_endpoint() -> None:
    """Nothing else; its formats are codes of the EU list."""
    with pytest.raises(tk.ValidationError) as caught:
        act("package_create", type="data_service", name="dienst", title="", endpoint_url=[])
    assert set(caught.value.error_dict) == {"title", "endpoint_url"}
    made = act(
        "package_create", type="data_service", title="Dienst", endpoint_url="https://a.example.org/", format=["JSON"]
    )
    assert made["endpoint_url"] == ["https://a.example.org/"]
    assert made["format"] == ["JSON"]

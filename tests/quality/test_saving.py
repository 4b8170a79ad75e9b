"""The gate, on every way into the portal."""

from __future__ import annotations

import io
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.harvesters import publishing
from ckanext.dresdensmartcity.harvesters.records import Publication
from content import call, create, organisation
from packages import minimal, resource
from werkzeug.datastructures import FileStorage

pytestmark = pytest.mark.ckan

GATE = "ckanext.dresdensmartcity.quality.gate"
# What the form lets pass and the shapes do not: two types of one office, entered at different datasets.
OFFICE = "https://stadtwerke.example.org/"
TYPES = "http://purl.org/adms/publishertype/"
FIRST = [{"name": "Stadtwerke", "uri": OFFICE, "type": f"{TYPES}LocalAuthority"}]
FAULTY = [{"name": "Stadtwerke", "uri": OFFICE, "type": f"{TYPES}RegionalAuthority"}]


@pytest.fixture(autouse=True)
def office(with_plugins: None, clean_db: None, clean_index: None) -> None:
    """A valid dataset, beside which another description of its publisher is a violation."""
    organisation()
    create(minimal(id="", name="first", publisher=FIRST, resources=[]))


def faulty(**changes: Any) -> dict[str, Any]:
    return minimal(**{"id": "", "name": "faulty", "publisher": FAULTY, "resources": [], **changes})


def is_public(name: str) -> bool:
    model.Session.expire_all()
    package = model.Package.get(name)
    return package is not None and package.state == "active" and not package.private


@pytest.mark.ckan_config(GATE, "refuse")
def test_refuse_keeps_a_dataset_with_a_violation_from_becoming_public() -> None:
    """The error stands at its field, in German, and nothing is stored."""
    with pytest.raises(tk.ValidationError) as error:
        create(faulty())
    assert list(error.value.error_dict) == ["publisher"]
    assert "Herausgeber" in str(error.value.error_dict) or "Art" in str(error.value.error_dict)
    assert model.Package.get("faulty") is None


@pytest.mark.ckan_config(GATE, "refuse")
def test_refuse_lets_drafts_private_datasets_and_valid_ones_pass() -> None:
    """A dataset without files is not a violation by itself."""
    assert create(faulty(private=True))["private"]
    assert create(faulty(name="faulty-draft", state="draft"))["state"] == "draft"
    assert is_public(create(minimal(id="", name="valid", resources=[]))["name"])


@pytest.mark.ckan_config(GATE, "refuse")
@pytest.mark.parametrize("action", ["package_patch", "package_update", "package_revise", "bulk_update_public"])
def test_refuse_holds_for_every_way_to_publish(action: str) -> None:
    """By a patch, a whole update, a revision, many at once."""
    package = create(faulty(private=True))
    data: dict[str, Any] = {
        "package_patch": {"id": package["id"], "private": False},
        "package_update": {**package, "private": False},
        "package_revise": {"match": {"id": package["id"]}, "update": {"private": False}},
        "bulk_update_public": {"datasets": [package["id"]], "org_id": package["owner_org"]},
    }[action]
    with pytest.raises(tk.ValidationError):
        call(action, **data)
    assert not is_public("faulty")


@pytest.mark.ckan_config(GATE, "refuse")
def test_a_bulk_change_with_one_refusal_changes_none() -> None:
    """All that are refused are named."""
    good = create(minimal(id="", name="good", resources=[], private=True))
    bad = create(faulty(title="Schlecht", private=True))
    with pytest.raises(tk.ValidationError) as error:
        call("bulk_update_public", datasets=[good["id"], bad["id"]], org_id=good["owner_org"])
    (told,) = error.value.error_dict["datasets"]
    assert told.startswith("Schlecht: ")
    assert not is_public("good")
    call("bulk_update_public", datasets=[good["id"]], org_id=good["owner_org"])
    assert is_public("good")


@pytest.mark.ckan_config(GATE, "refuse")
def test_a_draft_becomes_active_only_when_it_is_valid() -> None:
    """And nobody is locked in: mending the field is enough."""
    draft = create(faulty(state="draft"))
    call("resource_create", **resource(id="", package_id=draft["id"]))
    with pytest.raises(tk.ValidationError):
        call("package_patch", id=draft["id"], state="active")
    call("package_patch", id=draft["id"], state="active", publisher=FIRST)
    assert is_public("faulty")


def test_a_public_dataset_that_breaks_a_rule_keeps_its_files(
    ckan_config: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was published before there was a gate: a refused file is not stored, and an uploaded one is not replaced."""
    package = create(faulty())
    file = call(
        "resource_create",
        package_id=package["id"],
        name="Tabelle",
        format="CSV",
        upload=FileStorage(io.BytesIO(b"old"), "table.csv"),
    )
    monkeypatch.setitem(ckan_config, GATE, "refuse")
    with pytest.raises(tk.ValidationError):
        call("resource_patch", id=file["id"], upload=FileStorage(io.BytesIO(b"new"), "table.csv"))
    from ckan.lib.uploader import get_resource_uploader

    with open(get_resource_uploader(file).get_path(file["id"]), "rb") as stream:  # noqa: PTH123 (CKAN's path is a text)
        assert stream.read() == b"old"
    with pytest.raises(tk.ValidationError):
        call("resource_create", **resource(id="", package_id=package["id"]))
    assert len(call("package_show", id=package["id"])["resources"]) == 1


@pytest.mark.ckan_config(GATE, "refuse")
def test_a_harvest_is_told_and_damages_nothing() -> None:
    """The unit fails with the reason; what is published under its id stays as it was."""
    fields = {key: value for key, value in minimal().items() if key not in ("id", "type", "resources")}
    fields = {key: value for key, value in fields.items() if not key.startswith("metadata_")}
    unit = Publication("gate:trees", {**fields, "name": "gate-trees"})
    publishing.publish(city(), unit, None)
    wrong = Publication("gate:trees", {**fields, "name": "gate-trees", "title": "Anders", "publisher": FAULTY})
    with pytest.raises(publishing.InvalidDatasetError):
        publishing.publish(city(), wrong, None)
    assert call("package_show", id="gate-trees")["title"] == fields["title"]
    assert is_public("gate-trees")


@pytest.mark.parametrize("gate", ["warn", "report"])
def test_otherwise_a_dataset_with_a_violation_is_published_and_reported(
    gate: str, ckan_config: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report says it in both."""
    monkeypatch.setitem(ckan_config, GATE, gate)
    package = create(faulty())
    assert is_public("faulty")
    assert not call("quality_report_show", id=package["id"])["valid"]


@pytest.mark.parametrize(("gate", "told"), [("warn", True), ("report", False)])
def test_only_warn_tells_the_editor_at_the_page(
    app: Any, gate: str, told: bool, ckan_config: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what is wrong, after saving the form."""
    monkeypatch.setitem(ckan_config, GATE, gate)
    package = create(faulty())
    token = factories.SysadminWithToken()["token"]
    form = {
        "name": "faulty",
        "title": "Neu",
        "notes": "x",
        "theme": package["theme"],
        "owner_org": package["owner_org"],
    }
    form |= {f"publisher-0-{key}": value for key, value in FAULTY[0].items()} | {"save": ""}
    page = app.post("/dataset/edit/faulty", data=form, headers={"Authorization": token}, follow_redirects=True)
    assert page.status_code == 200
    assert ("aber noch nicht gültig" in page.body) is told


def test_the_form_shows_the_refusal_at_the_field(
    app: Any, ckan_config: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In German, and with what was entered."""
    monkeypatch.setitem(ckan_config, GATE, "refuse")
    package = create(faulty(private=True))
    token = factories.SysadminWithToken()["token"]
    form = {
        "name": "faulty",
        "title": "Neu",
        "notes": "x",
        "theme": package["theme"],
        "owner_org": package["owner_org"],
    }
    form |= {f"publisher-0-{key}": value for key, value in FAULTY[0].items()} | {"save": "", "private": "False"}
    page = app.post("/dataset/edit/faulty", data=form, headers={"Authorization": token})
    assert page.status_code == 200
    with pytest.raises(tk.ValidationError) as error:
        call("package_patch", id="faulty", private=False)
    sentences = [
        one
        for told in error.value.error_dict["publisher"]
        for one in (told.values() if isinstance(told, dict) else [[told]])
    ]
    assert sentences[0][0][:40] in page.body
    assert 'value="Neu"' in page.body

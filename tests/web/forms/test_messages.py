"""What a person gets wrong is said at the field, in the language of the page; what was typed is still there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest

from .conftest import Person

pytestmark = pytest.mark.ckan

LONG = "x" * 101
# A value that each kind of field refuses.
WRONG = {
    "smartcity_title": "",
    "smartcity_notes": "",
    "smartcity_name": "Ein Name",
    "smartcity_owner_org": "nirgends",
    "smartcity_iri": "kein web",
    "smartcity_iris": "https://example.org/\nkein web",
    "smartcity_email": "kein postfach",
    "smartcity_telephone": "anrufen",
    "smartcity_choice": "erfunden",
    "smartcity_choices": "erfunden",
    "smartcity_date": "gestern",
    "smartcity_duration": "eine Stunde",
    "smartcity_geojson": "hier",
    "smartcity_measure": "1.2",
    "smartcity_number": "viel",
    "smartcity_longitude": "181",
    "smartcity_latitude": "-91",
    "smartcity_boolean": "vielleicht",
    "smartcity_entries": "gibt-es-nicht",
    "smartcity_actor": "gibt-es-nicht",
    "smartcity_project": "gibt-es-nicht",
    "smartcity_projects": "gibt-es-nicht",
    "smartcity_fact": "erfunden",
    "smartcity_page": "mailto:amt@example.org",
    "smartcity_entry_title": "",
    "smartcity_identifier": "Großes Ö",
    "smartcity_identifiers": "Großes Ö",
    "tag_string_autocomplete": "gut, !!!",
    "resource_url_upload": "nirgends",
}
# Fields whose check is not that of their preset.
BY_NAME = {
    "version": LONG,
    "compress_format": "zip?",
    "package_format": "zip?",
    "size": "-1",
    "hash": "",
    "mimetype": "",
}
# A switch and the list of organisations can hold only what they offer.
CANNOT_BE_KEPT = {WRONG["smartcity_boolean"], WRONG["smartcity_owner_org"]}
# Any text will do for these.
ANYTHING = {
    "smartcity_text",
    "smartcity_long_text",
    "smartcity_list",
    "smartcity_topics",
    "resource_format_autocomplete",
    None,
}


def fields_of(kind: str, key: str) -> list[dict[str, Any]]:
    return list(tk.h.scheming_get_dataset_schema(kind)[key])


def wrong(field: dict[str, Any]) -> str | None:
    """A value that the field must refuse; None where it takes anything."""
    if field["field_name"] in BY_NAME:
        return BY_NAME[field["field_name"]] or None
    if field.get("preset") in WRONG:
        return WRONG[field["preset"]]
    assert field.get("preset") in ANYTHING, f"{field['field_name']}: say here what its preset refuses"
    return None


def mistakes(fields: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Names of inputs, each with a value that is wrong."""
    for field in fields:
        if field.get("form_snippet", "") is None:
            continue
        for subfield in field.get("repeating_subfields") or []:
            value = wrong(subfield)
            if value is not None:
                yield f"{field['field_name']}-000-{subfield['field_name']}", value
        if not field.get("repeating_subfields"):
            value = wrong(field)
            if value is not None:
                yield field["field_name"], value


@pytest.mark.parametrize("kind", ["dataset", "dataset_series", "data_service", "actor", "project"])
def test_every_field_says_in_both_languages_what_is_wrong(person: Person, kind: str) -> None:
    sent = dict(mistakes(fields_of(kind, "dataset_fields")))
    assert len(sent) > 5
    german = person.sends(f"/{kind}/new", {"_ckan_phase": "dataset_new_1", "pkg_name": "", **sent})
    english = person.sends(f"/en/{kind}/new", {"_ckan_phase": "dataset_new_1", "pkg_name": "", **sent})
    check(german, english, sent)


def test_every_field_of_a_file_says_what_is_wrong(person: Person, dataset: Any) -> None:
    name = dataset()["name"]
    sent = dict(mistakes(fields_of("dataset", "resource_fields")))
    assert len(sent) > 5
    german = person.sends(f"/dataset/{name}/resource/new", {"id": "", **sent})
    english = person.sends(f"/en/dataset/{name}/resource/new", {"id": "", **sent})
    check(german, english, sent)


def check(german: Any, english: Any, sent: dict[str, str]) -> None:
    assert german.status == 200
    found = {name: (german.error(name), english.error(name)) for name in sent}
    assert {name: both for name, both in found.items() if not both[0]} == {}
    # A message without a translation is the same on both pages.
    assert {name: both for name, both in found.items() if both[0] == both[1]} == {}
    linked = {href for href, _text in german.summary()}
    assert {name for name in sent if f"#field-{name}" not in linked} == set()
    for name, value in sent.items():
        control = german.control(name)
        described = str(control.get("aria-describedby") or control.find_parent("fieldset").get("aria-describedby"))
        assert control.get("aria-invalid") == "true", name
        assert f"field-{name}-error" in described.split(), name
        if value not in CANNOT_BE_KEPT:
            assert value_of(control) == value, name


def value_of(control: Any) -> str:
    if control.name == "select":
        return str(control.select_one("option[selected]")["value"])
    return control.text.strip("\n") if control.name == "textarea" else str(control.get("value", ""))

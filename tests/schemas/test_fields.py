"""The schemas have every field that the rooms rely on, in German and English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import yaml
from ckanext.dresdensmartcity import validators
from ckanext.dresdensmartcity.city.vocabularies import schemas_folder
from ckanext.dresdensmartcity.helpers import smartcity_choices

TYPES = ("dataset", "dataset_series", "actor", "project")

CONTACT = {"uri", "name", "email", "url"}
AREA = {"uri", "text", "geom", "bbox", "centroid"}
FIELDS = {
    "dataset": """title title_en name notes notes_en tag_string keywords_en theme owner_org contact publisher issued
        modified version frequency language access_rights spatial_coverage temporal_coverage
        spatial_resolution_in_meters temporal_resolution identifier alternate_identifier url documentation conforms_to
        provenance availability political_geocoding_level contributor_id applicable_legislation hvd_category in_series
        references measure focus_area field_of_action privacy_level sample method method_version""",
    "dataset_series": """title title_en name notes notes_en tag_string owner_org contact publisher frequency
        spatial_coverage temporal_coverage issued modified measure""",
    "actor": """title name notes owner_org kind part_of offers needs fields_of_action focus_areas longitude latitude
        position_precision_m url sources confirmed_on""",
    "project": """title name notes owner_org measure status phase start end lead partners needs fields_of_action
        focus_areas goals scope budget_eur result modelled_on builds_on continues longitude latitude
        position_precision_m url sources""",
}
FILE_FIELDS = """url name description format mimetype license license_attribution issued modified size hash
    hash_algorithm availability status access_url download_url language conforms_to rights temporal_resolution
    spatial_resolution_in_meters table_name table_schema"""
SUBFIELDS = {
    "contact": CONTACT,
    "publisher": CONTACT | {"type"},
    "spatial_coverage": AREA,
    "temporal_coverage": {"start", "end"},
}


def schema(name: str) -> dict[str, Any]:
    loaded = yaml.safe_load((schemas_folder() / f"{name}.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def every_field(name: str) -> Iterator[dict[str, Any]]:
    """All fields of a schema, also those inside others."""
    loaded = schema(name)
    for field in [*loaded["dataset_fields"], *loaded["resource_fields"]]:
        yield field
        yield from field.get("repeating_subfields", ())


@pytest.mark.parametrize("name", TYPES)
def test_the_fields_are_there(name: str) -> None:
    """By the names that profile, harvesters, atlas and pages use."""
    assert {field["field_name"] for field in schema(name)["dataset_fields"]} >= set(FIELDS[name].split())


def test_the_fields_of_files_are_there() -> None:
    """The same for the files of a dataset."""
    assert {field["field_name"] for field in schema("dataset")["resource_fields"]} >= set(FILE_FIELDS.split())


@pytest.mark.parametrize("name", ["dataset", "dataset_series"])
def test_the_fields_inside_fields_are_there(name: str) -> None:
    """Contacts, publishers, areas and periods."""
    found = {
        field["field_name"]: {one["field_name"] for one in field["repeating_subfields"]}
        for field in schema(name)["dataset_fields"]
        if "repeating_subfields" in field
    }
    assert found == SUBFIELDS


@pytest.mark.parametrize("name", TYPES)
def test_no_field_stands_twice(name: str) -> None:
    """The second would win silently."""
    names = [field["field_name"] for field in schema(name)["dataset_fields"]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", TYPES)
def test_every_field_is_explained_in_german_and_english(name: str) -> None:
    """Label and help in both languages, also inside contacts and areas."""
    for field in every_field(name):
        for key in ("label", "help_text"):
            assert set(field[key]) == {"de", "en"}, field["field_name"]
            assert all(field[key].values()), field["field_name"]


@pytest.mark.parametrize("name", TYPES)
def test_every_field_says_how_much_it_matters(name: str) -> None:
    """Needed fields come first, then the recommended ones, then the rest."""
    loaded = schema(name)
    for fields in (loaded["dataset_fields"], loaded["resource_fields"]):
        groups = [field["group"] for field in fields]
        assert groups == sorted(groups, key=["needed", "recommended", "more"].index)


@pytest.mark.parametrize("name", TYPES)
def test_the_parts_of_the_form_are_named_in_german_and_english(name: str) -> None:
    """Needed, recommended and more."""
    groups = schema(name)["form_groups"]
    assert [group["id"] for group in groups] == ["needed", "recommended", "more"]
    assert all(set(group[key]) == {"de", "en"} for group in groups for key in ("label", "description"))


@pytest.mark.usefixtures("with_plugins")
@pytest.mark.parametrize("name", TYPES)
def test_every_choice_has_both_languages(name: str) -> None:
    """From the controlled lists or from the city file."""
    for field in every_field(name):
        if {"vocabulary", "city_list"} & set(field):
            choices = smartcity_choices(field)
            assert choices, field["field_name"]
            assert all(choice["label"]["de"] and choice["label"]["en"] for choice in choices)


@pytest.mark.usefixtures("with_plugins")
@pytest.mark.parametrize("name", TYPES)
def test_scheming_takes_the_schema(name: str) -> None:
    """Every preset, validator and helper that it names is there."""
    shown = tk.get_action("scheming_dataset_schema_show")({"ignore_auth": True}, {"type": name})
    assert len(shown["dataset_fields"]) == len(schema(name)["dataset_fields"])


def test_every_message_has_german(repository: Path) -> None:
    """The editors of the city see the validators' messages."""
    source = Path(str(validators.__file__)).read_text(encoding="utf-8")
    messages = set(re.findall(r'_\("([^"]+)"\)', source))
    german = (repository / "ckanext-dresdensmartcity/web/i18n/de/city.po").read_text(encoding="utf-8")
    translated = dict(re.findall(r'msgid "([^"]+)"\nmsgstr "([^"]+)"', german))
    assert len(messages) > 10
    assert messages <= set(translated)
    for message, text in translated.items():
        assert re.findall(r"%(?:\(\w+\))?s", message) == re.findall(r"%(?:\(\w+\))?s", text)

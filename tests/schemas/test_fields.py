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
from ckanext.dresdensmartcity.dcat import validators as links
from ckanext.dresdensmartcity.helpers import smartcity_choices

TYPES = ("dataset", "dataset_series", "data_service", "actor", "project")

CONTACT = {"uri", "name", "email", "url", "telephone"}
AGENT = {"uri", "name", "name_en", "email", "url", "type"}
PERIOD = {"start", "end", "beginning", "ending"}
AREA = {"uri", "text", "geom", "bbox", "centroid"}
FIELDS = {
    "dataset": """title title_en name notes notes_en tag_string keywords_en theme owner_org contact publisher issued
        modified version frequency language access_rights spatial_coverage temporal_coverage
        spatial_resolution_in_meters temporal_resolution identifier alternate_identifier url documentation conforms_to
        provenance availability political_geocoding_level contributor_id applicable_legislation hvd_category in_series
        references measure focus_area field_of_action privacy_level sample method method_version version_notes
        version_notes_en provenance_en method_en was_generated_by related_resource is_referenced_by source has_version
        creator contributor originator custodian qualified_relation qualified_attribution dcat_type high_value uri""",
    "dataset_series": """title title_en name notes notes_en tag_string keywords_en owner_org contact publisher frequency
        spatial_coverage temporal_coverage issued modified measure applicable_legislation identifier uri""",
    "data_service": """title title_en name notes notes_en owner_org publisher contact tag_string keywords_en theme
        endpoint_url endpoint_description serves_dataset license license_attribution access_rights availability format
        applicable_legislation high_value hvd_category documentation conforms_to url issued modified identifier language
        uri""",
    "actor": """title name notes owner_org kind part_of offers needs fields_of_action focus_areas longitude latitude
        position_precision_m url sources confirmed_on evidence links districts contact_url origin_url
        origin_name origin_license""",
    "project": """title name notes owner_org measure status phase start end members needs fields_of_action
        focus_areas goals scope budget_eur result modelled_on builds_on continues longitude latitude
        position_precision_m url sources evidence links datasets districts funding_programme contact_url confirmed_on
        origin_url origin_name origin_license""",
}
FILE_FIELDS = """url name description format mimetype license license_attribution issued modified size hash
    hash_algorithm availability status access_url download_url language conforms_to rights temporal_resolution
    spatial_resolution_in_meters table_name table_schema name_en description_en license_attribution_en
    additional_access_urls additional_download_urls compress_format package_format documentation has_policy
    applicable_legislation access_services is_sample uri"""
SUBFIELDS = {
    "contact": CONTACT,
    "publisher": AGENT,
    "creator": AGENT,
    "contributor": AGENT,
    "originator": AGENT,
    "custodian": AGENT,
    "spatial_coverage": AREA,
    "temporal_coverage": PERIOD,
    "qualified_relation": {"relation", "role"},
    "qualified_attribution": {"agent", "role"},
}
ATLAS_SUBFIELDS = {
    "members": {"actor", "role", "since", "until", "source"},
    "evidence": {"fact", "source", "retrieved_on", "confirmed_on"},
    "links": {"url", "label"},
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


@pytest.mark.parametrize("name", ["dataset", "dataset_series", "data_service"])
def test_the_fields_inside_fields_are_there(name: str) -> None:
    """Contacts, publishers, areas and periods."""
    found = {
        field["field_name"]: {one["field_name"] for one in field["repeating_subfields"]}
        for field in schema(name)["dataset_fields"]
        if "repeating_subfields" in field
    }
    assert found == {field: parts for field, parts in SUBFIELDS.items() if field in found}
    entries = [field for kind in ("actor", "project") for field in schema(kind)["dataset_fields"]]
    for field in entries:
        assert {one["field_name"] for one in field.get("repeating_subfields", ())} == ATLAS_SUBFIELDS.get(
            field["field_name"], set()
        )
    assert name != "dataset" or set(found) == set(SUBFIELDS)


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
    sources = (Path(str(module.__file__)) for module in (validators, links))
    messages = {
        one for path in sources for one in re.findall(r'_\(\s*"([^"]+)"\s*\)', path.read_text(encoding="utf-8"))
    }
    folder = repository / "ckanext-dresdensmartcity/web/i18n/de"
    german = "".join((folder / f"{room}.po").read_text(encoding="utf-8") for room in ("city", "fields", "forms"))
    translated = dict(re.findall(r'msgid "([^"]+)"\nmsgstr "([^"]+)"', german))
    assert len(messages) > 10
    assert messages <= set(translated)
    for message, text in translated.items():
        assert re.findall(r"%(?:\(\w+\))?s", message) == re.findall(r"%(?:\(\w+\))?s", text)

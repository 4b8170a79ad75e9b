"""Reading through ckanext-dcat's parser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ckan.tests import factories, helpers
from ckanext.dcat.processors import RDFParser

OLD = Path(__file__).parent / "documents" / "version-1.ttl"


def parsed(document: str, syntax: str = "ttl") -> list[dict[str, Any]]:
    parser = RDFParser(profiles=["dcat_ap_de_3"])
    parser.parse(document, _format=syntax)
    return list(parser.datasets())


def test_older_data_comes_through_the_parser_with_its_report() -> None:
    """German additions, lifted; what was not understood stands beside them."""
    (dataset,) = parsed(OLD.read_text(encoding="utf-8"))
    assert dataset["political_geocoding_level"] == ["http://dcat-ap.de/def/politicalGeocoding/Level/municipality"]
    assert dataset["resources"][0]["license"] == "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
    report = json.loads(dataset["reading_report"])
    assert {one["rule"] for one in report["changes"]} >= {"namespace", "list", "property"}
    assert [one["value"] for one in report["not_understood"]] == ["Umweltinformationsgesetz"]


def test_a_blank_dataset_is_found_too() -> None:
    """By its node, and one with blanks in its IRI by its quoted form."""
    prefixes = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . "
    found = parsed(
        prefixes + '[] a dcat:Dataset ; dct:title "A" . <https://x.example/a b> a dcat:Dataset ; dct:title "B" .'
    )
    assert {(one["title"], one.get("uri", "")) for one in found} == {("A", ""), ("B", "https://x.example/a%20b")}


@pytest.mark.ckan_config("ckan.plugins", "scheming_datasets dcat dresdensmartcity")
@pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
def test_what_was_read_can_be_created() -> None:
    """package_create takes it as it is, and does not store the report."""
    (dataset,) = parsed(OLD.read_text(encoding="utf-8"))
    organisation = factories.Organization()
    created = helpers.call_action("package_create", **dataset, owner_org=organisation["id"])
    assert created["uri"] == dataset["uri"]
    assert created["spatial_coverage"] == dataset["spatial_coverage"]
    assert "reading_report" not in created

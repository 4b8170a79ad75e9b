"""What a form says of an empty field is what the catalogue then says, and nothing is claimed that it does not say."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ckanext.dresdensmartcity.city.current import city_of
from ckanext.dresdensmartcity.city.vocabularies import schemas_folder
from ckanext.dresdensmartcity.dcat.datasets import describe
from ckanext.dresdensmartcity.dcat.iris import Site
from ckanext.dresdensmartcity.dcat.namespaces import DCAT, DCATAP, DCATDE, DCTERMS, FOAF, SKOS, VCARD
from ckanext.dresdensmartcity.dcat.output import Output
from ckanext.dresdensmartcity.web.forms.defaults import published_default
from rdflib import Literal, URIRef
from rdflib.term import Node

CITY = city_of("dresden")
EMPTY = {"id": "5a0c5a1e-0000-4000-8000-000000000000", "name": "x", "title": "X", "notes": "Y", "resources": []}
FILE = {"id": "5a0c5a1e-0000-4000-8000-000000000001", "url": "https://example.org/a.csv"}
# Where the catalogue says it: the property, and the name of what it leads to, where that is described.
SAID = {
    "publisher": (DCTERMS.publisher, FOAF.name),
    "contact": (DCAT.contactPoint, VCARD.fn),
    "spatial_coverage": (DCTERMS.spatial, SKOS.prefLabel),
    "political_geocoding_level": (DCATDE.politicalGeocodingLevelURI, None),
    "availability": (DCATAP.availability, None),
    "access_rights": (DCTERMS.accessRights, None),
    "language": (DCTERMS.language, None),
}


def fields_of(kind: str) -> set[str]:
    schema: dict[str, Any] = yaml.safe_load((schemas_folder() / f"{kind}.yaml").read_text(encoding="utf-8"))
    return {field["field_name"] for field in schema["dataset_fields"]}


@pytest.mark.parametrize("kind", ["dataset", "dataset_series", "data_service"])
def test_the_defaults_of_a_package_are_published(kind: str) -> None:
    out = Output(CITY, Site.at("https://portal.example.org/"))
    subject = describe(out, {**EMPTY, "type": kind})
    offered = fields_of(kind) & set(SAID)
    assert "publisher" in offered
    for name in offered:
        shown = published_default(kind, name, CITY, "de")
        predicate, named = SAID[name]
        values: list[Node] = list(out.graph.objects(subject, predicate))
        if named is None:
            assert bool(values) == bool(shown), name
        else:
            names = {str(text) for value in values for text in out.graph.objects(value, named)}
            assert (shown in names) == bool(shown), name


def test_the_defaults_of_a_file_are_published() -> None:
    out = Output(CITY, Site.at("https://portal.example.org/"))
    describe(out, {**EMPTY, "type": "dataset", "resources": [FILE]})
    assert set(out.graph.objects(None, DCTERMS.license)) == {URIRef(CITY.license)}
    attribution = published_default("resource", "license_attribution", CITY, "de")
    assert Literal(attribution, "de") in set(out.graph.objects(None, DCATDE.licenseAttributionByText))
    assert published_default("resource", "license", CITY, "de").startswith("Datenlizenz")


def test_a_field_that_the_city_does_not_fill_has_no_default() -> None:
    assert published_default("dataset", "frequency", CITY, "de") == ""
    assert published_default("resource", "availability", CITY, "de") == ""

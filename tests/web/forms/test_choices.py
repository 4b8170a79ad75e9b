"""Values to choose from, with the words by which they are found, and places of the city."""

from __future__ import annotations

import json

import pytest
from ckanext.dresdensmartcity.city.current import city_of
from ckanext.dresdensmartcity.city.outlines import Outlines
from ckanext.dresdensmartcity.city.values import is_geojson
from ckanext.dresdensmartcity.city.vocabularies import schemas_folder, vocabulary
from ckanext.dresdensmartcity.web.forms import choices, places
from shapely.geometry import box

CITY = city_of("dresden")
OFFERED = [
    {"value": term.iri, "label": {"de": term.label.de, "en": term.label.en}} for term in vocabulary("themes").terms
]


def test_every_synonym_belongs_to_a_term_of_its_list() -> None:
    lists = [path.stem for path in (schemas_folder() / "vocabularies").glob("*.yaml") if choices.synonyms(path.stem)]
    assert "themes" in lists
    for name in lists:
        assert set(choices.synonyms(name)) <= {term.id for term in vocabulary(name).terms}


def test_every_theme_has_synonyms() -> None:
    assert set(choices.synonyms("themes")) == {term.id for term in vocabulary("themes").terms}


@pytest.mark.parametrize(("language", "label"), [("de", "Umwelt"), ("en", "Environment")])
def test_a_choice_is_found_by_code_other_language_and_synonym(language: str, label: str) -> None:
    found = next(one for one in choices.choices({"vocabulary": "themes"}, OFFERED, language) if one.label == label)
    assert {"ENVI", "Lärm", "noise"} <= set(found.words.split(" · "))
    assert label not in found.words.split(" · ")


@pytest.mark.parametrize(
    ("licence", "asks"),
    [("dl-by-de/2.0", True), ("cc-by/4.0", True), ("cc-by-sa/4.0", True), ("dl-zero-de/2.0", False), ("apache", False)],
)
def test_licences_that_ask_for_a_name(licence: str, asks: bool) -> None:
    assert choices.names_its_source(f"http://dcat-ap.de/def/licenses/{licence}") == asks


def test_the_city_its_focus_areas_and_its_districts_can_be_chosen() -> None:
    found = places.places(CITY, Outlines({}), "de")
    assert [one.kind for one in found] == [
        "city",
        *["area"] * len(CITY.focus_areas),
        *["district"] * len(CITY.districts),
    ]
    assert all(is_geojson(one.record["bbox"]) for one in found)
    assert found[0].record["uri"] == CITY.geocoding.municipality_key


def test_a_loaded_outline_stands_in_place_of_the_rectangle() -> None:
    number = CITY.districts[0].number
    found = places.place(f"district-{number}", CITY, Outlines({number: box(13.7, 51.0, 13.8, 51.1)}))
    assert found is not None
    assert json.loads(found.record["geom"])["type"] == "Polygon"
    assert "bbox" not in found.record


def test_an_unknown_place_is_none() -> None:
    assert places.place("district-xx", CITY, Outlines({})) is None


def test_an_area_is_drawn_inside_its_city_and_a_point_is_not() -> None:
    whole = places.place("city", CITY, Outlines({}))
    assert whole is not None
    drawn = places.sketch(whole.record["bbox"], CITY)
    assert drawn is not None
    assert sorted(drawn.area.strip("MZ").split("L")[:4]) == sorted(drawn.city.strip("MZ").split("L"))
    assert places.sketch(whole.record["centroid"], CITY) is None
    assert places.sketch("kein GeoJSON", CITY) is None

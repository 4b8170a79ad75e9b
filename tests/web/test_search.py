"""The dataset search, on a real Solr: German words in their forms and inside compounds."""

from __future__ import annotations

from typing import Any

import pytest
from ckan.tests.helpers import call_action
from ckanext.dresdensmartcity.city.values import texts
from ckanext.dresdensmartcity.web import search

from .conftest import ENVIRONMENT, Publish


def names(query: str, **more: Any) -> set[str]:
    return {package["name"] for package in call_action("package_search", q=query, **more)["results"]}


@pytest.fixture
def portal(publish: Publish) -> None:
    publish(name="luft", title="Luftqualitätssensoren Friedrichstadt", notes="Messwerte je Stunde.")
    publish(name="strasse", title="Zustand der Straße am Waldschlößchen", notes="Belag und Breite.")
    publish(name="plan", title="Förderplan", notes="Beträge je Jahr.")


@pytest.mark.ckan
@pytest.mark.usefixtures("portal")
class TestGermanSearch:
    @pytest.mark.parametrize(
        "query", ["Sensor", "Sensoren", "sensor", "Luftqualität", "Luftqualitätssensoren", "Qualität"]
    )
    def test_words_inside_a_compound_are_found(self, query: str) -> None:
        assert names(query) == {"luft"}

    @pytest.mark.parametrize("query", ["Strasse", "Straße", "Straßen", "strassen", "Waldschlößchen", "Waldschlösschen"])
    def test_spellings_of_one_word_are_found(self, query: str) -> None:
        assert names(query) == {"strasse"}

    def test_what_is_not_there_is_not_found(self) -> None:
        assert names("Schwimmbad") == set()

    def test_a_caller_who_chooses_fields_gets_these(self) -> None:
        assert names("Sensor", qf="name") == set()

    def test_the_whole_word_comes_before_its_part(self, publish: Publish) -> None:
        publish(name="sensor", title="Sensor", notes="Ein Sensor.")
        found = call_action("package_search", q="Sensor")["results"]
        assert [package["name"] for package in found] == ["sensor", "luft"]


@pytest.mark.ckan
def test_lists_are_filters(publish: Publish) -> None:
    """A theme of several can be filtered by."""
    other = ENVIRONMENT.replace("ENVI", "TRAN")
    publish(name="beides", title="Beides", theme=[ENVIRONMENT, other])
    publish(name="eins", title="Eins", theme=[ENVIRONMENT])
    assert names("*:*", fq=f'vocab_theme:"{other}"') == {"beides"}
    facets = call_action("package_search", **{"facet.field": ["vocab_theme"]})["search_facets"]
    assert {item["name"]: item["count"] for item in facets["vocab_theme"]["items"]} == {ENVIRONMENT: 2, other: 1}


def test_an_empty_query_keeps_its_parameters() -> None:
    assert search.with_word_parts({"q": ""}) == {"q": ""}


@pytest.mark.parametrize(
    ("value", "expected"),
    [('["a", "b"]', ["a", "b"]), (["a"], ["a"]), ("a", ["a"]), ("", []), (None, []), ("[nicht json", ["[nicht json"])],
)
def test_lists_are_read_however_they_are_kept(value: Any, expected: list[str]) -> None:
    assert texts(value) == expected

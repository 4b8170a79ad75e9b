"""Search over Dresden's real entries, in German and English."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.atlas import search
from ckanext.dresdensmartcity.atlas.choices import choices
from ckanext.dresdensmartcity.atlas.query import AtlasQuery, QueryError, from_arguments, parse
from ckanext.dresdensmartcity.city.current import city
from werkzeug.datastructures import MultiDict

pytestmark = [pytest.mark.ckan, pytest.mark.usefixtures("dresden")]


def found(text: str = "", **filters: tuple[str, ...]) -> list[str]:
    return [entry.id for entry in search.everything(AtlasQuery(text=text, **filters))]


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("Sensor", {"luft-laerm", "breeze", "opensensemap", "tud", "green-city-solutions"}),  # inside compounds
        ("Luftgüte", {"luft-laerm", "breeze"}),  # a synonym of a topic
        ("air quality", {"luft-laerm", "breeze"}),  # the other language
        ("Luftqualtät", {"luft-laerm", "breeze"}),  # a letter is missing
        ("Luftqualitat", {"luft-laerm", "breeze"}),  # no umlaut on the keyboard
        ("Umweltsensoren", {"luft-laerm", "opensensemap"}),  # another form of the word
        ("Energie", {"energieversorger", "energieautark", "energiemodell", "iq-johannstadt"}),
        ("1.2.5", {"luft-laerm"}),  # the code of a measure
        ("verkehrsbetrieb", {"verkehrsbetriebe"}),
        ("WLAN", {"freifunk"}),
    ],
)
def test_german_and_english_words_find_what_is_meant(text, entries):
    """Compounds, synonyms, umlauts and small typing errors."""
    assert entries <= set(found(text))


def test_spellings_of_one_word_find_the_same():
    """ß and ss, umlauts and their letters, case."""
    assert found("Strasse") == found("Straße") == found("STRAßE") != []
    assert found("Buergermeisteramt") == found("bürgermeisteramt") == ["buergermeisteramt"]


def test_every_word_must_be_met():
    """More words find less."""
    assert set(found("Luft Sensor")) == set(found("Luft")) & set(found("Sensor"))
    assert found("Luft Zeppelin") == []


def test_a_word_in_the_title_comes_before_one_in_a_topic():
    """The best comes first."""
    assert found("Energieversorger")[0] == "energieversorger"
    assert found("Luftqualität")[0] == "luft-laerm"


@pytest.mark.parametrize("text", ["???", "'; DROP TABLE package; --", "%", "_", "\\", "a\0b", "{!lucene}", "(", "🌍🌍"])
def test_what_is_no_word_finds_nothing_and_breaks_nothing(text):
    """Signs of SQL and Solr are text."""
    assert parse({}, choices(city()), text=text)
    assert found(text) == []


def test_the_count_is_exact_and_the_pages_hold_each_entry_once():
    """64 entries on three pages."""
    pages = [search.search(AtlasQuery(page=page)) for page in (1, 2, 3, 4)]
    assert {page.total for page in pages} == {64}
    assert [len(page.entries) for page in pages] == [25, 25, 14, 0]
    shown = [(entry.type, entry.id) for page in pages for entry in page.entries]
    assert len(set(shown)) == 64


def test_filters_work_alone_and_together():
    """Kinds, fields of action and focus areas."""
    assert len(found(kinds=("actor",))) == len(found(kinds=("project",))) == 32
    assert set(found(kinds=("company",))) == {"green-city-solutions", "breeze"}
    assert set(found(areas=("johannstadt",))) == {"luft-laerm", "iq-johannstadt"}
    assert set(found(areas=("johannstadt",), fields=("transparenz",))) == {"luft-laerm"}
    assert set(found("Sensor", kinds=("company", "project"))) >= {"breeze", "luft-laerm"}
    assert found(kinds=("company",), areas=("johannstadt",)) == []


def test_a_facet_counts_what_each_of_its_values_would_leave():
    """With all filters but its own in force."""
    facets = search.search(AtlasQuery(kinds=("company",))).facets
    assert facets["kind"]["company"] == 2
    assert facets["kind"]["project"] == 32
    assert facets["area"] == {}
    for area, count in search.search(AtlasQuery()).facets["area"].items():
        assert count == len(found(areas=(area,)))


def test_projects_of_an_actor_are_those_that_it_leads_or_is_a_partner_of():
    """By title."""
    assert [project.id for project in search.projects_of("verkehrsbetriebe")] == [
        "iq-johannstadt",
        "smart-participation",
        "zukunftsbahn",
    ]


@pytest.mark.parametrize(
    ("arguments", "parameter"),
    [
        ({"kind": "<script>"}, "kind"),
        ({"field": "mobility"}, "field"),
        ({"area": "05"}, "area"),
        ({"page": "0"}, "page"),
        ({"page": "eins"}, "page"),
        ({"page": "-1"}, "page"),
        ({"page": "9" * 400}, "page"),
        ({"q": "a" * 100_000}, "q"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named_with_what_is_allowed(arguments, parameter):
    """In a sentence of readable length."""
    with pytest.raises(QueryError, match="Allowed") as caught:
        from_arguments(MultiDict(arguments), choices(city()))
    assert caught.value.parameter == parameter
    assert len(caught.value.found) <= 60


def test_empty_parameters_of_the_form_are_not_set():
    """A form sends every field."""
    arguments = MultiDict({"q": " ", "kind": "", "field": "", "area": "", "page": ""})
    assert from_arguments(arguments, choices(city())) == AtlasQuery()

"""Search over Dresden's real entries, in German and English."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ckan import model
from ckanext.dresdensmartcity.atlas import search
from ckanext.dresdensmartcity.atlas.choices import choices
from ckanext.dresdensmartcity.atlas.query import AtlasQuery, QueryError, from_arguments, parse
from ckanext.dresdensmartcity.atlas.suggestions import suggestions
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


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Snesor", "Sensor"),  # two letters changed places, inside compounds
        ("Luftqualitätssensor", "Luftqualität"),  # a compound that no entry has
        ("Baum", "Bäume"),
        ("Archivierung", "Archiv"),
        ("hospital", "Krankenhaus"),  # by the dictionary, in both directions
        ("city hall", "Rathaus"),
        ("TUD", "Technische Universität Dresden"),
    ],
)
def test_other_words_for_the_same_find_it(text, meant):
    """The first entry of one is among those of the other."""
    assert found(meant)[0] in found(text)


def test_words_in_quotation_marks_stand_together():
    """In the text, in this order; with German marks as well."""
    assert found('"gesundes Wohnen"') == found("„gesundes Wohnen“") != []
    assert found('"Wohnen gesundes"') == []
    assert found("Wohnen gesundes") != []


def test_a_word_after_a_minus_must_not_be_there():
    """Nor a compound that holds it; a hyphen inside a word is no minus."""
    assert set(found("Monitoring -Lärm")) == {one for one in found("Monitoring") if one not in found("Lärm")}
    assert "e-parkschein" in found("E-Parkschein")


def test_what_was_taken_for_a_typing_error_is_said():
    """With the word that was meant."""
    assert search.search(AtlasQuery(text="Snesor Luft")).read_as == {"snesor": "sensor"}
    assert search.search(AtlasQuery(text="Sensor")).read_as == {}


def test_a_search_near_a_place_finds_what_lies_there():
    """Nearest first; a project without a point where its area is."""
    johannstadt = choices(city()).find("johannstadt")
    assert johannstadt is not None
    near = AtlasQuery(near=johannstadt, radius_m=1500)
    names = [entry.id for entry in search.everything(near)]
    assert {"luft-laerm", "iq-johannstadt"} <= set(names)
    assert search.search(near).total == len(names) < 64
    assert [entry.id for entry in search.search(near).entries] == names[:25]
    everywhere = AtlasQuery(near=johannstadt, radius_m=100_000)
    assert set(names) <= {entry.id for entry in search.everything(everywhere)}


def test_a_place_can_be_named():
    """A district by number or name, a focus area or an entry by its id."""
    find = choices(city()).find
    district = city().districts[0]
    assert find(district.number) == find(district.name) == find(district.name.upper()) == district.centroid
    assert find("project/luft-laerm") == find("luft-laerm") is not None
    assert find("no-such-place") is find("actor/\0") is None


def test_a_box_holds_what_lies_in_it():
    """The whole city holds everything that has a place."""
    west, south, east, north = city().bbox
    inside = AtlasQuery(bbox=(west, south, east, north))
    assert search.search(inside).total == len(search.everything(inside)) > 0
    assert search.search(AtlasQuery(bbox=(0.0, 0.0, 1.0, 1.0))).total == 0


@pytest.mark.parametrize(
    "query",
    [
        AtlasQuery(sort="changed"),
        AtlasQuery(text="Sensor", sort="title"),
        AtlasQuery(text="Daten"),
        AtlasQuery(near=(13.74, 51.05), radius_m=20_000.0),
        AtlasQuery(text="Stadt", near=(13.74, 51.05), radius_m=20_000.0, sort="near"),
    ],
)
def test_pages_one_after_another_are_everything_in_its_order(query):
    """However it is sorted, also where many are alike."""
    every = [entry.package_id for entry in search.everything(query)]
    size = 7
    paged = [
        entry.package_id
        for page in range(1, len(every) // size + 2)
        for entry in search.search(replace(query, page=page, size=size)).entries
    ]
    assert paged == every
    total, part = search.page_of(query, 3, 5)
    assert (total, [entry.package_id for entry in part]) == (len(every), every[3:8])


def test_many_entries_are_walked_through_in_the_same_order(monkeypatch):
    """The way that is quicker for thousands gives the same page."""
    queries = [AtlasQuery(page=2, sort=sort, kinds=("actor",)) for sort in ("title", "changed")]
    few = [search.search(query) for query in queries]
    monkeypatch.setattr(search, "MANY", 0)
    assert [search.search(query) for query in queries] == few


def test_the_ids_of_a_query_can_be_joined_by_others():
    """As a subquery, whatever the page."""
    for query in (AtlasQuery(text="Sensor", page=3), AtlasQuery(kinds=("company",), stale=True), AtlasQuery()):
        ids = model.Session.execute(search.filtered_ids(query)).scalars().all()
        assert sorted(ids) == sorted(entry.package_id for entry in search.everything(query))


def test_where_nothing_is_found_something_else_is_suggested():
    """Another spelling, or a word or a filter less, each with its exact count."""
    query = AtlasQuery(text="Sensor", kinds=("company",), areas=("johannstadt",))
    assert search.search(query).total == 0
    offered = suggestions(query)
    assert {(one.kind, one.what) for one in offered} >= {("filter", "kind"), ("filter", "area")}
    spelled = suggestions(AtlasQuery(text="Lutfqalitet"))
    assert ("spelling", "luftqualitaet") in {(one.kind, one.what) for one in spelled}
    for one in (*offered, *spelled, *suggestions(AtlasQuery(text="Zeppelin Sensor"))):
        assert one.count == search.search(one.query).total > 0

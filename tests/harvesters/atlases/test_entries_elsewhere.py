"""From features of another city to entries of this one: cleaned, checked, referred to each other."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ckanext.dresdensmartcity.atlas import checks
from ckanext.dresdensmartcity.city.load import load_city
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.harvesters.atlases import suggest, wording
from ckanext.dresdensmartcity.harvesters.atlases.cleaning import personal, plain, without_personal
from ckanext.dresdensmartcity.harvesters.atlases.making import (
    Origin,
    Result,
    default_prefix,
    local_id,
    make,
    publication,
)
from ckanext.dresdensmartcity.harvesters.atlases.mapping import Read, Row, Told, read
from ckanext.dresdensmartcity.harvesters.atlases.settings import ActorsSettings, AtlasSettings, ProjectsSettings
from ckanext.dresdensmartcity.harvesters.settings import SettingsError, read_settings
from elsewhere import PAGE, actor, project
from hypothesis import given, settings
from hypothesis import strategies as st

MUSTERSTADT = Path(__file__).parents[3] / "test-data/musterstadt/musterstadt.yaml"
ORIGIN = Origin("Atlas Anderswo", "anderswo", "http://dcat-ap.de/def/licenses/dl-by-de/2.0")
OURS = {"actor": ActorsSettings(), "project": ProjectsSettings()}


@cache
def small_city() -> City:
    return load_city(MUSTERSTADT)


@pytest.fixture(scope="module")
def city() -> City:
    return small_city()


def row(feature: dict[str, Any]) -> Row:
    found = feature["properties"]
    return Row(
        "actors, page 1, feature 1", str(feature["id"]), found, feature["geometry"], f"{PAGE}/items/{feature['id']}"
    )


def taken(feature: dict[str, Any], city: City, told: Told | None = None, **more: Any) -> Read:
    kind = feature["properties"]["type"]
    return read(row(feature), kind, more.pop("settings", OURS[kind]), city, told or Told(), **more)


def made(features: list[dict[str, Any]], city: City, told: Told | None = None) -> Result:
    told = told or Told()
    return make([taken(one, city, told) for one in features], ORIGIN, told)


def packages(result: Result) -> dict[str, dict[str, Any]]:
    return {one.package["name"].rpartition("--")[2]: one.package for one in result.made}


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Eins</p><ul><li>zwei</li><li>drei</li></ul>", "Eins\n\n- zwei\n\n- drei"),
        ("<script>alert(1)</script>Text<style>p{}</style>", "Text"),
        ('<img src=x onerror="alert(1)">Bild', "Bild"),
        ("Preis &lt; 5 &euro;", "Preis < 5 €"),
        ("a < b und c > d", "a < b und c > d"),
        ("<b>offen", "offen"),
        ("Null\0 und \u202eumgedreht", "Null und umgedreht"),
    ],
)
def test_html_becomes_its_text(html: str, text: str) -> None:
    """Block by block, without anything that runs."""
    assert plain(html) == text


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Kontakt: erika.muster@amt.example", "Kontakt:"),
        ("Kontakt: erika.muster [at] amt [punkt] example", "Kontakt:"),
        ("Messnetz. Tel.: 0351 488-1234", "Messnetz."),
        ("Ruf +49 (351) 488 12 34 an", "Ruf an"),
        ("mailto:amt@stadt.example", ""),
    ],
)
def test_ways_to_reach_a_person_are_taken_out(text: str, rest: str) -> None:
    """Mail addresses and telephone numbers, with the word before them."""
    assert (personal(text), without_personal(text)) == (1, rest)


@pytest.mark.parametrize(
    "text",
    ["Maßnahme 1.2.5 von 01/2024 bis 12/2026", "01067 Dresden", "seit 01.02.2026", "ISO 37120:2018", "0,5 km",
     "DIN 4109-1", "1.000.000 Euro", "2024-05-01 bis 2026-12-31", "@stadt", "0800", "ISBN 978-3-16-148410-0"],
)  # fmt: skip
def test_other_numbers_stay(text: str) -> None:
    """Dates, postcodes, standards, amounts."""
    assert (personal(text), without_personal(text)) == (0, text)


def test_persons_are_left_out_of_every_field(city: City) -> None:
    """As a part of a long text, as a whole elsewhere; also counted in properties that nobody asked for."""
    told = Told()
    found = taken(
        actor(
            "amt",
            notes="<p>Wir helfen.</p><p>Tel.: 0351 488 1234</p>",
            offers=["Beratung", "fragen Sie erika@amt.example"],
            url="mailto:erika@amt.example",
            contact_url="https://amt.example/kontakt",
            sources=["Auskunft von erika@amt.example"],
            ansprechpartnerin="erika@amt.example",
        ),
        city,
        told,
    )
    assert told.contacts == 5
    assert found.values["notes"] == "Wir helfen."
    assert found.values["offers"] == ["Beratung"]
    assert {"url", "sources"}.isdisjoint(found.values)
    assert "erika" not in json.dumps(found.values)


def test_what_belongs_to_the_other_city_alone_stays_there(city: City) -> None:
    """Even where it is called the same here; fields of action and topics only where both have them."""
    told = Told()
    found = taken(
        project(
            "p",
            measure="1.2.1",
            focus_areas=["altstadt"],
            districts=["01"],
            goals=["nah"],
            phase="aufbau",
            datasets=["x"],
            funding_programme=["y"],
            fields_of_action=["verkehr", "weltraum"],
            needs=["traffic-data", "rocket-launch", "river-heat", "Eigene Worte"],
        ),
        city,
        told,
    )
    assert set(found.values) == {"title", "status", "page", "fields_of_action", "needs"}
    assert found.values["fields_of_action"] == ["verkehr"]
    assert found.values["needs"] == ["traffic-data", "Rocket launch", "river-heat", "Eigene Worte"]
    labelled = taken(actor("a", offers=["traffic-data", "deep-sea"], offers_text="Verkehrsdaten; Tiefsee"), city)
    assert labelled.values["offers"] == ["traffic-data", "Tiefsee"]
    assert dict(told.left_out) == {"fields_of_action: a word that is not known here": 1}


@pytest.mark.parametrize(
    ("geometry", "position"),
    [
        ((9.96, 51.01), ("9.96", "51.01")),
        ((-180.0, 90.0), ("-180", "90")),
        ({"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}, ("1", "1")),
        ((0.0, 0.0), None),
        (None, None),
        ({"type": "Point", "coordinates": ["9", "51"]}, ("9", "51")),
        ({"type": "Point", "coordinates": []}, None),
        ({"type": "Polygon", "coordinates": [[1, 2]]}, None),
        ({"type": "Nowhere"}, None),
        ("9.96, 51.01", None),
        ([9.96, 51.01], None),
        ({"type": "Point", "coordinates": [float("nan"), 51]}, None),
    ],
)
def test_a_place_is_read_or_left_out(city: City, geometry: Any, position: Any) -> None:
    """Of an area a point that lies in it."""
    found = taken(actor("a", geometry), city)
    assert found.refused is None
    values = found.values
    assert (values.get("longitude"), values.get("latitude")) == (position or (None, None))


def test_a_place_of_an_area_is_no_place_of_the_entry(city: City) -> None:
    """Our own interface draws an entry without a point in its focus area, and says so."""
    assert "longitude" not in taken(actor("a", place="area"), city).values
    assert "longitude" in taken(actor("a", place="point"), city).values


@pytest.mark.parametrize(
    ("feature", "text"),
    [
        (actor("a", (200.0, 51.0)), wording.OUTSIDE),
        (actor("a", (9.9, -91.0)), wording.OUTSIDE),
        (actor("a", (51.01, 9.96)), wording.SWAPPED),
        (actor("a", title=" <b></b> "), wording.NO_TITLE),
        (actor("a", title=["A"]), wording.NO_TITLE),
        (actor("a", kind="person"), wording.NO_KIND),
        (actor("a", kind=None), wording.NO_KIND),
    ],
)
def test_an_entry_that_cannot_be_is_refused(city: City, feature: dict[str, Any], text: str) -> None:
    """With its place in the source and a sentence."""
    found = taken(feature, city, extent=(9.0, 50.0, 11.0, 52.0))
    assert found.refused is not None
    assert (found.refused.template, found.refused.severity) == (text, "error")
    assert found.refused.place.startswith("actors, page 1, feature 1, ")


def test_values_out_of_form_or_size_cost_no_entry(city: City) -> None:
    """They are left out, or cut at a word, and counted."""
    told = Told()
    found = taken(
        project(
            "p",
            notes="Wort " * 20_000,
            title="Titel " * 100,
            start="irgendwann",
            end="2026-05-01T12:00:00Z",
            budget_eur="viel",
            status="läuft",
            url="javascript:alert(1)",
            links=[{"url": "https://a.example", "label": "A"}, {"label": "ohne"}, "https://b.example", 5],
            members=[{"actor": "x", "role": "boss"}, {"role": "lead"}],
            modelled_on=[f"Vorbild {number}" for number in range(10_000)],
            scope={"tief": [1]},
        ),
        city,
        told,
    )
    values = found.values
    assert len(values["notes"]) <= checks.LONGEST_TEXT
    assert len(values["title"]) <= checks.LONGEST_ITEM
    assert (values["end"], len(values["modelled_on"])) == ("2026-05-01", checks.MOST_ITEMS)
    assert values["links"] == [{"url": "https://a.example", "label": "A"}, {"url": "https://b.example"}]
    assert values["members"] == [{"actor": "x", "role": "partner"}]
    assert {"start", "budget_eur", "status", "url", "scope"}.isdisjoint(values)
    assert told.left_out["modelled_on: too many"] == 9900


def test_references_lead_to_entries_of_the_same_origin(city: City) -> None:
    """By id, by page, or by a title that only one has; others are left out and counted."""
    told = Told()
    result = made(
        [
            project(
                "p",
                members=[{"actor": "a", "role": "lead"}, {"actor": f"{PAGE}/actor/b"}, {"actor": "weg"}],
                builds_on=["q"],
            ),
            project("q", members=["B"], continues="nirgends"),
            actor("a"),
            actor("b", part_of="a"),
        ],
        city,
        told,
    )
    found = packages(result)
    assert [one.type for one in result.made] == ["actor", "actor", "project", "project"]
    assert found["p"]["members"] == [
        {"actor": "anderswo--a", "role": "lead"},
        {"actor": "anderswo--b"},
    ]
    assert found["q"]["members"] == [{"actor": "anderswo--b"}]
    assert (found["p"]["builds_on"], found["b"]["part_of"]) == (["anderswo--q"], "anderswo--a")
    assert "continues" not in found["q"]
    assert sum(number for what, number in told.left_out.items() if "leads to nothing" in what) == 2


def test_circles_are_opened(city: City) -> None:
    """Of any length; nothing comes before itself."""
    result = made(
        [
            actor("a", part_of="b"),
            actor("b", part_of="c"),
            actor("c", part_of="a"),
            actor("d", part_of="d"),
            actor("e", part_of="a"),
        ],
        city,
    )
    found = packages(result)
    assert {name for name, one in found.items() if "part_of" in one} == {"e"}
    assert [one.check for one in result.findings] == ["circle"] * 4


def test_ids_cannot_clash() -> None:
    """With the city's own, with those of another origin, or with each other."""
    ids = [local_id("anderswo", one) for one in ("a", "A", "a b", "a-b", "ä", "🙂", "x" * 500, "../../etc", "", "7")]
    assert len(set(ids)) == len(ids)
    assert all(one.startswith("anderswo--") and len(f"project-{one}") <= 100 for one in ids)
    assert local_id("a", "b--c") != local_id("a--b", "c")
    long = [default_prefix(f"https://a-very-long-name-of-a-city.example/{tenant}/ogc") for tenant in ("eins", "zwei")]
    assert long[0] != long[1]
    assert all(len(one) <= 30 for one in long)


def test_the_origin_is_said(city: City) -> None:
    """As fields, and as evidence with the day on which it was read."""
    result = made([actor("a", evidence=[{"fact": "title", "source": "Selbst"}])], city)
    found = publication(result.made[0].content("2026-11-22"), "stadt")
    assert (found.guid, found.kind) == ("atlas:anderswo:actor:a", "actor")
    assert found.package["evidence"] == [
        {"source": f"Atlas Anderswo: {PAGE}/actor/a", "retrieved_on": "2026-11-22"},
        {"fact": "title", "source": "Selbst"},
    ]
    assert found.package["origin_url"] == f"{PAGE}/actor/a"


def test_a_mapping_is_proposed(city: City) -> None:
    """Only where something is called otherwise, as settings that are valid."""
    theirs = {
        "Bezeichnung": "Verein",
        "Organisationstyp": "Verband",
        "Webseite": "https://a.example",
        "Beschreibung": "x",
    }
    rows = [Row("p", "1", theirs, None, "https://a.example/1")]
    proposal = suggest.mapping("actor", ActorsSettings(), rows)
    assert json.loads(proposal)["actors"] == {
        "collection": "actors",
        "fields": {"title": "Bezeichnung", "notes": "Beschreibung", "url": "Webseite", "kind": "Organisationstyp"},
        "kinds": {"Verband": "association"},
    }
    accepted = read_settings(AtlasSettings, proposal)
    assert suggest.mapping("actor", accepted.actors, rows) == ""
    assert suggest.mapping("actor", ActorsSettings(), [row(actor("a"))]) == ""
    assert json.loads(suggest.collection("projects", ["vorhaben", "akteure"])) == {
        "projects": {"collection": "vorhaben"}
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"actors": {"fields": {"titel": "name"}}}', "actors.fields"),
        ('{"actors": {"kinds": {"Verein": "club"}}}', "none of"),
        ('{"prefix": "Groß"}', "prefix"),
        ('{"prefix": "a--b"}', "prefix"),
        ('{"license": "frei"}', "licenses"),
        ('{"aktoren": {}}', "unknown setting"),
    ],
)
def test_settings_are_read_strictly(text: str, message: str) -> None:
    """Each mistake is told with its key."""
    with pytest.raises(SettingsError, match=message):
        read_settings(AtlasSettings, text)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
NAMES = sorted({*ProjectsSettings.model_fields, "title", "notes", "kind", "members", "evidence", "links", "builds_on",
                "start", "budget_eur", "url", "page", "origin_url", "fields_of_action", "part_of"})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(properties=st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=6), geometry=ANYTHING)
def test_nothing_that_a_server_says_breaks_the_reading(properties: dict[str, Any], geometry: Any) -> None:
    """Whatever stands where: it is an entry, a refusal, or left out."""
    city, told = small_city(), Told()
    entries = []
    for kind in ("actor", "project"):
        one = Row("place", "id", properties, geometry, "https://a.example/1")
        entries.append(read(one, kind, OURS[kind], city, told))
    for one in make(entries, ORIGIN, told).made:
        json.dumps(publication(one.content("2026-11-22"), "stadt").package)

"""The forms of actors and projects: members by name, places, duplicates, and what is wrong said at its field."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import pytest
from ckan.tests.helpers import call_action

from .conftest import Person

pytestmark = pytest.mark.ckan
STAY = {"follow_redirects": False}


@pytest.fixture
def office(person: Person) -> Person:
    """A portal with one actor and one project."""
    user = model.User.by_name("editor") or next(iter(model.Session.query(model.User).filter_by(sysadmin=True)))
    context = {"user": user.name, "ignore_auth": True}
    call_action("package_create", context, type="actor", name="actor-amt", title="Umweltamt", kind="office")
    call_action("package_create", context, type="project", name="project-luft", title="Luft", lead="amt", partners=[])
    return person


def test_members_are_given_by_name_or_id(office: Person) -> None:
    """Old lists of a lead and partners are taken too."""
    data = {"title": "Lärm", "members-000-actor": "umweltamt", "members-000-role": "lead", "members-000-since": "2025"}
    assert office.sends("/project/new", data, **STAY).status == 302
    shown = call_action("package_show", id="project-laerm")
    assert shown["members"] == [{"actor": "amt", "role": "lead", "since": "2025"}]
    assert call_action("package_show", id="project-luft")["members"] == [{"actor": "amt", "role": "lead"}]


WRONG = [
    ({"members-000-actor": "umweltant"}, "members-000-actor", "Am ähnlichsten: amt (Umweltamt)"),
    ({"members-000-role": "lead"}, "members-000-actor", "Welcher Akteur?"),
    ({"longitude": "51.05", "latitude": "13.74"}, "longitude", "Länge und Breite sind vertauscht"),
    ({"longitude": "2.35", "latitude": "48.85"}, "longitude", "liegt außerhalb der Stadt"),
    ({"longitude": "13.7"}, "latitude", "Ein Ort braucht Länge und Breite"),
    ({"builds_on": "luft\nlust"}, "builds_on", "Das Projekt lust gibt es im Atlas nicht"),
    ({"contact_url": "mailto:a@example.org"}, "contact_url", "keine E-Mail-Adresse"),
    ({"contact_url": "+49 351 4880"}, "contact_url", "keine Telefonnummer"),
    ({"needs": "\n".join(f"Wort {number}" for number in range(10_000))}, "needs", "10000 Angaben sind zu viele"),
    ({"notes": "x" * 20_001}, "notes", "20001 Zeichen sind zu viele"),
    ({"start": "2026", "end": "2025"}, "end", "liegt vor dem Beginn"),
    ({"evidence-000-fact": "title"}, "evidence-000-source", "Bitte die Quelle nennen"),
    ({"links-000-label": "Seite"}, "links-000-url", "Bitte die Adresse angeben"),
]


@pytest.mark.parametrize(("data", "field", "said"), WRONG, ids=[f"{one[1]}: {one[2]}" for one in WRONG])
def test_what_is_wrong_is_said_at_its_field(office: Person, data: dict[str, Any], field: str, said: str) -> None:
    """In German, with what to do; nothing is stored."""
    page = office.sends("/project/new", {"title": "Neues Vorhaben", **data})
    assert said in page.error(field)
    assert model.Package.get("project-neues-vorhaben") is None


def test_a_circle_is_told_as_the_way_around_it(office: Person) -> None:
    """Also one of two entries, of which the other is stored."""
    assert office.sends("/project/new", {"title": "Lärm", "builds_on": "luft"}, **STAY).status == 302
    page = office.sends("/project/edit/project-luft", {"title": "Luft", "name": "project-luft", "builds_on": "laerm"})
    assert "luft → laerm → luft" in page.error("builds_on")


def test_both_numbers_of_a_place_may_be_pasted_into_one_field(office: Person) -> None:
    """As maps give them, latitude first, or as GeoJSON has them."""
    for number, text in enumerate(("51.0456, 13.7420", "13.7420 51.0456", "13,7420; 51,0456")):
        data = {"title": f"Gebäude {number} am Platz", "kind": "office", "longitude": text, "not_a_duplicate": "yes"}
        assert office.sends("/actor/new", data, **STAY).status == 302
        shown = call_action("package_show", id=f"actor-gebaeude-{number}-am-platz")
        assert (shown["longitude"], shown["latitude"]) == (13.742, 51.0456)


def test_a_possible_duplicate_must_be_confirmed(office: Person) -> None:
    """With links and reasons; a program that uses the API is not asked."""
    page = office.sends("/actor/new", {"title": "Umweltamt (A86)", "kind": "office"})
    assert "Das steht vielleicht schon im Atlas: Umweltamt" in page.error("title")
    assert page.soup.select_one(".form-duplicates a")["href"].endswith("/atlas/actor/amt")
    assert "gleicher Name" in page.soup.select_one(".form-duplicates").text
    again = {"title": "Umweltamt (A86)", "kind": "office", "not_a_duplicate": "yes"}
    assert office.sends("/actor/new", again, **STAY).status == 302
    answer = call_action("atlas_duplicates", type="actor", title="Umwelt-Amt")
    assert [one["id"] for one in answer["duplicates"]] == ["amt", "umweltamt-a86"]


def test_a_member_that_has_gone_does_not_stop_other_changes(office: Person) -> None:
    """Whoever mends a typing error need not first find out why an actor has gone."""
    editor = model.Session.query(model.User).filter_by(sysadmin=True).first().name
    call_action("package_delete", {"user": editor}, id="actor-amt")
    call_action("package_patch", {"user": editor}, id="project-luft", notes="Misst die Luft.")
    assert call_action("package_show", id="project-luft")["members"][0]["actor"] == "amt"


def test_html_stays_text(office: Person) -> None:
    """It is stored as it was typed, and shown as it was typed."""
    script = "<script>alert(1)</script>"
    data = {"title": f"A {script}", "name": "project-a", "notes": script, "needs": script, "scope": script}
    assert office.sends("/project/new", data, **STAY).status == 302
    assert call_action("package_show", id="project-a")["needs"] == [script]
    for path in ("/project/edit/project-a", "/atlas/project/a", "/atlas"):
        assert script not in str(office.app.get(path, headers=office.headers).body)


def test_topics_are_suggested_by_any_of_their_names(office: Person) -> None:
    found = office.app.get("/forms/topics?q=schall").json
    assert [one["value"] for one in found] == ["noise"]
    assert office.app.get("/forms/entries?type=actor&q=umwelt").json == [{"value": "amt", "label": "Umweltamt"}]

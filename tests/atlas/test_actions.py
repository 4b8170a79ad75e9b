"""The atlas in CKAN's API, for everybody."""

from __future__ import annotations

from typing import Any

import pytest
from ckan.plugins import toolkit as tk
from ckan.tests import factories
from ckan.tests.helpers import call_action

pytestmark = [pytest.mark.ckan, pytest.mark.usefixtures("dresden")]

CALLS = [
    ("atlas_search", {"q": "Sensor"}),
    ("atlas_show", {"type": "actor", "id": "tud"}),
    ("atlas_match", {"type": "project", "id": "luft-laerm"}),
]


@pytest.fixture(scope="module")
def callers(dresden: None) -> dict[str, str]:
    """Name of a user of each sort; nobody is anonymous."""
    member = factories.User()
    factories.Organization(users=[{"name": member["name"], "capacity": "member"}])
    return {"anonymous": "", "member": member["name"], "sysadmin": factories.Sysadmin()["name"]}


@pytest.mark.parametrize("who", ["anonymous", "member", "sysadmin"])
@pytest.mark.parametrize(("action", "arguments"), CALLS)
def test_everybody_gets_the_same_answer(callers: dict[str, str], who: str, action: str, arguments: dict[str, str]):
    """Anonymous, member of an organisation, sysadmin."""
    answer = call_action(action, {"user": callers[who], "ignore_auth": False}, **arguments)
    assert answer == call_action(action, {"user": "", "ignore_auth": False}, **arguments)
    assert answer


@pytest.mark.parametrize(("action", "arguments"), CALLS)
def test_the_actions_answer_get_requests(client: Any, action: str, arguments: dict[str, str]):
    """They change nothing."""
    answer = client.get(f"/api/3/action/{action}", query_string=arguments)
    assert answer.status_code == 200
    assert answer.json["success"]


def test_a_search_gives_count_page_entries_and_facets():
    """Filters may be one value or a list."""
    answer = call_action("atlas_search", q="Sensor", kind=["company", "project"], limit=2)
    assert answer["count"] == 4
    assert len(answer["results"]) == answer["limit"] == 2
    assert {"value": "company", "label": {"de": "Unternehmen", "en": "Company"}, "count": 2} in answer["facets"]["kind"]
    assert call_action("atlas_search", kind="company")["count"] == 2


def test_an_entry_shows_its_members_or_projects():
    """By id and role."""
    project = call_action("atlas_show", type="project", id="luft-laerm")
    assert (project["members"][0]["actor"], project["members"][0]["role"]) == ("umweltamt", "lead")
    assert project["place"] == "area"
    assert "luft-laerm" in call_action("atlas_show", type="actor", id="opensensemap")["projects"]


@pytest.mark.parametrize("mode", ["complement", "similar"])
@pytest.mark.parametrize(("kind", "identifier"), [("project", "luft-laerm"), ("actor", "tud")])
def test_the_parts_of_every_match_add_up_and_members_are_left_out(mode: str, kind: str, identifier: str):
    """In both directions and modes, on the real entries."""
    answer = call_action("atlas_match", type=kind, id=identifier, mode=mode, limit=100)
    assert answer["matches"]
    scores = [match["score"] for match in answer["matches"]]
    assert scores == sorted(scores, reverse=True)
    for match in answer["matches"]:
        assert match["score"] == pytest.approx(sum(part["contribution"] for part in match["parts"]))
        pair = {one["type"]: one["id"] for one in (match["seeker"], match["found"])}
        project = call_action("atlas_show", type="project", id=pair["project"])
        assert pair["actor"] not in [member["actor"] for member in project["members"]]


def test_who_measures_air_comes_first_for_the_air_project():
    """The companies that the papers themselves name as models."""
    answer = call_action("atlas_match", type="project", id="luft-laerm")
    assert {match["found"]["id"] for match in answer["matches"][:2]} == {"breeze", "green-city-solutions"}
    assert answer["matches"][0]["parts"][0]["sentence"]["de"].startswith(
        "Der Akteur bietet, was dem Projekt noch fehlt: Luftqualität"
    )


@pytest.mark.parametrize(
    ("action", "arguments", "key"),
    [
        ("atlas_search", {"kind": "robots"}, "kind"),
        ("atlas_search", {"page": "x"}, "page"),
        ("atlas_search", {"limit": 0}, "limit"),
        ("atlas_search", {"limit": 1000}, "limit"),
        ("atlas_search", {"q": "a" * 1000}, "q"),
        ("atlas_search", {"field": {"a": 1}}, "field"),
        ("atlas_show", {"type": "dataset", "id": "x"}, "type"),
        ("atlas_show", {"type": "actor"}, "id"),
        ("atlas_match", {"type": "actor", "id": "tud", "mode": "best"}, "mode"),
        ("atlas_match", {"type": "actor", "id": "tud", "limit": 101}, "limit"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(action: str, arguments: dict[str, Any], key: str):
    """As CKAN's other actions do."""
    with pytest.raises(tk.ValidationError) as caught:
        call_action(action, **arguments)
    assert key in caught.value.error_dict


@pytest.mark.parametrize("action", ["atlas_show", "atlas_match"])
def test_an_unknown_entry_is_not_found(action: str):
    """404 in the API."""
    with pytest.raises(tk.ObjectNotFound):
        call_action(action, type="actor", id="nobody")

"""The pages of network, flows, programmes and strengths, with Dresden's entries and its plan."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.tests.helpers import CKANTestApp, call_action
from ckanext.dresdensmartcity.atlas.network_pages import money
from ckanext.dresdensmartcity.city.model import Label

from .test_flows import plan as plan_rows

pytestmark = [pytest.mark.ckan, pytest.mark.usefixtures("dresden")]

PAGES = [
    "/atlas/network",
    "/atlas/network?field=infrastruktur",
    "/atlas/network?kind=research&area=johannstadt",
    "/atlas/network?q=Sensor",
    "/atlas/network/funding",
    "/atlas/funding",
    "/atlas/funding/mpsc",
    "/atlas/funding/horizon-europe?project=iq-friedrichstadt",
    "/atlas/strengths",
]


def page(client: CKANTestApp, address: str, status: int = 200) -> BeautifulSoup:
    return BeautifulSoup(client.get(address, status=status).body, "html.parser")


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch, repository: Path) -> Iterator[None]:
    """Dresden's plan as its table would hold it: harvesting it is the business of the harvester's tests."""
    monkeypatch.setattr(money, "plans", lambda: (money.Plan("plan", Label("Plan", "Plan"), "table"),))
    monkeypatch.setattr(money, "rows_of", lambda _plan: tuple(plan_rows(repository, "dresden")))
    return


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["", "/en"])
def test_pages_stand_in_both_languages(client: CKANTestApp, language: str, address: str) -> None:
    """With one main heading, and no id twice."""
    found = page(client, language + address)
    assert len(found.find_all("h1")) == 1
    ids = [one["id"] for one in found.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert found.html["lang"] == ("en" if language else "de")


def test_the_table_says_what_the_drawing_shows(client: CKANTestApp) -> None:
    """Every two actors that a drawn project joins stand in a row with that project."""
    found = page(client, "/atlas/network")
    near = {one["data-key"]: one["data-near"].split() for one in found.select(".network-node")}
    drawn = {
        (project, one, other)
        for project, actors in near.items()
        if project.startswith("project/")
        for one in actors
        for other in actors
        if one < other
    }
    said = set()
    for row in found.select(".network-ties tbody tr"):
        one, other, projects = row.find_all("td")
        for link in projects.select("a"):
            ends = sorted(cell.a["href"].removeprefix("/atlas/") for cell in (one, other))
            said.add((link["href"].removeprefix("/atlas/"), *ends))
    assert drawn
    assert drawn == said


def test_a_filter_is_a_link_that_can_be_taken_back(client: CKANTestApp) -> None:
    """Counts are those of the search; nothing leads to nothing."""
    found = page(client, "/atlas/network")
    links = found.select(".network-choices a")
    assert links
    for link in links[::4]:
        there = page(client, link["href"])
        chosen = there.select(".network-choices a[aria-current]")
        assert len(chosen) == 1
        assert chosen[0]["href"] == "/atlas/network"
        assert there.select(".network-node")


def test_bridges_and_gaps_are_told(client: CKANTestApp) -> None:
    """In sentences whose names are links."""
    found = page(client, "/en/atlas/network")
    text = " ".join(found.get_text(" ").split())
    assert "Without Technische Universität Dresden , 3 actors would lose the largest part that remains" in text
    bridge = found.find(id="bridges").find_next("ul").li
    assert bridge.a["href"].endswith("/atlas/actor/tud")
    assert "could bring" in text


def test_money_agrees_with_the_plan_to_the_cent(client: CKANTestApp, plan: None) -> None:
    """Sums of the page are those of the paper; the drawing says what the plan leaves open."""
    found = page(client, "/atlas/network/funding")
    sums = [cell.get_text() for cell in found.select("tfoot tr td:first-of-type")]
    assert sums == ["23.938.466 €", "15.560.000 €", "8.378.466 €"]
    assert "Nicht auf Zeilen des Plans verteilt" in found.select_one(".network-sankey").get_text(" ")
    assert "Die Zeilen ergeben alle" in found.get_text(" ")
    assert found.select_one('.network-money a[href="/atlas/project/luft-laerm"]')


def test_a_year_of_the_plan(client: CKANTestApp, plan: None) -> None:
    """One column, and the sums of that year."""
    found = page(client, "/atlas/network/funding?year=2024")
    assert [cell.get_text() for cell in found.select("tfoot tr td")] == ["5.307.693 €", "3.450.000 €", "1.857.693 €"]


def test_without_a_plan_the_page_says_so(client: CKANTestApp) -> None:
    """Nothing was harvested here."""
    assert "Noch ist kein Plan veröffentlicht" in page(client, "/atlas/network/funding").get_text(" ")


def test_a_programme_tells_rules_consortia_and_sources(client: CKANTestApp) -> None:
    """For a project its open needs are what is covered."""
    found = page(client, "/en/atlas/funding/horizon-europe?project=iq-friedrichstadt")
    text = " ".join(found.get_text(" ").split())
    assert "31 December 2027" in text
    assert "Regulation" in text or "Verordnung" in text
    assert "What the project still seeks" in text
    assert found.select(".network-proposals section")
    assert "is in the project already" in text
    assert found.select_one("option[selected]")["value"] == "iq-friedrichstadt"


def test_numbers_of_strengths_lead_to_lists_as_long(client: CKANTestApp) -> None:
    """Projects and ties of every field are as many as the page behind the number says."""
    found = page(client, "/en/atlas/strengths")
    checked = 0
    for chart in ("projects", "ties"):
        for cell in found.find(id=f"chart-{chart}").find_next("tbody").select("td a"):
            there = " ".join(page(client, html.unescape(cell["href"])).get_text(" ").split())
            number = cell.get_text()
            what = rf"\b{number} entr(y|ies)\b" if chart == "projects" else rf"\b{number} ties\."
            assert re.search(what, there), (cell["href"], number)
            checked += 1
    assert checked >= 8
    for field in found.select(".network-field"):
        label = field.h2.get_text()
        row = next(
            one for one in found.find(id="chart-actors").find_next("tbody").select("tr") if label in one.get_text()
        )
        names = field.select("dd.network-names")[0].select("a")
        assert int(row.td.get_text()) == len(names)


BAD = [
    ("/atlas/network?field=nowhere", 400),
    ("/atlas/network?kind=<script>alert(1)</script>", 400),
    ("/atlas/network?page=0", 400),
    ("/atlas/network?page=99", 404),
    ("/atlas/network?near=999,999", 400),
    ("/atlas/network?q=" + "x" * 5000, 400),
    ("/atlas/network/funding?year=soon", 404),
    ("/atlas/network/funding?plan=../../etc/passwd", 404),
    ("/atlas/funding/unknown", 404),
    ("/atlas/funding/%00", 404),
    ("/atlas/funding/mpsc?project=' OR 1=1 --", 404),
]


@pytest.mark.parametrize(("address", "status"), BAD, ids=[one[0][:50] for one in BAD])
def test_bad_input_gets_a_sentence(client: CKANTestApp, plan: None, address: str, status: int) -> None:
    """Never a fault, and nothing of it as code."""
    answer = client.get(address, status=status)
    assert "<script>alert(1)" not in answer.body
    assert "Traceback" not in answer.body


CALLS: list[tuple[str, dict[str, Any]]] = [
    ("atlas_network", {"field": "infrastruktur"}),
    ("atlas_money", {}),
    ("atlas_funding", {}),
    ("atlas_funding", {"programme": "horizon-europe", "project": "luft-laerm"}),
    ("atlas_strengths", {}),
]


@pytest.mark.parametrize(("action", "arguments"), CALLS, ids=[f"{one[0]}-{len(one[1])}" for one in CALLS])
def test_actions_answer_everybody_by_get(client: CKANTestApp, action: str, arguments: dict[str, Any]) -> None:
    """JSON as it is, for anonymous readers."""
    answer = client.get(f"/api/3/action/{action}", query_string=arguments)
    assert answer.json["success"]
    called = call_action(action, {"user": "", "ignore_auth": False}, **arguments)
    assert json.loads(json.dumps(called)) == answer.json["result"]


def test_the_network_for_programs(client: CKANTestApp) -> None:
    """Ties by pages, with their evidence; sentences in both languages."""
    whole = call_action("atlas_network", limit=1000)
    assert whole["ties"] == len(whole["results"]) == 20
    assert sum(whole["parts"]) == whole["actors"] == 32
    parts = [call_action("atlas_network", offset=at, limit=7)["results"] for at in (0, 7, 14)]
    assert [tie for part in parts for tie in part] == whole["results"]
    assert all(tie["projects"] for tie in whole["results"])
    assert whole["bridges"][0]["sentence"]["de"]
    assert whole["betweenness_is_exact"]


@pytest.mark.parametrize(
    ("action", "arguments", "error"),
    [
        ("atlas_network", {"limit": 5000}, "limit"),
        ("atlas_network", {"offset": -1}, "offset"),
        ("atlas_network", {"offset": "x"}, "offset"),
        ("atlas_network", {"kind": "boss"}, "kind"),
        ("atlas_money", {"year": "soon"}, "year"),
        ("atlas_money", {"plan": "none"}, "plan"),
        ("atlas_funding", {"project": "luft-laerm"}, "project"),
    ],
)
def test_wrong_arguments_are_told(
    client: CKANTestApp, plan: None, action: str, arguments: dict[str, Any], error: str
) -> None:
    """By the name of the parameter."""
    answer = client.get(f"/api/3/action/{action}", query_string=arguments, status=409)
    assert error in answer.json["error"]


def test_what_is_not_there_is_not_found(client: CKANTestApp) -> None:
    """A programme, a project."""
    client.get("/api/3/action/atlas_funding?programme=none", status=404)
    client.get("/api/3/action/atlas_funding?programme=mpsc&project=none", status=404)

"""The pages of the atlas as they are without JavaScript."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from bs4 import BeautifulSoup
from ckanext.dresdensmartcity.atlas.matching import PARTS
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.outline_store import outlines_path
from ckanext.dresdensmartcity.city.outlines import Outlines, save_outlines

pytestmark = [pytest.mark.ckan, pytest.mark.usefixtures("dresden")]


@pytest.fixture
def outlines() -> Iterator[Path]:
    """Boxes as outlines of the districts."""
    path = outlines_path(city())
    save_outlines(Outlines({one.number: shapely.box(*one.bbox) for one in city().districts}, "Landesamt"), path)
    yield path
    path.unlink()


def soup(client: Any, url: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(url, follow_redirects=False)
    assert answer.status_code == status, answer.body[:500]
    return BeautifulSoup(answer.body, "html.parser")


def test_the_pages_of_the_list_hold_every_entry_once(client: Any):
    """Followed by their links, as without a map."""
    page, links = soup(client, "/atlas"), []
    assert page.select_one("#atlas-count").text.strip() == "64 Einträge"
    others = [link["href"] for link in page.select(".portal-pager a")]
    for one in [page, *(soup(client, url) for url in others)]:
        links += [link["href"] for link in one.select(".atlas-card h3 a")]
    assert len(links) == len(set(links)) == 64


def test_an_entry_without_a_place_says_so(client: Any):
    """Or names its focus area."""
    page = soup(client, "/atlas?q=Luftqualität")
    assert "ohne Ort" in page.select_one('[data-atlas-entry="actor/breeze"]').text
    assert "Schwerpunktraum Friedrichstadt" in page.select_one('[data-atlas-entry="project/luft-laerm"]').text


def test_a_typing_error_says_what_was_searched_for(client: Any):
    """As people write it; a word that is in the atlas says nothing."""
    page = soup(client, "/atlas?q=Luftqualtiät")
    assert [one.text for one in page.select(".atlas-reading")] == [
        "„luftqualtiät“ steht in keinem Eintrag. Gesucht wurde nach „luftqualität“."
    ]
    assert not soup(client, "/atlas?q=Luftqualität").select(".atlas-reading")


def test_the_form_keeps_what_was_asked_and_offers_what_leads_somewhere(client: Any):
    """Every state is a URL."""
    page = soup(client, "/atlas?q=Sensor&kind=company")
    assert page.select_one("#atlas-q")["value"] == "Sensor"
    assert page.select_one("#atlas-kind option[selected]")["value"] == "company"
    assert all("(0)" not in option.text for option in page.select("option"))
    assert page.select_one("form")["method"] == "get"


def test_what_is_set_stands_there_and_can_be_taken_back_one_by_one(client: Any):
    """Each chip leads to the same search without it; the sort order is no filter."""
    page = soup(client, "/atlas?q=Stadt&kind=office&kind=project&near=Blasewitz&radius=5000&sort=title")
    chips = {chip.span.text: chip.a["href"] for chip in page.select(".atlas-chips li:not(.atlas-chips-all)")}
    assert list(chips) == [
        "Text: „Stadt“",
        "Art: Amt oder Eigenbetrieb",
        "Art: Projekte",
        "In der Nähe von: Blasewitz, bis 5 km",
    ]
    assert chips["Art: Projekte"] == "/atlas?q=Stadt&kind=office&near=Blasewitz&radius=5000&sort=title"
    assert "near" not in chips["In der Nähe von: Blasewitz, bis 5 km"]
    assert len(page.select("#atlas-kind option[selected]")) == 2


def test_where_nothing_is_found_wider_searches_are_offered_with_their_counts(client: Any):
    """Each finds as many as it says."""
    page = soup(client, "/atlas?q=Raumfahrt+Sensor&kind=company")
    assert page.select_one("#atlas-count").text == "Nichts gefunden"
    offered = page.select(".atlas-nothing-found li")
    assert offered
    for one in offered:
        count = int(one.select_one(".portal-count").text)
        assert soup(client, one.a["href"]).select_one("#atlas-count").text.split()[0] == str(count) != "0"


def test_what_cannot_be_used_is_said_above_what_the_rest_finds(client: Any):
    """In the page with its form, so that it can be put right."""
    page = soup(client, "/atlas?q=Sensor&near=Nirgendwo&radius=5000&district=ZZ", 400)
    said = page.select_one(".atlas-mistakes").text
    assert "near=Nirgendwo" in said
    assert "district=ZZ" in said
    assert page.select_one("#atlas-q")["value"] == "Sensor"
    assert page.select(".atlas-card")


def test_list_and_form_can_be_had_alone(client: Any):
    """For the script of the map; what they hold is what the page holds."""
    part, whole = (soup(client, f"/atlas{path}?kind=research") for path in ("/results", ""))
    for name in ("#atlas-search", "#atlas-results"):
        assert part.select_one(name).text == whole.select_one(name).text
    assert part.select("header, footer, h1") == []


def test_a_frame_holds_its_search_and_nothing_of_the_portal(client: Any):
    """Other sites may show it, and only it; its links lead out of the frame."""
    answer = client.get("/atlas?kind=research&embed")
    assert answer.headers["Content-Security-Policy"] == "frame-ancestors *"
    page = BeautifulSoup(answer.body, "html.parser")
    assert page.select(".portal-header, .portal-footer, form") == []
    assert {link["target"] for link in page.select(".atlas-card a")} == {"_blank"}
    assert page.select_one(".atlas-embed-head a")["href"].endswith("/atlas?kind=research")
    only = soup(client, "/atlas?kind=research&embed=list")
    assert only.select("#atlas-map") == []
    for url in ("/atlas?kind=research", "/atlas/results", "/atlas/actor/tud", "/atlas/nothing", "/atlas/areas.geojson"):
        headers = client.get(url).headers
        assert headers["Content-Security-Policy"] == "frame-ancestors 'self'"
        assert headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_page_gives_the_frame_to_copy(client: Any):
    """With the search that it shows; nothing breaks out of it."""
    page = soup(client, "/atlas?q=%22%3E%3Cscript%3E&kind=research")
    frame = BeautifulSoup(page.select_one("#atlas-embed-code").text, "html.parser").iframe
    assert frame["src"].endswith("/atlas?q=%22%3E%3Cscript%3E&kind=research&embed=")


@pytest.mark.ckan_config("ckanext.dresdensmartcity.atlas.embed_hosts", "https://www.example.org")
def test_the_configuration_names_who_may_frame(app: Any):
    """As a Content Security Policy names them."""
    assert app.get("/atlas?embed").headers["Content-Security-Policy"] == "frame-ancestors https://www.example.org"


def test_style_sheets_and_map_data_go_out_packed_and_pages_do_not(client: Any):
    """A page repeats what was typed beside a token of the session."""
    for url, packed in (("/atlas/atlas.css", True), ("/atlas/areas.geojson", True), ("/atlas", False)):
        headers = client.get(url, headers={"Accept-Encoding": "gzip"}).headers
        assert (headers.get("Content-Encoding") == "gzip") is packed, url


def test_the_english_page_speaks_english(client: Any):
    """Labels of the city as well."""
    page = soup(client, "/en/atlas/project/luft-laerm")
    assert page.select_one("#matches-actor-title").text == "Actors that fit"
    assert "offers what the project still lacks: Air quality" in page.text


def test_a_project_shows_facts_members_sources_and_matches_with_reasons(client: Any):
    """The parts of each match add up to its points."""
    page = soup(client, "/atlas/project/luft-laerm")
    assert page.select_one('a[href="/atlas/actor/umweltamt"]')
    assert "Förderantrag" in page.select_one("#atlas-sources").find_parent("section").text
    matches = page.select(".atlas-match")
    assert matches
    for match in matches:
        total = number(match.select_one("strong").text)
        parts = [number(cell.text) for cell in match.select("td.portal-right") if "von" in cell.text]
        assert total == pytest.approx(sum(parts))
        assert len(match.select("tbody tr")) == len(PARTS)


def test_an_actor_shows_its_projects_and_those_that_fit(client: Any):
    """The other direction, in the other mode."""
    page = soup(client, "/atlas/actor/breeze?mode=similar")
    assert "Keine Projekte bekannt." in page.text
    assert page.select_one('.atlas-match a[href="/atlas/project/luft-laerm"]')
    assert page.select_one('.atlas-modes [aria-current="true"]').text == "Wer arbeitet am Gleichen"


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/atlas/actor/nobody", 404),
        ("/atlas/project/tud", 404),
        ("/atlas/project/%3Cscript%3E", 404),
        ("/atlas/thing/tud", 404),
        ("/atlas?page=99", 404),
        ("/atlas?page=x", 400),
        ("/atlas?kind=%3Cscript%3E", 400),
        ("/atlas?q=" + "a" * 5000, 400),
        ("/atlas/actor/tud?mode=best", 400),
        ("/atlas/entries.geojson?area=nowhere", 400),
        ("/actor/actor-nobody", 404),
    ],
)
def test_what_is_not_there_or_cannot_be_used_is_said(client: Any, url: str, status: int):
    """In a page, never with a failure."""
    assert "<script>" not in str(soup(client, url, status).select_one("main"))


def test_the_address_of_the_package_leads_to_the_entry(client: Any):
    """Links to CKAN's own pages keep working."""
    answer = client.get("/actor/actor-tud", follow_redirects=False)
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/atlas/actor/tud")


def test_the_geojson_holds_every_entry_of_the_query_with_or_without_a_place(client: Any):
    """A project without a point is drawn at its focus area."""
    everything = client.get("/atlas/entries.geojson")
    assert everything.headers["Content-Type"] == "application/geo+json"
    features = {one["id"]: one for one in json.loads(everything.body)["features"]}
    assert len(features) == 64
    assert features["actor/breeze"]["geometry"] is None
    assert features["actor/tud"]["properties"]["place"] == "point"
    assert features["project/luft-laerm"]["properties"]["place"] == "area"
    assert features["project/luft-laerm"]["geometry"]["type"] == "Point"
    some = json.loads(client.get("/atlas/entries.geojson?q=Sensor&kind=company").body)["features"]
    assert {one["id"] for one in some} == {"actor/breeze", "actor/green-city-solutions"}


def areas(client: Any, language: str = "") -> dict[str, Any]:
    features = json.loads(client.get(f"{language}/atlas/areas.geojson").body)["features"]
    return {one["id"]: one for one in features}


def test_without_outlines_focus_areas_are_rough_and_claim_no_border(client: Any):
    """In the language of the page."""
    found = areas(client, "/en")
    east = found["focus-area/dresden-ost"]
    assert east["properties"]["title"] == "Dresden East"
    assert east["properties"]["rough"]
    assert east["geometry"]["coordinates"][0][0] == east["geometry"]["coordinates"][0][-1]
    assert "district/05" in found
    assert [one for one in found if one.startswith("border/")] == []
    assert "border of a district" not in client.get("/en/atlas").body


def test_loaded_outlines_are_drawn(client: Any, outlines: Path):
    """A focus area is then the outline of its districts."""
    found = areas(client)
    assert not found["focus-area/johannstadt"]["properties"]["rough"]
    assert len([one for one in found if one.startswith("border/")]) == len(city().districts)
    assert "Grenze eines Stadtteils (Landesamt)" in client.get("/atlas").body


def test_a_project_without_a_text_says_who_leads_it_and_when(client: Any):
    """So that its card is never empty."""
    card = soup(client, "/atlas?q=Cleema").select_one('[data-atlas-entry="project/cleema"]')
    assert "Leitung: Bürgermeisteramt (A15) · Umsetzungsphase" in card.text


def test_no_page_carries_a_script_or_style_of_its_own(client: Any):
    """A strict Content-Security-Policy can be set."""
    for url in ("/atlas", "/atlas/project/luft-laerm"):
        page = soup(client, url)
        running = [one for one in page.select("script") if one.get("type") != "application/ld+json"]
        assert [one for one in running if not one.get("src")] == []
        assert page.select("main style, main [style], main [onclick]") == []


def number(text: str) -> float:
    """The first number of a German text."""
    return float(text.split()[0].replace(",", "."))

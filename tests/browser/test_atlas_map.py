"""The map of the atlas in a browser: what it shows, and that nothing depends on it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, expect

from .conftest import Visit

pytestmark = pytest.mark.browser

MAP = "#atlas-map"
DRAWN = f"{MAP}[data-map-state=idle]"
PATIENCE_MS = 60_000  # without a graphics card, and with others on the machine


@pytest.fixture
def blind_browser(browser: Browser) -> Iterator[Browser]:
    """A browser without WebGL."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    running = browser.browser_type.launch(executable_path=executable, args=["--no-sandbox", "--disable-3d-apis"])
    yield running
    running.close()


def features(portal_url: str, path: str) -> list[dict]:
    answer = requests.get(portal_url + path, timeout=60)
    answer.raise_for_status()
    return answer.json()["features"]


@pytest.mark.parametrize("query", ["", "?q=Sensor"])
def test_the_map_shows_every_entry_that_has_a_place(visit: Visit, portal_url: str, query: str) -> None:
    """Symbols and clusters together stand for what the API gives, and the console stays clean."""
    visit.to(f"/atlas{query}")
    visit.page.wait_for_selector(DRAWN, timeout=PATIENCE_MS)
    every = features(portal_url, f"/atlas/entries.geojson{query}")
    placed = [one for one in every if one["geometry"]]
    assert placed
    assert visit.page.get_attribute(MAP, "data-map-count") == str(len(placed))
    note = visit.page.locator("#atlas-map-note")
    expect(note).to_contain_text(f"{len(placed)} von {len(every)}")
    assert visit.errors == []


def test_nothing_is_asked_from_outside_the_portal(visit: Visit, portal_url: str) -> None:
    """No tiles, fonts or scripts of others, unless a background map is configured."""
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    visit.to("/atlas")
    visit.page.wait_for_selector(DRAWN, timeout=PATIENCE_MS)
    outside = [url for url in asked if not url.startswith((portal_url, "blob:", "data:"))]
    assert outside == []


def test_the_map_can_be_reached_moved_and_passed_by_keyboard(visit: Visit) -> None:
    """A skip link stands before it, and the canvas has a name."""
    visit.to("/atlas")
    visit.page.wait_for_selector(DRAWN, timeout=PATIENCE_MS)
    canvas = visit.page.locator(f"{MAP} canvas")
    assert canvas.get_attribute("aria-label") == "Karte der gefundenen Einträge"
    canvas.focus()
    canvas.press("+")
    skip = visit.page.locator('a[href="#atlas-legend"]')
    skip.focus()
    expect(skip).to_be_in_viewport()
    skip.press("Enter")
    expect(visit.page.locator("#atlas-legend")).to_be_focused()


def test_without_webgl_the_page_says_so_and_the_list_is_complete(blind_browser: Browser, portal_url: str) -> None:
    """The empty map is not shown."""
    page = blind_browser.new_page()
    visit = Visit(page, portal_url)
    visit.to("/atlas")
    page.wait_for_selector(f"{MAP}[data-map-state=failed]", state="attached", timeout=PATIENCE_MS)
    expect(page.locator(MAP)).to_be_hidden()
    expect(page.locator("#atlas-map-note")).to_contain_text("Die Liste enthält alle Einträge")
    assert page.locator("[data-atlas-entry]").count() == min(25, len(features(portal_url, "/atlas/entries.geojson")))


def test_a_focused_entry_is_ringed_on_the_map(visit: Visit) -> None:
    """By keyboard as by mouse."""
    visit.to("/atlas?kind=research")
    visit.page.wait_for_selector(DRAWN, timeout=PATIENCE_MS)
    before = visit.page.locator(MAP).screenshot()
    visit.page.locator("[data-atlas-entry] h3 a").first.focus()
    for _ in range(20):
        visit.page.wait_for_timeout(500)
        if visit.page.locator(MAP).screenshot() != before:
            return
    pytest.fail("Nothing on the map changed when an entry of the list got the focus.")


def test_the_map_stays_in_view_while_the_list_goes_by(visit: Visit) -> None:
    """On a desk, with its legend; on a phone it has a place of its own below the list."""
    visit.to("/atlas")
    visit.page.wait_for_selector(DRAWN, timeout=PATIENCE_MS)
    visit.page.locator("[data-atlas-entry]").nth(20).scroll_into_view_if_needed()
    if visit.page.viewport_size["width"] > 1000:
        expect(visit.page.locator(MAP)).to_be_in_viewport(ratio=1)
        expect(visit.page.locator("#atlas-legend")).to_be_in_viewport(ratio=1)
    else:
        assert visit.page.locator(MAP).bounding_box()["y"] > visit.page.locator(".atlas-list").bounding_box()["y"]


def test_the_first_view_holds_every_focus_area(visit: Visit, portal_url: str) -> None:
    """Also where a search finds entries in one of them only."""
    visit.to("/atlas?q=Klinikum")
    visit.page.wait_for_selector(DRAWN, timeout=PATIENCE_MS)
    areas = [one for one in features(portal_url, "/atlas/areas.geojson") if one["properties"]["layer"] == "focus-area"]
    shown = [float(degrees) for degrees in visit.page.get_attribute(MAP, "data-map-bounds").split(",")]
    for area in areas:
        west, south, east, north = area["bbox"]
        assert shown[0] < west < east < shown[2], area["id"]
        assert shown[1] < south < north < shown[3], area["id"]

"""The map of the atlas in a browser: what it shows, that list, address and map agree, and what works without it."""

from __future__ import annotations

import html
import json
import re
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect

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


@pytest.fixture
def desk(browser: Browser) -> Iterator[BrowserContext]:
    """The window of a desk, for what is the same on a phone."""
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    yield opened
    opened.close()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder that another site serves, and its address."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield tmp_path, f"http://localhost:{server.server_port}"
        server.shutdown()


def features(portal_url: str, path: str) -> list[dict]:
    answer = requests.get(portal_url + path, timeout=60)
    answer.raise_for_status()
    return answer.json()["features"]


def draw(page: Page) -> None:
    """Waits for the map; on a phone it is loaded when it comes near the window."""
    page.locator("#atlas-map-section").scroll_into_view_if_needed()
    page.wait_for_selector(DRAWN, timeout=PATIENCE_MS)


def test_the_map_shows_every_entry_that_has_a_place(visit: Visit, portal_url: str) -> None:
    """Symbols, groups and areas stand for what the API gives; nobody outside is asked, the console stays clean."""
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    for query in ("", "?q=Sensor"):
        visit.to(f"/atlas{query}")
        draw(visit.page)
        every = features(portal_url, f"/atlas/entries.geojson{query}")
        placed = [one for one in every if one["geometry"]]
        assert placed
        assert visit.page.get_attribute(MAP, "data-map-count") == str(len(placed))
        expect(visit.page.locator("#atlas-map-note")).to_contain_text(f"{len(placed)} von {len(every)}")
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= visit.page.viewport_size["width"]
    assert visit.errors == []
    assert [url for url in asked if not url.startswith((portal_url, "blob:", "data:"))] == []


def test_the_map_can_be_reached_moved_and_passed_by_keyboard(desk: BrowserContext, portal_url: str) -> None:
    """A skip link stands before it, the canvas has a name, and the keys that move it offer a search there."""
    visit = Visit(desk.new_page(), portal_url)
    visit.to("/atlas")
    draw(visit.page)
    canvas = visit.page.locator(f"{MAP} canvas")
    assert canvas.get_attribute("aria-label") == "Karte der gefundenen Einträge"
    skip = visit.page.locator('a[href="#atlas-legend"]')
    skip.focus()
    expect(skip).to_be_in_viewport()
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    skip.press("Enter")
    expect(visit.page.locator("#atlas-legend")).to_be_focused()
    canvas.focus()
    canvas.press("+")
    expect(visit.page.get_by_role("button", name="In diesem Ausschnitt suchen")).to_be_visible()
    # A jump within the page is no other search.
    assert [url for url in asked if "/atlas" in url] == []


def test_a_search_in_the_section_moves_address_list_and_map_together(desk: BrowserContext, portal_url: str) -> None:
    """And the button of the browser leads back, without a page being loaded."""
    visit = Visit(desk.new_page(), portal_url)
    visit.to("/atlas?kind=actor")
    draw(visit.page)
    visit.page.evaluate("window.stayed = true")
    before = visit.page.locator("#atlas-count").inner_text()
    visit.page.locator(f"{MAP} canvas").focus()
    for _ in range(2):
        visit.page.keyboard.press("+")
        visit.page.wait_for_timeout(500)
    visit.page.get_by_role("button", name="In diesem Ausschnitt suchen").click()
    visit.page.wait_for_url("**bbox=**")
    draw(visit.page)
    asked = parse_qs(urlsplit(visit.page.url).query)
    assert asked["kind"] == ["actor"]
    found = features(portal_url, f"/atlas/entries.geojson?{urlsplit(visit.page.url).query}")
    assert visit.page.locator("#atlas-count").inner_text().split()[0] == str(len(found))
    assert visit.page.get_attribute(MAP, "data-map-count") == str(len([one for one in found if one["geometry"]]))
    expect(visit.page.locator(".atlas-chips")).to_contain_text("der gewählte Ausschnitt")
    visit.page.go_back()
    expect(visit.page.locator("#atlas-count")).to_have_text(before)
    assert "bbox" not in visit.page.url
    assert visit.page.evaluate("window.stayed")
    assert visit.errors == []


def test_filters_chips_and_pages_keep_the_map(desk: BrowserContext, portal_url: str) -> None:
    """The form is answered without loading the page anew; the address is the one that a reload understands."""
    visit = Visit(desk.new_page(), portal_url)
    visit.to("/atlas")
    draw(visit.page)
    visit.page.evaluate("window.stayed = true")
    visit.page.get_by_label("Art", exact=True).select_option("research")
    visit.page.get_by_role("button", name="Suchen", exact=True).click()
    visit.page.wait_for_url("**/atlas?kind=research")
    draw(visit.page)
    count = visit.page.locator("#atlas-count").inner_text()
    visit.page.get_by_role("link", name="Art: Forschung und Lehre entfernen").click()
    visit.page.wait_for_url("**/atlas")
    visit.page.get_by_role("navigation", name="Seiten").get_by_role("link").first.click()
    visit.page.wait_for_url("**page=2")
    assert visit.page.evaluate("window.stayed")
    visit.to("/atlas?kind=research")
    assert visit.page.locator("#atlas-count").inner_text() == count
    assert visit.errors == []


def test_without_webgl_the_page_says_so_and_the_list_is_complete(blind_browser: Browser, portal_url: str) -> None:
    """The empty map is not shown."""
    page = blind_browser.new_page()
    visit = Visit(page, portal_url)
    visit.to("/atlas")
    page.wait_for_selector(f"{MAP}[data-map-state=failed]", state="attached", timeout=PATIENCE_MS)
    expect(page.locator(MAP)).to_be_hidden()
    expect(page.locator("#atlas-layers")).to_be_hidden()
    expect(page.locator("#atlas-map-note")).to_contain_text("Die Liste enthält alle Einträge")
    assert page.locator("[data-atlas-entry]").count() == min(25, len(features(portal_url, "/atlas/entries.geojson")))


def test_without_scripts_form_list_and_pages_are_complete(plain_visit: Visit, portal_url: str) -> None:
    """Every filter works as a plain form."""
    plain_visit.to("/atlas")
    page = plain_visit.page
    page.get_by_label("Akteure und Projekte suchen").fill("Sensor")
    page.get_by_label("Art", exact=True).select_option("company")
    page.get_by_role("button", name="Suchen", exact=True).click()
    found = features(portal_url, "/atlas/entries.geojson?q=Sensor&kind=company")
    assert page.locator("#atlas-count").inner_text().split()[0] == str(len(found))
    assert "sort=title" not in page.url
    assert "Die Karte braucht JavaScript" in page.content()
    page.get_by_text("Mehr Filter").click()
    page.get_by_label("In der Nähe von").fill("Nirgendwo")
    page.get_by_role("button", name="Filter anwenden").click()
    expect(page.get_by_role("alert")).to_contain_text("near=Nirgendwo")
    expect(page.get_by_label("Akteure und Projekte suchen")).to_have_value("Sensor")


def test_list_and_map_point_at_each_other(desk: BrowserContext, portal_url: str) -> None:
    """By keyboard as by mouse: a focused entry is ringed, and its button opens its window on the map."""
    visit = Visit(desk.new_page(), portal_url)
    visit.to("/atlas?kind=research")
    draw(visit.page)
    before = visit.page.locator(MAP).screenshot()
    card = visit.page.locator("[data-atlas-placed]").first
    card.locator("h3 a").focus()
    for _ in range(20):
        visit.page.wait_for_timeout(300)
        if visit.page.locator(MAP).screenshot() != before:
            break
    else:
        pytest.fail("Nothing on the map changed when an entry of the list got the focus.")
    button = card.get_by_role("button", name="Auf der Karte zeigen")
    button.focus()
    visit.page.keyboard.press("Enter")
    popup = visit.page.locator(".atlas-popup a")
    expect(popup).to_have_text(card.locator("h3").inner_text())
    expect(popup).to_be_focused()
    visit.page.keyboard.press("Escape")
    expect(popup).to_have_count(0)
    expect(button).to_be_focused()
    assert visit.errors == []


def test_layers_can_be_switched(desk: BrowserContext, portal_url: str) -> None:
    """Entries drawn as their area go with theirs, and come back."""
    visit = Visit(desk.new_page(), portal_url)
    visit.to("/atlas?kind=project")
    draw(visit.page)
    shown = visit.page.locator(MAP).screenshot()
    switch = visit.page.get_by_label("Einträge ohne genauen Ort")
    switch.uncheck()
    visit.page.wait_for_timeout(500)
    assert visit.page.locator(MAP).screenshot() != shown
    switch.check()


def test_the_map_stays_in_view_while_the_list_goes_by(visit: Visit) -> None:
    """On a desk, with its legend; on a phone it has a place of its own below the list."""
    visit.to("/atlas")
    if visit.page.viewport_size["width"] > 1000:
        draw(visit.page)
        visit.page.locator("[data-atlas-entry]").nth(20).scroll_into_view_if_needed()
        expect(visit.page.locator(MAP)).to_be_in_viewport(ratio=1)
        expect(visit.page.locator("#atlas-legend")).to_be_in_viewport(ratio=1)
    else:
        visit.page.get_by_role("link", name="Zur Karte").click()
        draw(visit.page)
        assert visit.page.locator(MAP).bounding_box()["y"] > visit.page.locator(".atlas-list").bounding_box()["y"]


def test_the_first_view_holds_every_focus_area(desk: BrowserContext, portal_url: str) -> None:
    """Also where a search finds entries in one of them only."""
    visit = Visit(desk.new_page(), portal_url)
    visit.to("/atlas?q=Klinikum")
    draw(visit.page)
    areas = [one for one in features(portal_url, "/atlas/areas.geojson") if one["properties"]["layer"] == "focus-area"]
    shown = [float(degrees) for degrees in visit.page.get_attribute(MAP, "data-map-bounds").split(",")]
    for area in areas:
        west, south, east, north = area["bbox"]
        assert shown[0] < west < east < shown[2], area["id"]
        assert shown[1] < south < north < shown[3], area["id"]


def test_the_first_view_of_tiles_stands_for_every_entry_that_has_a_place(desk: BrowserContext, portal_url: str) -> None:
    """As of a collection: the page is told that many are found, which the demo does not hold."""
    visit = Visit(desk.new_page(), portal_url)
    every = features(portal_url, "/atlas/entries.geojson?kind=research")
    own = [one for one in every if one["geometry"] and "--" not in one["id"]]
    west, south = (min(one["geometry"]["coordinates"][axis] for one in own) for axis in (0, 1))
    east, north = (max(one["geometry"]["coordinates"][axis] for one in own) for axis in (0, 1))

    body = requests.get(f"{portal_url}/atlas?kind=research", headers={"Accept-Language": "de"}, timeout=60).text
    [told] = re.findall('data-atlas-found="([^"]*)"', body)
    state = json.loads(html.unescape(told))
    state |= {"tiles": f"{portal_url}/atlas/tiles.json?kind=research", "placed": len(own)}
    state |= {"extent": [west, south, east, north]}
    body = body.replace(told, html.escape(json.dumps(state)))
    page = re.compile(r"/atlas\?kind=research$")
    visit.page.route(page, lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    visit.to("/atlas?kind=research")
    with visit.page.expect_response(re.compile(r"/atlas/tiles/\d+/\d+/\d+\.mvt")):
        draw(visit.page)
    assert visit.page.get_attribute(MAP, "data-map-count") == str(len(own))
    assert visit.errors == []


def test_another_site_may_frame_what_is_made_for_it_and_nothing_else(
    desk: BrowserContext, portal_url: str, elsewhere: tuple[Path, str]
) -> None:
    """The snippet that the page gives works as it is; the page itself, and all others, are refused."""
    folder, site = elsewhere
    visit = Visit(desk.new_page(), portal_url)
    visit.to("/atlas?kind=research")
    visit.page.get_by_text("In eine andere Seite einbetten").click()
    code = visit.page.get_by_label("Kopieren Sie dies").input_value()
    inside = urlsplit(code.split('src="')[1].split('"')[0])
    code = code.replace(f"{inside.scheme}://{inside.netloc}", portal_url)
    refused = "".join(
        f'<iframe src="{portal_url}{path}"></iframe>' for path in ("/atlas", "/atlas/actor/tud", "/user/login")
    )
    (folder / "index.html").write_text(f"<!doctype html><html lang=de><title>Seite</title>{code}{refused}", "utf-8")
    page = desk.new_page()
    page.goto(site)
    frame = page.frame_locator("iframe").first
    expect(frame.locator("h1")).to_be_visible()
    expect(frame.locator("[data-atlas-entry]").first).to_be_visible()
    expect(frame.get_by_role("link", name="Im Atlas öffnen")).to_have_attribute("target", "_blank")
    frame.locator("#atlas-map-section").scroll_into_view_if_needed()
    expect(frame.locator(DRAWN)).to_be_attached(timeout=PATIENCE_MS)
    assert len([one for one in page.frames if one.url.startswith(portal_url)]) == 1
    for path in ("/atlas", "/atlas/actor/tud", "/"):
        headers = requests.get(portal_url + path, timeout=60).headers
        assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]


def test_paper_gets_list_map_legend_address_and_date(desk: BrowserContext, portal_url: str) -> None:
    """And none of what can only be clicked."""
    visit = Visit(desk.new_page(), portal_url)
    visit.to("/atlas?kind=research")
    draw(visit.page)
    visit.page.emulate_media(media="print")
    visit.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(visit.page.locator("#atlas-map-print img")).to_be_visible()
    expect(visit.page.locator(".atlas-legend")).to_be_visible()
    expect(visit.page.locator(".atlas-paper")).to_contain_text("/atlas?kind=research")
    expect(visit.page.locator("[data-atlas-entry]").first).to_be_visible()
    for gone in ("#atlas-form", "#atlas-layers", ".portal-nav"):
        expect(visit.page.locator(gone)).to_be_hidden()

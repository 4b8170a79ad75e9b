"""Every page that people see, as a browser shows it, on a desk and on a phone."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Visit

pytestmark = pytest.mark.browser

STATIC = [
    "/", "/dataset", "/dataset?q=Luft", "/atlas", "/measures", "/developers", "/contribute", "/about", "/harvest",
    "/harvest/funding-plan", "/harvest/about/funding-plan", "/organization", "/user/login",
]  # fmt: skip
KINDS = ["dataset", "dataset_series", "resource", "measure", "actor", "project"]
# CKAN's and its extensions' English that readers of a German page must not meet.
ENGLISH = [
    "Welcome to CKAN", "Willkommen bei CKAN", "Suchdaten", "Search", "Datasets", "Organizations", "Powered by",
    "Additional Info", "Data and Resources", "Last Updated", "Created", "Explore", "Log in", "Download", "Filter by",
    "Show more", "Frequency", "MANUAL", "License", "Followers", "Skip to",
]  # fmt: skip


def address(page: str, found: dict[str, str]) -> str:
    """A page by its path or by its kind."""
    return page if page.startswith("/") else found[page]


@pytest.mark.parametrize("page", STATIC + KINDS)
def test_page_fits_the_window_and_runs_clean(visit: Visit, found: dict[str, str], page: str) -> None:
    """No sideways scroll, one heading of the first order, nothing on the console."""
    assert visit.to(address(page, found)) == 200
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= visit.page.viewport_size["width"]
    assert visit.page.locator("h1").count() == 1
    assert visit.page.locator("main").count() == 1
    assert visit.errors == []


@pytest.mark.parametrize("page", STATIC + KINDS)
def test_german_pages_speak_german(visit: Visit, found: dict[str, str], page: str) -> None:
    visit.to(address(page, found))
    assert visit.page.locator("html").get_attribute("lang") == "de"
    words = visit.page.locator("body").inner_text()
    assert [english for english in ENGLISH if english in words] == []


@pytest.mark.parametrize("page", STATIC + KINDS)
def test_page_is_complete_without_scripts(plain_visit: Visit, found: dict[str, str], page: str) -> None:
    assert plain_visit.to(address(page, found)) == 200
    assert len(plain_visit.page.locator("main").inner_text()) > 80
    assert plain_visit.page.locator("main h1").is_visible()


@pytest.mark.parametrize("page", ["/", "/measures", "dataset"])
def test_the_other_language_is_one_click_away_and_back(visit: Visit, found: dict[str, str], page: str) -> None:
    visit.to(address(page, found))
    visit.page.get_by_role("link", name="English").click()
    assert visit.page.locator("html").get_attribute("lang") == "en"
    assert visit.page.get_by_role("link", name="Measures").first.is_visible()
    visit.page.get_by_role("link", name="Deutsch").click()
    assert visit.page.locator("html").get_attribute("lang") == "de"
    assert visit.page.url == visit.base + address(page, found)


@pytest.mark.parametrize("page", ["/", "/dataset", "/atlas", "dataset"])
def test_the_first_key_leads_past_the_navigation(visit: Visit, found: dict[str, str], page: str) -> None:
    """The skip link comes first, can be seen, and puts the focus on the content."""
    visit.to(address(page, found))
    visit.page.keyboard.press("Tab")
    focused = visit.page.locator(":focus")
    assert focused.inner_text() == "Zum Inhalt springen"
    box = focused.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.tagName") == "MAIN"


def test_focus_is_visible(visit: Visit) -> None:
    visit.to("/")
    for _ in range(6):
        visit.page.keyboard.press("Tab")
        outline = visit.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"


def test_a_search_from_the_first_page_finds_a_dataset_to_download(visit: Visit, found: dict[str, str]) -> None:
    visit.to("/")
    visit.page.get_by_role("searchbox").fill("Förderplan")
    visit.page.keyboard.press("Enter")
    visit.page.locator("main .portal-card a").first.click()
    assert "/dataset" in visit.page.url
    assert visit.errors == []


def test_a_download_is_in_sight_on_the_first_screen(visit: Visit, found: dict[str, str]) -> None:
    visit.to(found["resource"].split("/resource/")[0])
    box = visit.page.get_by_role("link", name="Herunterladen").first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= visit.page.viewport_size["height"]


@pytest.mark.parametrize(
    "page",
    [
        "/", "/dataset", "/atlas", "/measures", "dataset", "resource", "measure", "project", "/harvest",
        "/harvest/about/funding-plan", "/organization", "/user/login",
    ],
)  # fmt: skip
def test_axe_finds_nothing_serious(visit: Visit, found: dict[str, str], axe: str, page: str) -> None:
    """WCAG 2.2 A and AA, by axe-core."""
    visit.to(address(page, found))
    visit.page.evaluate(axe)
    report: dict[str, Any] = visit.page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
    )
    serious = [
        f"{one['id']}: {one['help']} at {[node['target'] for node in one['nodes']]}"
        for one in report["violations"]
        if one["impact"] in {"serious", "critical"}
    ]
    assert serious == []


def test_only_the_portal_is_asked(visit: Visit, found: dict[str, str]) -> None:
    """No font, script or picture comes from another host."""
    hosts: set[str] = set()
    visit.page.on("request", lambda request: hosts.add(request.url.split("/")[2]) if "//" in request.url else None)
    for page in ["/", "/dataset", "/measures", found["dataset"]]:
        visit.to(page)
    assert hosts == {visit.base.split("/")[2]}

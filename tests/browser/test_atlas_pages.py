"""The atlas for everybody: by keyboard alone, read by machines, and as it is said to those who do not see it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from .conftest import Visit

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATIENCE_MS = 60_000
STEPS = 150  # presses of Tab in which everything on a page must be reached


def problems(visit: Visit, axe: str) -> list[str]:
    """Everything that axe-core finds, however slight, and a page that scrolls sideways."""
    visit.page.evaluate(axe)
    report: dict[str, Any] = visit.page.evaluate(f"axe.run({{runOnly: {RULES}}})")
    found = [
        f"{visit.page.url}: {one['id']}: {one['help']} at {[node['target'] for node in one['nodes'][:3]]}"
        for one in report["violations"]
    ]
    if visit.page.evaluate("document.documentElement.scrollWidth") > visit.page.viewport_size["width"]:
        found.append(f"{visit.page.url} scrolls sideways")
    return found


def test_axe_finds_nothing_on_any_page_of_the_atlas(visit: Visit, found: dict[str, str], axe: str) -> None:
    """List with map and all filters, nothing found, entries, the frame, and the sections of other rooms."""
    faults = []
    visit.to("/atlas?kind=actor&near=Friedrichstadt")
    visit.page.locator("#atlas-more summary").click()
    visit.page.locator("#atlas-map-section").scroll_into_view_if_needed()
    visit.page.wait_for_selector("#atlas-map[data-map-state=idle]", timeout=PATIENCE_MS)
    faults += problems(visit, axe)
    sections = visit.page.eval_on_selector_all(".atlas-sections a", "links => links.map(link => link.pathname)")
    addresses = ["/atlas?q=Xylophon+Sensor", "/atlas?embed&kind=research", found["actor"], found["project"]]
    for path in [*addresses, *(path for path in sections if path != "/atlas")]:
        assert visit.to(path) == 200, path
        faults += problems(visit, axe)
    assert visit.errors == []
    visit.to("/atlas/project/luft-laerm")  # and away again, whatever its map still loads
    visit.page.goto(visit.page.locator('#matches a[href*="/atlas/match/"]').first.evaluate("link => link.href"))
    faults += problems(visit, axe)
    assert not faults, "\n".join(faults)


def tab_to(visit: Visit, name: str) -> None:
    """Presses Tab until what has the focus is called so."""
    for _ in range(STEPS):
        visit.page.keyboard.press("Tab")
        called = visit.page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim().replace(/\\s+/g, ' ')"
        )
        if called.startswith(name):
            assert visit.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", name
            return
    pytest.fail(f"{name} cannot be reached with Tab on {visit.page.url}")


def test_from_the_search_to_the_reason_of_a_match_by_keyboard_alone(visit: Visit) -> None:
    """Search, open the project found, go to its matches, open one, read why; the focus is always to be seen."""
    visit.to("/atlas")
    tab_to(visit, "Akteure und Projekte suchen")
    visit.page.keyboard.type("Luftqualität Monitoring")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**q=**")
    expect(visit.page.locator("#atlas-status")).not_to_be_empty()
    tab_to(visit, "Luftqualitäts- und Lärm-Monitoring")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/atlas/project/luft-laerm")
    title = visit.page.locator("#matches h3 a").first
    tab_to(visit, title.inner_text())
    expect(title).to_be_in_viewport()
    expect(visit.page.locator("#matches ol li").first).to_contain_text("von 100 Punkten")
    tab_to(visit, visit.page.locator('#matches a[href*="/atlas/match/"]').first.inner_text().split(":")[0].strip())
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/atlas/match/luft-laerm/**")
    expect(visit.page.locator("main")).to_contain_text("Luftqualität")
    assert visit.errors == []

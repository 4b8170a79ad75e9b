"""Network, flows, programmes and strengths as people meet them: axe, keyboard, without scripts."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Visit

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = [
    "/atlas/network",
    "/atlas/network?kind=research",
    "/atlas/network/funding",
    "/atlas/funding",
    "/atlas/funding/horizon-europe?project=iq-friedrichstadt",
    "/en/atlas/strengths",
]


@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing(visit: Visit, axe: str, address: str) -> None:
    """However slight; and no page scrolls sideways."""
    assert visit.to(address) == 200
    for folded in visit.page.locator(".network-choices details").all():
        folded.evaluate("one => { one.open = true }")
    visit.page.evaluate(axe)
    report: dict[str, Any] = visit.page.evaluate(f"axe.run({{runOnly: {RULES}}})")
    found = [f"{one['id']}: {node['html'][:160]}" for one in report["violations"] for node in one["nodes"]]
    assert found == []
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert visit.errors == []


def test_the_keyboard_points_out_neighbours_and_opens_an_entry(visit: Visit) -> None:
    """As the pointer does."""
    visit.to("/atlas/network")
    node = visit.page.locator(".network-node[data-key^='actor/']:not([data-near=''])").first
    near = (node.get_attribute("data-near") or "").split()
    node.focus()
    lit = visit.page.eval_on_selector_all(".network-lit[data-key]", "all => all.map(one => one.dataset.key)")
    assert set(near) < set(lit)
    assert visit.page.locator("#network.network-looking").count() == 1
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/atlas/actor/*")


def test_labels_do_not_lie_on_each_other(visit: Visit) -> None:
    """As the browser really sets them."""
    visit.to("/atlas/network")
    boxes = visit.page.eval_on_selector_all(
        ".network-node text",
        "all => all.map(one => { const b = one.getBBox(); return [b.x, b.y, b.x + b.width, b.y + b.height] })",
    )
    assert len(boxes) > 20
    overlaps = [
        (one, other)
        for at, one in enumerate(boxes)
        for other in boxes[at + 1 :]
        if min(one[2], other[2]) - max(one[0], other[0]) > 2 and min(one[3], other[3]) - max(one[1], other[1]) > 2
    ]
    assert overlaps == []


def test_everything_is_there_without_scripts(plain_visit: Visit) -> None:
    """Drawing, table, filters, money."""
    plain_visit.to("/atlas/network")
    assert plain_visit.page.locator("#network .network-node").count() > 20
    assert plain_visit.page.locator(".network-ties tbody tr").count() == 20
    plain_visit.page.locator(".network-choices summary").first.click()
    plain_visit.page.locator(".network-choices details[open] a").first.click()
    assert "field=" in plain_visit.page.url
    plain_visit.to("/atlas/network/funding")
    assert "23.938.466" in plain_visit.page.content()


def test_a_phone_has_the_table_first(visit: Visit) -> None:
    """Where the window is narrow; at a desk the drawing comes first."""
    visit.to("/atlas/network")
    places = visit.page.evaluate(
        "['network-drawing', 'network-table'].map(name => document.querySelector('.' + name).getBoundingClientRect().y)"
    )
    narrow = visit.page.evaluate("innerWidth < 992")
    assert (places[1] < places[0]) == narrow

"""The pages of entries made for the purpose."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from .conftest import Create

pytestmark = pytest.mark.ckan


def soup(app: Any, url: str, status: int = 200) -> BeautifulSoup:
    answer = app.get(url, follow_redirects=False)
    assert answer.status_code == status, answer.body[:500]
    return BeautifulSoup(answer.body, "html.parser")


def test_html_in_an_entry_is_shown_as_text(create: Create, app: Any):
    """In list, page, map data and title."""
    evil = '<img src=x onerror="alert(1)">'
    create("actor", "evil", title=evil, notes=evil, offers=[evil], sources=[evil])
    create("project", "park", needs=[evil], lead="evil")
    for url in ("/atlas", "/atlas/actor/evil", "/atlas/project/park"):
        assert soup(app, url).select("main img") == []


def test_datasets_of_the_measure_stand_on_the_page_of_its_project(create: Create, app: Any):
    """Found by the code of the measure."""
    create("project", "air", measure="1.2.5")
    create(
        "dataset",
        "",
        name="air-data",
        title="Messwerte der Luft",
        title_en="Measured air",
        measure="1.2.5",
        notes="Ein Text.",
        theme=["http://publications.europa.eu/resource/authority/data-theme/ENVI"],
    )
    link = soup(app, "/atlas/project/air").select_one('a[href="/dataset/air-data"]')
    assert link.text == "Messwerte der Luft"
    link = soup(app, "/en/atlas/project/air").select_one('a[href="/en/dataset/air-data"]')
    assert link.text == "Measured air"


def test_german_texts_are_marked_on_english_pages(create: Create, app: Any):
    """For those who have the page read to them."""
    create("actor", "lab", notes="Ein Labor.")
    assert soup(app, "/en/atlas/actor/lab").select_one(".portal-prose")["lang"] == "de"
    assert soup(app, "/en/atlas").find("p", string="Ein Labor.")["lang"] == "de"
    assert not soup(app, "/atlas/actor/lab").select_one(".portal-prose").get("lang")


def test_facts_stand_with_their_sources_and_dates(create: Create, app: Any):
    """What an entry seeks and offers comes first, then who takes part since when."""
    create("actor", "lab", title="Labor", offers=["Lärmmessung"])
    evidence = [
        {"fact": "needs", "source": "Antrag 2021", "retrieved_on": "2026-05-02", "confirmed_on": ""},
        {"fact": "status", "source": "https://www.example.org/quiet", "retrieved_on": "", "confirmed_on": "2026-06"},
    ]
    create(
        "project",
        "quiet",
        status="running",
        needs=["Lärmmessung"],
        members=[{"actor": "lab", "role": "funder", "since": "2024"}],
        contact_url="https://www.example.org/contact",
        links=[{"url": "https://www.example.org/blog", "label": "Werkstatt"}],
        evidence=evidence,
    )
    page = soup(app, "/atlas/project/quiet")
    assert "Antrag 2021, gelesen am 2. Mai 2026" in page.select_one(".atlas-seeks").text
    status = next(row for row in page.select(".portal-facts > div") if row.dt.text == "Stand")
    assert status.select_one('a[href="https://www.example.org/quiet"]').text == "example.org"
    member = page.select_one(".atlas-people li").text
    assert "Förderung" in member
    assert "seit 2024" in member
    assert page.select_one('.atlas-side a[href="https://www.example.org/contact"]')
    assert page.select_one('.atlas-side a[href="https://www.example.org/blog"]').text == "Werkstatt"
    assert "Zuletzt geprüft am 1. Juni 2026" in page.select_one(".atlas-marks").text
    assert page.select_one('link[rel="canonical"]')["href"].endswith("/atlas/project/quiet")


def test_an_entry_without_a_point_is_drawn_and_named_by_its_district(create: Create, app: Any):
    """In the list, and on the small map of its page."""
    create("project", "yard", districts=["05"])
    assert "Stadtteil" in soup(app, "/atlas").select_one('[data-atlas-entry="project/yard"] .atlas-card-foot').text
    assert "small" in soup(app, "/atlas/project/yard").select_one("[data-atlas-small-map]")["data-atlas-small-map"]
    create("project", "nowhere")
    assert soup(app, "/atlas/project/nowhere").select("[data-atlas-small-map]") == []

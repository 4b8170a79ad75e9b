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

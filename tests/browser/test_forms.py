"""The forms as people fill them in: with a mouse, with keys alone, without scripts, hearing instead of seeing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext

from .conftest import Visit

pytestmark = pytest.mark.browser

TITLE = "Formulartest"


def headers() -> dict[str, str]:
    return {"Authorization": os.environ["PORTAL_TEST_TOKEN"]}


def signed_in(context: BrowserContext, base: str) -> Visit:
    context.set_extra_http_headers(headers())
    visit = Visit(context.new_page(), base)
    visit.page.on("dialog", lambda dialog: dialog.accept())
    return visit


@pytest.fixture
def editor(context: BrowserContext, portal_url: str) -> Visit:
    """Somebody who may edit, on a desk and on a phone in turn."""
    return signed_in(context, portal_url)


@pytest.fixture
def desk(browser: Browser, portal_url: str) -> Iterator[Visit]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    yield signed_in(opened, portal_url)
    opened.close()


@pytest.fixture
def desk_without_scripts(browser: Browser, portal_url: str) -> Iterator[Visit]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    yield signed_in(opened, portal_url)
    opened.close()


@pytest.fixture
def made(portal_url: str) -> Iterator[str]:
    """The short name of the dataset that a test makes; it is gone afterwards."""
    name = "formulartest"
    yield name
    requests.post(f"{portal_url}/api/3/action/dataset_purge", json={"id": name}, headers=headers(), timeout=30)


def published(portal_url: str, name: str) -> dict[str, Any]:
    answer = requests.get(f"{portal_url}/api/3/action/package_show", params={"id": name}, timeout=30)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["result"])


def ready(visit: Visit, path: str) -> None:
    """The form, with its searches in place."""
    assert visit.to(path) == 200
    enhanced(visit)


def enhanced(visit: Visit) -> None:
    """Style sheets and scripts are there and have done their work."""
    visit.page.wait_for_load_state("load")
    visit.page.locator("form[data-enhanced]").wait_for()


def focused(visit: Visit, what: str = "id") -> str:
    """The id, or the text, of what has the focus."""
    found = "document.activeElement.id" if what == "id" else "document.activeElement.innerText.trim()"
    return str(visit.page.evaluate(found))


def tab_to(visit: Visit, identifier: str) -> None:
    """Go on with the tabulator until the control has the focus."""
    for _step in range(80):
        if focused(visit) == identifier:
            return
        visit.page.keyboard.press("Tab")
    pytest.fail(f"{identifier} cannot be reached with the tabulator")


def test_a_dataset_is_made_with_keys_alone(desk: Visit, made: str) -> None:
    """Typed, searched, chosen, corrected and published without a pointer."""
    keys = desk.page.keyboard
    ready(desk, "/dataset/new")
    tab_to(desk, "field-title")
    keys.type(TITLE)
    tab_to(desk, "field-theme")
    keys.type("lärm")
    desk.page.get_by_role("option", name="Umwelt").wait_for()
    keys.press("Enter")
    assert desk.page.get_by_role("button", name="Umwelt entfernen").is_visible()
    for _step in range(3):
        keys.press("Tab")
    tab_to_button(desk, "Weiter zur Datei")
    keys.press("Enter")
    # The description is missing: the focus is on what is wrong, and leads to the field.
    desk.page.locator("#form-summary").wait_for()
    enhanced(desk)
    assert focused(desk) == "form-summary"
    keys.press("Tab")
    keys.press("Enter")
    assert focused(desk) == "field-notes"
    assert desk.page.locator("#field-title").input_value() == TITLE
    keys.type("Ein Text.")
    tab_to_button(desk, "Weiter zur Datei")
    keys.press("Enter")
    desk.page.wait_for_url("**/resource/new*")
    tab_to(desk, "field-url")
    keys.type("https://example.org/werte.csv")
    tab_to_button(desk, "Veröffentlichen")
    keys.press("Enter")
    desk.page.wait_for_url(f"**/dataset/{made}*")
    dataset = published(desk.base, made)
    assert dataset["theme"] == ["http://publications.europa.eu/resource/authority/data-theme/ENVI"]
    assert dataset["resources"][0]["format"] == "CSV"
    assert desk.errors == []


def tab_to_button(visit: Visit, name: str) -> None:
    for _step in range(80):
        if focused(visit, "text") == name:
            return
        visit.page.keyboard.press("Tab")
    pytest.fail(f"The button {name} cannot be reached with the tabulator")


def test_a_dataset_is_made_without_scripts(desk_without_scripts: Visit, made: str) -> None:
    """Boxes to tick, one blank contact, a place of the city, a file, and a mistake on the way."""
    visit = desk_without_scripts
    page = visit.page
    visit.to("/dataset/new")
    page.fill("#field-title", TITLE)
    page.fill("#field-notes", "Ein Text.")
    page.get_by_label("Umwelt", exact=True).check()
    page.locator("#form-part-recommended > summary").click()
    page.locator("#field-contact summary").first.click()
    page.fill("#field-contact-000-name", "Umweltamt")
    page.fill("#field-contact-000-email", "falsch")
    page.locator("#field-spatial_coverage summary").first.click()
    page.select_option("#field-spatial_coverage-000-choose", "city")
    page.get_by_role("button", name="Weiter zur Datei").click()
    assert "Keine E-Mail-Adresse: falsch" in page.locator("#field-contact-000-email-error").inner_text()
    assert page.locator("#field-contact-000-name").input_value() == "Umweltamt"
    page.fill("#field-contact-000-email", "umwelt@example.org")
    page.get_by_role("button", name="Weiter zur Datei").click()
    page.set_input_files("#field-upload", {"name": "werte.csv", "mimeType": "text/csv", "buffer": b"a;b\n1;2\n"})
    page.get_by_role("button", name="Veröffentlichen", exact=True).click()
    dataset = published(visit.base, made)
    assert dataset["contact"][0]["email"] == "umwelt@example.org"
    assert dataset["spatial_coverage"][0]["uri"].startswith("http")
    assert dataset["resources"][0]["url"].endswith("werte.csv")


def test_what_is_chosen_can_be_taken_back(desk: Visit) -> None:
    """Values of a list, records, and what a switch brings along."""
    page = desk.page
    ready(desk, "/dataset/new")
    theme = page.get_by_role("combobox", name="Kategorien")
    theme.fill("verkehr")
    page.get_by_role("option", name="Verkehr").click()
    assert page.locator("input[name=theme]:checked").count() == 1
    page.get_by_role("button", name="Verkehr entfernen").click()
    assert page.locator("input[name=theme]:checked").count() == 0
    page.locator("#form-part-recommended > summary").click()
    add = page.get_by_role("button", name="Zeitraum hinzufügen")
    add.click()
    assert focused(desk) == "field-temporal_coverage-000-start"
    page.keyboard.type("7/2026")
    said = page.locator("#field-temporal_coverage-000-start-understood")
    said.get_by_text("wird gespeichert als Monat: Juli 2026").wait_for()
    add.click()
    page.get_by_role("button", name="Zeitraum 1 entfernen").click()
    assert page.locator("#field-temporal_coverage-000-start").count() == 0
    assert page.locator("#field-temporal_coverage-001-start").count() == 1
    category = page.get_by_role("group", name="Kategorie des hochwertigen Datensatzes")
    assert not category.is_visible()
    page.get_by_role("switch", name="Hochwertiger Datensatz (HVD)").check()
    assert category.is_visible()
    assert desk.errors == []


@pytest.mark.parametrize("kind", ["dataset_series", "data_service", "actor", "project"])
def test_axe_finds_nothing_in_a_form(desk: Visit, axe: str, kind: str) -> None:
    """WCAG 2.2 A and AA by axe-core, with all parts open."""
    ready(desk, f"/{kind}/new")
    open_all(desk)
    assert violations(desk, axe) == []
    assert desk.errors == []


def test_axe_finds_nothing_in_the_form_of_a_dataset(editor: Visit, found: dict[str, str], axe: str) -> None:
    """New, published, of a file, and with a mistake; on a desk and on a phone, without sideways scroll."""
    name = found["dataset"].split("/")[2]
    for path in ["/dataset/new", f"/dataset/edit/{name}", f"/dataset/{name}/resource/new"]:
        ready(editor, path)
        open_all(editor)
        assert violations(editor, axe) == [], path
        assert editor.page.evaluate("document.documentElement.scrollWidth") <= editor.page.viewport_size["width"]
    # Here still the form of a file, and nothing in it.
    editor.page.get_by_role("button", name="Speichern", exact=True).click()
    editor.page.locator("#form-summary").wait_for()
    enhanced(editor)
    assert violations(editor, axe) == []
    assert editor.errors == []


@pytest.mark.parametrize(
    "path", ["/atlas/topics", "/atlas/topics/noise", "/atlas/review", "/atlas/import", "/actor/new", "/project/new"]
)
def test_axe_finds_nothing_on_the_pages_of_editors_of_the_atlas(editor: Visit, axe: str, path: str) -> None:
    """On a desk and on a phone, all parts open, without sideways scroll."""
    if path.endswith("/new"):
        ready(editor, path)
        open_all(editor)
    else:
        assert editor.to(path) == 200
    assert violations(editor, axe) == []
    assert editor.page.evaluate("document.documentElement.scrollWidth") <= editor.page.viewport_size["width"]
    assert editor.errors == []


def open_all(visit: Visit) -> None:
    visit.page.evaluate("document.querySelectorAll('.portal-form details').forEach(one => { one.open = true; })")


def violations(visit: Visit, axe: str) -> list[str]:
    visit.page.evaluate(axe)
    report: dict[str, Any] = visit.page.evaluate(
        "axe.run('main', {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
    )
    return [
        f"{one['id']}: {one['help']} at {[node['target'] for node in one['nodes']]}" for one in report["violations"]
    ]

"""Title, description, theme, a file and its licence make a valid dataset, with the form and through the API."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from ckan.tests.helpers import call_action
from ckanext.dresdensmartcity.quality import engine, shacl
from rdflib import Graph

from .conftest import Person

pytestmark = pytest.mark.ckan

THEME = "http://publications.europa.eu/resource/authority/data-theme/ENVI"
LICENCE = "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
SMALLEST = {"title": "Luftgüte", "notes": "Stundenmittel der Stationen.", "theme": THEME}


def test_with_the_form(person: Person, shared: Path) -> None:
    """Filled in, uploaded, published: no other field is touched."""
    file = person.sends("/dataset/new", blank(person.sees("/dataset/new")) | SMALLEST)
    assert file.path == "/dataset/luftguete/resource/new"
    sent = blank(file) | {"upload": (io.BytesIO(b"station;no2\n1;20\n"), "luft.csv"), "license": LICENCE}
    page = person.sends(file.path, {**sent, "save": "go-metadata"}, content_type="multipart/form-data")
    assert page.path == "/dataset/luftguete"
    check(person, shared)


def test_through_the_api(person: Person, shared: Path) -> None:
    resource = {"url": "https://example.org/luft.csv", "license": LICENCE}
    author = {"user": call_action("get_site_user")["name"]}
    call_action("package_create", author, **{**SMALLEST, "theme": [THEME]}, resources=[resource])
    check(person, shared)


def check(person: Person, shared: Path) -> None:
    package = call_action("package_show", id="luftguete")
    assert (package["state"], package["private"]) == ("active", False)
    assert package["organization"]["name"] == "dresden"
    assert [(one["format"], one["license"]) for one in package["resources"]] == [("CSV", LICENCE)]
    graph = Graph().parse(data=person.app.get("/dataset/luftguete.ttl").body, format="turtle")
    official = engine.check(graph, shacl.load_shapes(shared / "dcat-ap-de" / "official" / "shapes"))
    assert [one for one in official if one.severity != "info"] == []
    # Valid, with a word of advice: the standard recommends a keyword.
    own = [(one.severity, one.field) for one in engine.check(graph) if one.severity != "info"]
    assert own == [("warning", "tag_string")]


def blank(page: Any) -> dict[str, Any]:
    """What the form sends when nobody types anything, as a browser without scripts does."""
    form = page.soup.select_one("form.portal-form")
    sent: dict[str, Any] = {}
    for one in form.select("input[name], textarea[name], select[name]"):
        if one.get("type") in ("checkbox", "file") and not one.has_attr("checked"):
            continue
        value = one.get("value", "")
        if one.name == "textarea":
            value = one.text.strip("\n")
        elif one.name == "select":
            chosen = one.select_one("option[selected]") or one.select_one("option")
            value = chosen.get("value", "")
        sent[one["name"]] = value
    return sent

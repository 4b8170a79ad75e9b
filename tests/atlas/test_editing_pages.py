"""Import, review and topics as pages."""

from __future__ import annotations

import io
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories
from ckan.tests.helpers import CKANTestApp, call_action

from .conftest import Create

pytestmark = pytest.mark.ckan
TABLE = "type,id,title,kind,longitude,latitude\nactor,neu,Neues Institut,research,13.72,51.03\n"
WRONG = TABLE + "actor,falsch,Falsch,office,51.03,13.72\n"


@pytest.fixture
def headers(create: Create) -> dict[str, dict[str, str]]:
    """Of nobody, of a member who may not write, of an editor, of a sysadmin."""
    people = {
        "member": factories.UserWithToken(),
        "editor": factories.UserWithToken(),
        "sysadmin": factories.SysadminWithToken(),
    }
    factories.Organization(
        name="dresden", users=[{"name": people[one]["name"], "capacity": one} for one in ("member", "editor")]
    )
    return {"nobody": {}} | {name: {"Authorization": user["token"]} for name, user in people.items()}


def upload(app: CKANTestApp, headers: dict[str, str], text: str, name: str = "a.csv") -> Any:
    return app.post("/atlas/import", data={"file": (io.BytesIO(text.encode()), name)}, headers=headers)


@pytest.mark.parametrize("path", ["/atlas/import", "/atlas/review"])
@pytest.mark.parametrize(("who", "status"), [("nobody", 401), ("member", 403), ("editor", 200), ("sysadmin", 200)])
def test_only_editors_see_the_pages(app: CKANTestApp, headers: Any, path: str, who: str, status: int) -> None:
    found = app.get(path, headers=headers[who], follow_redirects=False).status_code
    assert found in ({401, 302} if who == "nobody" else {status})


def test_a_file_is_shown_first_and_stored_when_it_is_confirmed(app: CKANTestApp, headers: Any) -> None:
    page = BeautifulSoup(upload(app, headers["editor"], TABLE).body, "html.parser")
    assert "Neues Institut" in page.select_one(".import-scroll").text
    token = page.select_one("[name=token]")["value"]
    assert call_action("atlas_search", q="Neues Institut")["count"] == 0
    other = app.post("/atlas/import/confirm", data={"token": token}, headers=headers["sysadmin"])
    assert other.status_code == 400
    done = app.post("/atlas/import/confirm", data={"token": token}, headers=headers["editor"])
    assert done.status_code == 200
    assert call_action("atlas_show", type="actor", id="neu")["longitude"] == 13.72
    again = BeautifulSoup(upload(app, headers["editor"], TABLE).body, "html.parser")
    assert not again.select("[name=token]")


def test_nothing_is_stored_while_a_row_is_wrong_unless_it_is_left_out(app: CKANTestApp, headers: Any) -> None:
    page = BeautifulSoup(upload(app, headers["editor"], WRONG).body, "html.parser")
    assert "Zeile 3" in page.select_one(".atlas-mistakes").text
    assert "vertauscht" in page.select_one(".atlas-mistakes").text
    token = page.select_one("[name=token]")["value"]
    assert app.post("/atlas/import/confirm", data={"token": token}, headers=headers["editor"]).status_code == 400
    assert call_action("atlas_search")["count"] == 0
    form = {"token": token, "skip_wrong": "yes"}
    assert app.post("/atlas/import/confirm", data=form, headers=headers["editor"]).status_code == 200
    assert [one["id"] for one in call_action("atlas_search")["results"]] == ["neu"]


@pytest.mark.parametrize(("text", "name"), [("", "a.csv"), ("{", "a.geojson"), ("x: [", "a.yaml"), ("\0", "a.csv")])
def test_a_file_that_is_none_is_refused_with_a_sentence(app: CKANTestApp, headers: Any, text: str, name: str) -> None:
    answer = upload(app, headers["editor"], text, name)
    assert answer.status_code == 400
    assert "atlas-mistakes" in answer.body


def test_a_click_confirms_an_entry(app: CKANTestApp, headers: Any, create: Create) -> None:
    """Nobody else's click does."""
    create("project", "alt", confirmed_on="2020", sources=["S"])
    assert "2020" in app.get("/atlas/review", headers=headers["sysadmin"]).body
    form = {"type": "project", "id": "alt"}
    for who, status in (("nobody", {401, 302}), ("member", {403}), ("editor", {403})):
        answer = app.post("/atlas/review/confirm", data=form, headers=headers[who], follow_redirects=False)
        assert answer.status_code in status
    assert call_action("atlas_show", type="project", id="alt")["stale"] is True
    app.post("/atlas/review/confirm", data=form, headers=headers["sysadmin"], follow_redirects=False)
    assert call_action("atlas_show", type="project", id="alt")["stale"] is False
    missing = {"type": "project", "id": "nirgends"}
    assert app.post("/atlas/review/confirm", data=missing, headers=headers["sysadmin"]).status_code == 404


def test_topics_are_pages_turtle_and_json_ld(app: CKANTestApp, create: Create) -> None:
    create("actor", "labor", title="Schalllabor", offers=["noise"])
    assert "Lärm" in app.get("/atlas/topics").body
    page = app.get("/atlas/topics/environmental-monitoring").body
    assert "Schalllabor" in page
    assert "/atlas/topics/noise" in page
    assert app.get("/atlas/topics/noise.ttl").content_type.startswith("text/turtle")
    by_header = app.get("/atlas/topics/noise", headers={"Accept": "application/ld+json"})
    assert "Schall" in str(by_header.json["@graph"])
    assert app.get("/atlas/topics/nirgends").status_code == 404

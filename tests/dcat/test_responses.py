"""What need not be sent twice: entity tags, dates, 304, HEAD; and who may keep what."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest
from ckan.tests import factories
from ckanext.dresdensmartcity.dcat import documents, fragments
from content import call, create
from packages import minimal
from rdflib import Graph

pytestmark = pytest.mark.ckan

ADDRESSES = (
    "/catalog.ttl",
    "/catalog.jsonld?page=2",
    "/catalog/dump.nt",
    "/catalog/dump.rdf.gz",
    "/dataset/air-2026.ttl",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_unchanged_answer_is_not_sent_again(client: Any, address: str) -> None:
    """304 without a body for whoever has it."""
    first = client.get(address, status=200)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]}, status=304)
    assert again.data == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    assert client.get(address, headers={"If-None-Match": 'W/"other"'}, status=200).data == first.data


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_changed_answer_is_sent_again(client: Any, address: str) -> None:
    """And its tag is another one."""
    first = client.get(address, status=200).headers["ETag"]
    call("package_patch", id="air-2026", notes=f"Neu für {address}")
    assert client.get(address, headers={"If-None-Match": first}, status=200).headers["ETag"] != first


def test_a_removed_entry_is_a_change(client: Any) -> None:
    """Also the one that was written last."""
    gone = create(minimal(id="", name="gone", resources=[]))
    for step in ("package_delete", "dataset_purge"):
        first = client.get("/catalog/dump.nt", status=200).headers["ETag"]
        call(step, id=gone["id"])
        status = 200 if step == "package_delete" else 304  # it was gone for everybody already
        client.get("/catalog/dump.nt", headers={"If-None-Match": first}, status=status)


def test_each_syntax_and_each_page_has_its_own_tag(client: Any) -> None:
    """Whoever keeps one may not take it for another."""
    tags = [
        client.get(address, status=200).headers["ETag"]
        for address in (*ADDRESSES, "/catalog.nt", "/catalog.ttl?page=2")
    ]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_is_get_without_a_body(client: Any, address: str) -> None:
    """With the same headers."""
    full, head = client.get(address, status=200), client.test_client().head(address)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers.get("Content-Length") in (None, full.headers.get("Content-Length"))
    for name in ("ETag", "Content-Type", "Cache-Control", "Vary", "Last-Modified"):
        assert head.headers.get(name) == full.headers.get(name)


def test_dates(client: Any) -> None:
    """If-Modified-Since counts where no tag is sent."""
    time.sleep(1.1)  # no date is sent while the second of the change lasts
    changed = client.get("/catalog.ttl", status=200).headers["Last-Modified"]
    client.get("/catalog.ttl", headers={"If-Modified-Since": changed}, status=304)
    client.get("/catalog.ttl", headers={"If-Modified-Since": changed, "If-None-Match": '"other"'}, status=200)
    earlier = format_datetime(datetime.now(timezone.utc) - timedelta(days=1), usegmt=True)
    client.get("/catalog.ttl", headers={"If-Modified-Since": earlier}, status=200)


def test_no_date_is_sent_while_more_may_change_within_its_second(client: Any) -> None:
    """HTTP's dates are of whole seconds: a second change in the same one would not be seen."""
    call("package_patch", id="trees", notes="Neu")
    changed = documents.state().changed
    answer = client.get("/catalog.ttl")
    assert changed is not None
    if answer.headers.get("Last-Modified"):
        assert datetime.now(timezone.utc) - changed > timedelta(0)
        assert format_datetime(changed.astimezone(timezone.utc).replace(microsecond=0), usegmt=True)


def test_nothing_can_be_kept_while_parts_are_out_of_date(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """No tag, no date: more may come in a moment."""
    monkeypatch.setattr(documents, "AT_A_READING", 0)
    monkeypatch.setattr(fragments, "basis", lambda: "another")
    monkeypatch.setattr(documents, "basis", lambda: "another")
    answer = client.get("/catalog.ttl", status=200)
    assert "ETag" not in answer.headers
    assert "Last-Modified" not in answer.headers
    assert "Luftqualität 2026" in answer.body


def test_everybody_may_keep_what_everybody_sees(client: Any) -> None:
    """And asks whether it is still so; who is logged in changes nothing."""
    admin = {"Authorization": factories.SysadminWithToken()["token"]}
    for address in ADDRESSES:
        control = client.get(address).headers["Cache-Control"]
        assert "public" in control
        assert "max-age=0" in control
        assert client.get(address, headers=admin).headers["ETag"] == client.get(address).headers["ETag"]


@pytest.mark.parametrize("name", ["secret-data", "half-done"])
@pytest.mark.parametrize("ending", ["ttl", "rdf", "jsonld", "nt"])
def test_a_hidden_entry_is_for_those_who_may_see_it(client: Any, name: str, ending: str) -> None:
    """As it would be published; nobody may keep the answer."""
    admin = {"Authorization": factories.SysadminWithToken()["token"]}
    answer = client.get(f"/dataset/{name}.{ending}", headers=admin, status=200)
    assert "Bäume" in answer.body
    assert "no-store" in answer.headers["Cache-Control"]
    assert "public" not in answer.headers["Cache-Control"]
    assert "ETag" not in answer.headers
    client.get(f"/dataset/{name}.{ending}", status=404)


WANTED = {
    "text/turtle": "text/turtle",
    "application/rdf+xml": "application/rdf+xml",
    "application/ld+json": "application/ld+json",
    "application/n-triples": "application/n-triples",
    "application/xml;q=0.5, text/turtle;q=0.9": "text/turtle",
    "text/html;q=0.1, application/n-triples": "application/n-triples",
}
PAGES = ("/catalog", "/dataset/air-2026", "/dataset_series/measure-1-2-5")


@pytest.mark.parametrize("path", PAGES)
def test_one_address_gives_what_is_asked_for(client: Any, path: str) -> None:
    """By the header Accept; a browser gets a page, as does whoever takes anything."""
    for accept, media_type in WANTED.items():
        answer = client.get(path, headers={"Accept": accept}, status=200)
        assert answer.headers["Content-Type"].startswith(media_type)
        assert "Accept" in answer.headers["Vary"]
    for accept in ("text/html,application/xhtml+xml,*/*;q=0.8", "*/*", ""):
        assert "<html" in client.get(path, headers={"Accept": accept}, status=200).body


def test_notation3_is_turtle(client: Any) -> None:
    """Which every reader of it understands."""
    answer = client.get("/catalog.n3", status=200)
    assert answer.headers["Content-Type"].startswith("text/n3")
    assert len(Graph().parse(data=answer.data, format="n3")) > 100

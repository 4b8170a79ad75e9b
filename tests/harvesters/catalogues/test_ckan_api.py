"""Reading a CKAN portal whose answers are those of a real server that may lie."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from ckanext.dresdensmartcity.harvesters.catalogues.ckan_api import (
    Found,
    filter_query,
    portal_address,
    read_portal,
)
from ckanext.dresdensmartcity.harvesters.catalogues.feed import Bounds
from ckanext.dresdensmartcity.harvesters.client import Client, SourceFormatError, SourceUnreachableError
from sources import Source, body, status

SEARCH = "/api/3/action/package_search"


def answer(packages: list[dict[str, Any]], count: int):
    told = {"success": True, "result": {"count": count, "results": packages}}
    return body(json.dumps(told).encode(), "application/json")


def portal(source: Source, number: int, count: int | None = None, cap: int = 1000) -> str:
    """A portal with so many datasets, which says `count` and never gives more than `cap` at once."""
    every = [{"id": f"{one:03}", "name": f"d{one}"} for one in range(number)]

    def search(handler) -> None:
        query = parse_qs(urlsplit(handler.path).query)
        start, rows = int(query["start"][0]), min(int(query["rows"][0]), cap)
        answer(every[start : start + rows], number if count is None else count)(handler)

    source.serve(SEARCH, search)
    return source.url


def checks(found: Found) -> list[str]:
    return [one.check for one in found.incomplete]


@pytest.mark.parametrize(
    "path", ["", "/", "/api/3", "/api/3/action/package_search?q=x", "/dataset", "/dataset?organization=x", "/api"]
)
def test_takes_any_address_of_a_portal(path):
    """People enter what they see in their browser."""
    assert portal_address(f"https://opendata.example{path}") == "https://opendata.example"
    assert portal_address(f"https://example.org/daten{path}") == "https://example.org/daten"


def test_reads_all_pages_in_a_stable_order(client: Client, source: Source):
    """Until a page is empty, sorted by what never changes."""
    found = read_portal(client, portal(source, 25), rows=10)
    assert (len(found.packages), found.pages, found.incomplete) == (25, 4, [])
    assert all("sort=id+asc" in path for path, _ in source.requests)


def test_a_portal_that_gives_less_at_once_than_asked_is_read_whole(client: Client, source: Source):
    """Many portals cap `rows`; the next page begins where the last one ended."""
    found = read_portal(client, portal(source, 25, cap=7), rows=100)
    assert (len({one["id"] for one in found.packages}), found.incomplete) == (25, [])


@pytest.mark.parametrize(("count", "expected"), [(3, []), (25, []), (400, ["fewer"])])
def test_count_is_not_believed(client: Client, source: Source, count: int, expected: list[str]):
    """Too low a count cuts nothing off; too high a one makes the reading incomplete."""
    found = read_portal(client, portal(source, 25, count), rows=10)
    assert (len(found.packages), checks(found)) == (25, expected)


def test_a_portal_that_ignores_start_is_found_out(client: Client, source: Source):
    """Always the same page is no endless feed."""
    source.serve(SEARCH, answer([{"id": "a"}, {"id": "b"}], 100))
    found = read_portal(client, source.url, rows=2)
    assert (len(found.packages), checks(found)) == (2, ["loop"])


def test_entries_that_moved_to_another_page_are_taken_once(client: Client, source: Source):
    """A dataset that is deleted or made meanwhile shifts the others."""
    source.serve(SEARCH, answer([{"id": "a"}, {"id": "b"}], 3), answer([{"id": "b"}, {"id": "c"}], 3), answer([], 3))
    found = read_portal(client, source.url, rows=2)
    assert ([one["id"] for one in found.packages], found.repeated, found.incomplete) == (["a", "b", "c"], 1, [])


@pytest.mark.parametrize(
    "broken",
    [
        status(500),
        body(b"<html>Wartung</html>", "text/html"),
        body(b'{"success": true, "result": {', "application/json"),
        body(b'{"success": false, "error": {"message": "Solr is down"}}', "application/json"),
        body(b'{"success": true, "result": {"count": 9, "results": [{"name": "without id"}]}}', "application/json"),
        body(b"[]", "application/json"),
    ],
)
def test_trouble_in_the_middle_ends_the_reading_and_is_said(client: Client, source: Source, broken):
    """What was read stays, the rest is unknown; on the first page there is nothing to keep."""
    source.serve(SEARCH, answer([{"id": "a"}], 9), broken)
    found = read_portal(client, source.url, rows=1)
    assert (len(found.packages), checks(found)) == (1, ["page-unreadable"])
    source.serve(SEARCH, broken)
    with pytest.raises((SourceFormatError, SourceUnreachableError)):
        read_portal(client, source.url)


def test_a_web_page_is_named_as_such(client: Client, source: Source):
    """The commonest mistake: an address that is no CKAN portal."""
    source.serve(SEARCH, body(b"<html></html>", "text/html"))
    with pytest.raises(SourceFormatError, match=r"is 127\.0\.0\.1:.* a CKAN portal"):
        read_portal(client, source.url)


def test_an_endless_portal_ends_at_the_bounds(client: Client, source: Source):
    """Pages, entries and seconds have an end."""
    url = portal(source, 500)
    assert checks(read_portal(client, url, rows=10, bounds=Bounds(pages=3))) == ["limit"]
    assert checks(read_portal(client, url, rows=10, bounds=Bounds(entries=25))) == ["limit"]
    ticks = iter(range(0, 1000, 10))
    assert checks(read_portal(client, url, rows=10, bounds=Bounds(seconds=25), clock=lambda: next(ticks))) == ["limit"]


def test_filters_are_put_in_solrs_words():
    """Names are quoted, so that nothing in them is taken for a word of the language."""
    assert filter_query("", [], []) == ""
    assert filter_query("res_format:CSV", ["stadt", 'a" OR "b'], ["soci"]) == (
        '+(res_format:CSV) +organization:("stadt" OR "a\\" OR \\"b") +groups:("soci")'
    )

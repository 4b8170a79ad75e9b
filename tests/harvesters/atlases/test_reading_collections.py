"""A collection page by page, from servers that behave as they like."""

from __future__ import annotations

from typing import Any

import pytest
from ckanext.dresdensmartcity.harvesters.atlases import wording
from ckanext.dresdensmartcity.harvesters.atlases.reading import Items, base_address, read_items, read_server
from ckanext.dresdensmartcity.harvesters.atlases.settings import ActorsSettings, Bounds
from ckanext.dresdensmartcity.harvesters.client import Client, RedirectRefusedError
from ckanext.dresdensmartcity.harvesters.records import HarvesterError
from elsewhere import actor, as_json, items, paged, serve
from sources import Answer, Source, body, status

PATH = "/ogc/collections/actors/items"


def read(client: Client, source: Source, actors: Any, **bounds: int) -> Items:
    server = read_server(client, serve(source, actors))
    described = server.collection("actors")
    assert described is not None
    return read_items(client, described, ActorsSettings(), Bounds(**bounds))


def page(features: list[Any], following: str = "", **more: Any) -> Answer:
    return items(features, links=[{"rel": "next", "href": following}] if following else [], **more)


def broken(found: Items) -> list[str]:
    return [one.template for one in found.incomplete]


def test_all_pages_are_read(source: Source, client: Client) -> None:
    """Each entry once, with its place and its own address."""
    many = [actor(f"a{number}") for number in range(23)]
    found = read(client, source, paged(source, PATH, many), page_size=10)
    assert (len(found.rows), found.pages, found.incomplete) == (23, 3, [])
    assert found.rows[-1].place == "actors, page 3, feature 3"
    assert found.rows[-1].address == f"{source.url}{PATH}/a22"


def test_further_parameters_are_sent(source: Source, client: Client) -> None:
    """A filter of the source's settings."""
    server = read_server(client, serve(source, [actor("a")]))
    described = server.collection("actors")
    assert described is not None
    read_items(client, described, ActorsSettings(query={"kind": "research & more"}), Bounds())
    assert source.requests[-1][0] == f"{PATH}?kind=research+%26+more&limit=500"


def test_an_address_of_a_collection_is_that_of_its_interface() -> None:
    """People copy what their browser shows."""
    for address in (
        "https://a.example/ogc",
        "https://a.example/ogc/",
        "https://a.example/ogc/collections/actors/items?f=html",
    ):
        assert base_address(address) == "https://a.example/ogc"


def test_the_next_page_lies_at_the_server_itself(source: Source, client: Client) -> None:
    """A link into somebody's network is not followed; what was read stays read."""
    found = read(client, source, page([actor("a")], "http://169.254.169.254/latest"))
    assert (len(found.rows), broken(found)) == (1, [wording.BREAKS_OFF])
    assert all("latest" not in path for path, _ in source.requests)


def test_links_of_the_landing_page_lie_at_the_server_itself(source: Source, client: Client) -> None:
    """The list of collections as well."""
    url = serve(source, [], links=[{"rel": "data", "href": "http://127.0.0.2/collections"}])
    with pytest.raises(RedirectRefusedError):
        read_server(client, url)


@pytest.mark.parametrize("following", ["?limit=500", "?offset=1", "items"], ids=["the same", "new address", "round"])
def test_pages_that_go_round_end(source: Source, client: Client, following: str) -> None:
    """By their addresses, or by what they hold."""
    found = read(
        client, source, page([actor("a")], f"{source.url}{PATH}{following}" if following[0] == "?" else following)
    )
    assert broken(found) == [wording.BREAKS_OFF]
    assert len(source.requests) < 6


def test_endless_pages_end(source: Source, client: Client) -> None:
    """At the bound of entries or of pages."""
    many = [actor(f"a{number}") for number in range(60)]
    found = read(client, source, paged(source, PATH, many), page_size=5, entries=20)
    assert (len(found.rows), broken(found)) == (20, [wording.TOO_MANY])
    found = read(client, source, paged(source, PATH, many), page_size=5, pages=3)
    assert (len(found.rows), broken(found)) == (15, [wording.BREAKS_OFF])


def test_a_page_that_breaks_leaves_the_pages_before(source: Source, client: Client) -> None:
    """And says that it is not all."""
    first = page([actor("a")], f"{source.url}/ogc/second")
    for answer in (
        status(404),
        body(b'{"type": "FeatureCollection", "features": [{"type'),
        as_json({"type": "Feature"}),
    ):
        source.serve("/ogc/second", answer)
        found = read(client, source, first)
        assert (len(found.rows), broken(found)) == (1, [wording.BREAKS_OFF])


@pytest.mark.parametrize(
    "answer",
    [
        status(404),
        status(500),
        body(b"<html>Wartung</html>", "text/html"),
        as_json({"code": "InvalidParameterValue", "description": "nein"}),
        as_json({"type": "FeatureCollection", "features": {}}),
        body(b"[" * 100_000),
    ],
)
def test_a_collection_that_cannot_be_read_is_an_error(source: Source, client: Client, answer: Answer) -> None:
    """Never an empty one."""
    with pytest.raises(HarvesterError):
        read(client, source, answer)


def test_metres_are_not_taken_for_degrees(source: Source, client: Client) -> None:
    """Whether the header or the old member says so."""
    metres = items([actor("a")], crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25833"}})
    assert broken(read(client, source, metres)) == [wording.OTHER_CRS]
    header = {"Content_Crs": "<http://www.opengis.net/def/crs/EPSG/0/4326>"}
    turned = body(b'{"type": "FeatureCollection", "features": []}', "application/geo+json", **header)
    assert broken(read(client, source, turned)) == [wording.OTHER_CRS]


def test_fewer_than_announced_are_not_all(source: Source, client: Client) -> None:
    """More are all the same: the count was taken earlier."""
    assert broken(read(client, source, items([actor("a")], numberMatched=2))) == [wording.FEWER]
    assert broken(read(client, source, items([actor("a")], numberMatched=0))) == []


def test_what_comes_twice_is_taken_once(source: Source, client: Client) -> None:
    """And what is no feature is told with its place."""
    found = read(client, source, items([actor("a"), actor("a", title="Anders"), {"type": "Feature"}, None, 3]))
    assert [one.properties["title"] for one in found.rows] == ["A"]
    assert (found.wrong, [one.check for one in found.findings]) == (3, ["rejected", "rejected", "rejected", "twice"])

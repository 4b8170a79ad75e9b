"""Feeds of other catalogues from a real server that is empty, broken, endless, hostile or slow."""

from __future__ import annotations

import gzip
import time

import pytest
from ckanext.dresdensmartcity.harvesters.catalogues import feed as feed_module
from ckanext.dresdensmartcity.harvesters.catalogues.feed import Bounds, Feed, read_feed
from ckanext.dresdensmartcity.harvesters.client import (
    Client,
    RedirectRefusedError,
    SourceFormatError,
    SourceRefusedError,
    SourceUnreachableError,
    TooLargeError,
)
from ckanext.dresdensmartcity.harvesters.records import HarvesterError
from feeds import BASE, PREFIXES, dataset, page, series, serve_pages, turtle
from rdflib import Graph
from sources import Source, body, running_source, status

THREE = [[dataset("a"), series("s")], [dataset("b")], [dataset("c")]]


def names(feed: Feed) -> list[str]:
    return [one.entry.iri.removeprefix(f"{BASE}/") for one in feed.places]


def checks(feed: Feed) -> list[str]:
    return [one.check for one in feed.incomplete]


@pytest.mark.parametrize("new", [True, False])
def test_reads_all_pages_of_a_feed(client: Client, source: Source, new: bool):
    """Both ways in which Hydra names the next page lead to the end."""
    feed = read_feed(client, serve_pages(source, THREE, new=new, total=4))
    assert names(feed) == ["dataset/a", "series/s", "dataset/b", "dataset/c"]
    assert (feed.incomplete, feed.announced, len(feed.pages)) == ([], 4, 3)
    assert [one.page for one in feed.places] == [1, 1, 2, 3]


@pytest.mark.parametrize(
    ("syntax", "kind", "path"),
    [
        ("turtle", "text/turtle; charset=utf-8", "/catalog"),
        ("xml", "application/rdf+xml", "/catalog"),
        ("json-ld", "application/ld+json", "/catalog"),
        ("nt", "application/n-triples", "/catalog"),
        ("turtle", "application/octet-stream", "/catalog.ttl"),
        ("xml", "text/xml", "/catalog.rdf"),
        ("json-ld", "application/json", "/catalog"),
        ("nt", "text/plain", "/dump.nt"),
    ],
)
def test_knows_the_syntax_by_type_or_ending(client: Client, source: Source, syntax: str, kind: str, path: str):
    """A telling Content-Type holds; else the ending; what is nearly telling comes last."""
    text = Graph().parse(data=page([dataset("a")]), format="turtle").serialize(format=syntax)
    assert names(read_feed(client, source.serve(path, body(text.encode(), kind)))) == ["dataset/a"]


def test_the_settings_name_a_syntax_that_nothing_tells(client: Client, source: Source):
    """A server that says nothing is asked for nothing: the settings decide, or the message says what to set."""
    url = source.serve("/export", body(page([dataset("a")]), "application/octet-stream"))
    with pytest.raises(SourceFormatError, match="Set `format` to one of turtle, rdfxml, jsonld, ntriples"):
        read_feed(client, url)
    assert names(read_feed(client, url, "turtle")) == ["dataset/a"]


def test_reads_a_packed_dump(client: Client, source: Source):
    """A .gz file is unpacked, also one of several parts."""
    first, second = page([dataset("a")]), page([dataset("b")])
    packed = gzip.compress(first) + gzip.compress(second)
    feed = read_feed(client, source.serve("/dump.ttl.gz", body(packed, "application/gzip")))
    assert names(feed) == ["dataset/a", "dataset/b"]


def test_a_packed_bomb_is_cut_at_the_limit(client: Client, source: Source):
    """What unfolds beyond the limit of size is not unfolded."""
    bomb = gzip.compress(b" " * 50_000_000)
    with pytest.raises(TooLargeError, match="when unpacked"):
        read_feed(client, source.serve("/dump.ttl.gz", body(bomb, "application/gzip")))


def test_half_a_packed_file_is_no_file(client: Client, source: Source):
    """The beginning of a dump never passes for the dump."""
    half = gzip.compress(page([dataset("a")]))[:-30]
    with pytest.raises(SourceFormatError, match="ends in the middle"):
        read_feed(client, source.serve("/dump.ttl.gz", body(half, "application/gzip")))


def test_a_page_that_fails_ends_the_reading_and_is_said(client: Client, source: Source):
    """What was read before stays; the rest is unknown."""
    url = serve_pages(source, THREE)
    source.serve("/catalog2", status(500))
    feed = read_feed(client, url)
    assert (names(feed), checks(feed)) == (["dataset/a", "series/s"], ["page-unreadable"])
    assert "status 500" in feed.incomplete[0].message


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        (b"<http://a> <http://b> .", "text/turtle"),
        (b"<rdf:RDF><not closed", "application/rdf+xml"),
        (b'{"@graph": [', "application/ld+json"),
        (b"<html>Wartung</html>", "text/html"),
        (b'{"@context": "https://elsewhere.example/context.jsonld", "@id": "http://a.example"}', "application/ld+json"),
        (
            b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><r>&b;</r>',
            "application/rdf+xml",
        ),
        (
            b'<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><r>&f;</r>',
            "application/rdf+xml",
        ),
        (b"\xff\xfe\x00broken", "text/turtle"),
    ],
)
def test_a_page_that_is_no_rdf_ends_the_reading_and_is_said(client: Client, source: Source, broken, kind):
    """Malformed, a bomb, or wanting a context from elsewhere: the page is named, the pages before stay."""
    url = serve_pages(source, THREE)
    source.serve("/catalog2", body(broken, kind))
    feed = read_feed(client, url)
    assert (names(feed), checks(feed)) == (["dataset/a", "series/s"], ["page-unreadable"])
    assert "catalog2" in feed.incomplete[0].message
    assert {path for path, _ in source.requests} == {"/catalog1", "/catalog2"}


def test_a_first_page_that_fails_is_an_error(client: Client, source: Source):
    """Nothing was read, so there is nothing to keep."""
    with pytest.raises(SourceRefusedError):
        read_feed(client, source.url + "/nothing")


@pytest.mark.parametrize("back", [1, 2, 3])
def test_a_loop_ends_at_any_page_that_was_read(client: Client, source: Source, back: int):
    """Page 3 that names page 1, 2 or itself as the next is found out, not only a way back to the first."""
    url = serve_pages(source, THREE)
    source.serve("/catalog3", turtle([dataset("c")], following=f"{source.url}/catalog{back}"))
    feed = read_feed(client, url)
    assert (names(feed)[-1], checks(feed)) == ("dataset/c", ["loop"])
    assert len(source.requests) == 3


def test_a_server_that_does_not_count_on_is_found_out(client: Client, source: Source):
    """New addresses for ever, and always the same entries on them."""
    source.serve("/catalog", turtle([dataset("a")], following="/catalog?page=2"))
    counting = [turtle([dataset("b")], following=f"/catalog2?page={number}") for number in range(3, 99)]
    source.serve("/catalog", turtle([dataset("a")], following="/catalog2?page=2"))
    source.serve("/catalog2", *counting)
    feed = read_feed(client, source.url + "/catalog")
    assert (names(feed), checks(feed)) == (["dataset/a", "dataset/b"], ["loop"])


def test_an_endless_feed_ends_at_the_bounds(client: Client, source: Source):
    """Pages, entries and seconds have an end."""
    url = serve_pages(source, [[dataset(f"d{number}")] for number in range(6)])
    assert checks(read_feed(client, url, bounds=Bounds(pages=3))) == ["limit"]
    few = read_feed(client, url, bounds=Bounds(entries=4))
    assert (len(few.places), checks(few)) == (4, ["limit"])
    ticks = iter(range(0, 1000, 10))
    assert checks(read_feed(client, url, bounds=Bounds(seconds=25), clock=lambda: next(ticks))) == ["limit"]


def test_the_next_page_stays_at_its_origin(client: Client, source: Source):
    """Neither another server nor another port is asked, nor a file."""
    with running_source() as other:
        for target in (f"{other.url}/catalog", "http://169.254.169.254/latest/meta-data/"):
            url = source.serve("/catalog", turtle([dataset("a")], following=target))
            feed = read_feed(client, url)
            assert (names(feed), checks(feed)) == (["dataset/a"], ["other-origin"])
        assert other.requests == []
    url = source.serve("/catalog", turtle([dataset("a")], following="file:///etc/passwd"))
    assert checks(read_feed(client, url)) == ["next-page"]


def test_a_redirect_to_another_origin_is_refused(client: Client, source: Source):
    """As everywhere: whoever wants that source enters its address."""
    with running_source() as other, pytest.raises(RedirectRefusedError):
        read_feed(client, source.serve("/catalog", status(302, Location=f"{other.url}/catalog")))
    url = serve_pages(source, THREE)
    source.serve("/catalog2", status(302, Location="http://10.0.0.1/"))
    assert checks(read_feed(client, url)) == ["page-unreadable"]


def test_an_address_that_is_private_is_refused(source: Source):
    """Without leave no private address is read, not even as the second page of an allowed source."""
    with pytest.raises(HarvesterError, match="no public address"):
        read_feed(Client("test", frozenset()), source.url + "/catalog")


def test_a_page_beyond_the_limit_of_size_is_not_read(client: Client, source: Source):
    """Size is counted while it comes."""
    url = serve_pages(source, THREE)
    source.serve("/catalog2", body(b"# " + b"x" * 400_000, "text/turtle"))
    assert "larger than" in read_feed(client, url).incomplete[0].message


def test_a_slow_page_does_not_hold_the_reading_up(source: Source, client: Client):
    """A page that drips ends at the limit of time."""

    def drip(handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/turtle")
        handler.end_headers()
        for _ in range(40):
            handler.wfile.write(b"#")
            handler.wfile.flush()
            time.sleep(0.1)

    quick = Client("test", client.allowed_hosts, client.limits.__class__(silence=1, total=0.6, attempts=1))
    url = serve_pages(source, THREE)
    source.serve("/catalog2", drip)
    assert checks(read_feed(quick, url)) == ["page-unreadable"]
    with pytest.raises(SourceUnreachableError):
        read_feed(quick, source.serve("/slow", drip))


def test_fewer_entries_than_announced_make_the_reading_incomplete(client: Client, source: Source):
    """A source that says 12 and gives 4 may not be whole; one that gives more than it says is."""
    feed = read_feed(client, serve_pages(source, THREE, total=12))
    assert (checks(feed), len(feed.places)) == (["fewer"], 4)
    assert checks(read_feed(client, serve_pages(source, THREE, total=2))) == []


def test_a_page_that_names_two_next_pages_is_not_followed(client: Client, source: Source):
    """Nobody guesses; what the page says of itself would hold."""
    two = f"<{source.url}/x> hydra:next <{source.url}/catalog8> . <{source.url}/y> hydra:next <{source.url}/catalog9> ."
    url = source.serve("/catalog", turtle([dataset("a"), two]))
    feed = read_feed(client, url)
    assert (names(feed), checks(feed)) == (["dataset/a"], ["next-page"])
    own = f"<> hydra:next <{source.url}/catalog9> . <{source.url}/y> hydra:next <{source.url}/catalog8> ."
    source.serve("/catalog", turtle([dataset("a"), own]))
    source.serve("/catalog9", turtle([dataset("b")]))
    assert names(read_feed(client, url)) == ["dataset/a", "dataset/b"]


def test_relative_addresses_start_from_the_page(client: Client, source: Source):
    """`next` and IRIs of entries may be relative."""
    source.serve(
        "/feed/1", body((PREFIXES + '<> hydra:next <2> . <d> a dcat:Dataset; dct:title "D" .').encode(), "text/turtle")
    )
    source.serve("/feed/2", turtle([dataset("b")]))
    feed = read_feed(client, source.url + "/feed/1")
    assert [one.entry.iri for one in feed.places] == [f"{source.url}/feed/d", f"{BASE}/dataset/b"]


def with_tag(entries: list[str], tag: str, **more: str):
    """An answer with an ETag, which is 304 to whom has it."""

    def answer(handler) -> None:
        if handler.headers.get("If-None-Match") == tag:
            status(304, ETag=tag)(handler)
        else:
            turtle(entries, headers={"ETag": tag}, **more)(handler)

    return answer


def test_an_unchanged_feed_is_not_read_again(client: Client, source: Source):
    """Where every page answers 304 nothing is read; where one does not, all pages are."""
    source.serve("/1", with_tag([dataset("a")], '"one"', following="/2"))
    source.serve("/2", with_tag([dataset("b")], '"two"'))
    first = read_feed(client, source.url + "/1")
    again = read_feed(client, source.url + "/1", remembered=first.pages)
    assert (again.unchanged, again.places, again.pages) == (True, [], first.pages)
    source.serve("/2", with_tag([dataset("b"), dataset("c")], '"three"'))
    changed = read_feed(client, source.url + "/1", remembered=first.pages)
    assert (changed.unchanged, names(changed)) == (False, ["dataset/a", "dataset/b", "dataset/c"])


def test_a_source_that_answers_no_condition_is_known_by_its_bytes(client: Client, source: Source, monkeypatch):
    """The same bytes are not parsed again; where one page differs all are read, and none is fetched twice."""
    url = serve_pages(source, [[dataset("a")], [dataset("b")]])
    first = read_feed(client, url)
    monkeypatch.setattr(feed_module, "document", None)
    again = read_feed(client, url, remembered=first.pages)
    assert (again.unchanged, again.places, again.pages) == (True, [], first.pages)
    monkeypatch.undo()
    serve_pages(source, [[dataset("a")], [dataset("b"), dataset("c")]])
    source.requests.clear()
    changed = read_feed(client, url, remembered=first.pages)
    assert (changed.unchanged, names(changed)) == (False, ["dataset/a", "dataset/b", "dataset/c"])
    assert [path for path, _ in source.requests] == ["/catalog1", "/catalog2"]


def test_a_page_without_anything_to_know_it_by_is_read(client: Client, source: Source):
    """What an earlier version remembered has no sum of its bytes."""
    url = serve_pages(source, [[dataset("a")]])
    first = read_feed(client, url)
    known = [{"url": one["url"]} for one in first.pages]
    assert names(read_feed(client, url, remembered=known)) == names(first)


def test_an_empty_feed_is_read_as_empty(client: Client, source: Source):
    """An empty catalogue is no error here; what follows from it is decided elsewhere."""
    feed = read_feed(client, source.serve("/catalog", turtle([])))
    assert (feed.places, feed.incomplete) == ([], [])

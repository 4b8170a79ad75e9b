"""The client against a real server that is slow, huge, flaky, busy or sends it elsewhere."""

from __future__ import annotations

import gzip
import ipaddress
import threading
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler

import pytest
from ckanext.dresdensmartcity.harvesters.addresses import AddressRefusedError, is_public
from ckanext.dresdensmartcity.harvesters.client import (
    AddressInvalidError,
    Client,
    Limits,
    RedirectRefusedError,
    SourceFormatError,
    SourceRefusedError,
    SourceUnreachableError,
    TooLargeError,
    retry_after,
)
from sources import Source, body, status

AGENT = "portal/1 (+https://portal.example/contact)"


class Pauses(list):
    """Notes how long the client would have slept."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def client(pauses: Pauses) -> Client:
    return Client(AGENT, frozenset({"127.0.0.1"}), Limits(silence=2, total=20, size=1_000_000), pauses)


def test_gives_the_body_and_says_who_asks(client: Client, source: Source):
    """An answer is read whole; the source learns whom to write to."""
    url = source.serve("/a b.csv", body("Straße;1\n".encode()))
    source.serve("/a%20b.csv", body("Straße;1\n".encode()))
    assert client.get(url, {"limit": "5"}).text() == "Straße;1\n"
    path, headers = source.requests[0]
    assert path == "/a%20b.csv?limit=5"
    assert headers["User-Agent"] == AGENT


def test_takes_the_declared_charset(client: Client, source: Source):
    """A body in cp1252 is read as such; a byte order mark is not part of the text."""
    assert client.get(source.serve("/a", body("ä€".encode("cp1252"), "text/csv; charset=cp1252"))).text() == "ä€"
    assert client.get(source.serve("/b", body("\ufeffx".encode(), "text/csv"))).text() == "x"


def test_wrong_charset_is_named_with_its_line(client: Client, source: Source):
    """Bytes that are not of the declared charset are an error with a line, never replaced letters."""
    url = source.serve("/a", body("gut\nStraße".encode("cp1252")))
    with pytest.raises(SourceFormatError, match=r"line 2: .*utf-8"):
        client.get(url).text()


def test_error_text_after_json_is_named_with_its_place(client: Client, source: Source):
    """A 200 with an error text appended is no JSON."""
    url = source.serve("/a", body(b'[1, 2]\n{"code": "InternalError"}', "application/json"))
    with pytest.raises(SourceFormatError, match="line 2, column 1"):
        client.get(url).json()


def test_tries_again_with_growing_pauses(client: Client, source: Source, pauses: Pauses):
    """Passing troubles are waited out, longer each time and never in step with others."""
    url = source.serve("/a", status(503), status(502), body(b"ok"))
    assert client.get(url).content == b"ok"
    assert 0.5 <= pauses[0] <= 1.5
    assert 1.0 <= pauses[1] <= 3.0


def test_keeps_to_retry_after(client: Client, source: Source, pauses: Pauses):
    """A busy source is asked again when it says."""
    assert client.get(source.serve("/a", status(429, Retry_After="7"), body(b"ok"))).content == b"ok"
    assert pauses == [7.0]


def test_retry_after_may_be_a_date():
    """RFC 9110 knows seconds and dates; what is neither is ignored."""
    soon = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=90), usegmt=True)
    assert 80 < (retry_after(soon) or 0) <= 90
    assert retry_after(format_datetime(datetime(2001, 1, 1, tzinfo=timezone.utc))) == 0
    assert retry_after("later") is None


def test_gives_up_when_the_source_asks_for_too_long(client: Client, source: Source, pauses: Pauses):
    """A Retry-After beyond the limit of time ends the fetch at once instead of blocking a consumer."""
    with pytest.raises(SourceUnreachableError, match=r"after 1 attempt.*429"):
        client.get(source.serve("/a", status(429, Retry_After="3600")))
    assert pauses == []


def test_gives_up_after_all_attempts(client: Client, source: Source, pauses: Pauses):
    """A source that is down is named with what it answered."""
    with pytest.raises(SourceUnreachableError, match=r"after 4 attempt.*500"):
        client.get(source.serve("/a", status(500)))
    assert len(pauses) == 3


def test_does_not_ask_again_for_what_is_not_there(client: Client, source: Source, pauses: Pauses):
    """404 stays 404."""
    with pytest.raises(SourceRefusedError, match="404"):
        client.get(source.url + "/nothing")
    assert len(source.requests) == 1


def test_not_modified_is_an_answer_to_a_condition(client: Client, source: Source):
    """A conditional request may be answered with 304 and no body."""
    url = source.serve("/a", status(304, ETag='"1"'))
    assert client.get(url, headers={"If-None-Match": '"1"'}).status == 304
    with pytest.raises(SourceRefusedError, match="304"):
        client.get(url)


def cut_in_the_middle(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"a;b\n1;2\n")


def chunks_cut_in_the_middle(handler: BaseHTTPRequestHandler) -> None:
    handler.protocol_version = "HTTP/1.1"
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"8\r\na;b\n1;2\n\r\n")
    handler.close_connection = True


def gzip_cut_in_the_middle(handler: BaseHTTPRequestHandler) -> None:
    body(gzip.compress(b"0123456789" * 1000)[:-20], Content_Encoding="gzip")(handler)


@pytest.mark.parametrize("answer", [cut_in_the_middle, chunks_cut_in_the_middle, gzip_cut_in_the_middle])
def test_a_cut_body_is_no_answer(client: Client, source: Source, answer):
    """Half a file is never taken for a file; another attempt may bring it whole."""
    with pytest.raises(SourceUnreachableError, match="IncompleteRead"):
        client.get(source.serve("/a", answer))
    assert client.get(source.serve("/b", answer, body(b"whole"))).content == b"whole"


def test_a_drip_ends_at_the_limit_of_time(source: Source):
    """One byte now and then never reaches the limit of silence, but that of time; there is no second attempt."""
    stop = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        while not stop.wait(0.05):
            handler.wfile.write(b"x")
            handler.wfile.flush()

    client = Client(AGENT, frozenset({"127.0.0.1"}), Limits(silence=5, total=0.5))
    try:
        with pytest.raises(SourceUnreachableError, match=r"not complete after 0.5 s"):
            client.get(source.serve("/a", drip))
    finally:
        stop.set()
    assert len(source.requests) == 1


def test_a_drip_without_a_length_ends_at_the_limit_of_time_too(source: Source):
    """Where nothing says how long the answer is, its cut end never passes for its end."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            threading.Event().wait(0.05)

    client = Client(AGENT, frozenset({"127.0.0.1"}), Limits(silence=1, total=0.5))
    with pytest.raises(SourceUnreachableError, match=r"not complete after 0\.5 s"):
        client.get(source.serve("/a", drip))


def test_silence_is_a_failure(source: Source):
    """A source that accepts and says nothing is given up."""
    stop = threading.Event()
    client = Client(AGENT, frozenset({"127.0.0.1"}), Limits(silence=0.2, attempts=1))
    try:
        with pytest.raises(SourceUnreachableError, match=r"[Tt]ime"):
            client.get(source.serve("/a", lambda handler: stop.wait(5) and None))
    finally:
        stop.set()


def test_a_huge_body_is_not_read(client: Client, source: Source):
    """What exceeds the limit is left, with its size named."""
    with pytest.raises(TooLargeError, match=r"larger than 0.95"):
        client.get(source.serve("/a", body(b"x" * 1_000_001)))


def test_a_gzip_bomb_is_not_unpacked(client: Client, source: Source):
    """The limit counts what comes out, not what is sent."""
    bomb = gzip.compress(b"\0" * 200_000_000, 9)
    assert len(bomb) < 200_000
    with pytest.raises(TooLargeError):
        client.get(source.serve("/a", body(bomb, Content_Encoding="gzip")))


def test_gzip_is_understood(client: Client, source: Source):
    """Compressed answers are welcome."""
    text = b"hour;value\n" * 20_000
    assert client.get(source.serve("/a", body(gzip.compress(text), Content_Encoding="gzip"))).content == text


def test_follows_a_redirect_on_the_same_origin(client: Client, source: Source):
    """A file that moved within the source is found."""
    source.serve("/new/file.csv", body(b"ok"))
    response = client.get(source.serve("/old", status(302, Location="/new/file.csv")))
    assert (response.content, response.url) == (b"ok", source.url + "/new/file.csv")


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1:1/", "http://169.254.169.254/latest/meta-data", "https://127.0.0.1/", "//example.org/x"],
)
def test_refuses_a_redirect_elsewhere(client: Client, source: Source, target: str):
    """Another port, host or scheme is another origin."""
    with pytest.raises(RedirectRefusedError, match="another origin"):
        client.get(source.serve("/a", status(301, Location=target)))


def test_refuses_a_redirect_to_a_file(client: Client, source: Source):
    """No way leads from a source to the portal's files."""
    with pytest.raises(AddressInvalidError, match="files"):
        client.get(source.serve("/a", status(302, Location="file:///etc/passwd")))


def test_leaves_a_circle(client: Client, source: Source):
    """Redirects are counted."""
    with pytest.raises(RedirectRefusedError, match="more than 5"):
        client.get(source.serve("/a", status(302, Location="/a")))


def test_refuses_this_machine_unless_it_is_allowed(source: Source):
    """Private addresses are opened only where the configuration names the host or host and port."""
    url = source.serve("/a", body(b"ok"))
    for allowed in (frozenset[str](), frozenset({"127.0.0.1:1"}), frozenset({"example.org"})):
        with pytest.raises(AddressRefusedError, match="allowed_hosts"):
            Client(AGENT, allowed).get(url)
    assert source.requests == []
    host = url.removeprefix("http://").removesuffix("/a")
    assert Client(AGENT, frozenset({host})).get(url).content == b"ok"


def test_checks_the_address_and_not_the_name(source: Source):
    """A name that leads to this machine is as private as its number."""
    with pytest.raises(AddressRefusedError, match="localhost leads to"):
        Client(AGENT).get(source.url.replace("127.0.0.1", "localhost"))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "ff02::1",
    ],
)
def test_knows_what_is_not_public(address: str):
    """Loopback, private, link-local, shared, multicast and whatever wraps them."""
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_knows_what_is_public(address: str):
    """The open internet."""
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("/etc/passwd", "no http or https"),
        ("file:///etc/passwd", "no http or https"),
        ("ftp://example.org/a", "no http or https"),
        ("http:///a", "no http or https"),
        ("http://user:secret@example.org/", "holds a user or password"),
        ("http://example.org:99999/", "no valid address"),
        ("http://" + "a" * 64 + ".example/", "no valid host name"),
    ],
)
def test_refuses_addresses_that_are_none(client: Client, url: str, why: str):
    """Only plain http and https; a password is not repeated in the message."""
    with pytest.raises(AddressInvalidError, match=why) as caught:
        client.get(url)
    assert "secret" not in str(caught.value)

"""The client against a real server that is slow, huge, flaky, busy or sends it elsewhere."""

from __future__ import annotations

import gzip
import ipaddress
import random
import socket
import threading
import time
import zlib
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
    SourceBusyError,
    SourceFormatError,
    SourceRefusedError,
    SourceUnreachableError,
    TooLargeError,
    following,
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


def head_cut_in_the_middle(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Len")
    handler.close_connection = True


@pytest.mark.parametrize(
    "answer", [head_cut_in_the_middle, cut_in_the_middle, chunks_cut_in_the_middle, gzip_cut_in_the_middle]
)
def test_a_cut_body_is_no_answer(client: Client, source: Source, answer):
    """Half a file is never taken for a file; another attempt may bring it whole."""
    with pytest.raises(SourceUnreachableError, match=r"IncompleteRead|CutShort"):
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


# Bodies


@pytest.mark.parametrize("wbits", [zlib.MAX_WBITS, -zlib.MAX_WBITS])
def test_deflate_is_understood_in_both_forms(client: Client, source: Source, wbits: int):
    """Nobody asks for it; servers that send it all the same mean zlib's form or, wrongly, the bare one."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    packed = packer.compress(b"hour;value\n" * 9_000) + packer.flush()
    answer = body(packed, Content_Encoding="deflate")
    assert client.get(source.serve("/a", answer)).content == b"hour;value\n" * 9_000


def test_a_deflate_bomb_is_not_unpacked(client: Client, source: Source):
    """The limit counts what comes out, whatever the form."""
    with pytest.raises(TooLargeError):
        client.get(source.serve("/a", body(zlib.compress(b"\0" * 200_000_000, 9), Content_Encoding="deflate")))


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, gzip"])
def test_what_nobody_asked_for_is_not_unpacked(client: Client, source: Source, coding: str):
    """Codings that cannot be unpacked under a limit are refused by their name; the body is not read."""
    with pytest.raises(SourceFormatError, match="nobody asked for"):
        client.get(source.serve("/a", body(b"x" * 100, Content_Encoding=coding)))
    assert source.requests[0][1]["Accept-Encoding"] == "gzip"


def test_several_gzip_files_in_a_row_are_one(client: Client, source: Source):
    """The second half of a file that was put together from two is not lost silently (RFC 1952, 2.2)."""
    packed = gzip.compress(b"a;1\n") + gzip.compress(b"b;2\n") + b"\0" * 512
    assert client.get(source.serve("/a", body(packed, Content_Encoding="gzip"))).content == b"a;1\nb;2\n"


def test_what_follows_a_gzip_file_is_an_error(client: Client, source: Source):
    """An error text that the server appended is no part of the file, and the file is not to be trusted."""
    packed = gzip.compress(b"a;1\n") + b"Internal Server Error"
    with pytest.raises(SourceFormatError, match="something follows"):
        client.get(source.serve("/a", body(packed, Content_Encoding="gzip")))


def test_packed_bodies_survive_any_cutting(client: Client, source: Source):
    """Whatever pieces the network makes, what comes out is what went in."""
    noise = random.Random(5)  # noqa: S311 - the same pieces each time
    text = noise.randbytes(300_000) + b"\0" * 300_000
    for packed, coding in ((gzip.compress(text), "gzip"), (zlib.compress(text), "deflate")):
        url = source.serve("/a", in_pieces(packed, coding, noise))
        assert client.get(url).content == text


def in_pieces(packed: bytes, coding: str, noise: random.Random):
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Encoding", coding)
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        at = 0
        while at < len(packed):
            size = noise.choice((1, 7, 4096, 60_000))
            handler.wfile.write(packed[at : at + size])
            at += size

    return answer


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "zlib", "undefined", "utf-9"])
def test_what_is_no_charset_of_texts_is_refused(client: Client, source: Source, charset: str):
    """Python knows codecs that are no charsets, fail in ways of their own, or take quadratic time."""
    url = source.serve("/a", body(b"abc-" * 10, f"text/csv; charset={charset}"))
    with pytest.raises(SourceFormatError, match="unknown charset"):
        client.get(url).text()


@pytest.mark.parametrize("text", [b"[" * 100_000, b"9" * 10_000])
def test_json_that_exhausts_its_reader_is_a_format_error(client: Client, source: Source, text: bytes):
    """Nesting without end and numbers without end are the source's mistake and not the software's."""
    with pytest.raises(SourceFormatError, match="no JSON"):
        client.get(source.serve("/a", body(text, "application/json"))).json()


# Time


def test_a_drip_ends_long_before_the_limit_of_time(source: Source):
    """A byte now and then is below the least speed, which is measured again and again; there is no second attempt."""
    limits = Limits(silence=5, total=60, speed=1000, window=0.3)

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        handler.wfile.write(b"x" * 10_000)  # a quick start does not buy a slow end
        for _ in range(200):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    with pytest.raises(SourceUnreachableError, match=r"too slow: .* bytes a second"):
        Client(AGENT, frozenset({"127.0.0.1"}), limits).get(source.serve("/a", drip))
    assert len(source.requests) == 1


def test_headers_that_never_end_are_cut(source: Source):
    """A byte of a header now and then never reaches the limit of silence, but that of the head."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        for _ in range(200):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    client = Client(AGENT, frozenset({"127.0.0.1"}), Limits(silence=5, total=60, head=0.4))
    with pytest.raises(SourceUnreachableError, match="did not begin to answer"):
        client.get(source.serve("/a", drip))


def test_many_answers_have_a_limit_together(source: Source):
    """A thousand short answers are no way around the limits of one."""
    url = source.serve("/a", body(b"x" * 1000))
    client = Client(AGENT, frozenset({"127.0.0.1"}), Limits(traffic=2500))
    client.get(url)
    client.get(url)
    with pytest.raises(TooLargeError, match="all answers together"):
        client.get(url)
    client = Client(AGENT, frozenset({"127.0.0.1"}), Limits(whole=0.2))
    client.get(url)
    time.sleep(0.25)
    with pytest.raises(SourceUnreachableError, match=r"the time for all answers, 0\.2 s, is over"):
        client.get(url)


def test_a_long_retry_after_is_told_and_not_sat_out(client: Client, source: Source, pauses: Pauses):
    """Whoever asked may do something else meanwhile; the error says how long."""
    with pytest.raises(SourceBusyError, match="asks to wait 600 s") as caught:
        client.get(source.serve("/a", status(429, Retry_After="600")))
    assert (caught.value.seconds, pauses) == (600.0, [])


@pytest.mark.parametrize("value", ["²", "٣", "", "-5", "Mon, 99 Xyz 99999999999 00:00:00 GMT", "soon"])
def test_a_retry_after_that_nobody_can_read_is_none(value: str):
    """Digits of other scripts and impossible dates do not end the fetch with an error of the software."""
    assert retry_after(value) is None


# Addresses


@pytest.mark.parametrize(
    "address",
    ["fec0::1", "3fff::1", "5f00::1", "::7f00:1", "64:ff9b:1::a00:1", "2001:db8::1", "2001:0:7f00:1::", "198.18.0.1"],
)
def test_ranges_that_pythons_registry_lacks_are_none_of_the_internet(address: str):
    """Site-local, documentation, segment routing, old wrappings of IPv4, Teredo, benchmarks."""
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "017700000001", "[::1]", "[::ffff:127.0.0.1]", "0"])
def test_other_ways_to_write_this_machine_are_refused(source: Source, host: str):
    """What counts is the address of the connection, not how it is written."""
    url = source.serve("/a", body(b"secret")).replace("127.0.0.1", host)
    with pytest.raises(AddressRefusedError):
        Client(AGENT).get(url)
    assert source.requests == []


def test_a_name_that_changes_its_address_gains_nothing(monkeypatch: pytest.MonkeyPatch, source: Source):
    """A name is looked up once for a connection, and the connection goes to the address that was checked."""
    port = int(source.url.rpartition(":")[2])
    asked = []

    def rebinding(host: str, *more: object, **options: object) -> list[tuple[object, ...]]:
        asked.append(host)
        address = "203.0.113.7" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    source.serve("/a", body(b"secret"))
    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    limits = Limits(connect=0.3, attempts=2, pause=0.01)
    with pytest.raises(AddressRefusedError, match=r"203\.0\.113\.7|127\.0\.0\.1"):
        Client(AGENT, limits=limits).get(f"http://rebinding.example:{port}/a")
    assert source.requests == []


def test_slow_name_servers_end_in_time(monkeypatch: pytest.MonkeyPatch):
    """The system's resolver has no limit of its own; the client's holds for it too."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *more, **options: time.sleep(3))
    begin = time.monotonic()
    with pytest.raises(SourceUnreachableError, match="was not found in"):
        Client(AGENT, limits=Limits(connect=0.2, attempts=1)).get("http://slow.example/")
    assert time.monotonic() - begin < 2.5


@pytest.mark.parametrize(
    "link", ["http://127.0.0.1/", "http://169.254.169.254/latest", "//example.org/2", "https://source.example/2"]
)
def test_a_next_link_elsewhere_is_refused(link: str):
    """A link to the next page is the source's to write, and stays on its origin."""
    with pytest.raises(RedirectRefusedError, match="another origin"):
        following("http://source.example/1", link)
    assert following("http://source.example/a?page=1", "?page=2") == "http://source.example/a?page=2"


def test_a_next_link_to_a_file_is_none():
    """Only plain http and https."""
    with pytest.raises(AddressInvalidError):
        following("http://source.example/1", "file:///etc/passwd")

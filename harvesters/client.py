"""The one HTTP client, through which every harvester reaches its source.

Threat model
- Whoever may edit a harvest source chooses an address, and whoever runs the source chooses its answers. Neither is
  trusted. The portal's machine, its network and its files must stay out of reach: only http and https, no user or
  password in an address, only public IP addresses unless the configuration names the host, checked when the connection
  is made (`addresses.connect`); a redirect must stay on the origin. Proxies of the environment are not used, as behind
  one no address could be checked.
- A source may be slow, endless or a bomb: every request has limits for connecting, for silence, for its whole duration
  with all attempts, and for its size after decompression. The limit of duration stays under the 180 s after which
  ckanext-harvest queues an object a second time.
- A source may be busy: it is asked again after a growing, random pause, or when its Retry-After says, and told who asks
  (User-Agent with an address for complaints).
- A body that ends too early is a failure, never a short answer.
"""

from __future__ import annotations

import http.client
import json
import random
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import SplitResult, quote, urlencode, urljoin, urlsplit

from .addresses import connect
from .records import HarvesterError

SAFE_IN_URL = "/%:@!$&'()*+,;=~-._?"  # RFC 3986: what may stand in a path or query; all else is percent-encoded
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})  # passing troubles
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CHUNK = 64 * 1024


class SourceUnreachableError(HarvesterError):
    """The source did not answer, or not completely, after all attempts."""


class SourceRefusedError(HarvesterError):
    """The source answered that it will not give this (status 4xx)."""

    status: int = 0  # the answer's: 404 and 410 say that it is gone


class AddressInvalidError(HarvesterError):
    """The address of the source is none that a harvester may open."""


class RedirectRefusedError(HarvesterError):
    """The source sends the harvester to another origin, or round in circles."""


class TooLargeError(HarvesterError):
    """The answer exceeds the limit of size."""


class SourceFormatError(HarvesterError):
    """The answer is complete, but not in the form it should have."""


@dataclass(frozen=True)
class Limits:
    """Times in seconds, sizes in bytes."""

    connect: float = 10.0
    silence: float = 30.0  # without a single byte
    total: float = 120.0  # one call of `get`, with all attempts, redirects and pauses
    size: int = 50 * 1024 * 1024  # after decompression
    attempts: int = 4
    redirects: int = 5
    pause: float = 1.0  # before the second attempt; doubles each time


@dataclass(frozen=True)
class Response:
    """A complete answer of a source."""

    url: str
    status: int
    headers: dict[str, str]  # names in lower case
    content: bytes

    def text(self) -> str:
        """The body in its declared charset (UTF-8 where none is declared), without a byte order mark.

        Raises SourceFormatError at the first byte that is not of that charset.
        """
        header = Message()
        header["content-type"] = self.headers.get("content-type", "")
        charset = header.get_content_charset("utf-8")
        try:
            return self.content.decode(charset).removeprefix("\ufeff")
        except LookupError as error:
            raise SourceFormatError(f"{self.url} declares the unknown charset {charset!r}") from error
        except UnicodeDecodeError as error:
            line = self.content.count(b"\n", 0, error.start) + 1
            raise SourceFormatError(f"{self.url} is not {charset}, as it declares", f"line {line}") from error

    def json(self) -> Any:
        """The body as JSON; raises SourceFormatError with line and column where it is none."""
        try:
            return json.loads(self.text())
        except json.JSONDecodeError as error:
            place = f"line {error.lineno}, column {error.colno}"
            raise SourceFormatError(f"{self.url} is no JSON: {error.msg}", place) from error


class _AgainError(Exception):
    """One attempt failed in a way that may pass."""

    def __init__(self, reason: str, pause: float | None = None) -> None:
        super().__init__(reason)
        self.pause = pause  # what Retry-After asks for, in seconds


@dataclass
class Client:
    """Limits, retries and checks around GET; safe to use from several threads."""

    user_agent: str
    allowed_hosts: frozenset[str] = frozenset()  # "host" or "host:port" that may have a private address
    limits: Limits = field(default_factory=Limits)
    sleep: Callable[[float], None] = time.sleep

    def get(self, url: str, params: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Response:
        """The answer with status 200; also 304, where `headers` hold a condition (If-None-Match, If-Modified-Since).

        `params` are added to the query. Raises a subclass of HarvesterError for all else, with what happened.
        """
        address = parse(url, params)
        deadline = time.monotonic() + self.limits.total
        attempt = 1
        while True:
            try:
                return self._follow(address, headers or {}, deadline)
            except _AgainError as error:
                pause = error.pause
                if pause is None:
                    # Jitter, so that many harvesters do not come back in step.
                    pause = self.limits.pause * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311
                if attempt >= self.limits.attempts or time.monotonic() + pause >= deadline:
                    raise SourceUnreachableError(
                        f"{address.geturl()} could not be read after {attempt} attempt(s): {error}"
                    ) from error
                self.sleep(pause)
                attempt += 1

    def status(self, url: str) -> int:
        """The status with which an address answers in the end: asked by HEAD, and by GET where HEAD is not known there.

        The body is not read. Redirects may lead to other origins, each of which is checked as every address is: this
        tells whether a link works and brings nothing in. Raises a subclass of HarvesterError where nothing answers.
        """
        address = parse(url)
        deadline = time.monotonic() + self.limits.total
        for _ in range(self.limits.redirects + 1):
            status, location = self._head(address, deadline)
            if status not in REDIRECTS:
                return status
            address = parse(urljoin(address.geturl(), location))
        raise RedirectRefusedError(f"{address.geturl()}: more than {self.limits.redirects} redirects")

    def _head(self, address: SplitResult, deadline: float) -> tuple[int, str]:
        status, location = 0, ""
        for method in ("HEAD", "GET"):
            try:
                with self._talking(address, deadline) as connection:
                    self._ask(connection, method, address, {})
                    answer = connection.getresponse()
                    status, location = answer.status, answer.getheader("location", "")
            except _AgainError as error:
                if method == "GET" or time.monotonic() >= deadline:
                    raise SourceUnreachableError(f"{address.geturl()} does not answer: {error}") from error
                continue
            # Some servers know no HEAD and say so in one of many ways.
            if status < 400:
                break
        return status, location

    def _ask(self, connection: _Connection, method: str, address: SplitResult, headers: dict[str, str]) -> None:
        target = (address.path or "/") + (f"?{address.query}" if address.query else "")
        connection.request(
            method,
            quote(target, safe=SAFE_IN_URL),
            headers={"User-Agent": self.user_agent, "Accept-Encoding": "gzip", **headers},
        )

    def _follow(self, address: SplitResult, headers: dict[str, str], deadline: float) -> Response:
        for _ in range(self.limits.redirects + 1):
            response = self._request(address, headers, deadline)
            if response.status not in REDIRECTS:
                return response
            target = parse(urljoin(address.geturl(), response.headers.get("location", "")))
            if origin(target) != origin(address):
                raise RedirectRefusedError(
                    f"{address.geturl()} redirects to {target.geturl()}, which is another origin. If that is the "
                    "right source, enter its address."
                )
            address = target
        raise RedirectRefusedError(f"{address.geturl()}: more than {self.limits.redirects} redirects")

    def _request(self, address: SplitResult, headers: dict[str, str], deadline: float) -> Response:
        with self._talking(address, deadline) as connection:
            self._ask(connection, "GET", address, headers)
            return self._answer(address, connection.getresponse(), headers)

    @contextmanager
    def _talking(self, address: SplitResult, deadline: float) -> Iterator[_Connection]:
        """A connection that ends at the deadline; what goes wrong on it has a name of ours."""
        connection = _Connection(address, self.limits, self.allowed_hosts)
        # Reading stops at the deadline even where a byte a second keeps the limit of silence from being reached.
        watch = threading.Timer(max(deadline - time.monotonic(), 0.01), connection.cut)
        watch.daemon = True
        watch.start()
        try:
            yield connection
            if connection.was_cut:  # an answer without a length ends for its reader where the watch cut it
                raise OSError("cut off")
        except ssl.SSLCertVerificationError as error:
            raise SourceUnreachableError(f"{address.geturl()}: its certificate is not valid: {error}") from error
        except (OSError, http.client.HTTPException, zlib.error) as error:
            if connection.was_cut:
                raise SourceUnreachableError(
                    f"{address.geturl()} was not complete after {self.limits.total:g} s"
                ) from error
            raise _AgainError(f"{type(error).__name__}: {error}") from error
        finally:
            watch.cancel()
            connection.close()

    def _answer(self, address: SplitResult, answer: http.client.HTTPResponse, condition: dict[str, str]) -> Response:
        headers = {name.lower(): value for name, value in answer.getheaders()}
        status = answer.status
        if status in AGAIN:
            raise _AgainError(f"status {status} {answer.reason}", retry_after(headers.get("retry-after", "")))
        if status == 304 and condition:
            return Response(address.geturl(), status, headers, b"")
        if status in REDIRECTS:
            return Response(address.geturl(), status, headers, b"")
        if status != 200:
            refused = SourceRefusedError(f"{address.geturl()} answers with status {status} {answer.reason}")
            refused.status = status
            raise refused
        return Response(address.geturl(), status, headers, self._body(address, answer, headers))

    def _body(self, address: SplitResult, answer: http.client.HTTPResponse, headers: dict[str, str]) -> bytes:
        coding = headers.get("content-encoding", "identity").lower()
        if coding not in ("identity", "gzip", "x-gzip", ""):
            raise SourceFormatError(f"{address.geturl()} is encoded as {coding!r}, which nobody asked for")
        inflate = zlib.decompressobj(wbits=31) if "gzip" in coding else None
        body = bytearray()
        while chunk := answer.read1(CHUNK):
            while chunk:
                body += inflate.decompress(chunk, CHUNK) if inflate else chunk
                if len(body) > self.limits.size:
                    raise TooLargeError(f"{address.geturl()} is larger than {self.limits.size / 1048576:g} MB")
                chunk = inflate.unconsumed_tail if inflate else b""
            if inflate is not None and inflate.eof:
                break  # what follows the end of the stream is of no use and could be endless
        # `read1` ends silently where the connection ends; a short answer must not pass for a complete one.
        if (answer.length and inflate is None) or (inflate is not None and not inflate.eof):
            raise http.client.IncompleteRead(b"", answer.length)
        return bytes(body)


class _Connection(http.client.HTTPConnection):
    """A connection whose address is checked before it is opened and that a watch can cut."""

    def __init__(self, address: SplitResult, limits: Limits, allowed: frozenset[str]) -> None:
        super().__init__(str(address.hostname), port(address), timeout=limits.connect)
        self.secure = address.scheme == "https"
        self.default_port = 443 if self.secure else 80
        self.limits = limits
        self.allowed = allowed
        self.was_cut = False

    def connect(self) -> None:
        sock = connect(self.host, self.port, self.limits.connect, self.allowed)
        sock.settimeout(self.limits.silence)
        if self.secure:
            context = ssl.create_default_context()
            sock = context.wrap_socket(sock, server_hostname=self.host, do_handshake_on_connect=False)
        # An answer takes the socket over when the source closes it; the watch needs it from the handshake to the end.
        self.cuttable = self.sock = sock
        if isinstance(sock, ssl.SSLSocket):
            sock.do_handshake()

    def cut(self) -> None:
        self.was_cut = True
        with suppress(OSError, AttributeError):  # nothing is connected yet, or nothing any more
            self.cuttable.shutdown(2)


def parse(url: str, params: dict[str, str] | None = None) -> SplitResult:
    """The address in its parts; AddressInvalidError for anything but plain http and https."""
    try:
        address = urlsplit(url.strip())
        number = address.port
    except ValueError as error:
        raise AddressInvalidError(f"{url!r} is no valid address: {error}") from error
    if address.scheme not in ("http", "https") or not address.hostname:
        raise AddressInvalidError(f"{url!r} is no http or https address; files and other schemes are not read")
    if address.username is not None or address.password is not None:
        raise AddressInvalidError(f"the address of {address.hostname} holds a user or password; leave them out")
    try:
        host = address.hostname if ":" in address.hostname else address.hostname.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise AddressInvalidError(f"{address.hostname!r} is no valid host name") from error
    host = f"[{host}]" if ":" in host else host
    query = "&".join(part for part in (address.query, urlencode(params or {})) if part)
    return address._replace(netloc=f"{host}:{number}" if number else host, query=query, fragment="")


def port(address: SplitResult) -> int:
    return address.port or (443 if address.scheme == "https" else 80)


def origin(address: SplitResult) -> tuple[str, str | None, int]:
    """Scheme, host and port: what must not change on the way (RFC 6454)."""
    return address.scheme, address.hostname, port(address)


def retry_after(value: str) -> float | None:
    """Seconds to wait by a Retry-After header, given in seconds or as a date (RFC 9110, 10.2.3); None if unreadable."""
    if value.strip().isdigit():
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=timezone.utc)
    return max((when - datetime.now(timezone.utc)).total_seconds(), 0.0)

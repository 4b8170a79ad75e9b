"""The one HTTP client, through which every harvester reaches its source.

Threat model
- Whoever may edit a harvest source chooses an address, and whoever runs the source chooses its answers. Neither is
  trusted. The portal's machine, its network and its files must stay out of reach: only http and https, no user or
  password in an address, only public IP addresses unless the configuration names the host, checked when the connection
  is made (`addresses.connect`); a redirect must stay on the origin. Proxies of the environment are not used, as behind
  one no address could be checked.
- A source may be slow, endless or a bomb: every request has limits for connecting, for its head, for silence, for
  speed, for its whole duration with all attempts, and for its size after decompression; all requests of a client
  together have a limit of time and of size, so that a thousand short answers are no way around them.
- A source may be busy: it is asked again after a growing, random pause, or when its Retry-After says, and told who asks
  (User-Agent with an address for complaints). A Retry-After that is too long to sit out is told (SourceBusyError).
- A body that ends too early is a failure, never a short answer.
- What comes is bytes of a stranger: unknown charsets, deep or endless JSON are errors with a name, not of the software.
"""

from __future__ import annotations

import http.client
import json
import random
import ssl
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import SplitResult, quote, urlencode, urljoin, urlsplit

from . import wording
from .bodies import CutShortError, SourceFormatError, SpeedWatch, TooLargeError, TooSlowError, Unpacker, decode
from .connection import Connection, Limits, port
from .records import HarvesterError

__all__ = [
    "AddressInvalidError", "Client", "Limits", "RedirectRefusedError", "Response", "SourceBusyError",
    "SourceFormatError", "SourceRefusedError", "SourceUnreachableError", "TooLargeError", "following", "origin",
    "parse", "port", "retry_after",
]  # fmt: skip

SAFE_IN_URL = "/%:@!$&'()*+,;=~-._?"  # RFC 3986: what may stand in a path or query; all else is percent-encoded
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})  # passing troubles
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CHUNK = 64 * 1024


class SourceUnreachableError(HarvesterError):
    """The source did not answer, or not completely, after all attempts."""


class SourceBusyError(SourceUnreachableError):
    """The source wants to be left alone for longer than a request may wait; `seconds` says how long."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class SourceRefusedError(HarvesterError):
    """The source answered that it will not give this (status 4xx)."""

    status: int = 0  # the answer's: 404 and 410 say that it is gone


class AddressInvalidError(HarvesterError):
    """The address of the source is none that a harvester may open."""


class RedirectRefusedError(HarvesterError):
    """The source sends the harvester to another origin, or round in circles."""


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
        return decode(self.content, header.get_content_charset("utf-8"), self.url)

    def json(self) -> Any:
        """The body as JSON; raises SourceFormatError with line and column where it is none."""
        try:
            return json.loads(self.text())
        except json.JSONDecodeError as error:
            place = f"line {error.lineno}, column {error.colno}"
            raise SourceFormatError(wording.SOURCE_NO_JSON, place, url=self.url, why=error.msg) from error
        except RecursionError as error:
            raise SourceFormatError(f"{self.url} is no JSON that can be read: nested too deeply") from error
        except ValueError as error:  # a number with thousands of digits
            raise SourceFormatError(f"{self.url} is no JSON that can be read: {error}") from error


class _AgainError(Exception):
    """One attempt failed in a way that may pass."""

    def __init__(self, reason: str, pause: float | None = None) -> None:
        super().__init__(reason)
        self.pause = pause  # what Retry-After asks for, in seconds


@dataclass
class Client:
    """Limits, retries and checks around GET; safe to use from several threads.

    Made for one piece of work, a unit or the gathering of a run: `limits.whole` counts from its making.
    """

    user_agent: str
    allowed_hosts: frozenset[str] = frozenset()  # "host" or "host:port" that may have a private address
    limits: Limits = field(default_factory=Limits)
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        self._end = time.monotonic() + self.limits.whole
        self._received = 0

    def get(self, url: str, params: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Response:
        """The answer with status 200; also 304, where `headers` hold a condition (If-None-Match, If-Modified-Since).

        `params` are added to the query. Raises a subclass of HarvesterError for all else, with what happened.
        """
        address = parse(url, params)
        deadline = self._deadline(address)
        attempt = 1
        while True:
            try:
                return self._follow(address, headers or {}, deadline)
            except _AgainError as error:
                pause = error.pause
                asked = pause is not None
                if pause is None:
                    # Jitter, so that many harvesters do not come back in step.
                    pause = self.limits.pause * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311
                too_long = time.monotonic() + pause >= deadline or (asked and pause > self.limits.sit_out)
                if attempt >= self.limits.attempts or too_long:
                    told = SourceUnreachableError(
                        wording.SOURCE_SILENT, url=address.geturl(), attempts=attempt, why=str(error)
                    )
                    if asked:
                        raise SourceBusyError(f"{told}; it asks to wait {pause:.0f} s", pause) from error
                    raise told from error
                self.sleep(pause)
                attempt += 1

    def status(self, url: str) -> int:
        """The status with which an address answers in the end: asked by HEAD, and by GET where HEAD is not known there.

        The body is not read. Redirects may lead to other origins, each of which is checked as every address is: this
        tells whether a link works and brings nothing in. Raises a subclass of HarvesterError where nothing answers.
        """
        address = parse(url)
        deadline = self._deadline(address)
        for _ in range(self.limits.redirects + 1):
            status, location = self._head(address, deadline)
            if status not in REDIRECTS:
                return status
            address = parse(urljoin(address.geturl(), location))
        raise RedirectRefusedError(f"{address.geturl()}: more than {self.limits.redirects} redirects")

    def _deadline(self, address: SplitResult) -> float:
        """Until when the next call must be done; raises SourceUnreachableError where the work's time is over."""
        now = time.monotonic()
        if now >= self._end:
            raise SourceUnreachableError(
                f"{address.geturl()} was not asked: the time for all answers, {self.limits.whole:g} s, is over"
            )
        return min(now + self.limits.total, self._end)

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

    def _ask(self, connection: Connection, method: str, address: SplitResult, headers: dict[str, str]) -> None:
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
                raise RedirectRefusedError(wording.SOURCE_ELSEWHERE, url=address.geturl(), target=target.geturl())
            address = target
        raise RedirectRefusedError(f"{address.geturl()}: more than {self.limits.redirects} redirects")

    def _request(self, address: SplitResult, headers: dict[str, str], deadline: float) -> Response:
        with self._talking(address, deadline) as connection:
            self._ask(connection, "GET", address, headers)
            return self._answer(address, connection.getresponse(), headers)

    @contextmanager
    def _talking(self, address: SplitResult, deadline: float) -> Iterator[Connection]:
        """A connection that ends at the deadline; what goes wrong on it has a name of ours."""
        connection = Connection(address, self.limits, self.allowed_hosts, deadline)
        begin = time.monotonic()
        try:
            yield connection
            if connection.was_cut:  # an answer without a length ends for its reader where the watch cut it
                raise OSError("cut off")
        except ssl.SSLCertVerificationError as error:
            raise SourceUnreachableError(wording.SOURCE_CERTIFICATE, url=address.geturl(), why=str(error)) from error
        except TooSlowError as error:
            # Not asked again: a source that drips would do so again, and a worker would wait four times.
            raise SourceUnreachableError(wording.SOURCE_SLOW, url=address.geturl(), why=str(error)) from error
        except (OSError, http.client.HTTPException, zlib.error, CutShortError) as error:
            if connection.was_cut:
                text = wording.SOURCE_NOT_COMPLETE if connection.answers else wording.SOURCE_NOT_BEGUN
                passed = f"{time.monotonic() - begin:.1f}"
                raise SourceUnreachableError(text, url=address.geturl(), seconds=passed) from error
            raise _AgainError(f"{type(error).__name__}: {error}") from error
        finally:
            connection.end()

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
            refused = SourceRefusedError(
                wording.SOURCE_STATUS, url=address.geturl(), status=status, reason=answer.reason
            )
            refused.status = status
            raise refused
        return Response(address.geturl(), status, headers, self._body(address, answer, headers))

    def _body(self, address: SplitResult, answer: http.client.HTTPResponse, headers: dict[str, str]) -> bytes:
        unpacker = Unpacker(headers.get("content-encoding", ""), self.limits.size, address.geturl())
        speed = SpeedWatch(self.limits.speed, self.limits.window)
        while chunk := answer.read1(CHUNK):
            unpacker.feed(chunk)
            speed.count(len(chunk))
        # `read1` ends silently where the connection ends; a short answer must not pass for a complete one.
        if answer.length:
            raise http.client.IncompleteRead(b"", answer.length)
        body = unpacker.end()
        self._received += len(body)
        if self._received > self.limits.traffic:
            raise TooLargeError(
                f"{address.geturl()}: all answers together are larger than {self.limits.traffic / 1048576:g} MB"
            )
        return body


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


def following(here: str, link: str) -> str:
    """The address that a page's link to the next one means. Raises RedirectRefusedError where it leaves the origin.

    Every harvester that reads pages asks this: a next link is the source's to write, as a redirect is.
    """
    own, other = parse(here), parse(urljoin(here, link))
    if origin(own) != origin(other):
        raise RedirectRefusedError(f"{here} names {other.geturl()} as its next page, which is another origin")
    return other.geturl()


def origin(address: SplitResult) -> tuple[str, str | None, int]:
    """Scheme, host and port: what must not change on the way (RFC 6454)."""
    return address.scheme, address.hostname, port(address)


def retry_after(value: str) -> float | None:
    """Seconds to wait by a Retry-After header, given in seconds or as a date (RFC 9110, 10.2.3); None if unreadable."""
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=timezone.utc)
    return max((when - datetime.now(timezone.utc)).total_seconds(), 0.0)

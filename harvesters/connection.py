"""A connection of the client: to an address that was checked, cut in time whatever the other side does."""

from __future__ import annotations

import http.client
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult

from .addresses import connect


@dataclass(frozen=True)
class Limits:
    """Times in seconds, sizes in bytes."""

    connect: float = 10.0  # also for finding the address; for all addresses of a host together
    head: float = 60.0  # until status and headers are there
    silence: float = 30.0  # without a single byte
    speed: float = 500.0  # bytes a second that a body must bring, measured over …
    window: float = 20.0  # … this time
    total: float = 120.0  # one call of `get`, with all attempts, redirects and pauses
    whole: float = 3600.0  # all calls of one client: a unit, or the gathering of a run
    size: int = 50 * 1024 * 1024  # of an answer, after decompression
    traffic: int = 4 * 1024 * 1024 * 1024  # all answers of one client, after decompression
    attempts: int = 4
    redirects: int = 5
    sit_out: float = 30.0  # longest Retry-After that is waited for; a longer one is told to the caller
    pause: float = 1.0  # before the second attempt; doubles each time


def port(address: SplitResult) -> int:
    return address.port or (443 if address.scheme == "https" else 80)


class _Head:
    """What the head of an answer is read from; notes whether it ended before the head did."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.ended = stream, False

    def readline(self, limit: int = -1) -> bytes:
        line: bytes = self.stream.readline(limit)
        self.ended = not line.endswith(b"\n")
        return line

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


class _Answer(http.client.HTTPResponse):
    """An answer whose head is complete: the library takes the end of the connection for the end of the headers."""

    def begin(self) -> None:
        head = _Head(self.fp)
        self.fp: Any = head
        super().begin()
        if self.fp is head:
            self.fp = head.stream
        if head.ended:
            self.close()
            raise http.client.IncompleteRead(b"")


class Connection(http.client.HTTPConnection):
    """A connection whose address is checked before it is opened, and that ends in time whatever the other side does.

    A byte now and then keeps the limit of silence from being reached, so a watch cuts the connection: first where the
    head of the answer takes too long, then at the deadline.
    """

    response_class = _Answer

    def __init__(self, address: SplitResult, limits: Limits, allowed: frozenset[str], deadline: float) -> None:
        super().__init__(str(address.hostname), port(address), timeout=limits.connect)
        self.secure = address.scheme == "https"
        self.default_port = 443 if self.secure else 80
        self.limits = limits
        self.allowed = allowed
        self.deadline = deadline
        self.was_cut = False
        self.answers = False  # status and headers are there
        self.watch: threading.Timer | None = None
        self._watch(min(deadline, time.monotonic() + limits.head))

    def connect(self) -> None:
        until = min(self.deadline, time.monotonic() + self.limits.connect)
        sock = connect(self.host, self.port, until, self.allowed)
        sock.settimeout(self.limits.silence)
        if self.secure:
            context = ssl.create_default_context()
            # An end without TLS's own goodbye may be anybody's cut; without a length nothing else would tell.
            sock = context.wrap_socket(
                sock, server_hostname=self.host, do_handshake_on_connect=False, suppress_ragged_eofs=False
            )
        # An answer takes the socket over when the source closes it; the watch needs it from the handshake to the end.
        self.cuttable = self.sock = sock
        if isinstance(sock, ssl.SSLSocket):
            sock.do_handshake()

    def getresponse(self) -> http.client.HTTPResponse:
        answer = super().getresponse()
        if self.was_cut:
            raise OSError("cut off")
        self.answers = True
        self._watch(self.deadline)
        return answer

    def end(self) -> None:
        """Nothing more is read. (`close` is called by `getresponse` too, while its reader still needs the watch.)"""
        if self.watch is not None:
            self.watch.cancel()
        self.close()

    def cut(self) -> None:
        self.was_cut = True
        with suppress(OSError, AttributeError):  # nothing is connected yet, or nothing any more
            self.cuttable.shutdown(2)

    def _watch(self, until: float) -> None:
        if self.watch is not None:
            self.watch.cancel()
        self.watch = threading.Timer(max(until - time.monotonic(), 0.01), self.cut)
        self.watch.daemon = True
        self.watch.start()

"""A catalogue from its address: one file, a dump, or a feed of pages, read to its end or to the point where it breaks.

What is read stays read; `Feed.incomplete` says why it is not all, so that nothing counts as missing then. Limits of
size and time of each answer are the client's, those of the whole feed stand in `Bounds`.

A page is only followed to its own origin: a feed could otherwise send the portal round the internet. An address that
names http where the source is read by https on the usual ports is taken as https; proxies make that mistake.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from ckanext.dresdensmartcity.dcat.parsing import Limits as DocumentLimits
from ckanext.dresdensmartcity.dcat.parsing import UnreadableError, read_bytes
from ckanext.dresdensmartcity.dcat.reading import ReadEntry, Reading, read_catalogue
from rdflib import Graph

from ..client import Client, Response, SourceFormatError, origin
from ..client import parse as parse_address
from ..records import Finding, HarvesterError, Severity
from . import wording
from .hydra import Paging, paging
from .same import fingerprint
from .syntax import ACCEPT, syntax_of, unpacked

CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
CONTENT = "sha256"  # of a page's bytes, for sources that answer no conditional request
KEPT_BYTES = 64 * 1024 * 1024  # of pages that were asked for whether they changed, and are then read


@dataclass(frozen=True)
class Bounds:
    """How much of a feed is read."""

    pages: int = 1000
    entries: int = 50_000
    seconds: float = 3600


@dataclass(frozen=True)
class Place:
    """An entry, and where it stands."""

    entry: ReadEntry
    page: int  # from 1


@dataclass
class Feed:
    """What was read."""

    places: list[Place] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)  # of each page, without its entries
    pages: list[dict[str, str]] = field(default_factory=list)  # url and validators of each, to ask with the next time
    incomplete: list[Finding] = field(default_factory=list)
    unchanged: bool = False  # every page is as it was when `pages` were remembered
    announced: int | None = None


def read_feed(
    client: Client,
    url: str,
    syntax: str = "",
    bounds: Bounds | None = None,
    remembered: Iterable[dict[str, str]] = (),
    clock: Callable[[], float] = time.monotonic,
) -> Feed:
    """The catalogue at `url`; `syntax` is a key of syntax.BY_NAME or empty.

    `remembered` are the pages of an earlier, complete reading: where the source says of each that it has not changed,
    or gives the same bytes, nothing is parsed. Raises HarvesterError where not even the first page can be read.
    """
    known = list(remembered)
    fresh: dict[str, Response] = {}
    if known and known[0].get("url") == url and _unchanged(client, known, fresh):
        return Feed(pages=known, unchanged=True)
    return _Reader(client, url, syntax, bounds or Bounds(), clock, fresh).read()


def _unchanged(client: Client, known: list[dict[str, str]], fresh: dict[str, Response]) -> bool:
    """Whether every page is as it was; pages that had to be fetched to see that go into `fresh`, to be read then."""
    kept = 0
    for page in known:
        conditions = {header: page[name] for name, header in CONDITIONS.items() if page.get(name)}
        if not (conditions or page.get(CONTENT)):
            return False
        try:
            answer = client.get(page["url"], headers={"Accept": ACCEPT, **conditions})
        except HarvesterError:
            return False  # reading says what is wrong
        if answer.status == 304:
            continue
        if kept + len(answer.content) <= KEPT_BYTES:
            kept += len(answer.content)
            fresh[page["url"]] = answer
        if _sum(answer) != page.get(CONTENT):
            return False
    return True


def _sum(answer: Response) -> str:
    return hashlib.sha256(answer.content).hexdigest()


class _Reader:
    def __init__(
        self,
        client: Client,
        url: str,
        syntax: str,
        bounds: Bounds,
        clock: Callable[[], float],
        fresh: dict[str, Response],
    ) -> None:
        self.client, self.url, self.syntax, self.bounds, self.clock = client, url, syntax, bounds, clock
        self.fresh = fresh  # pages that have just been fetched
        self.feed = Feed()
        self.visited: dict[str, int] = {}
        self.contents: dict[str, int] = {}

    def read(self) -> Feed:
        begin, url, number = self.clock(), self.url, 0
        while url:
            number += 1
            if stop := self._stop(number, url, begin):
                self.feed.incomplete.append(stop)
                break
            self.visited[_address(url)] = number
            try:
                url = self._page(number, url)
            except HarvesterError as error:
                if number == 1:
                    raise
                self._broken("page-unreadable", wording.ENDS_EARLY, number=number, why=str(error))
                break
        self._count()
        return self.feed

    def _stop(self, number: int, url: str, begin: float) -> Finding | None:
        bounds = self.bounds
        if first := self.visited.get(_address(url)):
            return Finding.of("loop", "error", wording.LOOP, number=number, url=url, first=first)
        if number > bounds.pages:
            return Finding.of("limit", "error", wording.TOO_MANY_PAGES, limit=bounds.pages)
        if len(self.feed.places) > bounds.entries:
            return Finding.of("limit", "error", wording.TOO_MANY_ENTRIES, limit=bounds.entries)
        if self.clock() - begin > bounds.seconds:
            return Finding.of("limit", "error", wording.TOO_LONG, limit=f"{bounds.seconds:g}")
        return None

    def _page(self, number: int, url: str) -> str:
        """Read a page; gives the address of the next one, or nothing."""
        answer = self.fresh.pop(url, None) or self.client.get(url, headers={"Accept": ACCEPT})
        graph = document(answer, self.syntax, self.client.limits.size)
        told = self._told(number, graph, answer.url)  # before reading, which changes the graph
        reading = read_catalogue(graph)
        content = fingerprint(reading.entries)
        if reading.entries and (first := self.contents.get(content)):
            self._broken("loop", wording.SAME_PAGE, number=number, url=url, first=first)
            return ""
        self.contents[content] = number
        self.feed.pages.append(
            {"url": url, CONTENT: _sum(answer)}
            | {name: answer.headers[name] for name in CONDITIONS if name in answer.headers}
        )
        room = self.bounds.entries - len(self.feed.places)
        self.feed.places += [Place(one, number) for one in reading.entries[: max(room, 0)]]
        if len(reading.entries) > room:
            self._broken("limit", wording.TOO_MANY_ENTRIES, limit=self.bounds.entries)
            return ""
        reading.entries = []
        self.feed.readings.append(reading)
        return self._next(number, answer.url, told.next)

    def _told(self, number: int, graph: Graph, url: str) -> Paging:
        try:
            told = paging(graph, url)
        except SourceFormatError as error:
            self._broken("next-page", wording.NO_NEXT, number=number, why=str(error))
            return Paging()
        if told.total is not None:
            self.feed.announced = max(self.feed.announced or 0, told.total)
        return told

    def _next(self, number: int, here: str, target: str) -> str:
        if not target:
            return ""
        following = urljoin(here, target)
        try:
            own, other = parse_address(here), parse_address(following)
        except HarvesterError as error:
            self._broken("next-page", wording.NO_NEXT, number=number, why=str(error))
            return ""
        if (own.scheme, other.scheme) == ("https", "http") and own.hostname == other.hostname and not other.port:
            other = other._replace(scheme="https")
            following = other.geturl()
        if origin(own) != origin(other):
            self._broken("other-origin", wording.OTHER_ORIGIN, number=number, url=following)
            return ""
        return following

    def _count(self) -> None:
        found = len({one.entry.iri or f"{one.page} {one.entry.node}" for one in self.feed.places})
        announced = self.feed.announced
        if announced is not None and found < announced and not self.feed.incomplete:
            self._broken("fewer", wording.FEWER, "warning", announced=announced, found=found)

    def _broken(self, check: str, text: str, severity: Severity = "error", **values: Any) -> None:
        self.feed.incomplete.append(Finding.of(check, severity, text, **values))


def document(answer: Response, syntax: str, limit: int) -> Graph:
    """The graph of an answer; SourceFormatError where it is none."""
    kind = syntax_of(answer, syntax)
    content = unpacked(answer, limit)
    try:
        return read_bytes(content, kind, answer.url, limits=DocumentLimits(bytes=limit), address=answer.url)
    except UnreadableError as error:
        raise SourceFormatError(str(error)) from error


def _address(url: str) -> str:
    """An address in the form in which two are compared."""
    return parse_address(url).geturl()

"""Another CKAN portal through its action API: all datasets that a filter lets through, page by page.

`count` is not believed: it may be too high, too low, or change. Reading goes on until a page comes back empty. A page
that brings nothing new, or fewer entries in the end than were announced, makes the reading incomplete, so that nothing
counts as missing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ..client import Client, SourceFormatError, parse
from ..records import Finding, HarvesterError
from . import wording
from .feed import Bounds

# By id, which never changes, so that an entry that is edited meanwhile does not move to another page.
SORT = "id asc"
SEARCH = "/api/3/action/package_search"


@dataclass
class Found:
    """What the portal gave."""

    packages: list[dict[str, Any]] = field(default_factory=list)
    incomplete: list[Finding] = field(default_factory=list)
    pages: int = 0
    repeated: int = 0  # entries that came on two pages


def portal_address(url: str) -> str:
    """The portal's address, whatever of its API was entered; no slash at the end. Raises AddressInvalidError."""
    address = parse(url)
    path = address.path
    for part in ("/api/", "/dataset"):
        path = path.split(part)[0] if part in f"{path}/" else path
    return urlunsplit((address.scheme, address.netloc, path.rstrip("/").removesuffix("/api"), "", ""))


def filter_query(fq: str, organizations: Iterable[str], groups: Iterable[str]) -> str:
    """The filter in Solr's words."""
    parts = [f"+({fq})"] if fq else []
    for name, values in (("organization", list(organizations)), ("groups", list(groups))):
        if values:
            parts.append(f"+{name}:({' OR '.join(quoted(one) for one in values)})")
    return " ".join(parts)


def quoted(text: str) -> str:
    """A text as one word of Solr's language."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def read_portal(
    client: Client,
    url: str,
    fq: str = "",
    rows: int = 100,
    bounds: Bounds | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Found:
    """All datasets of the portal at `url`; raises HarvesterError where not even the first page can be read."""
    bounds, address, begin = bounds or Bounds(), portal_address(url) + SEARCH, clock()
    found, seen, announced, start = Found(), set[str](), 0, 0
    while True:
        number = found.pages + 1
        if stop := _stop(found, bounds, clock() - begin):
            found.incomplete.append(stop)
            return found
        params = {"q": "*:*", "sort": SORT, "rows": str(rows), "start": str(start)} | ({"fq": fq} if fq else {})
        try:
            count, packages = _page(client, address, params)
        except HarvesterError as error:
            if number == 1:
                raise
            text = wording.ENDS_EARLY
            found.incomplete.append(Finding.of("page-unreadable", "error", text, number=number, why=str(error)))
            return found
        found.pages = number
        announced = max(announced, count)
        new = [one for one in packages if str(one.get("id")) not in seen]
        found.repeated += len(packages) - len(new)
        if not packages:
            break
        if not new:
            text = wording.SAME_PAGE
            found.incomplete.append(
                Finding.of("loop", "error", text, number=number, url=f"start={start}", first=number - 1)
            )
            return found
        seen |= {str(one.get("id")) for one in new}
        found.packages += new
        start += len(packages)
    if len(found.packages) < announced:
        finding = Finding.of("fewer", "warning", wording.FEWER, announced=announced, found=len(found.packages))
        found.incomplete.append(finding)
    return found


def _stop(found: Found, bounds: Bounds, seconds: float) -> Finding | None:
    if found.pages >= bounds.pages:
        return Finding.of("limit", "error", wording.TOO_MANY_PAGES, limit=bounds.pages)
    if len(found.packages) > bounds.entries:
        return Finding.of("limit", "error", wording.TOO_MANY_ENTRIES, limit=bounds.entries)
    if seconds > bounds.seconds:
        return Finding.of("limit", "error", wording.TOO_LONG, limit=f"{bounds.seconds:g}")
    return None


def _page(client: Client, address: str, params: dict[str, str]) -> tuple[int, list[dict[str, Any]]]:
    answer = client.get(address, params, {"Accept": "application/json"})
    if "html" in answer.headers.get("content-type", ""):
        raise SourceFormatError(f"{answer.url} gives a web page; is {urlsplit(answer.url).netloc} a CKAN portal?")
    data = answer.json()
    result = data.get("result") if isinstance(data, dict) else None
    if not isinstance(data, dict) or data.get("success") is not True or not isinstance(result, dict):
        told = data.get("error") if isinstance(data, dict) else None
        raise SourceFormatError(f"{answer.url} gives no answer of CKAN's action API: {str(told or data)[:300]}")
    packages, count = result.get("results"), result.get("count")
    if not isinstance(packages, list) or not all(isinstance(one, dict) and one.get("id") for one in packages):
        raise SourceFormatError(f"{answer.url}: `results` is no list of datasets with an id")
    return (count if isinstance(count, int) and not isinstance(count, bool) else 0), packages

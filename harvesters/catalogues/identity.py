"""By what an entry of another portal is known again, and which of several that claim to be the same one holds.

The key, in this order:

1. the IRI of the entry;
2. `dct:identifier`, for an entry without an IRI (a blank node);
3. its landing page, unless several entries of the source have the same;
4. a hash of title and publisher.

3 and 4 are a makeshift and said so: the entry becomes another one when they change. The key of 2 to 4 is only unique
within its source; `lasting_key` makes it so in the portal.

Twins, entries with the same key:

- equal in content, or one a part of the other (a series named on each page of a feed): the fullest is taken, nothing is
  wrong;
- otherwise the youngest by `dct:modified` is taken and the others are listed, as GovData does; where no date decides,
  none is taken and what was published before stays.

Different entries with the same `dct:identifier` are treated in the same way, since those who harvest this portal take
them for one dataset: convention 25 of DCAT-AP.de.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

from ckanext.dresdensmartcity.dcat.iris import DATASET
from ckanext.dresdensmartcity.dcat.reading import ReadEntry

from ..records import Finding
from . import wording
from .feed import Place
from .same import digest


@dataclass(frozen=True)
class Identified:
    """An entry with its key."""

    key: str
    entry: ReadEntry
    place: str  # "page 3"


@dataclass
class Sorted:
    """What is taken of a source's entries."""

    taken: list[Identified] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)  # keys of entries that are there and were not taken
    findings: list[Finding] = field(default_factory=list)
    nameless: int = 0  # entries that nothing is known of
    repeated: int = 0  # entries that stand on several pages in the same words


def sort(places: Iterable[Place], same_identifier: str = "youngest") -> Sorted:
    """Keys for all entries, one entry for each key; `same_identifier` is "youngest" or "keep"."""
    result = Sorted()
    places = list(places)
    shared = _shared_pages(places)
    groups: dict[str, list[Identified]] = {}
    for place in places:
        key, finding = key_of(place.entry, shared)
        if not key:
            result.nameless += 1
            continue
        one = Identified(key, place.entry, f"page {place.page}")
        if finding:
            result.findings.append(Finding.of("no-identifier", "warning", finding, _name(one)))
        groups.setdefault(key, []).append(one)
    for _ in range(result.nameless):
        result.findings.append(Finding.of("no-identifier", "error", wording.NOTHING_TO_KNOW_IT_BY))
    for key, twins in groups.items():
        chosen = _choose(key, twins, result)
        if chosen is None:
            result.refused.add(key)
        else:
            result.taken.append(chosen)
    if same_identifier == "youngest":
        _one_for_each_identifier(result)
    return result


def key_of(entry: ReadEntry, shared_pages: Iterable[str] = ()) -> tuple[str, str]:
    """The key of an entry and, where it is a makeshift, the text of a finding that says so; else empty."""
    package = entry.package
    if entry.iri:
        return entry.iri, ""
    if identifier := str(package.get("identifier") or "").strip():
        return identifier, ""
    page = str(package.get("url") or "").strip()
    if page and page not in shared_pages:
        return f"landing-page:{page}", wording.NO_IDENTIFIER
    title = str(package.get("title") or package.get("title_en") or "").strip()
    if not title:
        return "", ""
    publisher = [one.get("uri") or one.get("name") for one in package.get("publisher") or []]
    told = digest([entry.type, title, publisher])
    return f"title:{told[:32]}", wording.NO_IDENTIFIER_NOR_PAGE


def lasting_key(key: str, iri: str, source_url: str) -> str:
    """The key as it is unique in the portal: an IRI as it is, all else with the host of the source before it."""
    return key if iri else f"catalogue:{urlsplit(source_url).hostname}:{key}"


def file_keys(resources: Iterable[dict[str, Any]]) -> list[str]:
    """A key for each file of a dataset: its IRI, else its addresses and format; more of the same are numbered."""
    keys: list[str] = []
    used: dict[str, int] = {}
    for one in resources:
        parts = [str(one.get(name) or "") for name in ("access_url", "download_url", "url", "format")]
        key = str(one.get("uri") or "") or "file:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
        used[key] = used.get(key, 0) + 1
        keys.append(key if used[key] == 1 else f"{key}#{used[key]}")
    return keys


def _shared_pages(places: list[Place]) -> set[str]:
    """Landing pages that several entries without anything better have."""
    owners: dict[str, set[str]] = {}
    for place in places:
        package = place.entry.package
        if not place.entry.iri and not package.get("identifier") and package.get("url"):
            owners.setdefault(str(package["url"]), set()).add(str(package.get("title")))
    return {page for page, titles in owners.items() if len(titles) > 1}


def _choose(key: str, twins: list[Identified], result: Sorted) -> Identified | None:
    fullest = max(twins, key=lambda one: len(digest_parts(one.entry.package)))
    if all(_is_part(one.entry, fullest.entry) for one in twins):
        result.repeated += len(twins) - 1
        return fullest
    youngest = _youngest(twins)
    if youngest is None:
        result.findings.append(Finding.of("duplicate", "error", wording.TWINS, _name(fullest), number=len(twins)))
        return None
    modified = str(youngest.entry.package["modified"])
    result.findings.append(
        Finding.of("duplicate", "warning", wording.OLDER_TWIN, _name(fullest), number=len(twins), modified=modified)
    )
    return youngest


def digest_parts(package: dict[str, Any]) -> dict[str, str]:
    """What an entry says, field by field."""
    return {name: digest(value) for name, value in package.items() if value not in (None, "", [])}


def _is_part(one: ReadEntry, other: ReadEntry) -> bool:
    return one.type == other.type and digest_parts(one.package).items() <= digest_parts(other.package).items()


def _one_for_each_identifier(result: Sorted) -> None:
    groups: dict[str, list[Identified]] = {}
    for one in result.taken:
        identifier = str(one.entry.package.get("identifier") or "").strip()
        if one.entry.type == DATASET and identifier:
            groups.setdefault(identifier, []).append(one)
    for twins in groups.values():
        if len(twins) == 1:
            continue
        youngest = _youngest(twins)
        for one in twins:
            if one is youngest:
                continue
            other = _name(youngest or next(two for two in twins if two is not one))
            text = wording.SAME_IDENTIFIER if youngest else wording.SAME_IDENTIFIER_UNDATED
            result.findings.append(Finding.of("same-identifier", "error", text, _name(one), other=other))
            result.refused.add(one.key)
    result.taken = [one for one in result.taken if one.key not in result.refused]


def _youngest(twins: list[Identified]) -> Identified | None:
    """The one that was changed last; None where one has no date or two share the last one."""
    dated = [(moment, one) for one in twins if (moment := _moment(one.entry.package.get("modified"))) is not None]
    if len(dated) < len(twins):
        return None
    last = max(moment for moment, _ in dated)
    best = [one for moment, one in dated if moment == last]
    return best[0] if len(best) == 1 else None


def _moment(value: object) -> datetime | None:
    text = str(value or "").strip()
    padded = text + "0000-01-01"[len(text) :] if len(text) in (4, 7) else text
    try:
        found = datetime.fromisoformat(padded.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def _name(one: Identified) -> str:
    title = str(one.entry.package.get("title") or "")[:80]
    return f"{one.place}, {one.key}" if one.entry.iri or not title else f"{one.place}, “{title}”"

"""Which entries may be the same: by the likeness of names, by distance, by the website. Plain Python.

A name alone must be much alike; a near place or the same website makes a weaker likeness enough. What is the same
website is asked of the host: two entries of one city's site are not the same, so a host that many use says nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from ckanext.dresdensmartcity.city.model import Label, Position
from rapidfuzz import fuzz

from .text import normalise

ALONE = 0.86  # likeness of names that is enough without another reason
WITH_MORE = 0.55  # likeness that is enough with the same website or a near place
SHOWN_NAME = 0.5  # below it, the likeness is no reason to show
NEAR_M = 100.0
SHARED_BY = 3  # a host of more entries is a platform or the city's own site
MOST = 5
EARTH_M = 6_371_000.0
# What says what an organisation is in law, or that it is an office, and not which one.
LEGAL_FORMS = re.compile(
    r"\b(?:ggmbh|gmbh(?: (?:und )?co kg)?|mbh|ohg|kg|ag|se|ug|haftungsbeschraenkt|gbr|e ?v|eingetragener verein|e ?g|"
    r"ltd|inc|llc|plc|bv|srl|sarl|stiftung buergerlichen rechts|anstalt oeffentlichen rechts|aoer|kdoer|"
    r"eigenbetrieb|amt fuer|das|der|die|und|fuer|the|of|and|for)\b"
)
IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
SHORTEST_ACRONYM = 2


@dataclass(frozen=True)
class Candidate:
    """An entry as its name, place and website tell it."""

    type: str
    id: str
    title: str
    url: str = ""
    position: Position | None = None


@dataclass(frozen=True)
class Reason:
    """Why two entries may be the same."""

    name: str  # name, near, website
    sentence: Label


@dataclass(frozen=True)
class Duplicate:
    """An entry that may be the same, and why."""

    entry: Candidate
    likeness: float  # of the names, in [0, 1]
    reasons: tuple[Reason, ...]


def plain_name(title: str, common: Iterable[str] = ()) -> str:
    """A name without legal forms, brackets and the words of `common`, such as the city's own name."""
    plain = LEGAL_FORMS.sub(" ", normalise(IN_BRACKETS.sub(" ", title)))
    left_out = {word for text in common for word in normalise(text).split()}
    words = [word for word in plain.split() if word not in left_out]
    return " ".join(words) or " ".join(plain.split()) or normalise(title)


def likeness(one: str, other: str) -> float:
    """How like two plain names are, in [0, 1]; letters and words in another order count, and so do initials."""
    if not one or not other:
        return 0.0
    sorted_words = fuzz.token_sort_ratio(one, other) / 100
    together = fuzz.ratio(one.replace(" ", ""), other.replace(" ", "")) / 100
    return max(sorted_words, together, _part(one, other), _initials(one, other), _initials(other, one))


def _part(one: str, other: str) -> float:
    """All words of one in the other: "Umweltamt" and "Umweltamt Musterstadt Nord"."""
    short, long = sorted((one.split(), other.split()), key=len)
    if not set(short) <= set(long) or len(" ".join(short)) < 6:
        return 0.0
    return 0.75 + 0.25 * len(" ".join(short)) / len(" ".join(long))


def _initials(short: str, long: str) -> float:
    """A word that is the initials of the others: "tu" and "technische universitaet"."""
    words = long.split()
    for word in short.split():
        size = len(word)
        if size < SHORTEST_ACRONYM or size > len(words):
            continue
        for start in range(len(words) - size + 1):
            if "".join(one[0] for one in words[start : start + size]) == word:
                left = [one for one in short.split() if one != word]
                rest = words[:start] + words[start + size :]
                return 0.9 if sorted(left) == sorted(rest) else 0.6
    return 0.0


def host(url: str) -> str:
    """The site of an address, without www; empty where there is none."""
    try:
        name = (urlsplit(url).hostname or "").casefold()
    except ValueError:
        return ""
    return name.removeprefix("www.")


def distance_m(one: Position, other: Position) -> float:
    """Metres between two places."""
    (x1, y1), (x2, y2) = one, other
    middle = math.radians((y1 + y2) / 2)
    return EARTH_M * math.hypot(math.radians(x2 - x1) * math.cos(middle), math.radians(y2 - y1))


def duplicates(
    entry: Candidate,
    others: Iterable[Candidate],
    common: Iterable[str] = (),
    shared_hosts: Iterable[str] = (),
) -> tuple[Duplicate, ...]:
    """The entries that may be the same as `entry`, the likest first; never the entry itself.

    `shared_hosts` are sites that many entries use.
    """
    common, shared = tuple(common), set(shared_hosts)
    name, site = plain_name(entry.title, common), host(entry.url)
    found = []
    for other in others:
        if (other.type, other.id) == (entry.type, entry.id) or other.type != entry.type:
            continue
        alike = likeness(name, plain_name(other.title, common))
        more = _more_reasons(entry, other, "" if site in shared else site)
        if alike < (WITH_MORE if more else ALONE):
            continue
        reasons = (Reason("name", _name_sentence(alike)), *more) if alike >= SHOWN_NAME else more
        found.append(Duplicate(other, round(alike, 4), reasons))
    return tuple(sorted(found, key=lambda one: (-len(one.reasons), -one.likeness, one.entry.title))[:MOST])


def _name_sentence(alike: float) -> Label:
    if alike == 1:
        return Label("gleicher Name", "the same name")
    percent = math.floor(alike * 100)
    return Label(f"Name zu {percent} % gleich", f"name {percent} % alike")


def _more_reasons(entry: Candidate, other: Candidate, site: str) -> tuple[Reason, ...]:
    reasons = []
    if site and host(other.url) == site:
        reasons.append(Reason("website", Label(f"gleiche Website ({site})", f"the same website ({site})")))
    if entry.position and other.position:
        metres = distance_m(entry.position, other.position)
        if metres <= NEAR_M:
            reasons.append(Reason("near", Label(f"{metres:.0f} m entfernt", f"{metres:.0f} m away")))
    return tuple(reasons)

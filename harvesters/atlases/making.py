"""From entries as they were read to packages of this portal: ids of their own, references among them, their origin.

Pure: ids follow from the prefix of the source and the entry's id there, so references can be made before their targets
are there. Two hyphens stand between both, which no id of a city's own files and no name made of a title has.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import networkx as nx
from ckanext.dresdensmartcity.atlas.entries import ELSEWHERE, package_name
from ckanext.dresdensmartcity.city.names import slug

from ..fields import digest
from ..records import Finding, Foreign, Publication
from . import wording
from .mapping import WHY, Read, Told
from .settings import ORIGIN

FORM = 1  # raise it when entries shall be made in another way
PREFIX_LENGTH, ID_LENGTH = 30, 60  # together with the type below the 100 of CKAN's names
_PLAIN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Fields that name entries of the own type, in which a circle can close.
UPWARDS = ("part_of", "builds_on", "continues")


@dataclass(frozen=True)
class Origin:
    """Where entries come from."""

    name: str  # as pages call it
    prefix: str
    license: str  # IRI


@dataclass
class Made:
    """An entry in the form in which it is stored as the content of its unit."""

    guid: str
    type: str
    place: str
    package: dict[str, Any]

    @property
    def said(self) -> str:
        """Changes when what the other atlas says does."""
        return digest([FORM, self.package])

    def content(self, retrieved_on: str) -> dict[str, Any]:
        """With the day on which this was first read there."""
        return {"guid": self.guid, "kind": self.type, "package": self.package, "said": self.said, "read": retrieved_on}


@dataclass
class Result:
    """The entries, actors before projects, and what is said about them."""

    made: list[Made] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    second_hand: int = 0


def default_prefix(url: str) -> str:
    """Of the address of an interface: its host and path.

    >>> default_prefix("https://www.atlas.example/ogc"), default_prefix("https://stadt.example/atlas/ogc/")
    ('atlas-example', 'stadt-example-atlas')
    """
    parts = urlsplit(url)
    text = f"{parts.netloc.removeprefix('www.')} {parts.path.rstrip('/').removesuffix('/ogc')}"
    return _short(slug(text, 200), PREFIX_LENGTH, url)


def local_id(prefix: str, identifier: str) -> str:
    """The id in this atlas.

    >>> local_id("musterstadt", "radverein"), local_id("musterstadt", "Radverein")
    ('musterstadt--radverein', 'musterstadt--radverein-b6d12aed')
    """
    if _PLAIN.fullmatch(identifier) and len(identifier) <= ID_LENGTH:
        return f"{prefix}{ELSEWHERE}{identifier}"
    cut = slug(identifier, ID_LENGTH - 9)
    return f"{prefix}{ELSEWHERE}{cut}-{_piece(identifier)}"


def _short(text: str, length: int, whole: str) -> str:
    return text if len(text) <= length else f"{text[: length - 9].rstrip('-')}-{_piece(whole)}"


def _piece(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def guid(prefix: str, entry_type: str, identifier: str) -> str:
    """The lasting key of an entry's unit."""
    return f"atlas:{prefix}:{entry_type}:{identifier}"


def make(entries: Iterable[Read], origin: Origin, told: Told) -> Result:
    """The packages of entries; those that were refused, or that the other atlas has from a third one, are left out."""
    result = Result()
    taken = []
    for one in entries:
        if one.refused is not None:
            result.findings.append(one.refused)
        elif one.values.get("origin_url"):
            result.second_hand += 1
        else:
            taken.append(one)
    if result.second_hand:
        result.findings.append(Finding.of("second-hand", "info", wording.SECOND_HAND, number=result.second_hand))
    find = _finder(taken)
    references = {(one.type, one.id): _resolved(one, find, told) for one in taken}
    _open_circles(taken, references, result)
    for one in sorted(taken, key=lambda one: one.type):  # actors first
        package = _package(one, references[one.type, one.id], origin)
        result.made.append(Made(guid(origin.prefix, one.type, one.id), one.type, one.place, package))
    return result


def publication(content: Mapping[str, Any], owner: str) -> Publication:
    """What shall stand in the portal for a content of `Made`."""
    package = dict(content["package"])
    own = {"source": f"{package['origin_name']}: {package['origin_url']}"[:300], "retrieved_on": content["read"]}
    package["evidence"] = [own, *package.get("evidence", [])]
    return Publication(content["guid"], package, kind=content["kind"], foreign=Foreign(owner))


def _finder(taken: list[Read]) -> Callable[[str, str], str]:
    """The id of the entry of a type that a text names: by its id, its page, or a title that only one has."""
    by_name: dict[tuple[str, str], set[str]] = {}
    ids = {(one.type, one.id) for one in taken}
    for one in taken:
        for text in (one.values.get("page", ""), one.title.casefold(), f"{one.type}/{one.id}"):
            by_name.setdefault((one.type, text), set()).add(one.id)

    def find(entry_type: str, text: str) -> str:
        if (entry_type, text) in ids:
            return text
        found = by_name.get((entry_type, text)) or by_name.get((entry_type, text.casefold())) or set()
        return next(iter(found)) if len(found) == 1 else ""

    return find


def _resolved(one: Read, find: Callable[[str, str], str], told: Told) -> dict[str, Any]:
    """The references of an entry as ids of the other atlas; what leads to nothing there is left out."""
    found: dict[str, Any] = {}

    def lost(name: str) -> None:
        told.left_out[f"{name}: {WHY['reference']}"] += 1

    for name in UPWARDS:
        given = one.values.get(name) or []
        for text in given if isinstance(given, list) else [given]:
            target = find(one.type, text)
            if target:
                found.setdefault(name, []).append(target)
            else:
                lost(name)
    for row in one.values.get("members", []):
        if target := find("actor", row["actor"]):
            found.setdefault("members", []).append({**row, "actor": target})
        else:
            lost("members")
    return found


def _open_circles(taken: list[Read], references: dict[tuple[str, str], dict[str, Any]], result: Result) -> None:
    """Nothing comes before itself: what closes a circle is left out."""
    for name in UPWARDS:
        edges = [(key, (key[0], to)) for key, found in references.items() for to in found.get(name, [])]
        circles = [one for one in nx.strongly_connected_components(nx.DiGraph(edges)) if len(one) > 1]
        member = {key: number for number, one in enumerate(circles) for key in one}
        for key, to in edges:
            if key != to and (key not in member or member[key] != member.get(to)):
                continue
            references[key][name].remove(to[1])
            shown = " → ".join((key[1], to[1], "…" if key != to else key[1]))
            values = {"field": name, "circle": shown[:200], "target": to[1][:100]}
            result.findings.append(Finding.of("circle", "warning", wording.CIRCLE, key[1][:200], **values))


def _package(one: Read, references: Mapping[str, Any], origin: Origin) -> dict[str, Any]:
    def here(identifier: str) -> str:
        return local_id(origin.prefix, identifier)

    package = {name: value for name, value in one.values.items() if name not in (*UPWARDS, *ORIGIN, "members")}
    package["name"] = package_name(one.type, here(one.id))
    for name in UPWARDS:
        if found := list(dict.fromkeys(references.get(name, []))):
            package[name] = [here(to) for to in found] if name == "builds_on" else here(found[0])
    if members := references.get("members"):
        once: dict[tuple[str, str], dict[str, str]] = {}
        for row in members:
            once.setdefault((row["actor"], row.get("role", "")), {**row, "actor": here(row["actor"])})
        package["members"] = list(once.values())
    package["origin_url"] = one.values["page"]
    package["origin_name"] = origin.name
    package["origin_license"] = origin.license
    return package

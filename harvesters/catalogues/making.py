"""From an entry as it was read to what is published: defaults of the source, ids of files, links to other entries.

Pure: ids follow from the city and the entry's key, so links can be made before their targets are there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ckanext.dresdensmartcity.city.names import slug
from ckanext.dresdensmartcity.dcat.iris import DATASET, SERIES, SERVICE

from ..records import Finding, Foreign, Publication
from . import wording
from .identity import Identified, file_keys, lasting_key
from .same import digest
from .settings import CatalogueSettings

# Field of a package -> type of the entries that it links to.
LINKS = {"in_series": SERIES, "source": DATASET, "has_version": DATASET, "serves_dataset": DATASET}
FILE_LINKS = {"access_services": SERVICE}
# A link that has no target here still says something true in the wider dcterms:relation.
TO_RELATED = ("source", "has_version")
ORDER = {SERIES: 0, SERVICE: 1, DATASET: 2}
NAME_LENGTH = 90  # of CKAN's 100; the rest is for telling equal ones apart


@dataclass(frozen=True)
class Target:
    """An entry that a link may lead to."""

    type: str
    id: str  # of its package in this portal


@dataclass(frozen=True)
class Origin:
    """What holds for all entries of a source."""

    url: str
    title: str
    owner: str
    settings: CatalogueSettings
    publisher: dict[str, Any] | None = None  # of the catalogue


@dataclass
class Made:
    """An entry in the form that is stored as the content of its unit, and what there is to say about it."""

    key: str
    content: dict[str, Any]
    findings: list[Finding] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        return any(one.severity == "error" for one in self.findings)


Lookup = Callable[[str], Target | None]


def targets(taken: list[Identified], source_url: str, package_id: Callable[[str], str]) -> dict[str, Target]:
    """What links inside the source may lead to: by IRI, by the name of a blank node, by key."""
    found: dict[str, Target] = {}
    for one in taken:
        target = Target(one.entry.type, package_id(lasting_key(one.key, one.entry.iri, source_url)))
        found |= {name: target for name in (one.key, one.entry.node, one.entry.iri) if name}
    return found


def make(one: Identified, origin: Origin, lookup: Lookup, resource_id: Callable[[str, str], str]) -> Made:
    """The content of an entry; `lookup` finds targets of links, `resource_id` gives the id of a file by keys."""
    entry, settings = one.entry, origin.settings
    guid = lasting_key(one.key, entry.iri, origin.url)
    made = Made(one.key, {})
    package = {name: _ordered(value) for name, value in entry.package.items() if name not in ("type", "resources")}
    package["name"] = _name(settings.prefix, package, guid)
    _publisher(package, origin, made)
    if entry.type == DATASET and settings.themes and not package.get("theme"):
        package["theme"] = list(settings.themes)
    if entry.type == SERVICE and settings.license and not package.get("license"):
        package["license"] = settings.license
    _links(package, LINKS, lookup, made)
    files = []
    resources = _ordered(entry.package.get("resources") or [])
    for key, resource in zip(file_keys(resources), resources, strict=True):
        file = {**resource, "id": resource_id(guid, key)}
        _links(file, FILE_LINKS, lookup, made)
        if not file.get("license"):
            if settings.license:
                file["license"] = settings.license
            else:
                label = str(file.get("name") or file.get("url") or key)
                made.findings.append(Finding.of("no-licence", "error", wording.NO_LICENCE, one.key, file=label))
        files.append(file)
    made.content = {"guid": guid, "kind": entry.type, "package": package, "files": files}
    return made


def publication(content: Mapping[str, Any], origin: Origin) -> Publication:
    """What shall stand in the portal for a content of `make`."""
    return Publication(
        guid=content["guid"],
        package=dict(content["package"]),
        kind=content["kind"],
        foreign=Foreign(origin.owner, tuple(content["files"]), private=not origin.settings.publish),
    )


def _ordered(value: Any) -> Any:
    """Lists of records in an order of their own: blank nodes have none, and would change an entry at each reading."""
    if not isinstance(value, list) or all(not isinstance(one, dict) or one.get("uri") for one in value):
        return value
    return sorted(value, key=lambda one: (str(one.get("name") or one.get("text") or ""), digest(one)))


def _name(prefix: str, package: Mapping[str, Any], guid: str) -> str:
    """A suggestion: the first name that the entry gets stays its name."""
    title = str(package.get("title") or package.get("title_en") or "")
    last = urlsplit(guid).path.rstrip("/").rpartition("/")[2]
    base = slug(title) or slug(last) or "eintrag"
    return f"{prefix}{base}"[:NAME_LENGTH].strip("-_")


def _publisher(package: dict[str, Any], origin: Origin, made: Made) -> None:
    """Somebody must be named, or the city would pass for the publisher of what it only harvests."""
    if package.get("publisher"):
        return
    given = origin.settings.publisher
    if given:
        filled = {name: value for name, value in given.model_dump().items() if value}
    else:
        filled = origin.publisher or {"name": origin.title, "url": origin.url}
        made.findings.append(
            Finding.of(
                "publisher", "info", wording.PUBLISHER_FILLED, made.key, publisher=str(filled.get("name") or filled)
            )
        )
    package["publisher"] = [filled]


def _links(package: dict[str, Any], fields: Mapping[str, str], lookup: Lookup, made: Made) -> None:
    for name, kind in fields.items():
        if name not in package:
            continue
        kept = []
        for value in package[name]:
            target = lookup(value)
            if target and target.type == kind:
                kept.append(target.id)
            elif name in TO_RELATED:
                package["related_resource"] = list(dict.fromkeys([*package.get("related_resource", []), value]))
                made.findings.append(Finding.of("link", "info", wording.LINK_MOVED, made.key, field=name, target=value))
            else:
                made.findings.append(
                    Finding.of("link", "warning", wording.LINK_LOST, made.key, field=name, target=value)
                )
        package[name] = list(dict.fromkeys(kept))
        if not kept:
            del package[name]

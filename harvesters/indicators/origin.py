"""Where a table comes from: a file at an address, or a dataset of another catalogue that a filter selects.

Facts of the source are carried over to what is published of it: title, description, licence, identifier, publisher.
They stand in the payload of a unit, which everybody can read; nothing of a table is in them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ckanext.dresdensmartcity.city.names import slug

from ..records import Finding
from . import wording
from .settings import Catalogue, Selection

# By media type and ending, where a file has no format of its own.
_FORMATS = {
    "text/csv": "CSV",
    "text/tab-separated-values": "TSV",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
}
NAME_LENGTH = 80  # of CKAN's 100


@dataclass(frozen=True)
class Origin:
    """A dataset that a table was made from; empty texts where the source says nothing."""

    key: str  # by which it is known again
    title: str
    file: str  # address of the table
    iri: str = ""
    title_en: str = ""
    notes: str = ""
    notes_en: str = ""
    license: str = ""
    license_attribution: str = ""
    identifier: str = ""
    page: str = ""
    publisher: str = ""
    modified: str = ""
    keywords: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()

    def payload(self) -> dict[str, Any]:
        """As JSON."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in vars(self).items() if value}

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Origin:
        """From its JSON."""
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in payload.items()
        }
        return cls(**fields)

    def name(self, prefix: str) -> str:
        """A short name that stays when the title changes and that no other dataset has."""
        last = re.split(r"[/#]", self.iri.rstrip("/"))[-1] if self.iri else self.identifier or self.title
        mark = hashlib.sha256(self.key.encode()).hexdigest()[:8]
        return f"{prefix}{slug(last, NAME_LENGTH - len(prefix) - len(mark) - 1)}-{mark}"


@dataclass(frozen=True)
class Candidate:
    """A dataset of a catalogue: its key and its fields, as dcat.reading gives them."""

    key: str
    iri: str
    package: Mapping[str, Any]


@dataclass
class Chosen:
    """What a filter makes of a catalogue."""

    origins: list[Origin] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)  # keys of datasets that are selected and have no table
    selected: int = 0


def choose(candidates: Iterable[Candidate], catalogue: Catalogue, address: str) -> Chosen:
    """The tables that are to be read; `address` is the catalogue's."""
    chosen = Chosen()
    hosts = {str(urlsplit(address).hostname), *catalogue.hosts}
    for one in candidates:
        if not selects(catalogue.select, one):
            continue
        chosen.selected += 1
        title = str(one.package.get("title") or one.package.get("title_en") or one.key)
        file = _file(one.package.get("resources") or [], catalogue)
        if file is None:
            formats = ", ".join(catalogue.formats)
            chosen.left_out.add(one.key)
            chosen.findings.append(
                Finding.of("no-file", "warning", wording.NO_FILE, one.key, title=title, formats=formats)
            )
            continue
        host = str(urlsplit(str(file["url"])).hostname)
        if host not in hosts:
            chosen.left_out.add(one.key)
            chosen.findings.append(
                Finding.of("other-host", "warning", wording.OTHER_HOST, one.key, title=title, host=host)
            )
            continue
        chosen.origins.append(_origin(one, title, file))
    return chosen


def selects(select: Selection, one: Candidate) -> bool:
    """Whether every key of the filter that is given fits."""
    package = one.package
    titles = [str(package.get(name) or "") for name in ("title", "title_en")]
    keywords = {str(tag["name"]).casefold() for tag in package.get("tags") or []}
    keywords |= {str(word).casefold() for word in package.get("keywords_en") or []}
    themes = {str(theme).rstrip("/").rpartition("/")[2].casefold() for theme in package.get("theme") or []}
    publishers = [one for one in package.get("publisher") or [] if isinstance(one, Mapping)]
    wanted = select.publisher.casefold()
    return all(
        (
            not select.keywords or keywords & {word.casefold() for word in select.keywords},
            not select.themes or themes & {theme.rpartition("/")[2].casefold() for theme in select.themes},
            not select.title or any(re.search(select.title, text, re.IGNORECASE) for text in titles),
            not select.not_title or not any(re.search(select.not_title, text, re.IGNORECASE) for text in titles),
            not wanted
            or any(
                wanted == str(who.get("uri")).casefold() or wanted in str(who.get("name")).casefold()
                for who in publishers
            ),
            not select.prefix
            or any(text.startswith(select.prefix) for text in (one.iri, str(package.get("identifier")))),
        )
    )


def _file(resources: Iterable[Mapping[str, Any]], catalogue: Catalogue) -> Mapping[str, Any] | None:
    """The file to read: by the order of formats, then by that of the files."""
    usable = [one for one in resources if one.get("url") and re.search(catalogue.file, str(one["url"]))]
    for wanted in catalogue.formats:
        for one in usable:
            if wanted in _formats(one):
                return one
    return None


def _formats(resource: Mapping[str, Any]) -> Iterator[str]:
    told = str(resource.get("format") or "").rpartition("/")[2].upper()
    if told:
        yield told
    elif kind := _FORMATS.get(str(resource.get("mimetype") or "").split(";")[0].strip().lower()):
        yield kind
    else:
        yield urlsplit(str(resource["url"])).path.rpartition(".")[2].upper()


def _origin(one: Candidate, title: str, file: Mapping[str, Any]) -> Origin:
    package = one.package
    publishers = [who for who in package.get("publisher") or [] if isinstance(who, Mapping)]
    return Origin(
        key=one.key,
        title=title,
        file=str(file["url"]),
        iri=one.iri,
        title_en=str(package.get("title_en") or ""),
        notes=str(package.get("notes") or ""),
        notes_en=str(package.get("notes_en") or ""),
        license=str(file.get("license") or ""),
        license_attribution=str(file.get("license_attribution") or ""),
        identifier=str(package.get("identifier") or ""),
        page=str(package.get("url") or ""),
        publisher=str(publishers[0].get("name") or "") if publishers else "",
        modified=str(package.get("modified") or ""),
        keywords=tuple(str(tag["name"]) for tag in package.get("tags") or []),
        themes=tuple(str(theme) for theme in package.get("theme") or []),
    )

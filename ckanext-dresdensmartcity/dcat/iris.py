"""The IRIs under which things stand in the catalogue.

The rule, for datasets, series and data services alike:

1. A stored `uri` wins: a dataset that came with an IRI keeps it. What is no absolute IRI is none.
2. A dataset with a natural key (harvested or loaded: its id is a UUID of version 5, made of the city's id and the key)
   stands under its name, which is made of the same key: `<base>/dataset/measure-1-2-5`. It is the same after every
   harvest and in every database.
3. All else was made by hand and has a random id. It stands under that id, because its name may be changed in a form and
   an IRI must not.

A file stands below its dataset, under its own id, which is a UUID of version 5 where there is a natural key. What has
no page of its own (a contact, a period, a place with its coordinates) stands under a fragment of the thing that it
belongs to. So there are no blank nodes: pages of the catalogue and stored fragments can be merged in any order and
nothing is doubled.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from rdflib import URIRef

from .offers import PortalService

Package = Mapping[str, Any]

DATASET, SERIES, SERVICE = "dataset", "dataset_series", "data_service"
PUBLISHED_TYPES = (DATASET, SERIES, SERVICE)

# What an IRI may hold unquoted: RFC 3987, section 2.2, without the characters that Turtle forbids in <…>.
_SAFE = "!#$%&'()*+,/:;=?@[]~"
_UNQUOTED = re.compile(rf"[A-Za-z0-9_.\-{re.escape(_SAFE)}\u00a1-\U0010ffff]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HIERARCHICAL = ("http", "https", "ftp", "ftps")


@dataclass(frozen=True)
class Site:
    """Where the portal stands: `url` is the address of its pages, `base` what its IRIs start with. No slash at the end.

    They differ only where a city has IRIs under an address of their own that forwards to the portal.
    `services` are the interfaces that the portal offers beside the API of CKAN.
    """

    url: str
    base: str
    services: tuple[PortalService, ...] = ()

    @classmethod
    def at(cls, url: str, base: str = "", services: tuple[PortalService, ...] = ()) -> Site:
        return cls(url.rstrip("/"), (base or url).rstrip("/"), services)


def stored_uri(package: Package) -> str:
    """The IRI that a dataset or file was stored with, in a field or in an extra; else empty."""
    if package.get("uri"):
        return str(package["uri"])
    extras = package.get("extras") or []
    return next((str(one["value"]) for one in extras if one.get("key") == "uri" and one.get("value")), "")


def is_foreign(package: Package, base: str) -> bool:
    """Whether an entry came with the IRI of another portal: what is true of our city need not be true of it."""
    stored = stored_uri(package)
    return bool(stored) and not stored.startswith(f"{base.rstrip('/')}/")


def has_natural_key(package: Package) -> bool:
    """Whether the id was made of a natural key: then it is a UUID of version 5."""
    try:
        return uuid.UUID(str(package.get("id", ""))).version == 5
    except ValueError:
        return False


def dataset_iri(package: Package, base: str) -> str:
    """The IRI of a dataset or a series; the rule stands in the docstring of the module."""
    if stored := reference(stored_uri(package)):
        return str(stored)
    key = package["name"] if has_natural_key(package) or not package.get("id") else package["id"]
    return f"{base.rstrip('/')}/{package.get('type') or 'dataset'}/{key}"


def distribution_iri(resource: Package, dataset: str) -> str:
    """The IRI of a file of the dataset with the IRI `dataset`."""
    if stored := reference(stored_uri(resource)):
        return str(stored)
    return f"{dataset}/resource/{resource['id']}"


def publisher_iri(base: str, organisation: str) -> str:
    """The IRI of the body that an organisation of the portal stands for."""
    return f"{base.rstrip('/')}/organization/{quote(organisation, safe='')}"


def reference(value: object) -> URIRef | None:
    """An absolute IRI, with what may not stand in one quoted; None where the value is no IRI."""
    text = str(value or "").strip()
    if not _SCHEME.match(text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:  # such as an address with half a bracket
        return None
    if parts.scheme.lower() in _HIERARCHICAL and not parts.hostname:
        return None
    text = _BARE_PERCENT.sub("%25", text)
    if _UNQUOTED.fullmatch(text):  # as nearly all are: ten times as fast
        return URIRef(text)
    # Letters beyond ASCII are part of an IRI and stay.
    return URIRef("".join(c if ord(c) > 0xA0 else quote(c, safe=_SAFE) for c in text))

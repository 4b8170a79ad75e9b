"""ckanext-dcat's actions, on stored parts: only what is published comes out, each document complete in itself."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckanext.dcat.processors import RDFSerializer

from . import changes, documents, portal
from .catalogue import Page
from .iris import PUBLISHED_TYPES
from .parts import is_published
from .profile import NAME

# Ending of an address -> syntax; Notation3 reads Turtle.
ENDINGS = {
    "ttl": "turtle",
    "rdf": "rdfxml",
    "xml": "rdfxml",
    "jsonld": "jsonld",
    "nt": "ntriples",
    "n3": "turtle",
}


@dataclass(frozen=True)
class CatalogueRequest:
    """What is asked of the catalogue: which page of what, in which ending."""

    ending: str
    number: int
    query: str
    filters: str
    modified_since: str
    since: datetime | None

    @property
    def is_search(self) -> bool:
        """Whether Solr says which entries there are, which may be a moment behind."""
        return bool(self.query or self.filters)

    def address(self, number: int) -> str:
        narrowed = {"q": self.query, "fq": self.filters, "modified_since": self.modified_since}
        kept = {name: value for name, value in narrowed.items() if value}
        return f"{portal.site().url}/catalog.{self.ending}?{urlencode({**kept, 'page': number})}"

    def page(self, total: int) -> Page:
        """Where this page stands among the others."""
        last = max(1, math.ceil(total / portal.per_page()))
        return Page(
            current=self.address(self.number),
            first=self.address(1),
            last=self.address(last),
            next=self.address(self.number + 1) if self.number < last else "",
            previous=self.address(min(self.number - 1, last)) if self.number > 1 else "",
            total=total,
            per_page=portal.per_page(),
        )


@tk.side_effect_free
@tk.chained_action
def dcat_dataset_show(original: Any, context: Any, data_dict: dict[str, Any]) -> str:
    """RDF of one entry (`id`, `format`); what is hidden from the user or of another type is not found."""
    tk.check_access("dcat_dataset_show", context, data_dict)
    syntax = ENDINGS[ending_of(data_dict)]
    package = visible(context, data_dict["id"])
    if other_profile(data_dict):
        other: str = original(context, data_dict)
        return other
    text = documents.entry(package["id"], syntax) if is_published(package) else None
    # A draft or a private entry has no part; those who may see it get it as it would be published.
    text = text or documents.hidden_entry(package["id"], syntax)
    if text is None:
        raise tk.ObjectNotFound(f"There is no dataset {data_dict['id']}")
    return text


@tk.side_effect_free
@tk.chained_action
def dcat_catalog_show(original: Any, context: Any, data_dict: dict[str, Any]) -> str:
    """RDF of one page of the catalogue (`page`, `format`, `q`, `fq`, `modified_since`): its public entries.

    It is the same for everybody, whoever is logged in.
    """
    tk.check_access("dcat_catalog_show", context, data_dict)
    return _catalogue(data_dict)


@tk.side_effect_free
@tk.chained_action
def dcat_catalog_search(original: Any, context: Any, data_dict: dict[str, Any]) -> str:
    """The same as dcat_catalog_show; ckanext-dcat has it under both names."""
    tk.check_access("dcat_catalog_search", context, data_dict)
    return _catalogue(data_dict)


def visible(context: Any, name_or_id: str) -> dict[str, Any]:
    """The entry of this name or id, if the user may see it. Raises ObjectNotFound, also where he may not."""
    try:
        package: dict[str, Any] = tk.get_action("package_show")({**context}, {"id": name_or_id})
    except tk.NotAuthorized as error:
        raise tk.ObjectNotFound(f"There is no dataset {name_or_id}") from error
    if package["type"] not in PUBLISHED_TYPES:
        raise tk.ObjectNotFound(f"{name_or_id} is no dataset")
    return package


def ending_of(data_dict: dict[str, Any]) -> str:
    """The asked ending; ValidationError with those that there are."""
    wanted: str = data_dict.get("format") or "rdf"
    if wanted not in ENDINGS:
        raise tk.ValidationError({"format": [f"There is no {wanted!r}; ask for one of {', '.join(ENDINGS)}"]})
    return wanted


def asked_of(data_dict: dict[str, Any]) -> CatalogueRequest:
    """A request taken apart. Raises ValidationError for what cannot be understood."""
    given = data_dict.get("page") or 1
    try:
        number = int(given)
    except ValueError:
        number = 0
    if number < 1:
        raise tk.ValidationError({"page": [f"The page is {given!r}; pages are counted from 1"]})
    query, filters, since = (str(data_dict.get(name) or "") for name in ("q", "fq", "modified_since"))
    return CatalogueRequest(ending_of(data_dict), number, query, filters, since, portal.moment_of(since))


def other_profile(data_dict: dict[str, Any]) -> list[str]:
    """The profiles that are asked for in place of ours."""
    profiles = data_dict.get("profiles")
    return profiles if profiles and profiles != [NAME] else []


def _catalogue(data_dict: dict[str, Any]) -> str:
    asked = asked_of(data_dict)
    if asked.is_search:
        found = portal.search(asked.number, asked.query, asked.filters, asked.since)
        page = documents.Asked(asked.number, portal.per_page(), None, found.ids, found.total)
    else:
        page = documents.Asked(asked.number, portal.per_page(), asked.since)
    if profiles := other_profile(data_dict):
        # Another profile's answer for those who ask for one, still from the public entries only.
        packages = changes.packages(documents.ids_of(page))
        public = [one for one in packages.values() if is_published(one)]
        other: str = RDFSerializer(profiles=profiles).serialize_catalog({}, public, data_dict.get("format"))
        return other
    return documents.page(page, ENDINGS[asked.ending], asked.page)


actions = {one.__name__: one for one in (dcat_dataset_show, dcat_catalog_show, dcat_catalog_search)}

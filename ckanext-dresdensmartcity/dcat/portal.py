"""Where the portal stands, and what a search of a reader without an account finds in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from ckanext.dcat.utils import catalog_uri

from .iris import PUBLISHED_TYPES, Site
from .offers import PortalService

DEFAULT_PER_PAGE = 100
# By name, so that a plugin that starts twice offers once.
_OFFERED: dict[str, PortalService] = {}
# Filters of their own for Solr: what a request puts into q or fq can narrow them and never widen them.
_PUBLIC = (f"dataset_type:({' OR '.join(PUBLISHED_TYPES)})", "capacity:public", "state:active")


@dataclass(frozen=True)
class Found:
    """One page of a search: the ids of its packages, and how many there are in all."""

    ids: list[str]
    total: int


def site() -> Site:
    """Where this portal stands."""
    return Site.at(tk.config["ckan.site_url"], catalog_uri(), tuple(_OFFERED.values()))


def offer(service: PortalService) -> None:
    """Make an interface of the portal known: a plugin says so when it starts, and it is in the catalogue."""
    _OFFERED[service.name] = service


def anonymous() -> Any:
    """A context of somebody without an account, whoever makes the request."""
    return {"user": "", "auth_user_obj": None, "ignore_auth": False}


def per_page() -> int:
    return int(tk.config.get("ckanext.dcat.datasets_per_page") or DEFAULT_PER_PAGE)


def search(page: int, query: str, filters: str, since: datetime | None = None) -> Found:
    """Page number `page` (from 1) of the public entries that Solr finds, the oldest first, so that pages stay.

    What they say, and whether they may still be seen, is up to the database. Raises ValidationError where the search
    engine does not understand `query` or `filters`.
    """
    extra = [f"metadata_modified:[{since:%Y-%m-%dT%H:%M:%SZ} TO *]"] if since else []
    asked = {
        "q": query or "*:*",
        "fq": filters,
        "fq_list": [*_PUBLIC, *extra],
        "fl": "id",
        "rows": per_page(),
        "start": per_page() * (page - 1),
        "sort": "metadata_created asc, id asc",
    }
    try:
        found = tk.get_action("package_search")(anonymous(), asked)
    except SearchError as error:
        raise tk.ValidationError({"q": ["The search engine does not understand q or fq"]}) from error
    return Found([one["id"] for one in found["results"]], found["count"])


def moment_of(value: str) -> datetime | None:
    """What `modified_since` says, in UTC: ISO 8601, or as HTTP writes dates, so that Last-Modified can be sent back.

    None where it says nothing. Raises ValidationError where it is no date.
    """
    text = value.strip()
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        try:
            time = parsedate_to_datetime(text)
        except ValueError as error:
            message = f"modified_since is {value!r}; write a date or a time in ISO 8601, such as 2026-03-31T12:00:00Z"
            raise tk.ValidationError({"modified_since": [message]}) from error
    return time.replace(tzinfo=timezone.utc) if time.tzinfo is None else time.astimezone(timezone.utc)

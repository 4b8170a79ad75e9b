"""The portal's public entries, as a reader without an account sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from ckanext.dcat.utils import catalog_uri

from .catalogue import Dates
from .datasets import index_of_series
from .iris import PUBLISHED_TYPES, SERIES, Package, Site
from .values import texts

DEFAULT_PER_PAGE = 100
# Filters of their own for Solr: what a request puts into q or fq can narrow them and never widen them.
_PUBLIC = (f"dataset_type:({' OR '.join(PUBLISHED_TYPES)})", "capacity:public", "state:active")


@dataclass(frozen=True)
class Found:
    """One page of a search: its packages, and how many there are in all."""

    packages: list[Package]
    total: int


def site() -> Site:
    """Where this portal stands."""
    return Site.at(tk.config["ckan.site_url"], catalog_uri())


def anonymous() -> Any:
    """A context of somebody without an account, whoever makes the request."""
    return {"user": "", "auth_user_obj": None, "ignore_auth": False}


def per_page() -> int:
    return int(tk.config.get("ckanext.dcat.datasets_per_page") or DEFAULT_PER_PAGE)


def public_entries(page: int, query: str = "", filters: str = "", modified_since: str = "") -> Found:
    """Page number `page` (from 1) of the public datasets and series, the oldest first, so that pages stay as they are.

    Raises ValidationError where the search engine does not understand `query` or `filters`, or `modified_since` is no
    date.
    """
    extra = [f"metadata_modified:[{_utc(modified_since)} TO NOW]"] if modified_since else []
    return _search(
        q=query or "*:*",
        fq=filters,
        fq_list=[*_PUBLIC, *extra],
        rows=per_page(),
        start=per_page() * (page - 1),
        sort="metadata_created asc, id asc",
    )


def dates() -> Dates:
    """When the oldest public entry was made and when one was last changed."""
    found = {}
    for name, order in (("metadata_created", "asc"), ("metadata_modified", "desc")):
        first = _search(q="*:*", fq_list=list(_PUBLIC), rows=1, sort=f"{name} {order}").packages
        found[name] = str(first[0][name]) if first else ""
    return Dates(found["metadata_created"], found["metadata_modified"])


def series_of(packages: Iterable[Package]) -> dict[str, Package]:
    """The public series that the packages are in, by id and by name."""
    found: dict[str, Package] = {}
    wanted = {key for package in packages for key in texts(package.get("in_series"))}
    for key in sorted(wanted):
        if key in found:
            continue
        try:
            series = tk.get_action("package_show")(anonymous(), {"id": key})
        except (tk.ObjectNotFound, tk.NotAuthorized):
            continue
        if series["type"] == SERIES and series["state"] == "active":
            found |= index_of_series([series])
    return found


def _search(**parameters: Any) -> Found:
    try:
        found = tk.get_action("package_search")(anonymous(), parameters)
    except SearchError as error:
        if parameters.get("fq") or parameters["q"] != "*:*":
            raise tk.ValidationError({"q": ["The search engine does not understand q or fq"]}) from error
        raise
    return Found(found["results"], found["count"])


def _utc(value: str) -> str:
    """A date or time as Solr reads it; without a zone it is taken as UTC."""
    try:
        time = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
    except ValueError as error:
        message = f"modified_since is {value!r}; write a date or a time in ISO 8601, such as 2026-03-31T12:00:00Z"
        raise tk.ValidationError({"modified_since": [message]}) from error
    time = time.replace(tzinfo=timezone.utc) if time.tzinfo is None else time.astimezone(timezone.utc)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")

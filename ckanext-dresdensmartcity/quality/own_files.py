"""Files that the portal keeps itself: whether their addresses lead to something is known without the network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.dcat.portal import site

_RESOURCES = sa.text(
    """
    SELECT id, url_type, CAST(extras AS jsonb) ->> 'datastore_active' AS active FROM resource
    WHERE id = ANY(:ids) AND state = 'active'
    """
)


def answers(connection: sa.Connection, texts: Iterable[str]) -> dict[str, bool]:
    """The portal's own addresses of files in N-Triples, and whether there is what they lead to."""
    found = {url: identifier for text in texts for url, identifier in _addresses(text)}
    if not found:
        return {}
    rows = connection.execute(_RESOURCES, {"ids": sorted(set(found.values()))}).mappings().all()
    resources = {row["id"]: row for row in rows}
    return {url: _is_there(url, resources.get(identifier)) for url, identifier in found.items()}


def _addresses(text: str) -> list[tuple[str, str]]:
    """Address and id of each file of the portal that a text names as an access or download address."""
    base = re.escape(site().url)
    pattern = rf"#(?:access|download)URL> <({base}/(?:[^>]*/resource|datastore/dump)/([0-9a-f-]{{36}})[^>]*)>"
    return re.findall(pattern, text)


def _is_there(url: str, resource: Mapping[str, Any] | None) -> bool:
    if resource is None:
        return False
    if "/datastore/dump/" in url:
        return resource["active"] == "true"
    if resource["url_type"] == "upload" and "/download/" in url:
        return _upload(resource["id"]).is_file()
    return True  # the page of a file that the portal has


def _upload(identifier: str) -> Path:
    """Where CKAN puts an uploaded file."""
    return config.storage() / "resources" / identifier[:3] / identifier[3:6] / identifier[6:]

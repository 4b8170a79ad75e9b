"""What the plugin calls when ckanext-dcat asks for an IRI."""

from __future__ import annotations

from typing import Any

from .iris import dataset_iri
from .portal import site


def dataset_uri(package: dict[str, Any], default: str) -> str:
    """One IRI for a dataset wherever ckanext-dcat writes it; what is not stored yet keeps ckanext-dcat's."""
    return dataset_iri(package, site().base) if package.get("name") else default

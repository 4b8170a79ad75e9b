"""What the portal offers beside its datasets: interfaces of its own. No CKAN in it."""

from __future__ import annotations

from dataclasses import dataclass

from ckanext.dresdensmartcity.city.model import Label


@dataclass(frozen=True)
class PortalService:
    """An interface that the portal itself offers; paths begin with a slash, after the portal's address."""

    name: str  # what its IRI ends with
    title: Label  # "{title}" stands for that of the portal
    description: Label
    endpoint: str
    endpoint_description: str  # a path, or an address
    page: str
    formats: tuple[str, ...]  # codes of the EU list of file types
    conforms_to: tuple[str, ...] = ()  # IRIs
    serves: tuple[str, ...] = ()  # names of datasets, beside those whose tables can be queried

"""Where CKAN finds the plugin of this room; `atlas/ckanext/__init__.py` says why it is defined elsewhere."""

from __future__ import annotations

from .ckanext.dresdensmartcity_catalogue.plugin import CataloguePlugin

__all__ = ["CataloguePlugin"]

"""Where CKAN finds the plugin of this room; `ckanext/__init__.py` says why it is defined elsewhere."""

from __future__ import annotations

from .ckanext.dresdensmartcity_atlas.plugin import AtlasPlugin

__all__ = ["AtlasPlugin"]

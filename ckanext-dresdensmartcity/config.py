"""The one place that reads this extension's configuration; defaults stand in config_declaration.yaml only."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

CITY_FILE = "ckanext.dresdensmartcity.city_file"


def city_file() -> str:
    """Name of a file in schemas/cities, or the path of a city file."""
    return tk.config[CITY_FILE]

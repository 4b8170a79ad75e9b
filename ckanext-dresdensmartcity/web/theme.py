"""Puts the portal's look into CKAN's configuration."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import ckan.plugins.toolkit as tk


def register(config: dict[str, Any]) -> None:
    """Templates, static files and style sheets of this room; paths are relative to this module."""
    tk.add_template_directory(config, "templates")
    tk.add_public_directory(config, "public")
    tk.add_resource("assets", "dresdensmartcity")


def facets() -> OrderedDict[str, str]:
    """The filters of the dataset search, in German and English; none that one city cannot use."""
    return OrderedDict(
        [
            ("tags", tk._("Keywords")),
            ("res_format", tk._("File formats")),
        ]
    )

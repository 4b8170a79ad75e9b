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
    """The filters of the dataset search; none that one city cannot use, such as organisations."""
    return OrderedDict(
        [
            ("dataset_type", tk._("Kind")),
            ("vocab_theme", tk._("Themes")),
            ("measure", tk._("Measures")),
            ("vocab_focus_area", tk._("Focus areas")),
            ("tags", tk._("Keywords")),
            ("res_format", tk._("File formats")),
        ]
    )

"""The datasets of a measure, from CKAN's search."""

from __future__ import annotations

import re
from typing import Any

import ckan.plugins.toolkit as tk

from .presentation import Link, language

MEASURE = re.compile(r"[0-9A-Za-z.\-]{1,20}")
MOST = 50


def datasets_of(measure: str) -> tuple[Link, ...]:
    """Datasets and series with this measure code, by title; none for what is no code."""
    if not MEASURE.fullmatch(measure):
        return ()
    found = tk.get_action("package_search")(
        {},
        {
            "fq": f'+measure:"{measure}" +dataset_type:(dataset OR dataset_series)',
            "rows": MOST,
            "sort": "title_string asc",
            "facet": "false",
        },
    )
    return tuple(
        Link(_title(package), tk.h.url_for(f"{package['type']}.read", id=package["name"]))
        for package in found["results"]
    )


def _title(package: dict[str, Any]) -> str:
    """In the language of the page, as far as there is one."""
    english = package.get("title_en") if language().startswith("en") else ""
    return str(english or package["title"] or package["name"])

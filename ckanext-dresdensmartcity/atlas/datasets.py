"""The datasets of a project, from CKAN's search."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.web import reading

from .presentation import Link, language

NAME = re.compile(r"[0-9a-z_\-]{2,100}")
MEASURE = re.compile(r"[0-9A-Za-z.\-]{1,20}")
MOST = 50


def datasets_of(measure: str, names: Iterable[str] = ()) -> tuple[Link, ...]:
    """Datasets and series with this measure code or one of these names, by title; what is neither is left out."""
    wanted = [f'measure:"{measure}"'] if MEASURE.fullmatch(measure) else []
    wanted += [f'name:"{name}"' for name in names if NAME.fullmatch(name)][:MOST]
    if not wanted:
        return ()
    found = reading.search(
        f"+({' OR '.join(wanted)}) +dataset_type:(dataset OR dataset_series)", rows=MOST, sort="title_string asc"
    )
    return tuple(
        Link(_title(package), tk.h.url_for(f"{package['type']}.read", id=package["name"]))
        for package in found["results"]
    )


def _title(package: dict[str, Any]) -> str:
    """In the language of the page, as far as there is one."""
    english = package.get("title_en") if language().startswith("en") else ""
    return str(english or package["title"] or package["name"])

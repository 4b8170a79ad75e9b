"""The outlines that were loaded for the configured city: a file in CKAN's storage, which all its processes share."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ckanext.dresdensmartcity import config

from .model import City
from .outlines import Outlines, load_outlines


def outlines_path(city: City) -> Path:
    """Where the outlines of a city's districts are kept."""
    return config.storage() / "dresdensmartcity" / f"outlines-{city.id}.json"


def outlines_of(city: City) -> Outlines:
    """The loaded outlines; without any where none were loaded. Read again only when the file has changed."""
    path = outlines_path(city)
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else Outlines({})


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Outlines:
    """`changed` is part of the key of the cache."""
    return load_outlines(path)

"""The city that this portal is configured for."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ckanext.dresdensmartcity import config

from .load import load_city
from .model import City
from .vocabularies import schemas_folder


def city() -> City:
    """The configured city; read again only when the file has changed.

    Raises CityFileError when the file is missing or wrong.
    """
    return city_of(config.city_file())


def city_of(name: str) -> City:
    """The city of a name in schemas/cities or of a path."""
    path = city_path(name)
    changed = path.stat().st_mtime_ns if path.is_file() else 0
    return _read(path, changed)


def city_path(name: str) -> Path:
    """The file of a configured value: a bare name is one of schemas/cities, all else a path."""
    inside = schemas_folder() / "cities" / f"{name}.yaml"
    return inside if Path(name).name == name and inside.is_file() else Path(name).absolute()


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> City:
    """`changed` is part of the key of the cache: a file that was edited is read again."""
    return load_city(path)

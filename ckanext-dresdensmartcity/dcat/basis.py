"""What stored parts of the catalogue are made with, beside the packages: with another basis they are out of date."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.city import current
from ckanext.dresdensmartcity.city.vocabularies import schemas_folder

from .portal import site

# Of the writer: whatever of these changes may change what is written.
_LIBRARIES = ("rdflib", "shapely")
_LENGTH = 16


def basis() -> str:
    """A short hash of the city file, the portal's address and services, and the writer with its lists."""
    path = current.city_path(config.city_file())
    state = path.stat()
    here = site()
    return _hash(
        _of_city(path, state.st_mtime_ns, state.st_size), here.url, here.base, repr(here.services), _of_writer()
    )


@lru_cache(maxsize=8)
def _of_city(path: Path, changed: int, size: int) -> str:
    """`changed` and `size` are part of the key of the cache: a file that was edited is read again."""
    return sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def _of_writer() -> str:
    """Of the code itself, so that nobody has to remember to count a version up; it changes with the software only."""
    here = Path(__file__).parent
    files = [*here.glob("*.py"), *(here.parent / "city").glob("*.py")]
    files += [*schemas_folder().glob("*.yaml"), *schemas_folder().glob("vocabularies/*.yaml")]
    libraries = " ".join(f"{name}={version(name)}" for name in _LIBRARIES)
    return digest_of(libraries, sorted(files, key=lambda one: (one.parent.name, one.name)))


def digest_of(words: str, files: Iterable[Path]) -> str:
    """A hash of `words` and of the names and contents of files, in their order."""
    found = sha256(words.encode())
    for path in files:
        found.update(path.name.encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def _hash(*values: str) -> str:
    return sha256("\0".join(values).encode()).hexdigest()[:_LENGTH]

"""The files of the atlas in CKAN's storage: made when somebody asks, kept until an entry changes."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.city.current import city, city_path

from .. import atlas_dataset, search
from ..entries import ACTOR, PROJECT
from ..ogc.entry_source import EntrySource
from ..ogc.model import Feature, Selection, Step
from . import making

LANGUAGE = "de"  # of titles and words beside ids: entries are written in German
EVERYTHING = 1_000_000_000  # more entries than there can be
_TYPES = {making.ACTORS: ACTOR, making.PROJECTS: PROJECT}


@dataclass(frozen=True)
class Download:
    """A file that can be had."""

    name: str
    media_type: str
    make: Callable[[Path, making.Features], None]


def _geopackage(path: Path, features: making.Features) -> None:
    making.write_geopackage(path, features, city(), LANGUAGE, last_change())


def _csv(name: str) -> Callable[[Path, making.Features], None]:
    return lambda path, features: making.write_csv(path, features, name)


DOWNLOADS = {
    one.name: one
    for one in (
        Download("atlas.geojson", "application/geo+json", making.write_geojson),
        Download("atlas.gpkg", "application/geopackage+sqlite3", _geopackage),
        *(Download(f"{name}.csv", "text/csv", _csv(name)) for name in (making.ACTORS, making.PROJECTS, making.MEMBERS)),
    )
}


@dataclass(frozen=True)
class Made:
    """A file that was made, and what it is known by."""

    path: Path
    tag: str


def get(name: str) -> Made:
    """The file of that name as the atlas is now; raises KeyError where there is no such file."""
    download = DOWNLOADS[name]
    tag = revision()
    path = _folder() / f"{tag}-{name}"
    if not path.is_file():
        _make(download, path)
    return Made(path, f"{tag}-{name}")


def revision() -> str:
    """Changes with the entries, the city's file, the address and the software."""
    path = city_path(config.city_file())
    known = (search.revision(), str(path.stat().st_mtime_ns), config.site_url(), version("ckanext-dresdensmartcity"))
    return sha256("\0".join(known).encode()).hexdigest()[:24]


def features(name: str) -> Iterable[Feature]:
    """All actors, or all projects, one after the other."""
    source = EntrySource(_TYPES[name], city(), LANGUAGE, config.site_url())
    return source.page(Selection(), Step(limit=EVERYTHING))


def last_change() -> str:
    """When an entry changed last (RFC 3339, UTC); the beginning of all time where there is none."""
    return f"{atlas_dataset.last_change() or '1970-01-01T00:00:00'}Z"


def _folder() -> Path:
    folder = config.storage() / "dresdensmartcity" / "atlas"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _make(download: Download, path: Path) -> None:
    """Make the file once, however many ask for it; older ones of the same name go."""
    with _locked(path.parent / f".{download.name}.lock"):
        if path.is_file():
            return
        draft = path.with_name(f".{path.name}.new")
        draft.unlink(missing_ok=True)
        download.make(draft, features)
        draft.replace(path)
        for other in path.parent.glob(f"*-{download.name}"):
            if other != path and not other.name.startswith("."):
                # Whoever reads it still has it open and reads on.
                other.unlink(missing_ok=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

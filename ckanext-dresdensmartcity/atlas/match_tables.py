"""The tables of matching for the atlas as it is now: made once for all processes, brought up to date by what changed.

Whoever first needs them after a change makes them, under a lock, and writes them to the cache folder; all others map
that file. Only rows whose entry has changed are made anew. Where the folder cannot be used, each process keeps its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from ckanext.dresdensmartcity import config
from ckanext.dresdensmartcity.city.model import City

from . import match_records, search
from .entries import ACTOR, PROJECT, Entry, from_record
from .matching.files import FORMAT, TablesFileError, read, write
from .matching.tables import MOST_UNUSED, Changes, Knowledge, Tables, changed, unused_share
from .model import AtlasEntry

log = logging.getLogger(__name__)

BATCH = 2_000  # entries that are read at once


@dataclass(frozen=True)
class _State:
    """What tables are of."""

    basis: str  # everything but the entries: with another one all is made anew
    revision: str  # of the entries

    @property
    def about(self) -> dict[str, str]:
        return {"basis": self.basis, "revision": self.revision}

    @property
    def shared(self) -> bool:
        """Whether others see the same entries: not inside a transaction that has changed some."""
        return "-" not in self.revision


_kept: tuple[_State, Tables] | None = None
_lock = threading.Lock()


def tables(knowledge: Knowledge, words: str, here: City) -> Tables:
    """The tables of the atlas as it is now; `words` names the state of what entries are read with."""
    global _kept  # one for each process
    with _lock:
        state = _State(_basis(words, here), search.revision())
        if _kept is None or _kept[0] != state:
            _kept = (state, _found(state, knowledge, here, _kept))
        return _kept[1]


def _basis(words: str, here: City) -> str:
    """Another one where the table of entries is another one, or what they are read with."""
    table = model.Session.execute(sa.text("SELECT CAST('dresdensmartcity_atlas_entry' AS regclass)::oid")).scalar_one()
    parts = (FORMAT, table, tk.config["sqlalchemy.url"], words, here.focus_areas)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _found(state: _State, knowledge: Knowledge, here: City, kept: tuple[_State, Tables] | None) -> Tables:
    file = _file(state)
    if file is None or not state.shared:
        old = kept[1] if kept and kept[0].basis == state.basis else None
        return _renewed(old, knowledge, here)
    try:
        with _alone(file):
            old, revision = _read(file, state.basis)
            if old is None or revision != state.revision or not _is_of(old):
                old = _renewed(old, knowledge, here)
                write(file, old, state.about)
                old, _ = _read(file, state.basis)
        return old if old is not None else _renewed(None, knowledge, here)
    except OSError as error:
        log.warning("Matching keeps its tables in the memory of each process: %s", error)
        return _renewed(None, knowledge, here)


def _file(state: _State) -> Path | None:
    """Where the tables lie, in a folder that only this account may read; None where there is none."""
    folder = config.atlas_cache_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        log.warning("Matching keeps its tables in the memory of each process: %s", error)
        return None
    name = hashlib.sha256(str(tk.config["sqlalchemy.url"]).encode()).hexdigest()[:16]
    return folder / f"matching-{name}"


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """No other process makes tables meanwhile."""
    with file.with_suffix(".lock").open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _read(file: Path, basis: str) -> tuple[Tables | None, str]:
    """The tables of the file and their revision; None where it has none, or of something else."""
    try:
        found, about = read(file)
    except FileNotFoundError:
        return None, ""
    except TablesFileError as error:
        log.warning("Matching makes its tables anew: %s", error)
        return None, ""
    return (found, about.get("revision", "")) if about.get("basis") == basis else (None, "")


def _renewed(old: Tables | None, knowledge: Knowledge, here: City) -> Tables:
    """The tables of the entries as they are now, with the rows of `old` that have not changed."""
    if old is not None and unused_share(old) > MOST_UNUSED:
        old = None
    now = _stamps()
    before = {
        (kind, identifier): stamp
        for kind in (ACTOR, PROJECT)
        for identifier, stamp in (zip(old.ids[kind], old.stamps[kind], strict=True) if old else ())
    }
    gone = {
        kind: frozenset(
            one for (type_, one), stamp in before.items() if type_ == kind and now.get((type_, one)) != stamp
        )
        for kind in (ACTOR, PROJECT)
    }
    fresh = [key for key, stamp in now.items() if before.get(key) != stamp]
    entries = list(_entries(fresh)) if len(fresh) < len(now) / 2 else list(_entries(None))
    wanted = set(fresh)
    return changed(
        old,
        Changes(
            [(match_records.actor(one), now[one.type, one.id]) for one in entries if _is(one, ACTOR, wanted)],
            [(match_records.project(one, here), now[one.type, one.id]) for one in entries if _is(one, PROJECT, wanted)],
            gone,
        ),
        knowledge,
    )


def _is(entry: Entry, kind: str, wanted: set[tuple[str, str]]) -> bool:
    return entry.type == kind and (entry.type, entry.id) in wanted


def _stamps() -> dict[tuple[str, str], str]:
    """When the row of each visible entry was written."""
    rows = model.Session.execute(
        sa.select(AtlasEntry.type, AtlasEntry.entry_id, AtlasEntry.changed_at).where(AtlasEntry.visible)
    )
    return {(row.type, row.entry_id): row.changed_at.isoformat() for row in rows}


def _is_of(found: Tables) -> bool:
    """Whether tables that say they are of this revision have its entries: a database may have been exchanged."""
    count, newest = model.Session.execute(
        sa.select(sa.func.count(), sa.func.max(AtlasEntry.changed_at)).where(AtlasEntry.visible)
    ).one()
    stamps = [stamp for kind in (ACTOR, PROJECT) for stamp in found.stamps[kind]]
    return len(stamps) == count and max(stamps, default="") == (newest.isoformat() if newest else "")


def _entries(keys: list[tuple[str, str]] | None) -> Iterator[Entry]:
    """The entries with these types and ids; all of them for None."""
    asked = sa.select(AtlasEntry.record).where(AtlasEntry.visible)
    if keys is None:
        parts = [asked]
    else:
        parts = [
            asked.where(sa.tuple_(AtlasEntry.type, AtlasEntry.entry_id).in_(keys[start : start + BATCH]))
            for start in range(0, len(keys), BATCH)
        ]
    for part in parts:
        for row in model.Session.execute(part.execution_options(yield_per=BATCH)):
            yield from_record(row.record)

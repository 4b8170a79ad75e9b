"""Which actors and projects there are, by id or by title, asked of CKAN's packages: they need no side table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from rapidfuzz import fuzz, process, utils

from .entries import entry_id, package_name

NEAREST = 3


@dataclass(frozen=True)
class Named:
    """An entry as people know it."""

    id: str  # in the atlas
    title: str


def named(entry_type: str, identifier: str) -> Named | None:
    """The entry with that id in the atlas, or with that package name; drafts and private ones too, deleted ones not."""
    names = [package_name(entry_type, identifier), identifier]
    package = (
        _packages(entry_type)
        .where(model.Package.name.in_(names))
        .order_by(sa.case((model.Package.name == names[0], 0), else_=1))
    )
    row = model.Session.execute(package).first()
    return Named(entry_id(entry_type, row.name), row.title or row.name) if row else None


def titled(entry_type: str, title: str) -> tuple[Named, ...]:
    """The entries with that title, in any case of letters."""
    rows = model.Session.execute(
        _packages(entry_type).where(sa.func.lower(model.Package.title) == title.strip().lower()).limit(2)
    )
    return tuple(Named(entry_id(entry_type, row.name), row.title) for row in rows)


def every(entry_type: str) -> tuple[Named, ...]:
    """All entries of a type, by title."""
    rows = model.Session.execute(_packages(entry_type).order_by(model.Package.title, model.Package.name))
    return tuple(Named(entry_id(entry_type, row.name), row.title or row.name) for row in rows)


def nearest(entry_type: str, text: str) -> tuple[Named, ...]:
    """The entries whose id or title is most like the text, the likest first."""
    entries = every(entry_type)
    written = [f"{one.id} {one.title}" for one in entries]
    found = process.extract(text, written, scorer=fuzz.WRatio, processor=utils.default_process, limit=NEAREST)
    return tuple(entries[place] for _written, _likeness, place in found)


def _packages(entry_type: str) -> sa.Select[Any]:
    return sa.select(model.Package.name, model.Package.title).where(
        model.Package.type == entry_type, model.Package.state != model.State.DELETED
    )

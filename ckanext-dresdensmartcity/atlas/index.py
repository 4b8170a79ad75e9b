"""Keeps the side table in step with the packages: after each change by the hooks, or all at once."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from geoalchemy2 import WKTElement

from .entries import TYPES, Entry, from_package, to_record
from .model import WGS84, AtlasEntry, AtlasWord
from .taxonomy import taxonomy
from .text import normalise
from .wording import weighted_words


class SideTableError(RuntimeError):
    """Raised when the tables of the atlas are not there."""

    def __init__(self) -> None:
        super().__init__(
            "The tables of the atlas are missing or out of date: run `ckan db upgrade -p dresdensmartcity_atlas`, then "
            "`ckan dresdensmartcity atlas rebuild`."
        )


def package_changed(package_id: str) -> None:
    """Called by the hooks: writes, renews or removes the rows of a package, in the session that changed it.

    The packages of other types are left alone; a package that is private, a draft or deleted has no rows.
    """
    package = model.Package.get(package_id)
    if package is None or package.type not in TYPES:
        return
    try:
        remove(package.id)
    except sa.exc.ProgrammingError as error:
        raise SideTableError from error
    if package.state == model.State.ACTIVE and not package.private:
        _write(from_package(_shown(package.id)))


def package_deleted(package_id: str) -> None:
    """Called by the hook, which CKAN runs before the package is marked as deleted; the id may be a name."""
    package = model.Package.get(package_id)
    if package is not None and package.type in TYPES:
        remove(package.id)


def remove(package_id: str) -> None:
    """Removes the rows of a package; its words go with the entry."""
    model.Session.execute(sa.delete(AtlasEntry).where(AtlasEntry.package_id == package_id))


def rebuild() -> int:
    """Makes the whole side table anew from the packages and commits; returns how many entries it holds."""
    packages = model.Session.execute(
        sa.select(model.Package.id)
        .where(model.Package.type.in_(TYPES), model.Package.state == model.State.ACTIVE, ~model.Package.private)
        .order_by(model.Package.id)
    ).scalars()
    identifiers = list(packages)
    try:
        model.Session.execute(sa.delete(AtlasEntry))
    except sa.exc.ProgrammingError as error:
        raise SideTableError from error
    for identifier in identifiers:
        _write(from_package(_shown(identifier)))
    model.Session.commit()
    return len(identifiers)


def _shown(package_id: str) -> dict[str, Any]:
    """The package as its schema shows it, with lists as lists; no right is needed to keep the table in step."""
    package: dict[str, Any] = tk.get_action("package_show")(
        {"ignore_auth": True, "use_cache": False}, {"id": package_id}
    )
    return package


def _write(entry: Entry) -> None:
    position = entry.position
    model.Session.execute(
        sa.insert(AtlasEntry).values(
            package_id=entry.package_id,
            type=entry.type,
            entry_id=entry.id,
            kind=entry.kind,
            fields_of_action=list(entry.fields_of_action),
            focus_areas=list(entry.focus_areas),
            title_key=normalise(entry.title),
            geometry=WKTElement(f"POINT({position[0]} {position[1]})", srid=WGS84) if position else None,
            record=to_record(entry),
            changed_at=datetime.now(timezone.utc),
        )
    )
    found = weighted_words(entry, taxonomy())
    rows = [{"package_id": entry.package_id, "word": word, "weight": weight} for word, weight in sorted(found.items())]
    if rows:
        model.Session.execute(sa.insert(AtlasWord), rows)

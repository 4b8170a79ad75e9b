"""Earlier versions of a plan, as the portal published them: read from its tables, never from the source."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ckanext.dresdensmartcity.city.model import City

from ..fields import resource_id
from ..store import read_table, table_exists
from .longform import Key
from .model import Version
from .programme import NO_VERSION
from .publications import LINES, VERSIONS
from .versions import Stored


@dataclass(frozen=True)
class Earlier:
    """What stands in the portal: the same version as the plan that was read, and the one before it."""

    same: tuple[Stored, ...] = ()
    before: tuple[Stored, ...] = ()
    version: Version = NO_VERSION  # of `before`


def earlier(city: City, guid: str, version: Version) -> Earlier:
    """What the portal has of a plan; nothing before its first run."""
    kept = _kept(resource_id(city, guid, VERSIONS))
    lines = _lines(resource_id(city, guid, LINES))
    if not version.id:
        # Nobody says whether this is a new version; what stands there may still have been changed.
        return Earlier(same=tuple(one for found in lines.values() for one in found) if not kept else ())
    same = kept.get(version.id, (Version(), ()))[1]
    older = [one for one in kept.values() if one[0].id != version.id and _order(one[0]) < _order(version)]
    if older:
        before = max(older, key=lambda one: _order(one[0]))
        return Earlier(same, before[1], before[0])
    if not kept and "" in lines:
        return Earlier(same, lines[""])
    return Earlier(same)


def _order(version: Version) -> tuple[date, tuple[tuple[int, str], ...]]:
    """By day of the resolution, then by name, so that version 10 comes after version 9."""
    words = re.findall(r"\d+|\D+", version.id)
    return version.resolved_on or date.min, tuple((int(one), "") if one.isdigit() else (-1, one) for one in words)


def _kept(resource: str) -> dict[str, tuple[Version, tuple[Stored, ...]]]:
    found: dict[str, tuple[Version, list[Stored]]] = {}
    for row in _rows(resource):
        version = Version(row["version"], row["resolved_on"])
        found.setdefault(version.id, (version, []))[1].append(_stored(row))
    return {name: (version, tuple(rows)) for name, (version, rows) in found.items()}


def _lines(resource: str) -> dict[str, tuple[Stored, ...]]:
    """Single lines of the plan that is published now, by version ("" for one that names none)."""
    found: dict[str, list[Stored]] = {}
    for row in _rows(resource):
        if row.get("kind") == "item" and row["amount_cents"] is not None:
            found.setdefault(row["version"] or "", []).append(_stored(row))
    return {version: tuple(rows) for version, rows in found.items()}


def _stored(row: dict[str, Any]) -> Stored:
    key = Key(row["measure_id"], row["year"], row["phase"], row["source"], row["direction"])
    return Stored(key, row["title"] or "", row["amount_cents"])


def _rows(resource: str) -> Iterable[dict[str, Any]]:
    if not table_exists(resource):
        return []
    frame = read_table(resource)
    if not {"measure_id", "year", "phase", "source", "direction", "amount_cents", "version"} <= set(frame.columns):
        return []  # a table of an earlier form of this harvester
    return list(frame.iter_rows(named=True))

"""How many entries each value of each filter would leave, with all other filters in force.

First version: plain counting; the bits of AtlasBits come next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import array

from . import freshness
from .finding import found
from .model import AtlasEntry
from .query import LISTED, STALE, AtlasQuery
from .typed import Typed

NAMES = (*LISTED, "stale")


@dataclass(frozen=True)
class Counts:
    """The number of entries of a query, and for each facet the number by value."""

    total: int
    by_facet: Mapping[str, Mapping[str, int]]


def count(query: AtlasQuery, typed: Typed) -> Counts:
    """Exact counts for a query."""
    return Counts(total(query, typed), {name: _facet(name, query.without(name), typed) for name in NAMES})


def total(query: AtlasQuery, typed: Typed) -> int:
    """How many entries a query finds."""
    numbers = found(query, typed, AtlasEntry.number).subquery()
    return int(model.Session.execute(sa.select(sa.func.count()).select_from(numbers)).scalar_one())


def _facet(name: str, query: AtlasQuery, typed: Typed) -> dict[str, int]:
    value = found(query, typed, _values(name).label("value")).subquery()
    counted = sa.select(value.c.value, sa.func.count()).where(value.c.value != "").group_by(value.c.value)
    return {row[0]: row[1] for row in model.Session.execute(counted)}


def _values(name: str) -> Any:
    if name == "kind":
        return sa.func.unnest(array([AtlasEntry.type, AtlasEntry.kind]))
    if name == "stale":
        fresh = AtlasEntry.last_known >= freshness.stale_before()
        return sa.case((fresh, STALE[1]), else_=STALE[0])
    if name in ("status", "phase"):
        return getattr(AtlasEntry, name)
    columns = {"field": "fields_of_action", "topic": "topics", "area": "focus_areas", "district": "districts"}
    return sa.func.unnest(getattr(AtlasEntry, columns.get(name, name)))

"""From a query to SQL: which entries it finds, and in which order.

Every value that comes from outside is a bound parameter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from ckanext.dresdensmartcity.city.model import BoundingBox, Position
from geoalchemy2 import Geography
from sqlalchemy.dialects.postgresql import ARRAY

from . import freshness
from .entries import TYPES
from .model import WGS84, AtlasEntry
from .query import AtlasQuery
from .typed import Typed

METRES_PER_DEGREE = 110_000.0  # of latitude: less than anywhere, so that the box is never too small
_ARRAYS = {
    "field": AtlasEntry.fields_of_action,
    "topic": AtlasEntry.topics,
    "area": AtlasEntry.focus_areas,
    "district": AtlasEntry.districts,
    "funding": AtlasEntry.funding,
}
_SINGLE = {"status": AtlasEntry.status, "phase": AtlasEntry.phase}
BY_TITLE = (AtlasEntry.title_key, AtlasEntry.entry_id, AtlasEntry.type)  # the same for no two entries


def conditions(query: AtlasQuery) -> list[sa.ColumnElement[bool]]:
    """What an entry must meet beside text and place: its values, and its age."""
    found: list[sa.ColumnElement[bool]] = []
    if query.kinds:
        types = [kind for kind in query.kinds if kind in TYPES]
        found.append(sa.or_(AtlasEntry.type.in_(types), AtlasEntry.kind.in_(set(query.kinds) - set(types))))
    for name, column in _ARRAYS.items():
        if query.values(name):
            given = sa.bindparam(name, list(query.values(name)), type_=ARRAY(sa.UnicodeText), unique=True)
            found.append(column.overlap(given))
    found += [single.in_(query.values(name)) for name, single in _SINGLE.items() if query.values(name)]
    if query.stale is not None:
        fresh = AtlasEntry.last_known >= freshness.stale_before()
        found.append(sa.or_(~fresh, AtlasEntry.last_known.is_(None)) if query.stale else fresh)
    return found


def looked_up(query: AtlasQuery, typed: Typed) -> sa.Select[Any] | None:
    """The numbers of the entries that meet text and place, each with its `rank` and its `distance` in metres.

    None where neither is asked for.
    """
    ranks = typed.ranks()
    of_entries = [*typed.conditions(), *_place(query)]
    if not of_entries:
        return None if ranks is None else ranks.add_columns(sa.literal(0.0).label("distance"))
    inside = (_measured if query.near else _placed)(query, of_entries).subquery("placed")
    rank: Any = sa.literal(0.0)
    selected = sa.select(inside.c.number)
    if ranks is not None:
        ranked = ranks.subquery("ranked")
        rank = ranked.c.rank
        selected = selected.join(ranked, ranked.c.number == inside.c.number)
    return selected.add_columns(rank.label("rank"), inside.c.distance)


def _placed(query: AtlasQuery, of_entries: Sequence[Any]) -> sa.Select[Any]:
    return sa.select(AtlasEntry.number, sa.literal(0.0).label("distance")).where(AtlasEntry.visible, *of_entries)


def _measured(query: AtlasQuery, of_entries: Sequence[Any]) -> sa.Select[Any]:
    """Those within the radius, with their distance: measured once for all entries that share a place.

    Entries without a point of their own have the outline of an area, the same for hundreds; a distance from it takes
    ten times as long as one from a point.
    """
    places = (
        sa.select(sa.func.array_agg(AtlasEntry.number).label("numbers"), distance(query).label("distance"))
        .where(AtlasEntry.visible, *of_entries)
        .group_by(AtlasEntry.place)
        .offset(0)  # keeps PostgreSQL from measuring twice: once to compare, once to give
        .subquery("places")
    )
    measured = sa.select(sa.func.unnest(places.c.numbers).label("number"), places.c.distance)
    return measured.where(places.c.distance <= query.radius_m) if query.radius_m else measured


def found(query: AtlasQuery, met: Any, *columns: Any) -> sa.Select[Any]:
    """The entries of a query; `met` is what `looked_up` gave, as a CTE or subquery, or None."""
    selected = sa.select(*columns).select_from(AtlasEntry).where(AtlasEntry.visible, *conditions(query))
    return selected if met is None else selected.join(met, met.c.number == AtlasEntry.number)


def order(query: AtlasQuery, met: Any) -> tuple[Any, ...]:
    """What the entries are sorted by; never two in an order of chance."""
    if query.order == "changed":
        return (AtlasEntry.modified.desc(), *BY_TITLE)
    key = best_first(query, met)
    return BY_TITLE if key is None else (key, *BY_TITLE)


def best_first(query: AtlasQuery, met: Any) -> Any | None:
    """The first key of the order where it comes from `met`."""
    if met is None or query.order not in ("relevance", "near"):
        return None
    return met.c.rank.desc() if query.order == "relevance" else met.c.distance


def distance(query: AtlasQuery) -> sa.ColumnElement[float]:
    """Metres from the place of the query to where each entry is; 0 inside its area, empty where it has none.

    On a sphere: three times as fast, and at most 0.5 % off, which is less than entries are precise.
    """
    return sa.func.ST_Distance(sa.cast(AtlasEntry.place, Geography), _point(query), False)


def _point(query: AtlasQuery) -> Any:
    lon, lat = query.near or (0.0, 0.0)
    return sa.cast(sa.func.ST_SetSRID(sa.func.ST_MakePoint(lon, lat), WGS84), Geography)


def _around(place: Position, radius_m: float) -> BoundingBox:
    """A box that holds the circle; near the poles, and where it passes 180 degrees, all longitudes."""
    lon, lat = place
    high = radius_m / METRES_PER_DEGREE
    south, north = max(-90.0, lat - high), min(90.0, lat + high)
    narrowest = math.cos(math.radians(max(abs(south), abs(north))))
    wide = high / narrowest if narrowest > high / 180 else 180.0
    if lon - wide < -180 or lon + wide > 180:
        return -180.0, south, 180.0, north
    return lon - wide, south, lon + wide, north


def _place(query: AtlasQuery) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if query.near and query.radius_m:
        # A box that PostgreSQL knows before it plans; the circle itself is left to `looked_up`.
        found.append(AtlasEntry.place.op("&&")(sa.func.ST_MakeEnvelope(*_around(query.near, query.radius_m), WGS84)))
    if query.bbox:
        found.append(sa.func.ST_Intersects(AtlasEntry.place, sa.func.ST_MakeEnvelope(*query.bbox, WGS84)))
    return found

"""Makes a tile in PostgreSQL: from the grid where it knows the answer, else from the points of the entries found."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import array

from .. import search
from ..entries import ACTOR, PROJECT, TYPES
from ..query import AtlasQuery
from ..symbols import BY_KIND, OTHER, SYMBOLS
from .addresses import BITS, GRID, SIDE, Tile
from .tables import BETWEEN, CELL, CHANGE, EVERYTHING, POINT, SUMS

LAYER = "entries"
EXTENT = 4096  # of a tile's own coordinates (MVT 2.1, section 4.1)
MOST_POINTS = 1_000  # in one tile; where there are more, clusters stay however deep it is
MOST_BYTES = 200_000
DEEPEST_PAIRS = 11  # zoom down to which the grid counts each two fields of action

_SYMBOLS = (*SYMBOLS, OTHER)
_NUMBER = {symbol.id: number for number, symbol in enumerate(_SYMBOLS)}
_BITS = 5  # for the number of a symbol


def tile(query: AtlasQuery, address: Tile) -> bytes:
    """The tile with the entries of a query, whatever its page; empty where there are none in it."""
    if address.z in GRID or address.z < GRID.start:
        keys = _keys(query, address.z)
        return _made(_clusters(_counted(query, address, keys) if keys else _grouped(query, address), address))
    found = _points(query, address)
    few = sa.select(sa.func.count()).select_from(
        found.with_only_columns(sa.literal(1)).limit(MOST_POINTS + 1).subquery()
    )
    if model.Session.execute(few).scalar_one() <= MOST_POINTS:
        body = _made(_single(found, address))
        if len(body) <= MOST_BYTES:
            return body
    return _made(_clusters(_grouped(query, address), address))


def state() -> str:
    """Another one whenever any tile may be another one; of the moment, so it never lags behind what tiles show."""
    # Each change of an entry gives its point a new number.
    rows = [sa.select(one.c.n, one.c.sum_number).where(one.c.zoom == 0) for one in (CELL, CHANGE)]
    both = sa.union_all(*rows).subquery()
    n, numbers = model.Session.execute(sa.select(sa.func.sum(both.c.n), sa.func.sum(both.c.sum_number))).one()
    return f"{n}-{numbers}"


def bounds() -> tuple[float, float, float, float] | None:
    """West, south, east, north of all points in degrees; None where there is none."""
    x, y, shown = POINT.c.x, POINT.c.y, POINT.c.shown
    row = model.Session.execute(
        sa.select(*(_degrees(one(x), one(y)) for one in (sa.func.min, sa.func.max))).where(shown)
    ).one()
    if row[0] is None:
        return None
    (west, north), (east, south) = row
    return west, south, east, north


def _degrees(x: Any, y: Any) -> Any:
    unit = 2 * 20037508.342789244 / (1 << BITS)
    point = sa.func.ST_SetSRID(sa.func.ST_MakePoint(x * unit - 20037508.342789244, 20037508.342789244 - y * unit), 3857)
    shown = sa.func.ST_Transform(point, 4326)
    return array([sa.func.ST_X(shown), sa.func.ST_Y(shown)])


def _simple(query: AtlasQuery) -> bool:
    """Whether it filters by nothing but kinds and fields of action."""
    return all(name in ("kind", "field", "sort") for name, _ in query.parameters)


def _keys(query: AtlasQuery, zoom: int) -> list[tuple[str, int]]:
    """Which counts of the grid give the query's, and with which sign; none where it does not know them."""
    fields = sorted(set(query.fields))
    if not _simple(query) or len(fields) > (2 if zoom <= DEEPEST_PAIRS else 1):
        return []
    if not fields:
        return [(EVERYTHING, 1)]
    # Who has both fields is counted with each of them, hence once too often.
    return [(field, 1) for field in fields] + [(BETWEEN.join(two), -1) for two in combinations(fields, 2)]


def _counted(query: AtlasQuery, address: Tile, keys: Sequence[tuple[str, int]]) -> sa.Select[Any]:
    """The cells of a tile by kind, from the grid."""
    zoom = max(address.z, GRID.start)
    first, last = address.codes(zoom + SIDE)
    up = 2 * (zoom - address.z)
    known = []
    for table in (CELL, CHANGE):
        for key, sign in keys:
            columns = table.c
            chosen = sa.select(
                (columns.cell.op(">>")(up) if up else columns.cell).label("cell"),
                columns.kind,
                *((columns[name] if sign > 0 else -columns[name]).label(name) for name in SUMS),
            ).where(
                columns.zoom == zoom,
                columns.fields == key,
                columns.cell.between(first, last),
                *_of_kinds(columns.kind, query.kinds),
            )
            known.append(chosen)
    return sa.select(sa.union_all(*known).subquery())


def _grouped(query: AtlasQuery, address: Tile) -> sa.Select[Any]:
    """The cells of a tile by kind, counted from the points of the entries found."""
    found = _points(query, address).subquery()
    cell = found.c.code.op(">>")(2 * max(0, BITS - address.z - SIDE)).label("cell")
    return sa.select(
        cell,
        found.c.kind,
        sa.func.count().label("n"),
        *(sa.func.sum(sa.cast(found.c[name], sa.BigInteger)).label(f"sum_{name}") for name in ("x", "y", "number")),
    ).group_by(cell, found.c.kind)


def _points(query: AtlasQuery, address: Tile) -> sa.Select[Any]:
    """The points in a tile of the entries found."""
    first, last = address.codes()
    found = sa.select(POINT).where(POINT.c.shown, POINT.c.code.between(first, last))
    if not _simple(query):
        return found.where(POINT.c.package_id.in_(search.filtered_ids(query)))
    if query.fields:
        found = found.where(POINT.c.fields.overlap(list(query.fields)))
    return found.where(*_of_kinds(POINT.c.kind, query.kinds))


def _of_kinds(kind: Any, wanted: Sequence[str]) -> list[Any]:
    """The conditions that a query's kinds set."""
    if not wanted:
        return []
    conditions = [kind.in_([f"{ACTOR}/{one}" for one in wanted if one not in TYPES])]
    if PROJECT in wanted:
        conditions.append(kind == PROJECT)
    if ACTOR in wanted:
        conditions.append(kind != PROJECT)
    return [sa.or_(*conditions)]


def _clusters(counted: sa.Select[Any], address: Tile) -> sa.Select[Any]:
    """A feature for each cell: a cluster, or the entry itself where it is alone."""
    given = counted.subquery()
    symbol = _symbol_number(given.c.kind)
    by_symbol = (
        sa.select(given.c.cell, symbol.label("symbol"), *(sa.func.sum(given.c[name]).label(name) for name in SUMS))
        .group_by(given.c.cell, symbol)
        .subquery()
    )
    columns = by_symbol.c
    commonest = sa.func.max(sa.cast(columns.n, sa.BigInteger) * (1 << _BITS) + columns.symbol)
    cells = (
        sa.select(*(sa.func.sum(columns[name]).label(name) for name in SUMS), commonest.label("commonest"))
        .group_by(columns.cell)
        .having(sa.func.sum(columns.n) > 0)
        .cte("cells")
    )
    alone = sa.and_(cells.c.n == 1, POINT.c.number == sa.cast(cells.c.sum_number, sa.BigInteger))
    n = sa.cast(cells.c.n, sa.Integer)
    return sa.select(
        _geometry(_mean(cells.c.sum_x, cells.c.n), _mean(cells.c.sum_y, cells.c.n), address),
        n.label("n"),
        array([one.id for one in _SYMBOLS])[cells.c.commonest.op("&")((1 << _BITS) - 1) + 1].label("symbol"),
        *_of_one(),
    ).select_from(cells.outerjoin(POINT, alone))


def _single(found: sa.Select[Any], address: Tile) -> sa.Select[Any]:
    """A feature for each point."""
    points = found.with_only_columns(
        _geometry(sa.cast(POINT.c.x, sa.Double), sa.cast(POINT.c.y, sa.Double), address),
        sa.literal(1).label("n"),
        array([one.id for one in _SYMBOLS])[_symbol_number(POINT.c.kind) + 1].label("symbol"),
        *_of_one(),
    )
    return points.order_by(POINT.c.number)


def _of_one() -> list[Any]:
    """What is said of an entry that stands alone."""
    return [
        POINT.c.key,
        POINT.c.title,
        sa.func.regexp_replace(POINT.c.kind, f"^{ACTOR}/", "").label("kind"),
        POINT.c.place,
    ]


def _symbol_number(kind: Any) -> Any:
    numbers = {
        known if known == PROJECT else f"{ACTOR}/{known}": _NUMBER[symbol.id] for known, symbol in BY_KIND.items()
    }
    return sa.case(numbers, value=kind, else_=_NUMBER[OTHER.id])


def _mean(total: Any, n: Any) -> Any:
    return sa.cast(total, sa.Double) / sa.cast(n, sa.Double)


def _geometry(x: Any, y: Any, address: Tile) -> Any:
    scale = EXTENT / address.size
    return sa.func.ST_MakePoint(
        sa.func.floor((x - address.x * address.size) * scale), sa.func.floor((y - address.y * address.size) * scale)
    ).label("geom")


def _made(features: sa.Select[Any]) -> bytes:
    feature = features.subquery("feature")
    body = model.Session.execute(
        sa.select(sa.func.ST_AsMVT(sa.literal_column("feature"), LAYER, EXTENT, "geom")).select_from(feature)
    ).scalar_one()
    return bytes(body or b"")

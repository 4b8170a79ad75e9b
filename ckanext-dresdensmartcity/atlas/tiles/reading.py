"""Makes a tile in PostgreSQL: from the grid where it knows the answer, else from the points of the entries found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import combinations
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import ARRAY, array

from .. import index, search
from ..entries import ACTOR, PROJECT
from ..model import AtlasPending
from ..query import AtlasQuery
from ..symbols import BY_KIND, OTHER, SYMBOLS
from .addresses import BITS, GRID, SIDE, Tile
from .tables import BETWEEN, CELL, CHANGE, EVERYTHING, POINT, SUMS

Box = tuple[float, float, float, float]  # west, south, east, north in degrees
LAYER = "entries"
EXTENT = 4096  # of a tile's own coordinates (MVT 2.1, section 4.1)
MOST_POINTS = 1_000  # in one tile; where there are more, clusters stay however deep it is
MOST_BYTES = 200_000
# How many fields of action at once the grid counts down to a zoom, as dresdensmartcity_atlas_keys says.
_COUNTED = {11: 3, 13: 2, 14: 1}

_SYMBOLS = (*SYMBOLS, OTHER)
_NUMBER = {symbol.id: number for number, symbol in enumerate(_SYMBOLS)}


def tile(query: AtlasQuery, address: Tile) -> bytes:
    """The tile with the entries of a query, whatever its page; empty where there are none in it."""
    if address.z < GRID.stop:
        keys = _keys(query, address.z)
        return _counted(query, address, keys) if keys else _grouped(query, address)
    body: bytes | None = _asked(_one_by_one, query, address)
    return _grouped(query, address) if body is None or len(body) > MOST_BYTES else bytes(body)


def state() -> str:
    """Another one whenever any tile may be another one; of the moment, so it never lags behind what tiles show."""
    # Each change of an entry gives its point a new number.
    rows = [sa.select(one.c.n, one.c.sum_number).where(one.c.zoom == 0) for one in (CELL, CHANGE)]
    both = sa.union_all(*rows).subquery()
    pending = sa.exists(sa.select(AtlasPending.package_id))
    statement = sa.select(sa.func.sum(both.c.n), sa.func.sum(both.c.sum_number), pending)
    n, numbers, left = model.Session.execute(statement).one()
    if left:  # what a bulk action brought back is taken in by the next who looks, as the search does it
        index.catch_up()
        n, numbers, left = model.Session.execute(statement).one()
    return f"{n}-{numbers}"


def extent(query: AtlasQuery) -> tuple[int, Box | None]:
    """How many of the entries found tiles show, and the box round those of the city; where it has none, round all.

    Entries of other cities, whose ids have two hyphens, would make a map of the city one of the country.
    """
    statement = _extent(~POINT.c.key.contains("--", autoescape=True))
    if query.has_filters:
        statement = statement.where(POINT.c.package_id.in_(search.filtered_ids(query)))
    count, *corners = model.Session.execute(statement).one()
    return count, _box(*corners)


def bounds() -> Box | None:
    """The box round all points; None where there is none."""
    _, *corners = model.Session.execute(_extent(sa.true())).one()
    return _box(*corners)


def _extent(preferred: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """How many points there are, and the corners of those that are preferred, or else of all."""

    def of(function: Any, column: Any) -> Any:
        return sa.func.coalesce(function(column).filter(preferred), function(column))

    corners = (_degrees(of(function, POINT.c.x), of(function, POINT.c.y)) for function in (sa.func.min, sa.func.max))
    return sa.select(sa.func.count(), *corners).where(POINT.c.shown)


def _box(north_west: list[float | None], south_east: list[float | None]) -> Box | None:
    (west, north), (east, south) = north_west, south_east
    if west is None or south is None or east is None or north is None:
        return None
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
    most = next(most for deepest, most in _COUNTED.items() if zoom <= deepest)
    if not _simple(query) or len(fields) > most:
        return []
    if not fields:
        return [(EVERYTHING, 1)]
    # Who has two of the fields is counted with each of them, hence once too often, and so on.
    sizes = range(1, len(fields) + 1)
    return [(BETWEEN.join(some), 1 if size % 2 else -1) for size in sizes for some in combinations(fields, size)]


def _numbers(address: Tile, bits: int) -> dict[str, float]:
    """What statements are told of a tile; its codes have so many bits of x and of y."""
    first, last = address.codes(bits)
    return {
        "first": first,
        "last": last,
        "up": 2 * max(0, bits - address.z - SIDE),  # from these codes to the tile's cells
        "left": address.x * address.size,
        "top": address.y * address.size,
        "scale": EXTENT / address.size,
    }


_FIRST, _LAST = (sa.bindparam(name, type_=sa.BigInteger) for name in ("first", "last"))
_UP = sa.cast(sa.bindparam("up", type_=sa.Integer), sa.Integer)
_LEFT, _TOP, _SCALE = (sa.cast(sa.bindparam(name, type_=sa.Float), sa.Double) for name in ("left", "top", "scale"))
_ZOOM = sa.bindparam("zoom", type_=sa.SmallInteger)


def _counted(query: AtlasQuery, address: Tile, keys: Sequence[tuple[str, int]]) -> bytes:
    """A tile from the grid."""
    zoom = max(address.z, GRID.start)
    kinds, actors = _kinds(query.kinds)
    statement = _of_grid(tuple(sign for _, sign in keys), bool(kinds), actors)
    told: dict[str, Any] = {"zoom": zoom, **_numbers(address, zoom + SIDE)}
    told |= {f"key{number}": key for number, (key, _) in enumerate(keys)}
    return _bytes(statement, told | ({"kinds": kinds} if kinds else {}))


@cache
def _of_grid(signs: tuple[int, ...], kinds: bool, actors: bool) -> sa.Select[Any]:
    """The statement for so many counts of the grid: making it takes as long as running it."""
    known = []
    for table in (CELL, CHANGE):
        for number, sign in enumerate(signs):
            columns = table.c
            chosen = sa.select(
                columns.cell.op(">>")(_UP).label("cell"),
                columns.kind,
                # Whole numbers below 2^53 are exact as floats, and added many times as fast as the sum of bigints.
                *(sa.cast(columns[name] if sign > 0 else -columns[name], sa.Double).label(name) for name in SUMS),
            ).where(
                columns.zoom == _ZOOM,
                columns.fields == sa.bindparam(f"key{number}", type_=sa.UnicodeText),
                columns.cell.between(_FIRST, _LAST),
            )
            if kinds:
                wanted = sa.bindparam("kinds", type_=ARRAY(sa.UnicodeText))
                chosen = chosen.where(columns.kind == sa.func.any(wanted))
            known.append(chosen.where(columns.kind != PROJECT) if actors else chosen)
    return _mvt(_clusters(sa.union_all(*known).subquery()))


def _grouped(query: AtlasQuery, address: Tile) -> bytes:
    """A tile with the cells counted from the points of the entries found."""
    return bytes(_asked(_of_points, query, address) or b"")


def _asked(made: Callable[[sa.Select[Any]], sa.Select[Any]], query: AtlasQuery, address: Tile) -> Any:
    """What a statement made of the points in a tile of the entries found gives."""
    told: dict[str, Any] = dict(_numbers(address, BITS))
    if not _simple(query):
        statement = made(_points().where(POINT.c.package_id.in_(search.filtered_ids(query))))
    else:
        kinds, actors = _kinds(query.kinds)
        statement = _of_filter(made, bool(query.fields), bool(kinds), actors)
        told |= {"wanted": list(query.fields)} if query.fields else {}
        told |= {"kinds": kinds} if kinds else {}
    return model.Session.execute(statement, told).scalar_one()


@cache
def _of_filter(
    made: Callable[[sa.Select[Any]], sa.Select[Any]], fields: bool, kinds: bool, actors: bool
) -> sa.Select[Any]:
    """The statement for filters of that kind: making it takes as long as running it."""
    found = _points()
    if fields:
        found = found.where(POINT.c.fields.overlap(sa.bindparam("wanted", type_=ARRAY(sa.UnicodeText))))
    if kinds:
        found = found.where(POINT.c.kind == sa.func.any(sa.bindparam("kinds", type_=ARRAY(sa.UnicodeText))))
    return made(found.where(POINT.c.kind != PROJECT) if actors else found)


def _points() -> sa.Select[Any]:
    """The points in a tile."""
    return sa.select(POINT).where(POINT.c.shown, POINT.c.code.between(_FIRST, _LAST))


def _of_points(points: sa.Select[Any]) -> sa.Select[Any]:
    """A tile with the cells counted from these points."""
    found = points.subquery()
    cell = found.c.code.op(">>")(_UP).label("cell")
    counted = sa.select(
        cell,
        found.c.kind,
        sa.cast(sa.func.count(), sa.Double).label("n"),
        *(sa.func.sum(sa.cast(found.c[name], sa.Double)).label(f"sum_{name}") for name in ("x", "y", "number")),
    ).group_by(cell, found.c.kind)
    return _mvt(_clusters(counted.subquery()))


def _one_by_one(points: sa.Select[Any]) -> sa.Select[Any]:
    """A tile with a feature for each of these points; NULL where they are too many."""
    found = points.limit(MOST_POINTS + 1).cte("found")
    columns = found.c
    features = sa.select(
        _geometry(sa.cast(columns.x, sa.Double), sa.cast(columns.y, sa.Double)),
        sa.literal(1).label("n"),
        _symbol(_symbol_number(columns.kind)),
        *_of_one(columns),
    ).order_by(columns.number)
    few = sa.select(sa.func.count()).select_from(found).scalar_subquery() <= MOST_POINTS
    return sa.select(sa.case((few, _mvt(features).scalar_subquery())))


def _kinds(wanted: Sequence[str]) -> tuple[list[str], bool]:
    """The kinds as points have them, empty for any, and whether only actors count."""
    if ACTOR in wanted:
        return [], PROJECT not in wanted
    return [one if one == PROJECT else f"{ACTOR}/{one}" for one in wanted], False


def _clusters(given: sa.Subquery) -> sa.Select[Any]:
    """A feature for each cell: a cluster, or the entry itself where it is alone."""
    symbol = _symbol_number(given.c.kind)
    by_symbol = (
        sa.select(given.c.cell, symbol.label("symbol"), *(sa.func.sum(given.c[name]).label(name) for name in SUMS))
        .group_by(given.c.cell, symbol)
        .subquery()
    )
    columns = by_symbol.c
    commonest = sa.func.max(columns.n * len(_SYMBOLS) + columns.symbol)
    cells = (
        sa.select(*(sa.func.sum(columns[name]).label(name) for name in SUMS), commonest.label("commonest"))
        .group_by(columns.cell)
        .having(sa.func.sum(columns.n) > 0)
        .cte("cells")
    )
    alone = sa.and_(cells.c.n == 1, POINT.c.number == sa.cast(cells.c.sum_number, sa.BigInteger))
    return sa.select(
        _geometry(cells.c.sum_x / cells.c.n, cells.c.sum_y / cells.c.n),
        sa.cast(cells.c.n, sa.Integer).label("n"),
        _symbol(sa.cast(cells.c.commonest, sa.BigInteger) % len(_SYMBOLS)),
        *_of_one(POINT.c),
    ).select_from(cells.outerjoin(POINT, alone))


def _of_one(point: Any) -> list[Any]:
    """What is said of an entry that stands alone."""
    kind = sa.func.regexp_replace(point.kind, f"^{ACTOR}/", "").label("kind")
    return [point.key, point.title, kind, point.place]


def _symbol_number(kind: Any) -> Any:
    numbers = {
        known if known == PROJECT else f"{ACTOR}/{known}": _NUMBER[symbol.id] for known, symbol in BY_KIND.items()
    }
    return sa.case(numbers, value=kind, else_=_NUMBER[OTHER.id])


def _symbol(number: Any) -> Any:
    return array([one.id for one in _SYMBOLS])[number + 1].label("symbol")


def _geometry(x: Any, y: Any) -> Any:
    return sa.func.ST_MakePoint(sa.func.floor((x - _LEFT) * _SCALE), sa.func.floor((y - _TOP) * _SCALE)).label("geom")


def _mvt(features: sa.Select[Any]) -> sa.Select[Any]:
    feature = features.subquery("feature")
    return sa.select(sa.func.ST_AsMVT(sa.literal_column("feature"), LAYER, EXTENT, "geom")).select_from(feature)


def _bytes(statement: sa.Select[Any], told: Mapping[str, Any]) -> bytes:
    return bytes(model.Session.execute(statement, told).scalar_one() or b"")

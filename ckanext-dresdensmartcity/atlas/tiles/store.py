"""Keeps a point for each entry that has a place; the grid follows by triggers (migration 6d2f8b0e3c71 says how)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckanext.dresdensmartcity.city.current import city

from ..entries import PROJECT, Entry, from_record
from ..model import AtlasEntry
from ..places import POINT as OWN_PLACE
from ..places import place_of

LONGEST_TITLE = 80  # characters; pages show the whole
_BATCH = 2_000

_WRITE = sa.text(
    """
    INSERT INTO dresdensmartcity_atlas_point AS known (package_id, x, y, kind, fields, key, title, place, shown)
    SELECT package_id, dresdensmartcity_atlas_x(:longitude), dresdensmartcity_atlas_y(:latitude), :kind,
        CAST(:fields AS text[]), :key, :title, :place, visible
    FROM dresdensmartcity_atlas_entry WHERE package_id = :package_id
    ON CONFLICT (package_id) DO UPDATE SET number = nextval('dresdensmartcity_atlas_point_number'), x = excluded.x,
        y = excluded.y, kind = excluded.kind, fields = excluded.fields, key = excluded.key, title = excluded.title,
        place = excluded.place, shown = excluded.shown
    """
)
_REMOVE = sa.text("DELETE FROM dresdensmartcity_atlas_point WHERE package_id = :package_id")
_EMPTY = sa.text("DELETE FROM dresdensmartcity_atlas_point")
_SILENCE = sa.text("SELECT set_config('dresdensmartcity.atlas_points', :how, true)")
# All entries that have a position of their own; those of the others come from Python, which knows the city.
_WRITE_ALL = sa.text(
    """
    INSERT INTO dresdensmartcity_atlas_point (package_id, x, y, kind, fields, key, title, place, shown)
    SELECT package_id, dresdensmartcity_atlas_x(ST_X(geometry)), dresdensmartcity_atlas_y(ST_Y(geometry)),
        CASE type WHEN :project THEN type ELSE type || '/' || kind END, fields_of_action, type || '/' || entry_id,
        left(record ->> 'title', :longest), :place, visible
    FROM dresdensmartcity_atlas_entry WHERE geometry IS NOT NULL
    ORDER BY geometry  -- along a Hilbert curve: those of a tile lie on few pages
    ON CONFLICT (package_id) DO NOTHING
    """
)
# What is missing in the grid, or is too much: one statement, so one moment of the database, whatever others write
# meanwhile. Deeper cells are added up to those above them, which is quicker than from the points again.
_DIFFERENCE = """
    WITH point AS (
        SELECT code, kind, key.key AS fields, key.deepest, x::bigint AS x, y::bigint AS y, number
        FROM dresdensmartcity_atlas_point CROSS JOIN LATERAL dresdensmartcity_atlas_keys(fields) AS key WHERE shown
    ), z14 AS (
        SELECT code >> 26 AS cell, fields, kind, count(*) AS n, sum(x)::bigint AS x, sum(y)::bigint AS y,
            sum(number)::bigint AS number FROM point WHERE deepest >= 14 GROUP BY 1, 2, 3
    ), z13 AS (
        SELECT cell >> 2 AS cell, fields, kind, sum(n)::bigint AS n, sum(x)::bigint AS x, sum(y)::bigint AS y,
            sum(number)::bigint AS number FROM z14 GROUP BY 1, 2, 3
        UNION ALL
        SELECT code >> 28, fields, kind, count(*), sum(x)::bigint, sum(y)::bigint, sum(number)::bigint
            FROM point WHERE deepest = 13 GROUP BY 1, 2, 3
    ), z12 AS (SELECT cell >> 2 AS cell, fields, kind, sum(n)::bigint AS n, sum(x)::bigint AS x, sum(y)::bigint AS y,
            sum(number)::bigint AS number FROM z13 GROUP BY 1, 2, 3
    ), z11 AS (
        SELECT cell >> 2 AS cell, fields, kind, sum(n)::bigint AS n, sum(x)::bigint AS x, sum(y)::bigint AS y,
            sum(number)::bigint AS number FROM z12 GROUP BY 1, 2, 3
        UNION ALL
        SELECT code >> 32, fields, kind, count(*), sum(x)::bigint, sum(y)::bigint, sum(number)::bigint
            FROM point WHERE deepest = 11 GROUP BY 1, 2, 3
    ), z10 AS (SELECT cell >> 2 AS cell, fields, kind, sum(n)::bigint AS n, sum(x)::bigint AS x, sum(y)::bigint AS y,
            sum(number)::bigint AS number FROM z11 GROUP BY 1, 2, 3
    ), z9 AS (SELECT cell >> 2 AS cell, fields, kind, sum(n)::bigint AS n, sum(x)::bigint AS x, sum(y)::bigint AS y,
            sum(number)::bigint AS number FROM z10 GROUP BY 1, 2, 3
    ), z8 AS (SELECT cell >> 2 AS cell, fields, kind, sum(n)::bigint AS n, sum(x)::bigint AS x, sum(y)::bigint AS y,
            sum(number)::bigint AS number FROM z9 GROUP BY 1, 2, 3
    ), counted AS (
        SELECT 14 AS zoom, * FROM z14 UNION ALL SELECT 13, * FROM z13 UNION ALL SELECT 12, * FROM z12
        UNION ALL SELECT 11, * FROM z11 UNION ALL SELECT 10, * FROM z10 UNION ALL SELECT 9, * FROM z9
        UNION ALL SELECT 8, * FROM z8
        UNION ALL SELECT 0, 0, fields, kind, sum(n)::bigint, sum(x)::bigint, sum(y)::bigint, sum(number)::bigint
            FROM z8 WHERE fields = '' GROUP BY fields, kind
        UNION ALL SELECT zoom, cell, fields, kind, -n, -sum_x, -sum_y, -sum_number FROM (
            SELECT * FROM dresdensmartcity_atlas_cell UNION ALL SELECT * FROM dresdensmartcity_atlas_cell_change
        ) AS known
    )
    SELECT zoom, fields, cell, kind, sum(n) AS n, sum(x) AS sum_x, sum(y) AS sum_y, sum(number) AS sum_number
    FROM counted GROUP BY zoom, fields, cell, kind
    HAVING sum(n) <> 0 OR sum(x) <> 0 OR sum(y) <> 0 OR sum(number) <> 0
"""
_INSERT = "(zoom, fields, cell, kind, n, sum_x, sum_y, sum_number)"
_COLUMNS = "zoom, fields, cell, kind, n, sum_x, sum_y, sum_number"
_REPAIR_GRID = sa.text(
    f"""
    INSERT INTO dresdensmartcity_atlas_cell AS known {_INSERT} SELECT {_COLUMNS} FROM ({_DIFFERENCE}) AS difference
    ORDER BY zoom, fields, cell, kind  -- as they are asked for: a tile's lie on a few pages, not on one each
    ON CONFLICT (zoom, fields, cell, kind) DO UPDATE SET n = known.n + excluded.n,
        sum_x = known.sum_x + excluded.sum_x, sum_y = known.sum_y + excluded.sum_y,
        sum_number = known.sum_number + excluded.sum_number
    """  # noqa: S608 (constants)
)
_REPAIR_CHANGES = sa.text(f"INSERT INTO dresdensmartcity_atlas_cell_change {_INSERT} {_DIFFERENCE}")
_MAY_MERGE = sa.text("SELECT pg_try_advisory_xact_lock(hashtext('dresdensmartcity_atlas_cell'))")
_MERGE = sa.text("SELECT dresdensmartcity_atlas_merge(CAST(:most AS bigint))")
_COUNT_DIFFERENCE = sa.text(f"SELECT count(*) FROM ({_DIFFERENCE}) AS difference")  # noqa: S608 (constants)


def follow(package_id: str, before: Entry | None, after: Entry | None) -> None:
    """Moves, adds or removes the point of an entry that changed, in the session that changed it."""
    values = _values(after) if after else None
    if values:
        model.Session.execute(_WRITE, values)
    else:
        model.Session.execute(_REMOVE, {"package_id": package_id})


def rebuild() -> None:
    """Makes all points anew from the side table, and mends the grid by what it differs; commits nothing."""
    session = model.Session
    session.execute(_SILENCE, {"how": "silent"})
    session.execute(_EMPTY)
    session.execute(_WRITE_ALL, {"project": PROJECT, "longest": LONGEST_TITLE, "place": OWN_PLACE})
    for batch in _batches(_placed_by_area(), _BATCH):
        session.execute(_WRITE, batch)
    session.execute(_SILENCE, {"how": ""})
    repair()


def repair() -> int:
    """Mends the grid where it is not what a recount of the points gives; how many of its rows were wrong."""
    session = model.Session
    session.execute(_MERGE, {"most": None})
    # Who adds up at this moment may keep on for long; then the difference waits to be added up as changes do.
    statement = _REPAIR_GRID if session.execute(_MAY_MERGE).scalar_one() else _REPAIR_CHANGES
    mended: int = session.execute(statement).rowcount  # type: ignore[attr-defined]
    session.execute(_MERGE, {"most": None})  # takes out the cells that are empty now
    return mended


def differences() -> int:
    """How many rows of the grid are not what a recount of the points gives: 0."""
    found: int = model.Session.execute(_COUNT_DIFFERENCE).scalar_one()
    return found


def _placed_by_area() -> Iterator[dict[str, Any]]:
    """The points of entries that have no position of their own but are drawn somewhere in the city."""
    rows = model.Session.execute(
        sa.select(AtlasEntry.record).where(AtlasEntry.geometry.is_(None)).order_by(AtlasEntry.package_id),
        execution_options={"yield_per": _BATCH},
    )
    for row in rows:
        values = _values(from_record(row.record))
        if values:
            yield values


def _values(entry: Entry) -> dict[str, Any] | None:
    place = place_of(entry, city())
    if place.position is None:
        return None
    return {
        "package_id": entry.package_id,
        "longitude": place.position[0],
        "latitude": place.position[1],
        "kind": PROJECT if entry.type == PROJECT else f"{entry.type}/{entry.kind}",
        "fields": list(entry.fields_of_action),
        "key": f"{entry.type}/{entry.id}",
        "title": entry.title[:LONGEST_TITLE],
        "place": place.kind,
    }


def _batches(rows: Iterable[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    found = iter(rows)
    while batch := list(islice(found, size)):
        yield batch

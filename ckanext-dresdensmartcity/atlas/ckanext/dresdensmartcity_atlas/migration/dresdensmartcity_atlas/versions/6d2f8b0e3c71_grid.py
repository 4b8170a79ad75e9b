"""What vector tiles are made of: a point for each entry that has a place, and a grid that counts them.

The grid follows the points by triggers, in the transaction that changes them and whatever changes them: the hooks of
the atlas, CKAN's bulk actions, which call no hook, and plain SQL. A change is written down as what it adds to its cells
and what it takes from them. So two writers never wait for each other, in whatever order they come to a cell, and what
is rolled back leaves nothing. dresdensmartcity_atlas_merge adds these changes up; readers count both.

All sums are of whole numbers, hence exact: the grid is what a recount gives, however often it was changed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "6d2f8b0e3c71"
down_revision = "4c1e7a9d2b60"
branch_labels = None
depends_on = None

NAME = "dresdensmartcity_atlas"
ENTRY, POINT, CELL, CHANGE = f"{NAME}_entry", f"{NAME}_point", f"{NAME}_cell", f"{NAME}_cell_change"
NUMBERS = f"{NAME}_point_number"
SUMS = ("n", "sum_x", "sum_y", "sum_number")
KEY = ("zoom", "fields", "cell", "kind")
# From so many on the next writer adds them up. An entry makes 30 to 80 of them; adding up takes as long as some twenty
# changes do, and touches the cells above a place once for all of them.
MOST_CHANGES = 2048

# WGS 84 to the square of web mercator (EPSG:3857), in units of its side / 2^31, under 2 cm; y grows to the south. What
# lies beyond its edges lies on them, so that every place is in one tile of each zoom.
FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION {NAME}_x(longitude float8) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body$
    SELECT least(2147483647, greatest(0, floor((longitude + 180) / 360 * 2147483648)))::int
$body$;

CREATE OR REPLACE FUNCTION {NAME}_y(latitude float8) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body$
    SELECT least(2147483647, greatest(0, floor(2147483648 * (0.5 -
        ln(tan(pi() / 4 + radians(least(85.06, greatest(-85.06, latitude))) / 2)) / (2 * pi())))))::int
$body$;

-- The bits of x and y in turns (Morton): a tile of any zoom is one range of codes, so one index serves all of them.
CREATE OR REPLACE FUNCTION {NAME}_spread(given bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $body$
DECLARE v bigint := given;
BEGIN
    v := (v | (v << 16)) & x'0000FFFF0000FFFF'::bigint;
    v := (v | (v << 8)) & x'00FF00FF00FF00FF'::bigint;
    v := (v | (v << 4)) & x'0F0F0F0F0F0F0F0F'::bigint;
    v := (v | (v << 2)) & x'3333333333333333'::bigint;
    RETURN (v | (v << 1)) & x'5555555555555555'::bigint;
END
$body$;

-- What is counted for an entry: all, each of its fields of action, and, on the zooms where many entries lie in a tile,
-- each two and each three of them, so that those with one field or another are counted once.
CREATE OR REPLACE FUNCTION {NAME}_keys(fields text[]) RETURNS TABLE (key text, deepest int)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body$
    WITH field AS (SELECT DISTINCT one COLLATE "C" AS one FROM unnest(fields) AS one WHERE one <> '')
    SELECT '', 14
    UNION ALL SELECT one, 14 FROM field
    UNION ALL SELECT a.one || E'\\x1f' || b.one, 13 FROM field AS a JOIN field AS b ON a.one < b.one
    UNION ALL SELECT a.one || E'\\x1f' || b.one || E'\\x1f' || c.one, 11
        FROM field AS a JOIN field AS b ON a.one < b.one JOIN field AS c ON b.one < c.one
$body$;

-- Adds changes up into the grid, at most so many; NULL: all. One process does it at a time, others leave it to that.
CREATE OR REPLACE FUNCTION {NAME}_merge(most bigint) RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('{CELL}')) THEN
        RETURN;
    END IF;
    WITH moved AS (
        DELETE FROM {CHANGE} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {CHANGE} LIMIT most)) RETURNING *
    )
    INSERT INTO {CELL} AS known (zoom, fields, cell, kind, n, sum_x, sum_y, sum_number)
        SELECT zoom, fields, cell, kind, sum(n), sum(sum_x), sum(sum_y), sum(sum_number)
        FROM moved GROUP BY 1, 2, 3, 4
        HAVING sum(n) <> 0 OR sum(sum_x) <> 0 OR sum(sum_y) <> 0 OR sum(sum_number) <> 0
        ORDER BY 1, 2, 3, 4
        ON CONFLICT (zoom, fields, cell, kind) DO UPDATE SET n = known.n + excluded.n,
            sum_x = known.sum_x + excluded.sum_x, sum_y = known.sum_y + excluded.sum_y,
            sum_number = known.sum_number + excluded.sum_number;
    DELETE FROM {CELL} WHERE n = 0 AND sum_x = 0 AND sum_y = 0 AND sum_number = 0;
END
$body$;

-- An entry that leaves the side table leaves the tiles.
CREATE OR REPLACE FUNCTION {NAME}_entry_gone() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    DELETE FROM {POINT} AS point USING gone WHERE point.package_id = gone.package_id;
    RETURN NULL;
END
$body$;

-- Tiles show what the search finds, also after a bulk action of CKAN's, which calls no hook.
CREATE OR REPLACE FUNCTION {NAME}_entry_seen() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    UPDATE {POINT} AS point SET shown = after.visible FROM before JOIN after USING (package_id)
    WHERE point.package_id = after.package_id AND before.visible <> after.visible AND point.shown <> after.visible;
    RETURN NULL;
END
$body$;
"""  # noqa: S608 (names of tables)


def _follow(event: str, rows: str) -> str:
    """The trigger that writes down what a statement on the points changes in the grid."""
    return f"""
    CREATE OR REPLACE FUNCTION {NAME}_point_{event}() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
        IF current_setting('dresdensmartcity.atlas_points', true) = 'silent' THEN
            RETURN NULL;  -- a rebuild counts anew
        END IF;
        INSERT INTO {CHANGE} (zoom, fields, cell, kind, n, sum_x, sum_y, sum_number)
            SELECT level.zoom, key.key, CASE level.zoom WHEN 0 THEN 0 ELSE code >> (2 * (27 - level.zoom)) END, kind,
                sum(sign), sum(sign * x), sum(sign * y), sum(sign * number)
            FROM ({rows}) AS touched
            CROSS JOIN LATERAL {NAME}_keys(touched.fields) AS key
            JOIN (VALUES (0), (8), (9), (10), (11), (12), (13), (14)) AS level (zoom)
                ON level.zoom <= key.deepest AND (level.zoom > 0 OR key.key = '')
            GROUP BY 1, 2, 3, 4
            HAVING sum(sign) <> 0 OR sum(sign * x) <> 0 OR sum(sign * y) <> 0 OR sum(sign * number) <> 0;
        IF EXISTS (SELECT FROM {CHANGE} OFFSET {MOST_CHANGES}) THEN
            PERFORM {NAME}_merge({2 * MOST_CHANGES});
        END IF;
        RETURN NULL;
    END
    $body$
    """  # noqa: S608 (constants)


def _rows(table: str, sign: int) -> str:
    return f"SELECT {sign} AS sign, x::bigint, y::bigint, code, number, kind, fields FROM {table} WHERE shown"  # noqa: S608


def upgrade() -> None:
    op.execute(f"CREATE SEQUENCE IF NOT EXISTS {NUMBERS}")
    op.execute(FUNCTIONS)
    _points()
    _grid(CELL, sa.PrimaryKeyConstraint(*KEY, name=f"{CELL}_pkey"))
    op.execute(f"CREATE INDEX {CELL}_empty_idx ON {CELL} (zoom) WHERE n = 0")
    _grid(CHANGE)
    op.create_index(f"{CHANGE}_idx", CHANGE, ["zoom", "fields", "cell"])
    # A trigger with transition tables has one event only.
    for event, tables, rows in (
        ("insert", "NEW TABLE AS after", _rows("after", 1)),
        ("update", "OLD TABLE AS before NEW TABLE AS after", f"{_rows('before', -1)} UNION ALL {_rows('after', 1)}"),
        ("delete", "OLD TABLE AS before", _rows("before", -1)),
    ):
        op.execute(_follow(event, rows))
        _trigger(POINT, f"{POINT}_{event}", event, tables, f"{NAME}_point_{event}")
    _trigger(ENTRY, f"{NAME}_entry_gone", "delete", "OLD TABLE AS gone", f"{NAME}_entry_gone")
    _trigger(ENTRY, f"{NAME}_entry_seen", "update", "OLD TABLE AS before NEW TABLE AS after", f"{NAME}_entry_seen")


def _points() -> None:
    op.create_table(
        POINT,
        # No foreign key: a row of the side table takes its point along by a trigger, all rows of a statement at once.
        sa.Column("package_id", sa.UnicodeText, primary_key=True),
        # New with each change of the entry. Where one entry is in a cell, the sum of the numbers is its own.
        sa.Column("number", sa.BigInteger, server_default=sa.text(f"nextval('{NUMBERS}')"), nullable=False),
        sa.Column("x", sa.Integer, nullable=False),
        sa.Column("y", sa.Integer, nullable=False),
        sa.Column("code", sa.BigInteger, sa.Computed(f"{NAME}_spread(x) | ({NAME}_spread(y) << 1)"), nullable=False),
        sa.Column("kind", sa.UnicodeText(collation="C"), nullable=False),  # "project", "actor/company"
        sa.Column("fields", ARRAY(sa.UnicodeText), nullable=False),
        sa.Column("key", sa.UnicodeText, nullable=False),  # "actor/some-id"
        sa.Column("title", sa.UnicodeText, nullable=False),
        sa.Column("place", sa.UnicodeText, nullable=False),  # places.Place.kind
        sa.Column("shown", sa.Boolean, nullable=False),  # as of the side table's `visible`
    )
    op.create_index(f"{POINT}_number_idx", POINT, ["number"], unique=True)
    op.execute(f"CREATE INDEX {POINT}_code_idx ON {POINT} (code) WHERE shown")


def _grid(table: str, *more: sa.Constraint) -> None:
    """How many entries are in a cell, and the sums of their positions and numbers; 16 by 16 cells to a tile."""
    op.create_table(
        table,
        sa.Column("cell", sa.BigInteger, nullable=False),  # the first bits of the points' codes, as many as all share
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in SUMS),
        sa.Column("zoom", sa.SmallInteger, nullable=False),  # 8 to 14; 0: one cell for the whole world
        sa.Column("fields", sa.UnicodeText(collation="C"), nullable=False),  # as dresdensmartcity_atlas_keys says
        sa.Column("kind", sa.UnicodeText(collation="C"), nullable=False),
        *more,
    )


def _trigger(table: str, name: str, event: str, tables: str, function: str) -> None:
    op.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    op.execute(
        f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {tables} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )


def downgrade() -> None:
    for name in ("gone", "seen"):
        op.execute(f"DROP TRIGGER IF EXISTS {NAME}_entry_{name} ON {ENTRY}")
    for table in (CHANGE, CELL, POINT):
        op.drop_table(table)
    for event in ("insert", "update", "delete"):
        op.execute(f"DROP FUNCTION IF EXISTS {NAME}_point_{event}()")
    op.execute(f"DROP FUNCTION IF EXISTS {NAME}_entry_seen(), {NAME}_entry_gone(), {NAME}_merge(bigint)")
    op.execute(f"DROP FUNCTION IF EXISTS {NAME}_keys(text[]), {NAME}_spread(bigint)")
    op.execute(f"DROP FUNCTION IF EXISTS {NAME}_x(float8), {NAME}_y(float8)")
    op.execute(f"DROP SEQUENCE IF EXISTS {NUMBERS}")

"""What the search filters and sorts by, words once each, and the triggers that keep revision, facets and visibility.

The triggers act whoever writes: forms, bulk updates, plain SQL. Counting the revision and the bits of the facets wait
for the end of the transaction, so that writers hold each other up for those milliseconds only.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY, BIT

revision = "4c1e7a9d2b60"
down_revision = "2f6b1d0c7a41"
branch_labels = None
depends_on = None

ENTRY, WORD, POSTING = (f"dresdensmartcity_atlas_{name}" for name in ("entry", "word", "posting"))
BITS, BLOCKS, REVISION, PENDING = (
    f"dresdensmartcity_atlas_{name}" for name in ("bits", "block", "revision", "pending")
)
BLOCK = 2048
ARRAYS = {"field": "fields_of_action", "area": "focus_areas", "topic": "topics", "district": "districts"}
ARRAYS["funding"] = "funding"
ORDER = ["title_key", "entry_id", "type"]
SINGLE = {"status": "status", "phase": "phase"}

# Runs when the transaction commits. The row of the revision is the lock of all writers; who has it sees what the ones
# before have committed, so a block is made of what is there. The first row of a transaction does the work for all.
COMMITTED = f"""
CREATE OR REPLACE FUNCTION dresdensmartcity_atlas_committed() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    changed integer := COALESCE(NEW.number, OLD.number);
BEGIN
    UPDATE {REVISION} SET number = number + 1, transaction = pg_current_xact_id()::text
        WHERE transaction <> pg_current_xact_id()::text;
    PERFORM FROM {REVISION} FOR UPDATE;
    INSERT INTO {BLOCKS} AS known (block, transaction) VALUES (changed / {BLOCK}, pg_current_xact_id()::text)
        ON CONFLICT (block) DO UPDATE SET transaction = pg_current_xact_id()::text
        WHERE known.transaction <> pg_current_xact_id()::text;
    IF FOUND THEN
        PERFORM dresdensmartcity_atlas_count(changed / {BLOCK});
    END IF;
    RETURN NULL;
END
$body$
"""  # noqa: S608 (names of tables)
VALUES = "\n".join(
    [f"UNION ALL SELECT '{facet}', unnest({column})" for facet, column in ARRAYS.items()]
    + [f"UNION ALL SELECT '{facet}', {column} WHERE {column} <> ''" for facet, column in SINGLE.items()]
    # The month in which somebody last confirmed it: how old an entry is depends on the day that asks.
    + ["UNION ALL SELECT 'known', to_char(last_known, 'YYYY-MM') WHERE last_known IS NOT NULL"]
)
# The bits of one block, made anew from its entries.
COUNT = f"""
CREATE OR REPLACE FUNCTION dresdensmartcity_atlas_count(wanted integer) RETURNS void LANGUAGE sql AS $body$
    DELETE FROM {BITS} WHERE block = wanted;
    INSERT INTO {BITS} (facet, value, block, bits)
        SELECT given.facet, given.value, wanted,
            bit_or(set_bit(repeat('0', {BLOCK})::bit({BLOCK}), number % {BLOCK}, 1))
        FROM {ENTRY}
        CROSS JOIN LATERAL (
            SELECT '' AS facet, '' AS value
            UNION ALL SELECT 'kind', type
            UNION ALL SELECT 'kind', kind WHERE kind <> ''
            {VALUES}
        ) AS given
        WHERE visible AND number >= wanted * {BLOCK} AND number < (wanted + 1) * {BLOCK}
        GROUP BY given.facet, given.value;
$body$
"""  # noqa: S608 (names of tables)
# In the transaction itself: whoever reads there what it has changed must not take it for what others see.
TOUCHED = """
CREATE OR REPLACE FUNCTION dresdensmartcity_atlas_touched() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    PERFORM set_config('dresdensmartcity.atlas', pg_current_xact_id()::text || '.' ||
        (COALESCE(NULLIF(split_part(current_setting('dresdensmartcity.atlas', true), '.', 2), ''), '0')::integer + 1),
        true);
    RETURN NULL;
END
$body$
"""
# A bulk change of CKAN's calls no hook: what nobody may see is hidden at once, and all is noted for index.catch_up.
SEEN = f"""
CREATE OR REPLACE FUNCTION dresdensmartcity_atlas_seen() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO {PENDING} (package_id)
        SELECT id FROM before JOIN after USING (id)
        WHERE after.type IN ('actor', 'project')
            AND (before.private, before.state) IS DISTINCT FROM (after.private, after.state)
        ORDER BY id ON CONFLICT DO NOTHING;
    IF FOUND THEN
        UPDATE {ENTRY} SET visible = false FROM after
            WHERE {ENTRY}.package_id = after.id AND visible AND (after.private OR after.state <> 'active');
    END IF;
    RETURN NULL;
END
$body$
"""  # noqa: S608 (names of tables)


def upgrade() -> None:
    # Both tables are derived: `ckan dresdensmartcity atlas rebuild` fills them.
    op.execute(f"DELETE FROM {ENTRY}")  # noqa: S608 (name of a table)
    _entries()
    _words()
    op.create_table(
        BITS,
        sa.Column("facet", sa.UnicodeText, primary_key=True),
        sa.Column("value", sa.UnicodeText, primary_key=True),
        sa.Column("block", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("bits", BIT(BLOCK), nullable=False),
    )
    op.create_table(
        BLOCKS,
        sa.Column("block", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("transaction", sa.UnicodeText, nullable=False),
    )
    op.create_table(
        REVISION,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("transaction", sa.UnicodeText, nullable=False),
        sa.CheckConstraint("id = 1", name=f"{REVISION}_one"),
    )
    op.execute(f"INSERT INTO {REVISION} (id, number, transaction) VALUES (1, 0, '')")  # noqa: S608 (name of a table)
    op.create_table(PENDING, sa.Column("package_id", sa.UnicodeText, primary_key=True))
    _triggers()


def _entries() -> None:
    text = [sa.Column(name, sa.UnicodeText, nullable=False) for name in ("status", "phase", "place_kind", "body")]
    lists = [sa.Column(name, ARRAY(sa.UnicodeText), nullable=False) for name in ("topics", "districts", "funding")]
    for column in (
        sa.Column("number", sa.Integer, sa.Identity(always=False, start=0, minvalue=0), nullable=False),
        sa.Column("visible", sa.Boolean, nullable=False, server_default=sa.true()),
        *lists,
        *text,
        sa.Column("place", Geometry("GEOMETRY", srid=4326, spatial_index=False)),
        sa.Column("modified", sa.DateTime, nullable=False),
        sa.Column("last_known", sa.Date),
    ):
        op.add_column(ENTRY, column)
    op.drop_index(f"{ENTRY}_title_idx", ENTRY)
    op.create_unique_constraint(f"{ENTRY}_number_key", ENTRY, ["number"])
    op.create_index(f"{ENTRY}_place_idx", ENTRY, ["place"], postgresql_using="gist")
    op.create_index(f"{ENTRY}_topics_idx", ENTRY, ["topics"], postgresql_using="gin")
    op.create_index(f"{ENTRY}_districts_idx", ENTRY, ["districts"], postgresql_using="gin")
    # Where duplicates are looked for: likeness of names, parts of addresses.
    for name, text in (("title", "title_key"), ("url", "(record ->> 'url')")):
        op.create_index(f"{ENTRY}_{name}_trgm_idx", ENTRY, [sa.text(f"{text} gin_trgm_ops")], postgresql_using="gin")
    # Both orders can be walked through without a look at the entries.
    for name, columns in (("order", ORDER), ("modified", [sa.text("modified DESC"), *ORDER])):
        op.create_index(
            f"{ENTRY}_{name}_idx",
            ENTRY,
            columns,
            postgresql_include=["number"],
            postgresql_where=sa.text("visible"),
        )
    op.create_index(f"{ENTRY}_known_idx", ENTRY, ["last_known", "number"], postgresql_where=sa.text("visible"))


def _words() -> None:
    op.drop_table(WORD)
    op.create_table(
        WORD,
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("word", sa.UnicodeText, nullable=False),
        sa.Column("slips", ARRAY(sa.UnicodeText), nullable=False),
        sa.UniqueConstraint("word", name=f"{WORD}_key"),
    )
    op.create_index(f"{WORD}_slips_idx", WORD, ["slips"], postgresql_using="gin")
    op.create_index(f"{WORD}_trgm_idx", WORD, ["word"], postgresql_using="gin", postgresql_ops={"word": "gin_trgm_ops"})
    op.create_table(
        POSTING,
        sa.Column("word", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column(
            "number",
            sa.Integer,
            sa.ForeignKey(f"{ENTRY}.number", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("weight", sa.REAL, nullable=False),
    )
    op.create_index(f"{POSTING}_number_idx", POSTING, ["number"])


def _triggers() -> None:
    for function in (COUNT, COMMITTED, TOUCHED, SEEN):
        op.execute(function)
    op.execute(
        f"CREATE CONSTRAINT TRIGGER dresdensmartcity_atlas_committed AFTER INSERT OR UPDATE OR DELETE ON {ENTRY} "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dresdensmartcity_atlas_committed()"
    )
    op.execute(
        f"CREATE TRIGGER dresdensmartcity_atlas_touched AFTER INSERT OR UPDATE OR DELETE ON {ENTRY} "
        "FOR EACH STATEMENT EXECUTE FUNCTION dresdensmartcity_atlas_touched()"
    )
    op.execute("DROP TRIGGER IF EXISTS dresdensmartcity_atlas_seen ON package")
    op.execute(
        "CREATE TRIGGER dresdensmartcity_atlas_seen AFTER UPDATE ON package "
        "REFERENCING OLD TABLE AS before NEW TABLE AS after "
        "FOR EACH STATEMENT EXECUTE FUNCTION dresdensmartcity_atlas_seen()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER IF EXISTS dresdensmartcity_atlas_seen ON package")
    for name in ("committed", "touched"):
        op.execute(f"DROP TRIGGER IF EXISTS dresdensmartcity_atlas_{name} ON {ENTRY}")
    op.execute(
        "DROP FUNCTION IF EXISTS dresdensmartcity_atlas_seen(), dresdensmartcity_atlas_touched(), "
        "dresdensmartcity_atlas_committed(), dresdensmartcity_atlas_count(integer)"
    )
    for table in (PENDING, REVISION, BLOCKS, BITS, POSTING, WORD):
        op.drop_table(table)
    op.execute(f"DELETE FROM {ENTRY}")  # noqa: S608 (name of a table)
    op.create_index(f"{ENTRY}_title_idx", ENTRY, ["title_key", "entry_id"])
    for name in ("title", "url"):
        op.drop_index(f"{ENTRY}_{name}_trgm_idx", ENTRY)
    op.drop_constraint(f"{ENTRY}_number_key", ENTRY)
    for name in ("number", "visible", "topics", "districts", "funding", "status", "phase", "place_kind", "body"):
        op.drop_column(ENTRY, name)
    for name in ("place", "modified", "last_known"):
        op.drop_column(ENTRY, name)
    op.create_table(
        WORD,
        sa.Column(
            "package_id", sa.UnicodeText, sa.ForeignKey(f"{ENTRY}.package_id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("word", sa.UnicodeText, primary_key=True),
        sa.Column("weight", sa.Float, nullable=False),
    )
    op.create_index(f"{WORD}_idx", WORD, ["word"])
    op.create_index(f"{WORD}_trgm_idx", WORD, ["word"], postgresql_using="gin", postgresql_ops={"word": "gin_trgm_ops"})

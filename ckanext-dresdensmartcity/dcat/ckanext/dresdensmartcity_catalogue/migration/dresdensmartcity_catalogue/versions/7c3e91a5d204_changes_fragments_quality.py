"""What changed, the stored parts of the catalogue, and the quality of its entries.

Triggers note each change of a package in the transaction that makes it, whatever makes it: CKAN's forms, its bulk
updates, plain SQL. So what is derived from packages can always be told from what is out of date, also after a crash.
They act once for each statement, not for each row: one row of smartcity_change is written for a package.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "7c3e91a5d204"
down_revision = None
branch_labels = None
depends_on = None

CHANGE, LINK, FRAGMENT = "smartcity_change", "smartcity_link", "smartcity_fragment"
QUALITY, HISTORY, ADDRESS = "smartcity_quality", "smartcity_quality_history", "smartcity_quality_address"
NODE = "smartcity_quality_node"
VERSIONS, STAMPS = "smartcity_change_version", "smartcity_fragment_stamp"
SYNTAXES = ("turtle", "ntriples", "rdfxml", "jsonld")

# The new version is taken while the row is held, so that the versions of one package only rise. The order of the ids
# keeps two bulk updates from waiting for each other.
BUMP = f"""
CREATE OR REPLACE FUNCTION smartcity_bump(ids text[]) RETURNS void LANGUAGE sql AS $body$
    INSERT INTO {CHANGE} AS known (package_id, version)
        SELECT id, nextval('{VERSIONS}') FROM (SELECT DISTINCT unnest(ids) AS id ORDER BY id) AS given
        WHERE id IS NOT NULL
        ON CONFLICT (package_id) DO UPDATE SET version = nextval('{VERSIONS}')
$body$
"""  # noqa: S608 (names of tables)

# Table -> the ids to note for a set of changed rows; "touched" stands for the transition table.
NOTED = {
    "package": "SELECT id FROM touched",
    "resource": "SELECT package_id FROM touched",
    "package_tag": "SELECT package_id FROM touched",
    "tag": "SELECT package_id FROM package_tag WHERE tag_id IN (SELECT id FROM touched)",
}
# An organisation stands under its own id: noting its many packages is left to those who read the change.
ORGANISATION = """
CREATE OR REPLACE FUNCTION smartcity_organisation_changed() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    PERFORM smartcity_bump(ARRAY(
        SELECT after.id FROM before JOIN after USING (id)
        WHERE (before.name, before.title, before.state, before.extras)
            IS DISTINCT FROM (after.name, after.title, after.state, after.extras)
            AND EXISTS (SELECT FROM package WHERE owner_org = after.id)
    ));
    RETURN NULL;
END
$body$
"""


def _note_changes(table: str, ids: str) -> None:
    """Triggers on one table of CKAN. A trigger with transition tables has one event only, hence three of them."""
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION smartcity_{table}_changed() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            PERFORM smartcity_bump(ARRAY({ids}));
            RETURN NULL;
        END
        $body$
        """
    )
    function = f"smartcity_{table}_changed"
    moved = f"""
        CREATE OR REPLACE FUNCTION smartcity_{table}_moved() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            PERFORM smartcity_bump(ARRAY({ids.replace("touched", "before")} UNION {ids.replace("touched", "after")}));
            RETURN NULL;
        END
        $body$
        """
    op.execute(moved)  # before and after: a file can be moved from one dataset to another
    for event, transition, body in (
        ("INSERT", "NEW TABLE AS touched", function),
        ("DELETE", "OLD TABLE AS touched", function),
        ("UPDATE", "OLD TABLE AS before NEW TABLE AS after", f"smartcity_{table}_moved"),
    ):
        _trigger(table, event, transition, body)


def _trigger(table: str, event: str, transition: str, function: str) -> None:
    name = f"smartcity_{event.lower()}"
    op.execute(f'DROP TRIGGER IF EXISTS {name} ON "{table}"')
    op.execute(
        f'CREATE TRIGGER {name} AFTER {event} ON "{table}" REFERENCING {transition} '
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )


def upgrade() -> None:
    # `ckan db clean` drops tables and leaves sequences and functions behind.
    for sequence in (VERSIONS, STAMPS):
        op.execute(f"CREATE SEQUENCE IF NOT EXISTS {sequence}")
    _changes()
    _fragments()
    _quality()
    op.execute(BUMP)
    for table, ids in NOTED.items():
        _note_changes(table, ids)
    op.execute(ORGANISATION)
    _trigger("group", "UPDATE", "OLD TABLE AS before NEW TABLE AS after", "smartcity_organisation_changed")
    # What is there already is new to what is derived from it.
    op.execute("SELECT smartcity_bump(ARRAY(SELECT id FROM package))")


def _changes() -> None:
    op.create_table(
        CHANGE,
        sa.Column("package_id", sa.UnicodeText, primary_key=True),  # or an organisation's
        sa.Column("version", sa.BigInteger, nullable=False),
        # The versions that what is derived was made from.
        sa.Column("fragment", sa.BigInteger),
        sa.Column("quality", sa.BigInteger),
    )
    # What is out of date is found without a look at what is not.
    for derived in ("fragment", "quality"):
        op.execute(
            f"CREATE INDEX {CHANGE}_{derived}_idx ON {CHANGE} (package_id) WHERE {derived} IS DISTINCT FROM version"
        )
    op.create_table(
        LINK,
        sa.Column("package_id", sa.UnicodeText, primary_key=True),
        sa.Column("target", sa.UnicodeText, primary_key=True),  # id, name or IRI, as it is written
        sa.Column("entry", sa.UnicodeText),  # the id of the published entry that this is; empty where there is none
        sa.Column("iri", sa.UnicodeText),  # under which the part of package_id names it
    )
    op.create_index(f"{LINK}_target_idx", LINK, ["target"])
    op.create_index(f"{LINK}_entry_idx", LINK, ["entry"])


def _fragments() -> None:
    op.create_table(
        FRAGMENT,
        # No foreign key: what was purged leaves its row behind, so that the catalogue is seen to have changed.
        sa.Column("package_id", sa.UnicodeText, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("basis", sa.UnicodeText, nullable=False),
        sa.Column("published", sa.Boolean, nullable=False),
        sa.Column("stamp", sa.BigInteger, nullable=False, unique=True),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.UnicodeText, nullable=False),
        sa.Column("name", sa.UnicodeText, nullable=False),
        sa.Column("iri", sa.UnicodeText, nullable=False),
        sa.Column("issued", sa.DateTime),  # of the metadata, in UTC as CKAN's own
        sa.Column("modified", sa.DateTime),
        sa.Column("digest", sa.UnicodeText, nullable=False),
        sa.Column("problem", sa.UnicodeText),  # why it could not be written
        *(sa.Column(syntax, sa.UnicodeText) for syntax in SYNTAXES),
    )
    op.execute(f"CREATE INDEX {FRAGMENT}_order_idx ON {FRAGMENT} (issued, package_id) WHERE published")
    op.execute(f"CREATE INDEX {FRAGMENT}_changed_idx ON {FRAGMENT} (changed) WHERE published")
    op.execute(f"CREATE INDEX {FRAGMENT}_basis_idx ON {FRAGMENT} (basis) WHERE published OR problem IS NOT NULL")
    op.create_index(f"{FRAGMENT}_name_idx", FRAGMENT, ["name"])
    op.create_index(f"{FRAGMENT}_iri_idx", FRAGMENT, ["iri"])
    known = op.get_bind().execute(
        sa.text("SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'")
    )
    if known.scalar():  # it is a choice of who built the server; unpacked several times faster than the other
        for syntax in SYNTAXES:
            op.execute(f"ALTER TABLE {FRAGMENT} ALTER COLUMN {syntax} SET COMPRESSION lz4")


def _quality() -> None:
    op.create_table(
        QUALITY,
        sa.Column("package_id", sa.UnicodeText, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("basis", sa.UnicodeText, nullable=False),
        sa.Column("valid", sa.Boolean, nullable=False),
        sa.Column("violations", sa.Integer, nullable=False),
        sa.Column("warnings", sa.Integer, nullable=False),
        # Series and services have findings and no score: the method is made for datasets.
        sa.Column("score", sa.Integer),
        sa.Column("rating", sa.UnicodeText, nullable=False),
        sa.Column("dimensions", JSONB, nullable=False),
        sa.Column("findings", JSONB, nullable=False),
        sa.Column("details", JSONB, nullable=False),  # metrics of the score and GovData's checks
        sa.Column("kind", sa.UnicodeText, nullable=False),
        sa.Column("iri", sa.UnicodeText, nullable=False),
        sa.Column("checked", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation", sa.UnicodeText),
        sa.Column("published", sa.Boolean, nullable=False),
    )
    # Whether the addresses of files answer. A row for each address of a dataset, so that they can be looked up by both.
    op.create_table(
        ADDRESS,
        sa.Column("url", sa.UnicodeText, primary_key=True),
        sa.Column("package_id", sa.UnicodeText, primary_key=True),
        sa.Column("answers", sa.Boolean),  # empty: not looked up yet
        sa.Column("said", sa.UnicodeText, nullable=False, server_default=""),  # what it answered, for people
        sa.Column("checked", sa.DateTime(timezone=True)),
    )
    op.create_index(f"{ADDRESS}_package_idx", ADDRESS, ["package_id"])
    # What an entry says of things that have an IRI of their own, such as an office that publishes: several entries may
    # say something of the same one, and only together it shows that they contradict each other.
    op.create_table(
        NODE,
        sa.Column("package_id", sa.UnicodeText, primary_key=True),
        sa.Column("node", sa.UnicodeText, primary_key=True),
        sa.Column("text", sa.UnicodeText, nullable=False),  # N-Triples
    )
    op.create_index(f"{NODE}_idx", NODE, ["node"])
    op.create_index(f"{QUALITY}_organisation_idx", QUALITY, ["organisation"])
    op.create_index(f"{QUALITY}_score_idx", QUALITY, ["score"])
    op.create_index(f"{QUALITY}_basis_idx", QUALITY, ["basis"])
    op.create_table(
        HISTORY,
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("organisation", sa.UnicodeText, primary_key=True),  # empty: the whole portal
        sa.Column("datasets", sa.Integer, nullable=False),
        sa.Column("valid", sa.Integer, nullable=False),
        sa.Column("violations", sa.Integer, nullable=False),
        sa.Column("warnings", sa.Integer, nullable=False),
        sa.Column("score", sa.Float, nullable=False),  # mean
    )


def downgrade() -> None:
    for table in NOTED:
        for event in ("insert", "update", "delete"):
            op.execute(f'DROP TRIGGER IF EXISTS smartcity_{event} ON "{table}"')
        op.execute(f"DROP FUNCTION IF EXISTS smartcity_{table}_changed(), smartcity_{table}_moved()")
    op.execute('DROP TRIGGER IF EXISTS smartcity_update ON "group"')
    op.execute("DROP FUNCTION IF EXISTS smartcity_organisation_changed(), smartcity_bump(text[])")
    for table in (NODE, ADDRESS, HISTORY, QUALITY, FRAGMENT, LINK, CHANGE):
        op.drop_table(table)
    for sequence in (VERSIONS, STAMPS):
        op.execute(f"DROP SEQUENCE IF EXISTS {sequence}")

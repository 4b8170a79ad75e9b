"""The side table of the atlas and its words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "2f6b1d0c7a41"
down_revision = None
branch_labels = None
depends_on = None

ENTRY, WORD = "dresdensmartcity_atlas_entry", "dresdensmartcity_atlas_word"


def upgrade() -> None:
    # Where they are there, nobody needs the right to create them.
    op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        ENTRY,
        sa.Column("package_id", sa.UnicodeText, sa.ForeignKey("package.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("type", sa.UnicodeText, nullable=False),
        sa.Column("entry_id", sa.UnicodeText, nullable=False),
        sa.Column("kind", sa.UnicodeText, nullable=False),
        sa.Column("fields_of_action", ARRAY(sa.UnicodeText), nullable=False),
        sa.Column("focus_areas", ARRAY(sa.UnicodeText), nullable=False),
        sa.Column("title_key", sa.UnicodeText, nullable=False),
        sa.Column("geometry", Geometry("POINT", srid=4326, spatial_index=False)),
        sa.Column("record", JSONB, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("type", "entry_id", name=f"{ENTRY}_id_key"),
    )
    op.create_index(f"{ENTRY}_geometry_idx", ENTRY, ["geometry"], postgresql_using="gist")
    op.create_index(f"{ENTRY}_fields_idx", ENTRY, ["fields_of_action"], postgresql_using="gin")
    op.create_index(f"{ENTRY}_areas_idx", ENTRY, ["focus_areas"], postgresql_using="gin")
    op.create_index(f"{ENTRY}_title_idx", ENTRY, ["title_key", "entry_id"])
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


def downgrade() -> None:
    op.drop_table(WORD)
    op.drop_table(ENTRY)

"""The grid of the vector tiles."""

from __future__ import annotations

revision = "6d2f8b0e3c71"
down_revision = "4c1e7a9d2b60"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

"""The index of the matching."""

from __future__ import annotations

revision = "8e3a9c1f4d82"
down_revision = "6d2f8b0e3c71"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

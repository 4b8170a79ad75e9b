"""What the search filters and sorts by."""

from __future__ import annotations

revision = "4c1e7a9d2b60"
down_revision = "2f6b1d0c7a41"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

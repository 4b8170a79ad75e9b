"""The tables of the tiles.

They stand in a metadata of their own: CKAN empties the tables of its metadata one by one, which would count points out
of a grid that is empty already. These follow the side table by triggers, whoever empties it.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

_metadata = sa.MetaData()

POINT = sa.Table(
    "dresdensmartcity_atlas_point",
    _metadata,
    sa.Column("package_id", sa.UnicodeText, primary_key=True),
    sa.Column("number", sa.BigInteger),
    sa.Column("x", sa.Integer),
    sa.Column("y", sa.Integer),
    sa.Column("code", sa.BigInteger),
    sa.Column("kind", sa.UnicodeText),
    sa.Column("fields", ARRAY(sa.UnicodeText)),
    sa.Column("key", sa.UnicodeText),
    sa.Column("title", sa.UnicodeText),
    sa.Column("place", sa.UnicodeText),
    sa.Column("shown", sa.Boolean),
)
SUMS = ("n", "sum_x", "sum_y", "sum_number")


def _grid(name: str) -> sa.Table:
    return sa.Table(
        name,
        _metadata,
        sa.Column("zoom", sa.SmallInteger),
        sa.Column("fields", sa.UnicodeText),
        sa.Column("cell", sa.BigInteger),
        sa.Column("kind", sa.UnicodeText),
        *(sa.Column(one, sa.BigInteger) for one in SUMS),
    )


CELL = _grid("dresdensmartcity_atlas_cell")
CHANGE = _grid("dresdensmartcity_atlas_cell_change")
BETWEEN = "\x1f"  # stands between two fields of action in `fields`
EVERYTHING = ""  # in `fields`: whatever an entry's fields are

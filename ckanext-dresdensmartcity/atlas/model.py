"""The side table of the atlas: where each entry is, what it is about, and the words that find it.

Derived from the packages and nothing else: index.py fills it and can rebuild it at any time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

WGS84 = 4326


class AtlasEntry(tk.BaseModel):  # type: ignore[misc]
    """One actor or project."""

    __tablename__ = "dresdensmartcity_atlas_entry"

    # The row of a package that is purged goes with it.
    package_id: Mapped[str] = mapped_column(
        sa.UnicodeText, sa.ForeignKey("package.id", ondelete="CASCADE"), primary_key=True
    )
    type: Mapped[str] = mapped_column(sa.UnicodeText)
    entry_id: Mapped[str] = mapped_column(sa.UnicodeText)
    kind: Mapped[str] = mapped_column(sa.UnicodeText)
    fields_of_action: Mapped[list[str]] = mapped_column(ARRAY(sa.UnicodeText))
    focus_areas: Mapped[list[str]] = mapped_column(ARRAY(sa.UnicodeText))
    title_key: Mapped[str] = mapped_column(sa.UnicodeText)  # normalised, to sort by
    geometry: Mapped[Any] = mapped_column(Geometry("POINT", srid=WGS84, spatial_index=False), nullable=True)
    record: Mapped[dict[str, Any]] = mapped_column(JSONB)  # entries.Entry
    changed_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))

    __table_args__ = (
        sa.UniqueConstraint("type", "entry_id", name="dresdensmartcity_atlas_entry_id_key"),
        sa.Index("dresdensmartcity_atlas_entry_geometry_idx", "geometry", postgresql_using="gist"),
        sa.Index("dresdensmartcity_atlas_entry_fields_idx", "fields_of_action", postgresql_using="gin"),
        sa.Index("dresdensmartcity_atlas_entry_areas_idx", "focus_areas", postgresql_using="gin"),
        sa.Index("dresdensmartcity_atlas_entry_title_idx", "title_key", "entry_id"),
    )


class AtlasWord(tk.BaseModel):  # type: ignore[misc]
    """A word that finds an entry."""

    __tablename__ = "dresdensmartcity_atlas_word"

    package_id: Mapped[str] = mapped_column(
        sa.UnicodeText, sa.ForeignKey(AtlasEntry.package_id, ondelete="CASCADE"), primary_key=True
    )
    word: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)  # normalised by text.normalise
    weight: Mapped[float] = mapped_column(sa.Float)

    __table_args__ = (
        sa.Index("dresdensmartcity_atlas_word_idx", "word"),
        # Parts of words and typing errors by trigrams: German compounds are found by nothing else in PostgreSQL.
        sa.Index(
            "dresdensmartcity_atlas_word_trgm_idx",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
        ),
    )

"""The side tables of the atlas: where each entry is, what it is about, and the words that find it.

Derived from the packages and nothing else: index.py fills them and can rebuild them at any time. Triggers of the
migration 4c1e7a9d2b60 do what must happen whoever writes: count the revision, keep the bits of the facets, and hide at
once what a bulk change of CKAN's made private or deleted.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY, BIT, JSONB
from sqlalchemy.orm import Mapped, mapped_column

WGS84 = 4326
BLOCK = 2048  # entries whose facets share one row of bits


class AtlasEntry(tk.BaseModel):  # type: ignore[misc]
    """One actor or project."""

    __tablename__ = "dresdensmartcity_atlas_entry"

    # The row of a package that is purged goes with it.
    package_id: Mapped[str] = mapped_column(
        sa.UnicodeText, sa.ForeignKey("package.id", ondelete="CASCADE"), primary_key=True
    )
    # Stays while the entry stays: what lists of words and bits know it by.
    number: Mapped[int] = mapped_column(sa.Integer, sa.Identity(always=False, start=0, minvalue=0))
    # False from a change that called no hook until index.catch_up has seen it.
    visible: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.true())
    type: Mapped[str] = mapped_column(sa.UnicodeText)
    entry_id: Mapped[str] = mapped_column(sa.UnicodeText)
    kind: Mapped[str] = mapped_column(sa.UnicodeText)
    fields_of_action: Mapped[list[str]] = mapped_column(ARRAY(sa.UnicodeText))
    focus_areas: Mapped[list[str]] = mapped_column(ARRAY(sa.UnicodeText))
    topics: Mapped[list[str]] = mapped_column(ARRAY(sa.UnicodeText))  # offered and needed, with all wider ones
    districts: Mapped[list[str]] = mapped_column(ARRAY(sa.UnicodeText))
    funding: Mapped[list[str]] = mapped_column(ARRAY(sa.UnicodeText))
    status: Mapped[str] = mapped_column(sa.UnicodeText)
    phase: Mapped[str] = mapped_column(sa.UnicodeText)
    title_key: Mapped[str] = mapped_column(sa.UnicodeText)  # normalised, to sort by
    geometry: Mapped[Any] = mapped_column(Geometry("POINT", srid=WGS84, spatial_index=False), nullable=True)
    # Where the search looks for it: its own point, else the outline of its areas or districts.
    place: Mapped[Any] = mapped_column(Geometry("GEOMETRY", srid=WGS84, spatial_index=False), nullable=True)
    place_kind: Mapped[str] = mapped_column(sa.UnicodeText)  # of places.Place
    modified: Mapped[datetime] = mapped_column(sa.DateTime)  # of the package, in UTC as CKAN's own
    last_known: Mapped[date] = mapped_column(sa.Date, nullable=True)  # the last day that somebody confirmed it
    body: Mapped[str] = mapped_column(sa.UnicodeText)  # normalised title, description and topics: phrases look here
    record: Mapped[dict[str, Any]] = mapped_column(JSONB)  # entries.Entry
    changed_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))  # this row

    __table_args__ = (
        sa.UniqueConstraint("type", "entry_id", name="dresdensmartcity_atlas_entry_id_key"),
        sa.UniqueConstraint("number", name="dresdensmartcity_atlas_entry_number_key"),
        sa.Index("dresdensmartcity_atlas_entry_geometry_idx", "geometry", postgresql_using="gist"),
        sa.Index("dresdensmartcity_atlas_entry_place_idx", "place", postgresql_using="gist"),
        sa.Index("dresdensmartcity_atlas_entry_fields_idx", "fields_of_action", postgresql_using="gin"),
        sa.Index("dresdensmartcity_atlas_entry_areas_idx", "focus_areas", postgresql_using="gin"),
        sa.Index("dresdensmartcity_atlas_entry_topics_idx", "topics", postgresql_using="gin"),
        sa.Index("dresdensmartcity_atlas_entry_districts_idx", "districts", postgresql_using="gin"),
        sa.Index(
            "dresdensmartcity_atlas_entry_order_idx",
            *("title_key", "entry_id", "type"),
            postgresql_include=["number"],
            postgresql_where=sa.text("visible"),
        ),
        sa.Index(
            "dresdensmartcity_atlas_entry_modified_idx",
            *(sa.text("modified DESC"), "title_key", "entry_id", "type"),
            postgresql_include=["number"],
            postgresql_where=sa.text("visible"),
        ),
        sa.Index("dresdensmartcity_atlas_entry_known_idx", "last_known", "number", postgresql_where=sa.text("visible")),
    )


class AtlasWord(tk.BaseModel):  # type: ignore[misc]
    """A word that finds entries, once however many they are."""

    __tablename__ = "dresdensmartcity_atlas_word"

    id: Mapped[int] = mapped_column(sa.Integer, sa.Identity(), primary_key=True)
    word: Mapped[str] = mapped_column(sa.UnicodeText)  # normalised by text.normalise
    slips: Mapped[list[str]] = mapped_column(ARRAY(sa.UnicodeText))  # of wording.slips

    __table_args__ = (
        sa.UniqueConstraint("word", name="dresdensmartcity_atlas_word_key"),
        sa.Index("dresdensmartcity_atlas_word_slips_idx", "slips", postgresql_using="gin"),
        # Parts of words and typing errors by trigrams: German compounds are found by nothing else in PostgreSQL.
        sa.Index(
            "dresdensmartcity_atlas_word_trgm_idx",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
        ),
    )


class AtlasPosting(tk.BaseModel):  # type: ignore[misc]
    """That a word finds an entry."""

    __tablename__ = "dresdensmartcity_atlas_posting"

    word: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)  # AtlasWord.id
    number: Mapped[int] = mapped_column(
        sa.Integer,
        sa.ForeignKey(AtlasEntry.number, ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    weight: Mapped[float] = mapped_column(sa.REAL)

    __table_args__ = (sa.Index("dresdensmartcity_atlas_posting_number_idx", "number"),)


class AtlasBits(tk.BaseModel):  # type: ignore[misc]
    """Which entries of a block have a value of a facet: one bit each, so that counting needs no look at the entries."""

    __tablename__ = "dresdensmartcity_atlas_bits"

    facet: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)  # empty: all entries
    value: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    block: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)  # number / BLOCK
    bits: Mapped[str] = mapped_column(BIT(BLOCK))


# One row that counts the transactions that changed the atlas. No model, as CKAN's tests empty the tables of all models.
REVISION = sa.table("dresdensmartcity_atlas_revision", sa.column("number", sa.BigInteger))


class AtlasPending(tk.BaseModel):  # type: ignore[misc]
    """A package that changed its visibility without a hook: index.catch_up writes it anew."""

    __tablename__ = "dresdensmartcity_atlas_pending"

    package_id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)

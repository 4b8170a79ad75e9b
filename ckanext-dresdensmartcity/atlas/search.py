"""Searches the side table: words and their parts, filters, exact counts, facets.

Every value that comes from outside is a bound parameter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import ARRAY, array

from . import wording
from .entries import TYPES, Entry, from_record
from .model import AtlasEntry, AtlasWord
from .query import MOST_WORDS, AtlasQuery
from .text import telling_words

FACETS = ("kind", "field", "area")


@dataclass(frozen=True)
class Result:
    """One page of a search, with the count of all of it."""

    total: int
    entries: tuple[Entry, ...]
    # For each facet the number of entries by value, with all other filters but its own in force.
    facets: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class _Hit:
    """A word of the index that meets the typed word with that number."""

    number: int
    word: str
    likeness: float


def search(query: AtlasQuery) -> Result:
    """One page of entries: by likeness to the text, else by title."""
    found = _found(query)
    total = model.Session.execute(sa.select(sa.func.count()).select_from(found.subquery())).scalar_one()
    page = found.order_by(*_order(found)).limit(query.size).offset((query.page - 1) * query.size)
    return Result(
        total=total,
        entries=tuple(from_record(row.record) for row in model.Session.execute(page)),
        facets={name: _facet(name, query) for name in FACETS},
    )


def everything(query: AtlasQuery) -> tuple[Entry, ...]:
    """All entries of a search, whatever its page, in the same order."""
    found = _found(query)
    return tuple(from_record(row.record) for row in model.Session.execute(found.order_by(*_order(found))))


def one(entry_type: str, identifier: str) -> Entry | None:
    """The entry with that id; None where there is none that everybody may see."""
    row = model.Session.execute(
        _visible(AtlasEntry.record).where(AtlasEntry.type == entry_type, AtlasEntry.entry_id == identifier)
    ).first()
    return from_record(row.record) if row else None


def titles(entry_type: str, identifiers: Sequence[str]) -> dict[str, str]:
    """Titles by id of those entries that are there."""
    rows = model.Session.execute(
        _visible(AtlasEntry.entry_id, AtlasEntry.record["title"].astext.label("title")).where(
            AtlasEntry.type == entry_type, AtlasEntry.entry_id.in_(identifiers)
        )
    )
    return {row.entry_id: row.title for row in rows}


def by_ids(entry_type: str, identifiers: Sequence[str]) -> dict[str, Entry]:
    """Entries by id, those that are there."""
    rows = model.Session.execute(
        _visible(AtlasEntry.record).where(AtlasEntry.type == entry_type, AtlasEntry.entry_id.in_(identifiers))
    )
    entries = [from_record(row.record) for row in rows]
    return {entry.id: entry for entry in entries}


def projects_of(actor_id: str) -> tuple[Entry, ...]:
    """The projects that an actor leads or is a partner of, by title."""
    record = AtlasEntry.record
    rows = model.Session.execute(
        _visible(record)
        .where(
            AtlasEntry.type == "project",
            sa.or_(record["lead"].astext == actor_id, record["partners"].contains([actor_id])),
        )
        .order_by(AtlasEntry.title_key, AtlasEntry.entry_id)
    )
    return tuple(from_record(row.record) for row in rows)


def revision() -> str:
    """Changes whenever the side table does."""
    row = model.Session.execute(_visible(sa.func.count(), sa.func.max(AtlasEntry.changed_at))).one()
    return f"{row[0]}-{row[1].isoformat() if row[1] else ''}"


def _visible(*columns: Any) -> sa.Select[Any]:
    """Only what everybody may see: a bulk change of CKAN's calls no hook, so the package itself is asked."""
    return (
        sa.select(*columns)
        .select_from(AtlasEntry)
        .join(model.Package, model.Package.id == AtlasEntry.package_id)
        .where(model.Package.state == model.State.ACTIVE, ~model.Package.private)
    )


def _found(query: AtlasQuery, without: str = "") -> sa.Select[Any]:
    """The entries of a query, one filter left out."""
    found = _visible(
        AtlasEntry.record,
        AtlasEntry.type,
        AtlasEntry.kind,
        AtlasEntry.fields_of_action,
        AtlasEntry.focus_areas,
        AtlasEntry.title_key,
        AtlasEntry.entry_id,
    )
    if query.kinds and without != "kind":
        types = [kind for kind in query.kinds if kind in TYPES]
        found = found.where(sa.or_(AtlasEntry.type.in_(types), AtlasEntry.kind.in_(set(query.kinds) - set(types))))
    if query.fields and without != "field":
        found = found.where(AtlasEntry.fields_of_action.overlap(list(query.fields)))
    if query.areas and without != "area":
        found = found.where(AtlasEntry.focus_areas.overlap(list(query.areas)))
    if not query.text:
        return found.add_columns(sa.literal(0.0).label("rank"))
    ranks = _ranks(query.text)
    return found.join(ranks, ranks.c.package_id == AtlasEntry.package_id).add_columns(ranks.c.rank)


def _order(found: sa.Select[Any]) -> tuple[Any, ...]:
    columns = {column.key: column for column in found.selected_columns}
    return columns["rank"].desc(), columns["title_key"], columns["entry_id"], columns["type"]


def _ranks(text: str) -> sa.Subquery:
    """The entries that meet every typed word, each with the sum of its best words."""
    typed = telling_words(text)[:MOST_WORDS]
    hits = [hit for number, word in enumerate(typed) for hit in _hits(number, word)]
    given = (
        sa.func.unnest(
            sa.bindparam("numbers", [hit.number for hit in hits], type_=ARRAY(sa.Integer), unique=True),
            sa.bindparam("words", [hit.word for hit in hits], type_=ARRAY(sa.UnicodeText), unique=True),
            sa.bindparam("likenesses", [hit.likeness for hit in hits], type_=ARRAY(sa.Float), unique=True),
        )
        .table_valued("number", "word", "likeness")
        .render_derived(name="hit")
    )
    best = (
        sa.select(
            AtlasWord.package_id,
            given.c.number,
            sa.func.max(given.c.likeness * AtlasWord.weight).label("best"),
        )
        .join(given, given.c.word == AtlasWord.word)
        .group_by(AtlasWord.package_id, given.c.number)
        .subquery()
    )
    return (
        sa.select(best.c.package_id, sa.func.sum(best.c.best).label("rank"))
        .group_by(best.c.package_id)
        # A text without a single letter or digit has no words, and finds nothing.
        .having(sa.func.count() == max(1, len(typed)))
        .subquery()
    )


def _hits(number: int, typed: str) -> list[_Hit]:
    """The words of the index that meet a typed word: the same, with it inside, part of it, or much like it."""
    word = AtlasWord.word
    conditions = [word == typed, word.in_(wording.parts(typed))]
    if len(typed) >= wording.SHORTEST_START:
        conditions.append(word.startswith(typed, autoescape=True))
    if len(typed) >= wording.SHORTEST_INSIDE:
        conditions.append(word.contains(typed, autoescape=True))
    if wording.may_be_mistyped(typed):
        conditions.append(word.op("%>")(typed))
    similarity = sa.func.word_similarity(typed, word)
    rows = model.Session.execute(sa.select(word, similarity.label("similarity")).where(sa.or_(*conditions)).distinct())
    found = [_Hit(number, row.word, wording.likeness(typed, row.word, row.similarity)) for row in rows]
    return sorted((hit for hit in found if hit.likeness > 0), key=lambda hit: hit.word)


def _facet(name: str, query: AtlasQuery) -> dict[str, int]:
    found = _found(query, without=name).subquery()
    if name == "kind":
        # Each entry counts for its type, an actor for its kind as well.
        value = sa.func.unnest(sa.func.array_remove(array([found.c.type, found.c.kind]), "")).label("value")
    else:
        value = sa.func.unnest(found.c.fields_of_action if name == "field" else found.c.focus_areas).label("value")
    values = sa.select(value).select_from(found).subquery()
    rows = model.Session.execute(sa.select(values.c.value, sa.func.count()).group_by(values.c.value))
    return {row[0]: row[1] for row in rows}

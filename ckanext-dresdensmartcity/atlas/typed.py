"""What was typed into the search box: words, and the words of the index that each one means."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import ARRAY

from . import wording
from .model import AtlasPosting, AtlasWord
from .query import MOST_WORDS
from .text import telling_words


@dataclass(frozen=True)
class Hit:
    """A word of the index that meets a typed word."""

    id: int
    word: str
    likeness: float


class Typed:
    """A text, read for one search."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = telling_words(text)[:MOST_WORDS]

    @cached_property
    def hits(self) -> list[list[Hit]]:
        """For each typed word the words of the index that it means."""
        return [hits(word) for word in self.words]

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """What else an entry must meet."""
        return []

    def ranks(self) -> sa.Subquery | None:
        """The numbers of the entries that meet every typed word, each with the sum of its best words."""
        if not self.text:
            return None
        flat = [(number, hit) for number, hits in enumerate(self.hits) for hit in hits]
        given = (
            sa.func.unnest(
                sa.bindparam("numbers", [number for number, _ in flat], type_=ARRAY(sa.Integer), unique=True),
                sa.bindparam("words", [hit.id for _, hit in flat], type_=ARRAY(sa.Integer), unique=True),
                sa.bindparam("likenesses", [hit.likeness for _, hit in flat], type_=ARRAY(sa.REAL), unique=True),
            )
            .table_valued("typed", "word", "likeness")
            .render_derived(name="hit")
        )
        best = (
            sa.select(
                AtlasPosting.number,
                given.c.typed,
                sa.func.max(given.c.likeness * AtlasPosting.weight).label("best"),
            )
            .join(given, given.c.word == AtlasPosting.word)
            .group_by(AtlasPosting.number, given.c.typed)
            .subquery()
        )
        return (
            sa.select(best.c.number, sa.func.sum(best.c.best).label("rank"))
            .group_by(best.c.number)
            # A text without a single letter or digit has no words, and finds nothing.
            .having(sa.func.count() == max(1, len(self.words)))
            .subquery()
        )


def hits(typed: str) -> list[Hit]:
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
    rows = model.Session.execute(sa.select(AtlasWord.id, word, similarity.label("similarity")).where(sa.or_(*conditions)))
    found = [Hit(row.id, row.word, wording.likeness(typed, row.word, row.similarity)) for row in rows]
    return sorted((hit for hit in found if hit.likeness > 0), key=lambda hit: hit.word)

"""What to do when a search finds nothing: another spelling, a word or a filter less, each with what it would find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import sqlalchemy as sa
from ckan import model

from . import search, wording
from .model import AtlasWord
from .query import AtlasQuery
from .typed import Typed, hits

MOST_SPELLINGS = 3
MOST_WORDS_LEFT_OUT = 6  # each costs one count
LEAST_ALIKE = 0.12  # similarity of pg_trgm
MOST_SLIPS = 3
COMPARED = 300  # of the words that are most alike


@dataclass(frozen=True)
class Suggestion:
    """Another query, which finds something."""

    kind: Literal["spelling", "word", "filter"]
    what: str  # the word that is meant; the word, or the parameter of the filter, that is left out
    query: AtlasQuery
    count: int  # of entries that it finds: exact


def suggestions(query: AtlasQuery) -> tuple[Suggestion, ...]:
    """For a query that finds nothing: what would find something, the smallest change first."""
    found = [one for one in _changed(query) if one.count]
    rank = {"spelling": 0, "filter": 1, "word": 2}
    return tuple(sorted(found, key=lambda one: (rank[one.kind], -one.count)))


def _changed(query: AtlasQuery) -> Iterator[Suggestion]:
    typed = Typed(query.text)
    for word in typed.words:
        if not hits(word):
            for meant in _alike(word):
                changed = replace(query, text=_with(typed.words, word, meant), page=1)
                yield Suggestion("spelling", meant, changed, search.count(changed))
    if len(typed.words) > 1:
        for word in typed.words[:MOST_WORDS_LEFT_OUT]:
            changed = replace(query, text=_with(typed.words, word, ""), page=1)
            yield Suggestion("word", word, changed, search.count(changed))
    for name in query.set_parameters:
        if name != "q" or len(query.set_parameters) > 1:
            changed = query.without(name)
            yield Suggestion("filter", name, changed, search.count(changed))


def _with(words: tuple[str, ...], word: str, other: str) -> str:
    return " ".join(filter(None, (other if one == word else one for one in words)))


def _alike(typed: str) -> list[str]:
    """Words of the index that look like one that finds nothing."""
    if not wording.may_be_mistyped(typed):
        return []
    word = AtlasWord.word
    alike = sa.func.similarity(word, typed)
    rows = model.Session.execute(
        sa.select(word).where(alike >= LEAST_ALIKE).order_by(alike.desc(), word).limit(COMPARED)
    ).scalars()
    near = sorted((wording.apart(typed, one), one) for one in rows)
    return [one for away, one in near if away <= MOST_SLIPS][:MOST_SPELLINGS]

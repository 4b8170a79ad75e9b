"""What was typed into the search box, and the words of the index that each typed word means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import ARRAY

from . import wording
from .language.translations import PAIR
from .model import AtlasEntry, AtlasPosting, AtlasWord
from .query import MOST_WORDS
from .text import normalise, telling_words, words

PHRASE = re.compile(r'["„“”«»]([^"„“”«»]*)["“”„«»]')
EXCLUDED = re.compile(r"(?:^|(?<=\s))[-−–]([^\W_][^\s]*)")
MOST_HITS = 2_000  # words of the index for one typed word: the best; more mean anything
MOST_COMPARED = 300  # words of the index that a word which is not there is compared with letter by letter
SLIPPED_TWICE = 9  # letters from which a word may be two slips away
KEPT = 4_000  # typed words of which the hits are remembered


@dataclass(frozen=True)
class Hit:
    """A word of the index that meets a typed word."""

    id: int
    word: str
    likeness: float
    part: int = 0  # 0: the whole typed word; else the number of the part of a compound
    share: float = 1.0  # of the compound
    mistyped: bool = False


class Typed:
    """A text, read for one search: words that must all be met, phrases, and words that must not be there."""

    def __init__(self, text: str) -> None:
        self.text = text
        rest = PHRASE.sub(lambda found: f" {found[1]} ", text)
        self.phrases = tuple(filter(None, (normalise(one) for one in PHRASE.findall(text))))
        self.excluded = tuple(word for one in EXCLUDED.findall(rest) for word in words(one))[:MOST_WORDS]
        self.words = tuple(telling_words(EXCLUDED.sub(" ", rest))[:MOST_WORDS])

    @cached_property
    def hits(self) -> list[tuple[Hit, ...]]:
        """For each typed word the words of the index that it means."""
        found = [hits(word) for word in self.words]
        for at, (word, follows) in enumerate(pairwise(self.words)):
            both = hits(word + PAIR + follows)
            found[at] += both
            found[at + 1] += both
        return found

    @property
    def asks(self) -> bool:
        """Whether the text narrows the search at all."""
        return bool(self.text)

    @property
    def read_as(self) -> dict[str, str]:
        """Typed words that were taken for typing errors, and the likeliest word that was meant."""
        found = {}
        for typed, meant in zip(self.words, self.hits, strict=True):
            if meant and all(hit.mistyped or hit.part for hit in meant):
                best = max((hit for hit in meant if hit.mistyped), key=lambda hit: hit.likeness, default=None)
                if best:
                    found[typed] = best.word
        return found

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """What an entry itself must meet beside the words: phrases stand in its text as they are."""
        return [AtlasEntry.body.contains(f" {phrase} ", autoescape=True) for phrase in self.phrases]

    def ranks(self) -> sa.Select[Any] | None:
        """The numbers of the entries that meet every typed word, each with the sum of its best words."""
        if not self.asks:
            return None
        slots = [(typed, part) for typed, meant in enumerate(self.hits) for part in sorted({hit.part for hit in meant})]
        flat = [
            (slots.index((typed, hit.part)), hit.id, hit.likeness)
            for typed, meant in enumerate(self.hits)
            for hit in meant
        ]
        without = [hit.id for word in self.excluded for hit in hits(word) if not hit.part and not hit.mistyped]
        flat += [(len(slots), word, 0.0) for word in without]
        given = (
            sa.func.unnest(
                sa.bindparam("slots", [slot for slot, _, _ in flat], type_=ARRAY(sa.Integer), unique=True),
                sa.bindparam("words", [word for _, word, _ in flat], type_=ARRAY(sa.Integer), unique=True),
                sa.bindparam("likenesses", [like for _, _, like in flat], type_=ARRAY(sa.REAL), unique=True),
            )
            .table_valued("slot", "word", "likeness")
            .render_derived(name="hit")
        )
        worth = given.c.likeness * AtlasPosting.weight
        best = [sa.func.max(worth).filter(given.c.slot == slot) for slot in range(len(slots) + 1)]
        met, rank = self._met(slots, best)
        if without:
            met.append(best[len(slots)].is_(None))
        return (
            sa.select(AtlasPosting.number, rank.label("rank"))
            .join(given, given.c.word == AtlasPosting.word)
            .group_by(AtlasPosting.number)
            .having(sa.and_(*met))
        )

    def _met(
        self, slots: Sequence[tuple[int, int]], best: Sequence[Any]
    ) -> tuple[list[sa.ColumnElement[bool]], sa.ColumnElement[float]]:
        """Whether an entry meets each typed word, and how well it meets them all."""
        if not all(self.hits) or not self.hits:
            # A text without a single letter or digit has no words, and finds nothing; nor does a word of no entry.
            return [sa.false()], sa.literal(0.0)
        met: list[sa.ColumnElement[bool]] = []
        points: list[Any] = []
        for typed, meant in enumerate(self.hits):
            shares = {hit.part: hit.share for hit in meant}
            whole = best[slots.index((typed, 0))] if (typed, 0) in slots else sa.null()
            parts = [(best[slots.index((typed, part))], share) for part, share in sorted(shares.items()) if part]
            if 1 not in shares:
                met.append(whole.is_not(None))
                points.append(whole)
                continue
            made_up: Any = sum(sa.case((slot.is_not(None), share), else_=0.0) for slot, share in parts)
            worth: Any = sum(sa.func.coalesce(slot, 0.0) * share for slot, share in parts)
            # The first part says what it is about: a Krankenhaus is no other Haus.
            by_parts = sa.and_(parts[0][0].is_not(None), made_up >= wording.LEAST_SHARE)
            met.append(sa.or_(whole.is_not(None), by_parts))
            points.append(sa.func.greatest(sa.func.coalesce(whole, 0.0), worth))
        rank: Any = sum(points[1:], points[0])
        return met, rank


_kept: dict[str, tuple[Hit, ...]] = {}
_kept_at = ""


def remember(revision: str) -> None:
    """Forget the hits of words where the index has changed since."""
    global _kept_at  # one for each process
    if revision != _kept_at or len(_kept) > KEPT:
        _kept.clear()
        _kept_at = revision


def hits(typed: str) -> tuple[Hit, ...]:
    """The words of the index that a typed word means, the best first."""
    if typed not in _kept:
        _kept[typed] = _hits(typed)
    return _kept[typed]


def _hits(typed: str) -> tuple[Hit, ...]:
    forms = tuple(wording.translated(typed)) if PAIR in typed else wording.forms(typed)
    if not forms:
        return ()
    found: dict[tuple[int, int], Hit] = {}
    rows = _look_up([form.text for form in forms])
    parts = [form.text for form in forms if form.share < 1]
    for form in forms:
        part = parts.index(form.text) + 1 if form.share < 1 else 0
        for identifier, word in rows:
            like = wording.likeness(form.text, word)
            if (form.whole and like == wording.HOLDS) or (form.factor == wording.TRANSLATED and like < wording.HOLDS):
                continue
            if like > 0 and (part == 0 or word.find(form.text) >= 0 or word in form.text):
                _keep(found, Hit(identifier, word, like * form.factor, part, form.share))
    there = any(hit.word == typed for hit in found.values())
    if wording.may_be_mistyped(typed) and not there and not (found and wording.is_known(typed)):
        for hit in _mistyped(typed):
            _keep(found, hit)
    return tuple(sorted(found.values(), key=lambda hit: (-hit.likeness, hit.word))[:MOST_HITS])


def _keep(found: dict[tuple[int, int], Hit], hit: Hit) -> None:
    known = found.get((hit.id, hit.part))
    if known is None or known.likeness < hit.likeness:
        found[hit.id, hit.part] = hit


def _look_up(texts: list[str]) -> list[tuple[int, str]]:
    """Words of the index that are one of the texts, begin with it, hold it, or are a good part of it."""
    word = AtlasWord.word
    conditions = [word.in_([part for text in texts for part in (text, *wording.parts(text))])]
    for text in texts:
        if len(text) >= wording.SHORTEST_INSIDE:
            conditions.append(word.contains(text, autoescape=True))
        elif len(text) >= wording.SHORTEST_START:
            conditions.append(word.startswith(text, autoescape=True))
    rows = model.Session.execute(sa.select(AtlasWord.id, word).where(sa.or_(*conditions)))
    return [(row.id, row.word) for row in rows]


def _mistyped(typed: str) -> list[Hit]:
    """Words that are one slip away, those that hold one of them, and those that are much alike."""
    word = AtlasWord.word
    given = sa.bindparam("slips", list(wording.slips(typed)), type_=ARRAY(sa.UnicodeText), unique=True)
    slipped = {
        row.word: row.id
        for row in model.Session.execute(sa.select(AtlasWord.id, word).where(AtlasWord.slips.overlap(given)))
        if one_slip(typed, row.word)
    }
    found = [Hit(identifier, meant, wording.MISTYPED, mistyped=True) for meant, identifier in slipped.items()]
    for identifier, held in _look_up([meant for meant in slipped if len(meant) >= wording.SHORTEST_PART]):
        if held not in slipped and any(held.startswith(meant) or meant in held for meant in slipped):
            found.append(Hit(identifier, held, wording.MISTYPED * wording.HOLDS, mistyped=True))
    if slipped:
        return found
    similarity = sa.func.word_similarity(typed, word)
    rows = model.Session.execute(
        sa.select(AtlasWord.id, word).where(word.op("%>")(typed)).order_by(similarity.desc()).limit(MOST_COMPARED)
    )
    most = 2 if len(typed) >= SLIPPED_TWICE else 1
    for row in rows:
        away = wording.apart(typed, row.word)
        if 0 < away <= most:
            found.append(Hit(row.id, row.word, wording.MISTYPED * wording.HOLDS / away, mistyped=True))
    return found


def one_slip(one: str, other: str) -> bool:
    """Whether two words are the same but for one letter too many, too few or another, or two that changed places."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if left[1:] == right[1:] or left[1:] == right or left == right[1:]:
        return True
    return left[2:] == right[2:] and left[:2] == right[1::-1]

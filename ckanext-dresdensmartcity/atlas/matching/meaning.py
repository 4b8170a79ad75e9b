"""Likeness of short texts by what their words mean.

Each word of a phrase looks for the word of the other phrase that lies nearest to it; what it finds counts by how much
the word tells (a soft alignment; Rus and Lintean 2012). What is asked for counts more than what else is said. The pairs
of words are the reason that people are shown.

All sums are of whole numbers, so that a pair of phrases is as near whether it is computed alone or among a million.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ..language import Lexicon, Sense, senses
from ..language.lexicon import DIMENSIONS
from .arrays import Array, Numbers, Rows, Texts, Values, ranges

LEAST = 0.25  # cosine from which on two words have something to do with each other; nearness is its power of 1.5
ASKED, SAID = 0.7, 0.3  # weights of the two directions
SAME_START = 6  # letters that make two words one: "bewaesserung", "bewaessern"
TELLING = 0.25  # nearness from which on a pair of words is a reason
ONE = 1_000_000  # the whole number that stands for a nearness of 1
VECTOR = 2_000  # length of a vector of whole numbers; its square is a whole number that 32 bits of float hold
WEIGHT = 1_000
KEPT_TEXTS = 20_000  # readings kept in memory

Reader = Callable[[str], tuple[Sense, ...]]
Vectors = npt.NDArray[np.float32]


def reader(lexicon: Lexicon, ignored: frozenset[str]) -> Reader:
    """Reads a text word by word, each text once; `ignored` words tell nothing."""

    @lru_cache(KEPT_TEXTS)
    def read(text: str) -> tuple[Sense, ...]:
        return senses(text, lexicon, ignored)

    return read


@dataclass(frozen=True)
class Pair:
    """A word of one phrase and the nearest of the other, as they stand there, normalised."""

    one: str
    other: str
    nearness: float  # in [0, 1]


@dataclass(frozen=True)
class Words:
    """Different words with what is needed to compare them."""

    vectors: Vectors  # [words, dimensions], whole numbers
    lengths: npt.NDArray[np.float64]
    starts: npt.NDArray[np.uint64]  # the first letters
    order: Numbers  # of words by their first letters

    @classmethod
    def of(cls, found: Sequence[Sense]) -> Words:
        vectors = np.array([one.vector for one in found], dtype=np.float64).reshape(len(found), DIMENSIONS)
        vectors = np.rint(vectors * VECTOR)
        starts = np.array([_start(one.word) for one in found], dtype=np.uint64)
        lengths = np.sqrt((vectors * vectors).sum(axis=1))
        return cls(vectors.astype(np.float32), lengths, starts, np.argsort(starts, kind="stable"))

    def take(self, which: Array) -> Words:
        starts = self.starts[which]
        return Words(self.vectors[which], self.lengths[which], starts, np.argsort(starts, kind="stable"))

    def joined(self, more: Words) -> Words:
        """These words and then those of `more`."""
        starts = np.concatenate([self.starts, more.starts])
        return Words(
            np.concatenate([self.vectors, more.vectors]),
            np.concatenate([self.lengths, more.lengths]),
            starts,
            np.argsort(starts, kind="stable"),
        )

    def near(self, asked: Words) -> Near:
        """The own words that lie near each asked word; words that begin the same are one."""
        # Cheap first: nearly all pairs of words have nothing to do with each other. Rounding has changed the lengths
        # of vectors by much less than the hundredth that is left here.
        likely = asked.vectors @ self.vectors.T
        rows, columns = np.divmod(np.flatnonzero(likely > 0.99 * LEAST * VECTOR * VECTOR), max(1, len(self.lengths)))
        cosine = likely[rows, columns].astype(np.float64) / (asked.lengths[rows] * self.lengths[columns])
        share = np.clip((cosine - LEAST) / (1 - LEAST), 0.0, 1.0)
        nearness = np.rint(ONE * share * np.sqrt(share))
        same_rows, same = self._beginning(asked)
        return Near(rows, columns, nearness, same_rows, same)

    def _beginning(self, asked: Words) -> tuple[Numbers, Numbers]:
        """Pairs of asked and own words that begin the same."""
        in_order = self.starts[self.order]
        first = np.searchsorted(in_order, asked.starts, side="left")
        counts = np.searchsorted(in_order, asked.starts, side="right") - first
        rows = np.repeat(np.arange(len(asked.starts)), counts)
        return rows, self.order[ranges(first, counts)].astype(np.int64)


@dataclass(frozen=True)
class Near:
    """Pairs of asked and own words that lie near each other, and those that begin the same; in the order of rows."""

    rows: Numbers  # asked words
    columns: Numbers
    nearness: npt.NDArray[np.float64]  # whole numbers in [0, ONE]
    same_rows: Numbers
    same: Numbers

    def of(self, first: int, last: int) -> tuple[Numbers, Numbers, Values]:
        """Rows from 0, columns, nearness of the asked words from `first` to before `last`; a pair may stand twice."""
        start, end = np.searchsorted(self.rows, (first, last))
        same_start, same_end = np.searchsorted(self.same_rows, (first, last))
        return (
            np.concatenate([self.rows[start:end], self.same_rows[same_start:same_end]]) - first,
            np.concatenate([self.columns[start:end], self.same[same_start:same_end]]),
            np.concatenate([self.nearness[start:end], np.full(same_end - same_start, float(ONE))]),
        )


@dataclass(frozen=True)
class Phrase:
    """One phrase as it is compared."""

    words: Words
    weights: Numbers


def key_of(sense: Sense) -> str:
    """Names a word in one meaning: German and English spell many a word the same ("die", "band")."""
    return f"{sense.word} {zlib.crc32(sense.vector.tobytes()):08x}"


def phrase_of(found: Sequence[Sense]) -> Phrase:
    return Phrase(Words.of(found), _weights(found))


class MeaningTable:
    """Different phrases; answers how near in meaning each is to one phrase.

    The vector of a word is kept once, however many phrases have it.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        """The arrays as `arrays` gives them."""
        self.names = Texts(Rows(arrays["names.starts"], arrays["names.values"]))
        self.word_names = Texts(Rows(arrays["words.starts"], arrays["words.values"]))
        self._words = Words(arrays["vectors"], arrays["lengths"], arrays["beginnings"], arrays["order"])
        self._phrases = Rows(arrays["phrases.starts"], arrays["phrases.values"])
        self._weights: Numbers = arrays["weights"]
        self._totals: Numbers = arrays["totals"]
        self._standing = Rows(arrays["standing.starts"], arrays["standing.values"])  # of each word: phrases
        self._standing_weights: Numbers = arrays["standing.weights"]

    @staticmethod
    def arrays(names: Sequence[str], read: Reader, old: MeaningTable | None = None) -> dict[str, Array]:
        """The phrases of an old table and then those that are new."""
        known = {word: at for at, word in enumerate(old.word_names)} if old else {}
        fresh: list[Sense] = []
        readings = [read(name) for name in names]
        for sense in (sense for reading in readings for sense in reading):
            if key_of(sense) not in known:
                known[key_of(sense)] = len(known)
                fresh.append(sense)
        phrases = Rows.of([[known[key_of(sense)] for sense in reading] for reading in readings])
        weights = _weights([sense for reading in readings for sense in reading])
        words, texts = Words.of(fresh), Texts.of(map(key_of, fresh))
        every = Texts.of(names)
        if old:
            phrases, weights = old._phrases.joined(phrases), np.concatenate([old._weights, weights])
            words = old._words.joined(words)
            texts, every = Texts(old.word_names.rows.joined(texts.rows)), Texts(old.names.rows.joined(every.rows))
        inverted = phrases.inverted(len(texts))
        return {
            "names.starts": every.rows.starts,
            "names.values": every.rows.values,
            "words.starts": texts.rows.starts,
            "words.values": texts.rows.values,
            "vectors": words.vectors,
            "lengths": words.lengths,
            "beginnings": words.starts,
            "order": words.order,
            "phrases.starts": phrases.starts,
            "phrases.values": phrases.values,
            "weights": weights,
            "totals": phrases.totals(weights),
            "standing.starts": inverted.starts,
            "standing.values": phrases.owners()[inverted.values],
            "standing.weights": weights[inverted.values],
        }

    def phrase(self, number: int) -> Phrase:
        """A phrase of the table, to be compared with all."""
        start, end = self._phrases.starts[number : number + 2]
        return Phrase(self._words.take(self._phrases.values[start:end]), self._weights[start:end])

    def nearness(self, phrases: Sequence[Phrase], *, asks: bool) -> Iterator[Numbers]:
        """For each of `phrases` the nearness of each phrase of the table to it, which asks or is asked; in [0, ONE]."""
        nothing = np.zeros((0, DIMENSIONS), dtype=np.float32)
        every = np.concatenate([nothing, *(phrase.words.vectors for phrase in phrases)])
        if not len(every) or not len(self._words.lengths):
            yield from (np.zeros(len(self._phrases), dtype=np.int64) for _ in phrases)
            return
        near = self._words.near(
            Words(
                every,
                np.concatenate([phrase.words.lengths for phrase in phrases]),
                np.concatenate([phrase.words.starts for phrase in phrases]),
                np.zeros(0, dtype=np.int64),  # only the own words are looked up
            )
        )
        first = 0
        for phrase in phrases:
            last = first + len(phrase.weights)
            yield self._nearness(phrase, *near.of(first, last), asks)
            first = last

    def _nearness(self, phrase: Phrase, rows: Numbers, columns: Numbers, nearness: Values, asks: bool) -> Numbers:
        here, there = self._met(phrase, rows, columns, nearness), self._said(columns, nearness)
        found = np.zeros(len(self._phrases), dtype=np.int64)
        touched = np.flatnonzero(here)
        mine, theirs = here[touched] / max(1, int(phrase.weights.sum())), there[touched] / self._totals[touched]
        asked, said = (mine, theirs) if asks else (theirs, mine)
        found[touched] = np.rint(ASKED * asked + SAID * said)
        return found

    def _met(self, phrase: Phrase, rows: Numbers, columns: Numbers, nearness: Values) -> Values:
        """Of each phrase of the table: the words of `phrase`, each with its nearest there."""
        count = len(self._phrases)
        best = np.zeros(len(phrase.weights) * count)
        places, counts = self._standing.places(columns)
        where = np.repeat(rows * count, counts) + self._standing.values[places]
        np.maximum.at(best, where, np.repeat(nearness, counts))
        total: Values = phrase.weights @ best.reshape(len(phrase.weights), count)
        return total

    def _said(self, columns: Numbers, nearness: Values) -> Values:
        """Of each phrase of the table its own words, each with its nearest in the phrase that is compared."""
        best = np.zeros(len(self._words.lengths))
        np.maximum.at(best, columns, nearness)
        columns = np.flatnonzero(best).astype(np.int64)
        places, counts = self._standing.places(columns)
        worth = self._standing_weights[places] * np.repeat(best[columns], counts)
        found = np.bincount(self._standing.values[places], weights=worth, minlength=len(self._phrases))
        return found.astype(np.float64, copy=False)


def nearness_of(asked: str, said: str, read: Reader) -> int:
    """How near one phrase is to one that asks, in [0, ONE]."""
    (found,) = MeaningTable(MeaningTable.arrays([said], read)).nearness([phrase_of(read(asked))], asks=True)
    return int(found[0])


def pairs(asked: str, said: str, read: Reader) -> tuple[Pair, ...]:
    """The pairs of words that make two texts near, the most telling first; each word of `asked` once."""
    mine, theirs = read(asked), read(said)
    if not mine or not theirs:
        return ()
    rows, columns, nearnesses = Words.of(theirs).near(Words.of(mine)).of(0, len(mine))
    near = np.zeros((len(mine), len(theirs)))
    np.maximum.at(near, (rows, columns), nearnesses / ONE)
    found: dict[str, tuple[float, Pair]] = {}
    for row, sense in enumerate(mine):
        at = int(near[row].argmax())
        nearness = float(near[row, at])
        if nearness >= TELLING:
            one = (nearness * sense.weight, Pair(sense.source, theirs[at].source, nearness))
            found[sense.source] = max(found.get(sense.source, one), one, key=lambda pair: pair[0])
    return tuple(pair for _, pair in sorted(found.values(), key=lambda one: (-one[0], one[1].one)))


def _weights(found: Iterable[Sense]) -> Numbers:
    return np.array([round(one.weight * WEIGHT) for one in found], dtype=np.int64)


def _start(word: str) -> int:
    """The first letters as a number: what stands for the word when words are compared by their letters."""
    return int.from_bytes(word[:SAME_START].encode("ascii", "replace"), "big")

"""Likeness of short texts by the word parts they share: runs of three to five letters, rare ones counting more.

How much a run tells comes from words that stand in no entry: so a new entry changes nothing for the others. All sums
are of whole numbers, so that a pair of phrases is as like whether it is computed alone or among a million.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ..text import LONGEST_GRAM, SHORTEST_GRAM, words
from .arrays import Array, Numbers, Rows, Texts

ONE = 1_000_000  # the whole number that stands for a likeness of 1
TELLING = 1_024  # the whole number that stands for a run that tells 1
KEPT_WORDS = 50_000

Codes = npt.NDArray[np.uint64]


@lru_cache(KEPT_WORDS)
def runs(word: str) -> tuple[int, ...]:
    """The runs of letters in a word with its edges as spaces, as numbers; a run that is there twice comes twice."""
    padded = f" {word} "
    found: list[int] = []
    for size in range(SHORTEST_GRAM, LONGEST_GRAM + 1):
        if len(padded) <= size:
            found.append(_code(padded))
            break
        found += [_code(padded[start : start + size]) for start in range(len(padded) - size + 1)]
    return tuple(found)


def _code(run: str) -> int:
    return int.from_bytes(run.encode("ascii", "replace"), "big")


@dataclass(frozen=True)
class Rarity:
    """How telling each run of letters is: the square of its inverse frequency among some words."""

    codes: Codes  # sorted
    telling: Numbers
    unseen: int

    @classmethod
    def among(cls, background: Iterable[str]) -> Rarity:
        """Of the words of the background."""
        every = list(background)
        counts = Counter(code for word in every for code in set(runs(word)))
        codes = np.array(sorted(counts), dtype=np.uint64)
        tells = [_telling(len(every), counts[int(code)]) for code in codes]
        return cls(codes, np.array(tells, dtype=np.int64), _telling(len(every), 0))

    def of(self, codes: Codes) -> Numbers:
        if not len(self.codes):
            return np.full(len(codes), self.unseen, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        return np.where(self.codes[at] == codes, self.telling[at], self.unseen)


def _telling(count: int, of_them: int) -> int:
    return round(TELLING * (math.log((1 + count) / (1 + of_them)) + 1) ** 2)


@dataclass(frozen=True)
class Spelled:
    """One phrase as it is compared: its different runs, what each is worth, and the square of its length."""

    codes: Codes
    worth: Numbers
    square: int


class Speller:
    """Takes phrases apart."""

    def __init__(self, rarity: Rarity, ignored: frozenset[str]) -> None:
        """`ignored` are words that tell nothing, normalised."""
        self.rarity, self.ignored = rarity, ignored

    def words(self, phrase: str) -> list[str]:
        return [word for word in words(phrase) if word not in self.ignored]

    def spelled(self, found: Iterable[str]) -> Spelled:
        """Of words."""
        codes, counts = np.unique(
            np.array([code for word in found for code in runs(word)], dtype=np.uint64), return_counts=True
        )
        worth = counts * self.rarity.of(codes)
        return Spelled(codes, worth, int((worth * counts).sum()))


class SpellingTable:
    """Different phrases; answers how like each is to one phrase. Each different word is taken apart once."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        """The arrays as `arrays` gives them."""
        self.names = Texts(Rows(arrays["names.starts"], arrays["names.values"]))
        self.word_names = Texts(Rows(arrays["words.starts"], arrays["words.values"]))
        self._phrases = Rows(arrays["phrases.starts"], arrays["phrases.values"])
        self._squares: Numbers = arrays["squares"]
        self._codes: Codes = arrays["codes"]
        self._holding = Rows(arrays["holding.starts"], arrays["holding.values"])  # of each run: the words
        self._standing = Rows(arrays["standing.starts"], arrays["standing.values"])  # of each word: the phrases

    @staticmethod
    def arrays(names: Sequence[str], speller: Speller, old: SpellingTable | None = None) -> dict[str, Array]:
        """The phrases of an old table and then those that are new."""
        known = {word: at for at, word in enumerate(old.word_names)} if old else {}
        found = [speller.words(name) for name in names]
        numbered = [[known.setdefault(word, len(known)) for word in one] for one in found]
        phrases = Rows.of(numbered)
        squares = np.array([speller.spelled(one).square for one in found], dtype=np.int64)
        every = Texts.of(names)
        if old:
            phrases, squares = old._phrases.joined(phrases), np.concatenate([old._squares, squares])
            every = Texts(old.names.rows.joined(every.rows))
        texts = Texts.of(known)
        parts = Rows.of([runs(word) for word in known], np.uint64)
        codes, places = np.unique(parts.values, return_inverse=True)
        holding = parts.with_values(places).inverted(len(codes))
        standing = phrases.inverted(len(texts))
        return {
            "standing.starts": standing.starts,
            "standing.values": phrases.owners()[standing.values],
            "names.starts": every.rows.starts,
            "names.values": every.rows.values,
            "words.starts": texts.rows.starts,
            "words.values": texts.rows.values,
            "phrases.starts": phrases.starts,
            "phrases.values": phrases.values,
            "squares": squares,
            "codes": codes,
            "holding.starts": holding.starts,
            "holding.values": parts.owners()[holding.values],
        }

    def phrase(self, number: int, speller: Speller) -> Spelled:
        """A phrase of the table, to be compared with all."""
        return speller.spelled([self.word_names[word] for word in self._phrases.row(number)])

    def likeness(self, phrase: Spelled) -> Numbers:
        """Of each phrase of the table the cosine with `phrase`, in [0, ONE]."""
        found = np.zeros(len(self._phrases), dtype=np.int64)
        if not len(phrase.codes) or not len(self._codes):
            return found
        at = np.minimum(np.searchsorted(self._codes, phrase.codes), len(self._codes) - 1)
        there = self._codes[at] == phrase.codes
        places, counts = self._holding.places(at[there])
        by_word = np.bincount(
            self._holding.values[places],
            weights=np.repeat(phrase.worth[there], counts),
            minlength=len(self.word_names),
        )
        # Most words have no run in common with the phrase: only where the others stand is looked at.
        alike = np.flatnonzero(by_word)
        places, counts = self._standing.places(alike)
        shared = np.bincount(
            self._standing.values[places], weights=np.repeat(by_word[alike], counts), minlength=len(self._phrases)
        )
        touched = np.flatnonzero(shared)
        length = np.sqrt(float(phrase.square) * self._squares[touched])
        found[touched] = np.rint(ONE * np.minimum(1.0, shared[touched] / length))
        return found

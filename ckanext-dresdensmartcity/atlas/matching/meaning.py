"""Likeness of short texts by what their words mean.

Each word of a phrase looks for the word of the other phrase that lies nearest to it; what it finds counts by how much
the word tells (a soft alignment; Rus and Lintean 2012). What the project asks for counts more than what else the actor
says. The pairs of words are the reason that people are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..language import Lexicon, Sense, senses
from .ngrams import Values

LEAST = 0.25  # cosine from which on two words have something to do with each other
SHARPNESS = 1.5  # near words count much more than distant ones
ASKED, SAID = 0.7, 0.3  # weights of the two directions
SAME_START = 6  # letters that make two words one: "bewaesserung", "bewaessern"
TELLING = 0.25  # nearness from which on a pair of words is a reason

Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Pair:
    """A word of one phrase and the nearest of the other, as they stand there, normalised."""

    one: str
    other: str
    nearness: float  # in [0, 1]


class MeaningIndex:
    """Phrases of several owners; answers how near in meaning each owner's best phrase is to a text.

    The vector of a word is kept once, however many phrases have it.
    """

    def __init__(self, lexicon: Lexicon, phrases: Sequence[Sequence[str]], ignored: frozenset[str]) -> None:
        """`phrases[i]` are the phrases of the owner number i; `ignored` words tell nothing."""
        self._lexicon, self._owners, self._ignored = lexicon, len(phrases), ignored
        found = [(owner, phrase, self._read(phrase)) for owner, own in enumerate(phrases) for phrase in own]
        flat = [one for one in found if one[2]]
        self._owner: Numbers = np.array([owner for owner, _, _ in flat], dtype=np.intp)
        self._phrase = [phrase for _, phrase, _ in flat]
        lengths = [len(read) for _, _, read in flat]
        self._starts: Numbers = np.cumsum([0, *lengths], dtype=np.intp)[:-1]
        every = [sense for _, _, read in flat for sense in read]
        words = {sense.word: sense for sense in every}
        number = {word: at for at, word in enumerate(words)}
        self._word: Numbers = np.array([number[sense.word] for sense in every], dtype=np.intp)
        self._weights: Values = np.array([sense.weight for sense in every], dtype=np.float64)
        self._vectors: Values = np.array([sense.vector for sense in words.values()], dtype=np.float64)
        self._beginnings = np.array([_beginning(word) for word in words])

    def _read(self, text: str) -> tuple[Sense, ...]:
        return senses(text, self._lexicon, self._ignored)

    def _likeness(self, text: str) -> Values:
        """Nearness of `text` to each phrase."""
        asked = self._read(text)
        if not asked or not self._phrase:
            return np.zeros(len(self._phrase))
        near = _nearness(asked, self._vectors, self._beginnings)
        # Each word of the text with the nearest of each phrase, and each word of a phrase with the nearest of the text.
        met = _weights(asked) @ np.maximum.reduceat(near[:, self._word], self._starts, axis=1)
        said = np.add.reduceat(self._weights * near.max(axis=0)[self._word], self._starts)
        said /= np.add.reduceat(self._weights, self._starts)
        # Rounded, as sums of matrices differ in the last digits with the number of phrases beside.
        likeness: Values = np.round(ASKED * met / _weights(asked).sum() + SAID * said, 6)
        return likeness

    def best(self, text: str) -> Values:
        """For each owner the nearness of `text` to the nearest of its phrases, in [0, 1]."""
        best = np.zeros(self._owners)
        np.maximum.at(best, self._owner, self._likeness(text))
        return best

    def best_phrase(self, text: str, owner: int) -> tuple[str, float]:
        """The nearest phrase of one owner and how near it is; the first of several, ("", 0) where it has none."""
        own = [self._phrase[number] for number in np.flatnonzero(self._owner == owner)]
        if not own:
            return "", 0.0
        alone = MeaningIndex(self._lexicon, [own], self._ignored)  # the others' phrases change nothing
        likeness = alone._likeness(text)
        number = int(np.argmax(likeness))
        return own[number], float(likeness[number])

    def pairs(self, text: str, phrase: str) -> tuple[Pair, ...]:
        """The pairs of words that make two texts near, the most telling first; each word of `text` once."""
        asked, said = self._read(text), self._read(phrase)
        if not asked or not said:
            return ()
        vectors = np.array([sense.vector for sense in said], dtype=np.float64)
        near = _nearness(asked, vectors, np.array([_beginning(sense.word) for sense in said]))
        found: dict[str, tuple[float, Pair]] = {}
        for row, sense in enumerate(asked):
            at = int(near[row].argmax())
            nearness = float(near[row, at])
            if nearness >= TELLING:
                one = (nearness * sense.weight, Pair(sense.source, said[at].source, nearness))
                found[sense.source] = max(found.get(sense.source, one), one, key=lambda pair: pair[0])
        return tuple(pair for _, pair in sorted(found.values(), key=lambda one: (-one[0], one[1].one)))


def _nearness(asked: Sequence[Sense], vectors: Values, beginnings: npt.NDArray[np.str_]) -> Values:
    """[words asked for, words], in [0, 1]; words that begin the same are one."""
    cosine = np.array([sense.vector for sense in asked], dtype=np.float64) @ vectors.T
    for row, sense in enumerate(asked):
        cosine[row, beginnings == _beginning(sense.word)] = 1.0
    near: Values = np.clip((cosine - LEAST) / (1 - LEAST), 0.0, 1.0) ** SHARPNESS
    return near


def _weights(asked: Sequence[Sense]) -> Values:
    return np.array([sense.weight for sense in asked], dtype=np.float64)


def _beginning(word: str) -> str:
    """What stands for the word when words are compared by their letters; of short words the whole."""
    return word[:SAME_START]

"""Likeness of short texts by the word parts they share: TF-IDF over runs of letters."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from ..text import grams

Values = npt.NDArray[np.float64]


class WordParts:
    """How telling each run of letters is, learned from a background of texts."""

    def __init__(self, background: Iterable[str], ignored: frozenset[str]) -> None:
        """`ignored` are words that tell nothing, normalised."""
        self.ignored = ignored
        texts = [grams(text, ignored) for text in background]
        self._count = len(texts)
        self._in_texts: Counter[str] = Counter()
        for text in texts:
            self._in_texts.update(text.keys())

    def vector(self, text: str) -> dict[str, float]:
        """Weights of the word parts of `text`, of length 1; empty for a text without words."""
        weights = {
            part: (1 + math.log(count)) * (math.log((1 + self._count) / (1 + self._in_texts[part])) + 1)
            for part, count in sorted(grams(text, self.ignored).items())
        }
        length = math.sqrt(math.fsum(weight * weight for weight in weights.values()))
        return {part: weight / length for part, weight in weights.items()} if length else {}


class PhraseIndex:
    """Phrases of several owners; answers how like a text each owner's best phrase is."""

    def __init__(self, parts: WordParts, phrases: Sequence[Sequence[str]]) -> None:
        """`phrases[i]` are the phrases of the owner number i."""
        self._parts = parts
        self._owners = len(phrases)
        flat = [(owner, phrase) for owner, own in enumerate(phrases) for phrase in own]
        self._owner = np.array([owner for owner, _ in flat], dtype=np.intp)
        self._phrase = [phrase for _, phrase in flat]
        postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, (_, phrase) in enumerate(flat):
            for part, weight in parts.vector(phrase).items():
                postings[part].append((number, weight))
        self._postings = {
            part: (np.array([n for n, _ in found], dtype=np.intp), np.array([w for _, w in found], dtype=np.float64))
            for part, found in postings.items()
        }

    def _likeness(self, text: str) -> Values:
        """Cosine of `text` with each phrase."""
        likeness = np.zeros(len(self._phrase))
        for part, weight in self._parts.vector(text).items():
            if part in self._postings:
                numbers, weights = self._postings[part]
                likeness[numbers] += weight * weights
        return np.clip(likeness, 0.0, 1.0)

    def best(self, text: str) -> Values:
        """For each owner the cosine of `text` with the likest of its phrases, in [0, 1]."""
        best = np.zeros(self._owners)
        np.maximum.at(best, self._owner, self._likeness(text))
        return best

    def best_phrase(self, text: str, owner: int) -> tuple[str, float]:
        """The likest phrase of one owner and its cosine; the first of several, ("", 0) where it has none."""
        likeness = self._likeness(text)
        own = np.flatnonzero(self._owner == owner)
        if not own.size:
            return "", 0.0
        number = own[np.argmax(likeness[own])]
        return self._phrase[number], float(likeness[number])

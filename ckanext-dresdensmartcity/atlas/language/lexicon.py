"""Words with their vectors, read from files that all processes of a machine share (memory maps)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Language = Literal["de", "en"]
Vector = npt.NDArray[np.float32]

FOLDER = Path(__file__).parent / "words"  # made by build.py
DIMENSIONS = 100
LANGUAGES: tuple[Language, ...] = ("de", "en")
RAREST = 60_000  # rank of a word that nobody counted
SCALE = 127  # vectors of length 1 are kept as whole numbers of one byte
NOUN = 1  # flag of a word


class LexiconError(RuntimeError):
    """The files of the lexicon cannot be used; the message says how to make them."""


@dataclass(frozen=True)
class Entry:
    """A word of the lexicon."""

    word: str  # in the spelling of text.normalise
    vector: Vector  # of length 1
    rank: int  # how many words are more frequent: 0 for the most frequent of all
    noun: bool


class Lexicon:
    """The words of both languages; immutable."""

    def __init__(self, folder: Path) -> None:
        """Raises LexiconError."""
        try:
            self._tables = {language: _Table(folder, language) for language in LANGUAGES}
            # Another text for other files.
            self.state = repr(
                [(one.name, one.stat().st_size, one.stat().st_mtime_ns) for one in sorted(folder.iterdir())]
            )
        except (OSError, ValueError) as error:
            raise LexiconError(f"{folder} holds no lexicon ({error}); docker/build makes it") from error

    def find(self, word: str, language: Language) -> Entry | None:
        """The word as it is spelled; None where it is not there."""
        return self._tables[language].find(word)

    def frequent(self, count: int) -> list[str]:
        """The most frequent words of each language, `count` of each, sorted."""
        return sorted({word for table in self._tables.values() for word in table.frequent(count)})


class _Table:
    def __init__(self, folder: Path, language: Language) -> None:
        def part(name: str) -> npt.NDArray[Any]:
            found: npt.NDArray[Any] = np.load(folder / f"{language}-{name}.npy", mmap_mode="r", allow_pickle=False)
            return found

        self._words, self._vectors, self._ranks, self._flags = map(part, ("words", "vectors", "ranks", "flags"))
        if not (len(self._words) == len(self._ranks) == len(self._flags) == len(self._vectors)):
            raise ValueError(f"the files of {language} do not belong together")
        self._known: dict[str, Entry | None] = {}

    def find(self, word: str) -> Entry | None:
        if word not in self._known:
            if len(self._known) > RAREST:
                self._known.clear()  # hostile text must not fill the memory
            self._known[word] = self._search(word)
        return self._known[word]

    def frequent(self, count: int) -> list[str]:
        order = np.argsort(self._ranks, kind="stable")[:count]
        return [word.decode("ascii") for word in self._words[order].tolist()]

    def _search(self, word: str) -> Entry | None:
        spelled = word.encode("ascii", "ignore")
        if len(spelled) > self._words.itemsize:
            return None
        # A key of the array's own type: with another one numpy converts the whole array at each look-up.
        key = np.array(spelled, dtype=self._words.dtype)
        at = int(np.searchsorted(self._words, key))
        if at == len(self._words) or self._words[at] != key:
            return None
        vector = self._vectors[at].astype(np.float32)
        length = float(np.linalg.norm(vector))
        if not length:
            return None
        return Entry(word, vector / length, int(self._ranks[at]), bool(self._flags[at] & NOUN))


def chance(word: str) -> Vector:
    """A vector for a word that no lexicon knows: near its own only, and the same on every machine."""
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    vector = np.random.default_rng(seed).standard_normal(DIMENSIONS).astype(np.float32)
    return vector / np.float32(np.linalg.norm(vector))


@cache
def installed() -> Lexicon | None:
    """The lexicon that was made when the portal was installed; None where it was not.

    Raises LexiconError where it is broken.
    """
    return Lexicon(FOLDER) if FOLDER.is_dir() else None

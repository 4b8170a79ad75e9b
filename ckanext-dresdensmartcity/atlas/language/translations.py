"""Which words stand for each other in German and English: a dictionary for the search box.

    python -m ckanext.dresdensmartcity.atlas.language.translations DICTIONARY FOLDER

DICTIONARY: the German-English dictionary of the TU Chemnitz (Debian: trans-de-en; GPL-2.0-or-later). Read from a sorted
file that all processes of a machine share, by halving: a look-up reads a few dozen bytes.
"""

from __future__ import annotations

import math
import mmap
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path

from ..text import normalise
from .lexicon import FOLDER

NAME = "translations.tsv"
CANDIDATES = 10  # translations of a word that are looked at, the most usual first
MOST = 5  # that are kept
LEAST_SHARE = 0.15  # of how often the most usual one is given: rarer ones are other meanings
LONGEST = 24  # letters of a word that is kept
PAIR = "_"  # between two English words that one German word stands for
ARTICLES = frozenset({"to", "the", "a", "an"})
REMARKS = re.compile(r"\{[^}]*\}|\[[^\]]*\]|\([^)]*\)|/[^/;|]*/|<[^>]*>")


class Translations:
    """The dictionary in a folder; words are spelled as text.normalise does."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError or ValueError where the folder holds none."""
        with (folder / NAME).open("rb") as stream:
            self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)

    def of(self, word: str) -> tuple[str, ...]:
        """The words of the other language, the most usual first; none where the word is not known."""
        wanted = word.encode("ascii", "ignore") + b"\t"
        low, high = 0, len(self._map)
        while low < high:
            middle = (low + high) // 2
            start = self._map.rfind(b"\n", 0, middle) + 1
            end = self._map.find(b"\n", middle)
            line = self._map[start:end]
            if line.startswith(wanted):
                return tuple(line[len(wanted) :].decode("ascii").split(" "))
            if line < wanted:
                low = end + 1
            else:
                high = start
        return ()


def write(folder: Path, lines: Iterable[str]) -> int:
    """Make the file in `folder`; returns how many words it holds."""
    both: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for german, english, share in _pairs(lines):
        for one, other in ((german, english), (english, german)):
            both[one][other] = both[one].get(other, 0.0) + share
    usual = {word: _usual(word, found) for word, found in both.items()}
    text = []
    for word, others in usual.items():
        # Usual both ways, or it is a meaning beside: "Luft" is "air", but an "air" is seldom a "Lied".
        mutual = [other for other in others if word in usual[other]][:MOST]
        if mutual:
            text.append(f"{word}\t{' '.join(mutual)}\n")
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{NAME}.new"
    unfinished.write_bytes("".join(sorted(text)).encode("ascii"))
    unfinished.replace(folder / NAME)
    return len(text)


def _usual(word: str, found: Mapping[str, float]) -> list[str]:
    best = sorted(found, key=lambda other: (-found[other], other))[:CANDIDATES]
    return [other for other in best if found[other] >= LEAST_SHARE * found[best[0]] and other != word]


def _pairs(lines: Iterable[str]) -> Iterator[tuple[str, str, float]]:
    """Words that stand for each other, and how much they do so: alone on a line most, among synonyms less.

    A line is `German; synonym | second form :: English; synonym | second form`.
    """
    for line in lines:
        if line.startswith("#") or "::" not in line:
            continue
        german, english = line.rstrip("\n").split("::", 1)
        for ours, theirs in zip(german.split("|"), english.split("|"), strict=False):
            left, right = list(_words(ours, 1)), list(_words(theirs, 2))
            share = 1 / math.sqrt((ours.count(";") + 1) * (theirs.count(";") + 1))
            yield from ((one, other, share) for one in left for other in right)


def _words(text: str, most: int) -> Iterator[str]:
    """The forms of at most so many words; two are joined by a line: city_hall."""
    for form in REMARKS.sub("", text).split(";"):
        words = [word for word in normalise(form).split() if word not in ARTICLES]
        if 1 <= len(words) <= most and all(1 < len(word) <= LONGEST for word in words):
            yield PAIR.join(words)


@cache
def _installed() -> Translations | None:
    return Translations(FOLDER) if (FOLDER / NAME).is_file() else None


@lru_cache(maxsize=5000)
def translations_of(word: str) -> tuple[str, ...]:
    """Translations of a word by the dictionary that was installed; none without one."""
    found = _installed()
    return tuple(other for other in found.of(word) if PAIR not in other) if found else ()


if __name__ == "__main__":
    with Path(sys.argv[1]).open(encoding="utf-8") as dictionary:
        sys.stdout.write(f"dictionary of the atlas: {write(Path(sys.argv[2]), dictionary)} words\n")

"""One spelling for comparing German and English words, and the parts of words that carry German compounds."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import accumulate

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
# A dot between digits belongs to the word: measures have codes such as 1.2.5.
WORD = re.compile(r"(?:[a-z0-9]|(?<=[0-9])\.(?=[0-9]))+")
SAYING_NOTHING = """
am an and are as at auf aus bei das dem den der des die ein eine einem einen einer fuer for from gegen im in is ist mit
nach of oder on or sowie the to um und unter vom von with wo wer zu zum zur
"""
STOP_WORDS = frozenset(SAYING_NOTHING.split())
NAME_LENGTH = 60  # characters of what may be a name
SHORTEST_GRAM, LONGEST_GRAM = 3, 5
SHORTEST_SHARED_PART = 4
LONG_SHARED_PART = 8


def normalise(text: str) -> str:
    """`text` in small ASCII letters and digits, words one space apart: "Straße, Öl" is "strasse oel".

    Composed and decomposed umlauts become the same; other accents fall away. What has no Latin letters is lost.
    """
    return _normalised_once(text) if len(text) <= NAME_LENGTH else _normalised(text)


@lru_cache(maxsize=20_000)
def _normalised_once(text: str) -> str:
    """Names of topics come again and again."""
    return _normalised(text)


def _normalised(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).casefold().translate(UMLAUTS)
    plain = unicodedata.normalize("NFKD", composed).encode("ascii", "ignore").decode("ascii")
    return " ".join(WORD.findall(plain))


def words(text: str) -> list[str]:
    """The words of `text`, normalised, in their order."""
    return normalise(text).split()


def telling_words(text: str) -> list[str]:
    """The different words of `text` without those that say nothing; all of them where nothing else is left."""
    found = list(dict.fromkeys(words(text)))
    return [word for word in found if word not in STOP_WORDS] or found


def shared_parts(one: str, other: str, ignored: frozenset[str] = STOP_WORDS, most: int = 3) -> tuple[str, ...]:
    """The longest runs of letters that a word of each text has in common; longest first.

    A run begins one of the words or is long: else it is an ending such as -keit or -ment.
    """
    best: set[str] = set()
    for left in set(words(one)) - ignored:
        for right in set(words(other)) - ignored:
            part = _longest_common(left, right)
            begins = left.startswith(part) or right.startswith(part)
            if len(part) >= (SHORTEST_SHARED_PART if begins else LONG_SHARED_PART):
                best.add(part)
    kept: list[str] = []
    for part in sorted(best, key=lambda found: (-len(found), found)):
        if not any(part in longer for longer in kept):
            kept.append(part)
    return tuple(kept[:most])


def as_written(part: str, text: str) -> str:
    """The letters of `text` that `part` stands for, for people: "qualitaet" in "Luftqualität" is "qualität".

    The part itself where no word of the text holds it.
    """
    for word in text.split():
        spelt = [normalise(letter) for letter in unicodedata.normalize("NFC", word)]
        start = "".join(spelt).find(part)
        if start < 0:
            continue
        ends = list(accumulate(map(len, spelt)))
        first = next(index for index, end in enumerate(ends) if end > start)
        last = next(index for index, end in enumerate(ends) if end >= start + len(part))
        return unicodedata.normalize("NFC", word)[first : last + 1].lower()
    return part


def _longest_common(left: str, right: str) -> str:
    """The longest run of letters in both words; the first in `left` of several."""
    lengths = [0] * (len(right) + 1)
    longest, end = 0, 0
    for row, letter in enumerate(left, start=1):
        before = 0
        for column, other in enumerate(right, start=1):
            here = before + 1 if letter == other else 0
            before, lengths[column] = lengths[column], here
            if here > longest:
                longest, end = here, row
    return left[end - longest : end]

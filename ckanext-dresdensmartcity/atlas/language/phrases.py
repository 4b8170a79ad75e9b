"""From a phrase to the senses of its words: inflections undone, German compounds split, each with its vector."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ..text import STOP_WORDS, words
from .lexicon import RAREST, Entry, Language, Lexicon, Vector, chance

# Endings of German and English inflections, and what a stem may end in instead.
ENDINGS = {
    "de": ("", "en", "er", "es", "e", "n", "s", "em", "ern", "ns", "t", "te", "ten", "end", "ende", "enden", "ung"),
    "en": ("", "s", "es", "ies", "d", "ed", "ing", "er", "ers", "ly"),
}
REPAIRS = {"de": ("", "en", "e", "n"), "en": ("", "e", "y")}
UNDONE_UMLAUTS = (("aeu", "au"), ("ae", "a"), ("oe", "o"), ("ue", "u"))  # Bäume: baeume, baum
SHORTEST_STEM = 3
LINKS = ("", "s", "es", "n", "en", "er", "e")  # between the parts of a compound
SHORTEST_COMPOUND, SHORTEST_PART = 8, 4
MOST_PARTS = 4
KEPT_WORDS = 50_000  # that were looked up, in memory
LONGEST_WORD = 40  # letters; what is longer is no word
SPLIT_WEIGHT = 0.5  # of each part of a compound, and of the whole beside its parts
COMMON = 30  # ranks below it tell nothing: log(2 + rank / COMMON) is the weight of a word


@dataclass(frozen=True)
class Sense:
    """A word, or a part of one, as matching sees it."""

    word: str  # as the lexicon has it
    vector: Vector  # of length 1
    weight: float  # how much it tells
    source: str  # the word of the text that it comes from, normalised


def senses(text: str, lexicon: Lexicon, ignored: frozenset[str] = STOP_WORDS) -> tuple[Sense, ...]:
    """The senses of the words of `text` that tell something, in their order; `ignored` words tell nothing."""
    told = [word for word in words(text) if word not in ignored and SHORTEST_STEM <= len(word) <= LONGEST_WORD]
    language = language_of(told, words(text), lexicon)
    return tuple(sense for word in told for sense in _senses(word, language, lexicon))


def language_of(told: list[str], every: list[str], lexicon: Lexicon) -> Language:
    """The language that knows more of the words; German where both know as many."""
    english = {"the", "of", "and", "for", "with", "to", "in", "on", "an", "by", "from", "are", "is"}
    german = {"der", "die", "das", "den", "dem", "und", "von", "im", "mit", "fuer", "zu", "zum", "zur", "auf", "aus"}
    points = {"de": 0.0, "en": 0.0}
    for word in every:
        points["en"] += word in english - german
        points["de"] += word in german - english
    for word in told:
        known: dict[Language, Entry | None] = {"de": stem(word, "de", lexicon), "en": lexicon.find(word, "en")}
        if known["de"] and not known["en"]:
            points["de"] += 1
        elif known["en"] and not known["de"]:
            points["en"] += 1
        elif known["en"] and known["en"].rank > RAREST / 2:
            points["de"] += 0.5  # the English list holds many a rare German word
        elif not known["en"]:
            points["de"] += 0.5 * bool(parts(word, lexicon))
    return "en" if points["en"] > points["de"] else "de"


def _senses(word: str, language: Language, lexicon: Lexicon) -> Iterator[Sense]:
    found = stem(word, language, lexicon)
    if language == "de":
        split = parts(word, lexicon)
        if split:
            yield from (_sense(one, SPLIT_WEIGHT, word) for one in split)
            if found:
                yield _sense(found, SPLIT_WEIGHT, word)
            return
    found = found or stem(word, "en" if language == "de" else "de", lexicon)
    yield _sense(found, 1.0, word) if found else Sense(word, chance(word), _telling(RAREST), word)


def _sense(entry: Entry, share: float, source: str) -> Sense:
    return Sense(entry.word, entry.vector, share * _telling(entry.rank), source)


def _telling(rank: int) -> float:
    return math.log(2 + rank / COMMON)


@lru_cache(KEPT_WORDS)
def stem(word: str, language: Language, lexicon: Lexicon) -> Entry | None:
    """The entry of the word or of what it is an inflection of; the least changed that is known."""
    for ending in ENDINGS[language]:
        if not word.endswith(ending) or len(word) - len(ending) < SHORTEST_STEM:
            continue
        base = word[: len(word) - len(ending)]
        for repair in REPAIRS[language] if ending else ("",):
            if found := lexicon.find(base + repair, language):
                return found
        if language == "de" and (found := _without_umlaut(base, lexicon)):
            return found
    return None


def _without_umlaut(base: str, lexicon: Lexicon) -> Entry | None:
    for umlaut, plain in UNDONE_UMLAUTS:
        if umlaut in base and (found := lexicon.find(base.replace(umlaut, plain), "de")):
            return found
    return None


@lru_cache(KEPT_WORDS)
def parts(word: str, lexicon: Lexicon) -> tuple[Entry, ...]:
    """The parts of a German compound, nouns or stems of verbs; empty where it cannot be split in at least two.

    Of several splits that with the fewest parts, then that whose shortest part is longest.
    """
    found = _split(word, lexicon, MOST_PARTS)
    return found if len(found) > 1 else ()


def _split(word: str, lexicon: Lexicon, most: int) -> tuple[Entry, ...]:
    whole = stem(word, "de", lexicon)
    best: tuple[Entry, ...] = (whole,) if whole and whole.noun else ()
    if len(word) < SHORTEST_COMPOUND or most < 2:
        return best
    splits = []
    for at in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        head = _head(word[:at], lexicon)
        tail = _split(word[at:], lexicon, most - 1) if head else ()
        if head and tail:
            splits.append((head, *tail))
    if not splits:
        return best
    return min(splits, key=lambda one: (len(one), -min(len(part.word) for part in one)))


def _head(text: str, lexicon: Lexicon) -> Entry | None:
    """The first part of a compound, without its link: "rettungs" is "rettung", "mess" is "messen"."""
    for link in LINKS:
        if not text.endswith(link) or len(text) - len(link) < SHORTEST_STEM:
            continue
        base = text[: len(text) - len(link)] if link else text
        for end, needs_noun in (("", True), ("e", True), ("en", False)):
            found = lexicon.find(base + end, "de")
            if found and (found.noun or not needs_noun):
                return found
    return None

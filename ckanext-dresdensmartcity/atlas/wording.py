"""Which words find an entry, and which words of the index a typed word may mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .entries import Entry
from .language import installed
from .language.phrases import parts as split
from .language.phrases import stem
from .language.translations import translations_of
from .matching import Taxonomy
from .text import normalise, words

# How much a word counts by where it stands.
TITLE, TOPIC, SYNONYM, NOTES, WIDER = 3.0, 2.0, 1.5, 1.0, 0.7

MOST_INITIALS = 6
LONGEST_WORD = 80  # longer ones are no words, and an index page has an end
SHORTEST_INSIDE = 4  # letters: shorter ones stand in words by chance ("tud" in "Studie")
SHORTEST_START = 3
SHORTEST_PART = 5  # of a typed compound
LEAST_SHARE = 0.65  # of a typed compound that the words of an entry must make up
LEAST_STEM = 0.7  # of a typed word that a shorter one must make up: "sensor" of "sensoren"
# How well a word meets a typed one, by how it does.
SAME, BEGINS, HOLDS, IS_PART, OTHER_FORM, TRANSLATED, MISTYPED = 1.0, 0.9, 0.8, 0.7, 0.85, 0.75, 0.6
DERIVED = ("isierung", "isieren", "ierung", "ieren")  # what makes Archivierung of Archiv
UMLAUTS = (("au", "aeu"), ("a", "ae"), ("o", "oe"), ("u", "ue"))
SLIP_SIZES = range(4, 25)  # letters of a word that may be mistyped: shorter ones are others, longer ones have trigrams


def weighted_words(entry: Entry, taxonomy: Taxonomy) -> dict[str, float]:
    """The words that find `entry`, each with its greatest weight.

    Synonyms in both languages and the wider topics are laid down here, so that a query needs no expansion; after a
    change of the vocabulary the index is rebuilt.
    """
    found: dict[str, float] = {}

    def add(texts: Iterable[str], weight: float) -> None:
        for text in texts:
            for word in words(text):
                if len(word) <= LONGEST_WORD:
                    found[word] = max(weight, found.get(word, 0.0))

    add((entry.title,), TITLE)
    add((entry.notes, entry.measure, entry.id.replace("-", " "), *_initials(entry.title)), NOTES)
    for topic in (*entry.offers, *entry.needs):
        label = taxonomy.label_of(topic)
        add((label.de, label.en, topic), TOPIC)
        add(taxonomy.names(topic), SYNONYM)
        add(taxonomy.wider_names(topic), WIDER)
    for topic in taxonomy.mentioned(f"{entry.title} | {entry.notes}"):
        add(taxonomy.names(topic), NOTES)
    return found


def _initials(title: str) -> Iterable[str]:
    """The first letters of the first words: TU and TUD of "Technische Universität Dresden"."""
    first = [word[0] for word in title.split() if word[0].isupper()]
    return ("".join(first[:size]) for size in range(2, min(len(first), MOST_INITIALS) + 1))


def body(entry: Entry, taxonomy: Taxonomy) -> str:
    """The text of `entry` in which phrases are looked for: title, description, offers and needs, each set apart."""
    topics = (name for topic in (*entry.offers, *entry.needs) for name in taxonomy.names(topic))
    texts = filter(None, map(normalise, (entry.title, entry.notes, entry.measure, *topics)))
    return "".join(f"| {text} " for text in texts)


@dataclass(frozen=True)
class Form:
    """A way in which a typed word may stand in the index."""

    text: str
    factor: float  # how well what meets it meets the typed word
    share: float = 1.0  # of the typed compound that it makes up; below 1 it is a part
    whole: bool = False  # only as a word of its own or its beginning, not inside another


def forms(typed: str) -> tuple[Form, ...]:
    """What a typed word is looked for as: itself, with and without umlaut, translated, and the parts of a compound."""
    found = [Form(typed, SAME)]
    if not typed.isalpha() or len(typed) < SHORTEST_INSIDE:
        return tuple(found)
    found += [Form(other, OTHER_FORM) for other in _with_umlaut(typed)]
    found += [Form(typed.removesuffix(end), IS_PART) for end in DERIVED if len(typed) - len(end) >= SHORTEST_PART]
    lexicon = installed()
    known = {typed}
    if lexicon:
        known |= {one.word for language in ("de", "en") if (one := stem(typed, language, lexicon))}
        known |= {typed[:-1]} if typed.endswith("s") and lexicon.find(typed[:-1], "en") else set()
        found += [
            Form(base, OTHER_FORM, whole=_is_english(base))
            for base in sorted(known - {typed})
            if len(base) >= SHORTEST_INSIDE
        ]
    for base in sorted(known):
        found += translated(base)
    if lexicon and len(typed) <= LONGEST_WORD:
        pieces = split(typed, lexicon)
        letters = sum(len(piece.word) for piece in pieces)
        found += [Form(_root(piece.word), IS_PART, len(piece.word) / letters) for piece in pieces]
    return tuple(form for form in dict.fromkeys(found) if form.text != typed or form.factor == SAME)


def translated(text: str) -> list[Form]:
    """The forms of a word, or of two with a line between them, in the other language."""
    return [
        Form(other, TRANSLATED, whole=len(other) < SHORTEST_INSIDE or _is_english(other))
        for other in translations_of(text)
    ]


def _is_english(word: str) -> bool:
    """English words stand alone, German ones in compounds: a "tree" is no "street"."""
    lexicon = installed()
    return lexicon is not None and lexicon.find(word, "de") is None and lexicon.find(word, "en") is not None


def _with_umlaut(typed: str) -> tuple[str, ...]:
    """How its plural may begin, where the last vowel of its stem takes an umlaut: Baum, Bäume."""
    best = max((typed.rfind(plain, 0, len(typed)), plain, umlaut) for plain, umlaut in UMLAUTS)
    at, plain, umlaut = best
    if at > 0 and typed[at - 1 : at + 1] == "au":
        at, plain, umlaut = at - 1, "au", "aeu"
    if at < 1 or typed[at + 1 : at + 2] == "e" or typed[at - 1 : at] in ("a", "o", "e") or at < len(typed) - 5:
        return ()
    return (typed[:at] + umlaut + typed[at + len(plain) :],)


def _root(word: str) -> str:
    """What of a part of a compound stands in all its forms: "messen" is "mess"."""
    return word[:-2] if word.endswith("en") and len(word) > SHORTEST_PART else word


def parts(typed: str) -> tuple[str, ...]:
    """The beginnings and ends of a typed word that a word of the index may be: "sensor" of "sensoren"."""
    shortest = max(SHORTEST_PART, round(len(typed) * LEAST_STEM))
    sizes = range(shortest, len(typed))
    return tuple(dict.fromkeys([typed[:size] for size in sizes] + [typed[-size:] for size in sizes]))


def likeness(typed: str, word: str) -> float:
    """How well `word` of the index meets what was typed, in [0, 1]; 0 where it does not but for typing errors."""
    if word == typed:
        return SAME
    if len(typed) >= SHORTEST_START and word.startswith(typed):
        return BEGINS
    if len(typed) >= SHORTEST_INSIDE and typed in word:
        return HOLDS
    if word in parts(typed):
        return IS_PART * len(word) / len(typed)
    return 0.0


def may_be_mistyped(typed: str) -> bool:
    """Whether words much like this one count: not for short ones, nor for numbers and codes, where like is other."""
    return len(typed) in SLIP_SIZES and typed.isalpha()


def is_known(word: str) -> bool:
    """Whether a dictionary has the word, so that it is no typing error."""
    lexicon = installed()
    return lexicon is not None and any(lexicon.find(word, language) for language in ("de", "en"))


def apart(typed: str, word: str) -> int:
    """How many slips lie between what was typed and the likest run of letters in `word`.

    A slip is a letter too many, too few or another one, or two that changed places (optimal string alignment).
    """
    before: list[int] = []
    above = [0] * (len(word) + 1)
    for row, letter in enumerate(typed, start=1):
        here = [row]
        for column, other in enumerate(word, start=1):
            cost = min(above[column] + 1, here[column - 1] + 1, above[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == word[column - 2] and typed[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        before, above = above, here
    return min(above)


def slips(word: str) -> tuple[str, ...]:
    """The word and what is left of it without one of its letters.

    Two words that share one of these are one slip apart: a letter too many, too few, another one, or two that changed
    places. That is why an index of them finds typing errors without comparing all words (Garbe 2012, SymSpell).
    """
    if not may_be_mistyped(word):
        return ()
    return tuple(dict.fromkeys((word, *(word[:at] + word[at + 1 :] for at in range(len(word))))))

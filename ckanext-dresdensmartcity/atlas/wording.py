"""Which words find an entry, and how well a word of the index meets a word that was typed."""

from __future__ import annotations

from collections.abc import Iterable

from .entries import Entry
from .matching import Taxonomy
from .text import normalise, words

# How much a word counts by where it stands.
TITLE, TOPIC, SYNONYM, NOTES, WIDER = 3.0, 2.0, 1.5, 1.0, 0.7

LONGEST_WORD = 80  # longer ones are no words, and an index page has an end
SHORTEST_INSIDE = 4  # letters: shorter ones stand in words by chance ("tud" in "Studie")
SHORTEST_START = 3
SHORTEST_PART = 5  # of a typed compound
LEAST_SHARE = 0.5  # of a typed compound that one word of the index must make up


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
    add((entry.notes, entry.measure), NOTES)
    for topic in (*entry.offers, *entry.needs):
        label = taxonomy.label_of(topic)
        add((label.de, label.en, topic), TOPIC)
        add(taxonomy.names(topic), SYNONYM)
        add(taxonomy.wider_names(topic), WIDER)
    for topic in taxonomy.mentioned(f"{entry.title} | {entry.notes}"):
        add(taxonomy.names(topic), NOTES)
    return found


def body(entry: Entry, taxonomy: Taxonomy) -> str:
    """The text of `entry` in which phrases are looked for: title, description, offers and needs, each set apart."""
    topics = (name for topic in (*entry.offers, *entry.needs) for name in taxonomy.names(topic))
    return " | ".join(filter(None, map(normalise, (entry.title, entry.notes, entry.measure, *topics))))


def parts(typed: str) -> tuple[str, ...]:
    """The beginnings and ends of a typed word that a word of the index may be: "sensor" of "sensoren"."""
    shortest = max(SHORTEST_PART, round(len(typed) * LEAST_SHARE))
    sizes = range(shortest, len(typed))
    return tuple(dict.fromkeys([typed[:size] for size in sizes] + [typed[-size:] for size in sizes]))


def likeness(typed: str, word: str, similarity: float) -> float:
    """How well `word` of the index meets the word that was typed, in [0, 1]; 0 where it does not.

    `similarity` is pg_trgm's word_similarity of both: it carries typing errors.
    """
    if word == typed:
        return 1.0
    if len(typed) >= SHORTEST_START and word.startswith(typed):
        return 0.9
    if len(typed) >= SHORTEST_INSIDE and typed in word:
        return 0.8
    if word in parts(typed):
        return 0.7 * len(word) / len(typed)
    return 0.6 * similarity if may_be_mistyped(typed) else 0.0


def may_be_mistyped(typed: str) -> bool:
    """Whether words much like this one count: not for short ones, nor for numbers and codes, where like is other."""
    return len(typed) >= SHORTEST_INSIDE and typed.isalpha()

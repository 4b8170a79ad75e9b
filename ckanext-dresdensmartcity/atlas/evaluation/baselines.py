"""Rankings to compare with: each as simple as its name says, and all over the same words of the entries.

Texts are what a search engine would index: of a project its title, notes and needs, of an actor its title, notes and
offers. TF-IDF is the usual one (smooth idf, 1 + ln tf where said, length 1, cosine).
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from ..matching import Actor, Project
from .cases import Cases

SEED = 1
WORD = re.compile(r"\w\w+")  # what text libraries take for a word: two letters or more
SHORTEST, LONGEST = 3, 5  # letters of a run, inside of words with their edges

Score = Callable[[Project, str], float]  # of an actor, by id, for a project


def baselines(cases: Cases) -> Mapping[str, Score]:
    """The baselines that need nothing but the cases, by name."""
    return {
        "random": _random(),
        "degree": _degree(cases),
        "word TF-IDF": _likeness(cases, word_counts),
        "character TF-IDF": _likeness(cases, run_counts),
    }


def project_text(project: Project) -> str:
    """What a search engine would look for."""
    return "\n".join((project.title, project.notes, *project.needs))


def actor_text(actor: Actor) -> str:
    """What a search engine would index."""
    return "\n".join((actor.title, actor.notes, *actor.offers))


def _random() -> Score:
    """Chance; the same at every run."""

    def score(project: Project, actor: str) -> float:
        return random.Random(f"{SEED} {project.id} {actor}").random()  # noqa: S311 - no secret

    return score


def _degree(cases: Cases) -> Score:
    """Those first who are in most projects."""
    count = Counter(member.actor for project in cases.projects for member in project.members)

    def score(_: Project, actor: str) -> float:
        return count[actor]

    return score


def _likeness(cases: Cases, counted: Callable[[str], Counter[str]]) -> Score:
    texts = {actor.id: counted(actor_text(actor)) for actor in cases.actors}
    asked = {project.id: counted(project_text(project)) for project in cases.projects}
    idf = _rarity([*texts.values(), *asked.values()])
    actors = {identifier: _vector(text, idf) for identifier, text in texts.items()}
    projects = {identifier: _vector(text, idf) for identifier, text in asked.items()}

    def score(project: Project, actor: str) -> float:
        one, other = projects[project.id], actors[actor]
        return math.fsum(weight * other[part] for part, weight in one.items() if part in other)

    return score


def word_counts(text: str) -> Counter[str]:
    """Words in small letters."""
    return Counter(WORD.findall(text.casefold()))


def run_counts(text: str) -> Counter[str]:
    """Runs of three to five letters inside each word, a blank at its edges (`char_wb`)."""
    found: Counter[str] = Counter()
    for word in text.casefold().split():
        padded = f" {word} "
        for size in range(SHORTEST, LONGEST + 1):
            found.update(padded[start : start + size] for start in range(max(1, len(padded) - size + 1)))
            if len(padded) <= size:
                break
    return found


def _rarity(texts: Iterable[Counter[str]]) -> Mapping[str, float]:
    every = list(texts)
    in_texts = Counter(part for text in every for part in text)
    return {part: math.log((1 + len(every)) / (1 + count)) + 1 for part, count in in_texts.items()}


def _vector(text: Counter[str], idf: Mapping[str, float]) -> dict[str, float]:
    weights = {part: count * idf[part] for part, count in text.items()}
    length = math.sqrt(math.fsum(weight * weight for weight in weights.values()))
    return {part: weight / length for part, weight in weights.items()} if length else {}

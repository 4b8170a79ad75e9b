"""The parts of a score: each gives a value in [0, 1] for a pair, and says what it rests on.

No part falls when an actor gains an offer: offers enter as the best of a set, and what a topic or a word part is worth
does not come from the offers.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ckanext.dresdensmartcity.city.model import Label, Position

from ..language import Lexicon
from ..text import STOP_WORDS, as_written, shared_parts, words
from . import sentences
from .meaning import MeaningIndex
from .ngrams import PhraseIndex, WordParts
from .records import Actor, Evidence, Mode, Project
from .taxonomy import Taxonomy

FIELD = "field:"  # before the id of a field of action, which is a wide concept of its own
FIELD_SPECIFIC = 0.3
EARTH_RADIUS_M = 6_371_000.0
MOST_EVIDENCE = 5
ABOUT = 0.5  # weight of a title or text beside a need

Explained = tuple[tuple[Evidence, ...], Label]


@dataclass(frozen=True)
class Concepts:
    """An entry's concepts, found once."""

    offers: tuple[str, ...]
    needs: tuple[str, ...]
    mentioned: tuple[str, ...]  # named in title or notes
    fields: tuple[str, ...]


def concepts_of(entry: Actor | Project, taxonomy: Taxonomy) -> Concepts:
    """The concepts of an entry; a project offers none."""
    offers = entry.offers if isinstance(entry, Actor) else ()
    return Concepts(
        offers=taxonomy.concepts(offers),
        needs=taxonomy.concepts(entry.needs),
        mentioned=taxonomy.mentioned(f"{entry.title} | {entry.notes}"),
        fields=tuple(FIELD + one for one in dict.fromkeys(entry.fields)),
    )


class TopicPart:
    """How much of what the project is about the actor is about too; specific topics count more than wide ones."""

    def __init__(self, taxonomy: Taxonomy, field_labels: Mapping[str, Label]) -> None:
        self._taxonomy, self._field_labels = taxonomy, field_labels

    def value(self, project: Concepts, actor: Concepts, mode: Mode) -> float:
        wanted, offered = self._sides(project, actor, mode)
        if not wanted:
            return 0.0
        total = math.fsum(self._specific(one) for one in wanted)
        met = math.fsum(self._specific(one) * self._best(one, offered)[0] for one in wanted)
        return met / total if total else 0.0

    def explain(self, project: Concepts, actor: Concepts, mode: Mode) -> Explained:
        wanted, offered = self._sides(project, actor, mode)
        met = [(self._best(one, offered), one) for one in wanted]
        found = sorted(((cover, one, by) for (cover, by), one in met if cover > 0), key=lambda x: (-x[0], x[1]))
        evidence = tuple(Evidence(self._label(one), self._label(by), cover) for cover, one, by in found[:MOST_EVIDENCE])
        return evidence, sentences.topic(evidence, bool(wanted))

    def _sides(self, project: Concepts, actor: Concepts, mode: Mode) -> tuple[tuple[str, ...], tuple[str, ...]]:
        wanted = project.needs + project.mentioned
        offered = actor.offers + actor.mentioned
        if mode is Mode.SIMILAR:
            wanted += project.fields
            offered += actor.needs + actor.fields
        return tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(offered))

    def _specific(self, concept: str) -> float:
        return FIELD_SPECIFIC if concept.startswith(FIELD) else self._taxonomy.specific(concept)

    def _label(self, concept: str) -> Label:
        field = concept.removeprefix(FIELD)
        return self._field_labels.get(field, Label(field, field)) if field != concept else self._taxonomy.label(concept)

    def _best(self, wanted: str, offered: Iterable[str]) -> tuple[float, str]:
        """The offered concept that covers `wanted` best, and how well; the first of several."""
        best = (0.0, "")
        for one in offered:
            cover = self._taxonomy.cover(wanted, one)
            if cover > best[0]:
                best = (cover, one)
        return best


class GapPart:
    """The share of a project's needs that the actor meets and none of its members does."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy

    def open_needs(self, needs: Iterable[str], members: Iterable[Concepts]) -> tuple[str, ...]:
        """The needs that no member meets."""
        offers = {offer for member in members for offer in member.offers}
        return tuple(need for need in needs if not self._meets(need, offers))

    def value(self, project: Concepts, still_open: Sequence[str], actor: Concepts) -> float:
        if not project.needs:
            return 0.0
        return sum(self._meets(need, actor.offers) for need in still_open) / len(project.needs)

    def explain(self, project: Concepts, still_open: Sequence[str], actor: Concepts) -> Explained:
        evidence = []
        for need in still_open:
            by = next((offer for offer in actor.offers if self._taxonomy.cover(need, offer) == 1.0), None)
            if by is not None:
                evidence.append(Evidence(self._taxonomy.label(need), self._taxonomy.label(by), 1.0))
        return tuple(evidence), sentences.gap(evidence, len(still_open), len(project.needs))

    def _meets(self, need: str, offers: Iterable[str]) -> bool:
        return any(self._taxonomy.cover(need, offer) == 1.0 for offer in offers)


class TextPart:
    """How like the words are: for each phrase of the project the likest of the actor's, on average."""

    def __init__(self, taxonomy: Taxonomy, entries: Sequence[Actor | Project], common: Iterable[str]) -> None:
        """`common` are texts whose words stand everywhere, such as the name of the city."""
        self._taxonomy = taxonomy
        # Offers are left out of the background: see the docstring of this module.
        background = [f"{entry.title} {entry.notes}" for entry in entries]
        background += [self._named(need) for entry in entries for need in entry.needs]
        ignored = STOP_WORDS | {word for text in common for word in words(text)}
        self._parts = WordParts(background, ignored)

    def _named(self, text: str) -> str:
        label = self._taxonomy.label_of(text)
        return f"{label.de} {label.en}" if label.de != label.en else label.de

    def of_project(self, project: Project) -> tuple[str, ...]:
        phrases = (project.title, project.notes, *map(self._named, project.needs))
        return tuple(phrase for phrase in phrases if phrase.strip())

    def of_actor(self, actor: Actor) -> tuple[str, ...]:
        phrases = (actor.title, actor.notes, *map(self._named, actor.offers))
        return tuple(phrase for phrase in phrases if phrase.strip())

    def index(self, actors: Sequence[Actor]) -> PhraseIndex:
        return PhraseIndex(self._parts, [self.of_actor(actor) for actor in actors])

    def values(self, project: Project, index: PhraseIndex, count: int) -> list[float]:
        """One value for each of the `count` actors of the index."""
        phrases = self.of_project(project)
        best = [index.best(phrase) for phrase in phrases]
        return [min(1.0, math.fsum(one[n] for one in best) / len(best)) if best else 0.0 for n in range(count)]

    def explain(self, project: Project, index: PhraseIndex, owner: int) -> Explained:
        found = []
        for phrase in self.of_project(project):
            theirs, likeness = index.best_phrase(phrase, owner)
            if likeness > 0 and shared_parts(phrase, theirs, self._parts.ignored):
                found.append((likeness, phrase, theirs))
        found.sort(key=lambda x: (-x[0], x[1]))
        evidence = tuple(Evidence(Label(one, one), Label(by, by), how) for how, one, by in found[:MOST_EVIDENCE])
        parts = dict.fromkeys(
            as_written(part, one) for _, one, by in found for part in shared_parts(one, by, self._parts.ignored)
        )
        return evidence, sentences.text(tuple(parts)[:3])


class MeaningPart:
    """How near in meaning what the project asks for and what the actor says are, in whatever words and language."""

    def __init__(self, taxonomy: Taxonomy, lexicon: Lexicon, common: Iterable[str]) -> None:
        """`common` are texts whose words stand everywhere, such as the name of the city."""
        self._taxonomy, self._lexicon = taxonomy, lexicon
        self._ignored = STOP_WORDS | {word for text in common for word in words(text)}

    def _named(self, text: str) -> str:
        return self._taxonomy.label_of(text).de

    def of_project(self, project: Project) -> tuple[tuple[str, float], ...]:
        """Phrases with their weights: what it needs counts double."""
        needs = [(self._named(need), 1.0) for need in project.needs]
        told = [(project.title, ABOUT), (project.notes, ABOUT)]
        return tuple((phrase, weight) for phrase, weight in (*needs, *told) if phrase.strip())

    def index(self, actors: Sequence[Actor]) -> MeaningIndex:
        phrases = [(*map(self._named, actor.offers), actor.title, actor.notes) for actor in actors]
        return MeaningIndex(self._lexicon, phrases, self._ignored)

    def values(self, project: Project, index: MeaningIndex, count: int) -> list[float]:
        """One value for each of the `count` actors of the index."""
        phrases = self.of_project(project)
        if not phrases:
            return [0.0] * count
        best = [(index.best(phrase), weight) for phrase, weight in phrases]
        total = math.fsum(weight for _, weight in phrases)
        return [min(1.0, math.fsum(one[n] * weight for one, weight in best) / total) for n in range(count)]

    def explain(self, project: Project, index: MeaningIndex, owner: int) -> Explained:
        found = []
        for phrase, weight in self.of_project(project):
            theirs, nearness = index.best_phrase(phrase, owner)
            if nearness > 0 and (pairs := index.pairs(phrase, theirs)):
                found.append((weight * nearness, phrase, theirs, pairs))
        found.sort(key=lambda one: (-one[0], one[1]))
        evidence = tuple(Evidence(Label(one, one), Label(by, by), how) for how, one, by, _ in found[:MOST_EVIDENCE])
        told = dict.fromkeys(
            (as_written(pair.one, one), as_written(pair.other, by)) for _, one, by, pairs in found for pair in pairs[:2]
        )
        return evidence, sentences.meaning(tuple(told)[:3])


class NetworkPart:
    """Who has worked with the project's members elsewhere (Adamic and Adar 2003: small projects tie closer)."""

    def __init__(self, actors: Mapping[str, Actor], projects: Sequence[Project]) -> None:
        self._titles = {actor.id: actor.title for actor in actors.values()}
        self._projects = {project.id: project for project in projects}
        self._members = {project.id: sorted({member.actor for member in project.members}) for project in projects}
        self._of: defaultdict[str, list[str]] = defaultdict(list)
        for identifier in sorted(self._members):
            for actor in self._members[identifier]:
                self._of[actor].append(identifier)

    def value(self, project: Project, actor: Actor) -> float:
        ties = (1 / math.log(1 + len(self._members[via])) for _, via in self._ties(project, actor))
        return 1 - math.exp(-math.fsum(ties))

    def explain(self, project: Project, actor: Actor) -> Explained:
        evidence = []
        for member, via in self._ties(project, actor):
            title = self._titles.get(member, member)
            where = self._projects[via].title
            evidence.append(Evidence(Label(title, title), Label(where, where), 1.0))
        return tuple(evidence[:MOST_EVIDENCE]), sentences.network(evidence)

    def _ties(self, project: Project, actor: Actor) -> list[tuple[str, str]]:
        """(member, other project) for each other project in which the actor works with a member of this one."""
        members = set(self._members[project.id]) - {actor.id}
        return [
            (member, via)
            for via in self._of.get(actor.id, ())
            if via != project.id
            for member in self._members[via]
            if member in members
        ]


class NearPart:
    """exp(-distance / reach) between the actor and the project's place, or the nearest centre of its focus areas."""

    def __init__(self, reach_m: float) -> None:
        self._reach_m = reach_m

    def value(self, project: Project, actor: Actor) -> float:
        metres = distance_m(project, actor)
        return 0.0 if metres is None else math.exp(-metres / self._reach_m)

    def explain(self, project: Project, actor: Actor) -> Explained:
        metres = distance_m(project, actor)
        has_place = project.position is not None or bool(project.areas)
        return (), sentences.near(metres, has_place, project.position is None)


def distance_m(project: Project, actor: Actor) -> float | None:
    """Metres between an actor and a project; None where one of them has no place."""
    places = (project.position,) if project.position else project.areas
    if actor.position is None or not places:
        return None
    return min(great_circle_m(place, actor.position) for place in places)


def great_circle_m(one: Position, other: Position) -> float:
    """Metres between two positions on a sphere (haversine)."""
    (west, south), (east, north) = (map(math.radians, position) for position in (one, other))
    half = math.sin((north - south) / 2) ** 2 + math.cos(south) * math.cos(north) * math.sin((east - west) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, half)))

"""Ranks actors for a project and projects for an actor, each rank with its reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ckanext.dresdensmartcity.city.model import Label

from ..language import Lexicon
from . import sentences
from .meaning import MeaningIndex
from .ngrams import PhraseIndex
from .parts import Explained, GapPart, MeaningPart, NearPart, NetworkPart, TextPart, TopicPart, concepts_of
from .records import PARTS, Actor, Match, Mode, Part, Project, UnknownEntryError
from .taxonomy import Taxonomy

# Contributions are cut before they are summed, so that what is shown adds up to what is ranked by.
DIGITS = 4
STEPS = 10_000
# Below it texts share endings and little else.
TELLING_TEXT = 0.1
TELLING_MEANING = 0.3


@dataclass(frozen=True)
class Settings:
    """What a city may set."""

    weights: Mapping[Mode, Mapping[str, float]]  # the weights of a mode sum to 1
    reach_m: float  # the distance at which nearness has fallen to 1/e
    field_labels: Mapping[str, Label]  # of the fields of action, by id
    common_texts: tuple[str, ...] = ()  # their words stand everywhere and tell nothing: the name of the city
    lexicon: Lexicon | None = None  # what words mean; without it the weight of `meaning` goes to `text`

    def weight(self, mode: Mode, part: str) -> float:
        """The weight of a part, in [0, 1]."""
        weights = self.weights[mode]
        if self.lexicon is None and part in ("meaning", "text"):
            return weights["text"] + weights["meaning"] if part == "text" else 0.0
        return weights[part]


@dataclass(frozen=True)
class _Index:
    """The phrases of some actors, by their spelling and by their meaning."""

    text: PhraseIndex
    meaning: MeaningIndex | None


@dataclass(frozen=True)
class _Pair:
    project: Project
    owner: int  # number of the actor in the index
    actor: Actor
    text: float
    meaning: float


@dataclass(frozen=True)
class _Wish:
    mode: Mode
    limit: int | None
    relevant: bool


class Matcher:
    """Matching over one state of the atlas; immutable, so that it can be kept until the atlas changes."""

    def __init__(
        self, actors: Iterable[Actor], projects: Iterable[Project], taxonomy: Taxonomy, settings: Settings
    ) -> None:
        # Sorted, so that no result depends on the order in which the entries come.
        self._actors = {one.id: one for one in sorted(actors, key=lambda one: one.id)}
        self._projects = {one.id: one for one in sorted(projects, key=lambda one: one.id)}
        self._settings = settings
        self._of_actor = {one.id: concepts_of(one, taxonomy) for one in self._actors.values()}
        self._of_project = {one.id: concepts_of(one, taxonomy) for one in self._projects.values()}
        self._topic = TopicPart(taxonomy, settings.field_labels)
        self._gap = GapPart(taxonomy)
        self._text = TextPart(taxonomy, [*self._actors.values(), *self._projects.values()], settings.common_texts)
        self._network = NetworkPart(self._actors, list(self._projects.values()))
        self._near = NearPart(settings.reach_m)
        self._everybody = list(self._actors.values())
        self._meaning = MeaningPart(taxonomy, settings.lexicon, settings.common_texts) if settings.lexicon else None
        self._index = self._indexed(self._everybody)
        self._open = {one.id: self._open_needs(one) for one in self._projects.values()}

    def _open_needs(self, project: Project) -> tuple[str, ...]:
        members = (self._of_actor[member.actor] for member in project.members if member.actor in self._of_actor)
        return self._gap.open_needs(self._of_project[project.id].needs, members)

    def actors_for(
        self, project_id: str, mode: Mode, limit: int | None = None, *, relevant: bool = False
    ) -> tuple[Match, ...]:
        """Actors that are not members, the best first; equal scores by id.

        `relevant` leaves out those for whom nothing speaks but their place or their contacts.

        Raises UnknownEntryError.
        """
        project = self._projects.get(project_id)
        if project is None:
            raise UnknownEntryError("project", project_id)
        return self._ranked(
            self._pairs(project, self._index, self._everybody), self._index, _Wish(mode, limit, relevant)
        )

    def ranking(self, project_id: str, mode: Mode) -> tuple[str, ...]:
        """The ids of all actors that are not members, as `actors_for` orders them, without the reasons.

        Raises UnknownEntryError.
        """
        project = self._projects.get(project_id)
        if project is None:
            raise UnknownEntryError("project", project_id)
        pairs = self._pairs(project, self._index, self._everybody)
        return tuple(pair.actor.id for _, pair, _ in self._scored(pairs, _Wish(mode, None, relevant=False)))

    def projects_for(
        self, actor_id: str, mode: Mode, limit: int | None = None, *, relevant: bool = False
    ) -> tuple[Match, ...]:
        """Projects that the actor is not a member of, the best first; equal scores by id. `relevant` as above.

        Raises UnknownEntryError.
        """
        actor = self._actors.get(actor_id)
        if actor is None:
            raise UnknownEntryError("actor", actor_id)
        index = self._indexed([actor])
        pairs = [pair for project in self._projects.values() for pair in self._pairs(project, index, [actor])]
        return self._ranked(pairs, index, _Wish(mode, limit, relevant))

    def _indexed(self, actors: list[Actor]) -> _Index:
        return _Index(self._text.index(actors), self._meaning.index(actors) if self._meaning else None)

    def _pairs(self, project: Project, index: _Index, actors: list[Actor]) -> list[_Pair]:
        texts = self._text.values(project, index.text, len(actors))
        meanings = [0.0] * len(actors)
        if self._meaning and index.meaning:
            meanings = self._meaning.values(project, index.meaning, len(actors))
        return [_Pair(project, at, actor, texts[at], meanings[at]) for at, actor in enumerate(actors)]

    def _ranked(self, pairs: list[_Pair], index: _Index, wish: _Wish) -> tuple[Match, ...]:
        return tuple(
            Match(pair.project.id, pair.actor.id, score, self._parts(pair, values, index, wish.mode))
            for score, pair, values in self._scored(pairs, wish)[: wish.limit]
        )

    def _scored(self, pairs: list[_Pair], wish: _Wish) -> list[tuple[float, _Pair, dict[str, float]]]:
        scored = []
        for pair in pairs:
            if any(member.actor == pair.actor.id for member in pair.project.members):
                continue
            values = self._values(pair, wish.mode)
            if wish.relevant and not _speaks(values):
                continue
            scored.append((self._score(values, wish.mode), pair, values))
        return sorted(scored, key=lambda one: (-one[0], one[1].actor.id, one[1].project.id))

    def _values(self, pair: _Pair, mode: Mode) -> dict[str, float]:
        project, actor = self._of_project[pair.project.id], self._of_actor[pair.actor.id]
        return {
            "gap": self._gap.value(project, self._open[pair.project.id], actor),
            "topic": self._topic.value(project, actor, mode),
            "meaning": pair.meaning,
            "text": pair.text,
            "network": self._network.value(pair.project, pair.actor),
            "near": self._near.value(pair.project, pair.actor),
        }

    def _score(self, values: Mapping[str, float], mode: Mode) -> float:
        return round(sum(self._contribution(name, values[name], mode) for name in PARTS), DIGITS)

    def _contribution(self, name: str, value: float, mode: Mode) -> float:
        # Down, not to the nearest: five parts rounded up could sum to more than 1.
        return math.floor(self._settings.weight(mode, name) * value * STEPS + 1e-6) / STEPS

    def _parts(self, pair: _Pair, values: Mapping[str, float], index: _Index, mode: Mode) -> tuple[Part, ...]:
        project, actor = self._of_project[pair.project.id], self._of_actor[pair.actor.id]
        explained: dict[str, Explained] = {
            "gap": self._gap.explain(project, self._open[pair.project.id], actor),
            "topic": self._topic.explain(project, actor, mode),
            "meaning": self._explained_meaning(pair, index),
            "text": self._text.explain(pair.project, index.text, pair.owner),
            "network": self._network.explain(pair.project, pair.actor),
            "near": self._near.explain(pair.project, pair.actor),
        }
        return tuple(
            Part(
                name=name,
                weight=self._settings.weight(mode, name),
                value=values[name],
                contribution=self._contribution(name, values[name], mode),
                evidence=explained[name][0],
                sentence=explained[name][1],
            )
            for name in PARTS
        )

    def _explained_meaning(self, pair: _Pair, index: _Index) -> Explained:
        if self._meaning is None or index.meaning is None:
            return (), sentences.meaning(())
        return self._meaning.explain(pair.project, index.meaning, pair.owner)


def _speaks(values: Mapping[str, float]) -> bool:
    """Whether anything but place and contacts speaks for a pair."""
    return (
        values["gap"] > 0
        or values["topic"] > 0
        or values["text"] >= TELLING_TEXT
        or values["meaning"] >= TELLING_MEANING
    )

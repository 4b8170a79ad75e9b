"""Ranks actors for a project and projects for an actor, each rank with its reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ckanext.dresdensmartcity.city.model import Label

from .ngrams import PhraseIndex
from .parts import Explained, GapPart, NearPart, NetworkPart, TextPart, TopicPart, concepts_of
from .records import PARTS, Actor, Match, Mode, Part, Project, UnknownEntryError
from .taxonomy import Taxonomy

# Contributions are cut before they are summed, so that what is shown adds up to what is ranked by.
DIGITS = 4
STEPS = 10_000
# Below it texts share endings and little else.
TELLING_TEXT = 0.1


@dataclass(frozen=True)
class Settings:
    """What a city may set."""

    weights: Mapping[Mode, Mapping[str, float]]  # the weights of a mode sum to 1
    reach_m: float  # the distance at which nearness has fallen to 1/e
    field_labels: Mapping[str, Label]  # of the fields of action, by id
    common_texts: tuple[str, ...] = ()  # their words stand everywhere and tell nothing: the name of the city


@dataclass(frozen=True)
class _Pair:
    project: Project
    owner: int  # number of the actor in the phrase index
    actor: Actor
    text: float


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
        self._index = self._text.index(self._everybody)
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
        texts = self._text.values(project, self._index, len(self._everybody))
        pairs = [_Pair(project, owner, actor, texts[owner]) for owner, actor in enumerate(self._everybody)]
        return self._ranked(pairs, self._index, _Wish(mode, limit, relevant))

    def projects_for(
        self, actor_id: str, mode: Mode, limit: int | None = None, *, relevant: bool = False
    ) -> tuple[Match, ...]:
        """Projects that the actor is not a member of, the best first; equal scores by id. `relevant` as above.

        Raises UnknownEntryError.
        """
        actor = self._actors.get(actor_id)
        if actor is None:
            raise UnknownEntryError("actor", actor_id)
        index = self._text.index([actor])
        pairs = [
            _Pair(project, 0, actor, self._text.values(project, index, 1)[0]) for project in self._projects.values()
        ]
        return self._ranked(pairs, index, _Wish(mode, limit, relevant))

    def _ranked(self, pairs: list[_Pair], index: PhraseIndex, wish: _Wish) -> tuple[Match, ...]:
        scored = []
        for pair in pairs:
            if any(member.actor == pair.actor.id for member in pair.project.members):
                continue
            values = self._values(pair, wish.mode)
            if wish.relevant and not _speaks(values):
                continue
            scored.append((self._score(values, wish.mode), pair, values))
        scored.sort(key=lambda one: (-one[0], one[1].actor.id, one[1].project.id))
        return tuple(
            Match(pair.project.id, pair.actor.id, score, self._parts(pair, values, index, wish.mode))
            for score, pair, values in scored[: wish.limit]
        )

    def _values(self, pair: _Pair, mode: Mode) -> dict[str, float]:
        project, actor = self._of_project[pair.project.id], self._of_actor[pair.actor.id]
        return {
            "gap": self._gap.value(project, self._open[pair.project.id], actor),
            "topic": self._topic.value(project, actor, mode),
            "text": pair.text,
            "network": self._network.value(pair.project, pair.actor),
            "near": self._near.value(pair.project, pair.actor),
        }

    def _score(self, values: Mapping[str, float], mode: Mode) -> float:
        return round(sum(self._contribution(name, values[name], mode) for name in PARTS), DIGITS)

    def _contribution(self, name: str, value: float, mode: Mode) -> float:
        # Down, not to the nearest: five parts rounded up could sum to more than 1.
        return math.floor(self._settings.weights[mode][name] * value * STEPS + 1e-6) / STEPS

    def _parts(self, pair: _Pair, values: Mapping[str, float], index: PhraseIndex, mode: Mode) -> tuple[Part, ...]:
        project, actor = self._of_project[pair.project.id], self._of_actor[pair.actor.id]
        explained: dict[str, Explained] = {
            "gap": self._gap.explain(project, self._open[pair.project.id], actor),
            "topic": self._topic.explain(project, actor, mode),
            "text": self._text.explain(pair.project, index, pair.owner),
            "network": self._network.explain(pair.project, pair.actor),
            "near": self._near.explain(pair.project, pair.actor),
        }
        return tuple(
            Part(
                name=name,
                weight=self._settings.weights[mode][name],
                value=values[name],
                contribution=self._contribution(name, values[name], mode),
                evidence=explained[name][0],
                sentence=explained[name][1],
            )
            for name in PARTS
        )


def _speaks(values: Mapping[str, float]) -> bool:
    """Whether anything but place and contacts speaks for a pair."""
    return values["gap"] > 0 or values["topic"] > 0 or values["text"] >= TELLING_TEXT

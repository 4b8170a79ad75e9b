"""Ranks actors for a project, projects for an actor and actors for an actor, each rank with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from ckanext.dresdensmartcity.city.model import Label

from ..language import Lexicon
from .arrays import Array, Numbers, Values
from .explain import Explainer
from .records import ACTOR, PARTS, PROJECT, Actor, Change, Match, Mode, Part, Project, Ref, UnknownEntryError
from .scores import Scores, contributions, total
from .tables import Knowledge, Tables, made
from .taxonomy import Taxonomy

# Contributions are cut before they are summed, so that what is shown adds up to what is ranked by.
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
class Ranking:
    """All that were found for an entry, the best first; of equal scores that with the lower id."""

    seeker: Ref
    number: int  # of the seeker
    found: str  # type of those found
    mode: Mode
    order: Numbers  # numbers of those found
    scores: Numbers  # in STEPS, of each number
    values: Mapping[str, Values]  # of each number
    parts: Mapping[str, Numbers]

    def only(self, kept: Array) -> Ranking:
        """Those of the order that are kept; the others are left out."""
        return replace(self, order=self.order[kept])

    def place(self, number: int) -> int:
        """The rank of a number, from 1; 0 where it was not found."""
        at = np.flatnonzero(self.order == number)
        return int(at[0]) + 1 if len(at) else 0


class Matcher:
    """Matching over one state of the atlas; immutable, so that it can be kept until the atlas changes."""

    def __init__(
        self, actors: Iterable[Actor], projects: Iterable[Project], taxonomy: Taxonomy, settings: Settings
    ) -> None:
        knowledge = Knowledge(taxonomy, settings.lexicon, settings.common_texts)
        self._set(made(actors, projects, knowledge), knowledge, settings)

    @classmethod
    def over(cls, tables: Tables, knowledge: Knowledge, settings: Settings) -> Matcher:
        """Over tables that are there already."""
        matcher = cls.__new__(cls)
        matcher._set(tables, knowledge, settings)
        return matcher

    def _set(self, tables: Tables, knowledge: Knowledge, settings: Settings) -> None:
        self.tables, self.knowledge, self.settings = tables, knowledge, settings
        self._scores = Scores(tables, knowledge.covers, knowledge.speller, settings.reach_m)
        self._explainer = Explainer(tables, knowledge, settings.field_labels)

    def actors_for(
        self, project_id: str, mode: Mode, limit: int | None = None, *, relevant: bool = False
    ) -> tuple[Match, ...]:
        """Actors that are not members, the best first; equal scores by id.

        `relevant` leaves out those for whom nothing speaks but their place or their contacts.

        Raises UnknownEntryError.
        """
        return self.matches(self.rank(Ref(PROJECT, project_id), ACTOR, mode, relevant=relevant), limit)

    def projects_for(
        self, actor_id: str, mode: Mode, limit: int | None = None, *, relevant: bool = False
    ) -> tuple[Match, ...]:
        """Projects that the actor is not a member of, the best first; equal scores by id. `relevant` as above.

        Raises UnknownEntryError.
        """
        return self.matches(self.rank(Ref(ACTOR, actor_id), PROJECT, mode, relevant=relevant), limit)

    def partners_for(
        self, actor_id: str, mode: Mode, limit: int | None = None, *, relevant: bool = False
    ) -> tuple[Match, ...]:
        """Other actors: what one seeks and the other offers, both ways; equal scores by id. `relevant` as above.

        Raises UnknownEntryError.
        """
        return self.matches(self.rank(Ref(ACTOR, actor_id), ACTOR, mode, relevant=relevant), limit)

    def ranking(self, project_id: str, mode: Mode) -> tuple[str, ...]:
        """The ids of all actors that are not members, as `actors_for` orders them, without the reasons.

        Raises UnknownEntryError.
        """
        ids = self.tables.ids[ACTOR]
        return tuple(ids[at] for at in self.rank(Ref(PROJECT, project_id), ACTOR, mode).order.tolist())

    def rank(self, seeker: Ref, found: str, mode: Mode, *, relevant: bool = False) -> Ranking:
        """All entries of the type `found` in their order; `relevant` as above.

        Raises UnknownEntryError.
        """
        number = self.tables.number(seeker.type, seeker.id)
        if number is None:
            raise UnknownEntryError(seeker.type, seeker.id)
        values = self._scores.values(seeker.type, number, found, mode)
        parts = contributions(values, {name: self.settings.weight(mode, name) for name in PARTS}, STEPS)
        scores = total(parts)
        kept = ~self._scores.excluded(seeker.type, number, found)
        if relevant:
            kept &= _speaks(values)
        candidates = np.flatnonzero(kept)
        order = candidates[np.argsort(-scores[candidates], kind="stable")]
        return Ranking(seeker, number, found, mode, order, scores, values, parts)

    def matches(self, ranking: Ranking, limit: int | None = None) -> tuple[Match, ...]:
        """The best of a ranking, with their reasons."""
        return tuple(self.match(ranking, int(one), rank) for rank, one in enumerate(ranking.order[:limit], 1))

    def match(self, ranking: Ranking, number: int, rank: int | None = None) -> Match:
        """One of a ranking, with its reasons; rank 0 where it was left out."""
        mode, explained = (
            ranking.mode,
            self._explainer.explain(ranking.seeker, ranking.number, ranking.found, number, ranking.mode, self._scores),
        )
        return Match(
            seeker=ranking.seeker,
            found=Ref(ranking.found, self.tables.ids[ranking.found][number]),
            rank=ranking.place(number) if rank is None else rank,
            score=int(ranking.scores[number]) / STEPS,
            parts=tuple(
                Part(
                    name=name,
                    weight=self.settings.weight(mode, name),
                    value=float(ranking.values[name][number]),
                    contribution=int(ranking.parts[name][number]) / STEPS,
                    evidence=explained[name][0],
                    sentence=explained[name][1],
                )
                for name in PARTS
            ),
        )

    def changes(self, ranking: Ranking, number: int, most: int = 3) -> tuple[Change, ...]:
        """The smallest changes of the actor of this pair that would lift it for who seeks, the highest first."""
        from .counterfactual import changes

        return changes(self, ranking, number, most)


def _speaks(values: Mapping[str, Values]) -> Array:
    """For whom anything but place and contacts speaks."""
    spoken: Array = (
        (values["gap"] > 0)
        | (values["topic"] > 0)
        | (values["text"] >= TELLING_TEXT)
        | (values["meaning"] >= TELLING_MEANING)
    )
    return spoken

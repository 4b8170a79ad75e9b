"""What would lift an actor: small changes of its entry, each found by scoring the changed entry anew.

A score rests on the two entries of a pair alone, so the others keep theirs: the rank reached is the true one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from ckanext.dresdensmartcity.city.model import Label, Position

from . import sentences
from .concepts import FIELD, label_of
from .records import ACTOR, PARTS, PROJECT, Actor, Change, Mode, Project
from .scores import Scores, contributions, total
from .tables import made

if TYPE_CHECKING:
    from .matcher import Matcher, Ranking

NEARBY_M = 1_000.0  # the distance that is tried where no place is known
DEGREE_M = 111_195.0  # of latitude
MOST_OFFERS = 12  # candidates: the most that a project needs


@dataclass(frozen=True)
class _Idea:
    actor: Actor
    field: str
    values: tuple[str, ...]
    labels: tuple[Label, ...]


def changes(matcher: Matcher, ranking: Ranking, number: int, most: int) -> tuple[Change, ...]:
    """The smallest changes that lift the actor `number` of a ranking of actors, those that lift it most first.

    Two new offers are tried only where none alone lifts it. Empty for who is first or was left out.
    """
    before = ranking.place(number)
    if ranking.found != ACTOR or before <= 1:
        return ()
    tables = matcher.tables
    actor = tables.actor(number)
    seeker = tables.project(ranking.number) if ranking.seeker.type == PROJECT else tables.actor(ranking.number)
    single = list(_ideas(matcher, seeker, actor, ranking.mode))
    found = _lifting(matcher, ranking, number, seeker, single)
    if not found:
        offers = [idea for idea in single if idea.field == "offers"][:MOST_OFFERS]
        double = [
            _Idea(
                _offering(actor, (*one.values, *two.values)), "offers", one.values + two.values, one.labels + two.labels
            )
            for one, two in combinations(offers, 2)
        ]
        found = _lifting(matcher, ranking, number, seeker, double)
    found.sort(key=lambda change: (change.rank, change.field, change.values))
    return tuple(found[:most])


def _offering(actor: Actor, more: tuple[str, ...]) -> Actor:
    return replace(actor, offers=(*actor.offers, *more))


def _ideas(matcher: Matcher, seeker: Actor | Project, actor: Actor, mode: Mode) -> Iterator[_Idea]:
    """All changes by one step: an offer that is needed, a topic or field of the seeker, a place."""
    knowledge, labels = matcher.knowledge, matcher.settings.field_labels
    asked, has = knowledge.concepts(seeker), set(knowledge.concepts(actor).offers)
    spelled = {knowledge.taxonomy.concept(need): need for need in reversed(seeker.needs)}
    for concept in dict.fromkeys((*asked.needs, *asked.mentioned)):
        if concept not in has:
            yield _Idea(
                _offering(actor, (spelled.get(concept, concept),)),
                "offers",
                (spelled.get(concept, concept),),
                (label_of(concept, knowledge.taxonomy, labels),),
            )
    if mode is Mode.SIMILAR:
        for field in seeker.fields:
            if field not in actor.fields:
                yield _Idea(
                    replace(actor, fields=(*actor.fields, field)),
                    "fields",
                    (field,),
                    (label_of(FIELD + field, knowledge.taxonomy, labels),),
                )
    place = seeker.position or (seeker.areas[0] if isinstance(seeker, Project) and seeker.areas else None)
    if place and not actor.position:
        yield _Idea(replace(actor, position=north_of(place)), "position", (), ())


def north_of(place: Position) -> Position:
    """A place NEARBY_M away."""
    step = NEARBY_M / DEGREE_M
    return place[0], place[1] + (step if place[1] < 0 else -step)


def _lifting(
    matcher: Matcher, ranking: Ranking, number: int, seeker: Actor | Project, ideas: list[_Idea]
) -> list[Change]:
    """Those ideas that lift the actor, with what they reach."""
    if not ideas:
        return []
    from .matcher import STEPS

    before, scores = ranking.place(number), _rescored(matcher, ranking, number, seeker, ideas, STEPS)
    others = ranking.order[ranking.order != number]
    theirs = ranking.scores[others]
    found = []
    for idea, score in zip(ideas, scores, strict=True):
        rank = 1 + int(((theirs > score) | ((theirs == score) & (others < number))).sum())
        if rank < before:
            found.append(Change(idea.field, idea.values, rank, score / STEPS, _sentence(idea, rank, before)))
    return found


def _sentence(idea: _Idea, rank: int, before: int) -> Label:
    if idea.field == "position":
        return sentences.placed(NEARBY_M, rank, before)
    if idea.field == "fields":
        return sentences.active(idea.labels[0], rank, before)
    return sentences.offered(idea.labels, rank, before)


def _rescored(
    matcher: Matcher, ranking: Ranking, number: int, seeker: Actor | Project, ideas: list[_Idea], steps: int
) -> list[int]:
    """The scores of the changed entries, each computed in a small atlas of its own with the seeker and its members."""
    tables, settings = matcher.tables, matcher.settings
    variants = [replace(idea.actor, id=f" {at:04}") for at, idea in enumerate(ideas)]  # sorted before all ids
    if isinstance(seeker, Project):
        known = [int(one) for one in tables.members.row(ranking.number) if one < len(tables.ids[ACTOR])]
        around, projects = [tables.actor(one) for one in known], [seeker]
    else:
        around, projects = [seeker], []
    small = made([*variants, *around], projects, matcher.knowledge)
    at = small.number(ranking.seeker.type, ranking.seeker.id)
    assert at is not None  # noqa: S101 - it was put in above
    found = Scores(small, matcher.knowledge.covers, matcher.knowledge.speller, settings.reach_m).values(
        ranking.seeker.type, at, ACTOR, ranking.mode
    )
    # Ties do not change with what an entry says.
    found["network"] = np.full(len(small.ids[ACTOR]), ranking.values["network"][number])
    parts = contributions(found, {name: settings.weight(ranking.mode, name) for name in PARTS}, steps)
    return [int(one) for one in total(parts)[: len(variants)]]

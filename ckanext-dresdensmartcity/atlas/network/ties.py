"""From memberships to ties: the graph of actors and projects, and that of actors alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from .records import Actor, Member, Project, Shared, Tie

# A project of n members makes n (n - 1) / 2 ties. Above this size its members are tied to those who lead it only:
# nobody of a hundred partners knows all others, and ten thousand members would make fifty million ties.
LARGEST_CIRCLE = 60
MOST_TIES = 500_000  # of the whole network; what comes later is left out and counted


@dataclass(frozen=True)
class Network:
    """Actors, projects and ties; everything sorted by id, so that the order of the input changes nothing."""

    actors: Mapping[str, Actor]
    projects: Mapping[str, Project]  # members that are no actors of the network are left out
    ties: tuple[Tie, ...]
    unknown_members: tuple[tuple[str, str], ...]  # (project, actor that there is not)
    large_projects: tuple[str, ...]  # more members than LARGEST_CIRCLE
    ties_left_out: int = 0

    @cached_property
    def projects_of(self) -> Mapping[str, tuple[str, ...]]:
        """Projects of each actor, also of those that have none."""
        found: dict[str, list[str]] = {one: [] for one in self.actors}
        for project in self.projects.values():
            for member in dict.fromkeys(one.actor for one in project.members):
                found[member].append(project.id)
        return {actor: tuple(projects) for actor, projects in found.items()}

    @cached_property
    def ties_of(self) -> Mapping[str, tuple[Tie, ...]]:
        """Ties of each actor, also of those that have none."""
        found: dict[str, list[Tie]] = {one: [] for one in self.actors}
        for tie in self.ties:
            found[tie.one].append(tie)
            found[tie.other].append(tie)
        return {actor: tuple(ties) for actor, ties in found.items()}

    @cached_property
    def neighbours(self) -> Mapping[str, frozenset[str]]:
        """Who has a tie with whom."""
        return {
            actor: frozenset(tie.other if tie.one == actor else tie.one for tie in ties)
            for actor, ties in self.ties_of.items()
        }

    @cached_property
    def fields_of(self) -> Mapping[str, tuple[str, ...]]:
        """The fields in which an actor works: its own and those of its projects."""
        return {
            one.id: tuple(
                dict.fromkeys([*one.fields, *(f for p in self.projects_of[one.id] for f in self.projects[p].fields)])
            )
            for one in self.actors.values()
        }


def connect(actors: Iterable[Actor], projects: Iterable[Project]) -> Network:
    """The network of these entries; of two with the same id the first by its title counts."""
    known = {one.id: one for one in sorted(actors, key=lambda one: (one.id, one.title), reverse=True)}
    known = dict(sorted(known.items()))
    every = {one.id: one for one in sorted(projects, key=lambda one: (one.id, one.title), reverse=True)}
    unknown, kept = [], {}
    for identifier, project in sorted(every.items()):
        members = _once(project.members)
        unknown += [(identifier, one.actor) for one in members if one.actor not in known]
        kept[identifier] = _with(project, tuple(one for one in members if one.actor in known))
    ties, left_out = _ties(kept.values())
    return Network(
        actors=known,
        projects=kept,
        ties=ties,
        unknown_members=tuple(unknown),
        large_projects=tuple(one.id for one in kept.values() if len(one.members) > LARGEST_CIRCLE),
        ties_left_out=left_out,
    )


def _with(project: Project, members: tuple[Member, ...]) -> Project:
    return Project(project.id, project.title, project.fields, project.needs, members, project.start, project.end)


def _once(members: Iterable[Member]) -> tuple[Member, ...]:
    """Each actor once, with its first role (lead, partner, funder) and all the time it was in the project."""
    order = {"lead": 0, "partner": 1, "funder": 2}
    by_actor: dict[str, list[Member]] = {}
    for one in sorted(members, key=lambda one: (one.actor, order.get(one.role, 3), one.role, one.since, one.until)):
        by_actor.setdefault(one.actor, []).append(one)
    merged = [
        Member(
            actor,
            own[0].role,
            "" if any(not one.since for one in own) else min(one.since for one in own),
            "" if any(not one.until for one in own) else max(one.until for one in own),
        )
        for actor, own in by_actor.items()
    ]
    return tuple(sorted(merged, key=lambda one: (order.get(one.role, 3), one.actor)))


def _ties(projects: Iterable[Project]) -> tuple[tuple[Tie, ...], int]:
    shared: dict[tuple[str, str], list[Shared]] = {}
    strength: dict[tuple[str, str], float] = {}
    left_out = 0
    for project in projects:
        for one, other in _pairs(project):
            first, second = sorted((one, other), key=lambda member: member.actor)
            pair = first.actor, second.actor
            if pair not in shared and len(shared) >= MOST_TIES:
                left_out += 1
                continue
            since = _latest(first.since, second.since) or project.start
            until = _earliest(first.until, second.until) or project.end
            shared.setdefault(pair, []).append(Shared(project.id, since, until))
            strength[pair] = strength.get(pair, 0.0) + 1 / (len(project.members) - 1)
    ties = tuple(Tie(*pair, tuple(shared[pair]), round(strength[pair], 6)) for pair in sorted(shared))
    return ties, left_out


def _pairs(project: Project) -> Iterable[tuple[Member, Member]]:
    members = project.members
    if len(members) <= LARGEST_CIRCLE:
        return combinations(members, 2)
    leads = [one for one in members if one.role == "lead"] or [members[0]]
    names = {one.actor for one in leads[:LARGEST_CIRCLE]}
    centre = [one for one in members if one.actor in names]
    rest = [one for one in members if one.actor not in names]
    return [*combinations(centre, 2), *((lead, one) for lead in centre[:1] for one in rest)]


def _latest(*dates: str) -> str:
    """From when on both were there; empty where one is unknown."""
    return max(dates) if all(dates) else next((one for one in dates if one), "")


def _earliest(*dates: str) -> str:
    return min((one for one in dates if one), default="")

"""The part of a network that a page shows: what was found, with those it works with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from .records import Tie
from .ties import Network

MOST_ACTORS = 44  # of a drawing whose labels can still be read
MOST_PROJECTS = 40


@dataclass(frozen=True)
class Selection:
    """Found entries with their neighbours, and what of them is drawn."""

    found: frozenset[str]  # actors that were found themselves
    actors: tuple[str, ...]  # these and the members of the projects below, by id
    projects: tuple[str, ...]  # found ones and those of found actors, by id
    ties: tuple[Tie, ...]  # of these projects, the strongest first
    drawn_actors: tuple[str, ...]
    drawn_projects: tuple[str, ...]  # of at least two drawn members
    single: tuple[str, ...]  # projects of one member or none: they tie nobody and are not drawn

    @property
    def actors_left_out(self) -> int:
        return len(self.actors) - len(self.drawn_actors)

    @property
    def projects_left_out(self) -> int:
        """Projects that tie actors and are not drawn, as there are too many."""
        return len(self.projects) - len(self.single) - len(self.drawn_projects)


def select(network: Network, actors: Collection[str], projects: Collection[str]) -> Selection:
    """The network round these actors and projects; ids that it does not know are left out.

    Found projects bring their members, found actors their projects and all members of these.
    """
    found = frozenset(actors) & network.actors.keys()
    shown = {one for one in projects if one in network.projects}
    shown |= {project for actor in found for project in network.projects_of[actor]}
    members = {project: [one.actor for one in network.projects[project].members] for project in shown}
    around = found | {actor for own in members.values() for actor in own}
    ties = [tie for actor in around for tie in network.ties_of[actor] if tie.one == actor]
    ties = [tie for tie in ties if any(one.project in shown for one in tie.projects)]
    single = tuple(sorted(project for project, own in members.items() if len(own) < 2))
    joining = shown - set(single)
    drawn_actors = _most_connected(network, around, found)
    drawn_projects = _joining_most(members, joining, set(drawn_actors))
    return Selection(
        found=found,
        actors=tuple(sorted(around)),
        projects=tuple(sorted(shown)),
        ties=tuple(sorted(ties, key=lambda tie: (-len(tie.projects), -tie.strength, tie.one, tie.other))),
        drawn_actors=drawn_actors,
        drawn_projects=drawn_projects,
        single=single,
    )


def _most_connected(network: Network, around: Collection[str], found: Collection[str]) -> tuple[str, ...]:
    ranked = sorted(
        around, key=lambda one: (not network.ties_of[one], -len(network.ties_of[one]), one not in found, one)
    )
    return tuple(sorted(ranked[:MOST_ACTORS]))


def _joining_most(members: dict[str, list[str]], joining: Collection[str], drawn: Collection[str]) -> tuple[str, ...]:
    counts = {project: sum(actor in drawn for actor in members[project]) for project in joining}
    ranked = sorted((one for one in joining if counts[one] > 1), key=lambda one: (-counts[one], one))
    return tuple(sorted(ranked[:MOST_PROJECTS]))

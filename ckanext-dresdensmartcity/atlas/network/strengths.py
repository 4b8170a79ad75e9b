"""What a city can do in each field of action: numbers that can be counted after, on the same terms for all fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..matching import Taxonomy
from .ties import Network

FEW = 2  # an offer is rare where so many actors or fewer of the whole atlas make it
RUNNING, FINISHED, PLANNED, OTHER = "running", "completed", "planned", "other"
STATES = (RUNNING, FINISHED, PLANNED, OTHER)


@dataclass(frozen=True)
class ProjectFacts:
    """What strengths ask of a project beyond the network."""

    id: str
    status: str = ""
    budget_cents: int | None = None


@dataclass(frozen=True)
class Rare:
    """A topic that few others offer, and who does."""

    concept: str
    actors: tuple[str, ...]


@dataclass(frozen=True)
class Strength:
    """One field of action in numbers; a project or actor of several fields counts whole in each."""

    field: str
    actors: tuple[str, ...]  # that work in the field: by their own word or by a project
    kinds: Mapping[str, int]  # of these actors
    projects: Mapping[str, tuple[str, ...]]  # by STATES
    budget_cents: int
    with_budget: int  # projects that name one
    datasets: int
    rare: tuple[Rare, ...]  # offered in the field, by FEW or fewer in the whole atlas
    offers: int  # different topics that its actors offer
    ties_inside: int  # pairs that share one of its projects
    ties_outside: int  # ties of its actors to those who do not work in the field

    @property
    def all_projects(self) -> int:
        return sum(len(one) for one in self.projects.values())


def strengths(
    network: Network,
    fields: Sequence[str],
    facts: Iterable[ProjectFacts],
    datasets: Mapping[str, int],
    taxonomy: Taxonomy,
) -> tuple[Strength, ...]:
    """A record for each of the fields, in their order, also for those where nothing is."""
    known = {one.id: one for one in facts}
    offers = {actor.id: taxonomy.concepts(actor.offers) for actor in network.actors.values()}
    givers: dict[str, list[str]] = {}
    for actor, concepts in offers.items():
        for concept in concepts:
            givers.setdefault(concept, []).append(actor)
    return tuple(_one(network, field, known, datasets.get(field, 0), offers, givers) for field in fields)


def _one(
    network: Network,
    field: str,
    facts: Mapping[str, ProjectFacts],
    datasets: int,
    offers: Mapping[str, Sequence[str]],
    givers: Mapping[str, Sequence[str]],
) -> Strength:
    actors = tuple(actor for actor, own in network.fields_of.items() if field in own)
    inside = set(actors)
    projects: dict[str, list[str]] = {state: [] for state in STATES}
    budgets = []
    for project in network.projects.values():
        if field not in project.fields:
            continue
        fact = facts.get(project.id, ProjectFacts(project.id))
        projects[fact.status if fact.status in STATES else OTHER].append(project.id)
        if fact.budget_cents is not None:
            budgets.append(fact.budget_cents)
    own = {project for found in projects.values() for project in found}
    mine = {concept for actor in actors for concept in offers[actor]}
    return Strength(
        field=field,
        actors=actors,
        kinds=dict(sorted(Counter(network.actors[actor].kind for actor in actors).items())),
        projects={state: tuple(found) for state, found in projects.items()},
        budget_cents=sum(budgets),
        with_budget=len(budgets),
        datasets=datasets,
        rare=tuple(Rare(one, tuple(givers[one])) for one in sorted(mine) if len(givers[one]) <= FEW),
        offers=len(mine),
        ties_inside=sum(any(shared.project in own for shared in tie.projects) for tie in network.ties),
        ties_outside=sum((tie.one in inside) != (tie.other in inside) for tie in network.ties),
    )

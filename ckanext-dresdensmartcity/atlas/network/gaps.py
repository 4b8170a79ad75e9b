"""Who should know each other and does not: between fields, between clusters, and for actors without ties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product

from ..matching import Taxonomy
from .records import Lonely, Missing, PairGap, TopicGap
from .ties import Network

MOST_NAMED = 4  # projects or actors for a topic
MOST_TOPICS = 5  # for a pair or an actor
MOST_PAIRS = 12
MOST_LONELY = 200
FREE_TEXT = "text:"


@dataclass(frozen=True)
class Demand:
    """Who seeks and who offers each concept."""

    open_needs: Mapping[str, tuple[str, ...]]  # of each project what no member offers
    seekers: Mapping[str, tuple[str, ...]]  # of each concept the projects that still seek it
    givers: Mapping[str, tuple[str, ...]]  # of each sought concept the actors that offer it or something narrower


def demand(network: Network, taxonomy: Taxonomy) -> Demand:
    """What is sought and offered."""
    offers: dict[str, list[str]] = defaultdict(list)
    for actor in network.actors.values():
        for concept in taxonomy.concepts(actor.offers):
            offers[concept].append(actor.id)
    sought = {project.id: taxonomy.concepts(project.needs) for project in network.projects.values()}
    wanted = {concept for concepts in sought.values() for concept in concepts}
    wanted |= {concept for actor in network.actors.values() for concept in taxonomy.concepts(actor.needs)}
    topics = [concept for concept in sorted(offers) if not concept.startswith(FREE_TEXT)]
    givers: dict[str, tuple[str, ...]] = {}
    for concept in sorted(wanted):
        # What is no topic is met by its own words only.
        meeting = [concept] if concept.startswith(FREE_TEXT) else [t for t in topics if taxonomy.cover(concept, t) == 1]
        givers[concept] = tuple(sorted({giver for topic in meeting for giver in offers.get(topic, ())}))
    giving = {concept: frozenset(actors) for concept, actors in givers.items()}
    still = {
        project.id: tuple(
            concept
            for concept in sought[project.id]
            if not any(member.actor in giving[concept] for member in project.members)
        )
        for project in network.projects.values()
    }
    seekers: dict[str, list[str]] = defaultdict(list)
    for identifier, concepts in still.items():
        for concept in concepts:
            seekers[concept].append(identifier)
    return Demand(still, {concept: tuple(projects) for concept, projects in sorted(seekers.items())}, givers)


def missing(wishes: Demand) -> tuple[Missing, ...]:
    """What projects seek and nobody offers, the most sought first."""
    found = [Missing(concept, seekers) for concept, seekers in wishes.seekers.items() if not wishes.givers[concept]]
    return tuple(sorted(found, key=lambda one: (-len(one.seekers), one.concept)))


def lonely(network: Network, wishes: Demand, taxonomy: Taxonomy) -> tuple[Lonely, ...]:
    """Actors without ties: those first that could give or get most."""
    offered: dict[str, list[str]] = defaultdict(list)
    for concept, givers in wishes.givers.items():
        for giver in givers:
            offered[giver].append(concept)
    found = []
    for actor in network.actors.values():
        if network.ties_of[actor.id]:
            continue
        own = set(network.projects_of[actor.id])
        give = [
            TopicGap(concept, seekers[:MOST_NAMED], (actor.id,))
            for concept in offered[actor.id]
            if (seekers := tuple(one for one in wishes.seekers.get(concept, ()) if one not in own))
        ]
        get = [
            TopicGap(concept, (), givers[:MOST_NAMED])
            for concept in taxonomy.concepts(actor.needs)
            if (givers := tuple(one for one in wishes.givers[concept] if one != actor.id))
        ]
        found.append(Lonely(actor.id, tuple(give[:MOST_TOPICS]), tuple(get[:MOST_TOPICS])))
    found.sort(key=lambda one: (-len(one.could_give) - len(one.could_get), one.actor))
    return tuple(found[:MOST_LONELY])


@dataclass(frozen=True)
class Group:
    """Actors and projects that belong together, by field or by cluster."""

    id: str
    actors: frozenset[str]
    projects: tuple[str, ...]


def by_field(network: Network) -> tuple[Group, ...]:
    """A group for each field of action; an actor may be in several."""
    fields = sorted({field for own in network.fields_of.values() for field in own})
    return tuple(
        Group(
            field,
            frozenset(actor for actor, own in network.fields_of.items() if field in own),
            tuple(one.id for one in network.projects.values() if field in one.fields),
        )
        for field in fields
    )


def pair_gaps(network: Network, wishes: Demand, groups: Sequence[Group]) -> tuple[PairGap, ...]:
    """Pairs of groups with fewer ties than usual where one offers what the other still seeks.

    "Usual" is what as many pairs of actors of the whole network have on average. Those who are in both groups tie them
    already and count for neither.
    """
    tied = sum(bool(ties) for ties in network.ties_of.values())
    possible = tied * (tied - 1) / 2
    density = len(network.ties) / possible if possible else 0.0
    counts = _ties_between(network, groups)
    found = []
    for one, other in permutations(groups, 2):
        mine, theirs = one.actors - other.actors, other.actors - one.actors
        ties = counts.get((min(one.id, other.id), max(one.id, other.id)), 0)
        usual = round(density * len(mine) * len(theirs), 1)
        if ties < usual and (topics := _unmet(network, wishes, one.projects, theirs)):
            found.append(PairGap(one.id, other.id, ties, usual, topics))
    found.sort(key=lambda gap: (gap.ties - gap.usual, -len(gap.topics), gap.one, gap.other))
    return tuple(found[:MOST_PAIRS])


def _ties_between(network: Network, groups: Sequence[Group]) -> Mapping[tuple[str, str], int]:
    """Ties for each pair of groups, the smaller id first."""
    members: dict[str, set[str]] = {actor: set() for actor in network.actors}
    for group in groups:
        for actor in group.actors:
            members[actor].add(group.id)
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for tie in network.ties:
        for one, other in product(members[tie.one] - members[tie.other], members[tie.other] - members[tie.one]):
            counts[min(one, other), max(one, other)] += 1
    return counts


def _unmet(network: Network, wishes: Demand, projects: Iterable[str], actors: frozenset[str]) -> tuple[TopicGap, ...]:
    """What the projects still seek and these actors offer, without a tie between the actor and a member."""
    seekers: dict[str, list[str]] = defaultdict(list)
    for project in projects:
        for concept in wishes.open_needs[project]:
            if len(seekers[concept]) < MOST_NAMED:
                seekers[concept].append(project)
    found = []
    for concept, seeking in seekers.items():
        inside = {member.actor for one in seeking for member in network.projects[one].members}
        givers = []
        for actor in wishes.givers[concept]:
            if actor in actors and actor not in inside and not network.neighbours[actor] & inside:
                givers.append(actor)
            if len(givers) == MOST_NAMED:
                break
        if givers:
            found.append(TopicGap(concept, tuple(seeking), tuple(givers)))
    found.sort(key=lambda gap: (-len(gap.seekers), gap.concept))
    return tuple(found[:MOST_TOPICS])

"""All that is found in a network, in one record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..matching import Taxonomy
from .bridges import bridges
from .gaps import Demand, Group, by_field, demand, lonely, missing, pair_gaps
from .graphs import Graphs
from .records import Actor, Bridge, Cluster, Lonely, Missing, PairGap, Project
from .ties import Network, connect

LEAST_CLUSTER = 3  # actors
MOST_CLUSTERS = 12


@dataclass(frozen=True)
class Analysis:
    """A network with what holds it together and what it lacks."""

    network: Network
    betweenness: Mapping[str, float]  # of each actor, in [0, 1]
    betweenness_is_exact: bool
    components: tuple[int, ...]  # actors of each part, the largest first; 1 for who has no tie
    bridges: tuple[Bridge, ...]
    clusters: tuple[Cluster, ...]  # of LEAST_CLUSTER actors or more
    cluster_of: Mapping[str, int]  # number of the cluster; who is in none is not there
    demand: Demand
    field_gaps: tuple[PairGap, ...]
    cluster_gaps: tuple[PairGap, ...]
    lonely: tuple[Lonely, ...]
    missing: tuple[Missing, ...]

    def degree(self, actor: str) -> int:
        """With how many others an actor works."""
        return len(self.network.ties_of[actor])


def analyse(actors: Iterable[Actor], projects: Iterable[Project], taxonomy: Taxonomy) -> Analysis:
    """Everything about the network of these entries; the same for the same entries in any order."""
    network = connect(actors, projects)
    graphs = Graphs(network)
    betweenness, exact = graphs.betweenness()
    communities = [[graphs.name(node) for node in one] for one in graphs.communities()]
    found = [one for one in communities if len(one) >= LEAST_CLUSTER]
    cluster_of = {actor: number for number, one in enumerate(found, 1) for actor in one}
    clusters = _clusters(network, found, cluster_of)
    wishes = demand(network, taxonomy)
    return Analysis(
        network=network,
        betweenness=betweenness,
        betweenness_is_exact=exact,
        components=tuple(len(one) for one in graphs.components()),
        bridges=bridges(network, graphs, betweenness),
        clusters=clusters,
        cluster_of=cluster_of,
        demand=wishes,
        field_gaps=pair_gaps(network, wishes, by_field(network)),
        cluster_gaps=pair_gaps(network, wishes, _groups(network, clusters, cluster_of)),
        lonely=lonely(network, wishes, taxonomy),
        missing=missing(wishes),
    )


def _clusters(network: Network, found: list[list[str]], cluster_of: Mapping[str, int]) -> tuple[Cluster, ...]:
    inside: Counter[int] = Counter()
    outside: Counter[int] = Counter()
    for tie in network.ties:
        one, other = cluster_of.get(tie.one), cluster_of.get(tie.other)
        if one is not None and one == other:
            inside[one] += 1
            continue
        outside.update(number for number in (one, other) if number is not None)
    clusters = []
    for number, actors in enumerate(found, 1):
        fields = Counter(field for actor in actors for field in network.fields_of[actor])
        clusters.append(
            Cluster(
                number=number,
                actors=tuple(sorted(actors, key=lambda one: (-len(network.ties_of[one]), one))),
                fields=tuple(sorted(fields, key=lambda field: (-fields[field], field))),
                ties_inside=inside[number],
                ties_outside=outside[number],
            )
        )
    return tuple(clusters)


def _groups(network: Network, clusters: Iterable[Cluster], cluster_of: Mapping[str, int]) -> tuple[Group, ...]:
    """The largest clusters, each with the projects that most of whose members are in it."""
    home: dict[int, list[str]] = {}
    for project in network.projects.values():
        where = Counter(cluster_of[one.actor] for one in project.members if one.actor in cluster_of)
        if where:
            home.setdefault(min(where, key=lambda number: (-where[number], number)), []).append(project.id)
    return tuple(
        Group(str(one.number), frozenset(one.actors), tuple(home.get(one.number, ())))
        for one in list(clusters)[:MOST_CLUSTERS]
    )

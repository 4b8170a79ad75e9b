"""What NetworkX computes, with our records at the border.

Nodes are numbers in the order of the ids: the order of sets of numbers does not depend on the process, that of sets of
texts does, and so results would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import networkx as nx

from .ties import Network

SEED = 20220101
# Exact betweenness takes a search from every actor. Above this number it is estimated from some of them.
EXACT_ACTORS = 600
STARTS = 48


class Graphs:
    """The network as graphs of numbers."""

    def __init__(self, network: Network) -> None:
        self.actors = tuple(network.actors)
        self.projects = tuple(network.projects)
        self.number = {actor: at for at, actor in enumerate(self.actors)}
        first = len(self.actors)
        self.project_number = {project: first + at for at, project in enumerate(self.projects)}
        # Any: NetworkX has no types.
        self.of_actors: Any = nx.Graph()
        self.of_actors.add_nodes_from(range(first))
        self.of_actors.add_weighted_edges_from(
            (self.number[tie.one], self.number[tie.other], len(tie.projects)) for tie in network.ties
        )
        self.of_both: Any = nx.Graph()
        self.of_both.add_nodes_from(range(first + len(self.projects)))
        self.of_both.add_edges_from(
            (self.number[member.actor], self.project_number[project.id])
            for project in network.projects.values()
            for member in project.members
        )

    def is_actor(self, node: int) -> bool:
        return node < len(self.actors)

    def name(self, node: int) -> str:
        """The id of an actor or project."""
        return self.actors[node] if self.is_actor(node) else self.projects[node - len(self.actors)]

    def betweenness(self) -> tuple[Mapping[str, float], bool]:
        """Of each actor the share of shortest ways between others that lead over it; and whether it is exact."""
        exact = len(self.actors) <= EXACT_ACTORS
        starts = None if exact else min(STARTS, len(self.actors))
        found = nx.betweenness_centrality(self.of_actors, k=starts, seed=SEED)
        return {self.name(node): round(value, 6) for node, value in sorted(found.items())}, exact

    def communities(self) -> list[list[int]]:
        """Actors in communities (Louvain, ties count by their projects), the largest first; without ties in none."""
        tied = [node for node in self.of_actors if self.of_actors.degree(node)]
        if not tied:
            return []
        found = nx.community.louvain_communities(self.of_actors.subgraph(tied).copy(), weight="weight", seed=SEED)
        return sorted((sorted(one) for one in found), key=lambda one: (-len(one), one))

    def components(self) -> list[list[int]]:
        """Actors that reach each other, the largest part first."""
        found = (sorted(one) for one in nx.connected_components(self.of_actors))
        return sorted(found, key=lambda one: (-len(one), one))

    def cuts(self) -> Mapping[int, tuple[int, ...]]:
        """Nodes of the graph of both without which it falls apart, each with the actors of the parts that remain.

        Sizes come from the tree of blocks in one go: taking out each node and counting would be quadratic.
        """
        sizes: dict[int, tuple[int, ...]] = {}
        for part in nx.connected_components(self.of_both):
            if len(part) > 2:
                sizes.update(self._cuts_in(sorted(part)))
        return sizes

    def _cuts_in(self, part: Sequence[int]) -> Mapping[int, tuple[int, ...]]:
        graph = self.of_both.subgraph(part)
        blocks = [sorted(one) for one in nx.biconnected_components(graph)]
        blocks.sort()
        times: dict[int, int] = {}
        for block in blocks:
            for node in block:
                times[node] = times.get(node, 0) + 1
        cut = {node for node, count in times.items() if count > 1}
        # The tree: cut nodes and, behind them, blocks, numbered from -1 downwards.
        tree: dict[int, list[int]] = {node: [] for node in sorted(cut)}
        weight: dict[int, int] = {node: int(self.is_actor(node)) for node in tree}
        for at, block in enumerate(blocks):
            inside = [node for node in block if node in cut]
            tree[-1 - at] = inside
            weight[-1 - at] = sum(self.is_actor(node) for node in block if node not in cut)
            for node in inside:
                tree[node].append(-1 - at)
        return {node: sizes for node, sizes in _remaining(tree, weight).items() if node in cut}

    def parts_without(self, node: int) -> list[list[str]]:
        """The actors of each part that remains of the node's component, the largest first; parts without one go."""
        parts: list[set[int]] = []
        for start in sorted(self.of_both[node]):
            if any(start in part for part in parts):
                continue
            seen, ahead = {start}, [start]
            while ahead:
                for near in self.of_both[ahead.pop()]:
                    if near != node and near not in seen:
                        seen.add(near)
                        ahead.append(near)
            parts.append(seen)
        named = [sorted(self.name(one) for one in part if self.is_actor(one)) for part in parts]
        return sorted((one for one in named if one), key=lambda one: (-len(one), one))

    def tie_bridges(self) -> list[tuple[int, int]]:
        """Ties without which two parts lose each other."""
        return sorted((min(pair), max(pair)) for pair in nx.bridges(self.of_actors))


def _remaining(tree: Mapping[int, Sequence[int]], weight: Mapping[int, int]) -> Mapping[int, tuple[int, ...]]:
    """For each node of a tree the weights of the parts that remain without it, the largest first."""
    root = next(iter(tree), None)
    if root is None:
        return {}
    parent: dict[int, int | None] = {root: None}
    order = [root]
    for node in order:
        for near in tree[node]:
            if near != parent[node]:
                parent[near] = node
                order.append(near)
    below = dict(weight)
    for node in reversed(order[1:]):
        above = parent[node]
        if above is not None:
            below[above] += below[node]
    total = below[root]
    found = {}
    for node in order:
        sizes = [below[near] for near in tree[node] if parent[near] == node]
        sizes.append(total - below[node])
        found[node] = tuple(sorted((one for one in sizes if one), reverse=True))
    return found

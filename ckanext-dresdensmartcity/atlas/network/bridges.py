"""Who and what holds the network together, and what would fall apart without it."""

from __future__ import annotations

from collections.abc import Mapping

from .graphs import Graphs
from .records import ACTOR, PROJECT, TIE, Bridge
from .ties import Network

MOST_BRIDGES = 30  # of each kind
MOST_NAMED = 8  # actors of a part
MOST_PARTS = 6


def bridges(network: Network, graphs: Graphs, betweenness: Mapping[str, float]) -> tuple[Bridge, ...]:
    """Actors, projects and ties that hold parts together, those first without which most would be cut off.

    A project counts where others than its members would be cut off, or members that have nothing else: a pair of actors
    that only one project joins is told by its tie.
    """
    cuts = graphs.cuts()
    worst = sorted(
        ((node, sizes) for node, sizes in cuts.items() if len(sizes) > 1),
        key=lambda one: (-sum(one[1][1:]), -betweenness.get(graphs.name(one[0]), 0.0), graphs.name(one[0])),
    )
    actors = [one for one in worst if graphs.is_actor(one[0])][:MOST_BRIDGES]
    projects = [one for one in worst if not graphs.is_actor(one[0])][:MOST_BRIDGES]
    found = [_without(graphs, node, sizes, betweenness) for node, sizes in (*actors, *projects)]
    order = (ACTOR, PROJECT, TIE)
    every = (*found, *_ties(network, graphs))
    return tuple(sorted(every, key=lambda one: (-one.cut_off, order.index(one.kind), -one.betweenness, one.ids)))


def _without(graphs: Graphs, node: int, sizes: tuple[int, ...], betweenness: Mapping[str, float]) -> Bridge:
    name, kind = graphs.name(node), ACTOR if graphs.is_actor(node) else PROJECT
    parts = graphs.parts_without(node)[1 : MOST_PARTS + 1]
    return Bridge(
        kind=kind,
        ids=(name,),
        cut_off=sum(sizes[1:]),
        parts=tuple(tuple(part[:MOST_NAMED]) for part in parts),
        sizes=sizes,
        betweenness=betweenness.get(name, 0.0) if kind == ACTOR else 0.0,
    )


def _ties(network: Network, graphs: Graphs) -> tuple[Bridge, ...]:
    """Single ties between parts of two actors or more: one at the edge cuts off one actor only and says little."""
    inner = [
        (one, other)
        for one, other in graphs.tie_bridges()
        if graphs.of_actors.degree(one) > 1 and graphs.of_actors.degree(other) > 1
    ]
    found = []
    for one, other in inner[: MOST_BRIDGES * 4]:
        side, rest = _sides(graphs, one, other)
        if len(side) > len(rest):
            side, rest = rest, side
        names = tuple(sorted(graphs.name(node) for node in side))
        found.append(
            Bridge(
                TIE, (graphs.name(one), graphs.name(other)), len(side), (names[:MOST_NAMED],), (len(rest), len(side))
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.cut_off, one.ids))[:MOST_BRIDGES])


def _sides(graphs: Graphs, one: int, other: int) -> tuple[set[int], set[int]]:
    """The actors on both sides of a tie that is taken out."""
    sides = []
    for start, gone in ((one, other), (other, one)):
        seen, ahead = {start}, [start]
        while ahead:
            node = ahead.pop()
            for near in graphs.of_actors[node]:
                if near not in seen and (node, near) != (start, gone):
                    seen.add(near)
                    ahead.append(near)
        sides.append(seen)
    return sides[0], sides[1]

"""What the network of the atlas costs: its analysis once, its page and actions at each request.

    CKAN_INI=… python bench/atlas_network.py [--entries 12000] [--rounds 10]

Five of six invented entries are actors. "Analysis" is what a process does once after an entry changed: all entries are
read, then ties, bridges, clusters and gaps are found. The pages are asked for with that at hand. Beside the bridges
stands the plain way to find them, taking out an actor and counting the parts that remain, with the same result for the
hundred that are tried so.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

SAMPLE = 100  # actors that are taken out one by one; the time of all is worked out from theirs
PATHS = (
    "/atlas/network",
    "/atlas/network?field={field}",
    "/atlas/network?q=Sensor",
    "/atlas/funding/{programme}",
    "/atlas/strengths",
    "/api/3/action/atlas_network?limit=100",
)


def plain_bridges(network: Any, actors: list[str]) -> dict[str, int]:
    """Actors that would be cut off by taking out each of these actors, counted one by one."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(network.actors)
    graph.add_edges_from((tie.one, tie.other) for tie in network.ties)
    found = {}
    for actor in actors:
        part = nx.node_connected_component(graph, actor)
        rest = graph.subgraph(part - {actor})
        sizes = sorted((len(one) for one in nx.connected_components(rest)), reverse=True)
        if len(sizes) > 1:
            found[actor] = sum(sizes[1:])
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--entries", type=int, default=12_000)
    asked.add_argument("--rounds", type=int, default=10)
    options = asked.parse_args()
    from ckan.cli.cli import CtxObject
    from ckan.config.middleware import make_app

    app = make_app(CtxObject(os.environ["CKAN_INI"]).config)
    import synthetic_atlas

    with app._wsgi_app.test_request_context():
        synthetic_atlas.fill(options.entries)
        try:
            measure(app, options.rounds)
        finally:
            synthetic_atlas.remove()
            from ckanext.dresdensmartcity.atlas import index

            index.rebuild()


def measure(app: Any, rounds: int) -> None:
    from ckanext.dresdensmartcity.atlas import search
    from ckanext.dresdensmartcity.atlas.network.graphs import Graphs
    from ckanext.dresdensmartcity.atlas.network_pages import data
    from ckanext.dresdensmartcity.atlas.query import AtlasQuery
    from ckanext.dresdensmartcity.city.current import city

    start = time.perf_counter()
    search.everything(AtlasQuery())
    reading = time.perf_counter() - start
    start = time.perf_counter()
    here = data.known()
    whole = time.perf_counter() - start
    network = here.analysis.network
    start = time.perf_counter()
    graphs = Graphs(network)
    cuts = graphs.cuts()
    clever = time.perf_counter() - start
    mine = {graphs.name(node): sum(sizes[1:]) for node, sizes in cuts.items() if graphs.is_actor(node)}
    mine = {actor: count for actor, count in mine.items() if count}
    start = time.perf_counter()
    some = list(network.actors)[:: max(1, len(network.actors) // SAMPLE)]
    plain = plain_bridges(network, some)
    slow = (time.perf_counter() - start) * len(network.actors) / len(some)
    print(f"{len(network.actors):,} actors, {len(network.projects):,} projects, {len(network.ties):,} ties\n")
    print("| what | time | beside it | ratio |\n| --- | --- | --- | --- |")
    print(f"| analysis, once after a change | {whole:.2f} s | reading the entries alone: {reading:.2f} s | |")
    same = "the same" if plain == {actor: mine[actor] for actor in some if actor in mine} else "DIFFERENT"
    print(
        f"| who holds the network together | {clever:.3f} s | each taken out: {slow:.2f} s, {same} |"
        f" {slow / clever:.0f} x |"
    )
    client = app._wsgi_app.test_client()
    named = {"field": city().fields_of_action[0].id, "programme": city().funding_programmes[0].id}
    for path in PATHS:
        address, times = path.format(**named), []
        client.get(address)
        for _ in range(rounds):
            start = time.perf_counter()
            answer = client.get(address)
            times.append(time.perf_counter() - start)
        size = len(answer.get_data()) / 1000
        print(f"| `{address}`, {size:.0f} kB | {1000 * statistics.median(times):.0f} ms | | |")


if __name__ == "__main__":
    main()

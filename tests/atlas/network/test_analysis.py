"""Ties, bridges, clusters and gaps."""

from __future__ import annotations

import random
import subprocess
import sys

import networkx as nx
from ckanext.dresdensmartcity.atlas.network import Actor, Analysis, Member, Project, analyse, connect
from ckanext.dresdensmartcity.atlas.network.ties import LARGEST_CIRCLE
from hypothesis import given, settings
from hypothesis import strategies as st

from .samples import TAXONOMY, actors, project, some_actors, some_projects

quick = settings(max_examples=60, deadline=None)


def test_a_tie_names_every_project_and_the_time_both_were_there() -> None:
    """The later beginning and the earlier end of the two count; a project's own dates stand in for missing ones."""
    first = Project(
        "p", "P", members=(Member("a", "lead", "2020", "2024"), Member("b", "partner", "2022-05", "2023")), start="2019"
    )
    second = Project("q", "Q", members=(Member("b", "lead"), Member("a", "partner")), start="2025", end="2026")
    [tie] = connect(actors("a", "b"), [second, first]).ties
    assert (tie.one, tie.other) == ("a", "b")
    assert [(one.project, one.since, one.until) for one in tie.projects] == [
        ("p", "2022-05", "2023"),
        ("q", "2025", "2026"),
    ]
    assert tie.since == "2022-05"
    assert tie.strength == 2


def test_an_actor_that_is_named_twice_is_one_member() -> None:
    """Its first role counts; a member that there is not is told and makes no tie."""
    twice = Project("p", "P", members=(Member("a", "funder"), Member("a", "lead"), Member("ghost", "partner")))
    network = connect(actors("a"), [twice])
    assert [(one.actor, one.role) for one in network.projects["p"].members] == [("a", "lead")]
    assert network.unknown_members == (("p", "ghost"),)
    assert network.ties == ()


def test_who_holds_parts_together_is_named_with_what_would_fall_apart() -> None:
    """Two groups that only one actor joins."""
    found = analyse(actors(*"abcdefg"), [project("p", "a", "b", "c"), project("q", "c", "d", "e", "f")], TAXONOMY)
    assert [one.cut_off for one in found.bridges] == sorted((one.cut_off for one in found.bridges), reverse=True)
    first = next(one for one in found.bridges if one.kind == "actor")
    assert (first.ids, first.cut_off) == (("c",), 2)
    assert first.parts == (("a", "b"),)
    assert first.sizes == (3, 2)
    assert found.betweenness["c"] == max(found.betweenness.values())
    assert found.components == (6, 1)


def test_a_single_tie_between_two_groups_is_a_bridge() -> None:
    """With the actors of the smaller side."""
    projects = [project("p", "a", "b", "c"), project("q", "d", "e", "f", "g"), project("r", "c", "d")]
    ties = [one for one in analyse(actors(*"abcdefg"), projects, TAXONOMY).bridges if one.kind == "tie"]
    assert [(one.ids, one.cut_off, one.parts) for one in ties] == [(("c", "d"), 3, (("a", "b", "c"),))]
    assert "r" in [
        one.ids[0] for one in analyse(actors(*"abcdefg"), projects, TAXONOMY).bridges if one.kind == "project"
    ]


def test_groups_are_clusters() -> None:
    """Two circles with one tie between them, and their fields."""
    projects = [project("p", *"abcd", fields=("x",)), project("q", *"efgh", fields=("y",)), project("r", "d", "e")]
    found = analyse(actors(*"abcdefgh"), projects, TAXONOMY)
    assert [set(one.actors) for one in found.clusters] == [set("abcd"), set("efgh")]
    assert [one.fields for one in found.clusters] == [("x",), ("y",)]
    assert [(one.ties_inside, one.ties_outside) for one in found.clusters] == [(6, 1), (6, 1)]


def test_what_one_field_seeks_and_another_offers_is_a_gap() -> None:
    """Named with project, topic and actor; a narrower offer meets a wider need."""
    projects = [
        project("p", "a", "b", fields=("x",), needs=("environmental-monitoring",)),
        project("q", "c", "d", fields=("y",)),
    ]
    found = analyse(actors(*"abcd", c=("air-quality",)), projects, TAXONOMY)
    [gap] = found.field_gaps
    assert (gap.one, gap.other, gap.ties) == ("x", "y", 0)
    assert [(one.concept, one.seekers, one.givers) for one in gap.topics] == [
        ("environmental-monitoring", ("p",), ("c",))
    ]


def test_fields_that_work_together_have_no_gap() -> None:
    """Though one offers what the other seeks."""
    projects = [
        project("p", "a", fields=("x",), needs=("noise",)),
        project("q", "c", fields=("y",)),
        project("r", "a", "c"),
    ]
    assert analyse(actors("a", "c", c=("noise",)), projects, TAXONOMY).field_gaps == ()


def test_who_is_alone_is_told_what_it_could_give_and_get() -> None:
    """And what nobody offers is told apart."""
    alone = Actor("z", "Z", offers=("noise",), needs=("open-data",))
    projects = [project("p", "a", "b", needs=("noise", "Backkunst"))]
    found = analyse([*actors("a", "b", b=("open-data",)), alone], projects, TAXONOMY)
    [lonely] = found.lonely
    assert lonely.actor == "z"
    assert [(one.concept, one.seekers) for one in lonely.could_give] == [("noise", ("p",))]
    assert [(one.concept, one.givers) for one in lonely.could_get] == [("open-data", ("b",))]
    assert [(one.concept, one.seekers) for one in found.missing] == [("text:backkunst", ("p",))]


def test_a_huge_project_does_not_tie_everybody_with_everybody() -> None:
    """Its members are tied to the lead; it is named."""
    names = [f"a{number:03}" for number in range(LARGEST_CIRCLE + 40)]
    found = analyse(actors(*names), [project("p", *names)], TAXONOMY)
    assert found.network.large_projects == ("p",)
    assert len(found.network.ties) == len(names) - 1


def test_nothing_is_nothing() -> None:
    """An empty atlas, and one of projects without members."""
    for found in (analyse([], [], TAXONOMY), analyse([], [project("p")], TAXONOMY)):
        assert found.network.ties == ()
        assert found.bridges == found.clusters == found.field_gaps == found.lonely == ()


@given(some_actors, some_projects, st.randoms(use_true_random=False))
@quick
def test_the_order_of_the_entries_changes_nothing(
    one: list[Actor], other: list[Project], shuffle: random.Random
) -> None:
    """Actors, projects and members in any order."""
    before = analyse(one, other, TAXONOMY)
    mixed = [Project(p.id, p.title, p.fields, p.needs, tuple(shuffle.sample(p.members, len(p.members)))) for p in other]
    shuffle.shuffle(one)
    shuffle.shuffle(mixed)
    assert analyse(one, mixed, TAXONOMY) == before


@given(some_actors, some_projects)
@quick
def test_figures_agree(one: list[Actor], other: list[Project]) -> None:
    """Parts add up to the actors, ties to their ends, and every bridge is one by NetworkX's own count."""
    found: Analysis = analyse(one, other, TAXONOMY)
    network = found.network
    assert sum(found.components) == len(network.actors)
    assert sum(map(found.degree, network.actors)) == 2 * len(network.ties)
    graph = nx.Graph()
    graph.add_nodes_from(network.actors)
    graph.add_edges_from((tie.one, tie.other) for tie in network.ties)
    before = nx.number_connected_components(graph)
    cut = set(nx.articulation_points(graph))
    assert {bridge.ids[0] for bridge in found.bridges if bridge.kind == "actor"} == cut
    for bridge in found.bridges:
        less = graph.copy()
        if bridge.kind == "actor":
            size = len(nx.node_connected_component(graph, bridge.ids[0]))
            less.remove_node(bridge.ids[0])
            assert sum(bridge.sizes) == size - 1
            assert nx.number_connected_components(less) == before + len(bridge.sizes) - 1
        if bridge.kind == "tie":
            less.remove_edge(*bridge.ids)
            assert nx.number_connected_components(less) == before + 1
        assert bridge.cut_off == sum(bridge.sizes[1:]) > 0
    for cluster in found.clusters:
        assert {found.cluster_of[actor] for actor in cluster.actors} == {cluster.number}


def test_another_process_finds_the_same() -> None:
    """The order of sets of texts differs between processes; clusters and bridges do not."""
    code = (
        "import hashlib, random\n"
        "from ckanext.dresdensmartcity.atlas.network import *\n"
        "from ckanext.dresdensmartcity.atlas.matching import Taxonomy\n"
        "r = random.Random(7)\n"
        "names = [f'actor {n}' for n in range(80)]\n"
        "actors = [Actor(n, n) for n in names]\n"
        "projects = [Project(f'p{n}', 'P', members=tuple(Member(m, 'partner') for m in r.sample(names, 3))) "
        "for n in range(60)]\n"
        "found = analyse(actors, projects, Taxonomy([]))\n"
        "print(hashlib.sha256(repr((found.clusters, found.bridges, sorted(found.betweenness.items()))).encode())"
        ".hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1

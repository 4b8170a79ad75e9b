"""Strengths by field: numbers that the lists behind them make up."""

from __future__ import annotations

from ckanext.dresdensmartcity.atlas.network import connect
from ckanext.dresdensmartcity.atlas.network.strengths import ProjectFacts, strengths
from hypothesis import given, settings

from .samples import TAXONOMY, actors, project, some_actors, some_projects


def test_a_field_is_told_in_numbers() -> None:
    """Actors by kind, projects by state, money, data, rare offers, ties."""
    network = connect(
        actors(*"abcd", a=("noise",), c=("open-data",), d=("open-data",)),
        [project("p", "a", "b", fields=("x",)), project("q", "b", "c", fields=("y",))],
    )
    facts = [ProjectFacts("p", "running", 1_000_000), ProjectFacts("q", "idea")]
    one, two, none = strengths(network, ("x", "y", "z"), facts, {"x": 3}, TAXONOMY)
    assert one.actors == ("a", "b")
    assert one.kinds == {"office": 2}
    assert one.projects["running"] == ("p",)
    assert (one.budget_cents, one.with_budget, one.datasets) == (1_000_000, 1, 3)
    assert [(rare.concept, rare.actors) for rare in one.rare] == [("noise", ("a",))]
    assert (one.ties_inside, one.ties_outside) == (1, 1)
    assert two.projects["other"] == ("q",)
    assert (none.actors, none.all_projects, none.datasets) == ((), 0, 0)


@given(some_actors, some_projects)
@settings(max_examples=40, deadline=None)
def test_numbers_are_those_of_the_lists(one: list, other: list) -> None:  # type: ignore[type-arg]
    """Kinds add up to the actors; ties of a field are counted once."""
    network = connect(one, other)
    for found in strengths(network, ("x", "y", "z"), [], {}, TAXONOMY):
        assert sum(found.kinds.values()) == len(found.actors)
        assert found.all_projects == sum(found.field in p.fields for p in network.projects.values())
        assert found.ties_inside + found.ties_outside <= len(network.ties)
        assert set(found.actors) == {actor for actor, own in network.fields_of.items() if found.field in own}

"""Small networks."""

from __future__ import annotations

from ckanext.dresdensmartcity.atlas.matching import Taxonomy
from ckanext.dresdensmartcity.atlas.network import Actor, Member, Project
from ckanext.dresdensmartcity.city.vocabularies import topics_by_id
from hypothesis import strategies as st

TAXONOMY = Taxonomy(topics_by_id().values())
ACTORS = ("a", "b", "c", "d", "e", "f", "g", "h")
TOPICS = ("noise", "air-quality", "environmental-sensing", "open-data", "Backkunst")


def project(name: str, *members: str, fields: tuple[str, ...] = (), needs: tuple[str, ...] = ()) -> Project:
    """A project of these members, the first leading."""
    roles = ("lead",) + ("partner",) * len(members)
    return Project(name, name.upper(), fields, needs, tuple(Member(*one) for one in zip(members, roles, strict=False)))


def actors(*names: str, **offers: tuple[str, ...]) -> list[Actor]:
    return [Actor(name, name.upper(), "office", offers=offers.get(name, ())) for name in names]


members = st.builds(
    Member,
    actor=st.sampled_from((*ACTORS, "unknown")),
    role=st.sampled_from(("lead", "partner", "funder")),
    since=st.sampled_from(("", "2021", "2022-05", "2023-01-01")),
    until=st.sampled_from(("", "2024", "2025-06")),
)
some_projects = st.lists(
    st.builds(
        Project,
        id=st.sampled_from([f"p{number}" for number in range(7)]),
        title=st.just("P"),
        fields=st.lists(st.sampled_from(("x", "y", "z")), max_size=2, unique=True).map(tuple),
        needs=st.lists(st.sampled_from(TOPICS), max_size=3).map(tuple),
        members=st.lists(members, max_size=5).map(tuple),
    ),
    max_size=7,
    unique_by=lambda one: one.id,
)
some_actors = st.lists(
    st.builds(
        Actor,
        id=st.sampled_from(ACTORS),
        title=st.just("A"),
        kind=st.sampled_from(("office", "research")),
        fields=st.lists(st.sampled_from(("x", "y")), max_size=1).map(tuple),
        offers=st.lists(st.sampled_from(TOPICS), max_size=3).map(tuple),
        needs=st.lists(st.sampled_from(TOPICS), max_size=2).map(tuple),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)

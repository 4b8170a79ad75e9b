"""Consortia: as few as possible that cover what is asked for, newcomers before the well-connected."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from ckanext.dresdensmartcity.atlas.funding.consortia import Candidate, Wish, fits, nobody, proposals
from hypothesis import given, settings
from hypothesis import strategies as st

from .test_rules import OPEN

ANY = replace(OPEN, kinds=(), lead_kinds=(), required_kinds=(), least_members=1)


def candidate(name: str, *covers: str, kind: str = "office", ties: int = 0, is_member: bool = False) -> Candidate:
    return Candidate(name, name.upper(), kind, frozenset(covers), ties, is_member)


def members(found: object) -> list[str]:
    return sorted(seat.actor for seat in found.seats)  # type: ignore[attr-defined]


def test_few_members_cover_all() -> None:
    """Two that cover everything are better than three."""
    wish = Wish(("x", "y", "z"), ANY)
    found = proposals(wish, [candidate("a", "x"), candidate("b", "y"), candidate("c", "z"), candidate("d", "x", "y")])
    assert members(found[0]) == ["c", "d"]
    assert found[0].complete
    assert {seat.actor: seat.alone for seat in found[0].seats} == {"c": ("z",), "d": ("x", "y")}


def test_newcomers_come_before_the_well_connected() -> None:
    """Where both bring the same."""
    found = proposals(Wish(("x",), ANY), [candidate("a", "x", ties=9), candidate("b", "x", ties=0)])
    assert [members(one) for one in found] == [["b"], ["a"]]
    assert found[0].newcomers == ("b",)


def test_kinds_that_are_asked_for_are_in_or_told_as_missing() -> None:
    """A kind has its seat even where it brings no topic."""
    programme = replace(ANY, required_kinds=(("research",), ("company", "utility")), least_members=4)
    found = proposals(
        Wish(("x",), programme), [candidate("a", "x"), candidate("r", kind="research"), candidate("o", kind="office")]
    )
    assert members(found[0]) == ["a", "r"]
    assert found[0].missing_kinds == (("company", "utility"),)
    assert found[0].missing_members == 2
    assert [seat.as_kind for seat in found[0].seats if seat.actor == "r"] == [True]
    assert not found[0].complete


def test_members_of_the_project_stay_and_lead() -> None:
    """What they cover is not sought again."""
    candidates = [candidate("a", "x", is_member=True), candidate("b", "x", "y"), candidate("c", "y", "z")]
    first = proposals(Wish(("x", "y", "z"), ANY, lead="a"), candidates)[0]
    assert members(first) == ["a", "c"]
    assert first.seats[0].actor == "a"
    assert first.seats[0].role == "lead"
    assert first.seats[0].is_member


def test_who_may_not_lead_does_not() -> None:
    """Without one who may, that is what is missing."""
    programme = replace(ANY, lead_kinds=("city",))
    found = proposals(Wish(("x",), programme), [candidate("a", "x")])
    assert not found[0].has_lead
    assert not found[0].complete
    with_city = proposals(Wish(("x",), programme), [candidate("a", "x"), candidate("s", kind="city")])
    assert [(seat.actor, seat.role) for seat in with_city[0].seats] == [("s", "lead"), ("a", "partner")]


def test_most_members_is_kept() -> None:
    """Then not all topics are covered, and those that are not are told."""
    candidates = [candidate(name, name) for name in "abc"]
    found = proposals(Wish(("a", "b", "c"), replace(ANY, most_members=2)), candidates)
    assert len(found[0].seats) == 2
    assert len(found[0].missing) == 1


def test_who_brings_nothing_is_not_proposed() -> None:
    """A seat without a reason stays empty."""
    assert proposals(Wish(("x",), ANY), [candidate("a", "y")]) == ()
    assert proposals(Wish(("x",), ANY), []) == ()


def test_who_fits_is_ranked_by_what_it_covers() -> None:
    """Newcomers first among equals; what nobody has is told."""
    candidates = [candidate("a", "x", ties=2), candidate("b", "x", "y"), candidate("c", "x"), candidate("d")]
    assert [one.id for one in fits(candidates, ("x", "y"))] == ["b", "c", "a"]
    assert nobody(candidates, ("x", "z")) == ("z",)


some = st.lists(
    st.builds(
        Candidate,
        id=st.sampled_from("abcdefg"),
        title=st.just(""),
        kind=st.sampled_from(("office", "research", "company")),
        covers=st.frozensets(st.sampled_from("wxyz"), max_size=3),
        ties=st.integers(0, 5),
    ),
    max_size=7,
    unique_by=lambda one: one.id,
)


@given(some, st.sampled_from([(), (("research",),), (("research",), ("company", "office"))]))
@settings(max_examples=60, deadline=None)
def test_the_first_is_the_best_of_all(candidates: list[Candidate], kinds: tuple[tuple[str, ...], ...]) -> None:
    """Compared with every possible choice: none covers more, and none covers as much with fewer members."""
    programme = replace(ANY, required_kinds=kinds)
    concepts = tuple("wxyz")
    found = proposals(Wish(concepts, programme), candidates)

    def met(choice: tuple[Candidate, ...]) -> int:
        topics = {concept for one in choice for concept in one.covers}
        return len(topics) + sum(any(one.kind in asked for one in choice) for asked in kinds)

    best = max((met(choice) for size in range(1, 8) for choice in combinations(candidates, size)), default=0)
    if not found:
        assert best == 0
        return
    first = found[0]
    assert len(first.covered) + len(kinds) - len(first.missing_kinds) == best
    fewest = min(size for size in range(1, 8) for choice in combinations(candidates, size) if met(choice) == best)
    assert len(first.seats) == fewest
    assert len({tuple(members(one)) for one in found}) == len(found)
    assert proposals(Wish(concepts, programme), candidates[::-1]) == found

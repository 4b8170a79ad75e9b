"""Who may take part in a funding programme, and every reason for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from ckanext.dresdensmartcity.atlas.funding import Eligibility, State, eligibility, state_of
from ckanext.dresdensmartcity.city.model import FundingProgramme, Label
from hypothesis import given, settings
from hypothesis import strategies as st

TODAY = date(2026, 11, 22)
OPEN = FundingProgramme(
    id="bonus",
    label=Label("Bonus", "Bonus"),
    summary=Label("", ""),
    funder=Label("Land", "State"),
    url="https://example.org/",
    source="Papier",
    retrieved_on=TODAY,
    opens=TODAY - timedelta(days=10),
    deadline=TODAY + timedelta(days=10),
    kinds=("city", "office", "research"),
    lead_kinds=("city", "office"),
    fields_of_action=("energie",),
    region="city",
)


def ask(
    programme: FundingProgramme = OPEN, kind: str = "office", fields: tuple[str, ...] = (), in_city: bool | None = True
) -> Eligibility:
    return eligibility(programme, kind, fields, in_city, TODAY)


def test_who_meets_all_rules_may_take_part() -> None:
    """With the roles that are open to it, and reasons in both languages."""
    found = ask(fields=("energie", "verkehr"))
    assert found.allowed
    assert found.paid
    assert found.roles == ("lead", "partner")
    assert "Anträge bis zum 2.12.2026." in [one.de for one in found.reasons]
    assert all(one.de and one.en for one in found.reasons)


@pytest.mark.parametrize(
    ("programme", "kind", "fields", "in_city", "told"),
    [
        (OPEN, "company", (), True, "Only these may take part: City, Office or municipal enterprise or Research"),
        (OPEN, "office", ("verkehr",), True, "None of the fields of action is funded."),
        (OPEN, "office", (), False, "The seat is outside the city."),
        (replace(OPEN, deadline=TODAY - timedelta(days=1)), "office", (), True, "The deadline was 21 November 2026."),
        (replace(OPEN, opens=TODAY + timedelta(days=1)), "office", (), True, "It opens on 23 November 2026."),
        (replace(OPEN, closed=True), "office", (), True, "No applications are taken any more."),
    ],
)
def test_each_rule_keeps_out_with_its_reason(
    programme: FundingProgramme, kind: str, fields: tuple[str, ...], in_city: bool, told: str
) -> None:
    """What speaks against it comes first, and no role is left."""
    found = ask(programme, kind, fields, in_city)
    assert not found.allowed
    assert found.reasons[0].en.startswith(told)
    assert found.roles == ()


def test_what_is_unknown_keeps_nobody_out_but_is_told() -> None:
    """Most actors of an atlas have no point and no fields."""
    found = ask(in_city=None)
    assert found.allowed
    assert any("not known" in one.en for one in found.reasons)


def test_who_cannot_lead_is_told_who_does() -> None:
    """A partner that is paid, and one that is not."""
    found = ask(kind="research")
    assert found.roles == ("partner",)
    assert found.paid
    assert found.reasons[-1].en == "As a partner; the lead takes: City or Office or municipal enterprise."
    unpaid = ask(replace(OPEN, roles=("lead",)), kind="research")
    assert unpaid.allowed
    assert not unpaid.paid


@pytest.mark.parametrize(
    ("opens", "deadline", "state"),
    [
        (None, None, State.UNKNOWN),
        (TODAY, TODAY, State.OPEN),
        (TODAY + timedelta(days=1), None, State.NOT_YET),
        (None, TODAY - timedelta(days=1), State.CLOSED),
    ],
)
def test_the_first_and_the_last_day_count(opens: date | None, deadline: date | None, state: State) -> None:
    assert state_of(replace(OPEN, opens=opens, deadline=deadline), TODAY) is state


@given(
    kind=st.sampled_from(["city", "office", "research", "company", "", "<b>"]),
    fields=st.lists(st.sampled_from(["energie", "verkehr"]), max_size=2),
    in_city=st.sampled_from([True, False, None]),
    days=st.integers(-20, 20),
)
@settings(max_examples=60, deadline=None)
def test_a_verdict_has_its_reason(kind: str, fields: list[str], in_city: bool | None, days: int) -> None:
    """Whoever is kept out is told why; whoever may take part has a role; more knowledge never lets more in."""
    on = TODAY + timedelta(days=days)
    found = eligibility(OPEN, kind, fields, in_city, on)
    assert found.reasons
    assert bool(found.roles) == found.allowed
    if found.allowed:
        assert eligibility(OPEN, kind, [], None, on).allowed

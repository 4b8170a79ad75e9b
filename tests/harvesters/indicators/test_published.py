"""The audit of published files alone: what it proves, and what it finds where somebody published too much."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from ckanext.dresdensmartcity.harvesters.indicators.protection.published import Audit, PublishedTable, audit_published
from ckanext.dresdensmartcity.harvesters.indicators.publish import Prepared, prepare
from hypothesis import HealthCheck, given, settings

from .tables import mapping, table
from .test_disclosure import Case, cases

SUM = [{"total": "all", "parts": ["a", "b"]}]
CONTENT = table("Stadtteil;A;B;All", "01 A;2;38;40", "02 B;8;32;40", "03 C;29;0;29", "05 E;100;200;300")
RULES = mapping("A", "B", "All", sums=SUM, shares=[("a", "all")])


def published(prepared: Prepared, *changes: dict[str, Any]) -> PublishedTable:
    """As files hold it: text and JSON. `changes` replace parts of the row with the same indicator and district."""
    rows = [
        {name: "" if value is None else str(value) for name, value in one.row().items()} for one in prepared.records
    ]
    for change in changes:
        for row in rows:
            if (row["indicator_id"], row["district"]) == (change["indicator_id"], change["district"]):
                row.update(change)
    return PublishedTable("indicators", tuple(rows), json.loads(json.dumps(prepared.description)))


def found(audit: Audit) -> set[tuple[str, str, str]]:
    return {(one.indicator_id, one.district, one.reason) for one in audit.narrowed}


def test_what_the_portal_publishes_passes():
    """All hidden counts stay open: exit code 0, and the audit says how much is hidden."""
    audit = audit_published([published(prepare(CONTENT, RULES))])
    assert (audit.exit_code, audit.values, audit.hidden, audit.proven) == (0, 15, 4, 4)


def test_a_count_shown_by_mistake_gives_its_partners_away():
    """One partner printed, and the other three follow by subtraction."""
    audit = audit_published(
        [
            published(
                prepare(CONTENT, RULES), {"indicator_id": "b", "district": "02", "value": "32", "status": "measured"}
            )
        ]
    )
    assert audit.exit_code == 1
    assert ("a", "01", "small") in found(audit)
    assert {one[:2] for one in found(audit)} == {("a", "01"), ("b", "01"), ("a", "02")}


def test_a_rounded_share_of_a_published_base_gives_the_count_away():
    """5.0 % of 40 is 2: a share beside hidden counts is as good as the count."""
    share = {"indicator_id": "a-share", "district": "01", "value": "5.0", "status": "measured"}
    assert ("a", "01", "small") in found(audit_published([published(prepare(CONTENT, RULES), share)]))


def test_a_rounded_share_of_a_large_base_leaves_a_count_open():
    """0.1 % of 10,000 is anything from 5 to 14 of them."""
    content = table("Stadtteil;A;B;All", "01 A;2;9998;10000", "02 B;8;9992;10000", "05 E;100;200;300")
    share = {"indicator_id": "a-share", "district": "02", "value": "0.1", "status": "measured"}
    audit = audit_published([published(prepare(content, RULES), share)])
    assert ("a", "02", "narrowed") not in found(audit)


def test_a_small_count_in_print_is_named():
    """Whatever sums there are, the number itself is too small to be printed."""
    change = {"indicator_id": "a", "district": "01", "value": "2", "status": "measured"}
    assert ("a", "01", "printed") in found(audit_published([published(prepare(CONTENT, RULES), change)]))


def test_what_an_earlier_release_printed_is_hidden_in_vain():
    """The reader has both files."""
    now, before = published(prepare(CONTENT, RULES)), published(prepare(CONTENT, RULES))
    change = {"indicator_id": "a", "district": "02", "value": "8", "status": "measured"}
    before = published(prepare(CONTENT, RULES), change)
    assert found(audit_published([now], earlier=[before])) == {("a", "02", "released")}


def test_two_tables_with_the_same_cells_are_one_to_the_reader():
    """What one table hides another prints."""
    prepared = prepare(CONTENT, RULES)
    change = {"indicator_id": "a", "district": "02", "value": "8", "status": "measured"}
    other = replace(published(prepared, change), name="other", description=published(prepared).description)
    only = tuple(row for row in other.rows if row["indicator_id"] == "a" and row["district"] == "02")
    audit = audit_published([published(prepared), replace(other, rows=only)])
    assert ("a", "01", "small") in found(audit)


@pytest.mark.parametrize(
    "broken", [{"value": "many"}, {"year": "soon"}, {"indicator_id": "all", "district": "01", "value": "41"}]
)
def test_what_cannot_be_audited_is_said(broken):
    """Unreadable rows, or sums that contradict each other: exit code 2, nothing is proven."""
    change = {"indicator_id": "all", "district": "05"} | broken
    audit = audit_published([published(prepare(CONTENT, RULES), change)])
    assert (audit.exit_code, audit.proven) == (2, 0)
    assert audit.problems
    assert json.dumps(audit.as_dict())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_random_tables_of_the_portal_pass(case: Case) -> None:
    """The audit from the files agrees with the proof that was made before publication."""
    audit = audit_published([published(case.prepared())])
    assert audit.exit_code == 0, audit.as_dict()
    assert audit.proven == audit.hidden


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_it_finds_what_an_attacker_finds(case: Case) -> None:
    """With one hidden count printed after all, each count that an attacker narrows is named, and no other."""
    prepared = case.prepared()
    hidden = [one for one in prepared.records if one.status == "suppressed"]
    if not hidden:
        return
    shown = hidden[0]
    lines = [line for line in case.lines if shown.district in case.areas(line)]
    names = [*(name.lower() for name in case.columns)]
    true = sum(
        sum(line.counts) if shown.indicator_id == "all" else line.counts[names.index(shown.indicator_id)]
        for line in lines
    )
    change = {"indicator_id": shown.indicator_id, "district": shown.district, "value": str(true), "status": "measured"}
    audit = audit_published([published(prepared, change)])
    attacker = case.attacker(
        replace(prepared, records=tuple(replace(one, value=true) if one is shown else one for one in prepared.records))
    )
    expected = set()
    for name, pieces in attacker.hidden.items():
        low, high = attacker.range_of(pieces)
        if high - low + 1 < case.threshold or high < case.threshold:
            expected.add(name)
    reported = {(one.indicator_id, one.district) for one in audit.narrowed if one.reason in ("small", "narrowed")}
    assert {name for name in reported if name in attacker.hidden} == expected

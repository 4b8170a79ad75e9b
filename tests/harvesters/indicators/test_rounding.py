"""Rounding to five: how far figures are off, what several sums give away, and what is done about it."""

from __future__ import annotations

import json

from ckanext.dresdensmartcity.harvesters.indicators.protection.published import PublishedTable, audit_published
from ckanext.dresdensmartcity.harvesters.indicators.protection.rounding import rounded
from ckanext.dresdensmartcity.harvesters.indicators.publish import Prepared, prepare
from hypothesis import given, settings
from hypothesis import strategies as st

from .attacker import Attacker
from .tables import mapping, table

ROUNDED = {"method": "round5"}
COUNTS = st.lists(st.tuples(*[st.sampled_from([0, 1, 2, 2, 2, 3, 4, 6, 7, 12, 13])] * 2), min_size=2, max_size=5)


def prepared(counts: list[tuple[int, int]]) -> Prepared:
    rows = [f"{n:02} X;{a};{b};{a + b}" for n, (a, b) in enumerate(counts, start=1)]
    rules = mapping("A", "B", "All", sums=[{"total": "all", "parts": ["a", "b"]}], **ROUNDED)
    return prepare(table("Stadtteil;A;B;All", *rows), rules)


@given(st.integers(0, 10_000))
def test_no_figure_is_off_by_more_than_two(count):
    """And every figure is a multiple of five."""
    assert rounded(count) % 5 == 0
    assert abs(rounded(count) - count) <= 2


def test_each_count_is_rounded_by_itself():
    """The total is that of the counts, not of the figures; a figure of 0 has no dash, as it may be a count of 2."""
    records = prepared([(11, 12), (42, 30), (1, 60), (30, 70)]).records
    values = {(one.indicator_id, one.district): (one.value, one.symbol) for one in records}
    assert [values[name, "01"][0] for name in ("a", "b", "all")] == [10, 10, 25]
    assert values["a", "03"] == (0, "")


def test_a_total_that_gives_its_parts_away_is_hidden():
    """Four counts of 2 are 0, 0, 0, 0 in print; a total of 10, for 8, would say that each of them is 2."""
    rules = mapping("A", **ROUNDED)
    rows = [f"{n:02} X;2" for n in range(1, 5)]
    found = {one.district: one.status for one in prepare(table("Stadtteil;A", *rows), rules).records}
    assert found["city"] == "suppressed"
    assert set(found.values()) == {"suppressed", "estimated"}


@settings(max_examples=15, deadline=None)
@given(COUNTS)
def test_an_attacker_leaves_three_values_for_every_small_figure(counts):
    """From all rounded sums together; the audit of the published files says the same."""
    result = prepared(counts)
    numbers = [f"{n:02}" for n in range(1, len(counts) + 1)]
    attacker = Attacker([(column, number) for column in ("a", "b") for number in numbers], 0)
    small = []
    for one in result.records:
        pieces = [
            (column, number)
            for column in (("a", "b") if one.indicator_id == "all" else (one.indicator_id,))
            for number in (numbers if one.district == "city" else [one.district])
        ]
        if one.value is not None:
            attacker.around(pieces, int(one.value))
            if one.value <= 5:
                small.append(pieces)
    for pieces in small:
        low, high = attacker.range_of(pieces)
        assert high - low + 1 >= 3
    rows = tuple(one.row() for one in result.records)
    audit = audit_published([PublishedTable("rounded", rows, json.loads(json.dumps(result.description)))])
    assert audit.exit_code == 0, audit.as_dict()

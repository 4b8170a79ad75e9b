"""Random tables are prepared for publication, and an attacker tries to find out what was hidden."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from ckanext.dresdensmartcity.harvesters.indicators.publish import Prepared, prepare
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .attacker import Attacker
from .tables import mapping, table

COUNT = st.sampled_from([0, 0, 1, 1, 1, 2, 2, 3, 4, 5, 6, 9, 40])
NAMES = ("A", "B", "C")


@dataclass(frozen=True)
class Line:
    """A row of the table: a district (or a part of one) and its groups."""

    district: str
    borough: str
    space: str
    counts: tuple[int, ...]  # of the parts; the last is the rest that has no column, where the sum is <=


@dataclass(frozen=True)
class Case:
    lines: tuple[Line, ...]
    parts: int
    rest: bool
    hierarchies: tuple[str, ...]
    threshold: int
    zero_is_revealing: bool

    @property
    def columns(self) -> tuple[str, ...]:
        return NAMES[: self.parts]

    def prepared(self) -> Prepared:
        rows = []
        for line in self.lines:
            counts = [*line.counts[: self.parts], sum(line.counts)]
            rows.append(f"{line.district} Name;{line.borough};{line.space};" + ";".join(map(str, counts)))
        headers = {"borough": "Stadtbezirk", "space": "Stadtraum"}
        rules = mapping(
            *self.columns,
            "All",
            hierarchies={code: headers[code] for code in self.hierarchies},
            sums=[{"total": "all", "parts": [c.lower() for c in self.columns], "kind": "<=" if self.rest else "="}],
            threshold=self.threshold,
            zero_is_revealing=self.zero_is_revealing,
        )
        return prepare(table(";".join(["Stadtteil;Stadtbezirk;Stadtraum", *self.columns, "All"]), *rows), rules)

    def attacker(self, prepared: Prepared) -> Attacker:
        """Everything that the records say, in terms of column and line of the table."""
        breakdown = [*(name.lower() for name in self.columns), *(["rest"] if self.rest else [])]
        places = [str(place) for place in range(len(self.lines))]
        attacker = Attacker(
            [(column, place) for column in breakdown for place in places], 0 if self.zero_is_revealing else 1
        )
        for record in prepared.records:
            columns = breakdown if record.indicator_id == "all" else [record.indicator_id]
            inside = [place for place in places if record.district in self.areas(self.lines[int(place)])]
            pieces = [(column, place) for column in columns for place in inside]
            attacker.learn(
                (record.indicator_id, record.district), pieces, None if record.value is None else int(record.value)
            )
        return attacker

    @staticmethod
    def areas(line: Line) -> set[str]:
        return {line.district, f"borough:{line.borough}", f"space:{line.space}", "city"}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    parts = draw(st.integers(1, 3))
    rest = draw(st.booleans())
    split = draw(st.booleans())
    lines = []
    for number in range(1, draw(st.integers(2, 5)) + 1):
        borough = draw(st.sampled_from(["X", "Y"]))
        spaces = ["P", "Q"] if split and number == 1 else [draw(st.sampled_from(["P", "Q", "R"]))]
        for space in spaces:
            counts = tuple(draw(st.lists(COUNT, min_size=parts + rest, max_size=parts + rest)))
            lines.append(Line(f"{number:02}", borough, space, counts))
    hierarchies = ("borough", "space") if split else draw(st.sampled_from([(), ("borough",), ("borough", "space")]))
    return Case(tuple(lines), parts, rest, hierarchies, draw(st.integers(2, 5)), draw(st.booleans()))


def assert_protected(attacker: Attacker, threshold: int) -> None:
    for name, pieces in attacker.hidden.items():
        low, high = attacker.range_of(pieces)
        assert high - low + 1 >= threshold, f"{name} is narrowed to {low}..{high}"
        assert high >= threshold, f"{name} is known to be small: {low}..{high}"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_no_attacker_narrows_a_hidden_count_below_the_threshold(case: Case) -> None:
    """For every hidden cell at least `threshold` values stay possible, one of them no small one."""
    attacker = case.attacker(case.prepared())
    assert_protected(attacker, case.threshold)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_what_is_not_printed_cannot_be_subtracted_out_either(case: Case) -> None:
    """Small rests of a sum and small parts of a split district stay as uncertain as hidden cells."""
    attacker = case.attacker(case.prepared())
    for place, line in enumerate(case.lines):
        for column, count in zip([*(c.lower() for c in case.columns), "rest"], line.counts, strict=False):
            if 0 < count < case.threshold:
                low, high = attacker.range_of([(column, str(place))])
                assert high >= case.threshold
                assert high - low + 1 >= case.threshold, f"{column} of row {place} is narrowed to {low}..{high}"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_published_counts_are_the_true_ones_and_small_ones_never_appear(case: Case) -> None:
    """Hiding changes no figure, and no figure from 1 to threshold - 1 is left."""
    for record in case.prepared().records:
        if record.value is not None:
            lines = [line for line in case.lines if record.district in case.areas(line)]
            place = (
                None if record.indicator_id == "all" else [c.lower() for c in case.columns].index(record.indicator_id)
            )
            assert record.value == sum(sum(line.counts) if place is None else line.counts[place] for line in lines)
            assert record.value >= case.threshold or (record.value == 0 and not case.zero_is_revealing)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_the_audit_reports_only_values_that_are_possible(case: Case) -> None:
    """The intervals of the account lie inside those that the attacker finds."""
    prepared = case.prepared()
    attacker = case.attacker(prepared)
    for one in prepared.account.intervals:
        low, high = attacker.range_of(attacker.hidden[(str(one["indicator_id"]), str(one["district"]))])
        assert int(one["possible_from"] or 0) >= low
        assert one["possible_to"] is None or int(one["possible_to"]) <= high


@pytest.mark.parametrize("order", [1, -1])
def test_the_decision_does_not_depend_on_the_order_of_rows(order: int) -> None:
    """The same table in another order hides the same cells."""
    rows = ["01 A;2;7;9", "02 B;8;1;9", "03 C;4;5;9", "04 D;4;4;8"][::order]
    rules = mapping("A", "B", "All", sums=[{"total": "all", "parts": ["a", "b"]}])
    prepared = prepare(table("Stadtteil;A;B;All", *rows), rules)
    hidden = {(one.indicator_id, one.district) for one in prepared.records if one.status == "suppressed"}
    assert hidden == {("a", "01"), ("b", "01"), ("a", "02"), ("b", "02")}

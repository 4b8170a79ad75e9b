"""Two releases of a table: what a reader finds out who keeps both."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from ckanext.dresdensmartcity.harvesters.indicators.protection.memory import Memory, remembered_from
from ckanext.dresdensmartcity.harvesters.indicators.protection.suppression import ProtectionError
from ckanext.dresdensmartcity.harvesters.indicators.publish import Prepared, prepare
from ckanext.dresdensmartcity.harvesters.indicators.reading.cells import TableError
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from .attacker import Attacker
from .tables import mapping, table

FIRST = table("Stadtteil;A", "01 A;2", "02 B;30", "03 C;8", "04 D;50")


def hidden(prepared: Prepared) -> set[str]:
    return {one.district for one in prepared.records if one.status == "suppressed"}


def memory_of(prepared: Prepared) -> Memory:
    """As a harvest reads it back: the published rows, as text."""
    return remembered_from(
        {name: "" if value is None else str(value) for name, value in one.row().items()} for one in prepared.records
    )


def test_the_published_rows_are_the_only_memory():
    """What was hidden and what was printed, from the rows alone."""
    memory = memory_of(prepare(FIRST, mapping("A")))
    assert memory.hidden == {("a", "01", 2025), ("a", "03", 2025)}
    assert memory.published == {
        ("a", "02", 2025): {30},
        ("a", "04", 2025): {50},
        ("a", "city", 2025): {90},
    }


def test_the_same_table_again_is_published_the_same():
    """Deciding once more changes nothing."""
    first = prepare(FIRST, mapping("A"))
    assert prepare(FIRST, mapping("A"), remembered=memory_of(first)).records == first.records


def test_a_hidden_count_stays_hidden_when_it_has_grown_or_gone():
    """From 2 to 20, or to 0: showing it would tell what it was, by the change of the total."""
    memory = memory_of(prepare(FIRST, mapping("A")))
    for count in (20, 0):
        content = table("Stadtteil;A", f"01 A;{count}", "02 B;30", "03 C;8", "04 D;50")
        assert {"01", "03"} <= hidden(prepare(content, mapping("A"), remembered=memory))


def test_what_was_printed_is_no_partner_any_more():
    """03 was printed as 8, so hiding it now protects nothing: 01's new partner is one whose number has changed."""
    before = prepare(table("Stadtteil;A", "01 A;5", "02 B;30", "03 C;8", "04 D;50"), mapping("A"))
    assert not hidden(before)
    now = prepare(
        table("Stadtteil;A", "01 A;2", "02 B;35", "03 C;8", "04 D;50"), mapping("A"), remembered=memory_of(before)
    )
    assert "03" not in hidden(now)
    assert "04" not in hidden(now)
    assert "01" in hidden(now)
    assert hidden(now) & {"02", "city"}


def test_a_small_count_that_everybody_has_is_not_hidden_in_vain():
    """Printed under a threshold of 3, it stays when the threshold rises to 5; its neighbours are not hidden for it."""
    content = table("Stadtteil;A", "01 A;4", "02 B;30", "03 C;8")
    before = prepare(content, mapping("A", threshold=3))
    assert not hidden(prepare(content, mapping("A", threshold=5), remembered=memory_of(before)))
    assert hidden(prepare(content, mapping("A", threshold=5)))


@dataclass(frozen=True)
class Release:
    counts: tuple[tuple[int, int], ...]  # of each district by column

    def content(self) -> bytes:
        rows = [f"{n:02} X;{'P' if n <= 2 else 'Q'};{a};{b};{a + b}" for n, (a, b) in enumerate(self.counts, start=1)]
        return table("Stadtteil;Stadtbezirk;A;B;All", *rows)

    def pieces(self, indicator: str, area: str) -> list[tuple[str, str]]:
        columns = ["a", "b"] if indicator == "all" else [indicator]
        numbers = [f"{n:02}" for n in range(1, len(self.counts) + 1)]
        if area.startswith("borough:"):
            numbers = [number for number in numbers if (number <= "02") == area.endswith("P")]
        return [(column, number) for column in columns for number in (numbers if not area.isdigit() else [area])]


COUNT = st.sampled_from([0, 1, 1, 2, 2, 3, 5, 8, 20])


@st.composite
def releases(draw: st.DrawFn) -> tuple[Release, Release]:
    counts = draw(st.lists(st.tuples(COUNT, COUNT), min_size=4, max_size=5))
    revised = list(counts)
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(counts) - 1))
        revised[place] = draw(st.tuples(COUNT, COUNT))
    return Release(tuple(counts)), Release(tuple(revised))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(releases())
def test_no_attacker_with_both_releases_narrows_what_the_second_hides(pair: tuple[Release, Release]) -> None:
    """He takes for unchanged what the first printed and the second hides, if it is unchanged indeed."""
    rules = mapping(
        "A",
        "B",
        "All",
        hierarchies={"borough": "Stadtbezirk"},
        sums=[{"total": "all", "parts": ["a", "b"]}],
        threshold=3,
    )
    first, second = pair
    before = prepare(first.content(), rules)
    try:
        now = prepare(second.content(), rules, remembered=memory_of(before))
    except (ProtectionError, TableError):
        assume(False)
    old = {(one.indicator_id, one.district): one.value for one in before.records}
    once = {(one.indicator_id, one.district) for one in before.records if one.status == "suppressed"}
    shown = {(one.indicator_id, one.district): one.value for one in now.records}
    assert once <= {name for name, value in shown.items() if value is None}

    numbers = [f"{n:02}" for n in range(1, len(second.counts) + 1)]
    attacker = Attacker([(column, number) for column in ("a", "b") for number in numbers], 0)
    truth = dict(zip(numbers, second.counts, strict=True))
    for name, value in shown.items():
        pieces = second.pieces(*name)
        true = sum(truth[number][column == "b"] for column, number in pieces)
        known = value if value is not None else (true if old[name] == true else None)
        attacker.learn(name, pieces, None if known is None else int(known))
    for name, pieces in attacker.hidden.items():
        low, high = attacker.range_of(pieces)
        low = max(low, 0 if name in once else 1)
        assert high >= 3
        assert high - low + 1 >= 3, f"{name} is narrowed to {low}..{high}"


@pytest.mark.parametrize("count", [1, 2])
def test_where_nothing_is_left_to_hide_nothing_is_published(count):
    """All else was printed and has not changed, and the source gives the total: the difference is the small count."""
    before = prepare(table("Stadtteil;A", "01 A;.", "02 B;30", "03 C;40"), mapping("A"))
    content = table("Stadtteil;A", f"01 A;{count}", "02 B;30", "03 C;40", f"Insgesamt;{70 + count}")
    now = prepare(content, mapping("A"), remembered=memory_of(before))
    assert {"01", "city"} <= hidden(now)

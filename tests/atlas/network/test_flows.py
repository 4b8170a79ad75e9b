"""Money from its sources to measures: sums to the cent, and a drawing that keeps them."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
from ckanext.dresdensmartcity.atlas.network.flows import Carrier, Flows, Row, money_flows
from ckanext.dresdensmartcity.atlas.network.sankey import GAP, sankey
from ckanext.dresdensmartcity.harvesters.budgets.model import Version
from ckanext.dresdensmartcity.harvesters.budgets.programme import Options
from ckanext.dresdensmartcity.harvesters.budgets.reading import read_plan
from ckanext.dresdensmartcity.harvesters.budgets.rows import rows as table_rows
from hypothesis import given, settings
from hypothesis import strategies as st

quick = settings(max_examples=60, deadline=None)


def plan(repository: Path, city: str) -> list[Row]:
    """The rows of a city's plan as the harvester publishes them."""
    file = repository / f"test-data/{city}/sources/funding-plan.csv"
    found = read_plan(file.read_bytes(), None, Options("", None, Version("1"), (2021, 2028)), file.name)
    return [
        Row(
            code=str(row["measure_id"]),
            title=str(row["title"]),
            year=int(str(row["year"])),
            cents=int(str(row["amount_cents"])),
            phase=str(row["phase"]),
            source=str(row["source"]),
            direction=str(row["direction"]),
            kind=str(row["kind"]),
            measure=str(row.get("measure") or ""),
            parent=str(row.get("parent") or ""),
        )
        for row in table_rows(found)
        if row["amount_cents"] is not None
    ]


def nodes_balance(flows: Flows) -> None:
    """What enters a node in the middle leaves it."""
    into: dict[str, int] = defaultdict(int)
    out: dict[str, int] = defaultdict(int)
    for flow in flows.flows:
        assert flow.cents > 0
        into[flow.end] += flow.cents
        out[flow.start] += flow.cents
    assert into["pot"] == out["pot"]
    for node in flows.nodes:
        assert node.kind not in ("line",) or not out[node.id] or into[node.id] == out[node.id]


def test_dresdens_plan_to_the_cent(repository: Path) -> None:
    """Sums of the paper: 23,938,466 euros come in, 15,560,000 are divided among lines."""
    found = money_flows(plan(repository, "dresden"), {})
    assert found.income == 2_393_846_600
    assert found.spending == 1_556_000_000
    assert found.undivided == 837_846_600
    assert {one.id: one.total for one in found.sources} == {"Eigenmittel": 837_846_600, "Bund": 1_556_000_000}
    assert found.years == (2021, 2022, 2023, 2024, 2025, 2026)
    assert found.checks
    assert all(one.said == one.found for one in found.checks)
    nodes_balance(found)


@pytest.mark.parametrize("city", ["dresden", "musterstadt"])
def test_years_add_up_to_the_plan(repository: Path, city: str) -> None:
    """Each year alone, and all together."""
    rows = plan(repository, city)
    whole = money_flows(rows, {})
    years = [money_flows(rows, {}, year) for year in whole.years]
    assert sum(one.income for one in years) == whole.income
    assert sum(one.spending for one in years) == whole.spending
    for one in years:
        nodes_balance(one)


def test_a_measure_flows_on_to_who_leads_it(repository: Path) -> None:
    """With the project's title, and the sum of all that an actor leads."""
    carriers = {code: Carrier(f"p{code}", f"Projekt {code}", "umweltamt", "Umweltamt") for code in ("1.2.4", "1.2.5")}
    found = money_flows(plan(repository, "dresden"), carriers)
    assert sum(flow.cents for flow in found.flows if flow.end == "actor:umweltamt") == 18_000_000
    assert next(node.title for node in found.nodes if node.ref == "1.2.5") == "Projekt 1.2.5"


def row(code: str, cents: int, **changes: object) -> Row:
    values = {
        "title": code, "year": 2024, "phase": "plan", "source": "Gesamt", "direction": "expenditure", "kind": "item",
    } | changes  # fmt: skip
    return Row(code=code, cents=cents, **values)  # type: ignore[arg-type]


def test_what_was_spent_counts_before_what_was_planned() -> None:
    """Plan and result of a year are the same money."""
    assert money_flows([row("1", 100), row("1", 90, phase="ist")], {}).spending == 90


def test_more_spending_than_sources_is_a_flow_that_says_so() -> None:
    """It is not hidden in the scale of the drawing."""
    found = money_flows([row("1", 100), row("2", 60, direction="revenue")], {})
    assert found.undivided == -40
    assert ("open:in", "pot", 40) in [(one.start, one.end, one.cents) for one in found.flows]
    nodes_balance(found)


def test_a_wrong_sum_line_is_found() -> None:
    """Said by the plan, found in its lines."""
    found = money_flows([row("1.1", 100, parent="1"), row("1", 110, kind="sum")], {})
    assert [(one.code, one.said, one.found) for one in found.checks] == [("1", 110, 100)]


def test_a_plan_without_amounts_draws_nothing() -> None:
    assert money_flows([], {}).flows == ()
    assert money_flows([row("1", 0)], {}).nodes == ()


some_rows = st.lists(
    st.builds(
        row,
        code=st.sampled_from(["1.1.1", "1.2.1", "1.2.10", "x"]),
        cents=st.integers(-(10**9), 10**12),
        year=st.integers(2020, 2023),
        phase=st.sampled_from(["ist", "ansatz", "plan"]),
        source=st.sampled_from(["Gesamt", "Bund"]),
        direction=st.sampled_from(["expenditure", "revenue", "balance"]),
        kind=st.sampled_from(["item", "sum", "share"]),
        parent=st.sampled_from(["", "1.1", "1.2"]),
        measure=st.sampled_from(["", "1.2.1"]),
    ),
    max_size=12,
)


@given(some_rows, st.randoms(use_true_random=False))
@quick
def test_sums_hold_for_any_plan_in_any_order(rows: list[Row], shuffle: object) -> None:
    """The drawing holds every cent that is more than nothing; the order of rows changes nothing."""
    found = money_flows(rows, {"1.2.1": Carrier("p", "P", "a", "A")})
    if found.nodes:
        nodes_balance(found)
    shuffle.shuffle(rows)  # type: ignore[attr-defined]
    assert money_flows(rows, {"1.2.1": Carrier("p", "P", "a", "A")}) == found


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=12))
@quick
def test_boxes_do_not_overlap_and_heights_keep_the_scale(values: list[int]) -> None:
    """Every box is as high as its amount, whichever column it stands in, and labels have room."""
    columns = {"pot": 0} | {f"n{at}": 1 for at in range(len(values))}
    found = sankey(columns, [("pot", f"n{at}", value) for at, value in enumerate(values)])
    boxes = {one.id: one for one in found.boxes}
    assert boxes["pot"].value == sum(values)
    right = [boxes[f"n{at}"] for at in range(len(values))]
    for one, other in pairwise(right):
        assert one.y + one.height <= other.y + 0.2
        assert other.middle - one.middle >= GAP - 0.5
    for one in right:
        assert one.height == pytest.approx(max(520 * one.value / sum(values), 1.5), abs=0.1)
    assert all(box.y >= 0 and box.y + box.height <= found.height for box in found.boxes)

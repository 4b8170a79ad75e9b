"""Plans made up at random: a consistent one has no finding, and one wrong cell is found where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ckanext.dresdensmartcity.harvesters.budgets.checks import check_plan, findings_of
from ckanext.dresdensmartcity.harvesters.budgets.mapping import read_mapping
from ckanext.dresdensmartcity.harvesters.budgets.model import PlanFinding
from ckanext.dresdensmartcity.harvesters.budgets.reading import read_plan
from hypothesis import given, settings
from hypothesis import strategies as st

YEARS = (2025, 2026, 2027)
COLUMNS = ("Gesamtkosten", "bisher", *map(str, YEARS), "Summe", "danach")


@dataclass
class Generated:
    """Cells of a plan in cents: rows of (code, amounts in the order of COLUMNS)."""

    rows: list[tuple[str, list[int]]]
    mark: str
    negative: bool  # amounts are printed with a minus behind them

    def text(self) -> bytes:
        lines = [";".join(["Nr", *COLUMNS]), *(";".join([code, *map(self.number, cells)]) for code, cells in self.rows)]
        return "\r\n".join(lines).encode("cp1252")

    def number(self, cents: int) -> str:
        cents = -cents if self.negative else cents
        text = f"{abs(cents) // 100:,}.{abs(cents) % 100:02}"
        if self.mark == ",":
            text = text.translate(str.maketrans(",.", ".,"))
        return f"{text}-" if cents < 0 else text


def with_sums(first: int, years: list[int], last: int) -> list[int]:
    total = sum(years)
    return [first + total + last, first, *years, total, last]


amounts = st.integers(0, 10**9)
leaves = st.tuples(amounts, st.lists(amounts, min_size=len(YEARS), max_size=len(YEARS)), amounts)


@st.composite
def plans(draw: st.DrawFn) -> Generated:
    """Two to four groups of two to four products each, their sums, and the sum of all."""
    rows: list[tuple[str, list[int]]] = []
    groups: list[list[int]] = []
    for group in range(11, 11 + draw(st.integers(2, 4))):
        cells = [with_sums(*draw(leaves)) for _ in range(draw(st.integers(2, 4)))]
        total = [sum(column) for column in zip(*cells, strict=True)]
        groups.append(total)
        rows.append((str(group), total))
        rows += [(f"{group}{number:02}", one) for number, one in enumerate(cells, start=1)]
    rows.append(("Insgesamt", [sum(column) for column in zip(*groups, strict=True)]))
    return Generated(rows, draw(st.sampled_from(".,")), draw(st.booleans()))


MAPPING: dict[str, Any] = {
    "fields": [
        {"name": "Nr", "role": "measure"},
        {"name": "Gesamtkosten", "role": "overall"},
        {"name": "bisher", "role": "earlier"},
        *({"name": str(year), "role": "amount", "year": year} for year in YEARS),
        {"name": "Summe", "role": "total"},
        {"name": "danach", "role": "later"},
    ],
    "hierarchy": "prefix",
    "prefix_lengths": [2, 4],
    "totals": ["Insgesamt"],
}


def findings(plan: Generated) -> list[PlanFinding]:
    return findings_of(check_plan(read_plan(plan.text(), read_mapping(MAPPING))))


@settings(max_examples=60, deadline=None)
@given(plans())
def test_a_consistent_plan_has_no_finding(plan: Generated):
    """Whatever its numbers, its marks and its signs: nothing but a product that happens to be the sum of the others."""
    assert [one for one in findings(plan) if one.check not in ("total-as-measure", "factor-1000")] == []


@settings(max_examples=60, deadline=None)
@given(plans(), st.data())
def test_any_changed_cell_is_found_and_located(plan: Generated, data: st.DataObject):
    """One cell, any other amount: named with its row, its column, and the amount that was there."""
    row = data.draw(st.integers(0, len(plan.rows) - 1))
    column = data.draw(st.integers(0, len(COLUMNS) - 1))
    change = data.draw(st.integers(10, 10**8) | st.integers(-(10**8), -10))  # cents; more than rounding explains
    before = plan.rows[row][1][column]
    plan.rows[row][1][column] = before + change
    sign = -1 if plan.negative else 1
    here = [one for one in findings(plan) if (one.row, one.column) == (row + 2, COLUMNS[column])]
    named = [one for one in here if one.check in ("cell", "factor-1000", "sign") and one.severity == "error"]
    assert [round((one.expected or 0) * 100) for one in named] == [before * sign]


@settings(max_examples=40, deadline=None)
@given(plans(), st.data())
def test_a_line_in_another_unit_is_told_as_such(plan: Generated, data: st.DataObject):
    """A product typed in thousands among euros: one finding for its line, if large enough to tell."""
    row = data.draw(st.sampled_from([n for n, (code, _) in enumerate(plan.rows) if len(code) == 4]))
    code, cells = plan.rows[row]
    years = [cents * 1000 + 100_000 for cents in cells[2:5]]
    right = with_sums(cells[1] * 1000 + 100_000, years, cells[6] * 1000 + 100_000)
    for number, (other, amounts_of) in enumerate(plan.rows):
        if other == "Insgesamt" or other == code[:2]:
            plan.rows[number] = (other, [a - b + c for a, b, c in zip(amounts_of, cells, right, strict=True)])
    plan.rows[row] = (code, [cents // 1000 for cents in right])
    found = [one for one in findings(plan) if one.check == "factor-1000" and one.column is None]
    assert [(one.row, "times less" in one.message) for one in found] == [(row + 2, True)]

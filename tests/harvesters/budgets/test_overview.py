"""The chart of a budget dataset: by source where the plan says who pays, else by direction; sums never count."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ckanext.dresdensmartcity.harvesters.budgets.overview import overview


def row(
    year: int, cents: int | None, source: str = "Gesamt", direction: str = "expenditure", kind: str = "item"
) -> Any:
    return {"year": year, "amount_cents": cents, "source": source, "direction": direction, "kind": kind}


def test_sources_are_stacked():
    """Own funds below, then the others, as high as their part; costs of all sources are no source of their own."""
    shown = overview(
        [
            row(2026, 3_000, "Eigenmittel", "revenue"),
            row(2026, 1_000, "Bund", "revenue"),
            row(2027, 2_000, "Bund", "revenue"),
            row(2026, 4_000),
            row(2026, 4_000, "Bund", "revenue", "sum"),
        ]
    )
    assert shown
    assert (shown.names, shown.stacked) == (("Eigenmittel", "Bund"), True)
    assert shown.totals == {"Eigenmittel": Decimal(30), "Bund": Decimal(30)}
    first, second = shown.years
    assert (first.euros, second.euros) == (40, 20)
    own, grant = first.parts
    assert abs(own.y + own.height - shown.baseline) < 0.05
    assert abs(grant.y + grant.height - own.y) < 0.05
    assert abs(own.height - 3 * grant.height) < 0.05
    assert second.parts[0].height == 0
    assert abs(second.parts[1].height - 2 * grant.height) < 0.05


def test_directions_stand_beside_each_other():
    """A budget without sources: expenditure and revenue; balances are left out, as they follow."""
    shown = overview([row(2026, 300), row(2026, 100, direction="revenue"), row(2026, -200, direction="balance")])
    assert shown
    assert (shown.names, shown.by_source) == (("expenditure", "revenue"), False)
    costs, income = shown.years[0].parts
    assert costs.x + costs.width <= income.x + 0.01
    assert abs(costs.height - 3 * income.height) < 0.05


def test_nothing_to_show():
    """No amounts, or none but zero."""
    assert overview([]) is None
    assert overview([row(2026, 0), row(2026, None)]) is None

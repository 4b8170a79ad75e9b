"""Sums that must hold, as data: so that they can be checked, and so that a broken one tells which cell broke it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ..records import Value
from .model import Entry, PlanFinding, amount


@dataclass(frozen=True)
class Equation:
    """`found` together must be the signed sum of `expected` and `constant`, within `tolerance`; all in cents."""

    check: str
    row: int | None
    column: str | None
    template: str
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)
    found: tuple[Entry, ...] = ()
    expected: tuple[tuple[Entry, int], ...] = ()
    constant: int = 0
    tolerance: Decimal = Decimal(0)

    @property
    def expected_cents(self) -> int:
        return sum(entry.cents * sign for entry, sign in self.expected) + self.constant

    @property
    def found_cents(self) -> int:
        return sum(entry.cents for entry in self.found)

    @property
    def residual(self) -> int:
        return self.found_cents - self.expected_cents

    @property
    def holds(self) -> bool:
        return abs(self.residual) <= self.tolerance

    @property
    def terms(self) -> tuple[tuple[Entry, int], ...]:
        """Each cell with what one cent more of it adds to the residual."""
        return (*((entry, 1) for entry in self.found), *((entry, -sign) for entry, sign in self.expected))

    def finding(self) -> PlanFinding | None:
        """None where it holds exactly; a warning where the difference is no more than rounding explains."""
        if self.residual == 0:
            return None
        return PlanFinding(
            self.check,
            self.row,
            self.column,
            self.template,
            self.values,
            amount(self.expected_cents),
            amount(self.found_cents),
            amount(self.residual),
            "warning" if self.holds else "error",
        )


def tolerance(each: Decimal, addends: int) -> Decimal:
    """What rounding may add up to (RULES §7): 0.01 for each addend, or half a unit of amounts printed rounded."""
    return each * max(addends, 1)

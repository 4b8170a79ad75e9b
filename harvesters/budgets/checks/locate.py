"""Which cell is behind sums that fail: the one that every failed sum around it has in common.

One wrong cell breaks every sum that it is part of by the same amount, and no other. So failed sums that share cells are
taken together, and a cell explains them where (1) they are all the sums that it is part of, and (2) one other value of
it makes each of them fit. The finding names the cell and that value; nothing is corrected. Where a whole line or column
was typed in another unit or with another sign, no cell explains the sums but one factor of all its cells does
(RULES §7, 6: factor 1000, sign).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from fractions import Fraction

from .. import wording
from ..equations import Equation
from ..model import Entry, Plan, PlanFinding, amount, filled
from . import sentences
from .base import Checked
from .sums import equations_of

FACTORS = (Fraction(1000), Fraction(1, 1000), Fraction(-1))
LOST = 500  # cents that an amount may have lost when it was written in thousands with two decimals


def located(plan: Plan) -> Checked:
    """RULES §7: each failed sum with the cell that is behind it, where one can be told."""
    equations = equations_of(plan)
    failed = [one for one in equations if not one.holds]
    if not failed:
        return Checked(sentences.LOCATED, filled(failed=0, found=0))
    around: dict[Entry, list[Equation]] = defaultdict(list)
    for equation in equations:
        for entry, _ in equation.terms:
            around[entry].append(equation)
    findings, explained = _factors(plan, failed, around)
    rest = [one for one in failed if one not in explained]
    for group in _groups(rest):
        if finding := _cell(group, around):
            findings.append(finding)
    return Checked(sentences.LOCATED, filled(failed=len(failed), found=len(findings)), tuple(findings))


def _groups(failed: list[Equation]) -> list[list[Equation]]:
    """Failed sums that hang together by a cell."""
    groups: list[tuple[set[Entry], list[Equation]]] = []
    for equation in failed:
        cells = {entry for entry, _ in equation.terms}
        apart = []
        together = [equation]
        for known, members in groups:
            if known & cells:
                cells |= known
                together = members + together
            else:
                apart.append((known, members))
        groups = [*apart, (cells, together)]
    return [members for _, members in groups]


def _cell(group: list[Equation], around: dict[Entry, list[Equation]]) -> PlanFinding | None:
    candidates: dict[Entry, int] = {}
    for entry in {entry for equation in group for entry, _ in equation.terms}:
        if len(around[entry]) == len(group) and all(one in group for one in around[entry]):
            excess = _excess(entry, group)
            if excess is not None:
                candidates[entry] = excess
    if len(candidates) != 1:
        return None
    entry, excess = candidates.popitem()
    expected = entry.cents - excess
    if expected and entry.cents and (entry.cents == expected * 1000 or abs(entry.cents * 1000 - expected) <= LOST):
        more = abs(entry.cents) > abs(expected)
        check, template = "factor-1000", wording.CELL_FACTOR_MORE if more else wording.CELL_FACTOR_LESS
    elif entry.cents == -expected:
        check, template = "sign", wording.CELL_SIGN
    else:
        check, template = "cell", wording.CELL
    values = filled(number=len(group))
    return PlanFinding(
        check, entry.row, entry.column, template, values, amount(expected), amount(entry.cents), amount(excess)
    )


def _excess(entry: Entry, group: Iterable[Equation]) -> int | None:
    """By how many cents the cell is too large for every sum of the group; None where they disagree."""
    found: list[tuple[int, Equation]] = []
    for equation in group:
        sign = sum(one for term, one in equation.terms if term == entry)
        if not sign or equation.residual % sign:
            return None
        found.append((equation.residual // sign, equation))
    excess = found[0][0]
    if any(abs(other - excess) > equation.tolerance for other, equation in found):
        return None
    # Sums with little rounding say it best.
    return min(found, key=lambda one: one[1].tolerance)[0]


def _factors(
    plan: Plan, failed: list[Equation], around: dict[Entry, list[Equation]]
) -> tuple[list[PlanFinding], list[Equation]]:
    """Lines and columns whose cells are all a thousand times too much or too little, or have the wrong sign."""
    by_line: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for line, slot, entry in plan.entries():
        if plan.by_code[line.code] is line:
            by_line["line", line.code].append(entry)
            if slot in plan.columns:
                by_line["column", entry.column].append(entry)
    suspects: dict[Entry, int] = defaultdict(int)
    for equation in failed:
        for entry, _ in equation.terms:
            suspects[entry] += 1
    findings: list[PlanFinding] = []
    explained: list[Equation] = []
    for (kind, name), entries in by_line.items():
        cells = [entry for entry in entries if entry.cents]
        touched = {id(one): one for entry in cells if suspects.get(entry) for one in around[entry] if not one.holds}
        broken = [one for one in touched.values() if one not in explained]
        if len(broken) < 2 or len(cells) < 2:
            continue
        for factor in FACTORS:
            if _all_hold(cells, factor, around):
                findings.append(_factor_finding(kind, name, cells, factor))
                explained += broken
                break
    return findings, explained


def _all_hold(cells: Collection[Entry], factor: Fraction, around: dict[Entry, list[Equation]]) -> bool:
    """Whether every sum around the cells fits once they are divided by the factor."""
    changed = {entry: entry.cents - entry.cents / factor for entry in cells}
    equations = {id(one): one for entry in cells for one in around[entry]}
    for equation in equations.values():
        if not equation.constant and all(entry in changed or not entry.cents for entry, _ in equation.terms):
            # One factor of all its cells changes nothing about whether a sum fits.
            if not equation.holds:
                return False
            continue
        less = sum((changed[entry] * sign for entry, sign in equation.terms if entry in changed), Fraction(0))
        lost = LOST * sum(entry in changed for entry, _ in equation.terms) if factor < 1 and factor > 0 else 0
        if abs(equation.residual - less) > Fraction(equation.tolerance) + lost:
            return False
    return bool(equations)


def _factor_finding(kind: str, name: str, cells: list[Entry], factor: Fraction) -> PlanFinding:
    first = cells[0]
    is_line = kind == "line"
    values = filled(code=name) if is_line else filled()
    if factor == -1:
        check, template = "sign", wording.LINE_SIGN if is_line else wording.COLUMN_SIGN
    else:
        check = "factor-1000"
        more = wording.LINE_FACTOR_MORE if is_line else wording.COLUMN_FACTOR_MORE
        less = wording.LINE_FACTOR_LESS if is_line else wording.COLUMN_FACTOR_LESS
        template = more if factor > 1 else less
    expected = round(first.cents / factor)
    row = first.row if is_line else None
    column = first.column if not is_line else None
    return PlanFinding(
        check, row, column, template, values, amount(expected), amount(first.cents), amount(first.cents - expected)
    )

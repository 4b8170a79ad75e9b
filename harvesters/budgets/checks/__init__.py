"""All checks of a plan (RULES §7), each with the rule that asks for it. Reported, never corrected."""

from __future__ import annotations

from ..model import Plan, PlanFinding, filled
from . import keys, sentences, shares, signs, sums
from .base import Check, Checked
from .locate import located

__all__ = ["CHECKS", "Check", "Checked", "check_plan", "findings_of"]


def reading(plan: Plan) -> Checked:
    """What could not be read."""
    values = filled(
        lines=len(plan.lines),
        years=len(plan.years),
        amounts=sum(len(line.entries) for line in plan.lines),
        how=plan.read.text,
    )
    return Checked(sentences.READING, values, plan.findings)


CHECKS: tuple[Check, ...] = (
    Check(
        (
            "number",
            "cells",
            "code",
            "year",
            "date",
            "word",
            "currency",
            "columns",
            "encoding",
            "sheet",
            "formula",
            "cell-error",
            "duplicate",
        ),
        "every cell is read in the file's one way of writing numbers; nothing is guessed",
        "RULES §7, numbers",
        reading,
    ),
    Check(
        ("hierarchy", "section"),
        "parent and section of a line follow from its code",
        "the programme's form",
        keys.codes,
    ),
    Check(
        ("duplicate",),
        "a line, or a measure, year, phase, source and direction, stands there once",
        "RULES §7 (6)",
        keys.duplicates,
    ),
    Check(("numbering",), "siblings count from 1 without a gap", "the programme's form", keys.numbering),
    Check(
        ("missing-year", "outside-years"),
        "no year is missing between others, none lies outside the plan",
        "RULES §7 (6)",
        keys.years,
    ),
    Check(
        ("span", "outside-span"),
        "a measure begins before it ends and has no amounts outside",
        "RULES §7 (6)",
        keys.spans,
    ),
    Check(
        ("total-as-measure",),
        "a sum is not read as one of the lines beside it",
        "RULES §7 (6)",
        keys.totals_as_measures,
    ),
    Check(("sign",), "amounts have the sign of their direction", "RULES §7 (6)", signs.signs),
    Check(
        ("factor-1000",), "no amount is a thousand times those of the line's other years", "RULES §7 (6)", signs.factors
    ),
    Check(
        ("row-sum", "source-sum", "balance", "overall"),
        "years make the total, sources make the whole, revenue and expenditure the balance, earlier funds, years and "
        "later years the overall costs",
        "RULES §7 (1), (4)",
        sums.row_sums,
    ),
    Check(("commitment",), "commitments are no more than what later years plan", "RULES §7 (4)", sums.commitments),
    Check(
        ("column-sum",), "a line is the sum of the lines below it, in every column", "RULES §7 (2)", sums.column_sums
    ),
    Check(("total",), "a total is the sum of what it names", "RULES §7 (2)", sums.totals),
    Check(("financing",), "costs equal what pays for them", "the programme's form", sums.financing),
    Check(
        ("control-total", "factor-1000"),
        "the plan adds up to declared totals; a factor of 1000 is named",
        "RULES §7 (6), (7)",
        sums.controls,
    ),
    Check(
        ("cell", "factor-1000", "sign"),
        "the one cell, line or column behind failed sums, and the value that would fit",
        "RULES §7",
        located,
    ),
    Check(
        ("share",),
        "a share is its amount's part of the whole, as exactly as it is printed",
        "RULES §7 (3)",
        shares.shares,
    ),
    Check(("shares-sum",), "shares make 100 within 0.05 for each", "RULES §7 (3)", shares.shares_together),
    Check(
        ("third-rule",),
        "external advice costs at most a third of lines 1 to 4 of its part, in each year and in total",
        "the programme's form",
        shares.third_rule,
    ),
    Check(("cofinancing",), "a source pays at most the programme's share", "RULES §7 (3)", shares.cofinancing),
    Check(
        ("limit",),
        "limits that a mapping declares; each finding has the name of its limit",
        "RULES §7 (3)",
        shares.limits,
    ),
)


def check_plan(plan: Plan) -> list[Checked]:
    """All checks in the order in which people read a plan; first what could not be read."""
    return [check.carry_out(plan) for check in CHECKS]


def findings_of(checked: list[Checked]) -> list[PlanFinding]:
    """All findings, without those that say the same of the same cell again."""
    seen: dict[tuple[object, ...], PlanFinding] = {}
    for one in checked:
        for finding in one.findings:
            key = (finding.check, finding.row, finding.column, finding.template, finding.expected)
            seen.setdefault(key, finding)
    return list(seen.values())

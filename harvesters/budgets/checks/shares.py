"""Shares, and what may cost or be paid at most (RULES §7, 3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal

from ...records import Severity, Value
from .. import wording
from ..model import Limit, Plan, PlanFinding, Share, amount, filled
from . import sentences
from .base import Checked

EACH = Decimal("0.05")  # RULES §7: 100 within 0.05 for each share


def shares(plan: Plan) -> Checked:
    """A share is its amount's part of the whole, to as many decimals as printed; 0 where there is no whole."""
    findings, compared = [], 0
    for share in plan.shares:
        if not share.part or not share.whole:
            if not share.part and share.percent:
                values = filled(code=share.code)
                findings.append(
                    PlanFinding(
                        "share", share.row, share.column, wording.SHARE_OF_NOTHING, values, found=float(share.percent)
                    )
                )
            continue
        compared += 1
        part, whole = (sum(entry.cents for entry in entries) for entries in (share.part, share.whole))
        exact = Decimal(part) * 100 / Decimal(whole) if whole else Decimal(0)
        if abs(share.percent - exact) > half_unit(share.percent):
            findings.append(_finding("share", share, exact, share.percent, wording.SHARE, filled(code=share.code)))
    return Checked(sentences.SHARES, filled(shares=compared), tuple(findings))


def shares_together(plan: Plan) -> Checked:
    """Shares of a group add up to 100 within 0.05 for each; a warning where printed digits explain the rest."""
    groups: dict[str, list[Share]] = defaultdict(list)
    for share in plan.shares:
        if share.group:
            groups[share.group].append(share)
    findings, compared = [], 0
    for group in groups.values():
        if not any(entry.cents for share in group for entry in share.whole):
            continue
        compared += 1
        total = sum((share.percent for share in group), Decimal(0))
        printed = sum((half_unit(share.percent) for share in group), Decimal(0))
        off = abs(total - 100)
        if off > EACH * len(group):
            values = filled(codes=", ".join(dict.fromkeys(share.code for share in group))[:200])
            severity: Severity = "warning" if off <= printed else "error"
            findings.append(_finding("shares-sum", group[0], Decimal(100), total, wording.SHARES_SUM, values, severity))
    return Checked(sentences.SHARES_SUM, filled(groups=compared), tuple(findings))


def half_unit(percent: Decimal) -> Decimal:
    """How far a printed number may be from the exact one: half a unit of its last digit."""
    exponent = percent.as_tuple().exponent
    return Decimal(5).scaleb(int(exponent) - 1)  # finite, as it was read from digits


def _finding(
    check: str,
    share: Share,
    expected: Decimal,
    found: Decimal,
    template: str,
    values: Mapping[str, Value],
    severity: Severity = "error",
) -> PlanFinding:
    return PlanFinding(
        check,
        share.row,
        share.column,
        template,
        values,
        float(round(expected, 2)),
        float(round(found, 2)),
        float(round(found - expected, 2)),
        severity,
    )


def third_rule(plan: Plan) -> Checked:
    """External advice costs at most a third of lines 1 to 4 of the same part, in every year and in total."""
    return _limits(plan, lambda name: name == "third-rule", sentences.THIRD_RULE)


def cofinancing(plan: Plan) -> Checked:
    """A source pays at most its programme's share."""
    return _limits(plan, lambda name: name == "cofinancing", sentences.COFINANCING)


def limits(plan: Plan) -> Checked:
    """Limits that a mapping declares."""
    return _limits(plan, lambda name: name not in ("third-rule", "cofinancing"), sentences.LIMITS)


def _limits(plan: Plan, wanted: Callable[[str], bool], sentence: str) -> Checked:
    compared = [limit for limit in plan.expect.limits if wanted(limit.name)]
    findings = tuple(finding for limit in compared if (finding := _exceeded(plan, limit)))
    return Checked(sentence, filled(compared=len(compared)), findings)


def _exceeded(plan: Plan, limit: Limit) -> PlanFinding | None:
    part, base = (sum(abs(entry.cents) for entry in entries) for entries in (limit.part, limit.base))
    numerator, denominator = limit.most
    if part * denominator <= base * numerator:
        return None
    allowed = base * numerator // denominator
    code = next((line.code for line, _, entry in plan.entries() if entry == limit.part[0]), limit.label)
    values = filled(part=code, base=limit.label)
    template = {"third-rule": wording.THIRD_RULE, "cofinancing": wording.COFINANCING}.get(limit.name, wording.LIMIT)
    if limit.name == "cofinancing":
        values["most"] = f"{numerator * 100 / denominator:g}"
    elif limit.name != "third-rule":
        values["most"] = f"{numerator}/{denominator}"
    return PlanFinding(
        limit.name,
        limit.row,
        limit.column,
        template,
        values,
        amount(allowed),
        amount(part),
        amount(part - allowed),
        limit.severity,
    )

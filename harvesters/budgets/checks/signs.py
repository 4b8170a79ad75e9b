"""Signs and units that need no sum to be told (RULES §7, 6)."""

from __future__ import annotations

from collections import defaultdict
from statistics import median

from .. import wording
from ..model import Entry, Line, Plan, PlanFinding, Slot, amount, filled
from . import sentences
from .base import Checked

_RARE = 10  # one of so many amounts of a direction has another sign: worth a look


def signs(plan: Plan) -> Checked:
    """No amount is negative in the programme's form; elsewhere the mapping says it, or the rare sign is a warning."""
    by_direction: dict[str, list[tuple[Line, Slot, Entry]]] = defaultdict(list)
    for one in plan.entries():
        if one[1].direction != "balance" and one[2].cents:
            by_direction[one[1].direction].append(one)
    findings: list[PlanFinding] = []
    for direction, entries in by_direction.items():
        wanted = "positive" if plan.form == "programme" else plan.expect.signs.get(direction)  # type: ignore[call-overload]
        if wanted in ("positive", "negative"):
            negative = wanted == "negative"
            wrong = [one for one in entries if (one[2].cents < 0) != negative]
            findings += [_wrong(plan, line, entry, wanted) for line, _, entry in wrong]
        elif wanted is None:
            minus = [one for one in entries if one[2].cents < 0]
            plus = [one for one in entries if one[2].cents > 0]
            rare, common = sorted((minus, plus), key=len)
            if rare and len(rare) * _RARE <= len(common):
                for line, _, entry in rare:
                    values = filled(code=line.code)
                    cents = amount(entry.cents)
                    findings.append(
                        PlanFinding(
                            "sign", entry.row, entry.column, wording.MIXED_SIGN, values, found=cents, severity="warning"
                        )
                    )
    counted = sum(len(entries) for entries in by_direction.values())
    return Checked(sentences.SIGNS, filled(amounts=counted), tuple(findings))


def _wrong(plan: Plan, line: Line, entry: Entry, wanted: str) -> PlanFinding:
    values = filled(code=line.code)
    if plan.form == "programme":
        return PlanFinding("sign", entry.row, entry.column, wording.NEGATIVE, values, found=amount(entry.cents))
    values["expected"] = wanted
    return PlanFinding("sign", entry.row, entry.column, wording.WRONG_SIGN, values, found=amount(entry.cents))


def factors(plan: Plan) -> Checked:
    """An amount that is exactly a thousand times the usual one of the line's other years: euros among thousands?"""
    findings = []
    for line in plan.money:
        groups: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
        for slot, entry in line.entries.items():
            if slot.role == "year" and entry.cents:
                groups[(slot.source, slot.direction, slot.phase)].append(entry)
        for entries in groups.values():
            for entry in entries:
                others = [one.cents for one in entries if one is not entry]
                if len(others) < 2:
                    continue
                usual = int(median(others))
                if usual and entry.cents in (usual * 1000, usual / 1000):
                    values = filled(code=line.code)
                    more = abs(entry.cents) > abs(usual)
                    findings.append(
                        PlanFinding(
                            "factor-1000",
                            entry.row,
                            entry.column,
                            wording.FACTOR_YEARS_MORE if more else wording.FACTOR_YEARS_LESS,
                            values,
                            amount(usual),
                            amount(entry.cents),
                            amount(entry.cents - usual),
                            "warning",
                        )
                    )
    return Checked(sentences.FACTORS, filled(lines=len(plan.money)), tuple(findings))

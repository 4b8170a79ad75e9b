"""Rows, columns, totals: the plan's arithmetic as equations (RULES §7, 1, 2, 4 and 7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from .. import wording
from ..equations import Equation, tolerance
from ..model import ALL, PLANNED, Entry, Line, Plan, PlanFinding, Slot, amount, filled
from ..programme import ALL_FINANCING, COSTS, GRANT
from . import sentences
from .base import Checked


def found_by(equations: Iterable[Equation]) -> tuple[PlanFinding, ...]:
    return tuple(finding for one in equations if (finding := one.finding()))


def row_equations(plan: Plan) -> Iterator[Equation]:
    """Within a line: years and total, sources and all, revenue and expenditure, overall costs."""
    for line in plan.money:
        if plan.by_code[line.code] is line:
            yield from _years(plan, line)
            yield from _sources(plan, line)
            yield from _balances(plan, line)
            yield from _overall(plan, line)


def _planned(line: Line, slot: Slot, years: tuple[int, int] | None = None) -> list[Entry] | None:
    """Amounts of the years that a total adds up; None where one of them could not be read."""
    phases = (slot.phase,) if slot.phase == "ist" else PLANNED
    wanted = [
        one
        for one in (*line.entries, *line.unknown)
        if one.role == "year"
        and one.phase in phases
        and (one.source, one.direction) == (slot.source, slot.direction)
        and (years is None or (one.year is not None and years[0] <= one.year <= years[1]))
    ]
    if any(one in line.unknown for one in wanted):
        return None
    return [line.entries[one] for one in wanted]


def _equation(
    plan: Plan, check: str, line: Line, target: Entry, template: str, parts: Iterable[tuple[Entry, int]]
) -> Equation:
    expected = tuple(parts)
    allowed = tolerance(plan.expect.tolerance, len(expected))
    name = line.code
    return Equation(check, target.row, target.column, template, {"code": name}, (target,), expected, tolerance=allowed)


def _years(plan: Plan, line: Line) -> Iterator[Equation]:
    for slot, total in line.entries.items():
        if slot.role == "total" and (parts := _planned(line, slot)):
            yield _equation(plan, "row-sum", line, total, wording.ROW_SUM, ((one, 1) for one in parts))


def _sources(plan: Plan, line: Line) -> Iterator[Equation]:
    split: dict[Slot, list[Entry]] = defaultdict(list)
    for slot, entry in line.entries.items():
        if slot.source != ALL:
            split[replace(slot, source=ALL)].append(entry)
    unknown = {replace(slot, source=ALL) for slot in line.unknown}
    for slot, parts in split.items():
        if slot in line.entries and slot not in unknown and plan.expect.sources_complete:
            whole = line.entries[slot]
            yield _equation(plan, "source-sum", line, whole, wording.SOURCE_SUM, ((one, 1) for one in parts))


def _balances(plan: Plan, line: Line) -> Iterator[Equation]:
    sign = 1 if plan.expect.costs_negative else -1
    for slot, balance in line.entries.items():
        if slot.direction != "balance":
            continue
        revenue = line.entries.get(replace(slot, direction="revenue"))
        costs = line.entries.get(replace(slot, direction="expenditure"))
        if revenue and costs:
            yield _equation(plan, "balance", line, balance, wording.BALANCE, ((revenue, 1), (costs, sign)))


def _overall(plan: Plan, line: Line) -> Iterator[Equation]:
    for slot, overall in line.entries.items():
        if slot.role != "overall":
            continue
        years = _planned(line, slot, plan.expect.overall_years)
        others = [line.entries.get(replace(slot, role=role)) for role in ("earlier", "later")]
        if years and all(others):
            parts = [*years, *(one for one in others if one)]
            yield _equation(plan, "overall", line, overall, wording.OVERALL, ((one, 1) for one in parts))


def row_sums(plan: Plan) -> Checked:
    """RULES §7 (1) and (4)."""
    equations = tuple(row_equations(plan))
    findings = [*found_by(equations), *_overall_less(plan), *_sources_more(plan)]
    return Checked(sentences.ROW_SUMS, filled(sums=len(equations)), tuple(findings))


def _overall_less(plan: Plan) -> Iterator[PlanFinding]:
    """Where the plan does not print earlier and later funds both, the others are no more than the overall costs."""
    for line in plan.money:
        for slot, overall in line.entries.items():
            if slot.role != "overall":
                continue
            others = [line.entries.get(replace(slot, role=role)) for role in ("earlier", "later")]
            if all(others):
                continue
            parts = [*(_planned(line, slot, plan.expect.overall_years) or ()), *(one for one in others if one)]
            spent = sum(one.cents for one in parts)
            if abs(spent) > abs(overall.cents) + tolerance(plan.expect.tolerance, len(parts)):
                yield PlanFinding(
                    "overall",
                    overall.row,
                    overall.column,
                    wording.OVERALL_LESS,
                    {"code": line.code},
                    amount(spent),
                    amount(overall.cents),
                    amount(overall.cents - spent),
                )


def _sources_more(plan: Plan) -> Iterator[PlanFinding]:
    """Where the table names some sources only ("davon Land"), they are no more than the amount of all."""
    if plan.expect.sources_complete:
        return
    for line in plan.money:
        split: dict[Slot, int] = defaultdict(int)
        for slot, entry in line.entries.items():
            if slot.source != ALL:
                split[replace(slot, source=ALL)] += abs(entry.cents)
        for slot, cents in split.items():
            whole = line.entries.get(slot)
            if whole and cents > abs(whole.cents) + plan.expect.tolerance:
                expected, found = amount(abs(whole.cents)), amount(cents)
                values = filled(code=line.code)
                more = amount(cents - abs(whole.cents))
                place = (whole.row, whole.column)
                yield PlanFinding("source-sum", *place, wording.SOURCE_MORE, values, expected, found, more)


def commitments(plan: Plan) -> Checked:
    """RULES §7 (4): a commitment is paid by what later years plan."""
    findings, compared = [], 0
    for line in plan.money:
        for slot, entry in line.entries.items():
            if slot.role != "commitment":
                continue
            same = [one for one in line.entries if (one.source, one.direction) == (slot.source, slot.direction)]
            after = slot.year if slot.year is not None else min((one.year for one in same if one.year), default=0)
            later = [
                line.entries[one]
                for one in same
                if one.role == "later" or (one.role == "year" and one.phase in PLANNED and (one.year or 0) > after)
            ]
            compared += 1
            most = sum(abs(one.cents) for one in later)
            if abs(entry.cents) > most + tolerance(plan.expect.tolerance, len(later)):
                values = filled(code=line.code)
                findings.append(
                    PlanFinding(
                        "commitment",
                        entry.row,
                        entry.column,
                        wording.COMMITMENT,
                        values,
                        amount(most),
                        amount(abs(entry.cents)),
                        amount(abs(entry.cents) - most),
                    )
                )
    return Checked(sentences.COMMITMENTS, filled(commitments=compared), tuple(findings))


def _below(plan: Plan, codes: Iterable[str], slot: Slot) -> list[Entry] | None:
    """Amounts of lines in a slot; of a code without a line of its own, of the lines below it. None: one is unknown."""
    found: list[Entry] = []
    for code in codes:
        line = plan.by_code.get(code)
        if line is None:
            below = _below(plan, [one.code for one in plan.children.get(code, ())], slot)
            if below is None:
                return None
            found += below
        elif slot in line.unknown:
            return None
        elif slot in line.entries:
            found.append(line.entries[slot])
        elif any(one.role == slot.role and one.year == slot.year for one in line.entries):
            # The line splits the amount by source and the sum above does not.
            found += [line.entries[one] for one in line.entries if replace(one, source=ALL) == slot]
    return found


def column_equations(plan: Plan) -> Iterator[Equation]:
    """A line with lines below it is their sum, in every column."""
    for line in plan.money:
        children = plan.children.get(line.code, ())
        if line.adds or not children or plan.by_code[line.code] is not line:
            continue
        codes = [one.code for one in children]
        for slot, target in line.entries.items():
            parts = _below(plan, codes, slot)
            if parts:
                values = filled(
                    code=line.code,
                    parts=", ".join(codes[:12]) + (", …" if len(codes) > 12 else ""),
                )
                allowed = tolerance(plan.expect.tolerance, len(parts))
                yield Equation(
                    "column-sum",
                    target.row,
                    target.column,
                    wording.COLUMN_SUM,
                    values,
                    (target,),
                    tuple((one, 1) for one in parts),
                    tolerance=allowed,
                )


def column_sums(plan: Plan) -> Checked:
    """RULES §7 (2)."""
    equations = tuple(column_equations(plan))
    codes = [line.code for line in plan.money if plan.children.get(line.code) and not line.adds]
    values = filled(lines=len(codes), sums=len(equations), codes=_named(codes))
    return Checked(sentences.COLUMN_SUMS, values, found_by(equations))


def total_equations(plan: Plan) -> Iterator[Equation]:
    """Lines such as 1+2, and the grand total of a table."""
    for line in plan.money:
        if not line.adds or plan.by_code[line.code] is not line:
            continue
        template = wording.TOTAL if plan.form == "programme" else wording.GRAND_TOTAL
        for slot, target in line.entries.items():
            parts = _below(plan, line.adds, slot)
            if parts:
                code = line.code
                values = filled(code=code, parts=_named(list(line.adds)))
                allowed = tolerance(plan.expect.tolerance, len(parts))
                expected = tuple((one, 1) for one in parts)
                yield Equation(
                    "total", target.row, target.column, template, values, (target,), expected, tolerance=allowed
                )


def totals(plan: Plan) -> Checked:
    """RULES §7 (2) and (7)."""
    equations = tuple(total_equations(plan))
    lines = [line for line in plan.money if line.adds]
    findings = []
    if plan.form == "programme":
        last = plan.lines[-1].row if plan.lines else 1
        for code in (COSTS, ALL_FINANCING):
            if code not in plan.by_code:
                findings.append(
                    PlanFinding("total", last, "line", wording.TOTAL_MISSING, filled(code=code), expected=code)
                )
        for line in lines:
            for part in line.adds:
                if part not in plan.by_code and not plan.children.get(part):
                    values = filled(code=line.code, part=part)
                    findings.append(
                        PlanFinding("total", line.row, "line", wording.TOTAL_NOTHING, values, found=line.code)
                    )
    values = filled(lines=len(lines), sums=len(equations), codes=_named([line.code for line in lines]))
    return Checked(sentences.TOTALS, values, (*findings, *found_by(equations)))


def financing_equations(plan: Plan) -> tuple[str, tuple[Equation, ...]]:
    """What finances the programme's plan equals what it costs; and which line that is.

    The form is filled in two ways: costs are all costs, and the whole financing pays them; or costs are the part that
    the grant pays. Which one a file follows is the one that fits more of its columns, and the report says it.
    """
    costs = plan.by_code.get(COSTS)
    if plan.form != "programme" or costs is None:
        return "", ()

    def equations(code: str) -> tuple[Equation, ...]:
        other = plan.by_code.get(code)
        return tuple(
            Equation(
                "financing",
                target.row,
                target.column,
                wording.FINANCING,
                {"code": COSTS, "other": code},
                (target,),
                ((other.entries[slot], 1),),
                tolerance=tolerance(plan.expect.tolerance, 1),
            )
            for slot, target in costs.entries.items()
            if other and slot in other.entries
        )

    ways = {code: found for code in (ALL_FINANCING, GRANT) if (found := equations(code))}
    if not ways:
        return "", ()
    code = min(ways, key=lambda one: sum(not equation.holds for equation in ways[one]) - len(ways[one]) / 1000)
    return code, ways[code]


def financing(plan: Plan) -> Checked:
    """Costs and what pays for them."""
    code, equations = financing_equations(plan)
    if not code:
        values = filled() if plan.form == "programme" else filled(columns=0)
        return Checked(sentences.FINANCING_NONE, values)
    sentence = sentences.FINANCING_WHOLE if code == ALL_FINANCING else sentences.FINANCING_GRANT
    return Checked(sentence, filled(code=COSTS, other=code, columns=len(equations)), found_by(equations))


def control_equations(plan: Plan) -> Iterator[Equation]:
    """Declared totals, such as those of the resolution."""
    for control in plan.expect.controls:
        yield Equation(
            "control-total",
            control.row,
            control.column,
            wording.CONTROL,
            {"label": control.label},
            control.entries,
            constant=control.cents,
            tolerance=tolerance(plan.expect.tolerance, len(control.entries)),
        )


def controls(plan: Plan) -> Checked:
    """RULES §7 (7); a factor of exactly 1000 is named as such (6)."""
    equations = tuple(control_equations(plan))
    findings = list(found_by(equations))
    for one in equations:
        found, expected = one.found_cents, one.constant
        if expected and found and found in (expected * 1000, expected / 1000):
            template = wording.FACTOR_CONTROL_MORE if abs(found) > abs(expected) else wording.FACTOR_CONTROL_LESS
            findings.append(
                PlanFinding(
                    "factor-1000",
                    one.row,
                    one.column,
                    template,
                    {},
                    amount(expected),
                    amount(found),
                    amount(found - expected),
                )
            )
    return Checked(sentences.CONTROLS, filled(totals=len(equations)), tuple(findings))


def equations_of(plan: Plan) -> list[Equation]:
    """All sums of the plan that are between its own cells."""
    return [
        *row_equations(plan),
        *column_equations(plan),
        *total_equations(plan),
        *financing_equations(plan)[1],
        *control_equations(plan),
    ]


def _named(codes: list[str]) -> str:
    return ", ".join(codes[:12]) + (", …" if len(codes) > 12 else "") or ""

"""The arithmetic of a funding plan: each check says what it compared, and each failure where, by how much and why.

Amounts are whole cents, so sums must fit exactly; shares are as exact as they are printed. Reported, never corrected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from .plan import TOTAL, BudgetLine, Column, Line, Plan, PlanFinding, ShareLine, code_key, column_name, euros

# The programme's form: the fifth line of personnel and material costs (1.1.5, 2.1.5) is advice by externals, which may
# cost at most a third of the first four lines of the same part.
ADVICE = 5
ADVICE_BASE = (1, 2, 3, 4)
ADVICE_PART = "1"
# Line of the shares (3.3.x) -> line of the financing that it is the share of (3.1.x), and what all shares add up to.
SHARES_OF = ("3.3", "3.1")
GRANT = "3.1.3"
COSTS = "1+2"
ALL_FINANCING = "3.1+3.2"


@dataclass(frozen=True)
class Checked:
    """One check that was carried out: a sentence on what was compared, and what it found."""

    sentence: str
    findings: tuple[PlanFinding, ...]


class Values:
    """The plan's amounts by code; a code without a row of its own is worth the lines below it ("3.2")."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.by_code: dict[str, BudgetLine] = {}
        self.below: dict[str, list[BudgetLine]] = defaultdict(list)
        for line in plan.money:
            self.by_code.setdefault(line.code, line)
            if not line.is_total:
                self.below[line.parent].append(line)

    def cents(self, code: str, column: Column) -> int | None:
        """None where the plan has no such line, or a needed cell could not be read."""
        if code in self.by_code:
            return self.by_code[code].cents.get(column)
        return self.sum_below(code, column)

    def sum_below(self, code: str, column: Column) -> int | None:
        values = [line.cents.get(column) for line in self.below.get(code, ())]
        return None if not values or None in values else sum(value for value in values if value is not None)


def check_plan(plan: Plan) -> list[Checked]:
    """All checks in the order in which people read a plan; first what could not be read."""
    values = Values(plan)
    reading = Checked(
        f"Reading: {len(plan.lines)} lines with {len(plan.years)} years and a total; encoding {plan.encoding}, "
        f"separator {plan.delimiter!r}, decimal mark {plan.decimal_mark!r}",
        plan.findings,
    )
    return [reading, *(check(plan, values) for check in CHECKS)]


def codes(plan: Plan, values: Values) -> Checked:
    """A line belongs to the code it begins with, to the same section as its siblings and its parent."""
    findings = []
    sections: dict[str, tuple[str, Line]] = {}
    for line in plan.lines:
        parent = "" if line.is_total else line.code.rpartition(".")[0]
        if line.parent != parent:
            message = f"line {line.code} belongs to {parent!r}"
            findings.append(PlanFinding("hierarchy", line.row, "parent", message, parent, line.parent))
        if line.is_total != (line.section == TOTAL):
            message = "the section total is for lines with + and for no others"
            findings.append(PlanFinding("section", line.row, "section", message, found=line.section))
        if line.is_total:
            continue
        # The parts of financing (3.1, 3.2) and the shares (3.3) stand under one number, the parts of a phase too.
        family = parent if code_key(line.code)[0] == 3 else parent.split(".")[0]
        expected, first = sections.setdefault(family, (line.section, line))
        own = values.by_code.get(parent)
        if own and not own.is_total:
            expected, first = own.section, own
        if line.section != expected:
            message = f"line {first.code} (row {first.row}) of the same part is in section {expected!r}"
            findings.append(PlanFinding("section", line.row, "section", message, expected, line.section))
    return Checked(f"Hierarchy: parent and section of {len(plan.lines)} lines follow from their codes", tuple(findings))


def duplicates(plan: Plan, values: Values) -> Checked:
    """Each code once."""
    first: dict[str, int] = {}
    findings = []
    for line in plan.lines:
        if line.code in first:
            message = f"line {line.code} stands in row {first[line.code]} already"
            findings.append(PlanFinding("duplicate", line.row, "line", message, found=line.code))
        first.setdefault(line.code, line.row)
    return Checked(f"Duplicates: {len(first)} line codes, each once", tuple(findings))


def numbering(plan: Plan, values: Values) -> Checked:
    """Siblings count from 1 without a gap, or a line may be missing; a share may be left out where there is none."""
    findings = []
    families = {parent: lines for parent, lines in values.below.items() if parent.count(".")}
    for parent, lines in sorted(families.items()):
        ordered = sorted(lines, key=lambda line: code_key(line.code))
        for expected, line in enumerate(ordered, start=1):
            if code_key(line.code)[-1] > expected:
                message = f"line {parent}.{expected} is missing before line {line.code}"
                findings.append(PlanFinding("numbering", line.row, "line", message, f"{parent}.{expected}", line.code))
                break
    return Checked(f"Numbering: the lines of {len(families)} parts count from 1 without a gap", tuple(findings))


def years(plan: Plan, values: Values) -> Checked:
    """No year is missing between the first and the last."""
    span = range(plan.years[0], plan.years[-1] + 1)
    missing = [year for year in span if year not in plan.years]
    findings = tuple(
        PlanFinding("years", 1, column_name(year), f"the column of {year} is missing", column_name(year))
        for year in missing
    )
    return Checked(f"Years: {plan.years[0]} to {plan.years[-1]} without a gap", findings)


def signs(plan: Plan, values: Values) -> Checked:
    """A plan holds no negative amounts: costs and financing stand in lines of their own."""
    findings = tuple(
        PlanFinding("sign", line.row, column_name(column), f"line {line.code} is negative", found=euros(cents))
        for line in plan.money
        for column, cents in line.cents.items()
        if cents < 0
    )
    return Checked(f"Signs: no amount of {len(plan.money)} lines is negative", findings)


def row_sums(plan: Plan, values: Values) -> Checked:
    """The years of a line add up to its total."""
    findings: list[PlanFinding] = []
    compared = 0
    for line in plan.money:
        if len(line.cents) < len(plan.columns):
            continue  # a cell that could not be read is reported already
        compared += 1
        expected = sum(line.cents[year] for year in plan.years)
        message = f"the years of line {line.code} do not add up to its total"
        findings += _compare("row-sum", line, TOTAL, expected, line.cents[TOTAL], message)
    return Checked(f"Row sums: the years of {compared} lines add up to their totals", tuple(findings))


def column_sums(plan: Plan, values: Values) -> Checked:
    """A line with lines below it is their sum, in every year and in total."""
    findings: list[PlanFinding] = []
    parents = [line for line in plan.money if values.below.get(line.code)]
    for line in parents:
        for column in plan.columns:
            expected = values.sum_below(line.code, column)
            children = ", ".join(one.code for one in values.below[line.code])
            message = f"line {line.code} is not the sum of the lines below it ({children})"
            findings += _compare("column-sum", line, column, expected, line.cents.get(column), message)
    compared = f"{len(parents)} lines are the sum of the lines below them ({', '.join(one.code for one in parents)})"
    return Checked(f"Column sums: {compared}, in {len(plan.columns)} columns each", tuple(findings))


def totals(plan: Plan, values: Values) -> Checked:
    """A line such as 1+2 adds up what its code names."""
    lines = [line for line in plan.money if line.is_total]
    findings = [
        PlanFinding("total", plan.lines[-1].row, "line", f"line {code}, which every plan ends with, is missing", code)
        for code in (COSTS, ALL_FINANCING)
        if code not in values.by_code
    ]
    for line in lines:
        for part in line.code.split("+"):
            if part not in values.by_code and not values.below.get(part):
                message = f"line {line.code} adds up {part}, but there is no such line and none below it"
                findings.append(PlanFinding("total", line.row, "line", message, found=line.code))
        for column in plan.columns:
            parts = [values.cents(part, column) for part in line.code.split("+")]
            expected = None if None in parts else sum(part for part in parts if part is not None)
            message = f"line {line.code} is not the sum that its code names"
            findings += _compare("total", line, column, expected, line.cents.get(column), message)
    named = ", ".join(line.code for line in lines) or "none"
    return Checked(f"Totals: {len(lines)} lines add up what their codes name ({named})", tuple(findings))


def shares(plan: Plan, values: Values) -> Checked:
    """A share is its line's part of the financing, to as many decimals as printed; 0 where there is no financing."""
    findings, compared = [], 0
    prefix, of = SHARES_OF
    for line in plan.shares:
        base = line.code.replace(prefix, of, 1)
        if base not in values.by_code:
            message = f"there is no line {base} that {line.code} could be the share of"
            findings.append(PlanFinding("share", line.row, "line", message, found=line.code))
            continue
        for column, percent in line.percent.items():
            part, whole = values.cents(base, column), values.cents(of, column)
            if part is None or whole is None:
                continue
            compared += 1
            exact = Decimal(part) * 100 / Decimal(whole) if whole else Decimal(0)
            if abs(percent - exact) > _half_unit(percent):
                message = f"line {line.code} is not the share of {base} in {of}"
                findings.append(_share_finding("share", line, column, exact, percent, message))
    return Checked(f"Shares: {compared} percentages are their lines' part of line {of}", tuple(findings))


def shares_add_up(plan: Plan, values: Values) -> Checked:
    """The shares of a column with financing add up to 100 %, within the rounding of each."""
    findings, compared = [], 0
    for column in plan.columns if plan.shares else ():
        percents = [line.percent.get(column) for line in plan.shares]
        known = [one for one in percents if one is not None]
        if len(known) < len(percents) or not values.cents(SHARES_OF[1], column):
            continue
        compared += 1
        allowed = sum((_half_unit(one) for one in known), Decimal(0))
        total = sum(known, Decimal(0))
        if abs(total - 100) > allowed:
            message = f"the shares ({', '.join(line.code for line in plan.shares)}) do not add up to 100 %"
            findings.append(_share_finding("shares-sum", plan.shares[0], column, Decimal(100), total, message))
    return Checked(f"Shares together: 100 % in {compared} columns with financing", tuple(findings))


def third_rule(plan: Plan, values: Values) -> Checked:
    """External advice costs at most a third of lines 1 to 4 of the same part, in every year and in total."""
    findings, compared = [], []
    for line in plan.costs:
        part, _, position = line.code.rpartition(".")
        if part.count(".") != 1 or not part.endswith(f".{ADVICE_PART}") or int(position) != ADVICE:
            continue
        base = [f"{part}.{number}" for number in ADVICE_BASE]
        compared.append(f"{line.code} against {base[0]} to {base[-1]}")
        for column in plan.columns:
            parts = [values.cents(code, column) for code in base]
            found = line.cents.get(column)
            if found is None or None in parts:
                continue
            allowed = sum(value for value in parts if value is not None)
            if 3 * found > allowed:
                message = f"external advice (line {line.code}) exceeds a third of lines {base[0]} to {base[-1]}"
                limit = allowed // 3
                findings.append(
                    PlanFinding(
                        "third-rule",
                        line.row,
                        column_name(column),
                        message,
                        f"at most {euros(limit)}",
                        euros(found),
                        euros(found - limit),
                    )
                )
    sentence = (
        f"Third-rule: external advice is at most a third of lines 1 to 4 ({', '.join(compared) or 'no such line'})"
    )
    return Checked(f"{sentence}, in {len(plan.columns)} columns each", tuple(findings))


def financing(plan: Plan, values: Values) -> Checked:
    """What finances the plan equals what it costs.

    The form is filled in two ways: costs are all costs, and the whole financing pays them; or costs are the part that
    the grant pays. Which one a file follows is the one that fits more of its columns, and the report says it.
    """
    line = values.by_code.get(COSTS)
    if line is None or not any(values.cents(code, TOTAL) is not None for code in (ALL_FINANCING, GRANT)):
        return Checked("Financing: not compared with costs, as the plan lacks lines for it", ())

    def findings(code: str) -> list[PlanFinding]:
        message = f"line {COSTS} (costs) does not equal line {code}"
        return [
            finding
            for column in plan.columns
            for finding in _compare(
                "financing", line, column, values.cents(code, column), line.cents.get(column), message
            )
        ]

    code = min((ALL_FINANCING, GRANT), key=lambda one: len(findings(one)) + (values.cents(one, TOTAL) is None) * 1000)
    meaning = "the whole financing" if code == ALL_FINANCING else "the grant"
    return Checked(
        f"Financing: costs (line {COSTS}) equal {meaning} (line {code}) in {len(plan.columns)} columns",
        tuple(findings(code)),
    )


CHECKS: tuple[Callable[[Plan, Values], Checked], ...] = (
    codes,
    duplicates,
    numbering,
    years,
    signs,
    row_sums,
    column_sums,
    totals,
    shares,
    shares_add_up,
    third_rule,
    financing,
)


def _compare(
    check: str, line: BudgetLine, column: Column, expected: int | None, found: int | None, message: str
) -> Iterator[PlanFinding]:
    if expected is not None and found is not None and expected != found:
        yield PlanFinding(
            check, line.row, column_name(column), message, euros(expected), euros(found), euros(found - expected)
        )


def _share_finding(
    check: str, line: ShareLine, column: Column, expected: Decimal, found: Decimal, message: str
) -> PlanFinding:
    return PlanFinding(
        check,
        line.row,
        column_name(column),
        message,
        f"{expected:.2f}",
        f"{found:.2f}",
        f"{found - expected:.2f}",
    )


def _half_unit(percent: Decimal) -> Decimal:
    """How far a printed number may be from the exact one: half a unit of its last digit."""
    exponent = percent.as_tuple().exponent
    return Decimal(5).scaleb(int(exponent) - 1)  # finite, as it was read from digits

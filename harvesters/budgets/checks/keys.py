"""Lines and years: each once, none missing, none that is a sum in disguise (RULES §7, 6)."""

from __future__ import annotations

from collections.abc import Iterator

from .. import wording
from ..model import PLANNED, Entry, Line, Plan, PlanFinding, Slot, amount, code_key, filled
from ..programme import TOTAL
from ..words import sounds_like_a_total
from . import sentences
from .base import Checked

_FEWEST = 3  # lines beside each other before one can be told to be the sum of the others


def codes(plan: Plan) -> Checked:
    """A line of the programme's form belongs to the code it begins with, and to the section of its siblings."""
    findings: list[PlanFinding] = []
    if plan.form != "programme":
        return Checked(sentences.CODES, filled(lines=0))
    sections: dict[str, tuple[str, Line]] = {}
    for line in plan.lines:
        is_total = bool(line.adds)
        parent = "" if is_total else line.code.rpartition(".")[0]
        if line.parent != parent:
            values = filled(code=line.code, expected=parent or "no other")
            findings.append(PlanFinding("hierarchy", line.row, "parent", wording.PARENT, values, parent, line.parent))
        if is_total != (line.section == TOTAL):
            findings.append(PlanFinding("section", line.row, "section", wording.SECTION_TOTAL, found=line.section))
        if is_total:
            continue
        # The parts of financing (3.1, 3.2) and the shares (3.3) stand under one number, the parts of a phase too.
        family = parent if code_key(line.code)[0][0] == 3 else parent.split(".")[0]
        expected, first = sections.setdefault(family, (line.section, line))
        own = plan.by_code.get(parent)
        if own and not own.adds:
            expected, first = own.section, own
        if line.section != expected:
            values = filled(first=first.code, first_row=first.row, expected=expected)
            findings.append(
                PlanFinding("section", line.row, "section", wording.SECTION, values, expected, line.section)
            )
    return Checked(sentences.CODES, filled(lines=len(plan.lines)), tuple(findings))


def duplicates(plan: Plan) -> Checked:
    """Each line once; the same measure, year and phase twice is found while rows are put together."""
    findings = []
    for line in plan.lines:
        first = plan.by_code[line.code]
        if first is not line:
            values = filled(code=line.code, first_row=first.row)
            findings.append(PlanFinding("duplicate", line.row, "line", wording.DUPLICATE, values, found=line.code))
    return Checked(sentences.DUPLICATES, filled(lines=len(plan.by_code)), tuple(findings))


def numbering(plan: Plan) -> Checked:
    """Siblings of the programme's form count from 1 without a gap, or a line may be missing."""
    families = {parent: lines for parent, lines in plan.children.items() if parent.count(".")}
    if not plan.expect.counted:
        return Checked(sentences.NUMBERING, filled(parts=0))
    findings = []
    for parent, lines in sorted(families.items()):
        ordered = sorted(lines, key=lambda line: code_key(line.code))
        for expected, line in enumerate(ordered, start=1):
            if code_key(line.code)[-1][0] > expected:
                code = f"{parent}.{expected}"
                values = filled(code=line.code, expected=code)
                findings.append(
                    PlanFinding("numbering", line.row, "line", wording.MISSING_LINE, values, code, line.code)
                )
                break
    return Checked(sentences.NUMBERING, filled(parts=len(families)), tuple(findings))


def years(plan: Plan) -> Checked:
    """No year is missing between others, in the plan or in a line, and none lies outside the plan's years."""
    if not plan.years:
        return Checked(sentences.YEARS, filled(first=0, last=0))
    first, last = plan.years[0], plan.years[-1]
    findings: list[PlanFinding] = []
    missing = [year for year in range(first, last + 1) if year not in plan.years]
    for year in missing:
        column = next(
            (name.replace(str(first), str(year)) for slot, name in plan.columns.items() if slot.year == first), None
        )
        findings.append(
            PlanFinding("missing-year", 1, column, wording.MISSING_YEAR_COLUMN, filled(year=year), expected=year)
        )
    for line in plan.money:
        findings += _gaps(line, set(missing))
    if span := plan.expect.years:
        for year in plan.years:
            if not span[0] <= year <= span[1]:
                findings += _outside(plan, year, span)
        findings += [
            PlanFinding("missing-year", 1, None, wording.MISSING_YEAR_COLUMN, filled(year=year), expected=year)
            for year in range(span[0], span[1] + 1)
            if year not in plan.years and year not in missing
        ]
    return Checked(sentences.YEARS, filled(first=first, last=last), tuple(findings))


def _gaps(line: Line, missing: set[int]) -> Iterator[PlanFinding]:
    groups: dict[tuple[str, str], dict[int, Entry]] = {}
    for slot, entry in line.entries.items():
        if slot.role == "year" and slot.year and slot.phase in PLANNED:
            groups.setdefault((slot.source, slot.direction), {})[slot.year] = entry
    unknown = {slot.year for slot in line.unknown}
    for entries in groups.values():
        inside = range(min(entries) + 1, max(entries))
        for year in sorted(set(inside) - set(entries) - missing - unknown):
            before = entries[max(one for one in entries if one < year)]
            values = filled(code=line.code, year=year)
            yield PlanFinding("missing-year", before.row, None, wording.MISSING_YEAR, values, expected=year)


def _outside(plan: Plan, year: int, span: tuple[int, int]) -> Iterator[PlanFinding]:
    values = filled(year=year, first=span[0], last=span[1])
    seen = set()
    for _, slot, entry in plan.entries():
        place = (1, entry.column) if slot in plan.columns else (entry.row, entry.column)
        if slot.year == year and slot.role == "year" and slot.phase in PLANNED and place not in seen:
            seen.add(place)
            yield PlanFinding("outside-years", *place, wording.OUTSIDE_PLAN, values, found=year)


def spans(plan: Plan) -> Checked:
    """A measure begins before it ends, and has no amounts outside."""
    findings = []
    dated = [line for line in plan.lines if line.start or line.end]
    for line in dated:
        start, end = line.start, line.end
        if start and end and start > end:
            values = filled(code=line.code, start=start.isoformat(), end=end.isoformat())
            findings.append(
                PlanFinding(
                    "span",
                    line.row,
                    line.start_column,
                    wording.START_AFTER_END,
                    values,
                    end.isoformat(),
                    start.isoformat(),
                )
            )
            continue
        first, last = start.year if start else 0, end.year if end else 9999
        for slot, entry in line.entries.items():
            if slot.role == "year" and slot.year and entry.cents and not first <= slot.year <= last:
                values = filled(
                    code=line.code,
                    year=slot.year,
                    start=start.isoformat() if start else "–",
                    end=end.isoformat() if end else "–",
                )
                findings.append(
                    PlanFinding(
                        "outside-span", entry.row, entry.column, wording.OUTSIDE_SPAN, values, 0, amount(entry.cents)
                    )
                )
    return Checked(sentences.SPANS, filled(lines=len(dated)), tuple(findings))


def totals_as_measures(plan: Plan) -> Checked:
    """A sum that is read as one of the lines beside it counts twice (RULES §7, 6)."""
    findings = []
    families: dict[str, list[Line]] = {}
    for line in plan.money:
        if not line.adds:
            families.setdefault(line.parent, []).append(line)
    for lines in families.values():
        for line in lines:
            named = sounds_like_a_total(line.title, plan.expect.total_words) if plan.expect.total_words else False
            if line.kind == "item" and _is_sum_of_others(line, lines):
                values = filled(code=line.code)
                finding = PlanFinding(
                    "total-as-measure", line.row, None, wording.TOTAL_AS_MEASURE, values, found=line.code
                )
                findings.append(finding)
            elif line.kind == "item" and named and line.code not in plan.children:
                values = filled(code=line.code)
                findings.append(
                    PlanFinding(
                        "total-as-measure",
                        line.row,
                        None,
                        wording.TOTAL_TITLE,
                        values,
                        found=line.title,
                        severity="warning",
                    )
                )
    return Checked(sentences.AS_MEASURES, filled(lines=sum(len(lines) for lines in families.values())), tuple(findings))


def _is_sum_of_others(line: Line, siblings: list[Line]) -> bool:
    """Whether the line's amounts are those of all others together, in two or more columns with money."""
    others = [one for one in siblings if one is not line and one.code != line.code]
    if len(others) + 1 < _FEWEST or sum(any(e.cents for e in one.entries.values()) for one in others) < 2:
        return False
    told: set[Slot] = set()
    for slot, entry in line.entries.items():
        total = sum(one.entries[slot].cents for one in others if slot in one.entries)
        if total != entry.cents:
            return False
        if entry.cents and slot.role == "year":
            told.add(slot)
    return len(told) > 1

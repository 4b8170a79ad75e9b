"""Rows of a mapped table put together to lines: which row is a sum, what it adds up, and what is limited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ..records import Value
from . import wording
from .mapping import Cofinancing, ControlTotal, LimitRule, MappedField
from .mapping import Mapping as BudgetMapping
from .model import (
    ALL,
    PLANNED,
    Control,
    Entry,
    Expectations,
    Kind,
    Limit,
    Line,
    Plan,
    PlanFinding,
    ReadAs,
    Share,
    Slot,
    Version,
)
from .words import sounds_like_a_total

# Length of a number in the German product plan -> its level.
PRODUCT_LEVELS = {2: "Produktbereich", 4: "Produktgruppe", 6: "Produkt"}


@dataclass
class Draft:
    """A line while its rows are read."""

    code: str
    row: int
    title: str
    kind: Kind
    levels: Mapping[str, str]
    parent: str = ""
    section: str = ""
    is_total: bool = False
    start: date | None = None
    end: date | None = None
    start_column: str = ""
    entries: dict[Slot, Entry] = field(default_factory=dict)
    unknown: dict[Slot, int] = field(default_factory=dict)
    shares: list[tuple[int, MappedField, Decimal]] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """The line that a row belongs to."""

    line: Draft
    notes: list[PlanFinding]

    def add(self, slot: Slot, row: int, column: str, cents: int) -> None:
        """An amount of the line; a second one for the same slot is a finding, unless it only repeats a total."""
        first = self.line.entries.setdefault(slot, Entry(row, column, cents))
        if (first.row, first.column) == (row, column) or (slot.year is None and first.cents == cents):
            return
        values: dict[str, Value] = {"code": self.line.code, "first_row": first.row}
        self.notes.append(PlanFinding("duplicate", row, column, wording.DUPLICATE_AMOUNT, values, found=self.line.code))


class Assembler:
    """Collects rows and gives the plan."""

    def __init__(self, mapping: BudgetMapping, levels: list[str]) -> None:
        self.mapping, self.levels = mapping, levels
        self.words = tuple(word.casefold() for word in mapping.totals)
        self.drafts: dict[str, Draft] = {}
        self.findings: list[PlanFinding] = []
        self.has_measures = bool(mapping.of("measure"))
        self.names = [one.name for one in (*mapping.of("measure"), *mapping.of("level"))]

    def row(
        self, number: int, key: str, title: str, levels: dict[str, str], names: dict[str, str], parent: str
    ) -> Found | None:
        """The line of a row; None, with a finding, where it is none."""
        depth = [one for one in self.levels if one in levels]
        by_levels = self.mapping.hierarchy == "levels"
        if not self.has_measures and depth and (not by_levels or len(depth) == len(self.levels)):
            key = levels[depth[-1]]
        if key and not (sounds_like_a_total(key, self.words) and not any(sign.isdigit() for sign in key)):
            title = title or (names.get(depth[-1], "") if depth else "")
            return self._found(number, key, title, "item", levels, parent)
        if not key and by_levels and depth and not sounds_like_a_total(levels[depth[-1]], self.words):
            last = depth[-1]
            code = f"{last}:{'/'.join(levels[one] for one in depth)}"
            return self._found(number, code, title or names.get(last, levels[last]), "sum", levels, parent)
        texts = (key, title, *levels.values(), *names.values())
        heading = next((text for text in texts if text and sounds_like_a_total(text, self.words)), "")
        if heading:
            found = self._found(number, heading, title or heading, "sum", {}, "")
            found.line.is_total = True
            return found
        self.findings.append(PlanFinding("code", number, self.names[0], wording.EMPTY_CODE))
        return None

    def _found(self, number: int, code: str, title: str, kind: Kind, levels: Mapping[str, str], parent: str) -> Found:
        draft = self.drafts.setdefault(code, Draft(code, number, title, kind, levels, parent))
        draft.title = draft.title or title
        return Found(draft, self.findings)

    def plan(
        self,
        read: ReadAs,
        version: Version,
        columns: Mapping[Slot, str],
        findings: Iterable[PlanFinding],
        tolerance: Decimal,
    ) -> Plan:
        """The plan of all rows that were read."""
        parents = {code: self._parent(draft) for code, draft in self.drafts.items()}
        with_children = {parent for parent in parents.values() if parent}
        top = tuple(code for code, draft in self.drafts.items() if not parents[code] and not draft.is_total)
        lines = tuple(self._line(draft, parents[draft.code], with_children, top) for draft in self.drafts.values())
        entries = [slot for line in lines for slot in line.entries]
        years = tuple(sorted({slot.year for slot in entries if slot.role == "year" and slot.year}))
        bare = Plan("mapped", lines, years, read, version=version, columns=columns)
        items = bare.items
        mapping = self.mapping
        sources = {slot.source for slot in entries}
        complete = mapping.sources_complete
        expect = Expectations(
            tolerance,
            mapping.years,
            mapping.overall_years,
            dict(mapping.signs),
            mapping.signs.get("expenditure") == "negative",
            self.words,
            (
                *(limit for rule in mapping.limits for limit in _limit(bare, rule)),
                *(limit for rule in mapping.cofinancing for limit in _cofinancing(bare, rule)),
            ),
            tuple(_control(items, one, mapping.direction) for one in mapping.control_totals),
            "Eigenmittel" in sources if complete is None else complete,
        )
        shares = tuple(self._shares(bare))
        return Plan("mapped", lines, years, read, shares, expect, version, columns, tuple(findings))

    def _parent(self, draft: Draft) -> str:
        hierarchy, code = self.mapping.hierarchy, draft.code
        if draft.is_total or hierarchy == "none":
            return ""
        if hierarchy == "parent":
            return draft.parent
        if hierarchy == "dotted":
            parts = code.split(".")
            candidates = [".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]
        elif hierarchy == "prefix":
            shorter = [one for one in self.mapping.prefix_lengths if one < len(code)]
            candidates = [code[:length] for length in sorted(shorter, reverse=True)]
        else:
            known = [one for one in self.levels if one in draft.levels]
            places = range(len(known), 0, -1)
            candidates = [f"{known[last - 1]}:{'/'.join(draft.levels[one] for one in known[:last])}" for last in places]
        return next((one for one in candidates if one in self.drafts and one != code), "")

    def _line(self, draft: Draft, parent: str, with_children: set[str], top: tuple[str, ...]) -> Line:
        kind: Kind = "sum" if draft.is_total or draft.kind == "sum" or draft.code in with_children else "item"
        levels = draft.levels
        if self.mapping.hierarchy == "prefix" and self.mapping.prefix_lengths == list(PRODUCT_LEVELS):
            known = {name: draft.code[:length] for length, name in PRODUCT_LEVELS.items() if length <= len(draft.code)}
            levels = {**({} if draft.is_total else known), **levels}
        directions = {slot.direction for slot in draft.entries} or {self.mapping.direction}
        return Line(
            draft.code,
            draft.row,
            draft.title,
            kind,
            parent,
            draft.section,
            top if draft.is_total else (),
            None,
            directions.pop() if len(directions) == 1 else "balance",
            levels,
            draft.entries,
            draft.unknown,
            draft.start,
            draft.end,
            draft.start_column,
        )

    def _shares(self, plan: Plan) -> list[Share]:
        total = next((plan.by_code[code] for code, draft in self.drafts.items() if draft.is_total), None)
        items = {line.code for line in plan.items}
        found = []
        for code, draft in self.drafts.items():
            line = plan.by_code[code]
            for row, one, percent in draft.shares:
                part = self._amounts(line, one, one.source or ALL)
                whole: tuple[Entry, ...]
                if one.source:
                    whole = self._amounts(line, one, ALL)
                    group = f"row {row}, {one.year or ''}" if self._covers(line, one) else ""
                else:
                    whole = self._amounts(total, one, ALL) if total else ()
                    group = one.name if code in items else ""
                found.append(Share(row, one.name, code, percent, part, whole, group))
        return found

    def _covers(self, line: Line, field: MappedField) -> bool:
        """Whether the table prints a share for each source of the line, so that they make a hundred."""
        printed = {one.source for one in self.mapping.of("share") if one.year == field.year}
        return {slot.source for slot in line.entries} - {ALL} <= printed

    def _amounts(self, line: Line, field: MappedField, source: str) -> tuple[Entry, ...]:
        """What a share's amount is: the year's that it names, else overall costs, the total, or all planned years."""
        direction = field.direction or self.mapping.direction
        slots = {
            slot: one for slot, one in line.entries.items() if (slot.source, slot.direction) == (source, direction)
        }
        if field.year:
            return tuple(entry for slot, entry in slots.items() if slot.role == "year" and slot.year == field.year)
        for role in ("overall", "total"):
            if found := tuple(entry for slot, entry in slots.items() if slot.role == role):
                return found
        return tuple(entry for slot, entry in slots.items() if slot.role == "year" and slot.phase in PLANNED)


def _limit(plan: Plan, rule: LimitRule) -> list[Limit]:
    parts = [plan.by_code[code] for code in rule.part if code in plan.by_code]
    base = [plan.by_code[code] for code in rule.base if code in plan.by_code]
    if not (parts and base):
        return []
    found = []
    for slot, entry in parts[0].entries.items():
        limited = tuple(line.entries[slot] for line in parts if slot in line.entries)
        known = tuple(line.entries[slot] for line in base if slot in line.entries)
        if known and not any(slot in line.unknown for line in (*parts, *base)):
            most = (rule.most.numerator, rule.most.denominator)
            label = ", ".join(rule.base)
            found.append(Limit(rule.name, label, entry.row, entry.column, limited, known, most))
    return found


def _cofinancing(plan: Plan, rule: Cofinancing) -> list[Limit]:
    most = rule.most_percent / 100
    found = []
    for line in plan.lines:
        for slot, entry in line.entries.items():
            if slot.source != rule.source:
                continue
            same = {
                other.source: one
                for other, one in line.entries.items()
                if (other.role, other.year, other.phase, other.direction)
                == (slot.role, slot.year, slot.phase, slot.direction)
            }
            whole = (same[ALL],) if ALL in same else tuple(same.values())
            limit = (most.numerator, most.denominator)
            found.append(Limit("cofinancing", line.code, entry.row, entry.column, (entry,), whole, limit))
    return found


def _control(items: Iterable[Line], one: ControlTotal, direction: str) -> Control:
    phases = (one.phase,) if one.phase else PLANNED
    found: list[Entry] = []
    for line in items:
        if any(line.levels.get(level) != code for level, code in one.where.items()):
            continue
        slots = [
            slot
            for slot in line.entries
            if slot.role == "year"
            and slot.phase in phases
            and slot.direction == (one.direction or direction)
            and (one.year is None or slot.year == one.year)
        ]
        wanted = one.source or (ALL if any(slot.source == ALL for slot in slots) else None)
        found += [line.entries[slot] for slot in slots if wanted is None or slot.source == wanted]
    cents = int((one.amount * 100).to_integral_value())
    columns = {entry.column for entry in found}
    return Control(one.label, cents, tuple(found), column=columns.pop() if len(columns) == 1 else None)

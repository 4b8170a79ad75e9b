"""The tables that a plan is published as: all lines, its versions, and what the last one changed."""

from __future__ import annotations

from ..records import Value
from .longform import long_form
from .model import ALL, Line, Plan, amount
from .versions import Change, Comparison, single

# Columns of the hierarchy, by the names that mappings and the Fiscal Data Package use for its levels.
LEVELS = {
    "produktbereich": "product_area",
    "functional-classification:generic:level1": "product_area",
    "produktgruppe": "product_group",
    "functional-classification:generic:level2": "product_group",
    "produkt": "product",
    "functional-classification:generic:level3": "product",
    "teilhaushalt": "subbudget",
    "administrative-classification:generic:level1": "subbudget",
    "amt": "office",
    "administrative-classification:generic": "office",
    "administrative-classification:generic:level2": "office",
}

Row = dict[str, Value]


def rows(plan: Plan) -> list[Row]:
    """The plan in long form: a row for each line, year, phase, source and direction, in the order of the file."""
    shared = _shared(plan)
    found: list[Row] = []
    sums = {line.code for line in plan.money} - {line.code for line in plan.items}
    for one in long_form(plan):
        kind = "sum" if one.line.code in sums else "item"
        found.append(
            shared
            | one.key._asdict()
            | _of_line(one.line, kind)
            | {
                "amount_cents": one.entry.cents,
                "amount_eur": amount(one.entry.cents),
                "share_percent": None,
            }
        )
    for share in plan.shares:
        line = plan.by_code[share.code]
        if line.kind == "share" and share.slot.role == "year":
            found.append(
                shared
                | {"measure_id": share.code, "year": share.slot.year, "phase": share.slot.phase, "source": ALL}
                | {"direction": "revenue", "amount_cents": None, "amount_eur": None}
                | _of_line(line, "share")
                | {"share_percent": float(share.percent)}
            )
    return found


def version_rows(plan: Plan) -> list[Row]:
    """The single lines of this version, to be kept when the next one comes."""
    shared = _shared(plan)
    return [
        shared | one.key._asdict() | {"title": one.line.title, "amount_cents": one.entry.cents} for one in single(plan)
    ]


def change_rows(comparison: Comparison) -> list[Row]:
    """What this version changes against the one before it."""
    new, old = comparison.new, comparison.old
    return [_change_row(one, new.id, old.id) for one in comparison.changes]


def _change_row(change: Change, version: str, before: str) -> Row:
    return {
        "version": version,
        "previous_version": before or None,
        **change.key._asdict(),
        "title": change.title,
        "before_cents": change.before,
        "after_cents": change.after,
        "difference_cents": change.difference,
    }


def _shared(plan: Plan) -> Row:
    resolved = plan.version.resolved_on
    return {
        "currency": plan.read.currency,
        "version": plan.version.id or None,
        "resolved_on": resolved.isoformat() if resolved else None,
    }


def _of_line(line: Line, kind: str) -> Row:
    levels = {LEVELS[name.casefold()]: code for name, code in line.levels.items() if name.casefold() in LEVELS}
    if kind == "item" and "product_group" in levels:
        levels.setdefault("product", line.code)
    others = {name: code for name, code in line.levels.items() if name.casefold() not in LEVELS}
    return {
        "kind": kind,
        "parent": line.parent or None,
        "section": line.section or None,
        "title": line.title or None,
        "measure": line.code if line.is_measure else None,
        **{name: levels.get(name) for name in dict.fromkeys(LEVELS.values())},
        "other_levels": "; ".join(f"{name}: {code}" for name, code in others.items()) or None,
    }

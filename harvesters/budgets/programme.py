"""The funding programme's cost and financing plan, known without a mapping.

The form: `line,parent,section,title,y<year>…,total`, one row for each line. Lines with "+" in their code add up others;
lines of the section "share" are percentages. The programme numbers its lines the same for every city: 1.x and 2.x are
costs of its two phases, of which x.1.5 is advice by externals and x.2.y are investments and measures; 3.1.x finance the
project, 3.2.x other projects, 3.3.x are the shares of 3.1.x in percent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ..tabular import NumberCell, RawRow, RawTable, decide
from . import wording
from .cells import Cells, remarks
from .model import BudgetFormError, Entry, Expectations, Limit, Line, Plan, ReadAs, Share, Slot, Source, Version
from .words import TOTAL_WORDS

TEXTS = ("line", "parent", "section", "title")
TOTAL = "total"
SHARE = "share"
FINANCING = "financing"
CODE = re.compile(r"[0-9]+(\.[0-9]+)*(\+[0-9]+(\.[0-9]+)*)*")
YEAR = re.compile(r"y([0-9]{4})")

SOURCES: Mapping[str, Source] = {
    "3.1.1": "Eigenmittel",
    "3.1.2": "Dritte",
    "3.1.3": "Bund",
    "3.2.1": "Eigenmittel",
    "3.2.2": "Dritte",
}
COSTS = "1+2"
ALL_FINANCING = "3.1+3.2"
OWN_FINANCING = "3.1"
GRANT = "3.1.3"
SHARES = "3.3"
# External advice may cost at most a third of the first four lines of the same part.
ADVICE = "1.5"
ADVICE_BASE = ("1.1", "1.2", "1.3", "1.4")
PHASES = ("1", "2")
NO_VERSION = Version()


@dataclass(frozen=True)
class Options:
    """What may be said about a plan of this form."""

    decimal_mark: str = ""
    grant_maximum: Decimal | None = None  # most of the project's financing that the programme pays, in per cent
    version: Version = NO_VERSION
    years: tuple[int, int] | None = None


def is_programme(table: RawTable) -> bool:
    """Whether a table has the columns of the form."""
    return set(TEXTS) <= set(table.names)


def read_programme(table: RawTable, options: Options) -> Plan:
    """The plan in `table`; raises BudgetFormError or LocaleError when the file as a whole cannot be read."""
    names = table.names
    years = _years(names)
    columns = {Slot("year", year): f"y{year}" for year in years} | {Slot("total"): TOTAL}
    places = {name: names.index(name) for name in (*TEXTS, *columns.values())}
    rows = [row for row in table.rows if len(row.cells) == len(names)]
    if not table.rows:
        raise BudgetFormError("the file has a header and no lines")
    amounts = (
        NumberCell(row.cells[places[name]], f"row {row.number}, column {name}")
        for row in rows
        for name in columns.values()
    )
    cells = Cells(decide(amounts, options.decimal_mark))
    reader = _Reader(places, columns, cells)
    lines = tuple(line for row in rows if (line := reader.line(row)))
    read = ReadAs(table.encoding, table.delimiter, table.sheet, cells.locale.decimal_mark, cells.locale.decided)
    findings = (*remarks(table), *cells.findings)
    plan = Plan("programme", lines, years, read, version=options.version, columns=columns, findings=findings)
    return Plan(
        "programme",
        lines,
        years,
        read,
        tuple(_shares(plan, reader.percents)),
        Expectations(years=options.years, limits=tuple(_limits(plan, options)), counted=True, total_words=TOTAL_WORDS),
        options.version,
        columns,
        findings,
    )


class _Reader:
    def __init__(self, places: Mapping[str, int], columns: Mapping[Slot, str], cells: Cells) -> None:
        self.places = places
        self.columns = columns
        self.cells = cells
        self.percents: dict[tuple[str, Slot], tuple[int, str, Decimal]] = {}

    def line(self, row: RawRow) -> Line | None:
        """The row as a line, or a finding where it has no code."""
        code, parent, section, title = (str(row.cells[self.places[name]]) for name in TEXTS)
        if not CODE.fullmatch(code):
            self.cells.note("code", row.number, "line", wording.NO_CODE, found=code or " ")
            return None
        if section == SHARE:
            for slot, name in self.columns.items():
                percent = self.cells.percent(row.cells[self.places[name]], row.number, name)
                if percent is not None:
                    self.percents.setdefault((code, slot), (row.number, name, percent))
            return Line(code, row.number, title, "share", parent, section)
        entries, unknown = {}, {}
        for slot, name in self.columns.items():
            cents = self.cells.cents(row.cells[self.places[name]], row.number, name)
            if cents is None:
                unknown[slot] = row.number
            else:
                entries[slot] = Entry(row.number, name, cents)
        parts = code.split("+")
        return Line(
            code,
            row.number,
            title,
            "sum" if len(parts) > 1 else "item",
            parent,
            section,
            tuple(parts) if len(parts) > 1 else (),
            SOURCES.get(code) if section == FINANCING else None,
            "revenue" if section == FINANCING or code == ALL_FINANCING else "expenditure",
            entries=entries,
            unknown=unknown,
            is_measure=_is_measure(code, section),
        )


def _is_measure(code: str, section: str) -> bool:
    parts = code.split(".")
    return section not in (FINANCING, TOTAL) and len(parts) == 3 and parts[1] == "2"


def _years(names: tuple[str, ...]) -> tuple[int, ...]:
    doubled = {name for name in names if names.count(name) > 1}
    unknown = {name for name in names if name not in (*TEXTS, TOTAL) and not YEAR.fullmatch(name)}
    years = tuple(int(found.group(1)) for name in names if (found := YEAR.fullmatch(name)))
    if doubled or unknown or not years or TOTAL not in names:
        wrong = ", ".join(sorted(doubled | unknown))
        problem = f"unknown or doubled: {wrong}" if wrong else "years or total are missing"
        raise BudgetFormError(f"columns are {', '.join(TEXTS)}, y<year>…, total, each once; {problem}", "row 1")
    return tuple(sorted(years))


def _shares(plan: Plan, percents: Mapping[tuple[str, Slot], tuple[int, str, Decimal]]) -> list[Share]:
    whole = plan.by_code.get(OWN_FINANCING)
    found = []
    for (code, slot), (row, column, percent) in percents.items():
        part = plan.by_code.get(code.replace(SHARES, OWN_FINANCING, 1))
        found.append(
            Share(
                row,
                column,
                code,
                percent,
                _known(part, slot),
                _known(whole, slot),
                column,
                slot,
            )
        )
    return found


def _known(line: Line | None, slot: Slot) -> tuple[Entry, ...]:
    entry = line.entries.get(slot) if line else None
    return (entry,) if entry else ()


def _limits(plan: Plan, options: Options) -> list[Limit]:
    found = []
    for phase in PHASES:
        advice = plan.by_code.get(f"{phase}.{ADVICE}")
        base = [plan.by_code.get(f"{phase}.{code}") for code in ADVICE_BASE]
        label = f"{phase}.{ADVICE_BASE[0]} to {phase}.{ADVICE_BASE[-1]}"
        for slot, entry in (advice.entries if advice else {}).items():
            parts = [line.entries.get(slot) for line in base if line]
            known = tuple(part for part in parts if part)
            if len(known) == len(ADVICE_BASE) and advice:
                found.append(Limit("third-rule", label, entry.row, entry.column, (entry,), known, (1, 3)))
    grant, whole = plan.by_code.get(GRANT), plan.by_code.get(OWN_FINANCING)
    if options.grant_maximum is not None and grant and whole:
        most = (options.grant_maximum / 100).as_integer_ratio()
        for slot, entry in grant.entries.items():
            if other := whole.entries.get(slot):
                found.append(Limit("cofinancing", OWN_FINANCING, entry.row, entry.column, (entry,), (other,), most))
    return found

"""From the bytes of a file to a plan: the programme's own form without a mapping, any other table with one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ..tabular import NumberCell, RawRow, RawTable, ReadOptions, decide, read_workbook_or_text
from . import wording
from .assembling import Assembler, Found
from .cells import Cells, position, remarks
from .mapping import AMOUNTS, MappedField, Mapping
from .model import BudgetFormError, Plan, PlanFinding, ReadAs, Slot, Version
from .programme import TEXTS, Options, is_programme, read_programme
from .words import sounds_like_a_total

CENTS = {"EUR": 100, "TEUR": 100_000, "MEUR": 100_000_000, "ct": 1}
TIMELESS = ("total", "overall", "earlier", "later")


def read_plan(content: bytes, mapping: Mapping | None = None, options: Options | None = None, name: str = "") -> Plan:
    """The plan in `content` (CSV, TSV or XLSX).

    Raises TabularError, BudgetFormError or LocaleError when the file as a whole cannot be read.
    """
    if mapping is None:
        table = read_workbook_or_text(content, name)
        if not is_programme(table):
            header = ", ".join(repr(one) for one in table.names)[:200]
            raise BudgetFormError(
                f"the columns are not {', '.join(TEXTS)}, y<year>…, total of the programme's form; declare a mapping "
                f"for any other. Found: {header}",
                "row 1",
            )
        return read_programme(table, options or Options())
    read = ReadOptions(
        encoding=mapping.encoding,
        delimiter=mapping.delimiter,
        sheet=mapping.sheet,
        skip_rows=mapping.skip_rows,
        header_rows=mapping.header_rows,
    )
    return _MappedReader(read_workbook_or_text(content, name, read), mapping, options or Options()).plan()


class _MappedReader:
    def __init__(self, table: RawTable, mapping: Mapping, options: Options) -> None:
        self.table, self.mapping, self.options = table, mapping, options
        self.places = {one.name: position(table, one.name) for one in mapping.fields if one.meaning != "ignore"}
        self.rows = [row for row in table.rows if len(row.cells) == len(table.names)]
        if not table.rows:
            raise BudgetFormError("the table has a header and no rows")
        self.amounts = [one for one in mapping.fields if one.meaning in AMOUNTS]
        self.row_year = next(iter(mapping.of("year")), None)
        timeless = [one.name for one in self.amounts if one.meaning == "amount" and one.year is None]
        if timeless and self.row_year is None:
            raise BudgetFormError(f"of {', '.join(timeless)} the mapping says no year, and no column holds years")
        self.levels = list(dict.fromkeys(one.level_name for one in mapping.of("level")))
        self.blanks = frozenset(mapping.missingValues)
        mark = options.decimal_mark or mapping.decimal_mark
        self.cells = Cells(decide(self._numbers(), mark), CENTS[mapping.unit])

    def _numbers(self) -> Iterator[NumberCell]:
        for row in self.rows:
            for one in (*self.amounts, *self.mapping.of("share")):
                yield NumberCell(row.cells[self.places[one.name]], f"row {row.number}, column {one.name}")

    def plan(self) -> Plan:
        version, rows = self._version()
        assembler = Assembler(self.mapping, self.levels)
        for row in rows:
            self._row(row, assembler)
        cells = self.cells
        wide = {self._slot(one, None, None, None, None): one.name for one in self.amounts if one.year}
        read = ReadAs(
            self.table.encoding,
            self.table.delimiter,
            self.table.sheet,
            cells.locale.decimal_mark,
            cells.locale.decided,
            self.mapping.unit,
            self.mapping.currency,
        )
        findings = (*remarks(self.table), *self._unmapped(), *cells.findings, *assembler.findings)
        return assembler.plan(read, version, wide, findings, self._tolerance())

    def _tolerance(self) -> Decimal:
        rounded = self.mapping.rounded
        if rounded is None:
            rounded = self.mapping.unit in ("TEUR", "MEUR")
        return Decimal(CENTS[self.mapping.unit]).scaleb(-self.cells.smallest) / 2 if rounded else Decimal(1)

    def _text(self, row: RawRow, role: str) -> str:
        return next((text for one in self.mapping.of(role) if (text := self._cell(row, one))), "")

    def _cell(self, row: RawRow, field: MappedField) -> str:
        value = row.cells[self.places[field.name]]
        text = f"{value:f}" if isinstance(value, Decimal) else value
        return "" if text in self.blanks else text

    def _version(self) -> tuple[Version, list[RawRow]]:
        """The version of the plan, and its rows: of a table with several versions only the last is read."""
        mapping, said = self.mapping, self.options.version
        declared = Version(said.id or mapping.version, said.resolved_on or mapping.resolved_on)
        if not (mapping.of("version") or mapping.of("resolved_on")):
            return declared, self.rows
        by_version: dict[tuple[date, str], list[RawRow]] = {}
        for row in self.rows:
            days = [self.cells.date(self._cell(row, one), row.number, one.name) for one in mapping.of("resolved_on")]
            day = next((one for one in days if one), None)
            by_version.setdefault((day or date.min, self._text(row, "version")), []).append(row)
        (day, name), rows = max(by_version.items(), key=lambda one: one[0])
        return Version(declared.id or name, declared.resolved_on or (day if day != date.min else None)), rows

    def _unmapped(self) -> Iterator[PlanFinding]:
        known = {one.name for one in self.mapping.fields}
        for name in self.table.names:
            if name and name not in known:
                yield PlanFinding(
                    "columns",
                    self.mapping.skip_rows + self.mapping.header_rows,
                    name,
                    wording.UNMAPPED,
                    severity="info",
                )

    def _row(self, row: RawRow, assembler: Assembler) -> None:
        title = self._text(row, "title")
        keys = [text for one in self.mapping.of("measure") if (text := self._cell(row, one))]
        levels = {one.level_name: text for one in self.mapping.of("level") if (text := self._cell(row, one))}
        names = {one.level_name: text for one in self.mapping.of("level_title") if (text := self._cell(row, one))}
        found = assembler.row(row.number, "/".join(keys), title, levels, names, self._text(row, "parent"))
        if found is None:
            return
        found.line.section = self._text(row, "section")
        found.line.start = self._day(row, "start") or found.line.start
        found.line.start_column = next((one.name for one in self.mapping.of("start")), "")
        found.line.end = self._day(row, "end") or found.line.end
        if not self._currency(row):
            return
        year, is_total = self._year(row)
        phase, source, direction = (self._word(row, kind) for kind in ("phase", "source", "direction"))
        if "?" in (phase, source, direction) or (self.row_year and year is None and not is_total):
            return  # the finding stands at the word or the year already
        for one in self.amounts:
            self._amount(row, one, self._slot(one, year, phase, source, direction, is_total=is_total), found)
        for one in self.mapping.of("share"):
            percent = self.cells.percent(row.cells[self.places[one.name]], row.number, one.name, blank=None)
            if percent is not None:
                found.line.shares.append((row.number, one, percent))

    def _amount(self, row: RawRow, field: MappedField, slot: Slot, found: Found) -> None:
        value = row.cells[self.places[field.name]]
        if isinstance(value, str) and value in self.blanks:
            if self.mapping.empty == "zero":
                found.add(slot, row.number, field.name, 0)
            return
        before = len(self.cells.findings)
        cents = self.cells.cents(value, row.number, field.name, blank="warning")
        if cents is not None:
            found.add(slot, row.number, field.name, cents)
        elif len(self.cells.findings) > before:
            found.line.unknown.setdefault(slot, row.number)

    def _slot(
        self,
        field: MappedField,
        year: int | None,
        phase: str | None,
        source: str | None,
        direction: str | None,
        *,
        is_total: bool = False,
    ) -> Slot:
        role = field.meaning
        if role == "amount":
            role = "total" if is_total and field.year is None else "year"
        return Slot(
            role,  # type: ignore[arg-type]  # AMOUNTS are roles, "amount" aside
            None if role in TIMELESS else field.year or year,
            field.phase or phase or self.mapping.phase,  # type: ignore[arg-type]
            field.source or source or "Gesamt",  # type: ignore[arg-type]
            field.direction or direction or self.mapping.direction,  # type: ignore[arg-type]
        )

    def _year(self, row: RawRow) -> tuple[int | None, bool]:
        if self.row_year is None:
            return None, False
        text = self._cell(row, self.row_year)
        if sounds_like_a_total(text, tuple(word.casefold() for word in self.mapping.totals)):
            return None, True
        return self.cells.year(text, row.number, self.row_year.name), False

    def _word(self, row: RawRow, kind: str) -> str | None:
        """What the row's word means; None where no column says it, "?" where nobody knows."""
        for one in self.mapping.of(kind):
            declared = getattr(self.mapping, f"{kind}s")
            if text := self._cell(row, one):
                return self.cells.word(kind, text, declared, row.number, one.name) or "?"
        return None

    def _currency(self, row: RawRow) -> bool:
        for one in self.mapping.of("currency"):
            text = self._cell(row, one).upper().replace("€", "EUR")
            if text and text != self.mapping.currency:
                self.cells.note(
                    "currency",
                    row.number,
                    one.name,
                    wording.OTHER_CURRENCY,
                    found=text,
                    expected=self.mapping.currency,
                )
                return False
        return True

    def _day(self, row: RawRow, role: str) -> date | None:
        for one in self.mapping.of(role):
            text = self._cell(row, one)
            day = self.cells.date(text, row.number, one.name)
            if day and role == "end" and len(text) == 4:
                return day.replace(month=12, day=31)  # a year ends with its last day
            if day:
                return day
        return None

"""Workbooks (XLSX), read by openpyxl after their container was looked through.

Threats of a workbook from outside, and what stands against each: a zip bomb (every part is unpacked once and counted,
whatever the directory of the container says), a bomb of XML entities (a part with a document type is refused; office
programs write none), dimensions of millions of cells (limits of rows and columns while reading), formulas (never
evaluated; the stored result is read, and a formula without one is a finding), macros and links (never opened).
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from ..records import Finding
from . import wording
from .table import CellValue, RawRow, RawTable, ReadOptions, TabularError

_PARTS = 2_000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CHUNK = 1 << 20
_RATIO = 200  # unpacked to packed; sheets of repeated numbers reach some 30
_SLACK = 5_000_000  # bytes below which the ratio does not count
_DIGITS = 15
_ERRORS = frozenset({"#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NULL!", "#NUM!"})


def read_workbook(content: bytes, options: ReadOptions) -> RawTable:
    """The table on one sheet of the workbook in `content`; raises TabularError."""
    inspect(content, options)
    try:
        return _read(content, options)
    except TabularError:
        raise
    # What openpyxl raises on broken parts is not of one kind; the workbook is the cause of all of them.
    except (InvalidFileException, ParseError, KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
        raise TabularError(f"the workbook is damaged ({type(error).__name__}); open it and save it as .xlsx") from error
    except (zipfile.BadZipFile, SyntaxError) as error:  # lxml's errors are SyntaxErrors
        raise TabularError("the workbook is damaged; open it and save it as .xlsx") from error


def inspect(content: bytes, options: ReadOptions) -> None:
    """Refuse containers that are no workbook or would unpack to too much; raises TabularError."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            parts = container.infolist()
            names = {part.filename for part in parts}
            if len(parts) > _PARTS:
                raise TabularError(f"the workbook has more than {_PARTS} parts")
            if len(names) < len(parts):
                raise TabularError("the workbook holds a part twice; open it and save it as .xlsx")
            if "xl/workbook.xml" not in names:
                kind = "an OpenDocument table" if "content.xml" in names else "a container without a workbook"
                raise TabularError(f"the file is {kind}; save it as .xlsx or .csv")
            if any(part.compress_type not in _METHODS for part in parts):
                raise TabularError("the workbook is packed in an unknown way; open it and save it as .xlsx")
            if any(part.flag_bits & 1 for part in parts):
                raise TabularError("the workbook has a password; save it without one")
            _count(container, parts, len(content), options)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise TabularError("the workbook is cut off or damaged; open it and save it as .xlsx") from error


def _count(container: zipfile.ZipFile, parts: list[zipfile.ZipInfo], packed: int, options: ReadOptions) -> None:
    total = 0
    for part in parts:
        tail = b""
        with container.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                if total > options.max_bytes or (total > _SLACK and total > packed * _RATIO):
                    raise TabularError(
                        f"the workbook unpacks to far more than its {packed} bytes, as bombs do; save the sheet as .csv"
                    )
                if part.filename.endswith((".xml", ".rels")):
                    text = tail + chunk
                    if b"<!" in text and (b"<!DOCTYPE" in text or b"<!ENTITY" in text):
                        raise TabularError("a part of the workbook has a document type, which no office program writes")
                    if b"\0" in text:  # UTF-16, in which the words above would look otherwise
                        raise TabularError("a part of the workbook is no UTF-8; open it and save it as .xlsx")
                    tail = chunk[-16:]


def _read(content: bytes, options: ReadOptions) -> RawTable:
    values = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    formulas = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        sheet, remarks = _sheet(values, options)
        reader = _Reader(options, remarks)
        reader.read(_cells(sheet), _cells(formulas[sheet.title]))
        if not reader.header or not any(any(row) for row in reader.header):
            raise TabularError("the sheet has no header", f"row {options.skip_rows + 1}")
    finally:
        values.close()
        formulas.close()
    width = max(_width(row) for row in reader.header)
    header = tuple(tuple((*row, *("",) * width)[:width]) for row in reader.header)
    rows = tuple(RawRow(row.number, _fit(row.cells, width)) for row in reader.rows)
    return RawTable(header, rows, "", "", sheet.title, tuple(reader.remarks))


def _cells(sheet: Any) -> Iterator[tuple[Any, ...]]:
    # What the sheet says of its size may be wrong, and is a way to ask for millions of empty cells.
    sheet.reset_dimensions()
    found: Iterator[tuple[Any, ...]] = sheet.iter_rows(values_only=True)
    return found


def _sheet(book: Any, options: ReadOptions) -> tuple[Any, list[Finding]]:
    sheets = list(book.worksheets)
    if options.sheet:
        named = [one for one in sheets if one.title == options.sheet]
        if not named:
            names = ", ".join(one.title for one in sheets)
            raise TabularError(f"there is no sheet {options.sheet!r}; the workbook has {names}")
        hidden = named[0].sheet_state != "visible"
        place = f"sheet {options.sheet}"
        found = [Finding.of("sheet", "info", wording.HIDDEN_SHEET, place, sheet=options.sheet)] if hidden else []
        return named[0], found
    filled = [one for one in sheets if one.sheet_state == "visible" and _has_cells(one)]
    if not filled:
        raise TabularError("no visible sheet of the workbook holds anything")
    if len(filled) == 1:
        return filled[0], []
    text = Finding.of("sheet", "warning", wording.SHEETS, number=len(filled), sheet=filled[0].title)
    return filled[0], [text]


def _has_cells(sheet: Any) -> bool:
    sheet.reset_dimensions()
    return any(
        any(cell is not None for cell in row) for row in sheet.iter_rows(max_row=50, max_col=50, values_only=True)
    )


class _Reader:
    def __init__(self, options: ReadOptions, remarks: list[Finding]) -> None:
        self.options = options
        self.remarks = remarks
        self.header: list[tuple[str, ...]] = []
        self.rows: list[RawRow] = []

    def read(self, values: Iterator[tuple[Any, ...]], formulas: Iterator[tuple[Any, ...]]) -> None:
        for number, (row, origin) in enumerate(zip(values, formulas, strict=True), start=1):
            if len(row) > self.options.max_columns and any(
                cell is not None for cell in row[self.options.max_columns :]
            ):
                raise TabularError(f"more than {self.options.max_columns} columns", f"row {number}")
            if number > self.options.max_rows + self.options.skip_rows + self.options.header_rows:
                raise TabularError(f"more than {self.options.max_rows} rows", f"row {number}")
            if number <= self.options.skip_rows:
                continue
            cells = tuple(
                self._cell(one, source, f"cell {get_column_letter(column)}{number}")
                for column, (one, source) in enumerate(zip(row, origin, strict=True), start=1)
            )
            if len(self.header) < self.options.header_rows:
                self.header.append(tuple(_header(cell) for cell in cells))
            elif any(cell != "" for cell in cells):
                self.rows.append(RawRow(number, cells))

    def _cell(self, value: Any, origin: Any, place: str) -> CellValue:
        if value is None:
            if isinstance(origin, str) and origin.startswith("="):
                self.remarks.append(Finding.of("formula", "error", wording.FORMULA, place))
            return ""
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, int):
            return Decimal(value)
        if isinstance(value, float):
            return Decimal(f"{value:.{_DIGITS}g}")  # the digits that the spreadsheet shows, without binary dust
        if isinstance(value, datetime):
            return value.date().isoformat() if value.time() == time() else value.isoformat()
        if isinstance(value, date):
            return value.isoformat()
        text = str(value).strip()
        if text in _ERRORS:
            self.remarks.append(Finding.of("cell-error", "error", wording.CELL_ERROR, place, error=text))
        return text


def _header(cell: CellValue) -> str:
    return f"{cell:f}" if isinstance(cell, Decimal) else cell


def _width(row: tuple[CellValue, ...]) -> int:
    """Cells up to the last one that is filled."""
    return next((place for place in range(len(row), 0, -1) if row[place - 1] != ""), 0)


def _fit(cells: tuple[CellValue, ...], width: int) -> tuple[CellValue, ...]:
    """As wide as the header; cells beyond it stay where they hold something, so that the row is told as too long."""
    used = max(_width(cells), width)
    return tuple((*cells, *("",) * used)[:used])

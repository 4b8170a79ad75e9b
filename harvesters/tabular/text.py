"""CSV and its relatives: encoding and separator found out, the csv module reads."""

from __future__ import annotations

import csv
import io
from collections import Counter
from itertools import islice

from ..records import Finding
from . import wording
from .encodings import decode
from .table import RawRow, RawTable, ReadOptions, TabularError

DELIMITERS = (";", ",", "\t", "|")
_SAMPLED = 60  # rows that the separator is judged by
_FIELD = 1_000_000  # signs of one cell; the csv module's own limit is for the whole process


def read_text(content: bytes, options: ReadOptions) -> RawTable:
    """The table in the bytes of a text file; raises TabularError."""
    if len(content) > options.max_bytes:
        raise TabularError(f"the file is larger than {options.max_bytes} bytes")
    text, encoding, guessed = decode(content, options.encoding)
    if "\0" in text:
        raise TabularError("the file holds zero bytes; it is no table in CSV, TSV or XLSX")
    if text.lstrip()[:1] == "<":
        raise TabularError("the file is a web page or XML, not a table; check the address", "line 1")
    delimiter = options.delimiter if options.delimiter != "auto" else find_delimiter(text, options.skip_rows)
    header, rows = _rows(text, delimiter, options)
    remarks = []
    if guessed:
        remarks.append(Finding.of("encoding", "info", wording.GUESSED_ENCODING, encoding=encoding))
    if "\ufffd" in text:
        line = text[: text.index("\ufffd")].count("\n") + 1
        remarks.append(Finding.of("encoding", "warning", wording.REPLACED, f"line {line}"))
    return RawTable(header, rows, encoding, delimiter, remarks=tuple(remarks))


def find_delimiter(text: str, skip_rows: int = 0) -> str:
    """The separator by which most rows have as many cells as the header; raises TabularError where none makes two."""
    best, best_score = "", (0.0, 0)
    for delimiter in DELIMITERS:
        lines = io.StringIO(text, newline="")
        try:
            sampled = [row for row in islice(csv.reader(lines, delimiter=delimiter), skip_rows + _SAMPLED) if any(row)]
        except csv.Error:
            continue
        widths = [len(row) for row in sampled[skip_rows:]]
        if not widths or widths[0] < 2:
            continue
        # Short of the header are rows that lost their last empty cells; wider ones speak against the separator.
        score = (round(Counter(widths)[widths[0]] / len(widths), 2), widths[0])
        if score > best_score:
            best, best_score = delimiter, score
    if not best:
        raise TabularError("none of ; , tab | separates columns; is this a table?", f"line {skip_rows + 1}")
    return best


def _rows(text: str, delimiter: str, options: ReadOptions) -> tuple[tuple[tuple[str, ...], ...], tuple[RawRow, ...]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[tuple[str, ...]] = []
    rows: list[RawRow] = []
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number <= options.skip_rows:
                continue
            if len(cells) > options.max_columns or any(len(cell) > _FIELD for cell in cells):
                raise TabularError(f"more than {options.max_columns} columns, or a cell too long", f"row {number}")
            stripped = tuple(cell.strip() for cell in cells)
            if len(header) < options.header_rows:
                header.append(stripped)
                continue
            if any(stripped):
                rows.append(RawRow(number, stripped))
            if len(rows) > options.max_rows:
                raise TabularError(f"more than {options.max_rows} rows", f"row {number}")
    except csv.Error as error:
        raise TabularError(f"the file is no proper CSV: {error}", f"line {reader.line_num}") from error
    if len(header) < options.header_rows or not any(any(row) for row in header):
        raise TabularError("the file has no header", f"row {options.skip_rows + 1}")
    width = max(len(row) for row in header)
    return tuple(row + ("",) * (width - len(row)) for row in header), tuple(rows)

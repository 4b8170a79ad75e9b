"""One call for what a source sends: a workbook or a text, told by its first bytes."""

from __future__ import annotations

from ..records import Finding
from . import wording
from .table import RawTable, ReadOptions, TabularError
from .text import read_text
from .workbook import read_workbook

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_NO_TABLE = {
    b"%PDF": "a PDF",
    _OLD_EXCEL: "an old Excel file (.xls)",
    b"\x1f\x8b": "packed with gzip",
    b"PAR1": "Parquet",
    b"\x89PNG": "a picture",
}


def read_workbook_or_text(content: bytes, name: str = "", options: ReadOptions | None = None) -> RawTable:
    """The table in `content`; the name says nothing about the form, it only stands in errors.

    Rows that have not as many cells as the header are kept and noted in `remarks`. Raises TabularError.
    """
    options = options or ReadOptions()
    if not content.strip():
        raise TabularError("the file is empty", name)
    for start, kind in _NO_TABLE.items():
        if content.startswith(start):
            raise TabularError(f"the file is {kind}, not a table in CSV, TSV or XLSX; save it as one of these", name)
    table = read_workbook(content, options) if content.startswith(_ZIP) else read_text(content, options)
    width = len(table.header[0])
    uneven = tuple(
        Finding.of("cells", "error", wording.CELLS, f"row {row.number}", found=len(row.cells), expected=width)
        for row in table.rows
        if len(row.cells) != width
    )
    return RawTable(table.header, table.rows, table.encoding, table.delimiter, table.sheet, (*table.remarks, *uneven))

"""Tables as people send them: CSV, TSV or XLSX read into cells, and numbers read in the one way a file writes them.

    table = read_workbook_or_text(content, name="plan.csv")
    locale = decide(cells_of(table, columns))
    value = locale.parse(cell.value)

No message quotes a cell, as a cell may hold a count that is to be kept secret and messages end in reports that
everybody can read: forms stand in their place ("9.999" for 8.500).
"""

from __future__ import annotations

from .locale import (
    LocaleError,
    NoNumberError,
    NumberCell,
    NumberLocale,
    Symbol,
    UndecidableError,
    decide,
    shape,
)
from .reader import read_workbook_or_text
from .table import CellValue, RawRow, RawTable, ReadOptions, TabularError

__all__ = [
    "CellValue",
    "LocaleError",
    "NoNumberError",
    "NumberCell",
    "NumberLocale",
    "RawRow",
    "RawTable",
    "ReadOptions",
    "Symbol",
    "TabularError",
    "UndecidableError",
    "decide",
    "read_workbook_or_text",
    "shape",
]

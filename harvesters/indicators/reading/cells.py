"""The cells of an indicator table, by the reader that all tables share, and the error that names their mistakes."""

from __future__ import annotations

from ...records import HarvesterError
from ...tabular import CellValue, RawTable, ReadOptions, TabularError, read_workbook_or_text
from ..mapping import Mapping

MOST_PROBLEMS = 20  # named in one message; more would hide the first


class TableError(HarvesterError):
    """The table cannot be read; `problems` holds a line for each place."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        more = len(problems) - MOST_PROBLEMS
        lines = problems[:MOST_PROBLEMS] + ([f"and {more} more"] if more > 0 else [])
        super().__init__("\n".join(lines))


def read_cells(content: bytes, mapping: Mapping | None = None) -> RawTable:
    """The cells of a file by the options of the mapping; raises TableError."""
    options = ReadOptions()
    if mapping is not None:
        options = ReadOptions(encoding=mapping.encoding, delimiter=mapping.delimiter, sheet=mapping.sheet)
    try:
        raw = read_workbook_or_text(content, options=options)
    except TabularError as error:
        raise TableError([str(error)]) from error
    if not raw.rows:
        raise TableError(["the table has a header and no rows"])
    return raw


def text_of(cell: CellValue) -> str:
    """A cell as text; a workbook's 2025 is "2025" and not "2025.0"."""
    return cell if isinstance(cell, str) else f"{cell.normalize():f}"

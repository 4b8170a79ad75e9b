"""What reading a file gives: cells with their rows, and what was found out about the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from ..records import Finding, HarvesterError

# A number only where the file itself says so (XLSX); what a text file prints stays text until its locale is known.
CellValue = str | Decimal

Encoding = Literal["auto", "utf-8", "utf-16", "cp1252", "cp850"]
Delimiter = Literal["auto", ";", ",", "\t", "|"]


class TabularError(HarvesterError):
    """The file as a whole cannot be read as a table; the message says what it seems to be and what to do."""


@dataclass(frozen=True)
class ReadOptions:
    """What is declared instead of detected, and the limits of a file; rows and columns count from 1."""

    encoding: Encoding = "auto"
    delimiter: Delimiter = "auto"
    sheet: str = ""  # of a workbook; empty: its only visible one with cells
    skip_rows: int = 0  # rows before the header, such as a title
    header_rows: int = 1
    max_rows: int = 1_000_000
    max_columns: int = 2_000
    max_bytes: int = 400_000_000  # of the text, or of all that a workbook holds when unpacked


@dataclass(frozen=True)
class RawRow:
    """A row with its number in the file (of a CSV: the line its record starts in counts as one row)."""

    number: int
    cells: tuple[CellValue, ...]

    @property
    def is_empty(self) -> bool:
        return all(cell == "" for cell in self.cells)


@dataclass(frozen=True)
class RawTable:
    """A table as its file holds it: texts stripped, empty rows left out, nothing interpreted."""

    header: tuple[tuple[str, ...], ...]  # its rows; mostly one
    rows: tuple[RawRow, ...]
    encoding: str  # "utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850"; "" for a workbook
    delimiter: str  # "" for a workbook
    sheet: str = ""  # "" for a text
    remarks: tuple[Finding, ...] = field(default=())

    @property
    def names(self) -> tuple[str, ...]:
        """The header as one row: where it has several, their texts are joined and gaps to the left are filled."""
        if len(self.header) == 1:
            return self.header[0]
        filled = []
        for row in self.header[:-1]:
            carried, out = "", []
            for cell in row:
                carried = cell or carried
                out.append(carried)
            filled.append(out)
        filled.append(list(self.header[-1]))
        return tuple(" ".join(dict.fromkeys(part for part in parts if part)) for parts in zip(*filled, strict=True))

    @property
    def form(self) -> str:
        """How the file is written, for people: "utf-8, separator ';'" or "sheet 'Plan'"."""
        return f"sheet {self.sheet!r}" if self.sheet else f"{self.encoding}, separator {self.delimiter!r}"

"""Texts of what reading a table found: msgids, with names in braces for the values; German in budgets.po."""

from __future__ import annotations

CELLS = "the row has {found} cells, the header {expected}"
FORMULA = "the formula of this cell has no stored result; open the workbook, let it calculate, and save it again"
CELL_ERROR = "the cell holds the error {error} of the spreadsheet"
SHEETS = "the workbook has {number} sheets with cells; “{sheet}” was read, name another one if that is wrong"
HIDDEN_SHEET = "the sheet “{sheet}” is hidden"
GUESSED_ENCODING = "the file does not say its encoding; {encoding} fits its letters best"
REPLACED = "the file holds the sign � where a letter was lost before it came here"

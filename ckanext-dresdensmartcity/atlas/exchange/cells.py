"""Lists and records in one cell of a table, and back.

A list is written `one; two`, a record `umweltamt | lead | 2024-01`; the parts of a record stand in the order of its
fields, empty ones at the end are left out. A semicolon, bar or backslash inside a text has a backslash before it. A
text that a spreadsheet would take for a formula has an apostrophe before it, which is taken away again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

ITEMS, PARTS = ";", "|"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


def join(texts: Iterable[str], separator: str) -> str:
    """The texts in one, with separators inside them marked."""
    return f"{separator} ".join(_escaped(text, separator) for text in texts)


def split(text: str, separator: str) -> list[str]:
    """The texts of one cell, without spaces around them."""
    found, current, marked = [], "", False
    for letter in text:
        if marked:
            current += letter if letter in (separator, "\\") else "\\" + letter
            marked = False
        elif letter == "\\":
            marked = True
        elif letter == separator:
            found.append(current)
            current = ""
        else:
            current += letter
    found.append(current + ("\\" if marked else ""))
    return [one.strip() for one in found]


def _escaped(text: str, separator: str) -> str:
    return text.replace("\\", "\\\\").replace(separator, f"\\{separator}")


def write_list(texts: Iterable[str]) -> str:
    return join(texts, ITEMS)


def read_list(text: str) -> list[str]:
    return [one for one in split(text, ITEMS) if one]


def write_rows(rows: Iterable[Mapping[str, str]], parts: Sequence[str]) -> str:
    """Records in one cell."""
    written = []
    for row in rows:
        values = [row.get(part, "") for part in parts]
        while values and not values[-1]:
            values.pop()
        written.append(f" {PARTS} ".join(_escaped(value, PARTS) for value in values))
    return join(written, ITEMS)


def read_rows(text: str) -> list[list[str]]:
    """The parts of each record in a cell."""
    return [split(one, PARTS) for one in read_list(text)]


def guard(text: str) -> str:
    """A text as a spreadsheet leaves it alone; a number stays a number."""
    if text.startswith(FORMULA) and not re.fullmatch(r"-?\d+(\.\d+)?", text):
        return f"'{text}"
    return text


def unguard(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:2] in FORMULA else text

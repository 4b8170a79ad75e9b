"""Numbers as people write them in tables; whether a comma or a point marks decimals is decided once for a whole file.

Decided by cell, "8,500" among "12,25" is 8.5 and among "1,250.00" it is 8500: published budgets have lost factors of
1000 that way (RULES §7). So only cells that can be read in one way have a vote, and the file follows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ..records import HarvesterError

# Blanks that group digits: no-break space, narrow no-break space, thin space.
_BLANKS = re.compile("[ \u00a0\u202f\u2009]")
_NOTHING = frozenset({"–", "-", "—"})  # a dash is exactly zero in German tables
_UNKNOWN = frozenset({"", ".", "…", "...", "/", "x", "k.A.", "k.a.", "n.a.", "kA"})
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class NumberMarkError(HarvesterError):
    """The file does not say, or contradicts itself about, whether "." or "," marks decimals."""


class NoNumberError(ValueError):
    """A cell holds no number, or none in the file's way of writing."""


@dataclass(frozen=True)
class Cell:
    """A text with its place."""

    text: str
    place: str


def decimal_mark(cells: Iterable[Cell], declared: str | None = None) -> str:
    """ "." or ",": what marks decimals in the file these cells are from.

    Raises NumberMarkError when cells contradict each other, or when all are ambiguous and nothing is declared.
    """
    votes: dict[str, list[Cell]] = {".": [], ",": []}
    ambiguous: list[Cell] = []
    for cell in cells:
        vote = _vote(_bare(cell.text)[0])
        if vote in votes:
            votes[vote].append(cell)
        elif vote:
            ambiguous.append(cell)
    if declared:
        return declared
    if votes["."] and votes[","]:
        rarer, other = sorted(votes, key=lambda mark: len(votes[mark]))
        here, there = votes[rarer][0], votes[other][0]
        raise NumberMarkError(
            f"{here.text!r} has {rarer!r} before its decimals, but {there.text!r} ({there.place}) has {other!r}; "
            "a file must write its numbers in one way",
            here.place,
        )
    if votes["."] or votes[","]:
        return "." if votes["."] else ","
    if ambiguous:
        one = ambiguous[0]
        raise NumberMarkError(
            f"{one.text!r} can be read in two ways, and no other number of the file decides; declare the decimal mark",
            one.place,
        )
    return "."


def number(text: str, mark: str) -> Decimal:
    """The number in a cell of a file whose decimals follow `mark`; raises NoNumberError."""
    bare, negative = _bare(text)
    if bare in _NOTHING:
        return Decimal(0)
    if not _NUMBER.fullmatch(bare):
        raise NoNumberError(f"{text!r} is no number")
    group = "," if mark == "." else "."
    whole, _, decimals = bare.partition(mark)
    groups = whole.split(group)
    if mark in decimals or group in decimals:
        raise NoNumberError(f"{text!r} is no number where {mark!r} marks decimals")
    if len(groups) > 1 and not (1 <= len(groups[0]) <= 3 and all(len(one) == 3 for one in groups[1:])):
        raise NoNumberError(f"{text!r} is no number where {mark!r} marks decimals")
    value = Decimal(f"{''.join(groups)}.{decimals}" if decimals else "".join(groups))
    return -value if negative else value


def _bare(text: str) -> tuple[str, bool]:
    """The digits and marks of a cell without blanks, currency and sign; whether it is negative."""
    bare = _BLANKS.sub("", text.strip()).removesuffix("€").removesuffix("EUR").removesuffix("%")
    if bare in _NOTHING:
        return bare, False
    if bare.startswith("(") and bare.endswith(")"):
        return bare[1:-1], True
    bare = bare.replace("−", "-")
    if bare.startswith("-") or bare.endswith("-"):
        return bare.strip("-"), True
    return bare.removeprefix("+"), False


def _vote(bare: str) -> str:
    """The decimal mark that this cell proves, "?" if it has a mark and proves nothing, "" if it has none."""
    if not _NUMBER.fullmatch(bare):
        return ""
    marks = [one for one in bare if one in ".,"]
    if not marks:
        return ""
    last = marks[-1]
    other = "." if last == "," else ","
    if other in marks:
        return last
    if len(marks) > 1:
        return other  # repeated marks group digits
    whole, _, tail = bare.partition(last)
    return "?" if len(tail) == 3 and 1 <= len(whole) <= 3 and whole != "0" else last


def is_unknown(text: str) -> bool:
    """Whether the cell says that there is no value, as "…" and "k. A." do; never the same as zero."""
    return _BLANKS.sub("", text.strip()) in _UNKNOWN

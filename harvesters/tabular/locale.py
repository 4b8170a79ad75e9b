"""Numbers as people write them in tables; whether a comma or a point marks decimals is decided once for a whole file.

Decided by cell, "8,500" among "12,25" is 8.5 and among "1,250.00" it is 8500: published budgets have lost factors of
1000 that way (RULES §7, "falsche Zahlen": 4808 of 10486 cells). So only cells that can be read in one way have a vote,
the file follows them, and a file in which none can is not guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from ..records import HarvesterError
from .table import CellValue

# Blanks that group digits (no-break, narrow no-break, thin and figure space) and the Swiss apostrophes.
_BLANKS = re.compile("[ \t\u00a0\u202f\u2009\u2007]")
_GROUPS = re.compile("(?<=[0-9])['’](?=[0-9]{3})")
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_DIGITS = re.compile(r"[0-9]")
_MINUS = str.maketrans("−‒", "--")
_CURRENCY = re.compile(r"(?i)^(?:€|EUR)|(?:€|EUR|%)$")
# A tenth of the cells may contradict the others and count as mistakes; with more, nobody knows which half is wrong.
_STRAY = 10


class LocaleError(HarvesterError):
    """The file contradicts itself about how it writes numbers."""


class UndecidableError(LocaleError):
    """Every number of the file can be read in two ways a thousand times apart; the decimal mark must be declared."""


class NoNumberError(ValueError):
    """A cell holds no number, or none in the file's way of writing; the message does not quote it."""


class Symbol(Enum):
    """What German official statistics print in place of a number; only NOTHING is a number, zero."""

    NOTHING = "–"
    UNKNOWN = "."  # unknown or kept secret
    LATER = "…"
    UNRELIABLE = "/"
    SENSELESS = "x"
    NO_ANSWER = "k. A."


_SYMBOLS = {
    "–": Symbol.NOTHING,
    "-": Symbol.NOTHING,
    "—": Symbol.NOTHING,
    "−": Symbol.NOTHING,
    ".": Symbol.UNKNOWN,
    "*": Symbol.UNKNOWN,
    "…": Symbol.LATER,
    "...": Symbol.LATER,
    "/": Symbol.UNRELIABLE,
    "x": Symbol.SENSELESS,
    "X": Symbol.SENSELESS,
    "k.a.": Symbol.NO_ANSWER,
    "ka": Symbol.NO_ANSWER,
    "n.a.": Symbol.NO_ANSWER,
    "n/a": Symbol.NO_ANSWER,
}


@dataclass(frozen=True)
class NumberCell:
    """A cell with its place, "row 7, column y2022"."""

    value: CellValue
    place: str = ""


@dataclass(frozen=True)
class NumberLocale:
    """How a file writes its numbers."""

    decimal_mark: str  # "." or ","
    decided: str = "cells"  # "declared", "cells", or "nothing": no number has a mark, so that none could be misread
    stray: tuple[str, ...] = ()  # places of cells that contradict it; parsing each of them fails

    def parse(self, value: CellValue) -> Decimal | Symbol | None:
        """The number in a cell, the symbol that stands for one, or None for an empty cell; raises NoNumberError.

        >>> NumberLocale(",").parse("(1.234,50) €"), NumberLocale(",").parse("–"), NumberLocale(",").parse(" ")
        (Decimal('-1234.50'), <Symbol.NOTHING: '–'>, None)
        """
        if isinstance(value, Decimal):
            return value
        bare, negative = _bare(value)
        if not bare:
            return None
        if symbol := _SYMBOLS.get(bare) or _SYMBOLS.get(bare.lower()):
            return symbol
        if not _NUMBER.fullmatch(bare):
            raise NoNumberError("the cell holds no number")
        group = "," if self.decimal_mark == "." else "."
        whole, _, decimals = bare.partition(self.decimal_mark)
        groups = whole.split(group)
        wrong = self.decimal_mark in decimals or group in decimals
        if wrong or (len(groups) > 1 and not (len(groups[0]) <= 3 and all(len(one) == 3 for one in groups[1:]))):
            raise NoNumberError(f"the form {shape(value)!r} is no number where {self.decimal_mark!r} marks decimals")
        number = Decimal(f"{''.join(groups)}.{decimals}" if decimals else "".join(groups))
        return -number if negative else number


def decide(cells: Iterable[NumberCell], declared: str = "") -> NumberLocale:
    """How the file that these cells are from writes numbers.

    Raises LocaleError where its cells contradict each other, UndecidableError where all that have a mark are ambiguous.
    """
    votes: dict[str, list[NumberCell]] = {".": [], ",": []}
    ambiguous: list[NumberCell] = []
    for cell in cells:
        vote = "" if isinstance(cell.value, Decimal) else _vote(_bare(cell.value)[0])
        if vote in votes:
            votes[vote].append(cell)
        elif vote:
            ambiguous.append(cell)
    if declared:
        other = "," if declared == "." else "."
        return NumberLocale(declared, "declared", tuple(cell.place for cell in votes[other]))
    if not (votes["."] or votes[","]):
        if ambiguous:
            raise UndecidableError(
                f"the form {shape(str(ambiguous[0].value))!r} can be read in two ways a thousand times apart, and no "
                "other number of the file decides; declare decimal_mark",
                ambiguous[0].place,
            )
        return NumberLocale(".", "nothing")
    rarer, winner = sorted(votes, key=lambda mark: len(votes[mark]))
    if len(votes[rarer]) * _STRAY > len(votes[winner]):
        here, there = votes[rarer][0], votes[winner][0]
        raise LocaleError(
            f"the form {shape(str(here.value))!r} has {rarer!r} before its decimals, but {shape(str(there.value))!r} "
            f"({there.place}) has {winner!r}; a file must write its numbers in one way",
            here.place,
        )
    return NumberLocale(winner, "cells", tuple(cell.place for cell in votes[rarer]))


def shape(text: str) -> str:
    """The form of a cell without its digits: "9.999" for 8.500; at most 20 signs.

    >>> shape(" 8.500,25 ")
    '9.999,99'
    """
    return _DIGITS.sub("9", text.strip())[:20]


def _bare(text: str) -> tuple[str, bool]:
    """Digits and marks of a cell without blanks, currency, per cent and sign; whether it is negative."""
    bare = _BLANKS.sub("", text.strip())
    if bare in _SYMBOLS or bare.lower() in _SYMBOLS:
        return bare, False
    bare = _GROUPS.sub("", bare.translate(_MINUS))
    negative = False
    for _ in range(3):  # currency and sign stand in any order: "-5 €", "€ -5", "(5 €)"
        bare = _CURRENCY.sub("", bare)
        if not negative and bare.startswith("(") and bare.endswith(")"):
            bare, negative = bare[1:-1], True
        elif not negative and len(bare) > 1 and (bare.startswith("-") or bare.endswith("-")):
            bare, negative = bare[1:] if bare.startswith("-") else bare[:-1], True
        elif bare.startswith("+"):
            bare = bare[1:]
    if bare.endswith((",-", ",–", ".-", ".–")):  # "1.234,–" of price lists
        bare = bare[:-2]
    return bare, negative


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

"""How German official statistics print what is no number, both ways.

The signs are those of the common legend (Zeichenerklärung) of the statistical offices of the Federation and the
Länder: "–" nothing present (exactly zero), "." unknown or to be kept secret, "…" comes later, "/" not certain enough,
"x" makes no sense. The Federal Employment Agency prints "*" for what is kept secret.
"""

from __future__ import annotations

from enum import Enum


class Status(str, Enum):
    """Why a value stands in the table, or why it does not."""

    MEASURED = "measured"
    ESTIMATED = "estimated"  # the number was rounded to a multiple of five
    SUPPRESSED = "suppressed"  # kept secret, § 16 BStatG
    MISSING = "missing"  # the source says nothing; never to be read as zero
    LATER = "later"
    UNRELIABLE = "unreliable"  # also a rate whose denominator is too small
    NOT_APPLICABLE = "not_applicable"


PRINTED = {
    Status.SUPPRESSED: ".",
    Status.MISSING: ".",
    Status.LATER: "…",
    Status.UNRELIABLE: "/",
    Status.NOT_APPLICABLE: "x",
}
ZERO = "–"


def symbol(value: float | None, status: Status) -> str:
    """The sign to print, empty where the number itself is printed.

    >>> symbol(None, Status.SUPPRESSED), symbol(0, Status.MEASURED), symbol(7, Status.MEASURED)
    ('.', '–', '')
    """
    if status is Status.ESTIMATED:  # a rounded 0 may be a count of 2: the sign for "nothing present" would be wrong
        return ""
    if status is Status.MEASURED:
        return ZERO if value == 0 else ""
    return PRINTED[status]

"""Words of German and English budgets for phases, sources, directions and sums, as files print them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .model import Direction, Phase, Source

_PHASES: dict[Phase, str] = {
    "ansatz": "ansatz soll haushaltsansatz bewilligt approved adopted",
    "plan": "plan finanzplan finanzplanung planung mittelfristig proposed planned adjusted",
    "ist": "ist ergebnis rechnungsergebnis jahresergebnis executed actual",
}
_SOURCES: dict[Source, str] = {
    "Eigenmittel": "eigenmittel eigenanteil kommune kommunal gemeinde stadt own municipal",
    "Bund": "bund bundesmittel bundeszuwendung federal",
    "Land": "land landesmittel freistaat state",
    "EU": "eu europa efre esf esf+ eler",
    "Dritte": "dritte dritter drittmittel private spenden third-party",
    "Gesamt": "gesamt insgesamt alle total",
}
_DIRECTIONS: dict[Direction, str] = {
    "expenditure": "expenditure aufwand aufwendung aufwendungen auszahlung auszahlungen ausgabe ausgaben kosten",
    "revenue": "revenue ertrag erträge einzahlung einzahlungen einnahme einnahmen",
    "balance": "balance saldo ergebnissaldo überschuss fehlbetrag",
}
TOTAL_WORDS = (
    "summe",
    "zwischensumme",
    "gesamtsumme",
    "gesamt",
    "insgesamt",
    "gesamtbetrag",
    "gesamtkosten",
    "total",
    "subtotal",
    "sum",
)
_FIRST_WORD = re.compile(r"[^\W\d_]+")


def _table(words: Mapping[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, text in words.items() for word in text.split()}


KNOWN: dict[str, dict[str, str]] = {
    "phase": _table(_PHASES),  # type: ignore[arg-type]  # keys are words of a Literal
    "source": _table(_SOURCES),  # type: ignore[arg-type]
    "direction": _table(_DIRECTIONS),  # type: ignore[arg-type]
}


def meaning(kind: str, text: str, declared: Mapping[str, str]) -> str | None:
    """What a word of a file stands for: as declared, else as commonly used; None where nobody knows."""
    if text in declared:
        return declared[text]
    folded = text.strip().casefold()
    return {key.casefold(): value for key, value in declared.items()}.get(folded) or KNOWN[kind].get(folded)


def sounds_like_a_total(title: str, words: tuple[str, ...] = TOTAL_WORDS) -> bool:
    """Whether a title begins with a word for a sum.

    >>> sounds_like_a_total("Summe förderfähige Kosten"), sounds_like_a_total("Gesamtschule Nord")
    (True, False)
    """
    first = _FIRST_WORD.search(title)
    return first is not None and first.group().casefold() in words

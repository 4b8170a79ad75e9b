"""Short names for web addresses, from German titles."""

from __future__ import annotations

import re
import unicodedata

# As Germans write them without umlauts; Unicode's own way would make "Uberfuhrung" of Überführung.
GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def slug(title: str, length: int = 90) -> str:
    """Lower case letters, digits and single hyphens; cut between words where that is possible.

    >>> slug("Luftqualitäts- und Lärm-Monitoring")
    'luftqualitaets-und-laerm-monitoring'
    """
    plain = unicodedata.normalize("NFC", title).lower().translate(GERMAN)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(name) > length:
        name = name[: length + 1].rpartition("-")[0] or name[:length]
    # CKAN asks for two characters.
    return name if len(name) > 1 else f"{name}-1".strip("-").rjust(2, "x")

"""Short names for web addresses, from German titles; and the older spelling that stands in IRIs of bodies."""

from __future__ import annotations

import re
import unicodedata

# As Germans write them without umlauts; Unicode's own way would make "Uberfuhrung" of Überführung.
GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def slug(title: str, length: int = 90) -> str:
    """Lower case letters, digits and single hyphens; cut between words where that is possible.

    The spelling of package names and of all that is made of them: ö is oe.

    >>> slug("Luftqualitäts- und Lärm-Monitoring")
    'luftqualitaets-und-laerm-monitoring'
    """
    name = _hyphenated(unicodedata.normalize("NFC", title).lower().translate(GERMAN))
    if len(name) > length:
        name = name[: length + 1].rpartition("-")[0] or name[:length]
    # CKAN asks for two characters.
    return name if len(name) > 1 else f"{name}-1".strip("-").rjust(2, "x")


def iri_part(name: str) -> str:
    """The name of a body as a part of its IRI (`#publisher-<name>`), of any length: ö is o.

    IRIs with this spelling are published and must not change, nor may package names: so both spellings stay. Use `slug`
    for anything new.

    >>> iri_part("Stadtwerke Königstein")
    'stadtwerke-konigstein'
    """
    return _hyphenated(name.casefold().replace("ß", "ss")) or "unnamed"


def _hyphenated(text: str) -> str:
    """Letters without their marks, digits, and one hyphen for anything else."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")

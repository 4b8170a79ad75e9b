"""What reading hands back: entries as packages, what was changed on the way, and what was not understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SHOWN = 500  # characters of a value in a report; a hostile literal may have millions


def shown(value: object) -> str:
    """A value as a report shows it: one line, cut where it is long."""
    text = " ".join(str(value)[: 4 * SHOWN].split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


@dataclass(frozen=True)
class Change:
    """A value that was put in another form, by a rule that keeps its meaning."""

    subject: str  # IRI, or "_:…" for a blank node
    property: str  # IRI of the property that was found
    before: str
    after: str
    rule: str  # its name in the table of rules: docs/catalogue.md


@dataclass(frozen=True)
class NotUnderstood:
    """A statement that has no place in a field, so that it was left out and not guessed."""

    subject: str
    property: str
    value: str
    reason: str  # says what would be understood


@dataclass(frozen=True)
class Record:
    """What a dcat:CatalogRecord says of an entry's metadata: dates in ISO 8601, as precise as they were given."""

    iri: str = ""
    issued: str = ""
    modified: str = ""
    source: str = ""  # IRI of the record that it was taken from


@dataclass
class ReadEntry:
    """One entry of a catalogue as a package.

    `iri` is empty for an entry without one (a blank node); `node` names it all the same, for links between entries of
    the same document. `package` holds the fields of our schemas as package_create takes them, without id and
    owner_org.
    """

    iri: str
    type: str  # "dataset", "dataset_series", "data_service" or "catalog"
    package: dict[str, Any]
    changes: list[Change] = field(default_factory=list)
    not_understood: list[NotUnderstood] = field(default_factory=list)
    node: str = ""
    subject: str = ""  # the node as rdflib calls it
    record: Record | None = None


@dataclass
class Reading:
    """A whole document: its entries, the descriptions of catalogues, and what belongs to none of them.

    `next_page` is the address of the page that follows, where the catalogue comes in pages (Hydra); else empty.
    """

    entries: list[ReadEntry] = field(default_factory=list)
    not_understood: list[NotUnderstood] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    catalogues: list[ReadEntry] = field(default_factory=list)
    next_page: str = ""

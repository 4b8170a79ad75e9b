"""The dataset that an indicator table is published as, and the series of its family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from ..records import Publication, Table, Value
from .mapping import Mapping, Text
from .publish import METHOD_VERSION

THEMES = [f"http://publications.europa.eu/resource/authority/data-theme/{code}" for code in ("SOCI", "REGI")]
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/ANNUAL"
SCHEMA = "indicator-values"
SAMPLE = "Beispieldaten: Die Zahlen sind erfunden und keine Statistik der Stadt. "
SAMPLE_EN = "Sample data: the figures are made up and no statistics of the city. "


class Heading(Protocol):
    """How a table is called."""

    @property
    def id(self) -> str: ...
    @property
    def label(self) -> Text: ...
    @property
    def about(self) -> Text: ...


@dataclass(frozen=True)
class Facts:
    """What the dataset and its series share."""

    city: str
    sample: bool
    years: tuple[int, int]
    tags: tuple[str, ...]
    tags_en: tuple[str, ...]

    @property
    def coverage(self) -> list[dict[str, str]]:
        return [{"start": f"{self.years[0]}-01-01", "end": f"{self.years[1]}-12-31"}]


def method(mapping: Mapping) -> str:
    """How small counts are kept secret, for the dataset's page.

    It says what is done and never how much of it hit which cell.
    """
    zeros = "auch Nullen nicht" if mapping.zero_is_revealing else "eine Null wird veröffentlicht"
    return (
        f"Geheimhaltung nach § 16 BStatG: Anzahlen von 1 bis {mapping.limit - 1} werden nicht veröffentlicht; {zeros}. "
        "Weitere Anzahlen sind gesperrt, soweit sich eine kleine sonst aus Summen über Spalten, Stadtteile, ihre "
        "Gruppen und die Stadt errechnen ließe; welche der gesperrten Zahlen klein sind, ist nicht erkennbar. Vor dem "
        "Speichern wird aus den veröffentlichten Zahlen allein nachgewiesen, dass für jede gesperrte mindestens "
        f"{mapping.limit} Werte möglich bleiben, darunter einer ab {mapping.limit}. Anteile sind aus veröffentlichten "
        "Anzahlen berechnet und auf eine Stelle gerundet; sie fehlen, wo der Nenner unter "
        f"{mapping.minimum_denominator} liegt. Fehlende Angaben sind keine Nullen."
    )


def series(family: str, label: Text, about: Text, facts: Facts) -> Publication:
    """The series of a family of indicator tables."""
    package: dict[str, Any] = {
        "name": family,
        "title": label.de,
        "title_en": label.en,
        "notes": about.de,
        "notes_en": about.en,
        "tags": _tags(facts.tags),
        "frequency": FREQUENCY,
    }
    return Publication(guid=f"indicators:family:{family}", kind="dataset_series", package=package)


def dataset(
    guid: str, heading: Heading, mapping: Mapping, facts: Facts, rows: list[dict[str, Value]], family: str
) -> Publication:
    """The dataset of one table."""
    definitions = "\n".join(f"- `{one.id}`: {one.title.de}" for one in mapping.indicators)
    definitions_en = "\n".join(f"- `{one.id}`: {one.title.en}" for one in mapping.indicators)
    package: dict[str, Any] = {
        "name": heading.id,
        "title": heading.label.de,
        "title_en": heading.label.en,
        "notes": f"{SAMPLE if facts.sample else ''}{heading.about.de}\n\nKennzahlen:\n\n{definitions}",
        "notes_en": f"{SAMPLE_EN if facts.sample else ''}{heading.about.en}\n\nIndicators:\n\n{definitions_en}",
        "tags": _tags(facts.tags),
        "keywords_en": list(facts.tags_en),
        "theme": THEMES,
        "frequency": FREQUENCY,
        "temporal_coverage": facts.coverage,
        "temporal_resolution": "P1Y",
        "privacy_level": "suppressed",
        "sample": facts.sample,
        "method": method(mapping),
        "method_version": METHOD_VERSION,
    }
    table = Table(
        name=SCHEMA,
        title=heading.label.de,
        schema=SCHEMA,
        rows=rows,
        description="Eine Zeile je Kennzahl, Gebiet und Jahr, mit Status.",
    )
    return Publication(guid=guid, package=package, tables=(table,), series=family)


def _tags(tags: tuple[str, ...]) -> list[str]:
    return sorted({"Kennzahlen", "Stadtteile", *tags})

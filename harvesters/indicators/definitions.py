"""What each indicator means, as a dataset of its own: name, calculation, unit, source, CITYkeys theme (RULES §6).

One table for the whole portal. Each table of values brings the definitions of its own indicators and replaces no
others, so the package must be the same whoever brings them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..records import Publication, Table, Value
from .mapping import Indicator, Mapping
from .reading.periods import period_of
from .reading.reader import IndicatorTable
from .reading.unfolding import Part

GUID = "indicators:definitions"
NAME = "definitionen-der-kennzahlen"
SCHEMA = "indicator-definitions"
THEMES = [f"http://publications.europa.eu/resource/authority/data-theme/{code}" for code in ("SOCI", "REGI")]
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/IRREG"
FORMATS = ("CSV", "PARQUET")
# In the order of the Table Schema.
COLUMNS = (
    "dataset",
    "indicator_id",
    "base_id",
    "name",
    "name_en",
    "breakdown",
    "breakdown_en",
    "measure",
    "calculation",
    "calculation_en",
    "unit",
    "numerator",
    "denominator",
    "theme",
    "subtheme",
    "interval",
    "threshold",
    "method",
    "minimum_denominator",
    "source",
    "source_url",
)


@dataclass(frozen=True)
class Where:
    """The table of values that definitions are for."""

    dataset: str  # its name
    source: str = ""  # title of what it was made from
    source_url: str = ""


def definitions(table: IndicatorTable, where: Where) -> list[dict[str, Value]]:
    """A row for each indicator that the table publishes, parts by groups included."""
    quarterly = any(period_of(row.year).quarter for row in table.rows)
    unfolded = {one.id: one for one in (*table.mapping.counts, *table.mapping.shares)}
    declared = {one.id: one for one in table.declared.indicators}
    rows = []
    for identifier, part in table.parts.items():
        one = unfolded.get(identifier) or declared[part.base]
        rows.append(_row(identifier, part, one, declared, table.mapping, where, quarterly))
    return rows


def _row(
    identifier: str,
    part: Part,
    one: Indicator,
    declared: dict[str, Indicator],
    mapping: Mapping,
    where: Where,
    quarterly: bool,
) -> dict[str, Value]:
    base = declared[part.base]
    share = not base.read
    calculation = base.calculation or (_calculation(base, declared) if share else None)
    return {
        "dataset": where.dataset,
        "indicator_id": identifier,
        "base_id": part.base,
        "name": base.title.de,
        "name_en": base.title.en,
        "breakdown": part.breakdown.de if part.breakdown else None,
        "breakdown_en": part.breakdown.en if part.breakdown else None,
        "measure": "share" if share else base.measure,
        "calculation": calculation[0] if isinstance(calculation, tuple) else calculation.de if calculation else None,
        "calculation_en": calculation[1] if isinstance(calculation, tuple) else calculation.en if calculation else None,
        "unit": base.shown_unit,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "theme": base.theme,
        "subtheme": base.subtheme or None,
        "interval": "P3M" if quarterly else "P1Y",
        "threshold": None if base.measure == "figure" else mapping.limit,
        "method": mapping.method,
        "minimum_denominator": mapping.minimum_denominator if share or base.computed_from else None,
        "source": base.data_source or where.source or None,
        "source_url": where.source_url or None,
    }


def _calculation(one: Indicator, declared: dict[str, Indicator]) -> tuple[str, str]:
    above, below = declared[str(one.numerator)].title, declared[str(one.denominator)].title
    times = f"× {one.per}"
    return f"{above.de} / {below.de} {times}", f"{above.en} / {below.en} {times}"


def publication(rows: Iterable[dict[str, Value]], dataset: str) -> Publication:
    """The dataset of definitions, with those of one table of values."""
    package: dict[str, Any] = {
        "name": NAME,
        "title": "Definitionen der Kennzahlen",
        "title_en": "Definitions of the indicators",
        "notes": (
            "Was jede Kennzahl dieses Portals bedeutet: Name, Berechnung, Einheit, Quelle, Thema und Unterthema nach "
            "CITYkeys, bei Anteilen Zähler und Nenner, dazu die Grenze, unter der Anzahlen geheim gehalten werden. Die "
            "Werte stehen in den Datensätzen, die die Spalte „Datensatz“ nennt; verbunden werden sie über die Kennung."
        ),
        "notes_en": (
            "What each indicator of this portal means: name, calculation, unit, source, theme and subtheme of "
            "CITYkeys, for shares the counts above and below the line, and the threshold below which counts are kept "
            "secret. The values are in the datasets that the column “Dataset” names; join them by the identifier."
        ),
        "tags": ["Definitionen", "Kennzahlen", "Metadaten"],
        "keywords_en": ["definitions", "indicators", "metadata"],
        "theme": THEMES,
        "frequency": FREQUENCY,
    }
    table = Table(
        name=SCHEMA,
        title="Definitionen der Kennzahlen",
        schema=SCHEMA,
        rows=list(rows),
        description="Eine Zeile je Kennzahl und Datensatz.",
        scope={"dataset": dataset},
        formats=FORMATS,
        resource={
            "name_en": "Definitions of the indicators",
            "description_en": "A row for each indicator and dataset.",
        },
    )
    return Publication(guid=GUID, package=package, tables=(table,))

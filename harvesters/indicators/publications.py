"""The dataset that an indicator table is published as, and the series of its family."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from ckanext.dresdensmartcity.dcat.iris import dataset_iri

from ..records import Publication, Table, Value
from . import definitions
from .mapping import Mapping, Text
from .origin import Origin
from .publish import METHOD_VERSION
from .reading.periods import Period

THEMES = definitions.THEMES
ANNUAL = "http://publications.europa.eu/resource/authority/frequency/ANNUAL"
QUARTERLY = "http://publications.europa.eu/resource/authority/frequency/QUARTERLY"
SCHEMA = "indicator-values"
FORMATS = ("CSV", "PARQUET")
SAMPLE = "Beispieldaten: Die Zahlen sind erfunden und keine Statistik der Stadt. "
SAMPLE_EN = "Sample data: the figures are made up and no statistics of the city. "
LISTED = 40  # indicators that a description names


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
    tags: tuple[str, ...]
    tags_en: tuple[str, ...]
    site: str = ""  # address of the portal, for links to its own entries


@dataclass(frozen=True)
class Titles:
    """How the dataset of a table is called, and what is said of it."""

    name: str
    title: str
    title_en: str
    notes: str
    notes_en: str


@dataclass(frozen=True)
class Made:
    """A table that may be published."""

    titles: Titles
    mapping: Mapping  # as declared or guessed
    periods: tuple[Period, Period]  # first and last
    rows: list[dict[str, Value]]
    origin: Origin | None = None
    own_entry: str = ""  # id of the origin's entry in this portal, where it has one
    names: list[list[str]] = field(default_factory=list)  # of the indicators: id, German, English

    @property
    def quarterly(self) -> bool:
        return self.periods[0].quarter is not None


def headed(heading: Heading) -> Titles:
    """The titles that a source's settings give."""
    return Titles(heading.id, heading.label.de, heading.label.en, heading.about.de, heading.about.en)


def carried_over(origin: Origin, prefix: str, city: str) -> Titles:
    """The titles of a dataset of another catalogue."""
    german = origin.notes or f"Aus „{origin.title}“."
    english = origin.notes_en or f"Made from “{origin.title_en or origin.title}”."
    return Titles(
        origin.name(prefix),
        f"{origin.title} ({city}, mit Geheimhaltung)" if len(origin.title) < 4 else origin.title,
        origin.title_en,
        german,
        english,
    )


def method(mapping: Mapping) -> tuple[str, str]:
    """How small counts are kept secret, in German and English, for the dataset's page.

    It says what is done and never how much of it hit which cell.
    """
    limit, least = mapping.limit, mapping.minimum_denominator
    shares = (
        "Anteile sind aus veröffentlichten Anzahlen berechnet und auf eine Stelle gerundet; sie fehlen, wo der Nenner "
        f"unter {least} liegt. Fehlende Angaben sind keine Nullen."
    )
    shares_en = (
        "Shares are computed from published counts and rounded to one decimal; they are left out where the denominator "
        f"is below {least}. Missing values are no zeros."
    )
    if mapping.method == "round5":
        return (
            "Geheimhaltung nach § 16 BStatG durch Rundung: Jede Anzahl ist auf ein Vielfaches von 5 gerundet, Summen "
            f"eingeschlossen; gerundete Zahlen addieren sich deshalb nicht immer. {shares}",
            "Secrecy under § 16 BStatG by rounding: every count is rounded to a multiple of 5, sums included; rounded "
            f"numbers therefore do not always add up. {shares_en}",
        )
    zeros = "auch Nullen nicht" if mapping.zero_is_revealing else "eine Null wird veröffentlicht"
    zeros_en = "nor are zeros" if mapping.zero_is_revealing else "a zero is published"
    return (
        f"Geheimhaltung nach § 16 BStatG: Anzahlen von 1 bis {limit - 1} werden nicht veröffentlicht; {zeros}. "
        "Weitere Anzahlen sind gesperrt, soweit sich eine kleine sonst aus Summen über Spalten, Gruppen, Stadtteile "
        "und die Stadt oder aus einer früheren Fassung errechnen ließe; welche der gesperrten Zahlen klein sind, ist "
        "nicht erkennbar. Vor dem Speichern wird aus den veröffentlichten Zahlen allein nachgewiesen, dass für jede "
        f"gesperrte mindestens {limit} Werte möglich bleiben, darunter einer ab {limit}. {shares}",
        f"Secrecy under § 16 BStatG: counts from 1 to {limit - 1} are not published; {zeros_en}. Others are hidden "
        "as far as a small one could be worked out from sums over columns, groups, districts and the city, or from an "
        "earlier release; which of the hidden ones are small cannot be told. Before anything is stored it is proven "
        f"from the published figures alone that for each hidden one at least {limit} values stay possible, one of them "
        f"{limit} or more. {shares_en}",
    )


def series(heading: Heading, facts: Facts) -> Publication:
    """The series of a family of indicator tables."""
    package: dict[str, Any] = {
        "name": heading.id,
        "title": heading.label.de,
        "title_en": heading.label.en,
        "notes": heading.about.de,
        "notes_en": heading.about.en,
        "tags": _tags(facts.tags),
        "frequency": ANNUAL,
    }
    return Publication(guid=f"indicators:family:{heading.id}", kind="dataset_series", package=package)


def dataset(guid: str, made: Made, facts: Facts, family: str) -> Publication:
    """The dataset of one table."""
    titles, origin = made.titles, made.origin
    german, english = method(made.mapping)
    first, last = made.periods[0].days[0], made.periods[1].days[1]
    package: dict[str, Any] = {
        "name": titles.name,
        "title": titles.title,
        "title_en": titles.title_en,
        "notes": f"{SAMPLE if facts.sample else ''}{titles.notes}\n\nKennzahlen:\n\n{_listed(made.names, 1)}",
        "notes_en": f"{SAMPLE_EN if facts.sample else ''}{titles.notes_en}\n\nIndicators:\n\n{_listed(made.names, 2)}",
        "tags": _tags((*facts.tags, *(origin.keywords if origin else ()))),
        "keywords_en": list(facts.tags_en),
        "theme": list(origin.themes) if origin and origin.themes else THEMES,
        "frequency": QUARTERLY if made.quarterly else ANNUAL,
        "temporal_coverage": [{"start": first, "end": last}],
        "temporal_resolution": "P3M" if made.quarterly else "P1Y",
        "privacy_level": "suppressed",
        "sample": facts.sample,
        "method": german,
        "method_en": english,
        "method_version": METHOD_VERSION,
        "related_resource": [dataset_iri({"type": "dataset", "name": definitions.NAME}, facts.site)],
    }
    resource: dict[str, Any] = {"name_en": titles.title_en} if titles.title_en else {}
    if origin is not None:
        _from(origin, made.own_entry, package, resource)
    table = Table(
        name=SCHEMA,
        title=titles.title,
        schema=SCHEMA,
        rows=made.rows,
        description="Eine Zeile je Kennzahl, Gebiet und Zeitraum, mit Status.",
        formats=FORMATS,
        resource={**resource, "description_en": "A row for each indicator, area and period, with its status."},
    )
    return Publication(guid=guid, package=package, tables=(table,), series=family)


def _from(origin: Origin, own_entry: str, package: dict[str, Any], resource: dict[str, Any]) -> None:
    """What is carried over of the dataset that a table was made from.

    dct:source names a dataset of this portal (convention of the field); one of another portal is named as related.
    """
    if own_entry:
        package["source"] = [own_entry]
    elif origin.iri:
        package["related_resource"] = [*package["related_resource"], origin.iri]
    if origin.page:
        package["url"] = origin.page
    if origin.identifier:
        package["alternate_identifier"] = [origin.identifier]
    who = f" ({origin.publisher})" if origin.publisher else ""
    package["provenance"] = (
        f"Entstanden aus dem Datensatz „{origin.title}“{who}: {origin.iri or origin.file}. Kleine Anzahlen wurden vor "
        "dem Speichern geheim gehalten; sonst ist nichts verändert."
    )
    package["provenance_en"] = (
        f"Made from the dataset “{origin.title_en or origin.title}”{who}: {origin.iri or origin.file}. Small counts "
        "were hidden before anything was stored; nothing else was changed."
    )
    if origin.license:
        resource["license"] = origin.license
        resource["license_attribution"] = origin.license_attribution or origin.publisher


def _listed(names: list[list[str]], language: int) -> str:
    shown = [f"- `{one[0]}`: {one[language]}" for one in names[:LISTED]]
    more = len(names) - LISTED
    return "\n".join(shown + ([f"- … (+ {more})"] if more > 0 else []))


def _tags(tags: tuple[str, ...]) -> list[str]:
    return sorted({"Kennzahlen", "Stadtteile", *tags})

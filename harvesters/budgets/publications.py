"""The datasets that a plan is published as: a series, one with all lines, and one for each measure of a programme."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..records import Publication, Table
from .rows import Row

THEMES = [f"http://publications.europa.eu/resource/authority/data-theme/{code}" for code in ("GOVE", "ECON")]
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/IRREG"
LINES, VERSIONS, CHANGES, MEASURE_LINES = "budget-lines", "budget-versions", "budget-changes", "measure-lines"
FORMATS = ("CSV", "PARQUET")
METHOD_VERSION = "2"
METHOD = (
    "Die Beträge stehen im Datensatz, wie der Plan sie nennt; nichts wird berichtigt. Geprüft werden Summen über "
    "Jahre, Mittelherkunft, Zeilen und Hierarchien, Anteile und Förderhöchstsätze, Vorzeichen und Einheiten, "
    "Doppelungen und fehlende Jahre, angegebene Kontrollsummen und ob Beträge sich ohne neuen Planstand geändert haben."
)


@dataclass(frozen=True)
class PlanFacts:
    """What all datasets of a plan share."""

    prefix: str  # of guids: "budget", or "budget:<id>" where a portal has several plans
    name: str  # of packages, likewise
    city: str
    programme: str  # may be empty
    first_year: int
    last_year: int
    sample: bool = False
    heading: dict[str, str] = field(default_factory=dict)  # title of a plan that is not the programme's, "de" and "en"
    about: dict[str, str] = field(default_factory=dict)
    version: str = ""
    resolved_on: str = ""


@dataclass(frozen=True)
class MeasureFacts:
    """What the city's projects say about a measure."""

    fields_of_action: tuple[str, ...] = ()
    focus_areas: tuple[str, ...] = ()


def series(facts: PlanFacts) -> Publication:
    """The series that all datasets of the plan stand in."""
    if facts.heading:
        texts = {
            "notes": f"{_about(facts, 'de')} Jahre {facts.first_year} bis {facts.last_year}.",
            "notes_en": f"{_about(facts, 'en')} Years {facts.first_year} to {facts.last_year}.",
        }
    else:
        texts = {
            "notes": f"Was das Smart-City-Programm ({facts.city}) von {facts.first_year} bis {facts.last_year} "
            f"kostet und wer es bezahlt.{_of(facts)} Ein Datensatz je Maßnahme und einer mit allen Zeilen des Plans.",
            "notes_en": f"What the Smart City programme ({facts.city}) costs from {facts.first_year} to "
            f"{facts.last_year} and who pays for it.{_of_en(facts)} One dataset for each measure and one with all "
            "lines of the plan.",
        }
    package = {
        "name": facts.name,
        "title": _heading(facts, "de"),
        "title_en": _heading(facts, "en"),
        **texts,
        "tags": _tags(facts),
        "temporal_coverage": _coverage(facts),
        "frequency": FREQUENCY,
    }
    return Publication(guid=f"{facts.prefix}:plan", kind="dataset_series", package=_marked(facts, package))


def all_lines(
    facts: PlanFacts, table_rows: list[Row], versions: list[Row] | None = None, changes: list[Row] | None = None
) -> Publication:
    """The dataset with every line of the plan; with versions and changes, where the plan names its version."""
    sums = "Summenzeilen stehen mit in der Tabelle und dürfen nicht mit den Einzelzeilen zusammengezählt werden."
    sums_en = "Lines that add up others are in the table too and must not be added to the single lines."
    if facts.heading:
        notes, notes_en = f"{_about(facts, 'de')} {sums}", f"{_about(facts, 'en')} {sums_en}"
    else:
        notes = (
            f"Alle Zeilen des Kosten- und Finanzierungsplans des Smart-City-Programms ({facts.city}) nach Jahren: "
            f"Kosten der Maßnahmen, Personal- und Sachkosten, Finanzierung, Anteile und Summen. {sums}"
        )
        notes_en = (
            f"All lines of the cost and financing plan of the Smart City programme ({facts.city}) by year: costs of "
            f"the measures, staff and materials, financing, shares and sums. {sums_en}"
        )
    package = _dataset(facts) | {
        "name": f"{facts.name}-zeilen",
        "title": f"{_heading(facts, 'de')}: alle Zeilen",
        "title_en": f"{_heading(facts, 'en')}: all budget lines",
        "notes": notes,
        "notes_en": notes_en,
        "tags": [*_tags(facts), "Finanzierung", "Budget"],
        "keywords_en": ["budget", "financing", "smart city"] + ([] if facts.heading else ["funding plan"]),
    }
    tables = [
        Table(
            name=LINES,
            title=f"Zeilen: {_heading(facts, 'de')}",
            schema=LINES,
            rows=table_rows,
            description="Eine Zeile je Planzeile, Jahr, Stand, Mittelherkunft und Richtung, Beträge in Cent und Euro.",
            formats=FORMATS,
        )
    ]
    if facts.version:
        scope = {"version": facts.version}
        tables.append(
            Table(
                name=VERSIONS,
                title="Planstände",
                schema=VERSIONS,
                rows=versions or [],
                description="Die Einzelzeilen jedes veröffentlichten Planstands; frühere bleiben stehen.",
                scope=dict(scope),
                formats=FORMATS,
            )
        )
        tables.append(
            Table(
                name=CHANGES,
                title="Änderungen zwischen Planständen",
                schema=CHANGES,
                rows=changes or [],
                description="Was jeder Planstand am vorigen ändert, nach Maßnahme, Jahr und Mittelherkunft.",
                scope=dict(scope),
            )
        )
    return Publication(f"{facts.prefix}:lines", _marked(facts, package), tuple(tables), series(facts).guid)


def measure(facts: PlanFacts, code: str, table_rows: list[Row], known: MeasureFacts) -> Publication:
    """The dataset of one measure."""
    title = str(table_rows[0]["title"])
    package = _dataset(facts) | {
        "name": f"{facts.name}-massnahme-{code.replace('.', '-')}",
        "title": f"Kosten der Maßnahme {code}: {title}",
        "title_en": f"Costs of measure {code}: {title}",
        "notes": f"Geplante Kosten der Maßnahme {code} „{title}“ im Smart-City-Programm ({facts.city}) nach Jahren, "
        "aus dem Kosten- und Finanzierungsplan.",
        "notes_en": f"Planned costs of measure {code} “{title}” of the Smart City programme ({facts.city}) by year, "
        "from the cost and financing plan. The title is the plan's own, in German.",
        "tags": ["Förderplan", "Haushalt", "Smart City", "Maßnahme"],
        "keywords_en": ["funding plan", "budget", "smart city", "measure"],
        "measure": code,
        "field_of_action": list(known.fields_of_action),
        "focus_area": list(known.focus_areas),
    }
    table = Table(
        name=MEASURE_LINES,
        title=f"Kosten der Maßnahme {code} nach Jahren",
        schema=LINES,
        rows=table_rows,
        description="Eine Zeile je Jahr, Beträge in Cent und Euro.",
    )
    filled = {key: value for key, value in package.items() if value != []}
    return Publication(f"{facts.prefix}:measure:{code}", _marked(facts, filled), (table,), series(facts).guid)


def _dataset(facts: PlanFacts) -> dict[str, Any]:
    return {
        "theme": THEMES,
        "frequency": FREQUENCY,
        "temporal_coverage": _coverage(facts),
        "temporal_resolution": "P1Y",
        "privacy_level": "open",
        "provenance": f"Aus dem Plan gelesen und nachgerechnet.{_version(facts)}",
        "method": METHOD,
        "method_version": METHOD_VERSION,
    }


def _marked(facts: PlanFacts, package: dict[str, Any]) -> dict[str, Any]:
    """Sample data says so in its title too, wherever it ends up."""
    if not facts.sample:
        return package
    marked = {
        "title": f"{package['title']} (Beispieldaten)",
        "title_en": f"{package['title_en']} (sample data)",
        "notes": f"**Beispieldaten: Die Zahlen sind erfunden.** {package['notes']}",
        "notes_en": f"**Sample data: the numbers are made up.** {package['notes_en']}",
    }
    # A series has no field for it.
    return package | marked | ({"sample": True} if "theme" in package else {})


def _coverage(facts: PlanFacts) -> list[dict[str, str]]:
    return [{"start": f"{facts.first_year}-01-01", "end": f"{facts.last_year}-12-31"}]


def _of(facts: PlanFacts) -> str:
    return f" Förderung: {facts.programme}." if facts.programme else ""


def _of_en(facts: PlanFacts) -> str:
    return f" Funding: {facts.programme}." if facts.programme else ""


def _heading(facts: PlanFacts, language: str) -> str:
    standard = {"de": "Kosten- und Finanzierungsplan", "en": "Cost and financing plan"}
    return facts.heading.get(language) or facts.heading.get("de") or standard[language]


def _about(facts: PlanFacts, language: str) -> str:
    standard = {"de": f"Haushaltszahlen ({facts.city}).", "en": f"Budget figures ({facts.city})."}
    return facts.about.get(language) or standard[language]


def _tags(facts: PlanFacts) -> list[str]:
    return ["Haushalt", "Haushaltsplan"] if facts.heading else ["Förderplan", "Haushalt", "Smart City"]


def _version(facts: PlanFacts) -> str:
    if not facts.version:
        return ""
    day = ".".join(reversed(facts.resolved_on.split("-")))
    resolved = f", beschlossen am {day}" if day else ""
    return f" Planstand: {facts.version}{resolved}."

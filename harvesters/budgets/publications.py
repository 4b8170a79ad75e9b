"""The datasets that a funding plan is published as: a series, one dataset for each measure, one with all lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..records import Publication, Table, Value
from .plan import FINANCING, SOURCES, BudgetLine, Plan, ShareLine

THEMES = [f"http://publications.europa.eu/resource/authority/data-theme/{code}" for code in ("GOVE", "ECON")]
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/IRREG"
SCHEMA = "budget-lines"
METHOD_VERSION = "1"
METHOD = (
    "Die Beträge stehen im Datensatz, wie der Plan sie nennt; nichts wird berichtigt. Geprüft werden Zeilen- und "
    "Spaltensummen, Summenzeilen, Anteile, Nummern und Vorzeichen, ob Kosten und Finanzierung zusammenpassen und ob "
    "externe Beratung höchstens ein Drittel der ersten vier Zeilen ihres Teils kostet."
)

Row = dict[str, Value]


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


@dataclass(frozen=True)
class MeasureFacts:
    """What the city's projects say about a measure."""

    fields_of_action: tuple[str, ...] = ()
    focus_areas: tuple[str, ...] = ()


def rows(plan: Plan) -> list[Row]:
    """The plan in long form: a row for each line and year, in the order of the file."""
    measures = {line.code for line in plan.measures}
    found: list[Row] = []
    for line in plan.lines:
        for year in plan.years:
            cents = line.cents.get(year) if isinstance(line, BudgetLine) else None
            percent = line.percent.get(year) if isinstance(line, ShareLine) else None
            found.append(
                {
                    "line": line.code,
                    "year": year,
                    "phase": "plan",
                    "parent": line.parent or None,
                    "section": line.section,
                    "title": line.title,
                    "measure": line.code if line.code in measures else None,
                    "source": SOURCES.get(line.code) if line.section == FINANCING else None,
                    "amount_cents": cents,
                    "amount_eur": None if cents is None else cents / 100,
                    "share_percent": None if percent is None else float(percent),
                }
            )
    return found


def series(facts: PlanFacts) -> Publication:
    """The series that all datasets of the plan stand in."""
    return Publication(
        guid=f"{facts.prefix}:plan",
        kind="dataset_series",
        package=_marked(
            facts,
            {
                "name": facts.name,
                "title": "Kosten- und Finanzierungsplan",
                "title_en": "Cost and financing plan",
                "notes": f"Was das Smart-City-Programm ({facts.city}) von {facts.first_year} bis {facts.last_year} "
                f"kostet und wer es bezahlt.{_of(facts)} Ein Datensatz je Maßnahme und einer mit allen Zeilen des "
                "Plans.",
                "notes_en": f"What the Smart City programme ({facts.city}) costs from {facts.first_year} to "
                f"{facts.last_year} and who pays for it.{_of_en(facts)} One dataset for each measure and one with all "
                "lines of the plan.",
                "tags": ["Förderplan", "Haushalt", "Smart City"],
                "temporal_coverage": _coverage(facts),
                "frequency": FREQUENCY,
            },
        ),
    )


def all_lines(facts: PlanFacts, table_rows: list[Row]) -> Publication:
    """The dataset with every line of the plan."""
    package = _dataset(facts) | {
        "name": f"{facts.name}-zeilen",
        "title": "Kosten- und Finanzierungsplan: alle Zeilen",
        "title_en": "Cost and financing plan: all budget lines",
        "notes": f"Alle Zeilen des Kosten- und Finanzierungsplans des Smart-City-Programms ({facts.city}) nach Jahren: "
        "Kosten der Maßnahmen, Personal- und Sachkosten, Finanzierung, Anteile und Summen. Summenzeilen stehen mit in "
        "der Tabelle und dürfen nicht mit den Einzelzeilen zusammengezählt werden.",
        "notes_en": f"All lines of the cost and financing plan of the Smart City programme ({facts.city}) by year: "
        "costs of the measures, staff and materials, financing, shares and sums. Lines that add up others are in the "
        "table too and must not be added to the single lines.",
        "tags": ["Förderplan", "Haushalt", "Finanzierung", "Smart City", "Budget"],
        "keywords_en": ["funding plan", "budget", "financing", "smart city"],
    }
    table = Table(
        name="budget-lines",
        title="Zeilen des Kosten- und Finanzierungsplans",
        schema=SCHEMA,
        rows=table_rows,
        description="Eine Zeile je Planzeile und Jahr, Beträge in Cent und Euro.",
    )
    return Publication(f"{facts.prefix}:lines", _marked(facts, package), (table,), series(facts).guid)


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
        name="measure-lines",
        title=f"Kosten der Maßnahme {code} nach Jahren",
        schema=SCHEMA,
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
        "provenance": "Aus dem Kosten- und Finanzierungsplan des Programms gelesen und nachgerechnet.",
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

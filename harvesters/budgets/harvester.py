"""A funding plan from the address of its CSV file, through ckanext-harvest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from ckanext.dresdensmartcity.city.entries import Project, read_actors, read_projects
from ckanext.dresdensmartcity.city.model import City
from pydantic import Field

from ..base import HarvestSettings, Run, SmartCityHarvester
from ..records import Finding, Publication, Unit
from .checks import check_plan
from .publications import MeasureFacts, PlanFacts, all_lines, measure, rows, series
from .reading import read_plan


class BudgetHarvester(SmartCityHarvester):
    """A unit is one dataset of the plan: all lines, or one measure.

    The file is read and checked once, while gathering; each unit carries its rows, so that all come from one reading.
    """

    name = "smartcity_budget"
    title = "Kosten- und Finanzierungsplan (CSV)"
    description = "Zeilen eines Förderplans: nachgerechnet, je Maßnahme und als eine Tabelle veröffentlicht"

    class Settings(HarvestSettings):
        """What a source may say about its plan."""

        plan: str = Field("", pattern="^([a-z0-9]+(-[a-z0-9]+)*)?$", max_length=40)
        """Short name, part of ids and addresses where a portal has several plans; never changed again."""
        decimal_mark: Literal["", ".", ","] = ""
        """For a file whose numbers do not show it: every one as ambiguous as "8.500"."""
        on_error: Literal["refuse", "publish"] = "refuse"
        """What a failed check does: nothing is published, or all is and the report says what is wrong."""
        sample: bool = False
        """Whether the figures are made up; the datasets then say so."""

    def units(self, run: Run) -> Iterable[Unit | Finding]:
        """All lines, then each measure; every failed check is a finding, and by default the end of it."""
        plan = read_plan(run.client.get(run.source.url).content, run.settings.decimal_mark or None)
        results = check_plan(plan)
        run.report.count("read", len(plan.lines))
        run.report.checked += [result.sentence for result in results]
        findings = [finding.as_finding() for result in results for finding in result.findings]
        yield from findings
        errors = sum(one.severity == "error" for one in findings)
        if errors and run.settings.on_error == "refuse":
            run.report.count("rejected", len(plan.lines))
            yield Finding(
                "refused",
                "error",
                f"{errors} check(s) failed, so nothing of the plan was published; correct the file, or set on_error to "
                '"publish" to publish it as it is',
            )
            return
        every = rows(plan)
        prefix = f"budget:{run.settings.plan}" if run.settings.plan else "budget"
        shared = {"years": [plan.years[0], plan.years[-1]]}
        yield Unit(f"{prefix}:lines", shared | {"rows": every})
        for line in plan.measures:
            own = [row for row in every if row["line"] == line.code]
            yield Unit(f"{prefix}:measure:{line.code}", shared | {"measure": line.code, "rows": own})

    def collect(self, run: Run, unit: Unit) -> dict[str, Any]:
        """What gathering read; a plan holds nothing that must be hidden."""
        return unit.payload

    def publish(self, run: Run, unit: Unit, content: dict[str, Any]) -> list[Publication]:
        """The plan's series and the unit's dataset."""
        key = run.settings.plan
        facts = PlanFacts(
            prefix=f"budget:{key}" if key else "budget",
            name=f"kosten-und-finanzierungsplan-{key}" if key else "kosten-und-finanzierungsplan",
            city=run.city.name,
            programme=run.city.programme,
            first_year=content["years"][0],
            last_year=content["years"][1],
            sample=run.settings.sample,
        )
        if "measure" not in content:
            return [series(facts), all_lines(facts, content["rows"])]
        known = measure_facts(content["measure"], projects_of(run.city))
        return [series(facts), measure(facts, content["measure"], content["rows"], known)]


def projects_of(city: City) -> tuple[Project, ...]:
    """The projects of the city's file; none where the installation does not hold it."""
    if not (city.projects_file and city.projects_file.is_file() and city.actors_file and city.actors_file.is_file()):
        return ()
    projects: tuple[Project, ...] = read_projects(city.projects_file, city, read_actors(city.actors_file, city))
    return projects


def measure_facts(code: str, projects: Iterable[Project]) -> MeasureFacts:
    """What the projects that carry out a measure belong to."""
    own = [project for project in projects if project.measure == code]
    return MeasureFacts(
        fields_of_action=tuple(dict.fromkeys(one for project in own for one in project.fields_of_action)),
        focus_areas=tuple(dict.fromkeys(one for project in own for one in project.focus_areas)),
    )

"""A budget plan from the address of its file (CSV, TSV, XLSX), through ckanext-harvest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Literal

from ckanext.dresdensmartcity.city.entries import Project, read_actors, read_projects
from ckanext.dresdensmartcity.city.model import City
from pydantic import Field, field_validator

from ..base import RemovalSettings, Run, SmartCityHarvester
from ..records import Finding, Publication, Unit
from . import history, wording
from .checks import check_plan, findings_of
from .datapackage import as_mapping, is_package
from .mapping import Day, Mapping, Strict
from .model import BudgetFormError, Plan, Version, amount, filled
from .programme import Options
from .publications import MeasureFacts, PlanFacts, all_lines, measure, series
from .reading import read_plan
from .rows import change_rows, rows, version_rows
from .versions import Comparison, compare, version_findings

CHANGES_NAMED = 50  # in the report; all are in the table


class Texts(Strict):
    """A text in both languages."""

    de: str = Field(min_length=1, max_length=2000)
    en: str = Field("", max_length=2000)


class BudgetHarvester(SmartCityHarvester):
    """A unit is one dataset of the plan: all lines, or one measure.

    The file is read and checked once, while gathering; each unit carries its rows, so that all come from one reading.
    """

    name = "smartcity_budget"
    title = "Haushalts- und Finanzierungsplan (CSV, XLSX)"
    description = "Zeilen eines Förder- oder Haushaltsplans: nachgerechnet, mit Planständen veröffentlicht"

    class Settings(RemovalSettings):
        """What a source may say about its plan."""

        plan: str = Field("", pattern="^([a-z0-9]+(-[a-z0-9]+)*)?$", max_length=40)
        """Short name, part of ids and addresses where a portal has several plans; never changed again."""
        mapping: Mapping | None = None
        """What the columns hold, where the file has not the form of the funding programme; see docs/budgets.md."""
        heading: Texts | None = None
        """Title of a plan that is not the funding programme's, `de` and `en`."""
        about: Texts | None = None
        """A sentence or two on the plan, `de` and `en`."""
        decimal_mark: Literal["", ".", ","] = ""
        """For a file whose numbers do not show it: every one as ambiguous as "8.500"."""
        grant_maximum: float | None = Field(None, ge=0, le=100)
        """Of the programme's form: the most that the grant pays, in per cent of the financing."""
        first_year: int | None = Field(None, ge=1900, le=2100)
        """Of the programme's form: first year of the plan."""
        last_year: int | None = Field(None, ge=1900, le=2100)
        """Of the programme's form: last year of the plan."""
        version: str = Field("", max_length=60)
        """Version of the plan; change it when the plan changes, so that both versions are kept and compared."""
        resolved_on: Day | None = None
        """Day of the resolution."""
        on_error: Literal["refuse", "publish"] = "refuse"
        """What a failed check does: nothing is published, or all is and the report says what is wrong."""
        sample: bool = False
        """Whether the figures are made up; the datasets then say so."""

        @field_validator("mapping", mode="before")
        @classmethod
        def _from_package(cls, value: Any) -> Any:
            try:
                return as_mapping(value) if is_package(value) else value
            except BudgetFormError as error:
                raise ValueError(str(error)) from error

    def units(self, run: Run) -> Iterable[Unit | Finding]:
        """All lines, then each measure; every failed check is a finding, and by default the end of it."""
        settings = run.settings
        plan = read_plan(run.client.get(run.source.url).content, settings.mapping, options_of(settings))
        if not plan.years:
            raise BudgetFormError("the plan has no amount of any year")
        results = check_plan(plan)
        run.report.count("read", len(plan.lines))
        for result in results:
            if result.applies:
                run.report.check(result.template, **result.values)
        prefix = f"budget:{settings.plan}" if settings.plan else "budget"
        earlier = history.earlier(run.city, f"{prefix}:lines", plan.version)
        findings = findings_of(results)
        findings += version_findings(compare(earlier.same, plan.version, plan)) if earlier.same else []
        yield from (finding.as_finding() for finding in findings)
        errors = sum(one.severity == "error" for one in findings)
        if errors and settings.on_error == "refuse":
            run.report.count("rejected", len(plan.lines))
            # What cannot be used is there all the same, and is not missing.
            run.gathering.seen.update(unit.guid for unit in self._units(plan, prefix, None))
            yield Finding.of("refused", "error", wording.REFUSED, errors=errors)
            return
        comparison = compare(earlier.before, earlier.version, plan) if earlier.before else None
        if comparison:
            yield from _changes(comparison)
        yield from self._units(plan, prefix, comparison)

    @staticmethod
    def _units(plan: Plan, prefix: str, comparison: Comparison | None) -> Iterator[Unit]:
        every = rows(plan)
        resolved = plan.version.resolved_on
        shared: dict[str, Any] = {"years": [plan.years[0], plan.years[-1]]}
        versions: dict[str, Any] = {"version": plan.version.id, "resolved_on": resolved.isoformat() if resolved else ""}
        if plan.version.id:
            versions["versions"] = version_rows(plan)
            versions["changes"] = change_rows(comparison) if comparison else []
        yield Unit(f"{prefix}:lines", shared | versions | {"rows": every})
        for line in plan.measures:
            own = [row for row in every if row["measure_id"] == line.code]
            yield Unit(f"{prefix}:measure:{line.code}", shared | {"measure": line.code, "rows": own})

    def collect(self, run: Run, unit: Unit) -> dict[str, Any]:
        """What gathering read; a plan holds nothing that must be hidden."""
        return unit.payload

    def publish(self, run: Run, unit: Unit, content: dict[str, Any]) -> list[Publication]:
        """The plan's series and the unit's dataset."""
        settings, key = run.settings, run.settings.plan
        kind = "haushaltsplan" if settings.heading else "kosten-und-finanzierungsplan"
        facts = PlanFacts(
            prefix=f"budget:{key}" if key else "budget",
            name=f"{kind}-{key}" if key else kind,
            city=run.city.name,
            programme=run.city.programme,
            first_year=content["years"][0],
            last_year=content["years"][1],
            sample=settings.sample,
            heading=settings.heading.model_dump() if settings.heading else {},
            about=settings.about.model_dump() if settings.about else {},
            version=content.get("version", ""),
            resolved_on=content.get("resolved_on", ""),
        )
        if "measure" not in content:
            lines = all_lines(facts, content["rows"], content.get("versions"), content.get("changes"))
            return [series(facts), lines]
        known = measure_facts(content["measure"], projects_of(run.city))
        return [series(facts), measure(facts, content["measure"], content["rows"], known)]


def options_of(settings: Any) -> Options:
    """What the settings of a source say about reading its plan."""
    first, last = settings.first_year, settings.last_year
    return Options(
        settings.decimal_mark,
        None if settings.grant_maximum is None else Decimal(str(settings.grant_maximum)),
        Version(settings.version, settings.resolved_on),
        (first or 1900, last or 2100) if first or last else None,
    )


def _changes(comparison: Comparison) -> Iterator[Finding]:
    if not comparison.changes:
        return
    before = comparison.old.id or "–"
    values = filled(before=before, **comparison.counts)
    yield Finding("changes", "info", wording.CHANGED.format(**values), template=wording.CHANGED, values=values)
    for change in comparison.changes[:CHANGES_NAMED]:
        key = change.key
        values = filled(code=key.measure_id, year=key.year, source=key.source, before=before)
        place = f"row {change.row}, column {change.column}" if change.row else ""
        old, new = (None if one is None else amount(one) for one in (change.before, change.after))
        message = wording.CHANGE.format(**values)
        yield Finding("change", "info", message, place, old, new, template=wording.CHANGE, values=values)


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

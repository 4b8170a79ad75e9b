"""What the programme's measures are, put together from projects, datasets and budget lines; plain data in and out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class BudgetLine:
    """Money planned for a measure in one year; other lines of the plan (staff, sums, financing) are not asked for."""

    measure: str
    title: str
    year: int
    amount_eur: Decimal


@dataclass(frozen=True)
class Actor:
    """An actor as a measure names it."""

    id: str
    title: str


@dataclass(frozen=True)
class Project:
    """What a measure shows of a project of the atlas."""

    id: str
    title: str
    measure: str = ""
    summary: str = ""
    status: str = ""
    phase: str = ""
    lead: Actor | None = None
    partners: tuple[Actor, ...] = ()


@dataclass(frozen=True)
class DatasetLink:
    """What a measure shows of a dataset."""

    name: str
    title: str
    measure: str = ""
    kind: str = "dataset"  # or "dataset_series"


@dataclass(frozen=True)
class Measure:
    """One measure of the programme with all that the portal knows of it."""

    code: str
    title: str
    years: dict[int, Decimal] = field(default_factory=dict)  # euro by year, years without money left out
    projects: tuple[Project, ...] = ()
    datasets: tuple[DatasetLink, ...] = ()

    @property
    def total_eur(self) -> Decimal:
        return sum(self.years.values(), Decimal(0))

    @property
    def main_project(self) -> Project | None:
        """The project that says most: with a lead before one without."""
        return next((one for one in self.projects if one.lead), next(iter(self.projects), None))

    @property
    def lead(self) -> Actor | None:
        return self.main_project.lead if self.main_project else None

    @property
    def status(self) -> str:
        return self.main_project.status if self.main_project else ""

    @property
    def phase(self) -> str:
        return self.main_project.phase if self.main_project else ""

    @property
    def summary(self) -> str:
        return self.main_project.summary if self.main_project else ""

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Leads and partners of the measure's projects, each once, leads first."""
        leads = [project.lead for project in self.projects if project.lead]
        partners = [partner for project in self.projects for partner in project.partners]
        return tuple({actor.id: actor for actor in [*leads, *partners]}.values())


def code_key(code: str) -> tuple[int, ...]:
    """Sorts "1.2.10" behind "1.2.9"."""
    return tuple(int(part) for part in re.findall(r"\d+", code))


def measures(
    projects: Iterable[Project], datasets: Iterable[DatasetLink], lines: Iterable[BudgetLine]
) -> list[Measure]:
    """The programme's measures by code: those that the plan names and those that a project carries out.

    The title is the project's, for the plan shortens ("Veranstalt.- u. Werbeflächen-Mgmt.").
    """
    projects, datasets = list(projects), list(datasets)
    budget: dict[str, dict[int, Decimal]] = {}
    titles: dict[str, str] = {}
    for line in lines:
        titles.setdefault(line.measure, line.title)
        if line.amount_eur:
            years = budget.setdefault(line.measure, {})
            years[line.year] = years.get(line.year, Decimal(0)) + line.amount_eur
    codes = {project.measure for project in projects if project.measure} | set(titles)
    return [
        _measure(code, projects, datasets, budget.get(code, {}), titles.get(code, code))
        for code in sorted(codes, key=code_key)
    ]


def _measure(
    code: str, projects: list[Project], datasets: list[DatasetLink], years: dict[int, Decimal], title: str
) -> Measure:
    own = tuple(project for project in projects if project.measure == code)
    return Measure(
        code=code,
        title=own[0].title if own else title,
        years=dict(sorted(years.items())),
        projects=own,
        datasets=tuple(one for one in datasets if one.measure == code),
    )


def total(found: Iterable[Measure]) -> Decimal:
    """Euro of all measures together."""
    return sum((measure.total_eur for measure in found), Decimal(0))


def by_phase(found: Iterable[Measure]) -> dict[str, list[Measure]]:
    """Measures by phase, in the order of the first code of each; those without a phase last."""
    groups: dict[str, list[Measure]] = {}
    for measure in found:
        groups.setdefault(measure.phase, []).append(measure)
    return dict(sorted(groups.items(), key=lambda group: (not group[0], code_key(group[1][0].code))))

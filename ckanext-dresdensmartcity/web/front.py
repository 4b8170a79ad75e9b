"""What the first page shows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ckanext.dresdensmartcity.web import reading
from ckanext.dresdensmartcity.web.measures import Measure, measures, total


@dataclass(frozen=True)
class FrontPage:
    datasets: int
    actors: int
    projects: int
    measures: tuple[Measure, ...]
    newest: tuple[dict[str, Any], ...]  # packages

    @property
    def budget(self) -> Decimal:
        return total(self.measures)

    @property
    def with_budget(self) -> tuple[Measure, ...]:
        """The measures that a chart can show."""
        return tuple(measure for measure in self.measures if measure.total_eur)


def all_measures() -> list[Measure]:
    return measures(reading.projects(), reading.datasets_of_measures(), reading.budget_lines())


def front_page() -> FrontPage:
    return FrontPage(
        datasets=reading.count("dataset"),
        actors=reading.count("actor"),
        projects=reading.count("project"),
        measures=tuple(all_measures()),
        newest=tuple(reading.newest(3)),
    )

"""A harvester whose units make several datasets: measures of a plan, each with a dataset of notes, in one series."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ckanext.dresdensmartcity.harvesters.base import RemovalSettings, Run, SmartCityHarvester
from ckanext.dresdensmartcity.harvesters.records import Finding, Publication, Unit
from ckanext.dresdensmartcity.harvesters.removal import Rules
from stations import FIELDS, publication


class PlansHarvester(SmartCityHarvester):
    """The source is a list of measures."""

    name = "test_plans"
    title = "Plans"
    description = "For tests only"

    class Settings(RemovalSettings):
        whole: bool = False  # the whole plan is one unit
        keep: bool = False  # nothing is ever taken out

    def removal(self, run: Run) -> Rules | None:
        return None if run.settings.keep else run.settings.rules

    def units(self, run: Run) -> Iterable[Unit | Finding]:
        measures = run.client.get(run.source.url).json()
        if run.settings.whole:
            yield Unit("plan", {"measures": measures})
        else:
            yield from (Unit(f"plan:unit:{one}", {"measures": [one]}) for one in measures)

    def collect(self, run: Run, unit: Unit) -> dict[str, Any]:
        return unit.payload

    def publish(self, run: Run, unit: Unit, content: dict[str, Any]) -> list[Publication]:
        series = Publication("plan:series", {"name": "plan", "title": "Plan", **FIELDS}, kind="dataset_series")
        row = {"day": "2026-01-01", "place": "here", "count": 1}
        datasets = [publication(f"plan:{one}", [row]) for one in content["measures"]]
        if not run.settings.whole:
            datasets += [publication(f"plan:{one}:notes", [row]) for one in content["measures"]]
        return [series, *datasets]

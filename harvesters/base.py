"""The harvester that all others derive from: ckanext-harvest's three stages around three plain methods.

A subclass says what it is, which settings it takes, and three things about its source:

    class TrafficHarvester(SmartCityHarvester):
        name = "smartcity_traffic"                    # `source_type`, never changed again
        title = "Traffic counts"
        description = "Hourly counts from …"

        class Settings(HarvestSettings):              # keys of the JSON in the source's form; strict
            minimum_hours: int = Field(18, ge=1, le=24)

        def units(self, run: Run) -> Iterable[Unit | Finding]:          # gather: what is there to fetch?
            for box in run.client.get(run.source.url).json():
                yield Unit(f"traffic:box:{box['id']}", {"url": box["url"]})

        def collect(self, run: Run, unit: Unit) -> dict[str, Any]:      # fetch: pull, aggregate, suppress - in memory
            raw = run.client.get(unit.payload["url"]).text()
            return {"rows": hourly_means(raw, run.settings.minimum_hours, run.report)}

        def publish(self, run: Run, unit: Unit, content: dict[str, Any]) -> list[Publication]:   # import
            return [Publication(guid="traffic:2026", package={"name": …, "title": …}, tables=(Table(…),))]

What must hold
- `collect` returns JSON that **everybody may read**: harvest_object.content is public (RULES §6), so raw values of
  persons and small counts are aggregated or suppressed before it returns.
- `publish` is a pure function of content, settings and city: no network, no clock. Its result is hashed to know
  whether anything changed.
- Any of the three may raise a `HarvesterError` (or a subclass; the client's errors are such): it becomes a gather or
  object error with its place. A `Finding` of severity "error" that `units` yields becomes a gather error too and the
  other units go on. Any other exception is a mistake of ours: it is logged with its traceback and becomes an error that
  says so.
- `run.report` takes counts ("read", "rejected", …), checks and findings in all three; they are kept with the unit and
  shown on the job's page. The base itself counts new, changed and unchanged.
- Series are publications of kind "dataset_series" and stand before their members in the list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import ckan.plugins as plugins
from ckanext.dresdensmartcity.city.model import City
from ckanext.harvest.interfaces import IHarvester
from pydantic import BaseModel, ConfigDict

from .client import Client
from .records import Finding, Publication, Report, Unit


class HarvestSettings(BaseModel):
    """Settings of a source, as JSON in its form. Subclasses add fields with types, ranges and defaults.

    A key must not be a field of a source (`title`, `url`, `frequency`, …): ckanext-harvest shows the settings as fields
    of the source and would overwrite it.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


@dataclass(frozen=True)
class SourceInfo:
    """The harvest source, as its form describes it."""

    id: str
    title: str
    url: str


@dataclass(frozen=True)
class Run:
    """What a stage works with."""

    city: City
    settings: Any  # an instance of the harvester's Settings
    source: SourceInfo
    client: Client  # the only way out
    report: Report


class SmartCityHarvester(plugins.SingletonPlugin):
    """Base of this project's harvesters; see the module."""

    plugins.implements(IHarvester)

    name: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str]
    Settings: ClassVar[type[HarvestSettings]] = HarvestSettings

    def units(self, run: Run) -> Iterable[Unit | Finding]:
        """What there is to fetch. No unit at all is an error: an empty source is not the same as a cleared one."""
        raise NotImplementedError

    def collect(self, run: Run, unit: Unit) -> dict[str, Any]:
        """The unit's publishable content as JSON, pulled, aggregated and suppressed in memory."""
        raise NotImplementedError

    def publish(self, run: Run, unit: Unit, content: dict[str, Any]) -> Publication | list[Publication]:
        """What shall stand in the portal for this content; series before their members."""
        raise NotImplementedError

    def info(self) -> dict[str, str]:
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "form_config_interface": "Text",
        }

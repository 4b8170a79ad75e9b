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
- A unit best makes one dataset (and its series): ckanext-harvest links an object with one dataset only, the last one
  of the list.

What the base does not do yet: nothing is ever deleted. What is missing from a run stays and is named in the report.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import ckan.model as model
import ckan.plugins as plugins
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.model import City
from ckanext.harvest.interfaces import IHarvester
from ckanext.harvest.model import HarvestGatherError, HarvestObject, HarvestObjectError, HarvestObjectExtra

from . import history
from .client import Client
from .portal_client import portal_client
from .publishing import Outcome, content_hash, ensure_organization, is_published, lock, package_id, publish
from .records import Finding, HarvesterError, Publication, Report, Unit
from .settings import HarvestSettings, read_settings

__all__ = ["HarvestSettings", "Run", "SmartCityHarvester", "SourceInfo"]

log = logging.getLogger(__name__)


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

    # What ckanext-harvest calls

    def info(self) -> dict[str, str]:
        kind = type(self)  # CKAN gives the instance a `name` of its own: that of the plugin
        return {
            "name": kind.name,
            "title": kind.title,
            "description": kind.description,
            "form_config_interface": "Text",
        }

    def validate_config(self, config: str | None) -> str | None:
        """Refuse settings that the harvester does not understand; the form shows the message."""
        read_settings(self.Settings, config)
        return config

    def gather_stage(self, harvest_job: Any) -> list[str]:
        """Ids of the harvest objects, one for each unit; every failure is a gather error, and none escapes.

        What was found before a failure is harvested all the same, as nothing is deleted for being missing.
        """
        job_id, report, units = harvest_job.id, Report(), {}
        try:
            run = self._run(harvest_job.source, report)
            for found in self.units(run):
                if isinstance(found, Finding):
                    report.findings.append(found)
                elif found.guid in units:
                    report.findings.append(
                        Finding("duplicate", "error", "the source has this twice; the first is used", found.guid)
                    )
                else:
                    units[found.guid] = found
            if not units and not any(one.severity == "error" for one in report.findings):
                raise HarvesterError(f"{run.source.url} holds nothing to harvest; nothing was changed")
        except HarvesterError as error:
            self._gather_error(job_id, str(error))
        except Exception as error:
            log.exception("Gathering of job %s failed", job_id)
            self._gather_error(job_id, unexpected(error))
        try:
            return self._save_units(job_id, report, units)
        except Exception as error:  # as above; with the database away, the error cannot be saved either
            log.exception("The units of job %s could not be saved", job_id)
            self._gather_error(job_id, unexpected(error))
            return []

    def fetch_stage(self, harvest_object: Any) -> bool:
        """Put the unit's publishable content into the object; a failure is an object error, and none escapes."""
        object_id, report = harvest_object.id, Report()
        try:
            run = self._run(harvest_object.source, report)
            content = self.collect(run, history.unit(harvest_object))
            harvest_object.content = json.dumps(content, ensure_ascii=False, sort_keys=True)
            history.remember(harvest_object, history.FETCH_REPORT, history.as_json(report))
            harvest_object.save()
        except HarvesterError as error:
            return self._object_error(object_id, str(error), "Fetch", report)
        except Exception as error:
            log.exception("Fetching of object %s failed", object_id)
            return self._object_error(object_id, unexpected(error), "Fetch", report)
        return True

    def import_stage(self, harvest_object: Any) -> bool | str:
        """Publish the object's content, or find it "unchanged"; a failure is an object error, and none escapes.

        It may run twice at the same time for one object, as ckanext-harvest queues slow ones again: a lock for each
        guid and writing by difference make the second run find nothing to do.
        """
        object_id, report = harvest_object.id, Report()
        try:
            if not harvest_object.content:
                raise HarvesterError("the fetch stage left no content; run the source again")
            run = self._run(harvest_object.source, report)
            made = self.publish(run, history.unit(harvest_object), json.loads(harvest_object.content))
            publications = [made] if isinstance(made, Publication) else list(made)
            outcomes, unchanged = self._import(harvest_object, run, publications)
            history.remember(harvest_object, history.IMPORT_REPORT, history.as_json(report, outcomes))
            harvest_object.save()
        except HarvesterError as error:
            return self._object_error(object_id, str(error), "Import", report)
        except Exception as error:
            log.exception("Importing of object %s failed", object_id)
            return self._object_error(object_id, unexpected(error), "Import", report)
        return "unchanged" if unchanged else True

    # Parts of the stages

    def _run(self, source: Any, report: Report) -> Run:
        here = city()
        return Run(
            city=here,
            settings=read_settings(self.Settings, source.config),
            source=SourceInfo(source.id, source.title, source.url),
            client=portal_client(here),
            report=report,
        )

    def _save_units(self, job_id: str, report: Report, units: dict[str, Unit]) -> list[str]:
        for finding in report.findings:
            if finding.severity == "error":
                self._gather_error(job_id, f"{finding.place}: {finding.message}" if finding.place else finding.message)
        job = history.job(job_id)
        if not units:
            if report.checked or report.findings:
                # It never reaches the queue; it only keeps what people need to see why there was nothing to publish.
                text = history.as_json(report)
                extra = HarvestObjectExtra(key=history.GATHER_REPORT, value=text)
                model.Session.add(
                    HarvestObject(guid="", job=job, state="ERROR", report_status="errored", extras=[extra])
                )
                model.Session.commit()
            return []
        report.findings += history.missing(job.source_id, units)
        ids = []
        for number, unit in enumerate(units.values()):
            payload = json.dumps(unit.payload, ensure_ascii=False, sort_keys=True)
            extras = [HarvestObjectExtra(key=history.UNIT, value=payload)]
            if number == 0:
                # A job has no place of its own for what gathering saw; its first object keeps it.
                extras.append(HarvestObjectExtra(key=history.GATHER_REPORT, value=history.as_json(report)))
            one = HarvestObject(guid=unit.guid, job=job, extras=extras)
            model.Session.add(one)
            model.Session.flush()
            ids.append(one.id)
        model.Session.commit()
        return ids

    def _import(self, harvest_object: Any, run: Run, publications: list[Publication]) -> tuple[list[Outcome], bool]:
        if not publications:
            raise HarvesterError("the harvester made nothing of this unit")
        made = content_hash(run.city, publications)
        if history.last_hash(harvest_object) == made and is_published(run.city, publications):
            return [history.nothing_done(run.city, one) for one in publications], True
        ensure_organization(run.city)
        outcomes = []
        for publication in publications:
            with lock(f"publication:{run.city.id}:{publication.guid}"):
                known = history.published_hash(publication.guid)
                if publication is publications[-1]:
                    history.link(harvest_object, package_id(run.city, publication.guid))
                outcome, fields_hash = publish(run.city, publication, known)
                if fields_hash != known:
                    history.remember(harvest_object, history.published_key(publication.guid), fields_hash)
                outcomes.append(outcome)
                # Inside the lock: who waits for it must see what was published.
                model.Session.commit()
        # Only now: a unit that failed half-way must not look unchanged the next time.
        history.remember(harvest_object, history.CONTENT_HASH, made)
        return outcomes, all(one.result == "unchanged" for one in outcomes)

    def _gather_error(self, job_id: str, message: str) -> None:
        model.Session.rollback()
        HarvestGatherError.create(message.replace("\0", "�"), history.job(job_id))

    def _object_error(self, object_id: str, message: str, stage: str, report: Report) -> bool:
        model.Session.rollback()
        harvest_object = HarvestObject.get(object_id)
        history.remember(harvest_object, history.REPORTS[stage], history.as_json(report))
        HarvestObjectError.create(message.replace("\0", "�"), harvest_object, stage)
        return False


def unexpected(error: Exception) -> str:
    """What people read when it is our mistake."""
    return f"unexpected {type(error).__name__}: {error}. This is a mistake in the software; the log has the details."

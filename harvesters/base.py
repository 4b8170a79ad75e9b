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

What is missing from a run stays and is named in the report, unless the harvester says in `removal` by which rules it
may be archived (removal.py). Then `units` must tell in `run.gathering` what it saw, and whether that was all.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

import ckan.model as model
import ckan.plugins as plugins
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.model import City
from ckanext.harvest.interfaces import IHarvester
from ckanext.harvest.model import HarvestGatherError, HarvestObject, HarvestObjectError

from . import gathering, history, wording
from .client import Client
from .gathering import Gathering, unexpected
from .portal_client import portal_client
from .publishing import (
    Outcome,
    TakenError,
    archive,
    content_hash,
    ensure_organization,
    is_published,
    lock,
    package_id,
    publish,
    recognises,
)
from .records import Finding, HarvesterError, Publication, Report, Unit
from .removal import Rules
from .settings import HarvestSettings, read_settings

__all__ = ["HarvestSettings", "Run", "SmartCityHarvester", "SourceInfo"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SourceInfo:
    """The harvest source, as its form describes it."""

    id: str
    title: str
    url: str
    owner: str = ""  # organisation that the source belongs to, by id; empty where it has none


@dataclass(frozen=True)
class Run:
    """What a stage works with."""

    city: City
    settings: Any  # an instance of the harvester's Settings
    source: SourceInfo
    client: Client  # the only way out
    report: Report
    gathering: Gathering = field(default_factory=Gathering)  # of use in `units` only


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

    def removal(self, run: Run) -> Rules | None:
        """By which rules a unit that the source no longer has is archived; None: it stays and is named.

        Only for harvesters whose units publish one dataset each.
        """
        return None

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
        job_id = harvest_job.id
        try:
            run = self.prepare(harvest_job.source, Report())
            past = history.past(harvest_job.source_id)
            if all(one.active for one in past.values()):
                run.gathering.remembered = history.last_feed(harvest_job.source_id)
            units = gathering.read(self, run)
            for message in [*run.gathering.failures, *gather_errors(run.report)]:
                self._gather_error(job_id, message)
            return gathering.save(job_id, run, gathering.plan(self, run, units, past))
        except HarvesterError as error:
            self._gather_error(job_id, str(error))
        except Exception as error:  # with the database away, the error cannot be saved either
            log.exception("Gathering of job %s failed", job_id)
            self._gather_error(job_id, unexpected(error))
        return []

    def fetch_stage(self, harvest_object: Any) -> bool:
        """Put the unit's publishable content into the object; a failure is an object error, and none escapes."""
        object_id, report = harvest_object.id, Report()
        if harvest_object.content is not None or history.value(harvest_object, history.ARCHIVE):
            return True
        try:
            run = self.prepare(harvest_object.source, report)
            content = self.collect(run, history.unit(harvest_object))
            harvest_object.content = json.dumps(content, ensure_ascii=False, sort_keys=True)
            history.remember(harvest_object, history.FETCH_REPORT, history.as_json(report))
            harvest_object.save()
        except HarvesterError as error:
            return self._object_error(object_id, str(error), "Fetch", report, error)
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
            if since := history.value(harvest_object, history.ARCHIVE):
                return self._archive(harvest_object, datetime.fromisoformat(since))
            if not harvest_object.content:
                raise HarvesterError("the fetch stage left no content; run the source again")
            run = self.prepare(harvest_object.source, report)
            made = self.publish(run, history.unit(harvest_object), json.loads(harvest_object.content))
            publications = [made] if isinstance(made, Publication) else list(made)
            outcomes, unchanged = self._import(harvest_object, run, publications)
            history.remember(harvest_object, history.IMPORT_REPORT, history.as_json(report, outcomes))
            harvest_object.save()
        except HarvesterError as error:
            return self._object_error(object_id, str(error), "Import", report, error)
        except Exception as error:
            log.exception("Importing of object %s failed", object_id)
            return self._object_error(object_id, unexpected(error), "Import", report)
        return "unchanged" if unchanged else True

    # Parts of the stages

    def prepare(self, source: Any, report: Report) -> Run:
        """What a stage works with, for a source of ckanext-harvest; raises SettingsError."""
        here = city()
        return Run(
            city=here,
            settings=read_settings(self.Settings, source.config),
            source=SourceInfo(source.id, source.title, source.url, source.publisher_id or ""),
            client=portal_client(here),
            report=report,
        )

    def _import(self, harvest_object: Any, run: Run, publications: list[Publication]) -> tuple[list[Outcome], bool]:
        if not publications:
            raise HarvesterError("the harvester made nothing of this unit")
        made = content_hash(run.city, publications)
        if history.last_hash(harvest_object) == made and is_published(run.city, publications):
            history.note_fingerprint(harvest_object)
            return [history.nothing_done(run.city, one) for one in publications], True
        ensure_organization(run.city)
        outcomes = []
        for publication in publications:
            with lock(f"publication:{run.city.id}:{publication.guid}"):
                known, package = history.published_hash(publication.guid), package_id(run.city, publication.guid)
                if publication.foreign:
                    self.refuse_what_is_not_its_own(run, publication, package)
                if publication is publications[-1]:
                    history.link(harvest_object, package)
                else:
                    history.link_companion(harvest_object, publication.guid, package)
                outcome, fields_hash = publish(run.city, publication, known)
                if fields_hash != known:
                    history.remember(harvest_object, history.published_key(publication.guid), fields_hash)
                outcomes.append(outcome)
                # Inside the lock: who waits for it must see what was published.
                model.Session.commit()
        # Only now: a unit that failed half-way must not look unchanged the next time.
        history.remember(harvest_object, history.CONTENT_HASH, made)
        return outcomes, all(one.result == "unchanged" for one in outcomes)

    @staticmethod
    def refuse_what_is_not_its_own(run: Run, publication: Publication, package: str) -> None:
        """Whoever writes a feed chooses its IRIs, and must not reach the entries of others with them."""
        if model.Package.get(package) is None:
            return
        owner = history.owner(package, run.source.id)
        if owner:
            raise TakenError(wording.TAKEN, owner=owner)
        if owner == "" and not recognises(publication, package):
            raise TakenError(wording.TAKEN_BY_HAND, package=package)

    def _archive(self, harvest_object: Any, since: datetime) -> bool:
        report, guid = Report(), harvest_object.guid
        known = history.past(harvest_object.harvest_source_id).get(guid)
        if known is None or known.package_id is None:
            return True  # it was delivered twice, and is done
        with lock(f"publication:{city().id}:{guid}"):
            kind = archive(known.package_id)
            history.release(harvest_object, known.package_id)
            outcomes = [Outcome(guid, kind, known.package_id, "archived")] if kind else []
            report.findings.append(Finding.of("archived", "info", wording.ARCHIVED, guid, since=gathering.day(since)))
            history.remember(harvest_object, history.IMPORT_REPORT, history.as_json(report, outcomes))
            model.Session.commit()
        return True

    def _gather_error(self, job_id: str, message: str) -> None:
        model.Session.rollback()
        HarvestGatherError.create(message.replace("\0", "�"), history.job(job_id))

    def _object_error(
        self, object_id: str, message: str, stage: str, report: Report, error: HarvesterError | None = None
    ) -> bool:
        model.Session.rollback()
        harvest_object = HarvestObject.get(object_id)
        if error is not None and error.template:
            report.findings.append(Finding.of("rejected", "error", error.template, harvest_object.guid, **error.values))
        history.remember(harvest_object, history.REPORTS[stage], history.as_json(report))
        HarvestObjectError.create(message.replace("\0", "�"), harvest_object, stage)
        return False


def gather_errors(report: Report) -> list[str]:
    """What the form of ckanext-harvest's errors holds of the findings that are errors."""
    return [
        f"{one.place}: {one.message}" if one.place else one.message
        for one in report.findings
        if one.severity == "error"
    ]

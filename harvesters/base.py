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
- A unit may make several datasets, and units may share them. The last one of the list is linked with the unit's object;
  the others get companions (history.py), so that the source's page has all.
- `Unit.entry` says what of the source a unit is a part of: the box of a box and a month. It is the entry that a source
  may lose, so a window that moves on loses nothing.
- What needs several units at once is made in `finish`, when all units of a job are done (finishing.py).

What is missing from a run stays and is named in the report, unless the harvester says in `removal` by which rules it
may be archived (removal.py; settings derived from RemovalSettings have them). `units` must tell in `run.gathering` what
it saw without making a unit of it, and whether that was all.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

import ckan.model as model
import ckan.plugins as plugins
import sqlalchemy as sa
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.quality import reports
from ckanext.harvest.interfaces import IHarvester
from ckanext.harvest.model import HarvestGatherError, HarvestObject, HarvestObjectError

from . import finishing, gathering, history, importing, troubles, wording
from .client import Client
from .finishing import StoredTables
from .gathering import Gathering, unexpected
from .portal_client import portal_client
from .records import Finding, HarvesterError, Publication, Report, Unit, as_list
from .removal import Rules
from .settings import HarvestSettings, RemovalSettings, read_settings

__all__ = ["HarvestSettings", "RemovalSettings", "Run", "SmartCityHarvester", "SourceInfo", "StoredTables"]

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
        """By which rules what the source no longer has is archived; None: it stays and is named.

        Those of the settings, where they are RemovalSettings.
        """
        return run.settings.rules if isinstance(run.settings, RemovalSettings) else None

    def finish(self, run: Run, stored: StoredTables) -> Iterable[Publication]:
        """What needs several units at once: means of a year, a grid. Called once when all units of a job are done.

        `stored.changed` says which tables have other rows than before; `stored.rows` reads them. It runs as well for
        what an earlier run left unfinished. What it gives is published like a unit's; giving what is already published
        changes nothing. What it does not give stays.
        """
        return ()

    def retire(self, run: Run, entry: str, since: datetime, stored: StoredTables) -> Iterable[Publication]:
        """What shall be said of an entry that is being taken out, in tables that it shares with others.

        Its rows stay as history; a sensor's row in the table of stations may get the day since which it is missing.
        """
        return ()

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
            run = self.prepare(harvest_job.source, Report(), whole_source=True)
            past = history.past(harvest_job.source_id)
            if all(one.active for one in past.values()):
                run.gathering.remembered = history.last_feed(harvest_job.source_id)
            units = gathering.read(self, run)
            for message in dict.fromkeys([*run.gathering.failures, *importing.errors_of(run.report)]):
                self._gather_error(job_id, message)
            return gathering.save(job_id, run, gathering.plan(self, run, units, past), self.finishes)
        except HarvesterError as error:
            troubles.pass_on(error)
            self._gather_error(job_id, str(error))
        except Exception as error:  # with the database away, the error cannot be saved either
            troubles.pass_on(error)
            log.exception("Gathering of job %s failed", job_id)
            self._gather_error(job_id, unexpected(error))
        return []

    def fetch_stage(self, harvest_object: Any) -> bool:
        """Put the unit's publishable content into the object; a failure is an object error, and none escapes."""
        object_id, report = harvest_object.id, Report()
        try:
            with importing.alone(object_id):
                model.Session.refresh(harvest_object)
                how = finishing.was_done(harvest_object)
                if how is None and self._to_be_fetched(harvest_object):
                    run = self.prepare(harvest_object.source, report)
                    content = self.collect(run, history.unit(harvest_object))
                    harvest_object.content = json.dumps(content, ensure_ascii=False, sort_keys=True)
                    history.remember(harvest_object, history.FETCH_REPORT, history.as_json(report))
                    harvest_object.save()
        except HarvesterError as error:
            troubles.pass_on(error)
            how = self._object_error(object_id, str(error), "Fetch", report, error)
        except Exception as error:
            troubles.pass_on(error)
            log.exception("Fetching of object %s failed", object_id)
            how = self._object_error(object_id, unexpected(error), "Fetch", report)
        if how == "failed":
            self._finish_job(object_id)
        return how != "failed"

    def import_stage(self, harvest_object: Any) -> bool | str:
        """Publish the object's content, or find it "unchanged"; a failure is an object error, and none escapes.

        ckanext-harvest delivers slow objects again, and those of a worker that died. A lock for each object and one for
        each guid, marks of what is done, and writing by difference make the second time find nothing to do.
        """
        object_id, report = harvest_object.id, Report()
        try:
            with importing.alone(object_id), reports.many():
                model.Session.refresh(harvest_object)
                how = finishing.was_done(harvest_object)
                if how is None:
                    how = self._import(harvest_object, report)
                    finishing.done(harvest_object, how)
                    harvest_object.save()
        except HarvesterError as error:
            troubles.pass_on(error)
            how = self._object_error(object_id, str(error), "Import", report, error)
        except Exception as error:
            troubles.pass_on(error)
            log.exception("Importing of object %s failed", object_id)
            how = self._object_error(object_id, unexpected(error), "Import", report)
        self._finish_job(object_id)
        return {"failed": False, "unchanged": "unchanged"}.get(how, True)

    # Parts of the stages

    @property
    def finishes(self) -> bool:
        """Whether there is a finishing step."""
        return type(self).finish is not SmartCityHarvester.finish

    def prepare(self, source: Any, report: Report, *, whole_source: bool = False) -> Run:
        """What a stage works with, for a source of ckanext-harvest; raises SettingsError."""
        here = city()
        return Run(
            city=here,
            settings=read_settings(self.Settings, source.config),
            source=SourceInfo(source.id, source.title, source.url, source.publisher_id or ""),
            client=portal_client(here, gathering=whole_source),
            report=report,
        )

    @staticmethod
    def _to_be_fetched(harvest_object: Any) -> bool:
        tasks = (history.ARCHIVE, finishing.FINISH_ONLY)
        return harvest_object.content is None and not any(history.value(harvest_object, key) for key in tasks)

    def _import(self, harvest_object: Any, report: Report) -> str:
        """Do what the object is for; "ok" or "unchanged"."""
        if history.value(harvest_object, finishing.FINISH_ONLY):
            return "unchanged"  # all is said by its being the last
        run = self.prepare(harvest_object.source, report)
        if since := history.value(harvest_object, history.ARCHIVE):
            outcomes = importing.take_out(self, harvest_object, run, datetime.fromisoformat(since))
            unchanged = False
        else:
            if not harvest_object.content:
                raise HarvesterError("the fetch stage left no content; run the source again")
            made = self.publish(run, history.unit(harvest_object), json.loads(harvest_object.content))
            outcomes, unchanged = importing.bring(harvest_object, run, as_list(made))
        history.remember(harvest_object, history.IMPORT_REPORT, history.as_json(report, outcomes))
        return "unchanged" if unchanged else "ok"

    def _finish_job(self, object_id: str) -> None:
        """Finish the job where this was the last of its objects; a failure is a job error, and none escapes."""
        report, job_id = Report(), ""
        try:
            harvest_object = HarvestObject.get(object_id)
            job_id = harvest_object.harvest_job_id
            if not finishing.all_done(job_id):
                return
            with finishing.only_one(harvest_object.harvest_source_id) as mine:
                if not mine or finishing.ended(job_id):
                    return
                marks = finishing.due(harvest_object.harvest_source_id)
                if marks:
                    importing.finish(self, harvest_object, self.prepare(harvest_object.source, report), marks)
            _refresh_reports()
        except HarvesterError as error:
            troubles.pass_on(error)
            self._finish_error(object_id, job_id, str(error), report)
        except Exception as error:
            troubles.pass_on(error)
            log.exception("Finishing of job %s failed", job_id)
            self._finish_error(object_id, job_id, unexpected(error), report)

    def _finish_error(self, object_id: str, job_id: str, why: str, report: Report) -> None:
        def write() -> None:
            harvest_object = HarvestObject.get(object_id)
            report.findings.append(Finding.of("finish", "error", wording.FINISH_FAILED, why=why))
            history.remember(harvest_object, history.FINISH_REPORT, history.as_json(report))
            # The marks of what is due stay, so that the next run finishes it; this job does not try again.
            history.remember(harvest_object, finishing.FINISH, "failed")
            HarvestGatherError.create(_storable(f"{finishing.PLACE}: {why}"), history.job(job_id))

        _persist(write)

    @staticmethod
    def _gather_error(job_id: str, message: str) -> None:
        _persist(lambda: HarvestGatherError.create(_storable(message), history.job(job_id)))

    @staticmethod
    def _object_error(
        object_id: str, message: str, stage: str, report: Report, error: HarvesterError | None = None
    ) -> str:
        def write() -> None:
            harvest_object = HarvestObject.get(object_id)
            if error is not None and error.template:
                told = Finding.of("rejected", "error", error.template, harvest_object.guid, **error.values)
                report.findings.append(told)
            history.remember(harvest_object, history.REPORTS[stage], history.as_json(report))
            finishing.done(harvest_object, "failed")
            HarvestObjectError.create(_storable(message), harvest_object, stage)

        _persist(write)
        return "failed"


def _refresh_reports() -> None:
    """Some of the reports of quality that saves put out of date, each of which made only its own; readers make more."""
    if plugins.plugin_loaded("dresdensmartcity_catalogue"):
        try:
            reports.refresh_stale(reports.AT_A_READING)
        except sa.exc.SQLAlchemyError as error:
            log.warning("Reports of quality are left to their readers: %s", error)


PAUSES = (1.0, 3.0, 6.0, 0.0)  # seconds; a database that is started anew is back after some


def _persist(write: Callable[[], None]) -> None:
    """Save what went wrong. Where the database is away it is tried again, and in the end given up, with a log entry.

    Then ckanext-harvest cannot save the object's state either, so that the object is delivered again.
    """
    for pause in PAUSES:
        try:
            model.Session.rollback()
            write()
        except sa.exc.SQLAlchemyError:
            log.exception("An error of a harvest could not be saved")
            time.sleep(pause)
        else:
            return


def _storable(message: str) -> str:
    return message.replace("\0", "�")

"""The gather stage: what a source has, compared with what the portal has of it.

`read` asks the harvester; `plan` sorts its units into those with work, those that have not changed, and entries that
may be archived (removal.py decides). The same two make the preview of a dry run. `save` hands the work to the queue.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import ckan.model as model
from ckanext.harvest.model import HarvestObject, HarvestObjectExtra

from . import finishing, history, troubles, wording
from .fields import content_hash
from .publishing import is_published
from .records import Finding, HarvesterError, Report, Unit, as_list
from .removal import Decision, Rules, Seen, decide

if TYPE_CHECKING:
    from .base import Run, SmartCityHarvester

log = logging.getLogger(__name__)

FAILED = "failed"  # check of the finding that says what ended the reading


@dataclass
class Gathering:
    """What the gather stage knows, and learns, of the source as a whole."""

    # What the harvester left in `feed` when it last read the whole source without a failure, and all of it is there.
    remembered: dict[str, Any] | None = None
    # The harvester's to fill:
    feed: dict[str, Any] | None = None  # what to remember of the source's state; JSON
    unchanged: bool = False  # the source says that it is as it was then
    seen: set[str] = field(default_factory=set)  # entries that are there and give no unit, as they cannot be used
    incomplete: list[str] = field(default_factory=list)  # why what was read is not the whole source
    # Filled here: whether there was nothing at all, and what ended the reading.
    empty: bool = False
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """What a run has to do."""

    work: dict[str, Unit]
    unchanged: tuple[str, ...] = ()
    archive: Mapping[str, datetime] = field(default_factory=dict)  # entry -> since when it is missing
    entries: Mapping[str, history.Entry] = field(default_factory=dict)
    decision: Decision | None = None


def read(harvester: SmartCityHarvester, run: Run) -> dict[str, Unit]:
    """The units of the source by guid. Nothing escapes: what went wrong stands in `run.gathering` and the report."""
    units: dict[str, Unit] = {}
    findings = run.report.findings
    try:
        for found in harvester.units(run):
            if isinstance(found, Finding):
                findings.append(found)
            elif found.guid in units:
                findings.append(
                    Finding("duplicate", "error", "the source has this twice; the first is used", found.guid)
                )
            else:
                units[found.guid] = found
        gathered = run.gathering
        nothing = not (units or gathered.seen or gathered.unchanged)
        if nothing and not any(one.severity == "error" for one in findings):
            run.gathering.empty = True
            raise HarvesterError(wording.SOURCE_EMPTY, url=run.source.url)
    except HarvesterError as error:
        troubles.pass_on(error)
        run.gathering.failures.append(str(error))
        if error.template:  # so that pages say it in their language
            findings.append(Finding.of(FAILED, "error", error.template, error.place, **error.values))
    except Exception as error:
        troubles.pass_on(error)
        log.exception("Gathering of source %s failed", run.source.id)
        run.gathering.failures.append(unexpected(error))
    return units


def plan(harvester: SmartCityHarvester, run: Run, units: Mapping[str, Unit], past: Mapping[str, history.Past]) -> Plan:
    """What is to be done; counts and findings about it go into the report of the run."""
    entries = history.entries(run.source.id)
    unchanged = [guid for guid, unit in units.items() if guid in past and _as_before(harvester, run, unit, past[guid])]
    done = set(unchanged)
    work = {guid: unit for guid, unit in units.items() if guid not in done}
    gathered = run.gathering
    rules = harvester.removal(run)
    if gathered.unchanged:
        found = frozenset(key for key, one in entries.items() if not (one.clocks or one.left))
        unchanged = sorted(guid for guid, one in past.items() if one.entry(guid) in found)
        run.report.findings.append(Finding.of("unchanged", "info", wording.UNCHANGED_FEED))
    else:
        found = frozenset(unit.entry or guid for guid, unit in units.items()) | frozenset(gathered.seen)
    found |= {key for key, one in entries.items() if one.living}
    if unchanged:
        run.report.count("skipped", len(unchanged))
    if rules is None:
        if not gathered.failures:  # a run that broke off says nothing of what it did not see
            gone = sorted(key for key, one in entries.items() if key not in found and not one.left)
            run.report.findings += [Finding.of("missing", "warning", wording.MISSING_STAYS, key) for key in gone]
        return Plan(work, tuple(unchanged), entries=entries)
    broken_off = gathered.failures and not gathered.empty
    seen = Seen(found, not (gathered.incomplete or broken_off))
    decision = decide({key: one.known for key, one in entries.items()}, seen, datetime.now(timezone.utc), rules)
    run.report.findings += told(decision, rules)
    if decision.absent:
        run.report.count("missing", decision.absent - len(decision.archive))
    since = {key: one.known.missing_since for key, one in entries.items()}
    archive = {key: since[key] or datetime.now(timezone.utc) for key in decision.archive}
    return Plan(work, tuple(unchanged), archive, entries, decision)


def told(decision: Decision, rules: Rules) -> Iterable[Finding]:
    """The decision in words."""
    if decision.kept:
        text = {
            "empty": wording.KEPT_EMPTY,
            "incomplete": wording.KEPT_INCOMPLETE,
            "shrunk": wording.KEPT_SHRUNK,
        }[decision.kept]
        share = f"{rules.max_missing_share:.0%}"
        yield Finding.of("kept", "warning", text, absent=decision.absent, of=decision.of, share=share)
    for guid, since in decision.missing.items():
        due = decision.due[guid]
        yield Finding.of("missing", "warning", wording.MISSING, guid, since=day(since), due=day(due))
    for guid in decision.found_again:
        yield Finding.of("found-again", "info", wording.FOUND_AGAIN, guid)


def day(moment: datetime) -> str:
    """Down to the minute, in UTC, as people read it."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


def _as_before(harvester: SmartCityHarvester, run: Run, unit: Unit, past: history.Past) -> bool:
    if not past.active:
        return False
    if unit.content is None:
        return bool(unit.fingerprint) and past.extras.get(history.FINGERPRINT) == unit.fingerprint
    try:
        publications = as_list(harvester.publish(replace(run, report=Report()), unit, unit.content))
    except HarvesterError:
        return False  # the import says what is wrong
    if past.extras.get(history.CONTENT_HASH) != content_hash(run.city, publications):
        return False
    return len(publications) == 1 or is_published(run.city, publications)


def save(job_id: str, run: Run, plan: Plan, finishes: bool) -> list[str]:
    """Harvest objects for all that there is to do; their ids in the order in which they shall be worked on.

    `finishes`: the harvester has a finishing step, for which the job's first object carries the mark.
    """
    if plan.decision is not None:
        history.note_missing(plan.entries, plan.decision.missing)
    job, gathered = history.job(job_id), run.gathering
    about = {history.GATHER_REPORT: history.as_json(run.report)}
    if gathered.feed is not None and not (gathered.incomplete or gathered.failures):
        about[history.FEED] = json.dumps(gathered.feed, ensure_ascii=False)
    objects = [_work(job, unit) for unit in plan.work.values()]
    objects += [_object(job, key, {history.ARCHIVE: since.isoformat()}) for key, since in plan.archive.items()]
    if not objects and finishing.due(run.source.id):
        objects.append(_object(job, "", {finishing.FINISH_ONLY: "yes"}))
    if objects:
        # A job has no place of its own for what gathering saw; its first object keeps it.
        if finishes:
            about[finishing.FINISH] = "due"
        for key, text in about.items():
            history.remember(objects[0], key, text)
    elif run.report.checked or run.report.findings or run.report.counts:
        # It never reaches the queue; it only keeps what people need to see why there was nothing to publish.
        told = [one for one in run.report.findings if one.check != FAILED]
        # What ended the reading is an error of the job already, and is not counted twice where there is nothing else.
        more = told or run.report.checked or run.report.counts
        failed = bool(gathered.failures and more) or any(one.severity == "error" for one in told)
        one = _object(job, "", about)
        # A run that could not read its source completes nothing, and is tried again soon (queues/breaker.py).
        one.state = "ERROR" if failed or gathered.failures else "COMPLETE"
        one.report_status = "errored" if failed else "not modified"
    model.Session.flush()
    ids = [one.id for one in objects]
    model.Session.commit()
    return ids


def _work(job: Any, unit: Unit) -> Any:
    extras = {history.UNIT: json.dumps(unit.payload, ensure_ascii=False, sort_keys=True)}
    if unit.fingerprint:
        extras[history.FINGERPRINT] = unit.fingerprint
    if unit.entry and unit.entry != unit.guid:
        extras[history.ENTRY] = unit.entry
    content = None if unit.content is None else json.dumps(unit.content, ensure_ascii=False, sort_keys=True)
    return _object(job, unit.guid, extras, content)


def _object(job: Any, guid: str, extras: Mapping[str, str], content: str | None = None) -> Any:
    with model.Session.no_autoflush:
        # Into the session at once, as SQLAlchemy leaves objects that only their job knows out of a flush.
        one = HarvestObject(guid=guid, content=content)
        model.Session.add(one)
        one.job = job
        one.extras.extend(HarvestObjectExtra(key=key, value=text) for key, text in extras.items())
    return one


def unexpected(error: Exception) -> str:
    """What people read when it is our mistake."""
    return f"unexpected {type(error).__name__}: {error}. This is a mistake in the software; the log has the details."

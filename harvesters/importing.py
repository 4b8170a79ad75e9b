"""The import stage: bring the portal in line with what a unit is published as, and take out what is gone."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import ckan.model as model

from . import files, finishing, gathering, history, wording
from .fields import content_hash, package_id, resource_id
from .publishing import Outcome, TakenError, archive, ensure_organization, is_published, lock, publish, recognises
from .records import Finding, HarvesterError, Publication, Report, placed
from .settings import RemovalSettings
from .store import height

if TYPE_CHECKING:
    from .base import Run, SmartCityHarvester


SMALL_TABLE = 20  # rows; what a table of fewer loses is looked at by nobody but its checks


def alone(object_id: str) -> AbstractContextManager[None]:
    """Work on an object with nobody else at it.

    ckanext-harvest delivers an object again that is busy for more than three minutes. Who gets it the second time waits
    here until the first is through, or dead, and then finds out what is left to do. To go on at once would end the
    object, and with it perhaps the job, before its time.
    """
    return lock(f"object:{object_id}", seconds=0)


def bring(harvest_object: Any, run: Run, publications: list[Publication]) -> tuple[list[Outcome], bool]:
    """Publish what a unit is, and whether that changed nothing; raises HarvesterError."""
    if not publications:
        raise HarvesterError("the harvester made nothing of this unit")
    made = content_hash(run.city, publications)
    before = history.last(harvest_object)
    if before and history.value(before, history.CONTENT_HASH) == made and is_published(run.city, publications):
        history.note_fingerprint(harvest_object, before)
        _note_datasets(before, run, publications)
        return [history.nothing_done(run.city, one) for one in publications], True
    if before:
        refuse_what_shrank(run, publications)
    known = dict(history.datasets(before)) if before else {}
    outcomes = publish_all(harvest_object, run, publications, unknown=before is None)
    _note_datasets(harvest_object, run, publications)
    published = {one.package_id for one in outcomes}
    for guid, package in known.items():
        if package not in published and not history.in_use(run.source.id, package, ()):
            history.link_companion(harvest_object, guid, package, history.LEFT)
    # Only now: a unit that failed half-way must not look unchanged the next time.
    history.remember(harvest_object, history.CONTENT_HASH, made)
    return outcomes, all(one.result == "unchanged" for one in outcomes)


def publish_all(
    harvest_object: Any, run: Run, publications: list[Publication], companions: str = "", unknown: bool = False
) -> list[Outcome]:
    """Publish one after the other, each under its lock and committed.

    The last one is the object's own, unless `companions` says what state they all have. `unknown`: nobody remembers
    the unit, so that its tables count as changed even if they are there.
    """
    ensure_organization(run.city)
    finishing.touch(harvest_object, publications)
    outcomes = []
    for publication in publications:
        with lock(f"publication:{run.city.id}:{publication.guid}"):
            package = package_id(run.city, publication.guid)
            known = history.published_hash(publication.guid, package)
            if publication.foreign:
                refuse_what_is_not_its_own(run, publication, package)
            if publication is publications[-1] and not companions:
                history.link(harvest_object, package)
            else:
                history.link_companion(harvest_object, publication.guid, package, companions)
            outcome, fields_hash = publish(run.city, publication, known)
            if fields_hash != known:
                history.remember(harvest_object, history.published_key(publication.guid), fields_hash)
            changed = [table.name for table in publication.tables] if unknown else outcome.changed
            if publication.tables:
                finishing.wrote(harvest_object, publication.guid, changed)
            outcomes.append(outcome)
            # Inside the lock: who waits for it must see what was published.
            model.Session.commit()
    return outcomes


def refuse_what_shrank(run: Run, publications: list[Publication]) -> None:
    """A table that loses many rows at once is an accident of its source, as with entries (removal.py).

    Tables of a few rows may change as they like, and so may parts of tables that units share.
    """
    if not isinstance(run.settings, RemovalSettings):
        return
    share = run.settings.max_missing_share
    for publication in publications:
        for table in publication.tables:
            before = 0 if table.scope else height(resource_id(run.city, publication.guid, table.name))
            now = len(table.rows) if table.frame is None else table.frame.height
            if before >= SMALL_TABLE and now < before * (1 - share):
                values = {"now": now, "before": before, "share": f"{share:.0%}"}
                raise HarvesterError(wording.TABLE_SHRANK, f"{publication.guid}, {table.name}", **values)


def _note_datasets(harvest_object: Any, run: Run, publications: list[Publication]) -> None:
    if len(publications) > 1:
        made = [[one.guid, package_id(run.city, one.guid)] for one in publications]
        history.remember(harvest_object, history.DATASETS, json.dumps(made))


def refuse_what_is_not_its_own(run: Run, publication: Publication, package: str) -> None:
    """Whoever writes a feed chooses its IRIs, and must not reach the entries of others with them."""
    if model.Package.get(package) is None:
        return
    owner = history.owner(package, run.source.id)
    if owner:
        raise TakenError(wording.TAKEN, owner=owner)
    if owner == "" and not recognises(publication, package):
        raise TakenError(wording.TAKEN_BY_HAND, package=package)


def take_out(harvester: SmartCityHarvester, harvest_object: Any, run: Run, since: datetime) -> list[Outcome]:
    """Archive what only this entry was published as, and let the harvester mark it in what it shares with others."""
    key, source = harvest_object.guid, harvest_object.harvest_source_id
    entry = history.entries(source).get(key)
    if entry is None or entry.living:
        return []  # it was delivered twice, and is done; or a unit gives it again
    stored = finishing.StoredTables(run.city)
    marked = list(harvester.retire(run, key, since, stored))
    outcomes = publish_all(harvest_object, run, marked, companions=harvest_object.id) if marked else []
    archived = None
    for guid, package in entry.datasets:
        if history.in_use(source, package, entry.objects):
            continue
        with lock(f"publication:{run.city.id}:{guid}"):
            kind = archive(package)
            archived = package
            history.release_companion(source, package)
            if kind:
                outcomes.append(Outcome(guid, kind, package, "archived"))
            model.Session.commit()
    history.release(harvest_object, entry.objects, archived)
    text = wording.ARCHIVED if archived else wording.GONE
    run.report.findings.append(Finding.of("archived", "info", text, key, since=gathering.day(since)))
    return outcomes


def finish(harvester: SmartCityHarvester, harvest_object: Any, run: Run, marks: finishing.Marks) -> None:
    """Make what needs several units, and bring files in step with their tables; raises HarvesterError."""
    made = list(harvester.finish(run, finishing.StoredTables(run.city, marks.changed)))
    outcomes = publish_all(harvest_object, run, made, companions=history.FINISHED) if made else []
    changed = {guid for guid, _ in marks.changed} | {one.guid for one in outcomes if one.changed}
    files.refresh(run.city, sorted(changed))
    history.remember(harvest_object, history.FINISH_REPORT, history.as_json(run.report, outcomes))
    finishing.settle(harvest_object, marks)
    model.Session.commit()


def errors_of(report: Report) -> list[str]:
    """What the form of ckanext-harvest's errors holds of the findings that are errors."""
    return [placed(one.message, one.place) for one in report.findings if one.severity == "error"]

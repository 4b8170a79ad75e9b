"""What earlier and present runs left in ckanext-harvest's tables: units, hashes, reports.

Kept as extras of harvest objects, so they need no table of our own and go when a source's history is cleared; then the
next run compares with the portal once more and finds out anew.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import ckan.model as model
import sqlalchemy as sa
from ckanext.dresdensmartcity.city.model import City
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObject, HarvestObjectExtra, HarvestSource

from .publishing import Outcome, package_id
from .records import Finding, Publication, Report, Unit
from .removal import Known

UNIT = "unit"
GATHER_REPORT = "report_gather"
FETCH_REPORT = "report_fetch"
IMPORT_REPORT = "report_import"
CONTENT_HASH = "content_hash"
FINGERPRINT = "fingerprint"  # of what a unit was made from, where its content is only fetched when that changes
MISSING_SINCE = "missing_since"  # first complete run without the unit; on its current object
ARCHIVE = "archive"  # the object's task is to archive its unit; holds since when it is missing
COMPANION = "companion"  # the object only links a further dataset of a unit; holds the unit's object
FEED = "feed"  # what the source said of the state of its feed (ETag …), and what it was read with
REPORTS = {"Gather": GATHER_REPORT, "Fetch": FETCH_REPORT, "Import": IMPORT_REPORT}


def job(identifier: str) -> Any:
    return HarvestJob.get(identifier)


def unit(harvest_object: Any) -> Unit:
    """The unit that the gather stage made this object for."""
    return Unit(harvest_object.guid, json.loads(value(harvest_object, UNIT) or "{}"))


def value(harvest_object: Any, key: str) -> str | None:
    return next((extra.value for extra in harvest_object.extras if extra.key == key), None)


def remember(harvest_object: Any, key: str, text: str) -> None:
    """Set an extra of the object; not committed."""
    for extra in harvest_object.extras:
        if extra.key == key:
            extra.value = text
            return
    harvest_object.extras.append(HarvestObjectExtra(key=key, value=text))


def as_json(report: Report, outcomes: Collection[Outcome] = ()) -> str:
    return json.dumps(
        {**asdict(report), "outcomes": [asdict(one) for one in outcomes]}, ensure_ascii=False, sort_keys=True
    )


def published_key(guid: str) -> str:
    return f"published:{guid}"


def published_hash(guid: str) -> str | None:
    """The hash of the fields that were last published under this guid, by whichever unit."""
    found: str | None = model.Session.scalar(
        sa.select(HarvestObjectExtra.value)
        .join(HarvestObject, HarvestObject.id == HarvestObjectExtra.harvest_object_id)
        .where(HarvestObjectExtra.key == published_key(guid))
        .order_by(HarvestObject.import_started.desc().nulls_last())
        .limit(1)
    )
    return found


def last_hash(harvest_object: Any) -> str | None:
    """The hash of what was last published for the same unit of the same source."""
    last = _current(harvest_object).order_by(HarvestObject.import_finished.desc().nulls_last()).first()
    return value(last, CONTENT_HASH) if last else None


def note_fingerprint(harvest_object: Any) -> None:
    """The unit is as it was although what it was made from is not: its current object gets the new fingerprint."""
    text = value(harvest_object, FINGERPRINT)
    last = _current(harvest_object).order_by(HarvestObject.import_finished.desc().nulls_last()).first()
    if text and last:
        remember(last, FINGERPRINT, text)


def link(harvest_object: Any, package: str) -> None:
    """Let the object stand for its unit from now on; not committed.

    Done before the package is saved, as ckanext-harvest puts the source into the search index at that moment; the
    foreign key waits until the package is there.
    """
    model.Session.execute(sa.text("SET CONSTRAINTS harvest_object_package_id_fkey DEFERRED"))
    _current(harvest_object).update({"current": False}, synchronize_session=False)
    harvest_object.package_id = package
    harvest_object.current = True
    model.Session.flush()


def link_companion(harvest_object: Any, guid: str, package: str) -> None:
    """Link a further dataset of the unit with its source; not committed.

    ckanext-harvest links one object with one dataset; the source's page and count would miss all others. Units that
    share a dataset, such as their series, share its companion.
    """
    known = model.Session.scalar(
        sa.select(HarvestObject.id)
        .where(
            HarvestObject.harvest_source_id == harvest_object.harvest_source_id,
            HarvestObject.package_id == package,
            HarvestObject.current.is_(True),
        )
        .limit(1)
    )
    if known:
        return
    model.Session.execute(sa.text("SET CONSTRAINTS harvest_object_package_id_fkey DEFERRED"))
    extra = HarvestObjectExtra(key=COMPANION, value=harvest_object.id)
    # It belongs to no job, as it would count there as a unit.
    one = HarvestObject(guid=guid, source=harvest_object.source, package_id=package, state="COMPLETE", extras=[extra])
    one.current = True
    model.Session.add(one)
    model.Session.flush()


def release(harvest_object: Any, package: str) -> None:
    """The unit is archived: no object stands for it any more; not committed. ckanext-harvest counts it as deleted."""
    _current(harvest_object).update({"current": False}, synchronize_session=False)
    harvest_object.package_id = package
    harvest_object.current = False
    model.Session.flush()


def _current(harvest_object: Any) -> Any:
    return model.Session.query(HarvestObject).filter(
        HarvestObject.guid == harvest_object.guid,
        HarvestObject.harvest_source_id == harvest_object.harvest_source_id,
        HarvestObject.current.is_(True),
        HarvestObject.id != harvest_object.id,
    )


def nothing_done(city: City, publication: Publication) -> Outcome:
    return Outcome(publication.guid, publication.kind, package_id(city, publication.guid), "unchanged")


@dataclass(frozen=True)
class Past:
    """What earlier runs left about one unit of a source."""

    object_id: str
    package_id: str | None
    active: bool  # its dataset is there
    extras: Mapping[str, str] = field(default_factory=dict)

    @property
    def known(self) -> Known:
        since = self.extras.get(MISSING_SINCE)
        return Known(datetime.fromisoformat(since) if since else None)


def past(source_id: str) -> dict[str, Past]:
    """All units of the source that are published, by guid; two queries, however many there are."""
    objects = model.Session.execute(
        sa.select(HarvestObject.guid, HarvestObject.id, HarvestObject.package_id, model.Package.state)
        .outerjoin(model.Package, model.Package.id == HarvestObject.package_id)
        .where(HarvestObject.harvest_source_id == source_id, HarvestObject.current.is_(True))
        .order_by(HarvestObject.import_finished.asc().nulls_first())
    ).all()
    extras: dict[str, dict[str, str]] = {}
    wanted = (CONTENT_HASH, FINGERPRINT, MISSING_SINCE, COMPANION)
    for row in model.Session.execute(
        sa.select(HarvestObjectExtra.harvest_object_id, HarvestObjectExtra.key, HarvestObjectExtra.value)
        .join(HarvestObject, HarvestObject.id == HarvestObjectExtra.harvest_object_id)
        .where(
            HarvestObject.harvest_source_id == source_id,
            HarvestObject.current.is_(True),
            HarvestObjectExtra.key.in_(wanted),
        )
    ):
        extras.setdefault(row.harvest_object_id, {})[row.key] = row.value
    return {
        row.guid: Past(row.id, row.package_id, row.state == model.State.ACTIVE, extras.get(row.id, {}))
        for row in objects
        if COMPANION not in extras.get(row.id, {})
    }


def note_missing(before: Mapping[str, Past], since: Mapping[str, datetime]) -> None:
    """Remember since when units are missing, and forget it of all others; not committed."""
    extra = HarvestObjectExtra.__table__
    for guid, one in before.items():
        text = since[guid].isoformat() if guid in since else None
        if one.extras.get(MISSING_SINCE) == text:
            continue
        # Past the session, which may still hold an extra that is no longer there.
        model.Session.execute(
            extra.delete().where(extra.c.harvest_object_id == one.object_id, extra.c.key == MISSING_SINCE)
        )
        if text is not None:
            new = {"id": str(uuid.uuid4()), "harvest_object_id": one.object_id, "key": MISSING_SINCE, "value": text}
            model.Session.execute(extra.insert().values(**new))


def missing(before: Collection[str], found: Collection[str]) -> list[Finding]:
    """What the source held once and does not any more: said, and left alone."""
    return [
        Finding("missing", "warning", "is no longer in the source; what was published of it stays", guid)
        for guid in sorted(set(before) - set(found))
    ]


def owner(package: str, source_id: str) -> str | None:
    """Title of another active source that publishes this dataset, "" where nobody says that he does; else None.

    None: this source published it, or what did is gone.
    """
    rows = model.Session.execute(
        sa.select(HarvestObject.harvest_source_id, HarvestSource.title, HarvestSource.active, HarvestObject.current)
        .join(HarvestSource, HarvestSource.id == HarvestObject.harvest_source_id)
        .where(HarvestObject.package_id == package)
    ).all()
    if any(row.harvest_source_id == source_id for row in rows):
        return None
    others = [row.title for row in rows if row.active and row.current]
    if others:
        return str(others[0])
    return None if rows else ""


def last_feed(source_id: str) -> dict[str, Any] | None:
    """What the last run that read the whole source remembered of it; None where that run had any failure."""
    row = model.Session.execute(
        sa.select(HarvestObjectExtra.value, HarvestObject.harvest_job_id)
        .join(HarvestObject, HarvestObject.id == HarvestObjectExtra.harvest_object_id)
        .where(HarvestObjectExtra.key == FEED, HarvestObject.harvest_source_id == source_id)
        .order_by(HarvestObject.gathered.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    failed = model.Session.scalar(
        sa.select(sa.func.count())
        .select_from(HarvestObject)
        .where(HarvestObject.harvest_job_id == row.harvest_job_id, HarvestObject.state != "COMPLETE")
    )
    errors = model.Session.scalar(
        sa.select(sa.func.count())
        .select_from(HarvestGatherError)
        .where(HarvestGatherError.harvest_job_id == row.harvest_job_id)
    )
    if failed or errors:
        return None
    state: dict[str, Any] = json.loads(row.value)
    return state

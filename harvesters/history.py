"""What earlier and present runs left in ckanext-harvest's tables: units, hashes, reports.

Kept as extras of harvest objects, so they need no table of our own and go when a source's history is cleared; then the
next run compares with the portal once more and finds out anew.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

import ckan.model as model
import sqlalchemy as sa
from ckanext.dresdensmartcity.city.model import City
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestObjectExtra

from .publishing import Outcome, package_id
from .records import Finding, Publication, Report, Unit

UNIT = "unit"
GATHER_REPORT = "report_gather"
FETCH_REPORT = "report_fetch"
IMPORT_REPORT = "report_import"
CONTENT_HASH = "content_hash"
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


def _current(harvest_object: Any) -> Any:
    return model.Session.query(HarvestObject).filter(
        HarvestObject.guid == harvest_object.guid,
        HarvestObject.harvest_source_id == harvest_object.harvest_source_id,
        HarvestObject.current.is_(True),
        HarvestObject.id != harvest_object.id,
    )


def nothing_done(city: City, publication: Publication) -> Outcome:
    return Outcome(publication.guid, publication.kind, package_id(city, publication.guid), "unchanged")


def missing(source_id: str, found: Collection[str]) -> list[Finding]:
    """What the source held once and does not any more: said, and left alone."""
    once = model.Session.scalars(
        sa.select(HarvestObject.guid)
        .where(HarvestObject.harvest_source_id == source_id, HarvestObject.current.is_(True))
        .distinct()
    )
    return [
        Finding("missing", "warning", "is no longer in the source; what was published of it stays", guid)
        for guid in sorted(set(once) - set(found))
    ]

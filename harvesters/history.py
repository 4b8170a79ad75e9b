"""What earlier and present runs left in ckanext-harvest's tables: units, hashes, reports.

Kept as extras of harvest objects, so they need no table of our own and go when a source's history is cleared; then the
next run compares with the portal once more and finds out anew.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import ckan.model as model
import sqlalchemy as sa
from ckanext.dresdensmartcity.city.model import City
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestObject, HarvestObjectExtra, HarvestSource

from .fields import package_id
from .publishing import Outcome
from .records import Publication, Report, Unit
from .removal import Known

UNIT = "unit"
GATHER_REPORT = "report_gather"
FETCH_REPORT = "report_fetch"
IMPORT_REPORT = "report_import"
CONTENT_HASH = "content_hash"
FINGERPRINT = "fingerprint"  # of what a unit was made from, where its content is only fetched when that changes
MISSING_SINCE = "missing_since"  # first complete run without the unit; on its current object
ARCHIVE = "archive"  # the object's task is to archive its unit; holds since when it is missing
COMPANION = "companion"  # the object only links a further dataset with its source; see `Companion`
ENTRY = "entry"  # what of the source the unit is a part of, where that is not the unit itself
DATASETS = "datasets"  # all that the unit was published as, where that is more than one: [[guid, package id], …]
FEED = "feed"  # what the source said of the state of its feed (ETag …), and what it was read with
FINISH_REPORT = "report_finish"
# States of a companion, in place of the object that it was first made for:
LEFT = "left"  # the unit that it was published by does not give it any more, and no other does
FINISHED = "finish"  # made when a job was finished, of several units
REPORTS = {"Gather": GATHER_REPORT, "Fetch": FETCH_REPORT, "Import": IMPORT_REPORT, "Finish": FINISH_REPORT}


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


def published_hash(guid: str, package: str) -> str | None:
    """The hash of the fields that were last published under this guid, by whichever unit; `package` is its dataset.

    Every source that ever published it has an object that is linked with the dataset, the unit's own or a companion:
    so only objects of these sources are looked at, and none for a dataset that is new. Keys of extras have no index.
    """
    linked = sa.select(HarvestObject.harvest_source_id).where(HarvestObject.package_id == package)
    sources = list(model.Session.scalars(linked.distinct()))
    if not sources:
        return None
    found: str | None = model.Session.scalar(
        sa.select(HarvestObjectExtra.value)
        .join(HarvestObject, HarvestObject.id == HarvestObjectExtra.harvest_object_id)
        .where(HarvestObject.harvest_source_id.in_(sources), HarvestObjectExtra.key == published_key(guid))
        .order_by(HarvestObject.import_started.desc().nulls_last())
        .limit(1)
    )
    return found


def datasets(harvest_object: Any) -> list[tuple[str, str]]:
    """Guid and package of all that the unit was published as when this object was imported."""
    text = value(harvest_object, DATASETS)
    if text:
        return [(guid, package) for guid, package in json.loads(text)]
    return [(harvest_object.guid, harvest_object.package_id)] if harvest_object.package_id else []


def last(harvest_object: Any) -> Any:
    """The object that stands for the same unit until now, or None."""
    return _current(harvest_object).order_by(HarvestObject.import_finished.desc().nulls_last()).first()


def note_fingerprint(harvest_object: Any, before: Any) -> None:
    """The unit is as it was although what it was made from is not: `before`, its current object, gets the new one."""
    if text := value(harvest_object, FINGERPRINT):
        remember(before, FINGERPRINT, text)


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


def link_companion(harvest_object: Any, guid: str, package: str, why: str = "") -> None:
    """Link a further dataset with the source; not committed. `why` is the companion's state, else the object's id.

    ckanext-harvest links one object with one dataset; the source's page and count would miss all others. Units that
    share a dataset, such as their series, share its companion.
    """
    known = (
        model.Session.query(HarvestObject)
        .filter(
            HarvestObject.harvest_source_id == harvest_object.harvest_source_id,
            HarvestObject.package_id == package,
            HarvestObject.current.is_(True),
        )
        .first()
    )
    if known is not None:
        state = value(known, COMPANION)
        if state is not None and (why or state == LEFT):
            remember(known, COMPANION, why or harvest_object.id)
            if not why:  # it is there again
                known.extras[:] = [extra for extra in known.extras if extra.key != MISSING_SINCE]
        model.Session.flush()
        return
    model.Session.execute(sa.text("SET CONSTRAINTS harvest_object_package_id_fkey DEFERRED"))
    extra = HarvestObjectExtra(key=COMPANION, value=why or harvest_object.id)
    # It belongs to no job, as it would count there as a unit.
    one = HarvestObject(guid=guid, source=harvest_object.source, package_id=package, state="COMPLETE", extras=[extra])
    one.current = True
    model.Session.add(one)
    model.Session.flush()


def in_use(source_id: str, package: str, without: Collection[str]) -> bool:
    """Whether a unit of the source, other than these objects stand for, is published in the dataset too."""
    about = sa.select(HarvestObject.id).outerjoin(
        HarvestObjectExtra,
        sa.and_(
            HarvestObjectExtra.harvest_object_id == HarvestObject.id,
            HarvestObjectExtra.key.in_((DATASETS, COMPANION)),
        ),
    )
    mine = sa.and_(
        HarvestObject.harvest_source_id == source_id,
        HarvestObject.current.is_(True),
        HarvestObject.id.not_in(list(without) or [""]),
        sa.or_(
            sa.and_(HarvestObject.package_id == package, sa.func.coalesce(HarvestObjectExtra.key, "") != COMPANION),
            sa.and_(HarvestObjectExtra.key == DATASETS, HarvestObjectExtra.value.contains(f'"{package}"')),
            sa.and_(
                HarvestObject.package_id == package,
                HarvestObjectExtra.key == COMPANION,
                HarvestObjectExtra.value == FINISHED,
            ),
        ),
    )
    return model.Session.scalar(about.where(mine).limit(1)) is not None


def release(harvest_object: Any, objects: Collection[str], package: str | None) -> None:
    """These objects stand for nothing any more; not committed. ckanext-harvest counts `harvest_object` as deleted."""
    if objects:
        model.Session.query(HarvestObject).filter(HarvestObject.id.in_(list(objects))).update(
            {"current": False}, synchronize_session=False
        )
    if package is not None:
        harvest_object.package_id = package
    harvest_object.current = False
    model.Session.flush()


def release_companion(source_id: str, package: str) -> None:
    """The dataset was archived, so that no companion links it with its source any more; not committed."""
    companions = sa.select(HarvestObjectExtra.harvest_object_id).where(HarvestObjectExtra.key == COMPANION)
    model.Session.query(HarvestObject).filter(
        HarvestObject.harvest_source_id == source_id,
        HarvestObject.package_id == package,
        HarvestObject.current.is_(True),
        HarvestObject.id.in_(companions),
    ).update({"current": False}, synchronize_session=False)


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

    def entry(self, guid: str) -> str:
        """What of the source the unit is a part of."""
        return self.extras.get(ENTRY) or guid

    def datasets(self, guid: str) -> list[tuple[str, str]]:
        """Guid and package of all that the unit is published as."""
        if text := self.extras.get(DATASETS):
            return [(one, package) for one, package in json.loads(text)]
        return [(guid, self.package_id)] if self.package_id else []


@dataclass(frozen=True)
class Entry:
    """Something that the source may lose: a unit, what several units are parts of, or a dataset of a unit."""

    objects: tuple[str, ...]  # that stand for it
    datasets: tuple[tuple[str, str], ...]  # guid and package
    clocks: Mapping[str, str] = field(default_factory=dict)  # object -> since when the entry is missing
    left: bool = False  # no unit gives it any more, so that no run finds it
    living: bool = False  # a dataset that is there as long as its units are

    @property
    def known(self) -> Known:
        return Known(min((datetime.fromisoformat(text) for text in self.clocks.values()), default=None))


def past(source_id: str) -> dict[str, Past]:
    """All units of the source that are published, by guid; two queries, however many there are."""
    return {guid: one for guid, one in _past(source_id) if COMPANION not in one.extras}


def entries(source_id: str) -> dict[str, Entry]:
    """All that a run of the source may miss: its units, put together by entry, and further datasets of theirs."""
    units: dict[str, list[tuple[str, Past]]] = {}
    found: dict[str, Entry] = {}
    for guid, one in _past(source_id):
        state = one.extras.get(COMPANION)
        if state is None:
            units.setdefault(one.entry(guid), []).append((guid, one))
        elif state != FINISHED and one.package_id:
            found[guid] = Entry(
                (one.object_id,), ((guid, one.package_id),), _clocks([one]), state == LEFT, state != LEFT
            )
    for key, parts in units.items():
        datasets = dict.fromkeys(dataset for guid, one in parts for dataset in one.datasets(guid))
        ones = [one for _, one in parts]
        found[key] = Entry(tuple(one.object_id for one in ones), tuple(datasets), _clocks(ones))
    return found


def _clocks(parts: Iterable[Past]) -> dict[str, str]:
    return {one.object_id: one.extras[MISSING_SINCE] for one in parts if MISSING_SINCE in one.extras}


def _past(source_id: str) -> list[tuple[str, Past]]:
    objects = model.Session.execute(
        sa.select(HarvestObject.guid, HarvestObject.id, HarvestObject.package_id, model.Package.state)
        .outerjoin(model.Package, model.Package.id == HarvestObject.package_id)
        .where(HarvestObject.harvest_source_id == source_id, HarvestObject.current.is_(True))
        .order_by(HarvestObject.import_finished.asc().nulls_first())
    ).all()
    extras: dict[str, dict[str, str]] = {}
    wanted = (CONTENT_HASH, FINGERPRINT, MISSING_SINCE, COMPANION, ENTRY, DATASETS)
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
    return [
        (row.guid, Past(row.id, row.package_id, row.state == model.State.ACTIVE, extras.get(row.id, {})))
        for row in objects
    ]


def note_missing(before: Mapping[str, Entry], since: Mapping[str, datetime]) -> None:
    """Remember since when entries are missing, and forget it of all others; not committed."""
    extra = HarvestObjectExtra.__table__
    for key, one in before.items():
        text = since[key].isoformat() if key in since else None
        if text in one.clocks.values() or (text is None and not one.clocks):
            continue
        # Past the session, which may still hold an extra that is no longer there.
        model.Session.execute(
            extra.delete().where(extra.c.harvest_object_id.in_(one.objects), extra.c.key == MISSING_SINCE)
        )
        if text is not None:
            new = {"id": str(uuid.uuid4()), "harvest_object_id": one.objects[0], "key": MISSING_SINCE, "value": text}
            model.Session.execute(extra.insert().values(**new))


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

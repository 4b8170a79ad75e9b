"""The report of a run, put together from what its units left: for people on the job's page, and the same as JSON."""

from __future__ import annotations

import json
from typing import Any, TypedDict

import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestObjectExtra, HarvestSource

from . import finishing, history

# From a dataset's point of view: what happened to it in a run is the strongest of what its units did.
STRENGTH = ("unchanged", "changed", "new")
RESULTS = (*STRENGTH, "archived")
COUNTED = ("dataset", "actor", "project")  # kinds that are what a source is about
# Findings of one kind are many when a source is broken; the report shows some of each and says how many there are.
FINDINGS_SHOWN = 200
DATASETS_SHOWN = 200


class Told(TypedDict):
    """A sentence with what it is filled with; template and values are empty where it has no translation."""

    message: str
    template: str
    values: dict[str, Any]
    place: str  # the unit that it is about, where units say different things


class DatasetReport(TypedDict):
    """What a run did with a dataset, series or service."""

    id: str
    name: str  # empty where it is not there any more
    title: str
    type: str
    guid: str
    result: str  # new, changed, unchanged, archived
    revived: bool
    rows: dict[str, int]  # new, changed, removed, unchanged


class JobReport(TypedDict):
    """What the action gives; `counts` holds datasets and rows."""

    job_id: str
    source_id: str
    source_name: str
    source_title: str
    status: str  # New, Running, Finished
    created: str
    finished: str | None
    seconds: int | None  # from the beginning of gathering to the end of the last unit
    counts: dict[str, int]
    tallies: dict[str, dict[str, int]]  # what is summed up by kind: lifted, not_understood, formats, media_types
    checked: list[str]
    checks: list[Told]  # the same with templates
    datasets: list[DatasetReport]  # what changed stands first; of many only some
    datasets_total: int
    findings: list[dict[str, Any]]
    findings_total: int
    errors: list[dict[str, str]]  # stage, guid, message; object_id where there is one
    units: dict[str, int]  # by ckanext-harvest's state


def job_report(job_id: str) -> JobReport:
    """The report of a job; raises ObjectNotFound."""
    job = HarvestJob.get(job_id)
    if job is None:
        raise tk.ObjectNotFound(f"There is no harvest job {job_id}")
    # ckanext-harvest leaves texts in the columns of times of a job that it has just finished.
    model.Session.refresh(job)
    source = HarvestSource.get(job.source_id)
    package = model.Package.get(job.source_id)
    parts = [{**json.loads(text), "guid": guid} for guid, text in _stored(job_id)]
    findings = _unique(finding for part in parts for finding in part["findings"])
    checks = _checks(parts)
    datasets = _datasets(parts)
    errors = _errors(job)
    return {
        "job_id": job_id,
        "source_id": job.source_id,
        "source_name": package.name if package else job.source_id,
        "source_title": source.title,
        "status": job.status,
        "created": _utc(job.created) or "",
        "finished": _utc(job.finished),
        "seconds": round((job.finished - job.gather_started).total_seconds())
        if job.finished and job.gather_started
        else None,
        "counts": _counts(parts, len(errors)),
        "tallies": _tallies(parts),
        "checked": [one["message"] for one in checks],
        "checks": checks,
        "datasets": _named(datasets[:DATASETS_SHOWN]),
        "datasets_total": len(datasets),
        "findings": findings[:FINDINGS_SHOWN],
        "findings_total": len(findings),
        "errors": errors,
        "units": _states(job_id),
    }


def _stored(job_id: str) -> list[tuple[str, str]]:
    return [
        (row.guid, row.value)
        for row in model.Session.execute(
            sa.select(HarvestObject.guid, HarvestObjectExtra.value)
            .join(HarvestObject, HarvestObject.id == HarvestObjectExtra.harvest_object_id)
            .where(HarvestObject.harvest_job_id == job_id, HarvestObjectExtra.key.in_(history.REPORTS.values()))
            .order_by(HarvestObject.gathered, HarvestObject.guid, HarvestObjectExtra.key)
        )
    ]


def _counts(parts: list[dict[str, Any]], failed: int) -> dict[str, int]:
    counts: dict[str, int] = {"read": 0}
    results: dict[str, str] = {}
    others: dict[str, str] = {}  # series and services
    rows = {"new": 0, "changed": 0, "removed": 0, "unchanged": 0}
    archived = revived = 0
    for part in parts:
        for what, number in part["counts"].items():
            counts[what] = counts.get(what, 0) + number
        for outcome in part["outcomes"]:
            revived += bool(outcome.get("revived"))
            if outcome["result"] == "archived":
                archived += 1
                continue
            for what in rows:
                rows[what] += outcome["rows"][what]
            # Several units may share a dataset or series; it counts once.
            kinds = results if outcome["kind"] in COUNTED else others
            known = kinds.get(outcome["guid"], "unchanged")
            kinds[outcome["guid"]] = max(known, outcome["result"], key=STRENGTH.index)
    skipped = counts.pop("skipped", 0)
    for result in ("new", "changed", "unchanged"):
        counts[result] = sum(one == result for one in results.values())
    counts["unchanged"] += skipped
    for result in ("new", "changed"):
        if number := sum(one == result for one in others.values()):
            counts[f"series_and_services_{result}"] = number
    counts |= {what: number for what, number in (("archived", archived), ("revived", revived)) if number}
    counts.setdefault("rejected", 0)
    counts["failed"] = failed
    return counts | {f"rows_{what}": number for what, number in rows.items()}


def _checks(parts: list[dict[str, Any]]) -> list[Told]:
    """Each sentence once; with its unit where only one says it and others say others."""
    found: dict[str, Told] = {}
    places: dict[str, set[str]] = {}
    for part in parts:
        for one in part["checked"]:
            told = {"message": one, "template": "", "values": {}} if isinstance(one, str) else one
            found.setdefault(told["message"], {**told, "place": ""})
            places.setdefault(told["message"], set()).add(part["guid"])
    if len(set().union(*places.values())) > 1:
        for message, units in places.items():
            if len(units) == 1:
                found[message]["place"] = next(iter(units))
    return list(found.values())


def _datasets(parts: list[dict[str, Any]]) -> list[DatasetReport]:
    """All that was published, once each: what units and the finish did to it together, what changed most first."""
    found: dict[str, DatasetReport] = {}
    for outcome in (outcome for part in parts for outcome in part["outcomes"]):
        known = found.setdefault(
            outcome["package_id"],
            {
                "id": outcome["package_id"],
                "name": "",
                "title": outcome["guid"],
                "type": outcome["kind"],
                "guid": outcome["guid"],
                "result": "unchanged",
                "revived": False,
                "rows": {"new": 0, "changed": 0, "removed": 0, "unchanged": 0},
            },
        )
        known["result"] = max(known["result"], outcome["result"], key=RESULTS.index)
        known["revived"] |= bool(outcome.get("revived"))
        for what in known["rows"]:
            known["rows"][what] += outcome["rows"][what]
    return sorted(
        found.values(), key=lambda one: (-RESULTS.index(one["result"]), one["type"] not in COUNTED, one["guid"])
    )


def _named(datasets: list[DatasetReport]) -> list[DatasetReport]:
    """With the titles and names that they have now."""
    rows = model.Session.execute(
        sa.select(model.Package.id, model.Package.name, model.Package.title, model.Package.state).where(
            model.Package.id.in_([one["id"] for one in datasets])
        )
    )
    known = {row.id: row for row in rows}
    for one in datasets:
        if row := known.get(one["id"]):
            one["title"] = row.title or row.name
            one["name"] = row.name if row.state == model.State.ACTIVE else ""
    return datasets


def _tallies(parts: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """Sums of all parts, the largest first."""
    sums: dict[str, dict[str, int]] = {}
    for part in parts:
        for group, tally in part.get("tallies", {}).items():
            for what, number in tally.items():
                group_sums = sums.setdefault(group, {})
                group_sums[what] = group_sums.get(what, 0) + number
    return {
        group: dict(sorted(tally.items(), key=lambda one: (-one[1], one[0]))) for group, tally in sorted(sums.items())
    }


def _unique(findings: Any) -> list[dict[str, Any]]:
    seen: dict[str, dict[str, Any]] = {}
    for finding in findings:
        seen.setdefault(json.dumps(finding, sort_keys=True), finding)
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(seen.values(), key=lambda one: order[one["severity"]])


def _errors(job: Any) -> list[dict[str, str]]:
    gathering = [_job_error(error.message) for error in job.gather_errors]
    objects = model.Session.query(HarvestObject).filter(HarvestObject.harvest_job_id == job.id)
    return gathering + [
        {"stage": error.stage, "guid": one.guid, "message": error.message, "object_id": one.id}
        for one in objects.filter(HarvestObject.errors.any()).order_by(HarvestObject.guid)
        for error in one.errors
    ]


def _job_error(message: str) -> dict[str, str]:
    finish = f"{finishing.PLACE}: "
    stage = "Finish" if message.startswith(finish) else "Gather"
    return {"stage": stage, "guid": "", "message": message.removeprefix(finish)}


def _states(job_id: str) -> dict[str, int]:
    rows = model.Session.execute(
        sa.select(HarvestObject.state, sa.func.count().label("number"))
        .where(HarvestObject.harvest_job_id == job_id)
        .group_by(HarvestObject.state)
    )
    return {row.state: row.number for row in rows}


def _utc(moment: Any) -> str | None:
    # ckanext-harvest stores UTC without saying so.
    return f"{moment.isoformat(timespec='seconds')}Z" if moment else None

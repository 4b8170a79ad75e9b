"""Workers over a real portal: what they take, what they give up, and what is planned again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ckan import model
from ckanext.dresdensmartcity.harvesters.queues import breaker
from ckanext.dresdensmartcity.harvesters.queues.claims import Claims, ClaimsLostError, Kind
from ckanext.dresdensmartcity.harvesters.queues.manager import tick
from ckanext.dresdensmartcity.harvesters.queues.worker import Settings, Worker
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestSource
from sources import Source, body, status
from traffic import TrafficHarvester

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.provide_plugin("test_traffic", TrafficHarvester),
    pytest.mark.ckan_config(
        "ckan.plugins", "dresdensmartcity test_traffic harvest dcat scheming_datasets datastore activity"
    ),
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.timeout", 1),
    pytest.mark.usefixtures("portal", "traffic_table"),
]

ROWS = [{"day": "2026-10-03", "place": "Brücke", "count": 1, "share": None, "counted": None}]
SETTINGS = Settings(unit_s=60, gather_s=60, break_after=3)


def as_json(value: Any) -> Any:
    return body(json.dumps(value).encode(), "application/json")


def listed(source: Source, number: int, answer: Any) -> str:
    """A list of so many units, each with this answer."""
    entries = [{"guid": f"u{one}", "url": source.serve(f"/u{one}", answer)} for one in range(number)]
    return source.serve("/list", as_json(entries))


def work() -> None:
    """All that there is to do, and the end of the jobs."""
    Worker(SETTINGS, once=True).run()
    model.Session.remove()


@pytest.fixture
def claims() -> Iterator[Claims]:
    one = Claims(model.meta.engine.url, "test")
    one.open()
    yield one
    one.close()


def start(run: Any) -> str:
    return str(run.act("harvest_job_create", source_id=run.source["id"], run=True)["id"])


def report(run: Any, job: str) -> Any:
    assert HarvestJob.get(job).status == "Finished"
    return run.act("dresdensmartcity_harvest_report", id=job)


def test_a_job_comes_to_its_end_without_anything_else(source, harvest):
    """Gathering, units, the state Finished: no second process, no cron."""
    run = harvest(listed(source, 3, as_json(ROWS)), "test_traffic")
    job = start(run)
    work()
    assert report(run, job)["counts"]["new"] == 3


def test_a_dead_source_ends_at_once_with_one_error_that_says_so(source, harvest):
    """Of 200 units the first three are tried; the run says how many were not, and why."""
    run = harvest(listed(source, 200, status(503)), "test_traffic")
    job = start(run)
    work()
    errors = report(run, job)["errors"]
    assert len([one for one in errors if one["stage"] != "Gather"]) == 3
    (told,) = [one["message"] for one in errors if one["stage"] == "Gather"]
    assert "no answer for 3 units in succession" in told
    assert "the remaining 197 were not tried" in told
    assert "503" in told


def test_a_source_that_answers_now_and_then_is_not_given_up(source, harvest):
    """An answer in between, even a refusal, shows that somebody is there."""
    entries = []
    for number in range(8):
        answer = status(404) if number % 3 == 2 else status(503)
        entries.append({"guid": f"u{number}", "url": source.serve(f"/u{number}", answer)})
    run = harvest(source.serve("/list", as_json(entries)), "test_traffic")
    job = start(run)
    work()
    assert len(report(run, job)["errors"]) == 8


def test_a_failed_run_of_a_source_with_a_frequency_is_tried_again_soon(source, harvest):
    """After a quarter of an hour, an hour, four hours; then as often as the form says."""
    run = harvest(source.serve("/list", status(404)), "test_traffic")
    HarvestSource.get(run.source["id"]).frequency = "DAILY"
    pauses = []
    for _ in range(4):
        HarvestSource.get(run.source["id"]).next_run = datetime(2100, 1, 1)  # noqa: DTZ001 - as ckanext-harvest does
        model.Session.commit()
        job = start(run)
        work()
        breaker.plan_again()
        ended = HarvestJob.get(job).finished
        pauses.append(HarvestSource.get(run.source["id"]).next_run - ended)
    assert pauses[:3] == [timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4)]
    assert pauses[3] > timedelta(days=1000)


def test_a_source_that_runs_by_hand_is_not_run_again(source, harvest):
    """Whoever runs it is there to see."""
    run = harvest(source.serve("/list", status(404)), "test_traffic")
    start(run)
    work()
    assert HarvestSource.get(run.source["id"]).next_run is None


def test_jobs_that_are_due_are_made(source, harvest, claims):
    """A source with a frequency is run when its time has come, and not before."""
    run = harvest(listed(source, 1, as_json(ROWS)), "test_traffic")
    one = HarvestSource.get(run.source["id"])
    one.frequency, one.next_run = "WEEKLY", datetime.now(timezone.utc).replace(tzinfo=None) + timedelta(hours=1)
    model.Session.commit()
    tick(claims)
    assert HarvestSource.get(run.source["id"]).get_jobs() == []
    HarvestSource.get(run.source["id"]).next_run -= timedelta(hours=2)
    model.Session.commit()
    tick(claims)
    tick(claims)
    (job,) = HarvestSource.get(run.source["id"]).get_jobs()
    assert job.status == "Running"
    assert HarvestSource.get(run.source["id"]).next_run > job.created + timedelta(days=6)


def test_a_unit_that_ends_its_workers_becomes_an_error(source, harvest):
    """Three workers have ended at it: the fourth says so, and the job ends."""
    run = harvest(listed(source, 1, as_json(ROWS)), "test_traffic")
    job = start(run)
    worker = Worker(SETTINGS, once=True)
    assert worker.step() is True
    unit = model.Session.query(HarvestObject).filter_by(harvest_job_id=job).one()
    unit.retry_times, unit.state = 3, "IMPORT"
    model.Session.commit()
    worker.run()
    (error,) = report(run, job)["errors"]
    assert "3 processes in succession ended" in error["message"]


def test_what_somebody_has_in_hand_is_left_alone(source, harvest, claims):
    """A unit that is claimed is taken by nobody else, until the claim ends with its connection."""
    run = harvest(listed(source, 1, as_json(ROWS)), "test_traffic")
    job = start(run)
    worker = Worker(SETTINGS, once=True)
    worker.step()
    unit = model.Session.query(HarvestObject).filter_by(harvest_job_id=job).one().id
    assert claims.take(Kind.UNIT, unit)
    assert worker.step() is False
    assert HarvestJob.get(job).status == "Running"
    claims.close()
    work()
    assert report(run, job)["counts"]["new"] == 1


def test_lost_claims_are_noticed(claims):
    """Whoever has lost his connection has nothing any more, and is told so before what he did shows."""
    claims.check()
    pid = claims.execute("SELECT pg_backend_pid()").scalar()
    with model.meta.engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({pid})")
    with pytest.raises(ClaimsLostError):
        claims.check()
    with pytest.raises(ClaimsLostError):
        claims.check()

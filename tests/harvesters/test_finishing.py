"""The finishing step: once with effect, when all units of a job are done, whatever dies in between."""

from __future__ import annotations

import contextlib
import json
import threading
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.harvesters import finishing, importing
from ckanext.dresdensmartcity.harvesters.fields import resource_id
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestObjectExtra
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources import Source, body
from stations import SUMS, VALUES, StationsHarvester

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.provide_plugin("test_stations", StationsHarvester),
    pytest.mark.ckan_config(
        "ckan.plugins", "dresdensmartcity test_stations harvest dcat scheming_datasets datastore activity"
    ),
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
    pytest.mark.usefixtures("portal", "traffic_table"),
]

DAYS = {"2026-10-01": 1, "2026-10-02": 2, "2026-10-03": 4}


class Killed(BaseException):
    """What a worker that is killed does not catch either."""


def killed(*_: Any, **__: Any) -> None:
    """Stands in for a function in which the worker is killed."""
    raise Killed


@pytest.fixture
def finishes(monkeypatch: pytest.MonkeyPatch) -> list[frozenset[tuple[str, str]]]:
    """What each call of `finish` was told to have changed."""
    seen: list[frozenset[tuple[str, str]]] = []
    monkeypatch.setattr(StationsHarvester, "at_finish", seen.append)
    return seen


PLACES = {
    "collect": (StationsHarvester, "at_collect"),
    "write": (importing, "publish"),
    "between": (finishing, "wrote"),
    "finish": (StationsHarvester, "at_finish"),
    "settle": (finishing, "settle"),
}


def serve(source: Source, stations: dict[str, dict[str, int]]) -> str:
    return source.serve("/list", body(json.dumps(stations).encode(), "application/json"))


def total() -> int | None:
    """The sum over all values as it is published, or None."""
    try:
        found = tk.get_action("datastore_search")(
            {"ignore_auth": True}, {"resource_id": resource_id(city(), SUMS, "counts")}
        )
    except tk.ObjectNotFound:
        return None
    (row,) = found["records"]
    return int(row["count"])


def marks() -> list[tuple[str, str]]:
    """Marks of what is due."""
    rows = model.Session.execute(
        sa.select(HarvestObjectExtra.key, HarvestObjectExtra.value)
        .where(HarvestObjectExtra.key.in_((finishing.FINISH, finishing.TOUCHED)))
        .order_by(HarvestObjectExtra.key)
    )
    return [(row.key, row.value) for row in rows if row.value not in ("done", "{}")]


def queued(run: Any) -> list[str]:
    """A new job, gathered; the ids of its objects in the order of the queue."""
    job = run.act("harvest_job_create", source_id=run.source["id"], run=True)
    run._consume(queue.get_gather_consumer(), queue.gather_callback)
    rows = model.Session.scalars(
        sa.select(HarvestObject.id).where(HarvestObject.harvest_job_id == job["id"]).order_by(HarvestObject.gathered)
    )
    return list(rows)


def deliver(identifier: str) -> None:
    """One object to a consumer, as the queue does."""

    class Channel:
        def basic_ack(self, tag: Any) -> None:
            pass

    class Method:
        delivery_tag = None

    queue.fetch_callback(Channel(), Method(), None, json.dumps({"harvest_object_id": identifier}))


def state(identifier: str) -> str:
    model.Session.rollback()
    return str(HarvestObject.get(identifier).state)


def test_finishes_once_when_all_units_are_done(source, harvest, finishes):
    """The sum over all days stands there after the run; it was made once, knowing which tables changed."""
    report = harvest(serve(source, {"a": DAYS}), "test_stations").run()
    assert total() == 7
    assert [(VALUES, "counts") in one for one in finishes] == [True]
    assert report["errors"] == []
    assert (report["counts"]["new"], report["counts"]["sums"]) == (3, 1)
    assert marks() == []


def test_an_unchanged_run_tells_that_nothing_has_changed(source, harvest, finishes):
    """A second run finishes too, and publishes nothing; a third with one value changed follows it."""
    run = harvest(serve(source, {"a": DAYS}), "test_stations")
    run.run()
    report = run.run()
    assert finishes[1:] == [frozenset()]
    assert report["counts"]["changed"] == report["counts"]["new"] == 0
    serve(source, {"a": {**DAYS, "2026-10-03": 5}})
    run.run()
    assert (total(), finishes[2]) == (8, {(VALUES, "counts")})


def test_no_object_is_finished_before_the_last(source, harvest, finishes):
    """Each object but the last leaves it to others."""
    run = harvest(serve(source, {"a": DAYS}), "test_stations")
    first, second, third = queued(run)
    for one in (third, first):
        deliver(one)
        assert (finishes, total()) == ([], None)
    deliver(second)
    assert (len(finishes), total()) == (1, 7)


def test_a_failed_object_counts_as_done(source, harvest, finishes):
    """Whether it fails first or last, the rest is finished."""
    run = harvest(serve(source, {"a": DAYS}), "test_stations")
    for number, broken in enumerate(("2026-10-01", "2026-10-03"), 1):
        serve(source, {"a": {**DAYS, broken: -1}})
        report = run.run()
        assert [error["message"] for error in report["errors"]] == [f"{broken}: the value is broken"]
        assert len(finishes) == number
    assert total() == 7


def test_a_delivery_after_the_end_of_the_work_repeats_nothing(source, harvest, finishes):
    """A worker that died between committing its work and its acknowledgement: neither report nor finish twice."""
    run = harvest(serve(source, {"a": DAYS}), "test_stations")
    objects = queued(run)
    for one in objects:
        deliver(one)
    deliver(objects[-1])
    deliver(objects[0])
    run.act("harvest_jobs_run", source_id=run.source["id"])
    (job,) = model.Session.query(HarvestJob).all()
    report = run.act("dresdensmartcity_harvest_report", id=job.id)
    assert len(finishes) == 1
    assert (report["counts"]["new"], report["counts"]["rows_new"]) == (3, 5)


@pytest.mark.parametrize("place", PLACES)
def test_a_worker_that_is_killed_is_made_good_by_the_next_delivery(source, harvest, finishes, monkeypatch, place):
    """Killed while fetching, writing, after writing, in the finish or at its very end: the state is as without it."""
    run = harvest(serve(source, {"a": DAYS}), "test_stations")
    run.run()
    serve(source, {"a": {**DAYS, "2026-10-03": 5}})
    *others, last = queued(run)
    for one in others:
        deliver(one)
    with monkeypatch.context() as fatal:
        fatal.setattr(*PLACES[place], killed)
        with pytest.raises(Killed):
            deliver(last)
    model.Session.remove()
    assert finishing.due(run.source["id"])
    deliver(last)
    assert (state(last), total(), marks()) == ("COMPLETE", 8, [])


REFUSED = 13  # a sum that the harvester of these tests does not finish
# ckanext-harvest gives an object up with its fifth delivery.
DELIVERIES = st.lists(st.tuples(st.integers(0, 2), st.sampled_from([None, *PLACES])), max_size=6).filter(
    lambda many: all([number for number, _ in many].count(one) < 4 for one in range(3))
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DELIVERIES, st.lists(st.integers(1, 9), min_size=3, max_size=3).filter(lambda some: sum(some) != REFUSED))
def test_whatever_is_delivered_and_killed_the_end_is_the_same(source, harvest, deliveries, values):
    """Any order of deliveries, repeated or cut off anywhere, and then each once more: as if nothing had happened."""
    days = dict(zip(DAYS, values, strict=True))
    address = serve(source, {"a": days})
    if not hasattr(source, "run"):
        source.run = harvest(address, "test_stations")
    objects = queued(source.run)
    for number, place in deliveries:
        with pytest.MonkeyPatch.context() as fatal:
            if place:
                fatal.setattr(*PLACES[place], killed)
            with contextlib.suppress(Killed):
                deliver(objects[number])
        model.Session.remove()
    for one in objects:
        deliver(one)
    source.run.act("harvest_jobs_run", source_id=source.run.source["id"])
    job = HarvestObject.get(objects[0]).job
    assert (job.status, [state(one) for one in objects]) == ("Finished", ["COMPLETE"] * 3)
    assert (total(), marks()) == (sum(values), [])
    stored = finishing.StoredTables(city()).rows(VALUES, "counts").sort("day")
    assert stored["count"].to_list() == values


def test_two_last_objects_at_once_finish_once(source, harvest, finishes, monkeypatch, app):
    """Both have committed their work before either looks whether it is the last."""
    run = harvest(serve(source, {"a": DAYS}), "test_stations")
    first, *last = queued(run)
    deliver(first)
    model.Session.remove()
    barrier = threading.Barrier(2, timeout=20)
    before = finishing.all_done

    def together(job_id: str) -> bool:
        barrier.wait()
        return before(job_id)

    monkeypatch.setattr(finishing, "all_done", together)

    def work(identifier: str) -> None:
        with app.flask_app.test_request_context():
            deliver(identifier)
            model.Session.remove()

    threads = [threading.Thread(target=work, args=(one,)) for one in last]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [state(one) for one in last] == ["COMPLETE", "COMPLETE"]
    assert (len(finishes), total(), marks()) == (1, 7, [])


def test_an_object_that_is_delivered_while_it_is_worked_on_waits(source, harvest, finishes, monkeypatch, app):
    """The second delivery of a slow object finds it done; nothing is collected, reported or finished twice."""
    run = harvest(serve(source, {"a": {"2026-10-01": 1}}), "test_stations")
    (one,) = queued(run)
    model.Session.remove()
    begun, collected = threading.Event(), []

    def slow(guid: str) -> None:
        collected.append(guid)
        begun.set()
        threading.Event().wait(0.5)

    monkeypatch.setattr(StationsHarvester, "at_collect", slow)

    def work() -> None:
        with app.flask_app.test_request_context():
            deliver(one)
            model.Session.remove()

    threads = [threading.Thread(target=work) for _ in range(2)]
    threads[0].start()
    begun.wait(10)
    threads[1].start()
    for thread in threads:
        thread.join()
    assert (state(one), collected, len(finishes), total()) == ("COMPLETE", ["stations:a:2026-10-01"], 1, 1)


def test_a_failing_finish_is_an_error_of_the_job_and_is_tried_again(source, harvest, finishes):
    """With its place; the values stay published, the next run finishes although it has nothing else to do."""
    run = harvest(serve(source, {"a": {"2026-10-01": 6, "2026-10-02": 7}}), "test_stations", {"careful": True})
    report = run.run()
    assert report["errors"] == [{"stage": "Finish", "guid": "", "message": "table counts: thirteen is no sum"}]
    assert run.job["stats"]["errored"] == 1
    assert report["counts"]["new"] == 2
    report = run.run()
    assert [one["stage"] for one in report["errors"]] == ["Finish"]
    serve(source, {"a": {"2026-10-01": 6, "2026-10-02": 8}})
    assert run.run()["errors"] == []
    assert (total(), marks()) == (14, [])
    run.run()
    assert len(finishes) == 3  # nothing was due any more, and no unit had work


def test_a_job_that_was_given_up_is_finished_by_the_next_run(source, harvest, finishes):
    """Aborted with an object in the queue: the next run sums up what was written, without any other work."""
    run = harvest(serve(source, {"a": DAYS}), "test_stations", {"careful": True})
    first, second, third = queued(run)
    deliver(first)
    deliver(second)
    run.act("harvest_job_abort", id=HarvestObject.get(first).harvest_job_id)
    deliver(third)
    assert (finishes, total()) == ([], None)
    serve(source, {"a": {day: DAYS[day] for day in ("2026-10-01", "2026-10-02")}})
    report = run.run()
    assert (len(finishes), total(), marks()) == (1, 3, [])
    assert report["counts"]["unchanged"] == 2


def test_a_mistake_in_the_finish_is_named_as_ours(source, harvest, monkeypatch):
    """Any other exception is logged, and is an error of the job that says so."""

    def wrong(changed: Any) -> None:
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr(StationsHarvester, "at_finish", wrong)
    report = harvest(serve(source, {"a": DAYS}), "test_stations").run()
    (error,) = report["errors"]
    assert error["message"].startswith("unexpected ZeroDivisionError: a mistake of ours")


def test_reads_columns_and_parts_of_stored_tables(source, harvest):
    """`rows` takes columns and a scope; a table that is not there is an error with its name."""
    harvest(serve(source, {"a": DAYS, "b": {"2026-10-01": 9}}), "test_stations").run()
    stored = finishing.StoredTables(city())
    found = stored.rows(VALUES, "counts", ["place", "count"], {"day": ("2026-10-01", "2026-10-02"), "place": "b"})
    assert found.to_dicts() == [{"place": "b", "count": 9}]
    assert stored.rows(VALUES, "counts").height == 4
    assert not stored.exists(VALUES, "others")
    with pytest.raises(importing.HarvesterError, match="stations:values, table others: "):
        stored.rows(VALUES, "others")

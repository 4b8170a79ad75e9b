"""What a source no longer has: entries of several units, datasets of a unit, what is shared; and what comes back."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.harvesters import finishing, history
from ckanext.dresdensmartcity.harvesters.fields import package_id
from ckanext.harvest.model import HarvestObject, HarvestObjectExtra
from plans import PlansHarvester
from sources import Source, body
from stations import STATIONS, SUMS, VALUES, StationsHarvester

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.provide_plugin("test_stations", StationsHarvester),
    pytest.mark.provide_plugin("test_plans", PlansHarvester),
    pytest.mark.ckan_config(
        "ckan.plugins", "dresdensmartcity test_stations test_plans harvest dcat scheming_datasets datastore activity"
    ),
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
    pytest.mark.usefixtures("portal", "traffic_table"),
]


def serve(source: Source, content: Any) -> str:
    return source.serve("/list", body(json.dumps(content).encode(), "application/json"))


def stored(guid: str, table: str = "counts") -> list[dict[str, Any]]:
    return finishing.StoredTables(city()).rows(guid, table).sort("place", "day").to_dicts()


def state(guid: str) -> str:
    model.Session.rollback()
    return str(model.Package.get(package_id(city(), guid)).state)


def wait(days: float) -> None:
    """Let the clocks of what is missing run on."""
    for extra in model.Session.query(HarvestObjectExtra).filter_by(key=history.MISSING_SINCE):
        extra.value = (datetime.fromisoformat(extra.value) - timedelta(days=days)).isoformat()
    model.Session.commit()


def about(report: dict[str, Any], check: str) -> list[str]:
    return [one["place"] for one in report["findings"] if one["check"] == check]


STATIONS_THERE = {name: {"2026-10-01": number} for number, name in enumerate("abcdef", 1)}


def test_a_station_that_is_gone_is_marked_and_its_rows_stay(source, harvest):
    """Missing, then after the grace marked in the table that it shares; the datasets of all stay; back, it goes on."""
    run = harvest(serve(source, STATIONS_THERE), "test_stations")
    run.run()
    there = {name: days for name, days in STATIONS_THERE.items() if name != "c"}
    serve(source, there)
    report = run.run()
    assert about(report, "missing") == ["station:c"]
    assert report["counts"]["missing"] == 1
    wait(7.1)
    report = run.run()
    assert about(report, "archived") == ["station:c"]
    assert [row["place"] for row in stored(STATIONS) if row["counted"]] == ["c"]
    assert [row["place"] for row in stored(VALUES)] == list("abcdef")
    assert (state(VALUES), state(STATIONS), state(SUMS)) == ("active",) * 3
    report = run.run()
    assert about(report, "missing") == about(report, "archived") == []
    serve(source, STATIONS_THERE)
    report = run.run()
    assert [row["place"] for row in stored(STATIONS) if row["counted"]] == []
    assert report["counts"]["rows_changed"] == 1


def test_a_window_that_moves_on_loses_nothing(source, harvest):
    """The run was about other days of the same stations: no day is missing, whatever the rules."""
    days = {"2026-09-30": 1, "2026-10-01": 2}
    run = harvest(serve(source, {"a": days}), "test_stations", {"days": ["2026-09-30"], "grace_days": 0})
    run.run()
    run.act("harvest_source_patch", id=run.source["id"], config='{"days": ["2026-10-01"], "grace_days": 0}')
    report = run.run()
    assert report["findings"] == []
    assert len(stored(VALUES)) == 2


def test_a_source_that_lost_too_much_at_once_loses_nothing_here(source, harvest):
    """Half of the stations gone is taken for a fault, although the grace is over."""
    run = harvest(serve(source, STATIONS_THERE), "test_stations", {"grace_days": 0})
    run.run()
    serve(source, {"a": {"2026-10-01": 1}})
    report = run.run()
    assert [one["check"] for one in report["findings"]] == ["kept"]
    assert all(row["counted"] is None for row in stored(STATIONS))


PLAN = [f"m{number}" for number in range(12)]


def test_a_dataset_that_its_unit_no_longer_gives_is_archived(source, harvest):
    """One unit, a dataset for each measure: what left is missing from the next run on, then archived, then revived."""
    run = harvest(serve(source, PLAN), "test_plans", {"whole": True})
    run.run()
    before = model.Package.get(package_id(city(), "plan:m3")).name
    serve(source, PLAN[:3] + PLAN[4:])
    assert about(run.run(), "archived") == []
    report = run.run()
    assert (about(report, "missing"), state("plan:m3")) == (["plan:m3"], "active")
    wait(8)
    report = run.run()
    assert (about(report, "archived"), state("plan:m3")) == (["plan:m3"], "deleted")
    assert (report["counts"]["archived"], state("plan:series")) == (1, "active")
    assert run.run()["findings"] == []
    serve(source, PLAN)
    report = run.run()
    assert (report["counts"]["revived"], state("plan:m3")) == (1, "active")
    assert model.Package.get(package_id(city(), "plan:m3")).name == before
    assert len(stored("plan:m3")) == 1


def test_a_dataset_that_comes_back_in_time_forgets_its_clock(source, harvest):
    """Given again by its unit before it was archived, it is a dataset as any other."""
    run = harvest(serve(source, PLAN), "test_plans", {"whole": True})
    run.run()
    serve(source, PLAN[1:])
    run.run()
    assert about(run.run(), "missing") == ["plan:m0"]
    serve(source, PLAN)
    run.run()
    assert run.run()["findings"] == []
    wait(8)
    assert (run.run()["findings"], state("plan:m0")) == ([], "active")


def test_a_unit_takes_its_own_datasets_with_it_and_leaves_shared_ones(source, harvest):
    """Units of two datasets each and a common series: both go, the series stays; the unit revives both."""
    run = harvest(serve(source, PLAN), "test_plans")
    run.run()
    serve(source, PLAN[1:])
    run.run()
    wait(8)
    report = run.run()
    assert report["counts"]["archived"] == 2
    assert [state(guid) for guid in ("plan:m0", "plan:m0:notes", "plan:series", "plan:m1")] == [
        "deleted",
        "deleted",
        "active",
        "active",
    ]
    found = run.act("package_search", fq=f'harvest_source_id:"{run.source["id"]}"', rows=0)
    assert found["count"] == 2 * 11 + 1
    serve(source, PLAN)
    report = run.run()
    assert (report["counts"]["revived"], state("plan:m0"), state("plan:m0:notes")) == (2, "active", "active")


def test_an_archiving_that_is_delivered_twice_or_was_cut_short_ends_the_same(source, harvest, monkeypatch):
    """A worker that died between two datasets of a unit: the next delivery takes out the rest."""
    from test_finishing import deliver, queued

    run = harvest(serve(source, PLAN), "test_plans", {"grace_days": 0})
    run.run()
    serve(source, PLAN[1:])
    objects = queued(run)
    (last,) = [one for one in objects if history.value(HarvestObject.get(one), history.ARCHIVE)]

    class Killed(BaseException):
        pass

    calls = []

    def die(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            raise Killed
        before(*arguments)

    before = history.release_companion
    monkeypatch.setattr(history, "release_companion", die)
    with pytest.raises(Killed):
        deliver(last)
    model.Session.remove()
    for one in objects:
        deliver(one)
    deliver(last)
    assert (state("plan:m0"), state("plan:m0:notes")) == ("deleted", "deleted")
    assert run.act("package_search", fq=f'harvest_source_id:"{run.source["id"]}"', rows=0)["count"] == 23


def test_what_was_deleted_by_hand_is_nobodys_loss(source, harvest):
    """A person deleted the dataset of an entry that is missing too: nothing fails, and it is forgotten."""
    run = harvest(serve(source, PLAN), "test_plans")
    run.run()
    run.act("package_delete", id=package_id(city(), "plan:m0"))
    serve(source, PLAN[1:])
    run.run()
    wait(8)
    report = run.run()
    assert (report["errors"], report["counts"]["archived"]) == ([], 1)
    assert run.run()["findings"] == []


def test_only_one_clock_for_an_entry_of_many_units(source, harvest):
    """An entry is missing once, however many units it has."""
    days = {f"2026-10-{day:02}": day for day in range(1, 9)}
    run = harvest(
        serve(source, {name: days if name == "a" else {"2026-10-01": 1} for name in "abcdef"}), "test_stations"
    )
    run.run()
    serve(source, {name: {"2026-10-01": 1} for name in "bcdef"})
    assert about(run.run(), "missing") == ["station:a"]
    clocks = model.Session.scalar(
        sa.select(sa.func.count())
        .select_from(HarvestObjectExtra)
        .where(HarvestObjectExtra.key == history.MISSING_SINCE)
    )
    assert clocks == 1
    assert datetime.now(timezone.utc) > datetime.fromisoformat(
        model.Session.query(HarvestObjectExtra).filter_by(key=history.MISSING_SINCE).one().value
    )


def test_without_rules_what_is_missing_is_named_and_stays(source, harvest):
    """A harvester that has none says so in words of its own."""
    run = harvest(serve(source, PLAN), "test_plans", {"keep": True})
    run.run()
    serve(source, PLAN[1:])
    report = run.run()
    assert about(report, "missing") == ["plan:unit:m0"]
    assert report["findings"][0]["template"] == "is no longer in the source; what was published of it stays"
    assert state("plan:m0") == "active"

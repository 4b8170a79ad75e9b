"""Entries that are imported many at a time: the same as one by one, whatever goes wrong in between."""

from __future__ import annotations

import json
import uuid
from typing import Any

import ckan.plugins as plugins
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.search import SearchIndexError
from ckanext.activity.model import Activity
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.dcat import changes
from ckanext.dresdensmartcity.harvesters import saving
from ckanext.dresdensmartcity.harvesters.catalogues import together
from ckanext.dresdensmartcity.harvesters.fields import package_id
from ckanext.dresdensmartcity.harvesters.publishing import site_user
from ckanext.dresdensmartcity.harvesters.queues.claims import Kind, number
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestObject, HarvestObjectExtra
from feeds import BASE, THEME, dataset, series, serve_pages, service

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
    pytest.mark.usefixtures("portal"),
]

FEED = [
    series("verkehr"),
    service("wfs", ["a"]),
    dataset("a", series=["verkehr"], services=["wfs"]),
    dataset("b", title="Gleicher Titel"),
    dataset("c", title="Gleicher Titel"),
    *(dataset(f"n{number}") for number in range(4)),
]
GUIDS = [f"{BASE}/series/verkehr", f"{BASE}/service/wfs"] + [
    f"{BASE}/dataset/{name}" for name in ("a", "b", "c", "n0", "n1", "n2", "n3")
]
PASSING = {"metadata_created", "metadata_modified", "created", "position"}


def without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_times(one) for key, one in value.items() if key not in PASSING}
    return [without_times(one) for one in value] if isinstance(value, list) else value


def stored() -> dict[str, Any]:
    """Every entry as the portal shows it, by its natural key."""
    show, context = tk.get_action("package_show"), {"ignore_auth": True, "use_cache": False}
    return {guid: without_times(show(dict(context), {"id": package_id(city(), guid)})) for guid in GUIDS}


def cached() -> dict[str, Any]:
    """Every entry as the search engine has it."""
    show = tk.get_action("package_show")
    found = {guid: show({"ignore_auth": True}, {"id": package_id(city(), guid)}) for guid in GUIDS}
    for one in found.values():
        one["extras"] = [extra for extra in one.get("extras", []) if not extra["key"].startswith("harvest_")]
    return without_times(found)


def units() -> list[Any]:
    """What is remembered of each unit, without the times and ids of the run."""
    found = model.Session.query(HarvestObject).filter(HarvestObject.content.is_not(None)).order_by(HarvestObject.guid)
    passing = {"report_gather", "feed", together.ALONE}
    return [
        (
            one.guid,
            one.package_id,
            one.state,
            one.report_status,
            one.current,
            bool(one.fetch_started and one.fetch_finished and one.import_started and one.import_finished),
            {extra.key: extra.value for extra in one.extras if extra.key not in passing},
        )
        for one in found
    ]


def found_by_search() -> int:
    count: int = tk.get_action("package_search")({"ignore_auth": True}, {"fq": "dataset_type:dataset", "rows": 0})[
        "count"
    ]
    return count


def activities() -> list[Any]:
    rows = model.Session.query(Activity).filter(Activity.activity_type == "new package").all()
    wanted = {package_id(city(), guid) for guid in GUIDS}
    return sorted(
        (one.object_id, one.user_id, sorted(one.permission_labels), one.data["actor"], one.data["package"]["title"])
        for one in rows
        if one.object_id in wanted
    )


def marks() -> int:
    return model.Session.scalar(
        sa.text("SELECT count(*) FROM harvest_object_extra WHERE key = :key"), {"key": together.UNSEARCHABLE}
    )


def everything() -> tuple[Any, ...]:
    model.Session.remove()
    return stored(), cached(), units(), activities(), changes.stale("fragment"), changes.stale("quality")


def test_many_at_a_time_leave_the_portal_as_one_by_one_would(source, harvest, monkeypatch):
    """Entries, what the search has, units, activities, parts of the catalogue and reports of quality are the same."""
    with monkeypatch.context() as one_by_one:
        one_by_one.setattr(together, "BATCH", 0)
        run = harvest(serve_pages(source, [FEED]), "smartcity_dcat")
        report_of_one, of_one = run.run(), everything()
    for guid in GUIDS:
        run.act("dataset_purge", id=package_id(city(), guid))
    run.act("harvest_source_clear", id=run.source["id"])
    model.Session.query(Activity).delete()
    model.Session.commit()
    report, state = run.run(), everything()
    passing = ("job_id", "created", "finished", "seconds")
    assert {key: one for key, one in report.items() if key not in passing} == {
        key: one for key, one in report_of_one.items() if key not in passing
    }
    for here, there in zip(state, of_one, strict=True):
        assert here == there
    assert marks() == 0
    assert found_by_search() == 7


def test_few_units_are_delivered_and_none_is_left(source, harvest, monkeypatch):
    """Consumers that know only their queue get the first of each group, which takes the others along."""
    monkeypatch.setattr(together, "BATCH", 3)
    delivered = []
    monkeypatch.setattr(
        queue, "fetch_callback", lambda *given, real=queue.fetch_callback: (delivered.append(given[3]), real(*given))
    )
    report = harvest(serve_pages(source, [FEED]), "smartcity_dcat").run()
    assert (report["counts"]["new"], report["counts"]["series_and_services_new"]) == (7, 2)
    assert report["errors"] == []
    assert len(delivered) < len(GUIDS)


def test_what_is_refused_goes_alone_and_says_why(source, harvest, monkeypatch):
    """The others are imported in spite of it, each once; the refused ones have their own messages."""
    refused = {f"{BASE}/dataset/{name}": package_id(city(), f"{BASE}/dataset/{name}") for name in ("b", "n1")}
    tried = []

    def create(saver: Any, fields: dict[str, Any], real: Any = saving.Saver.create) -> Any:
        tried.append(fields["id"])
        return real(saver, fields | ({"tags": [{"name": "x" * 200}]} if fields["id"] in refused.values() else {}))

    monkeypatch.setattr(saving.Saver, "create", create)
    report = harvest(serve_pages(source, [FEED]), "smartcity_dcat").run()
    # Alone they go CKAN's usual way, where nothing is wrong with them here.
    assert report["counts"]["new"] == 7
    assert report["errors"] == []
    assert sum(one in refused.values() for one in tried) == 2
    assert max(tried.count(one) for one in tried) <= 3


def test_a_worker_that_dies_before_the_search_knows_leaves_nothing_unfindable(source, harvest, monkeypatch):
    """The entries are saved and marked; the next run of the source makes them findable, also where nothing changed."""
    run = harvest(serve_pages(source, [FEED]), "smartcity_dcat")

    def die(*_: Any) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as killed:
        killed.setattr(saving, "index", die)
        with pytest.raises(SystemExit):
            run.run()
    model.Session.remove()
    assert marks() == len(GUIDS) - 1
    assert found_by_search() == 0
    queue.purge_queues()
    for one in model.Session.query(HarvestObject).filter(HarvestObject.state != "COMPLETE"):
        one.state = "WAITING"
        queue.get_fetch_publisher().send({"harvest_object_id": one.id})
    model.Session.commit()
    run._consume(queue.get_fetch_consumer(), queue.fetch_callback)
    run.act("harvest_jobs_run", source_id=run.source["id"])
    assert run.run()["counts"]["unchanged"] == 9
    assert (marks(), found_by_search()) == (0, 7)


def test_a_search_engine_that_is_away_does_not_keep_a_source_from_being_read(source, harvest, monkeypatch, caplog):
    """Making entries findable is tried again at the next run."""
    run = harvest(serve_pages(source, [FEED]), "smartcity_dcat")
    run.run()
    one = model.Session.query(HarvestObject).filter(HarvestObject.current.is_(True)).first()
    one.extras.append(HarvestObjectExtra(key=together.UNSEARCHABLE, value="yes"))
    model.Session.commit()

    def away(*_: Any) -> None:
        raise SearchIndexError("no answer")

    with monkeypatch.context() as broken:
        broken.setattr(saving, "index", away)
        assert run.run()["errors"] == []
    assert marks() == 1
    assert "cannot be made findable now" in caplog.text
    run.run()
    assert marks() == 0


def test_what_another_worker_has_is_left_to_him(source, harvest):
    """A unit that is claimed is not taken along, and imported when its turn comes."""
    run = harvest(serve_pages(source, [FEED]), "smartcity_dcat")
    job = run.act("harvest_job_create", source_id=run.source["id"], run=True)
    run._consume(queue.get_gather_consumer(), queue.gather_callback)
    ids = {
        one.guid: one.id for one in model.Session.query(HarvestObject).filter(HarvestObject.harvest_job_id == job["id"])
    }
    claimed, locked = ids[f"{BASE}/dataset/n1"], ids[f"{BASE}/dataset/n2"]
    with model.meta.engine.connect() as other, other.begin():
        other.execute(sa.select(sa.func.pg_advisory_xact_lock(int(Kind.UNIT), number(claimed))))
        other.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"object:{locked}", 0))))
        method, _, message = queue.get_fetch_consumer().basic_get(None)
        queue.fetch_callback(queue.get_fetch_consumer(), method, None, message)
        model.Session.remove()
        left = {one.id for one in model.Session.query(HarvestObject).filter(HarvestObject.state == "WAITING")}
        assert left == {claimed, locked}
    run._consume(queue.get_fetch_consumer(), queue.fetch_callback)
    run.act("harvest_jobs_run", source_id=run.source["id"])
    report = run.act("dresdensmartcity_harvest_report", id=job["id"])
    assert (report["status"], report["counts"]["new"]) == ("Finished", 7)


def test_the_activity_plugin_hears_of_packages_again_afterwards(source, harvest):
    """Its ear is closed for the import only."""
    run = harvest(serve_pages(source, [FEED]), "smartcity_dcat")
    run.run()
    run.act("package_create", name="von-hand", title="Von Hand", notes="Daten.", owner_org=city().id, theme=[THEME])
    made = model.Package.get("von-hand")
    assert model.Session.query(Activity).filter_by(object_id=made.id, activity_type="new package").count() == 1
    assert json.dumps(activities()).count("Gleicher Titel") == 2


def test_files_get_their_views(source, harvest, monkeypatch):
    """Views that CKAN makes by default are made for files that they can show, and for no others."""
    monkeypatch.setattr(
        type(plugins.get_plugin("text_view")), "can_view", lambda _, data: "n1" in data["resource"]["url"]
    )
    harvest(serve_pages(source, [FEED]), "smartcity_dcat").run()
    wanted = {file.id for file in model.Session.query(model.Resource) if "n1" in file.url}
    views = [(one.resource_id, one.view_type) for one in model.Session.query(model.ResourceView)]
    assert wanted
    assert sorted(views) == sorted((one, "text_view") for one in wanted)


def test_what_somebody_else_takes_meanwhile_costs_nobody_anything(source, harvest, monkeypatch):
    """A name that is taken between the question and the writing: all units go one by one, each with a name."""
    run = harvest(serve_pages(source, [FEED]), "smartcity_dcat")
    real = saving.Saver.finish

    def finish(saver: Any) -> Any:
        monkeypatch.setattr(saving.Saver, "finish", real)
        package = next(one for one in saver._bulk.made.values() if one.type == "dataset")
        with model.meta.engine.begin() as other:
            table = model.package_table
            other.execute(table.insert().values(id=str(uuid.uuid4()), name=package.name, title="Schneller"))
        return real(saver)

    monkeypatch.setattr(saving.Saver, "finish", finish)
    report = run.run()
    assert report["errors"] == []
    assert (report["counts"]["new"], report["counts"]["series_and_services_new"]) == (7, 2)
    assert marks() == 0
    assert found_by_search() == 7


def test_packages_that_share_the_id_of_a_file_are_not_saved_together():
    """The second one is refused as it would be alone."""
    owner = tk.get_action("organization_create")({"ignore_auth": True, "user": site_user()}, {"name": "besitz"})
    file = {"id": str(uuid.uuid4()), "url": "https://daten.example/a.csv", "name": "A", "format": "CSV"}
    made = [
        {
            "id": str(uuid.uuid4()),
            "name": f"gleiche-datei-{number}",
            "title": "Gleiche Datei",
            "notes": "Daten.",
            "type": "dataset",
            "owner_org": owner["id"],
            "theme": [THEME],
            "resources": [dict(file)],
        }
        for number in range(2)
    ]
    saver = saving.Saver(made)
    saver.create(made[0])
    with pytest.raises(saving.RefusedError, match="resources"):
        saver.create(made[1])


def test_another_plugin_before_the_action_is_asked_for_each(source, harvest, monkeypatch):
    """Where somebody else has put something before CKAN's package_create, everything goes through the action."""

    def package_create(original: Any, context: Any, data: Any) -> Any:
        return original(context, data)

    package_create.__module__ = "ckanext.elsewhere.logic"
    plugin = plugins.get_plugin("activity")
    monkeypatch.setattr(plugin, "get_actions", lambda: {"package_create": package_create})
    alone = []
    real = saving.Saver._create_alone
    monkeypatch.setattr(saving.Saver, "_create_alone", lambda *given: (alone.append(given[1]["id"]), real(*given))[1])
    harvest(serve_pages(source, [FEED]), "smartcity_dcat").run()
    assert len(alone) == len(GUIDS) - 1
    assert found_by_search() == 7

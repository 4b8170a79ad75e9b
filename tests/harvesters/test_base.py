"""The base against a real portal: stages, publishing, unchanged runs, failures and reports."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.harvesters.fields import package_id, resource_id
from ckanext.dresdensmartcity.harvesters.publishing import lock
from ckanext.harvest.model import HarvestObject
from sources import Source, body, status
from traffic import SERIES, TrafficHarvester

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.provide_plugin("test_traffic", TrafficHarvester),
    pytest.mark.ckan_config(
        "ckan.plugins", "dresdensmartcity test_traffic harvest dcat scheming_datasets datastore activity"
    ),
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
    pytest.mark.usefixtures("portal", "traffic_table"),
]

ROWS = [
    {"day": "2026-10-03", "place": "Brücke", "count": 120, "share": 0.6, "counted": "2026-10-03T12:00:00+02:00"},
    {"day": "2026-10-03", "place": "Platz\t\\N", "count": 80, "share": None, "counted": None},
]


def serve(source: Source, units: dict[str, Any], **more: Any) -> str:
    """A list of units and, for each, its rows or another answer; gives the address of the list."""
    entries = []
    for guid, rows in units.items():
        answer = rows if callable(rows) else body(json.dumps(rows).encode(), "application/json")
        entries.append({"guid": guid, "url": source.serve(f"/{guid}", answer), **more.get(guid, {})})
    return source.serve("/list", body(json.dumps(entries).encode(), "application/json"))


def records(guid: str) -> list[dict[str, Any]]:
    found = tk.get_action("datastore_search")(
        {"ignore_auth": True}, {"resource_id": resource_id(city(), guid, "counts"), "sort": "day, place"}
    )
    assert found["total"] == len(found["records"])
    return [{key: value for key, value in one.items() if key != "_id"} for one in found["records"]]


def dataset(guid: str) -> dict[str, Any]:
    return tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": package_id(city(), guid)})


def test_publishes_a_dataset_in_its_series_with_its_table(source, harvest):
    """A first run makes series, dataset, resource and rows, owned by the city, with the licence of the city."""
    report = harvest(serve(source, {"a": ROWS}), "test_traffic").run()
    one = dataset("traffic:a")
    assert (one["name"], one["state"], one["organization"]["name"]) == ("traffic-a", "active", city().id)
    assert one["in_series"] == [dataset(SERIES)["id"]]
    assert one["alternate_identifier"] == ["traffic:a"]
    assert not one.get("identifier")
    assert one["issued"] == one["modified"]
    (resource,) = one["resources"]
    assert resource["id"] == resource_id(city(), "traffic:a", "counts")
    assert (resource["format"], resource["license"], resource["table_schema"]) == (
        "CSV",
        city().license,
        "test-traffic",
    )
    assert resource["url"].endswith(f"/datastore/dump/{resource['id']}")
    assert resource["datastore_active"] is True
    assert records("traffic:a") == [
        {**ROWS[0], "counted": "2026-10-03T10:00:00.000"},
        ROWS[1],
    ]
    assert report["counts"] == {
        "read": 2,
        "rejected": 0,
        "failed": 0,
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "series_and_services_new": 1,
        "rows_new": 2,
        "rows_changed": 0,
        "rows_removed": 0,
        "rows_unchanged": 0,
    }
    assert report["checked"] == ["every count is at least the minimum"]
    assert report["errors"] == []


def test_the_table_can_be_downloaded_and_explains_itself(source, harvest, app):
    """The address of the resource gives the rows as CSV; the Data Dictionary has titles in both languages."""
    harvest(serve(source, {"a": ROWS}), "test_traffic").run()
    resource = dataset("traffic:a")["resources"][0]
    lines = app.get(f"/datastore/dump/{resource['id']}").body.splitlines()
    assert lines[0].lstrip("\ufeff") == "_id,day,place,count,share,counted"
    assert lines[1] == "1,2026-10-03,Brücke,120,0.6,2026-10-03T10:00:00.000"
    fields = tk.get_action("datastore_info")({"ignore_auth": True}, {"id": resource["id"]})["fields"]
    assert [field["type"] for field in fields] == ["date", "text", "int8", "numeric", "timestamp"]
    assert fields[1]["info"] == {"label": "Ort", "label_en": "Place", "notes": "Wo gezählt wurde"}


def test_the_source_knows_its_datasets(source, harvest):
    """The search finds what came from a source, as its page lists it, from the first run on."""
    run = harvest(serve(source, {"a": ROWS}), "test_traffic")
    run.run()
    found = run.act("package_search", fq=f'harvest_source_id:"{run.source["id"]}"')
    assert sorted(one["name"] for one in found["results"]) == ["traffic-a", "verkehr"]
    assert run.act("harvest_source_show", id=run.source["id"])["status"]["total_datasets"] == 2
    run.run()
    assert run.act("package_search", fq=f'harvest_source_id:"{run.source["id"]}"')["count"] == 2


def test_a_second_run_of_an_unchanged_source_changes_nothing_and_says_so(source, harvest):
    """Neither the dataset nor its rows move; the job counts it as not modified, the report as unchanged."""
    run = harvest(serve(source, {"a": ROWS, "b": ROWS}), "test_traffic")
    run.run()
    before = [dataset(guid) for guid in ("traffic:a", "traffic:b", SERIES)], records("traffic:a")
    report = run.run()
    assert ([dataset(guid) for guid in ("traffic:a", "traffic:b", SERIES)], records("traffic:a")) == before
    assert run.job["stats"] == {"added": 0, "updated": 0, "not modified": 2, "errored": 0, "deleted": 0}
    assert report["counts"]["unchanged"] == 2
    assert report["counts"]["new"] == report["counts"]["changed"] == report["counts"]["rows_new"] == 0


def test_the_third_run_still_knows_the_type_of_its_source(source, harvest):
    """The end of a job reindexes the source without losing its fields (ckanext-harvest #581)."""
    run = harvest(serve(source, {"a": ROWS}), "test_traffic", {"minimum": 1})
    for _ in range(3):
        assert run.run()["errors"] == []
        shown = run.act("harvest_source_show", id=run.source["id"])
        assert (shown["source_type"], shown["frequency"], shown["minimum"]) == ("test_traffic", "MANUAL", 1)


def test_a_cleared_history_changes_nothing_either(source, harvest):
    """Without the remembered hashes the rows are compared with the portal; they are all there already."""
    run = harvest(serve(source, {"a": ROWS}), "test_traffic")
    run.run()
    run.act("harvest_source_job_history_clear", id=run.source["id"])
    before = records("traffic:a")
    report = run.run()
    assert records("traffic:a") == before
    assert report["counts"]["rows_unchanged"] == 2
    assert report["counts"]["new"] == report["counts"]["rows_new"] == report["counts"]["rows_changed"] == 0


def test_writes_only_the_rows_that_differ(source, harvest):
    """A changed, a new and a gone row; `modified` moves, `issued` and the other row stay."""
    run = harvest(serve(source, {"a": ROWS}), "test_traffic")
    run.run()
    before = dataset("traffic:a")
    tk.get_action("package_patch")(
        {"ignore_auth": True, "user": run.user}, {"id": before["id"], "issued": "2020-01-01", "modified": "2020-01-01"}
    )
    third = {"day": "2026-10-04", "place": "Brücke", "count": 7, "share": 1.25, "counted": None}
    serve(source, {"a": [{**ROWS[0], "count": 121}, third]})
    report = run.run()
    counts = report["counts"]
    assert [counts[f"rows_{what}"] for what in ("new", "changed", "removed", "unchanged")] == [1, 1, 1, 0]
    assert (counts["changed"], counts["new"]) == (1, 0)
    assert records("traffic:a") == [{**ROWS[0], "count": 121, "counted": "2026-10-03T10:00:00.000"}, third]
    after = dataset("traffic:a")
    assert after["issued"] == "2020-01-01"
    assert after["modified"] > "2026"
    assert run.job["stats"]["updated"] == 1


def test_a_changed_title_updates_the_dataset_and_keeps_what_people_added(source, harvest):
    """Fields follow the source; a resource that somebody added stays, and so does the table."""
    run = harvest(serve(source, {"a": ROWS}), "test_traffic")
    run.run()
    run.act("resource_create", package_id=package_id(city(), "traffic:a"), url="https://example.org/x", name="Karte")
    serve(source, {"a": ROWS}, a={"title": "Neuer Titel"})
    assert run.run()["counts"]["changed"] == 1
    one = dataset("traffic:a")
    assert one["title"] == "Neuer Titel"
    assert [resource["name"] for resource in one["resources"]] == ["Zählwerte", "Karte"]
    assert one["resources"][0]["datastore_active"] is True
    assert len(records("traffic:a")) == 2


def test_units_share_a_table_without_removing_each_others_rows(source, harvest):
    """Each unit replaces the rows of its scope; one that shrinks loses its own rows only."""
    days = {"a": [ROWS[0], ROWS[1]], "b": [{**ROWS[0], "day": "2026-10-04"}]}
    more = {"a": {"day": "2026-10-03"}, "b": {"day": "2026-10-04"}}
    run = harvest(serve(source, days, **more), "test_traffic", {"shared": True})
    report = run.run()
    assert (report["counts"]["new"], report["counts"]["rows_new"]) == (1, 3)
    serve(source, {**days, "a": [ROWS[0]]}, **more)
    report = run.run()
    assert [row["day"] for row in records("traffic:all")] == ["2026-10-03", "2026-10-04"]
    assert (report["counts"]["changed"], report["counts"]["rows_removed"]) == (1, 1)


def test_a_row_outside_its_scope_is_refused(source, harvest):
    """A unit that wrote rows of another unit could not be repeated safely."""
    report = harvest(serve(source, {"a": [ROWS[0]]}, a={"day": "2026-10-05"}), "test_traffic", {"shared": True}).run()
    assert "table counts, row 1, column day: lies outside the scope" in report["errors"][0]["message"]


def test_a_source_that_is_down_damages_nothing_and_is_seen(source, harvest, monkeypatch):
    """The portal stays as it was; job and report name the address and the answer."""
    run = harvest(serve(source, {"a": ROWS}), "test_traffic")
    run.run()
    before = dataset("traffic:a"), records("traffic:a")
    monkeypatch.setattr("ckanext.dresdensmartcity.harvesters.client.Limits.pause", 0.001)
    source.serve("/list", status(403))
    report = run.run()
    assert (dataset("traffic:a"), records("traffic:a")) == before
    assert report["errors"] == [
        {"stage": "Gather", "guid": "", "message": f"{source.url}/list answers with status 403 Forbidden"}
    ]
    assert run.job["stats"]["errored"] == 1
    serve(source, {"a": ROWS})
    assert run.run()["counts"]["unchanged"] == 1


def test_an_empty_source_is_an_error_and_removes_nothing(source, harvest):
    """An empty but valid answer does not look like success with no changes."""
    run = harvest(serve(source, {"a": ROWS}), "test_traffic")
    run.run()
    serve(source, {})
    report = run.run()
    assert "holds nothing to harvest; nothing was changed" in report["errors"][0]["message"]
    assert len(records("traffic:a")) == 2


def test_what_is_gone_from_the_source_is_named_and_stays(source, harvest):
    """Nothing is deleted for being missing in a run."""
    run = harvest(serve(source, {"a": ROWS, "b": ROWS}), "test_traffic")
    run.run()
    serve(source, {"a": ROWS})
    report = run.run()
    assert [(one["check"], one["place"]) for one in report["findings"]] == [("missing", "traffic:b")]
    assert dataset("traffic:b")["state"] == "active"


def test_one_broken_unit_does_not_hold_up_the_others(source, harvest):
    """Each failure is an error of its unit, with its place in the input; a mistake of ours says that it is one."""
    units = {
        "a": ROWS,
        "b": body(b'[{"day": ]'),
        "c": "boom",
        "d": [{**ROWS[0], "place": "nowhere"}],
        "e": [{**ROWS[0], "day": "Sunday"}],
        "f": [ROWS[0], ROWS[0]],
    }
    run = harvest(serve(source, units), "test_traffic")
    report = run.run()
    messages = {error["guid"]: error["message"] for error in report["errors"]}
    assert messages["traffic:b"].startswith("line 1, column 10: ")
    assert messages["traffic:c"].startswith("unexpected ZeroDivisionError: a mistake of ours")
    assert messages["traffic:d"] == "row 1, column place: the place is unknown"
    assert messages["traffic:e"].startswith("table counts, row 1, column day: ")
    assert messages["traffic:f"].startswith("table counts, row 2: the key")
    assert report["counts"]["failed"] == 5
    assert len(records("traffic:a")) == 2
    assert run.job["stats"]["added"] == 1
    assert model.Package.get(package_id(city(), "traffic:e")) is None


def test_a_unit_that_failed_is_tried_again(source, harvest):
    """What failed half-way does not pass for unchanged the next time."""
    run = harvest(serve(source, {"e": [{**ROWS[0], "day": "Sunday"}]}), "test_traffic")
    assert run.run()["counts"]["failed"] == 1
    assert run.run()["counts"]["failed"] == 1
    serve(source, {"e": ROWS})
    assert run.run()["errors"] == []
    assert len(records("traffic:e")) == 2


def test_entries_that_cannot_be_used_are_gather_errors(source, harvest):
    """A finding of severity error and a repeated guid are seen on the job; the rest is harvested."""
    url = serve(source, {"a": ROWS})
    entries = [{"guid": "a", "url": f"{source.url}/a"}, {"guid": "a", "url": f"{source.url}/a"}, {"number": 3}]
    source.serve("/list", body(json.dumps(entries).encode()))
    report = harvest(url, "test_traffic").run()
    assert sorted(error["message"] for error in report["errors"]) == [
        "entry 3: an entry has no guid",
        "traffic:a: the source has this twice; the first is used",
    ]
    assert report["counts"]["new"] == 1


def test_a_deleted_dataset_comes_back_under_its_old_name(source, harvest):
    """A dataset that was deleted by hand is revived by the next run, with the same id and address."""
    run = harvest(serve(source, {"a": ROWS}), "test_traffic")
    run.run()
    before = dataset("traffic:a")
    run.act("package_delete", id=before["id"])
    assert run.run()["counts"]["new"] == 1
    after = dataset("traffic:a")
    assert (after["id"], after["name"], after["state"]) == (before["id"], before["name"], "active")
    assert len(records("traffic:a")) == 2


def test_a_changed_table_schema_rebuilds_the_table(source, harvest, traffic_table):
    """A column of another type needs a new table; the next run brings it although the source is unchanged."""
    run = harvest(serve(source, {"a": ROWS}), "test_traffic")
    run.run()
    traffic_table["fields"][2]["type"] = "number"
    traffic_table["fields"][1]["title"] = "Zählstelle"
    assert run.run()["counts"]["changed"] == 1
    fields = tk.get_action("datastore_info")({"ignore_auth": True}, {"id": resource_id(city(), "traffic:a", "counts")})[
        "fields"
    ]
    assert (fields[1]["info"]["label"], fields[2]["type"]) == ("Zählstelle", "numeric")
    assert len(records("traffic:a")) == 2


def test_a_renamed_column_title_keeps_the_rows(source, harvest, traffic_table):
    """Texts of the Data Dictionary change in place."""
    run = harvest(serve(source, {"a": ROWS}), "test_traffic")
    run.run()
    traffic_table["fields"][1]["title"] = "Zählstelle"
    report = run.run()
    assert report["counts"]["rows_unchanged"] == 2
    fields = tk.get_action("datastore_info")({"ignore_auth": True}, {"id": resource_id(city(), "traffic:a", "counts")})[
        "fields"
    ]
    assert fields[1]["info"]["label"] == "Zählstelle"


def test_a_dataset_that_ckan_refuses_is_an_error_with_its_field(source, harvest):
    """CKAN's own words about the field reach the job."""
    report = harvest(serve(source, {"a": ROWS}, a={"title": ""}), "test_traffic").run()
    assert report["errors"][0]["stage"] == "Import"
    assert "package_create refuses traffic-a" in report["errors"][0]["message"]


def test_one_current_object_for_each_unit(source, harvest):
    """After several runs each unit has one current harvest object, linked to its dataset; their series has one too."""
    run = harvest(serve(source, {"a": ROWS, "b": ROWS}), "test_traffic")
    run.run()
    run.run()
    serve(source, {"a": [ROWS[0]], "b": ROWS})
    run.run()
    current = model.Session.query(HarvestObject).filter(HarvestObject.current.is_(True)).all()
    assert sorted((one.guid, one.package_id) for one in current) == sorted(
        (guid, package_id(city(), guid)) for guid in ("traffic:a", "traffic:b", SERIES)
    )


def test_a_publication_that_another_consumer_holds_is_an_error(source, harvest, monkeypatch):
    """Two consumers never write the same dataset; the second waits, then says so."""
    monkeypatch.setattr("ckanext.dresdensmartcity.harvesters.publishing.LOCK_SECONDS", 1)
    run = harvest(serve(source, {"a": ROWS}), "test_traffic")
    with lock(f"publication:{city().id}:traffic:a"):
        report = run.run()
    assert "is being published by another consumer" in report["errors"][0]["message"]
    assert run.run()["counts"]["new"] == 1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('{"minimum": 101}', "minimum: "),
        ('{"minimum": "3"}', "minimum: "),
        ('{"minimun": 3}', "minimun: unknown setting; possible are: minimum, shared"),
        ("{minimum: 3}", "the settings are no JSON"),
        ("[1]", "object"),
    ],
)
def test_the_form_refuses_settings_and_names_the_key(harvest, settings, message):
    """Wrong types, ranges and unknown keys never reach a run."""
    with pytest.raises(tk.ValidationError) as caught:
        tk.get_action("harvest_source_create")(
            {"ignore_auth": True, "user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]},
            {"name": "s", "url": "http://example.org", "source_type": "test_traffic", "config": settings},
        )
    assert message in str(caught.value.error_dict["config"])


def test_the_report_is_for_those_who_may_see_the_job(source, harvest):
    """Anonymous visitors get what ckanext-harvest gives them for a job: nothing."""
    run = harvest(serve(source, {"a": ROWS}), "test_traffic")
    run.run()
    context = {"user": "", "ignore_auth": False, "model": model, "session": model.Session}
    with pytest.raises(tk.NotAuthorized):
        tk.get_action("dresdensmartcity_harvest_report")(context, {"id": run.job["id"]})
    with pytest.raises(tk.ObjectNotFound):
        run.act("dresdensmartcity_harvest_report", id="nothing")

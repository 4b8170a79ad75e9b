"""What a source no longer has, through CKAN: noted, kept, taken out, and back again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.harvesters import history
from ckanext.dresdensmartcity.harvesters.publishing import package_id
from ckanext.harvest.model import HarvestObject, HarvestObjectExtra
from ckanext.harvest.queue import get_harvester
from feeds import BASE, dataset, series, serve_pages
from sources import status

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
    pytest.mark.usefixtures("portal"),
]

SIX = [dataset(name) for name in "abcdef"]


def shown(name: str) -> dict[str, Any]:
    identifier = package_id(city(), f"{BASE}/dataset/{name}")
    return tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": identifier})


def states() -> set[str]:
    """Names of the entries that are there."""
    rows = model.Session.query(model.Package).filter_by(state="active", type="dataset")
    return {one.name.removesuffix("-1") for one in rows}


def let_pass(days: float) -> None:
    """As if what is missing had been so for longer."""
    key = HarvestObjectExtra.key == history.MISSING_SINCE
    for extra in model.Session.scalars(sa.select(HarvestObjectExtra).where(key)):
        extra.value = (datetime.fromisoformat(extra.value) - timedelta(days=days)).isoformat()
    model.Session.commit()


def checks(report: dict[str, Any]) -> list[str]:
    return [one["check"] for one in report["findings"]]


def test_is_noted_first_and_taken_out_after_its_grace(source, harvest):
    """Archived is deleted in CKAN's sense: out of searches and the catalogue, and restorable."""
    run = harvest(serve_pages(source, [SIX]), "smartcity_dcat")
    run.run()
    serve_pages(source, [SIX[1:]])
    report = run.run()
    assert (checks(report), report["counts"]["missing"]) == (["missing"], 1)
    assert shown("a")["state"] == "active"
    let_pass(6.9)
    assert run.run()["counts"]["missing"] == 1
    let_pass(0.2)
    report = run.run()
    assert (checks(report), report["counts"]["archived"]) == (["archived"], 1)
    assert run.job["stats"]["deleted"] == 1
    assert (states(), shown("a")["state"]) == (set("bcdef"), "deleted")
    assert run.act("package_search", fq=f'harvest_source_id:"{run.source["id"]}"')["count"] == 5
    assert checks(run.run()) == []


def test_comes_back_as_what_it_was(source, harvest):
    """Under its old id, name and IRI, with the old ids of its files; the report says that it is back."""
    run = harvest(serve_pages(source, [SIX]), "smartcity_dcat", {"grace_days": 0})
    run.run()
    before = shown("a")
    serve_pages(source, [SIX[1:]])
    assert run.run()["counts"]["archived"] == 1
    serve_pages(source, [[dataset("a", "Neuer Titel"), *SIX[1:]]])
    report = run.run()
    after = shown("a")
    assert (report["counts"]["new"], report["counts"]["revived"]) == (1, 1)
    assert (after["state"], after["title"]) == ("active", "Neuer Titel")
    for key in ("id", "name", "uri"):
        assert after[key] == before[key]
    assert [one["id"] for one in after["resources"]] == [one["id"] for one in before["resources"]]


def test_what_is_back_in_time_starts_anew(source, harvest):
    """An entry that was missing for six days and is back is not a day from its end."""
    run = harvest(serve_pages(source, [SIX]), "smartcity_dcat")
    run.run()
    serve_pages(source, [SIX[1:]])
    run.run()
    let_pass(6)
    serve_pages(source, [SIX])
    assert checks(run.run()) == ["found-again"]
    serve_pages(source, [SIX[1:]])
    assert checks(run.run()) == ["missing"]
    let_pass(6)
    run.run()
    assert shown("a")["state"] == "active"


def broken_page(source) -> str:
    serve_pages(source, [SIX[:3], SIX[3:]])
    source.serve("/catalog2", status(404))
    return "incomplete"


def empty_feed(source) -> str:
    serve_pages(source, [[]])
    return "holds nothing to harvest"


def shrunk_feed(source) -> str:
    serve_pages(source, [SIX[2:]])
    return "shrunk"


def announced_more(source) -> str:
    serve_pages(source, [SIX[1:]], total=6)
    return "incomplete"


@pytest.mark.parametrize("trouble", [broken_page, empty_feed, shrunk_feed, announced_more])
def test_a_source_in_trouble_loses_nothing(source, harvest, trouble):
    """Half read, empty, shrunk or shorter than it says: everything stays, no clock starts, and the report says why."""
    run = harvest(serve_pages(source, [SIX]), "smartcity_dcat", {"grace_days": 0})
    run.run()
    trouble(source)
    for _ in range(2):
        report = run.run()
        assert "kept" in checks(report)
        assert "missing" not in checks(report)
        assert states() == set("abcdef")
    kept = next(one for one in report["findings"] if one["check"] == "kept")
    assert kept["template"]
    serve_pages(source, [SIX])
    assert checks(run.run()) == []


def test_a_source_that_is_down_loses_nothing(source, harvest):
    """No first page, no statement about anything."""
    run = harvest(serve_pages(source, [SIX]), "smartcity_dcat", {"grace_days": 0})
    run.run()
    source.serve("/catalog1", status(403))
    assert "kept" in checks(run.run())
    assert states() == set("abcdef")


def test_an_entry_that_is_there_and_cannot_be_used_is_not_missing(source, harvest):
    """Refused is not gone: without a licence, or as one of two twins."""
    run = harvest(serve_pages(source, [SIX]), "smartcity_dcat", {"grace_days": 0, "max_missing_share": 1.0})
    run.run()
    serve_pages(source, [[dataset("a", licence=""), *SIX[1:]], [dataset("b", "Anders")]])
    report = run.run()
    assert "missing" not in checks(report)
    assert (report["counts"]["rejected"], states()) == (2, set("abcdef"))


def test_a_person_lets_a_source_shrink(source, harvest):
    """The share is a setting."""
    run = harvest(serve_pages(source, [SIX]), "smartcity_dcat", {"grace_days": 0, "max_missing_share": 0.9})
    run.run()
    serve_pages(source, [SIX[:1]])
    assert run.run()["counts"]["archived"] == 5
    assert states() == {"a"}


def test_series_are_archived_like_datasets(source, harvest):
    """Every kind of entry has the same rules."""
    run = harvest(serve_pages(source, [[*SIX, series("s")]]), "smartcity_dcat", {"grace_days": 0})
    run.run()
    serve_pages(source, [SIX])
    assert run.run()["counts"]["archived"] == 1
    gone = model.Package.get(package_id(city(), f"{BASE}/series/s"))
    assert gone.state == "deleted"


def test_what_a_person_deleted_and_the_source_still_has_comes_back(source, harvest):
    """The source decides; whoever wants to keep an entry out takes it out of the source."""
    run = harvest(serve_pages(source, [SIX]), "smartcity_dcat")
    run.run()
    run.act("package_delete", id=shown("a")["id"])
    assert run.run()["counts"]["revived"] == 1
    assert shown("a")["state"] == "active"


def test_an_archive_order_that_comes_twice_is_carried_out_once(source, harvest):
    """ckanext-harvest queues slow objects again."""
    run = harvest(serve_pages(source, [SIX]), "smartcity_dcat", {"grace_days": 0})
    run.run()
    serve_pages(source, [SIX[1:]])
    run.run()
    order = model.Session.scalars(
        sa.select(HarvestObject).join(HarvestObjectExtra).where(HarvestObjectExtra.key == history.ARCHIVE)
    ).one()
    assert get_harvester("smartcity_dcat").import_stage(order) is True
    assert states() == set("bcdef")

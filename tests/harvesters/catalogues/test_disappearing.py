"""What a source no longer has, through CKAN: noted, kept, taken out, and back again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.harvesters import history, wording
from ckanext.dresdensmartcity.harvesters.fields import package_id
from ckanext.harvest.model import HarvestObject, HarvestObjectExtra
from ckanext.harvest.queue import get_harvester
from feeds import BASE, dataset, series, serve_pages
from sources import status

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
    pytest.mark.usefixtures("portal"),
]

FIVE = [dataset(name) for name in "abcde"]  # of which one is a fifth


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


TEXTS = {"empty": wording.KEPT_EMPTY, "incomplete": wording.KEPT_INCOMPLETE, "shrunk": wording.KEPT_SHRUNK}


def checks(report: dict[str, Any]) -> list[str]:
    return [one["check"] for one in report["findings"]]


def test_is_noted_first_and_taken_out_after_its_grace(source, harvest):
    """Archived is deleted in CKAN's sense: out of searches and the catalogue, and restorable."""
    run = harvest(serve_pages(source, [FIVE]), "smartcity_dcat")
    run.run()
    serve_pages(source, [FIVE[1:]])
    report = run.run()
    assert (checks(report), report["counts"]["missing"]) == (["missing"], 1)
    assert shown("a")["state"] == "active"
    let_pass(6.9)
    assert run.run()["counts"]["missing"] == 1
    let_pass(0.2)
    report = run.run()
    assert (checks(report), report["counts"]["archived"]) == (["unchanged", "archived"], 1)
    assert run.job["stats"]["deleted"] == 1
    assert (states(), shown("a")["state"]) == (set("bcde"), "deleted")
    assert run.act("package_search", fq=f'harvest_source_id:"{run.source["id"]}"')["count"] == 4
    order = model.Session.scalars(
        sa.select(HarvestObject).join(HarvestObjectExtra).where(HarvestObjectExtra.key == history.ARCHIVE)
    ).one()
    assert get_harvester("smartcity_dcat").import_stage(order) is True  # ckanext-harvest queues slow objects again
    assert checks(run.run()) == ["unchanged"]


def test_comes_back_as_what_it_was(source, harvest):
    """Under its old id, name and IRI, with the old ids of its files; the report says that it is back."""
    run = harvest(serve_pages(source, [FIVE]), "smartcity_dcat", {"grace_days": 0})
    run.run()
    before = shown("a")
    serve_pages(source, [FIVE[1:]])
    assert run.run()["counts"]["archived"] == 1
    serve_pages(source, [[dataset("a", "Neuer Titel"), *FIVE[1:]]])
    report = run.run()
    after = shown("a")
    assert (report["counts"]["new"], report["counts"]["revived"]) == (1, 1)
    assert (after["state"], after["title"]) == ("active", "Neuer Titel")
    for key in ("id", "name", "uri"):
        assert after[key] == before[key]
    assert [one["id"] for one in after["resources"]] == [one["id"] for one in before["resources"]]


def test_what_is_back_in_time_starts_anew(source, harvest):
    """An entry that was missing for six days and is back is not a day from its end."""
    run = harvest(serve_pages(source, [FIVE]), "smartcity_dcat")
    run.run()
    serve_pages(source, [FIVE[1:]])
    run.run()
    let_pass(6)
    serve_pages(source, [FIVE])
    assert checks(run.run()) == ["found-again"]
    serve_pages(source, [FIVE[1:]])
    assert checks(run.run()) == ["missing"]
    let_pass(6)
    run.run()
    assert shown("a")["state"] == "active"


def broken_page(source) -> str:
    serve_pages(source, [FIVE[:4], FIVE[4:]])
    source.serve("/catalog2", status(404))
    return "incomplete"


def empty_feed(source) -> str:
    serve_pages(source, [[]])
    return "empty"


def shrunk_feed(source) -> str:
    serve_pages(source, [FIVE[2:]])
    return "shrunk"


def announced_more(source) -> str:
    serve_pages(source, [FIVE[1:]], total=5)
    return "incomplete"


def source_down(source) -> str:
    source.serve("/catalog1", status(403))
    return "incomplete"


def test_a_source_in_trouble_loses_nothing(source, harvest):
    """Half read, empty, shrunk, shorter than it says or down: all stays, no clock starts, and the report says why."""
    run = harvest(serve_pages(source, [FIVE]), "smartcity_dcat", {"grace_days": 0})
    run.run()
    for trouble in (broken_page, empty_feed, shrunk_feed, announced_more, source_down):
        why = trouble(source)
        report = run.run()
        kept = [one["template"] for one in report["findings"] if one["check"] == "kept"]
        assert kept == [TEXTS[why]], trouble.__name__
        assert "missing" not in checks(report)
        assert states() == set("abcde")
    serve_pages(source, [FIVE])
    assert checks(run.run()) == []


def test_an_entry_that_is_there_and_cannot_be_used_is_not_missing(source, harvest):
    """Refused is not gone: without a licence, or as one of two twins."""
    run = harvest(serve_pages(source, [FIVE]), "smartcity_dcat", {"grace_days": 0, "max_missing_share": 1.0})
    run.run()
    serve_pages(source, [[dataset("a", licence=""), *FIVE[1:]], [dataset("b", "Anders")]])
    report = run.run()
    assert "missing" not in checks(report)
    assert (report["counts"]["rejected"], states()) == (2, set("abcde"))


def test_a_person_lets_a_source_shrink(source, harvest):
    """The share is a setting; every kind of entry has the same rules."""
    settings = {"grace_days": 0, "max_missing_share": 0.9}
    run = harvest(serve_pages(source, [[*FIVE[:2], series("s")]]), "smartcity_dcat", settings)
    run.run()
    serve_pages(source, [FIVE[:1]])
    assert run.run()["counts"]["archived"] == 2
    assert states() == {"a"}
    assert model.Package.get(package_id(city(), f"{BASE}/series/s")).state == "deleted"


def test_what_a_person_deleted_and_the_source_still_has_comes_back(source, harvest):
    """The source decides; whoever wants to keep an entry out takes it out of the source."""
    run = harvest(serve_pages(source, [FIVE[:1]]), "smartcity_dcat")
    run.run()
    run.act("package_delete", id=shown("a")["id"])
    assert run.run()["counts"]["revived"] == 1
    assert shown("a")["state"] == "active"

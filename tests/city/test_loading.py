"""Loading a city into a real CKAN: everything once, nothing twice, nothing of what people did undone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from ckanext.activity.model import Activity
from ckanext.dresdensmartcity.city.entries import Actor
from ckanext.dresdensmartcity.city.loading import LoadError, Step, load, read_entries
from ckanext.dresdensmartcity.city.model import City
from ckanext.harvest.model import HarvestJob, HarvestSource

pytestmark = [pytest.mark.ckan, pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index", "configured")]

# What does not depend on the size of a city is tried with the smaller one: a load of the other takes some seconds.
smaller_city = pytest.mark.parametrize("city_file", ["test-data/musterstadt/musterstadt.yaml"], indirect=True)


@pytest.fixture
def configured(ckan_config: dict[str, str], city_file: Any) -> None:
    """The portal is that of each city in turn."""
    ckan_config["ckanext.dresdensmartcity.city_file"] = str(city_file)


def run(city: City, **changes: Any) -> list[Step]:
    """Load the city, with other actors where some are given."""
    actors, projects = read_entries(city)
    return list(load(city, changes.get("actors", actors), changes.get("projects", projects)))


def results(steps: list[Step], kind: str) -> Counter[str]:
    return Counter(step.result for step in steps if step.kind == kind)


def show(name: str) -> dict[str, Any]:
    context = {"ignore_auth": True, "use_cache": False}
    return tk.get_action("package_show")(context, {"id": name})


def patch(name: str, **fields: Any) -> None:
    tk.get_action("package_patch")({"user": site_user(), "ignore_auth": True}, {"id": name, **fields})


def site_user() -> str:
    return str(tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"])


def changes_so_far() -> tuple[int, Any]:
    """Activities, and the time of the last change of any package."""
    count = model.Session.query(Activity).count()
    last = model.Session.query(model.Package.metadata_modified).order_by(model.Package.metadata_modified.desc()).first()
    return count, last


def test_everything_is_there_after_the_first_load(city: City) -> None:
    """Organisation, every actor, every project and the atlas as a dataset."""
    actors, projects = read_entries(city)
    steps = run(city)
    assert results(steps, "organization") == {"created": 1}
    assert results(steps, "actor") == {"created": len(actors)}
    assert results(steps, "project") == {"created": len(projects)}
    assert results(steps, "dataset") == {"created": 1}
    organisation = tk.get_action("organization_show")({"ignore_auth": True}, {"id": city.id})
    assert organisation["title"] == city.publisher.name
    assert {show(f"actor-{one.id}")["owner_org"] for one in actors} == {organisation["id"]}


def test_an_entry_has_the_facts_of_the_file(city: City) -> None:
    """Lists come back as lists, numbers as numbers, and what is unknown is not there."""
    actors, projects = read_entries(city)
    run(city)
    for one in projects:
        package = show(f"project-{one.id}")
        assert package["title"] == one.title
        members = [(row["actor"], row["role"]) for row in package.get("members", [])]
        assert members == [(row.actor, row.role) for row in one.members]
        assert package.get("needs", []) == list(one.needs)
        assert package.get("goals", []) == list(one.goals)
        assert package.get("budget_eur") == one.budget_eur
        assert package.get("longitude") == (one.place.longitude if one.place else None)
    placed = next(one for one in actors if one.place)
    assert show(f"actor-{placed.id}")["position_precision_m"] == 300


def test_a_second_load_changes_nothing(city: City) -> None:
    """No package changes, no activity is added, and every step says so."""
    run(city)
    before = changes_so_far()
    steps = run(city)
    assert {step.result for step in steps} <= {"unchanged", "skipped"}
    assert changes_so_far() == before


@smaller_city
def test_a_change_in_the_file_changes_that_entry_only(city: City) -> None:
    """The rest stays as it is."""
    run(city)
    actors, _projects = read_entries(city)
    steps = run(city, actors=(replace(actors[0], notes="Neu."), *actors[1:]))
    assert [step.name for step in steps if step.result == "updated"] == [f"actor-{actors[0].id}"]
    assert show(f"actor-{actors[0].id}")["notes"] == "Neu."


@smaller_city
def test_a_fact_that_is_taken_out_of_the_file_goes(city: City) -> None:
    """An offer that is no longer made must not be matched."""
    run(city)
    actors, _projects = read_entries(city)
    offering = next(one for one in actors if one.offers)
    run(city, actors=(replace(offering, offers=(), place=None),))
    package = show(f"actor-{offering.id}")
    assert "offers" not in package
    assert "longitude" not in package


@smaller_city
def test_what_people_edited_stays(city: City) -> None:
    """A load after an edit in the portal does not undo it, even where the file changes another field."""
    run(city)
    actors, _projects = read_entries(city)
    name = f"actor-{actors[0].id}"
    patch(name, notes="Von Hand geändert.", tags=[{"name": "von-hand"}])
    assert {step.result for step in run(city)} <= {"unchanged", "skipped"}
    run(city, actors=(replace(actors[0], url="https://example.org/neu"), *actors[1:]))
    package = show(name)
    assert package["notes"] == "Von Hand geändert."
    assert package["url"] == "https://example.org/neu"
    assert [tag["name"] for tag in package["tags"]] == ["von-hand"]


@smaller_city
def test_what_people_deleted_stays_deleted(city: City) -> None:
    """And the load says so."""
    run(city)
    actors, _projects = read_entries(city)
    name = f"actor-{actors[0].id}"
    tk.get_action("package_delete")({"user": site_user(), "ignore_auth": True}, {"id": name})
    assert [step.result for step in run(city) if step.name == name] == ["deleted here"]
    assert model.Package.get(name).state == "deleted"


@smaller_city
def test_the_organisation_follows_the_publisher(city: City) -> None:
    """Its title is the name of the publisher."""
    run(city, actors=(), projects=())
    renamed = replace(city, publisher=replace(city.publisher, name="Stadt Anders"))
    assert results(run(renamed, actors=(), projects=()), "organization") == {"updated": 1}
    assert model.Group.get(city.id).title == "Stadt Anders"


def test_sources_are_configured_and_not_run(city: City) -> None:
    """Each source whose harvester is switched on is there, the live one too; nothing was started."""
    steps = run(city, actors=(), projects=())
    created = {step.name for step in steps if step.kind == "harvest" and step.result == "created"}
    assert {"sensors-demo", "sensors-live"} <= created
    live = HarvestSource.get(model.Package.get("sensors-live").id)
    assert live.url == "https://api.opensensemap.org"
    assert live.active  # for ckanext-harvest an inactive source is a deleted one: nobody could start it
    assert live.frequency == "MANUAL"
    assert model.Session.query(HarvestJob).count() == 0


@smaller_city
def test_a_source_whose_harvester_is_missing_is_told(city: City) -> None:
    """A city may leave a plugin out; the rest is loaded."""
    unknown = replace(city, sources=(replace(city.sources[0], type="smartcity_tides"),))
    skipped = [step for step in run(unknown, actors=(), projects=()) if step.kind == "harvest"]
    assert [step.result for step in skipped] == ["skipped"]
    assert "smartcity_tides" in skipped[0].reason


@smaller_city
def test_a_source_follows_the_file(city: City) -> None:
    """A changed address reaches the harvester."""
    run(city, actors=(), projects=())
    live = next(one for one in city.sources if one.name == "sensors-live")
    moved = replace(city, sources=(replace(live, url="https://example.org/a"),))
    assert results(run(moved, actors=(), projects=()), "harvest") == {"updated": 1}
    assert HarvestSource.get(model.Package.get("sensors-live").id).url == "https://example.org/a"


@smaller_city
def test_what_ckan_refuses_is_told_with_the_entry(city: City) -> None:
    """Which entry, which field, what is allowed."""
    with pytest.raises(LoadError, match=r"actor actor-x cannot be loaded. kind: Not in the list actor-kinds: shop"):
        run(city, actors=(Actor("x", "X", "shop"),))


@smaller_city
def test_a_name_that_something_else_has_is_told(city: City) -> None:
    """A dataset named like an actor is not overwritten."""
    organisation = factories.Organization(name=city.id)
    theme = "http://publications.europa.eu/resource/authority/data-theme/GOVE"
    tk.get_action("package_create")(
        {"user": site_user(), "ignore_auth": True},
        {"name": "actor-x", "title": "X", "notes": "x", "theme": [theme], "owner_org": organisation["id"]},
    )
    with pytest.raises(LoadError, match="taken by a package of the type dataset"):
        run(city, actors=(Actor("x", "X", "company"),))

"""What a city's files become in CKAN."""

from __future__ import annotations

from dataclasses import replace

from ckanext.dresdensmartcity.city.entries import Actor, Place, Project
from ckanext.dresdensmartcity.city.model import City, Label, Source
from ckanext.dresdensmartcity.city.records import actor_record, atlas_record, project_record, source_record


def test_an_actor_is_named_after_its_id(city: City) -> None:
    """The atlas finds the id by taking the prefix away."""
    record = actor_record(city, Actor("tud", "TU", "research", offers=("a", "b"), place=Place(13.7, 51.0, 300)))
    assert (record.type, record.name) == ("actor", "actor-tud")
    assert record.content["offers"] == ["a", "b"]
    assert record.content["longitude"] == 13.7
    assert record.content["position_precision_m"] == 300
    assert "place" not in record.content
    assert "id" not in record.content


def test_what_a_project_has_not_is_emptied(city: City) -> None:
    """So that a fact that is taken out of the file goes from the portal too."""
    content = project_record(city, Project("p", "P")).content
    assert content["longitude"] == content["budget_eur"] == content["end"] == ""
    assert content["members"] == content["goals"] == []


def test_ids_are_the_same_in_every_database_and_differ_between_cities(city: City) -> None:
    """An address that holds an id outlives the database."""
    actor = Actor("a", "A", "company")
    assert actor_record(city, actor).id == actor_record(city, actor).id
    assert actor_record(city, actor).id != actor_record(replace(city, id="elsewhere"), actor).id


def test_a_source_that_is_switched_off_has_no_schedule_and_says_so(city: City) -> None:
    """Nothing starts it by itself."""
    source = Source("live", "x", Label("Live", "Live"), "https://example.org", active=False, frequency="DAILY")
    content = source_record(city, source, "http://demo").content
    assert content["frequency"] == "MANUAL"
    assert "Ausgeschaltet" in content["notes"]
    assert "Switched off" in content["notes"]
    assert source_record(city, replace(source, active=True), "http://demo").content["frequency"] == "DAILY"


def test_a_source_that_runs_has_no_text_beyond_its_title(city: City) -> None:
    """Notes have one language, and the pages two."""
    source = Source("plan", "x", Label("Plan", "Plan"), "https://example.org")
    assert source_record(city, source, "http://demo").content["notes"] == ""


def test_the_demo_address_is_put_in(city: City) -> None:
    """`{demo}` stands for the address of the demo source server."""
    source = Source("plan", "x", Label("Plan", "Plan"), "{demo}/plan.csv")
    assert source_record(city, source, "http://127.0.0.1:5020").content["url"] == "http://127.0.0.1:5020/plan.csv"


def test_the_atlas_has_the_citys_licence(city: City) -> None:
    """One dataset, and every way to get it."""
    record = atlas_record(city, "https://portal.example")
    assert record.name == "smart-city-atlas"
    assert {one["license"] for one in record.content["resources"]} == {city.license}
    assert record.content["resources"][0]["url"] == "https://portal.example/atlas/downloads/atlas.geojson"
    formats = [one["format"] for one in record.content["resources"]]
    assert formats == ["GEOJSON", "GPKG", "CSV", "CSV", "CSV", "JSON"]

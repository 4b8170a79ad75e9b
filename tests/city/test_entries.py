"""The files of actors and projects become typed entries, or a list of mistakes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ckanext.dresdensmartcity.city.entries import Actor, Project, read_actors, read_projects
from ckanext.dresdensmartcity.city.load import load_city
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.city.vocabularies import topics
from ckanext.dresdensmartcity.city.yamlfile import CityFileError


def entries(city: City) -> tuple[tuple[Actor, ...], tuple[Project, ...]]:
    assert city.actors_file
    assert city.projects_file
    actors = read_actors(city.actors_file, city)
    return actors, read_projects(city.projects_file, city, actors)


def test_every_entry_names_its_source(city: City) -> None:
    """Facts carry evidence (DESIGN, data model)."""
    actors, projects = entries(city)
    assert all(entry.sources for entry in (*actors, *projects))


def test_every_entry_with_a_place_says_how_precise_it_is(city: City) -> None:
    """A point set by hand is good to some hundred metres; those without a place are there all the same."""
    actors, projects = entries(city)
    places = [entry.place for entry in (*actors, *projects)]
    assert None in places
    assert {place.precision_m for place in places if place} == {300}


def test_dates_are_as_precise_as_they_are_known(repository: Path) -> None:
    """A year stays a year."""
    city = load_city(repository / "test-data/musterstadt/musterstadt.yaml")
    _actors, projects = entries(city)
    assert (projects[0].start, projects[0].end) == ("2024-02", "2024-12-31")


def test_dresdens_entries_are_those_of_the_papers(repository: Path, shared: Path) -> None:
    """32 actors and 32 projects, with the same ids, titles, links and places."""
    actors, projects = entries(load_city(repository / "schemas/cities/dresden.yaml"))
    mission = yaml.safe_load((shared / "mission/smart-city-dresden.yaml").read_text(encoding="utf-8"))
    topic = {name: one.id for one in topics() for name in one.names}
    topic |= {name.lower(): one for name, one in topic.items()}
    assert [actor_facts(one) for one in actors] == [papers_actor(one, topic) for one in mission["actors"]]
    assert {one.id: project_facts(one) for one in projects} == {
        one["id"]: papers_project(one, topic) for one in mission["projects"]
    }
    assert len(actors) == len(projects) == 32


def actor_facts(one: Actor) -> tuple[Any, ...]:
    return one.id, one.title, one.kind, one.part_of, one.offers, place(one)


def project_facts(one: Project) -> tuple[Any, ...]:
    linked = (one.lead, one.partners, one.builds_on, one.continues)
    return one.title, one.measure, linked, one.needs, one.goals, one.focus_areas, one.fields_of_action, place(one)


def place(one: Actor | Project) -> tuple[float, ...]:
    return (one.place.longitude, one.place.latitude) if one.place else ()


def papers_actor(one: dict[str, Any], topic: dict[str, str]) -> tuple[Any, ...]:
    offers = tuple(topic[name.lower()] for name in one.get("offers", ()))
    return one["id"], one["name"], one["kind"], one.get("part_of", ""), offers, tuple(one.get("position", ()))


def papers_project(one: dict[str, Any], topic: dict[str, str]) -> tuple[Any, ...]:
    linked = (one["lead"], tuple(one.get("partners", ())), tuple(one.get("builds_on", ())), one.get("continues", ""))
    needs = tuple(topic[name.lower()] for name in one.get("seeks", ()))
    lists = (tuple(one.get(name, ())) for name in ("goals", "focus_areas", "fields", "position"))
    return (one["title"], one.get("code", ""), linked, needs, *lists)


ACTOR_MISTAKES = [
    ("kind: utility", "kind: shop", "actors[2].kind", "found shop; allowed: city, office"),
    ("part_of: stadt,", "part_of: dorf,", "actors[2].part_of", "found dorf; allowed: the id of an actor of this file"),
    ("fields_of_action: [energie]", "fields_of_action: [wasser]", "actors[2].fields_of_action[1]", "verkehr, energie"),
    ("focus_areas: [hafen]", "focus_areas: [berg]", "actors[2].focus_areas[1]", "allowed: altstadt, hafen"),
    ("offers: [energy-supply,", "offers: [enegry-supply,", "actors[2].offers[1]", "the id of a topic"),
    ("[9.958, 50.981]", "[50.981, 9.958]", "actors[2].position", "a place within 0.5 degrees of the city"),
    ("id: stadtwerke", "id: stadt", "actors[2]", 'found "stadt" a second time'),
    ("sources: [M], confirmed_on", "sources: [X], confirmed_on", "actors[5].sources[1]", "found X; allowed: M"),
    ("confirmed_on: 2026-03", "confirmed_on: 3/2026", "actors[5].confirmed_on", "a year, month or day"),
    ("kind: company", "sort: company", "actors[5].sort", 'found the key "sort"'),
]
PROJECT_MISTAKES = [
    ("partners: [radverein,", "partners: [ruderverein,", "projects[1].partners[1]", "the id of an actor of the city"),
    ("lead: stadtwerke", "lead: niemand", "projects[3].lead", "the id of an actor of the city"),
    ("builds_on: [datenportal]", "builds_on: [portal]", "projects[3].builds_on[1]", "the id of a project of this file"),
    ("continues: radzaehlung", "continues: zaehlung", "projects[4].continues", "the id of a project of this file"),
    ("measure: 1.2.1", "measure: 1.2", "projects[1].measure", "three numbers in quotes"),
    ("status: completed", "status: fertig", "projects[1].status", "found fertig; allowed: idea, planned"),
    ("phase: aufbau", "phase: abbau", "projects[1].phase", "found abbau; allowed: aufbau, betrieb"),
    ("budget_eur: 40000", "budget_eur: viel", "projects[1].budget_eur", "a whole number"),
    ("goals: [klima]", "goals: [meer]", "projects[3].goals[1]", "allowed: nah, klima"),
]


@pytest.mark.parametrize(("was", "written", "place", "said"), ACTOR_MISTAKES, ids=[one[1] for one in ACTOR_MISTAKES])
def test_a_mistake_in_an_actor_is_told(
    tmp_path: Path, repository: Path, was: str, written: str, place: str, said: str
) -> None:
    """File, line, place, what was found and what is allowed."""
    city = load_city(repository / "test-data/musterstadt/musterstadt.yaml")
    path, line = changed(tmp_path, repository / "test-data/musterstadt/actors.yaml", was, written)
    with pytest.raises(CityFileError) as caught:
        read_actors(path, city)
    assert any(str(one).startswith(f"{path}:{line}: {place}: ") and said in str(one) for one in caught.value.mistakes)


@pytest.mark.parametrize(
    ("was", "written", "place", "said"), PROJECT_MISTAKES, ids=[one[1] for one in PROJECT_MISTAKES]
)
def test_a_mistake_in_a_project_is_told(
    tmp_path: Path, repository: Path, was: str, written: str, place: str, said: str
) -> None:
    """A link to an actor or project that is not there is a mistake too."""
    city = load_city(repository / "test-data/musterstadt/musterstadt.yaml")
    assert city.actors_file
    path, line = changed(tmp_path, repository / "test-data/musterstadt/projects.yaml", was, written)
    with pytest.raises(CityFileError) as caught:
        read_projects(path, city, read_actors(city.actors_file, city))
    assert any(str(one).startswith(f"{path}:{line}: {place}: ") and said in str(one) for one in caught.value.mistakes)


def changed(folder: Path, source: Path, was: str, written: str) -> tuple[Path, int]:
    """A copy with one text changed, and the line of the change."""
    text = source.read_text(encoding="utf-8")
    assert was in text
    path = folder / source.name
    path.write_text(text.replace(was, written, 1), encoding="utf-8")
    return path, text[: text.index(was)].count("\n") + 1

"""Cases from a city's own projects: partners are hidden, and matching has to find them.

In each fold one partner of each project is hidden, of all projects at once. What would give the answer away is taken
out: the words of the hidden actor's name in the project's text; the hidden actor in projects that continue this one,
build on it or have the same title, and in those that it continues or builds on; and the descriptions of all actors,
which were written with their projects in view. Leads stay: nobody looks for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ckanext.dresdensmartcity.city.entries import Actor as CityActor
from ckanext.dresdensmartcity.city.entries import Project as CityProject
from ckanext.dresdensmartcity.city.entries import read_actors, read_projects
from ckanext.dresdensmartcity.city.load import load_city

from ..matching import Actor, Member, Project
from ..text import STOP_WORDS, normalise, words
from .cases import Cases, CasesError

SHORTEST_NAME = 3  # letters of a word of a name that gives somebody away
LEAD = "lead"


def folds(file: Path) -> list[Cases]:
    """The folds of the city in a file; raises CityFileError, CasesError where no project has a partner."""
    city = load_city(file)
    actors = read_actors(city.actors_file, city) if city.actors_file else ()
    projects = read_projects(city.projects_file, city, actors) if city.projects_file else ()
    found = folds_of(tuple(map(_actor, actors)), tuple(map(_project, projects)), siblings(projects))
    if not found:
        raise CasesError(f"{file}: no project has a partner, so nobody can be hidden")
    return found


def folds_of(
    actors: Sequence[Actor], projects: Sequence[Project], related: Iterable[frozenset[str]] = ()
) -> list[Cases]:
    """In fold number n the nth partner of each project is hidden; `related` are projects that tell of each other."""
    bare = tuple(replace(actor, notes="") for actor in actors)
    known = {actor.id: actor for actor in actors}
    groups = list(related)
    found = []
    for number in range(max((len(_hideable(one, known)) for one in projects), default=0)):
        hidden = {one.id: partners[number] for one in projects if len(partners := _hideable(one, known)) > number}
        found.append(
            Cases(
                bare,
                tuple(_without(one, hidden, groups, known) for one in projects),
                {project: frozenset({actor}) for project, actor in hidden.items()},
            )
        )
    return found


def siblings(projects: Iterable[CityProject]) -> list[frozenset[str]]:
    """Pairs of projects that continue each other, build on each other or have the same title."""
    every = list(projects)
    pairs = {frozenset((one.id, other)) for one in every for other in (one.continues, *one.builds_on) if other}
    titles: dict[str, list[str]] = {}
    for one in every:
        titles.setdefault(normalise(one.title), []).append(one.id)
    pairs |= {frozenset(same) for same in titles.values() if len(same) > 1}
    return sorted(pairs, key=sorted)


def _hideable(project: Project, known: dict[str, Actor]) -> list[str]:
    return sorted(one.actor for one in project.members if one.role != LEAD and one.actor in known)


def _without(
    project: Project, hidden: dict[str, str], related: Sequence[frozenset[str]], known: dict[str, Actor]
) -> Project:
    """The project without what would give hidden actors away."""
    gone = {hidden[project.id]} if project.id in hidden else set()
    near = {other for group in related if project.id in group for other in group}
    gone |= {hidden[other] for other in near if other in hidden}
    names = {word for actor in gone for word in words(known[actor].title) if len(word) >= SHORTEST_NAME} - STOP_WORDS
    return replace(
        project,
        title=_masked(project.title, names),
        notes=_masked(project.notes, names),
        members=tuple(one for one in project.members if one.actor not in gone),
    )


def _masked(text: str, names: set[str]) -> str:
    return " ".join(word for word in text.split() if not set(words(word)) & names)


def _actor(one: CityActor) -> Actor:
    return Actor(
        id=one.id,
        title=one.title,
        notes=one.notes,
        offers=one.offers,
        fields=getattr(one, "fields_of_action", ()),
        kind=one.kind,
        position=(one.place.longitude, one.place.latitude) if one.place else None,
    )


def _project(one: CityProject) -> Project:
    once = {member.actor: Member(member.actor, member.role) for member in reversed(one.members)}
    return Project(
        id=one.id,
        title=one.title,
        notes=one.notes,
        needs=one.needs,
        fields=one.fields_of_action,
        members=tuple(once.values()),
        position=(one.place.longitude, one.place.latitude) if one.place else None,
    )

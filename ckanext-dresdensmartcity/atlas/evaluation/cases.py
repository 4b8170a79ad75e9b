"""Cases of an evaluation: actors, projects, and which actors are right for which project."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..matching import Actor, Member, Project


class CasesError(ValueError):
    """The file holds no cases that can be evaluated; the message names the place and the remedy."""


@dataclass(frozen=True)
class Cases:
    """What is ranked, and what a good ranking has at its top."""

    actors: tuple[Actor, ...]
    projects: tuple[Project, ...]
    relevant: Mapping[str, frozenset[str]]  # project -> actors, none of them a member

    def candidates(self, project: Project) -> tuple[str, ...]:
        """The actors that are ranked for a project: all that are not members, by id."""
        members = {member.actor for member in project.members}
        return tuple(sorted(actor.id for actor in self.actors if actor.id not in members))

    @property
    def newcomers(self) -> frozenset[str]:
        """Actors that take part in no project."""
        known = {member.actor for project in self.projects for member in project.members}
        return frozenset(actor.id for actor in self.actors) - known


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    def record(self) -> dict[str, Any]:
        """The values as the records of matching take them: by their own names, lists as tuples."""
        given = self.model_dump(by_alias=True)
        return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}


Text = Annotated[str, Field(min_length=1)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


class _Actor(_Record):
    id: Text
    title: Text
    notes: str = ""
    offers: list[str] = []
    needs: list[str] = []
    fields_: Annotated[list[str], Field(alias="fields")] = []
    kind: str = ""
    position: tuple[Longitude, Latitude] | None = None


class _Member(_Record):
    actor: Text
    role: str = "partner"


class _Project(_Record):
    id: Text
    title: Text
    notes: str = ""
    needs: list[str] = []
    fields_: Annotated[list[str], Field(alias="fields")] = []
    members: list[_Member] = []
    position: tuple[Longitude, Latitude] | None = None


class _File(_Record):
    actors: Annotated[list[_Actor], Field(min_length=1)]
    projects: Annotated[list[_Project], Field(min_length=1)]
    relevant: Annotated[dict[str, list[str]], Field(min_length=1)]


def read_cases(path: Path) -> Cases:
    """The cases in a JSON file; raises CasesError, OSError."""
    try:
        data = json.loads(path.read_bytes())
    except ValueError as error:  # JSONDecodeError and UnicodeDecodeError
        raise CasesError(f"{path} is no JSON: {error}") from error
    return cases_of(data, str(path))


def cases_of(data: Any, place: str) -> Cases:
    """The cases in `data`, the form that docs/matching.md describes; raises CasesError."""
    try:
        found = _File.model_validate(data)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'all'}: {one['msg']}" for one in error.errors()[:5])
        raise CasesError(f"{place}: {problems}") from error
    actors = tuple(Actor(**one.record()) for one in found.actors)
    projects = tuple(
        Project(**one.record() | {"members": tuple(Member(member.actor, member.role) for member in one.members)})
        for one in found.projects
    )
    _check(place, actors, projects, found.relevant)
    relevant = {project: frozenset(ids) for project, ids in found.relevant.items() if ids}
    return Cases(actors, projects, relevant)


def _check(
    place: str, actors: tuple[Actor, ...], projects: tuple[Project, ...], relevant: Mapping[str, list[str]]
) -> None:
    """What the form of each record cannot say: ids are unique, and every id that is used is there."""
    known = _ids(place, "actors", actors)
    members: dict[str, set[str]] = {}
    _ids(place, "projects", projects)
    for project in projects:
        members[project.id] = {member.actor for member in project.members}
        _are_known(f"{place}: projects.{project.id}.members", members[project.id], known)
    for identifier, ids in relevant.items():
        if identifier not in members:
            raise CasesError(f"{place}: relevant: there is no project {identifier!r}")
        _are_known(f"{place}: relevant.{identifier}", ids, known)
        if twice := members[identifier] & set(ids):
            raise CasesError(
                f"{place}: relevant.{identifier}: {min(twice)!r} is a member already, and members are not ranked; "
                "take it out of `members` or of `relevant`"
            )
    if not any(relevant.values()):
        raise CasesError(f"{place}: relevant: no project has a right answer, so nothing can be measured")


def _ids(place: str, kind: str, entries: Iterable[Actor | Project]) -> set[str]:
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise CasesError(f"{place}: {kind}: the id {entry.id!r} stands there twice; give each its own")
        seen.add(entry.id)
    return seen


def _are_known(place: str, actors: Iterable[str], known: Collection[str]) -> None:
    for actor in actors:
        if actor not in known:
            raise CasesError(f"{place}: there is no actor {actor!r}")

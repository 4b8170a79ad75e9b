"""Bring CKAN in line with a city's files: organisation, actors, projects, harvest sources, the atlas as a dataset.

What was loaded last is remembered with each package (CKAN's `plugin_data`), so that a second load touches only fields
that the *files* have changed since: what people have edited in the portal stays, and what they have deleted stays
deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import ckan.model as model
import ckan.plugins as plugins
import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity import config

from .entries import Actor, Project, read_actors, read_projects
from .facts import EXPECTED
from .model import City, Source
from .records import Record, actor_record, atlas_record, project_record, source_record

PLUGIN = "dresdensmartcity"
Result = Literal["created", "updated", "unchanged", "deleted here", "skipped"]


@dataclass(frozen=True)
class Step:
    """What happened to one thing."""

    kind: str  # organization, actor, project, harvest, dataset
    name: str
    result: Result
    reason: str = ""


class LoadError(Exception):
    """Raised when CKAN refuses what the city's files hold; says which entry, and what CKAN wants."""

    def __init__(self, kind: str, name: str, errors: dict[str, Any]) -> None:
        listed = "; ".join(f"{field}: {', '.join(map(str, texts))}" for field, texts in errors.items())
        super().__init__(f"{kind} {name} cannot be loaded. {listed}")


def read_entries(city: City) -> tuple[tuple[Actor, ...], tuple[Project, ...]]:
    """Actors and projects of the city; none where its file names no file. Raises CityFileError."""
    actors = read_actors(city.actors_file, city) if city.actors_file else ()
    projects = read_projects(city.projects_file, city, actors) if city.projects_file else ()
    return actors, projects


def load(city: City, actors: Iterable[Actor], projects: Iterable[Project]) -> Iterator[Step]:
    """Load everything, step by step.

    Raises LoadError at the first thing that CKAN refuses; what came before stays loaded.
    """
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    yield _organisation(city, user)
    # Entries may name others that come after them in the files.
    actors, projects = tuple(actors), tuple(projects)
    expected = {*(("actor", one.id) for one in actors), *(("project", one.id) for one in projects)}
    for actor in actors:
        yield _bring(city, actor_record(city, actor), user, expected)
    for project in projects:
        yield _bring(city, project_record(city, project), user, expected)
    for source in city.sources:
        yield _source(city, source, user)
    yield _bring(city, atlas_record(city, config.site_url()), user)


def _organisation(city: City, user: str) -> Step:
    wanted = {"name": city.id, "title": city.publisher.name}
    existing = model.Group.get(city.id)
    if existing is None:
        _act("organization_create", user, {**wanted, "description": city.description.de}, "organization", city.id)
        return Step("organization", city.id, "created")
    if existing.title == city.publisher.name:
        return Step("organization", city.id, "unchanged")
    _act("organization_patch", user, {"id": existing.id, **wanted}, "organization", city.id)
    return Step("organization", city.id, "updated")


def _source(city: City, source: Source, user: str) -> Step:
    if not plugins.plugin_loaded("harvest"):
        return Step("harvest", source.name, "skipped", "the plugin harvest is not switched on")
    if source.type not in _harvester_types():
        return Step("harvest", source.name, "skipped", f"no plugin that is switched on harvests {source.type}")
    return _bring(city, source_record(city, source, config.demo_url()), user)


def _harvester_types() -> set[str]:
    # Not at the top: a portal may run without ckanext-harvest.
    from ckanext.harvest.interfaces import IHarvester

    return {harvester.info()["name"] for harvester in plugins.PluginImplementations(IHarvester)}


def _bring(city: City, record: Record, user: str, expected: Iterable[tuple[str, str]] = ()) -> Step:
    """Make or change one package, if the files say something new about it."""
    package = model.Package.get(record.name)
    if package is None:
        content = {**record.content, "id": record.id, "name": record.name, "type": record.type, "owner_org": city.id}
        action = "harvest_source_create" if record.type == "harvest" else "package_create"
        _act(action, user, content, record.type, record.name, expected)
        _remember(record)
        return Step(record.type, record.name, "created")
    if package.type != record.type:
        raise LoadError(record.type, record.name, {"name": [f"taken by a package of the type {package.type}"]})
    if package.state == model.State.DELETED:
        return Step(record.type, record.name, "deleted here")
    last = (package.plugin_data or {}).get(PLUGIN, {}).get("loaded", {})
    new = {name: value for name, value in record.content.items() if name not in last or last[name] != value}
    if not new:
        return Step(record.type, record.name, "unchanged")
    existing = _act("package_show", user, {"id": package.id}, record.type, record.name)
    if record.type == "harvest":
        _act("harvest_source_update", user, {**_source_fields(existing), **new}, record.type, record.name)
    else:
        _act("package_update", user, {**existing, **new}, record.type, record.name, expected)
    _remember(record)
    return Step(record.type, record.name, "updated")


def _source_fields(existing: dict[str, Any]) -> dict[str, Any]:
    """The fields of a source that its form has; the others that CKAN shows are not taken back."""
    names = ("id", "name", "title", "notes", "url", "source_type", "frequency", "config", "owner_org", "state")
    return {name: existing[name] for name in names if existing.get(name) is not None}


def _remember(record: Record) -> None:
    """Keep what was loaded with the package, where no form or API of CKAN changes it."""
    package = model.Package.get(record.name)
    data = dict(package.plugin_data or {})
    data[PLUGIN] = {**data.get(PLUGIN, {}), "loaded": record.content}
    package.plugin_data = data
    model.repo.commit()


def _act(
    action: str, user: str, data: dict[str, Any], kind: str, name: str, expected: Iterable[tuple[str, str]] = ()
) -> Any:
    # `use_cache`: what the search index remembers of a package may be older than the package.
    context = {"user": user, "ignore_auth": True, "use_cache": False, EXPECTED: expected}
    try:
        return tk.get_action(action)(context, dict(data))
    except tk.ValidationError as error:
        raise LoadError(kind, name, error.error_dict) from error

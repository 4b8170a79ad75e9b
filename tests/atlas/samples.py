"""Dresden's actors and projects as packages, from the files that the city file names."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ckan.plugins import toolkit as tk
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.entries import Actor, Project, read_actors, read_projects


def packages() -> list[dict[str, Any]]:
    """All entries of the configured city, as package_create takes them; without the organisation."""
    here = city()
    actors = read_actors(here.actors_file, here)
    projects = read_projects(here.projects_file, here, actors)
    return [_package("actor", one) for one in actors] + [_package("project", one) for one in projects]


def _package(package_type: str, one: Actor | Project) -> dict[str, Any]:
    values = asdict(one)
    place = values.pop("place")
    package = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
    package |= {"type": package_type, "name": f"{package_type}-{package.pop('id')}"}
    if place:
        package |= {
            "longitude": place["longitude"],
            "latitude": place["latitude"],
            "position_precision_m": place["precision_m"],
        }
    return {key: value for key, value in package.items() if value not in ("", None, [])}


def load() -> None:
    """Creates the organisation and all entries, in the database that is configured."""
    context = {"ignore_auth": True, "user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]}
    here = city()
    expected = {(package["type"], package["name"].partition("-")[2]) for package in packages()}
    context["atlas_expected"] = expected
    tk.get_action("organization_create")(dict(context), {"name": here.id, "title": here.publisher.name})
    for package in packages():
        tk.get_action("package_create")(dict(context), {**package, "owner_org": here.id})

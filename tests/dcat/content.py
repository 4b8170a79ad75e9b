"""What stands in the portals of these tests, and how it is changed."""

from __future__ import annotations

import uuid
from typing import Any

import full as full_entries
from ckan.plugins import toolkit as tk
from ckan.tests import factories, helpers
from ckanext.dresdensmartcity.city.current import city
from packages import full, minimal, series
from rdflib import Graph

SITE = "http://test.ckan.net"
# Ending of an address -> name in rdflib.
SYNTAXES = {"ttl": "turtle", "rdf": "xml", "xml": "xml", "jsonld": "json-ld", "nt": "nt"}
LINKS = ("in_series", "source", "has_version", "serves_dataset", "access_services", "resources")
HIDDEN = ("secret-data", "half-done", "actor-tud", "project-atlas")


def create(package: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Store a package as an administrator does, who may choose its id."""
    given = {key: value for key, value in package.items() if not key.startswith("metadata_")}
    given["id"] = package.get("id") or str(uuid.uuid4())
    return call("package_create", **{**given, "owner_org": city().id, **changes})


def call(action: str, **data: Any) -> Any:
    """An action of the portal's own user, who may do everything."""
    user = tk.get_action("get_site_user")({"ignore_auth": True})["name"]
    return helpers.call_action(action, {"user": user}, **data)


def organisation() -> dict[str, Any]:
    """The city's own, which owns all that `create` makes."""
    return factories.Organization(id=str(uuid.uuid4()), name=city().id, title=city().publisher.name)


def create_full() -> list[dict[str, Any]]:
    """The entries with every field of full.py, which link to each other: first without their links, then with them."""
    given = [{**full_entries.create(one), "owner_org": city().id} for one in full_entries.entries()]
    ids = {}
    for one in given:
        plain = {key: value for key, value in one.items() if key not in LINKS}
        files = [{key: value for key, value in file.items() if key not in LINKS} for file in one.get("resources", [])]
        ids[one["name"]] = call("package_create", **plain, **({"resources": files} if files else {}))["id"]
    return [call("package_update", id=ids[one["name"]], **one) for one in given]


def build() -> dict[str, Any]:
    """A series with a dataset in it, a dataset made by hand, and all that nobody may see in a catalogue."""
    organisation()
    actor = {"type": "actor", "name": "actor-tud", "title": "TU", "notes": "x", "kind": "research"}
    project = {"type": "project", "name": "project-atlas", "title": "Atlas", "notes": "x"}
    hidden = minimal(id="", resources=[])
    return {
        "series": create(series()),
        "full": create(full()),
        "minimal": create(minimal()),
        "private": create(hidden, name="secret-data", private=True),
        "draft": create(hidden, name="half-done", state="draft"),
        "actor": create(actor),
        "project": create(project),
    }


def graph_of(app: Any, path: str) -> Graph:
    answer = app.get(path, status=200)
    return Graph().parse(data=answer.body, format=SYNTAXES[path.split("?")[0].rsplit(".")[-1]])

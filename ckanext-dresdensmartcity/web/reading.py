"""Reads from CKAN what the portal's own pages show and hands it to the cores as plain records."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from ckanext.dresdensmartcity.city.facts import LEAD, PARTNER
from ckanext.dresdensmartcity.web.measures import Actor, BudgetLine, DatasetLink, Project
from ckanext.dresdensmartcity.web.search import TABLES

BUDGET_TABLE = "budget-lines"
ALL = 1000  # CKAN's own limit for the rows of one search; actors and projects of a city are far fewer
MOST_ROWS = 32000  # CKAN's limit for one datastore_search; a plan has some hundred lines


def search(fq: str, **params: Any) -> dict[str, Any]:
    """package_search as the visitor may see it; an empty answer while Solr is away, so that pages still stand."""
    context = {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
    try:
        return tk.get_action("package_search")(context, {"fq": fq, "rows": 0, **params})
    except SearchError:
        return {"count": 0, "results": []}


def packages(kind: str) -> list[dict[str, Any]]:
    """All packages of a type."""
    found: list[dict[str, Any]] = []
    while True:
        answer = search(f"+dataset_type:{kind}", rows=ALL, start=len(found), sort="name asc")
        found += answer["results"]
        if not answer["results"] or len(found) >= answer["count"]:
            return found


def count(kind: str) -> int:
    return int(search(f"+dataset_type:{kind}")["count"])


def newest(rows: int) -> list[dict[str, Any]]:
    return list(search("+dataset_type:dataset", rows=rows, sort="metadata_created desc")["results"])


def actors() -> dict[str, Actor]:
    """Actors by their id in the atlas."""
    found = (Actor(atlas_id(package), package["title"]) for package in packages("actor"))
    return {actor.id: actor for actor in found}


def projects() -> list[Project]:
    known = actors()

    def named(identifier: str) -> Actor:
        return known.get(identifier) or Actor(identifier, identifier)

    return [
        Project(
            id=atlas_id(package),
            title=text(package, "title"),
            measure=package.get("measure") or "",
            summary=text(package, "notes"),
            status=package.get("status") or "",
            phase=package.get("phase") or "",
            lead=next((named(one) for one in with_role(package, LEAD)), None),
            partners=tuple(named(one) for one in with_role(package, PARTNER)),
        )
        for package in packages("project")
    ]


def with_role(package: dict[str, Any], role: str) -> list[str]:
    """The ids of those actors of a project that have a role."""
    return [one["actor"] for one in package.get("members") or () if one.get("actor") and one.get("role") == role]


def datasets_of_measures() -> list[DatasetLink]:
    """Datasets and series that bear a measure, series first."""
    return [
        DatasetLink(package["name"], text(package, "title"), package["measure"], kind)
        for kind in ("dataset_series", "dataset")
        for package in packages(kind)
        if package.get("measure")
    ]


def budget_lines() -> list[BudgetLine]:
    """What the funding plans say of measures, as the budget harvester published them; empty before its first run."""
    return [
        line
        for resource in budget_resources()
        for record in rows_of_table(resource["id"])
        if (line := budget_line(record)) is not None
    ]


def budget_resources() -> list[dict[str, Any]]:
    """The tables with all lines of a plan; a city may publish several plans."""
    found = search(f'+dataset_type:dataset +{TABLES}:"{BUDGET_TABLE}"', rows=ALL)["results"]
    return [
        resource
        for package in found
        for resource in package["resources"]
        if resource.get("table_name") == BUDGET_TABLE and resource.get("datastore_active")
    ]


def rows_of_table(resource_id: str) -> list[dict[str, Any]]:
    """All rows of a table; none where it is not in the DataStore any more."""
    try:
        answer = tk.get_action("datastore_search")({}, {"resource_id": resource_id, "limit": MOST_ROWS})
    except tk.ObjectNotFound:
        return []
    return list(answer["records"])


def budget_line(record: dict[str, Any]) -> BudgetLine | None:
    """A row of schemas/tables/budget-lines.json; None for what is no measure's amount."""
    if not record.get("measure") or record.get("amount_cents") is None:
        return None
    return BudgetLine(
        measure=str(record["measure"]),
        title=str(record.get("title") or ""),
        year=int(record["year"]),
        amount_eur=Decimal(int(record["amount_cents"])) / 100,
    )


def atlas_id(package: dict[str, Any]) -> str:
    """The id in the atlas: the package's name without the prefix of its type."""
    return str(package["name"]).removeprefix(f"{package['type']}-")


def text(package: dict[str, Any], name: str) -> str:
    """A field in the language of the page, German where there is no other."""
    english = str(tk.h.lang() or "").startswith("en")
    return str((english and package.get(f"{name}_en")) or package.get(name) or "")

"""Packages as CKAN shows them, many at a time: what package_show reads for each is read once for all.

Step by step as CKAN 2.12 (ckan/lib/dictization/model_dictize.py, package_dictize, and
ckan/logic/__init__.py, package_show_default_and_custom_schemas), for packages that have no groups and no relationships;
others are shown by CKAN itself.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import ckan.lib.dictization as dictization
import ckan.lib.plugins as lib_plugins
import ckan.model as model
import ckan.plugins as plugins
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import logic
from ckan.lib.dictization.model_dictize import resource_list_dictize
from ckan.logic.schema import default_show_package_schema

from .bulk import AnsweredSchema

Shown = tuple[dict[str, Any], dict[str, Any]]  # by CKAN's own schema, by that of its type


def shown(packages: Mapping[str, Any], context: Any) -> dict[str, Shown]:
    """The packages, id -> object of the session, by CKAN's own schema and by that of their type."""
    if not packages:
        return {}
    rows = _Rows(list(packages))
    found = {}
    for identifier, package in packages.items():
        if identifier in rows.unusual:
            found[identifier] = logic.package_show_default_and_custom_schemas(context, identifier)
        else:
            found[identifier] = _by_both_schemas(package, rows, context)
    return found


def _by_both_schemas(package: Any, rows: _Rows, parent: Any) -> Shown:
    context: Any = logic.fresh_context(parent, ignore_auth=True, use_cache=False, validate=False)
    context |= {"session": model.Session, "package": package, "with_capacity": False}
    stored = _stored(package, rows, context)
    for controller in plugins.PluginImplementations(plugins.IPackageController):
        controller.read(package)
    for controller in plugins.PluginImplementations(plugins.IResourceController):
        for resource in stored["resources"]:
            controller.before_resource_show(resource)
    default = default_show_package_schema()
    plain, _ = lib_plugins.plugin_validate(
        object(), context, stored, AnsweredSchema(default, _answers()), "package_show"
    )
    plugin = lib_plugins.lookup_package_plugin(stored["type"])
    schema = plugin.show_package_schema()
    typed = plain
    if schema != default:
        answered = AnsweredSchema(schema, _answers())
        typed, _ = lib_plugins.plugin_validate(plugin, context, stored, answered, "package_show")
    logic.apply_after_dataset_show_plugins(context, typed)
    return plain, typed


def _answers() -> dict[Any, Any]:
    """Whether another package has the name is no question of a stored one: the database allows each name once."""
    return {tk.get_validator("package_name_validator"): lambda key, data, errors, context: None}


def _stored(package: Any, rows: _Rows, context: Any) -> dict[str, Any]:
    found: dict[str, Any] = dictization.table_dictize(package, context)
    found["title"] = found["title"].strip() if found.get("title") else found.get("title")
    found.pop("plugin_data", None)
    found["resources"] = resource_list_dictize(rows.resources.get(package.id, []), context)
    found["num_resources"] = len(found["resources"])
    found["tags"] = dictization.obj_list_dictize(rows.tags.get(package.id, []), context, lambda one: one["name"])
    found["num_tags"] = len(found["tags"])
    for tag in found["tags"]:
        del tag["package_id"]
        tag["display_name"] = tag["name"]
    found["extras"] = [{"key": key, "value": value} for key, value in (found["extras"] or {}).items()]
    found["groups"] = []
    found["organization"] = rows.organisation(package.owner_org, context)
    found["relationships_as_subject"], found["relationships_as_object"] = [], []
    found["isopen"] = package.isopen()
    found["type"] = package.type or "dataset"
    licence = package.license
    if licence and licence.url:
        found["license_url"], found["license_title"] = licence.url, licence.title.split("::")[-1]
    else:
        found["license_title"] = licence.title if licence else package.license_id
    found["metadata_modified"] = package.metadata_modified.isoformat()
    found["metadata_created"] = package.metadata_created.isoformat() if package.metadata_created else None
    return found


class _Rows:
    """Rows of all the packages."""

    def __init__(self, ids: list[str]) -> None:
        run = model.Session.execute
        resource, tag, of = model.resource_table, model.tag_table, model.package_tag_table
        self.resources: dict[str, list[Any]] = {}
        for row in run(sa.select(resource).where(resource.c.package_id.in_(ids))):
            self.resources.setdefault(row.package_id, []).append(row)
        self.tags: dict[str, list[Any]] = {}
        tags = sa.select(tag, of.c.state, of.c.package_id).join(of, tag.c.id == of.c.tag_id)
        for row in run(tags.where(of.c.package_id.in_(ids))):
            self.tags.setdefault(row.package_id, []).append(row)
        member, group, related = model.member_table, model.group_table, model.package_relationship_table
        grouped = sa.select(member.c.table_id).join(group, group.c.id == member.c.group_id)
        self.unusual = set(
            model.Session.scalars(
                grouped.where(
                    member.c.table_id.in_(ids), member.c.state == "active", group.c.is_organization == sa.false()
                )
            )
        )
        ends = (related.c.subject_package_id, related.c.object_package_id)
        for row in run(sa.select(*ends).where(sa.or_(*(end.in_(ids) for end in ends)))):
            self.unusual |= set(row)
        self._organisations: dict[str | None, dict[str, Any] | None] = {}

    def organisation(self, identifier: str | None, context: Any) -> dict[str, Any] | None:
        if identifier not in self._organisations:
            group = model.group_table
            rows = model.Session.execute(sa.select(group).where(group.c.id == identifier, group.c.state == "active"))
            listed = dictization.obj_list_dictize(rows, context)
            for one in listed:
                del one["extras"]
            self._organisations[identifier] = listed[0] if listed else None
        return copy.deepcopy(self._organisations[identifier])

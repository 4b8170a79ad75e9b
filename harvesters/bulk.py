"""CKAN's action package_create for many packages: the same rows and calls, with one question and one write for all.

Taken step by step from CKAN 2.12 (ckan/logic/action/create.py, ckan/lib/dictization/model_save.py): the validators of
the schema, the package with its files, tags and organisation, then the hooks of plugins and the views of files. Four of
the validators ask the database whether something is there; they are asked only where the answer is not known for all
packages together, and otherwise the original is called. Rows are written when all of them are known, or when one of
them links to another that was not written yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import ckan.lib.plugins as lib_plugins
import ckan.model as model
import ckan.plugins as plugins
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan.lib.datapreview import get_default_view_plugins
from ckan.lib.navl.dictization_functions import missing
from ckanext.dresdensmartcity.quality.saving import would_refuse

from .publishing import name_apart, named, utc_now

# With these a package is out of the ordinary: CKAN's own action takes it.
UNUSUAL = ("groups", "relationships_as_subject", "relationships_as_object", "plugin_data")
ORGANISATION_MEMBER = "organization"


class Bulk:
    """New packages on their way into the database."""

    def __init__(self, user: str, user_object: Any, wanted: Sequence[Mapping[str, Any]]) -> None:
        self.made: dict[str, Any] = {}  # id -> package
        self._user, self._user_object = user, user_object
        self._waiting: list[tuple[Any, dict[str, Any]]] = []  # packages without rows, with their validated fields
        self._known = _Known(wanted)
        self._organisations: dict[str, Any] = {}
        self._views = get_default_view_plugins()

    def takes(self, fields: Mapping[str, Any]) -> bool:
        """Whether the package is an ordinary new one."""
        return (
            fields["id"] in self._known.free_packages
            and not any(fields.get(key) for key in UNUSUAL)
            and not any(tag.get("id") or tag.get("vocabulary_id") for tag in fields.get("tags", ()))
            and not any(one.get("upload") for one in fields.get("resources", ()))
        )

    def add(self, fields: dict[str, Any]) -> str:
        """Take a package; its id. Raises ValidationError."""
        if self._waiting and not self._is_independent(fields):
            self.flush()
        data = self._validated(self._known.named(fields) | {"state": "active"})
        self._known.use(data)
        package = self._package(data)
        self.made[package.id] = package
        self._waiting.append((package, data))
        return str(package.id)

    def flush(self) -> None:
        """Write the rows of what waits, and tell the plugins."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        model.Session.flush()
        for package, data in waiting:
            context = self._context()
            for plugin in plugins.PluginImplementations(plugins.IPackageController):
                plugin.create(package)
                plugin.after_dataset_create(context, data)
            if any(self._has_view(one, data) for one in data.get("resources") or ()):
                views: Any = tk.get_action("package_create_default_resource_views")
                views(self._context(), {"package": data})

    def _context(self) -> Any:
        return {
            "user": self._user,
            "auth_user_obj": self._user_object,
            "ignore_auth": True,
            "model": model,
            "session": model.Session,
            "defer_commit": True,
            "return_id_only": True,
        }

    def _is_independent(self, fields: Mapping[str, Any]) -> bool:
        unwritten = {str(package.id) for package, _ in self._waiting}
        return not any(text in unwritten for key, one in fields.items() if key != "id" for text in _texts(one))

    def _validated(self, fields: dict[str, Any]) -> dict[str, Any]:
        context = self._context()
        if errors := would_refuse(context, fields, None):
            raise tk.ValidationError(errors)
        plugin = lib_plugins.lookup_package_plugin(fields["type"])
        schema = AnsweredSchema(plugin.create_package_schema(), self._known.answers)
        data, errors = lib_plugins.plugin_validate(plugin, context, fields, schema, "package_create")
        if errors:
            raise tk.ValidationError(errors)
        found: dict[str, Any] = data
        return found

    def _package(self, data: dict[str, Any]) -> Any:
        data["creator_user_id"] = self._user_object.id
        data.pop("metadata_created", None)
        data.pop("plugin_data", None)
        package: Any = model.Package()
        package.from_dict(data | {"extras": {one["key"]: one["value"] for one in data.get("extras", [])}})
        if not data.get("metadata_modified"):
            package.metadata_modified = utc_now()
        package.resources_all[:] = [self._resource(one, package.id) for one in data.get("resources") or ()]
        for one, resource in zip(data.get("resources") or (), package.resources_all, strict=True):
            one["id"] = resource.id
        tags = self._known.tags([tag["name"] for tag in data.get("tags") or ()])
        for tag in tags:
            model.Session.add(tag)
            model.Session.add(model.PackageTag(package, tag, "active"))
        model.Session.add(package)
        if package.owner_org:
            organisation = self._organisation(package.owner_org)
            package.owner_org = organisation.id
            member = {"table_id": package.id, "table_name": "package", "capacity": ORGANISATION_MEMBER}
            model.Session.add(model.Member(**member, group_id=organisation.id, state="active"))
        return package

    @staticmethod
    def _resource(fields: dict[str, Any], package: str) -> Any:
        fields["package_id"] = fields.get("package_id") or package
        for name in ("extras", "revision_timestamp", "tracking_summary"):
            fields.pop(name, None)
        resource: Any = model.Resource()
        changed, further = resource.from_dict(fields)
        if "url" in changed:
            resource.url_changed = True
        resource.metadata_modified = utc_now()
        resource.state, resource.extras = "active", further
        return resource

    def _organisation(self, identifier: str) -> Any:
        if identifier not in self._organisations:
            found = model.Group.get(identifier)
            if found is None or not found.is_organization:
                raise tk.ValidationError({"owner_org": [tk._("Organization was not found.")]})
            self._organisations[identifier] = found
        return self._organisations[identifier]

    def _has_view(self, resource: dict[str, Any], package: dict[str, Any]) -> bool:
        return any(view.can_view({"resource": resource, "package": package}) for view in self._views)


class _Known:
    """What is there of all that will be created, asked once; and what of it has been used since."""

    def __init__(self, wanted: Sequence[Mapping[str, Any]]) -> None:
        ids = [one["id"] for one in wanted]
        names = [one["name"] for one in wanted if one.get("name")]
        names += [name_apart(one) for one in wanted if one.get("name")]
        files = [file["id"] for one in wanted for file in one.get("resources", ()) if file.get("id")]
        there, resource = model.Package, model.Resource
        # Also names of what is deleted: CKAN's action takes them away from it.
        rows = model.Session.execute(sa.select(there.id, there.name).where(there.id.in_(ids) | there.name.in_(names)))
        taken = {text for row in rows for text in row}
        self.free_packages = set(ids) - taken
        self._free_names = set(names) - taken
        self._free_files = set(files) - set(model.Session.scalars(sa.select(resource.id).where(resource.id.in_(files))))
        self._tags: dict[str, Any] = {}
        self._load_tags({tag["name"] for one in wanted for tag in one.get("tags", ()) if tag.get("name")})
        self._owners: dict[Any, Any] = {}
        ask = tk.get_validator
        # CKAN counts the arguments of a validator, and `self` as one of them.
        self.answers: dict[Any, Callable[..., Any]] = {
            ask("package_name_validator"): lambda key, data, errors, context: self._name(key, data, errors, context),
            ask("package_id_does_not_exist"): lambda value, context: self._id(value, context),
            ask("resource_id_does_not_exist"): lambda key, data, errors, context: self._file(
                key, data, errors, context
            ),
            ask("owner_org_validator"): lambda key, data, errors, context: self._owner(key, data, errors, context),
        }

    def named(self, fields: dict[str, Any]) -> dict[str, Any]:
        """With the name that it gets; see publishing.named."""
        if fields["name"] in self._free_names:
            return fields
        apart = name_apart(fields)
        return fields | {"name": apart} if apart in self._free_names else named(fields, None)

    def use(self, data: Mapping[str, Any]) -> None:
        """These are now taken; raises ValidationError where one of them is twice in it or was before."""
        files = [file["id"] for file in data.get("resources") or () if file.get("id")]
        if data["name"] not in self._free_names:
            raise tk.ValidationError({"name": [tk._("That URL is already in use.")]})
        if len(set(files)) < len(files) or not self._free_files.issuperset(files):
            raise tk.ValidationError({"resources": [tk._("Resource id already exists.")]})
        self.free_packages.discard(data["id"])
        self._free_names.discard(data["name"])
        self._free_files.difference_update(files)

    def tags(self, names: Iterable[str]) -> list[Any]:
        """Tags of these names, each once; new ones where there are none."""
        wanted = list(dict.fromkeys(names))
        self._load_tags({one for one in wanted if one not in self._tags})
        for one in wanted:
            if self._tags[one] is None:
                self._tags[one] = model.Tag(one)
        return [self._tags[one] for one in wanted]

    def _load_tags(self, names: set[str]) -> None:
        if names:
            tag: Any = model.Tag
            query = sa.select(tag).where(tag.name.in_(names), tag.vocabulary_id.is_(None))
            self._tags |= dict.fromkeys(names) | {one.name: one for one in model.Session.scalars(query)}

    # In place of CKAN's validators, which are called where the answer is not known

    def _name(self, key: Any, data: Any, errors: Any, context: Any) -> Any:
        if data[key] not in self._free_names:
            return tk.get_validator("package_name_validator")(key, data, errors, context)
        if not model.PACKAGE_NAME_MIN_LENGTH <= len(data[key]) <= model.PACKAGE_NAME_MAX_LENGTH:
            return tk.get_validator("package_name_validator")(key, data, errors, context)
        return None

    def _id(self, value: Any, context: Any) -> Any:
        return value if value in self.free_packages else tk.get_validator("package_id_does_not_exist")(value, context)

    def _file(self, key: Any, data: Any, errors: Any, context: Any) -> Any:
        if data[key] is missing or data[key] in self._free_files:
            return None
        return tk.get_validator("resource_id_does_not_exist")(key, data, errors, context)

    def _owner(self, key: Any, data: Any, errors: Any, context: Any) -> Any:
        """The same user and organisation get the same answer; only a good one is remembered."""
        given = data.get(key)
        if isinstance(given, str) and given in self._owners:
            data[key] = self._owners[given]
            return None
        answer = tk.get_validator("owner_org_validator")(key, data, errors, context)
        if isinstance(given, str) and not errors.get(key):
            self._owners[given] = data[key]
        return answer


class AnsweredSchema(dict[str, Any]):
    """A schema that has other validators in place of some, whoever puts them in."""

    def __init__(self, schema: Mapping[str, Any], answers: Mapping[Any, Any]) -> None:
        super().__init__()
        self._answers = answers
        for key, one in schema.items():
            self[key] = one

    def __setitem__(self, key: str, value: Any) -> None:
        if isinstance(value, dict) and not isinstance(value, AnsweredSchema):
            value = AnsweredSchema(value, self._answers)
        elif isinstance(value, list):
            value = [self._answers.get(one, one) for one in value]
        super().__setitem__(key, value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)

"""From a Publication to a package, its resources and its tables, through CKAN's own actions.

A package is saved only when its fields differ from those that were last published under its guid; `modified` moves only
when a field or a row did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Literal

import ckan.lib.plugins as lib_plugins
import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.dcat.iris import stored_uri

from . import parquet, wording
from .fields import FORM, digest, file_id, has_file, package_fields, package_id, resource_id
from .records import HarvesterError, Publication, Table
from .store import TableChange, prepare, table_exists, write_table

# What the portal or its people own on a harvested dataset and a harvest leaves as it is.
KEPT_OF_PACKAGE = ("issued", "groups")
KEPT_OF_RESOURCE = ("datastore_active",)
KEPT_OF_FILE = ("hash", "hash_algorithm", "size", "last_modified")  # of one that the portal makes itself
LOCK_SECONDS = 60
SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"

NAME_LENGTH = 100  # of CKAN's column

Result = Literal["new", "changed", "unchanged", "archived"]


class BusyError(HarvesterError):
    """Another consumer is publishing the same dataset and did not finish in time."""


class InvalidDatasetError(HarvesterError):
    """CKAN refuses the dataset: its schema and what the harvester made do not fit."""


class TakenError(HarvesterError):
    """The dataset is there already and belongs to somebody else."""


@dataclass(frozen=True)
class Outcome:
    """What publishing did with one publication."""

    guid: str
    kind: str
    package_id: str
    result: Result
    rows: TableChange = field(default_factory=TableChange)
    revived: bool = False  # it was there once and had been deleted
    changed: tuple[str, ...] = ()  # names of the tables whose rows changed


def is_published(city: City, publications: list[Publication]) -> bool:
    """Whether every dataset and table of these publications is there, for people may have deleted one."""
    for one in publications:
        package = model.Package.get(package_id(city, one.guid))
        if package is None or package.state != model.State.ACTIVE:
            return False
        if not all(table_exists(resource_id(city, one.guid, table.name)) for table in one.tables):
            return False
        if not all(_has_its_file(city, one.guid, table) for table in one.tables):
            return False
    return True


def _has_its_file(city: City, guid: str, table: Table) -> bool:
    return not has_file(table) or parquet.is_made(resource_id(city, guid, table.name), file_id(city, guid, table.name))


@contextmanager
def lock(name: str, seconds: int | None = None) -> Iterator[None]:
    """Only one process at a time, on any machine of the portal; it ends with its connection, so none is left behind.

    Waits for `seconds` (LOCK_SECONDS where none are given, 0 for ever) and then raises BusyError.
    """
    seconds = LOCK_SECONDS if seconds is None else seconds
    with model.meta.engine.connect() as connection, connection.begin():
        connection.execute(sa.text(f"SET LOCAL lock_timeout = '{seconds}s'"))
        try:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})
        except sa.exc.OperationalError as error:
            raise BusyError(
                f"{name} is being published by another consumer since {seconds} s; run the source again"
            ) from error
        yield


def site_user() -> str:
    """Name of the user that the portal itself acts as."""
    return str(tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"])


def ensure_organization(city: City) -> None:
    """The city's organisation, which owns what is harvested, where nobody has made it yet."""
    user = site_user()
    if model.Group.get(city.id):
        return
    with lock(f"organization:{city.id}"):
        if not model.Group.get(city.id):
            _act("organization_create", user, {"name": city.id, "title": city.publisher.name})


def publish(city: City, publication: Publication, published_hash: str | None) -> tuple[Outcome, str]:
    """Bring the portal in line with the publication; also the hash of its fields, to be given again the next time.

    `published_hash` is that of the last time, or None. The caller holds the lock of the guid. Raises HarvesterError.
    """
    user = site_user()
    # First, so that a row that does not fit leaves no half-made dataset behind.
    prepared = {resource_id(city, publication.guid, table.name): prepare(table) for table in publication.tables}
    fields = package_fields(city, publication)
    fields_hash = digest([FORM, fields])
    existing = show(user, fields["id"])
    active = existing is not None and existing["state"] == "active"
    known = {one["id"] for one in existing["resources"]} if existing else set()
    saved = (
        not active or fields_hash != published_hash or not {one["id"] for one in fields.get("resources", [])} <= known
    )
    if saved and publication.foreign:
        _save_foreign(user, fields, existing)
    elif saved:
        _save(user, fields, existing)
    change, changed = TableChange(), []
    for (identifier, table), named in zip(prepared.items(), publication.tables, strict=True):
        one = write_table(user, identifier, table)
        if one.any:
            changed.append(named.name)
        change = TableChange(
            change.new + one.new,
            change.changed + one.changed,
            change.removed + one.removed,
            change.unchanged + one.unchanged,
        )
    # Files follow when a run is finished (files.py); a page must not offer one that was never there.
    without = [one for one in publication.tables if not _has_its_file(city, publication.guid, one)]
    made = make_files(city, publication.guid, {one.name: one.schema for one in without})
    if made or (change.any and not saved):
        note_files(user, fields["id"], made, moved=change.any and not saved)
    result: Result = "new" if not active else "changed" if saved or change.any else "unchanged"
    revived = bool(existing and not active)
    outcome = Outcome(publication.guid, publication.kind, fields["id"], result, change, revived, tuple(changed))
    return outcome, fields_hash


def make_files(city: City, guid: str, schemas: dict[str, str]) -> dict[str, parquet.Made]:
    """Bring the Parquet files of tables (name -> schema) in line with them; gives those that were written, by id."""
    made = {}
    for name, schema in schemas.items():
        file = file_id(city, guid, name)
        if one := parquet.bring(resource_id(city, guid, name), file, schema):
            made[file] = one
    return made


def note_files(user: str, package: str, made: dict[str, parquet.Made], *, moved: bool) -> None:
    """Say in the dataset what its files are now; where `moved`, that its content has changed too."""
    stored = show(user, package)
    if stored is None:
        return
    changed, now = moved, utc_now().isoformat(timespec="seconds")
    for resource in stored["resources"]:
        one = made.get(resource["id"])
        if one is not None and (resource.get("hash"), str(resource.get("size"))) != (one.sha256, str(one.size)):
            resource |= {
                "hash": one.sha256,
                "hash_algorithm": SHA256,
                "size": one.size,
                "last_modified": now,
            }
            changed = True
    if changed:
        _act("package_update", user, stored | ({"modified": _now()} if moved else {}))
    # Only now: a file that its dataset does not know yet, as CKAN or a worker was stopped, must not count as made.
    for one in made.values():
        parquet.settle(one)


def archive(package: str) -> str | None:
    """Delete a dataset the way CKAN can undo: it keeps its id, name and files, and whoever may edit it sees it.

    Gives its type; None where it is not there or not active. Chosen over making it private, because a deleted dataset
    is out of every search, count and catalogue at once, and a harvest that finds it again revives it as it was.
    """
    one = model.Package.get(package)
    if one is None or one.state != model.State.ACTIVE:
        return None
    kind = str(one.type)
    _act("package_delete", site_user(), {"id": package})
    return kind


def recognises(publication: Publication, package: str) -> bool:
    """Whether the stored dataset is an earlier form of this publication, although no harvest remembers that."""
    stored = show(site_user(), package)
    return stored is not None and bool(stored_uri(stored)) and stored_uri(stored) == publication.package.get("uri")


def problems(city: City, publication: Publication) -> str:
    """What CKAN would say against the publication, without saving anything; empty where it would take it.

    Validators look things up, so that a link to an entry that the same run would publish is not known yet.
    """
    user = site_user()
    fields = package_fields(city, publication)
    existing = show(user, fields["id"])
    action = "package_update" if existing else "package_create"
    fields = named(fields, existing) | {"state": "active"}
    plugin = lib_plugins.lookup_package_plugin(fields["type"])
    schema = plugin.update_package_schema() if existing else plugin.create_package_schema()
    context = {"user": user, "ignore_auth": True, "model": model, "session": model.Session, "schema": schema}
    if existing:
        context["package"] = model.Package.get(fields["id"])
    _, errors = lib_plugins.plugin_validate(plugin, context, fields, schema, action)
    model.Session.rollback()
    return _summary(tk.ValidationError(errors)) if errors else ""


def _save(user: str, fields: dict[str, Any], existing: dict[str, Any] | None) -> None:
    fields = {"issued": _now(), **fields, "modified": fields.get("modified") or _now(), "state": "active"}
    if existing is None:
        _act("package_create", user, fields)
        return
    fields |= {key: existing[key] for key in KEPT_OF_PACKAGE if existing.get(key)}
    before = {one["id"]: one for one in existing["resources"]}
    for resource in fields.get("resources", []):
        old = before.pop(resource["id"], {})
        kept = KEPT_OF_RESOURCE + (KEPT_OF_FILE if resource["url_type"] == "upload" else ())
        resource |= {key: old[key] for key in kept if old.get(key) is not None}
    # What is no longer published, or was added by hand, stays: nothing is deleted in this cut.
    if "resources" in fields or before:
        fields["resources"] = [*fields.get("resources", []), *before.values()]
    _act("package_update", user, fields)


def _save_foreign(user: str, fields: dict[str, Any], existing: dict[str, Any] | None) -> None:
    fields = named(fields, existing) | {"state": "active"}
    if existing is None:
        _act("package_create", user, fields)
        return
    before = {one["id"]: one for one in existing["resources"]}
    if fields["private"] and existing["state"] == "active":
        fields["private"] = existing["private"]  # quarantine ends when a person says so
    if existing.get("groups"):
        fields["groups"] = existing["groups"]
    for resource in fields.get("resources", []):
        old = before.get(resource["id"], {})
        resource |= {key: old[key] for key in KEPT_OF_RESOURCE if key in old}
    _act("package_update", user, fields)


def named(fields: dict[str, Any], existing: dict[str, Any] | None) -> dict[str, Any]:
    """With the name that the entry has once and for all; a suggestion that is taken gets a piece of the id."""
    if existing is not None:
        return fields | {"name": existing["name"]}
    taken = model.Package.get(fields["name"])
    if taken is None or taken.id == fields["id"]:
        return fields
    return fields | {"name": name_apart(fields)}


def name_apart(fields: Mapping[str, Any]) -> str:
    """The name that an entry gets whose own is taken: with a piece of the id."""
    piece = str(fields["id"]).replace("-", "")[:8]
    return f"{str(fields['name'])[: NAME_LENGTH - len(piece) - 1].rstrip('-_')}-{piece}"


def show(user: str, identifier: str) -> dict[str, Any] | None:
    """The package as its schema shows it, of any state; None where there is none."""
    try:
        # Without the cache: Solr may hold an older state, or none.
        found: dict[str, Any] = tk.get_action("package_show")(
            {"user": user, "ignore_auth": True, "use_cache": False}, {"id": identifier}
        )
    except tk.ObjectNotFound:
        return None
    return found


def _act(action: str, user: str, data: dict[str, Any]) -> None:
    try:
        tk.get_action(action)({"user": user, "ignore_auth": True}, data)
    except tk.ValidationError as error:
        raise InvalidDatasetError(
            wording.REFUSED, action=action, name=data.get("name", data["id"]), problems=_summary(error)
        ) from error


def _summary(error: tk.ValidationError) -> str:
    """Each message with its field; for files, which CKAN's own summary leaves out, with their number."""
    told = []
    for name, found in error.error_dict.items():
        for number, one in enumerate(found if isinstance(found, list) else [found], 1):
            if isinstance(one, dict):
                told += [f"{name} {number}, {key}: {' '.join(map(str, what))}" for key, what in one.items() if what]
            else:
                told.append(f"{name}: {one}")
    return "; ".join(told)


def utc_now() -> datetime:
    """UTC without saying so, as CKAN and ckanext-harvest keep their times."""
    return datetime.now(timezone.utc).replace(tzinfo=None)


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")

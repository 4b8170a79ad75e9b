"""From a Publication to a package, its resources and its tables, through CKAN's own actions.

Ids are UUIDs of version 5 over the city and the natural keys, so that a re-harvest, a new database or a second machine
gives the same ones. A package is saved only when its fields differ from those that were last published under its guid;
`modified` moves only when a field or a row did.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Literal

import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckanext.dresdensmartcity.city.model import City

from .records import HarvesterError, Publication, Table
from .store import TableChange, prepare, table_exists, write_table
from .tables import load_schema

NAMESPACE = uuid.UUID("6a4f5c0e-6f0d-5d0b-9a55-2f1c1d6f7a31")
# Raise it when the same publication shall be written in another way: everything is then published anew, once.
FORM = 1
# What the portal or its people own on a harvested dataset and a harvest leaves as it is.
KEPT_OF_PACKAGE = ("issued", "groups")
KEPT_OF_RESOURCE = ("datastore_active",)
LOCK_SECONDS = 60

Result = Literal["new", "changed", "unchanged"]


class BusyError(HarvesterError):
    """Another consumer is publishing the same dataset and did not finish in time."""


class InvalidDatasetError(HarvesterError):
    """CKAN refuses the dataset: its schema and what the harvester made do not fit."""


@dataclass(frozen=True)
class Outcome:
    """What publishing did with one publication."""

    guid: str
    kind: str
    package_id: str
    result: Result
    rows: TableChange = field(default_factory=TableChange)


def package_id(city: City, guid: str) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{city.id}:{guid}"))


def resource_id(city: City, guid: str, table: str) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{city.id}:{guid}:{table}"))


def digest(value: Any) -> str:
    """A hash of JSON, the same for equal content whatever the order of its keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def content_hash(city: City, publications: list[Publication]) -> str:
    """What must be equal for a unit to be unchanged: all fields, all rows, the schemas, and how they are written."""
    return digest(
        [
            FORM,
            [
                [
                    package_fields(city, one),
                    [[load_schema(table.schema), table.rows, table.scope] for table in one.tables],
                ]
                for one in publications
            ],
        ]
    )


def is_published(city: City, publications: list[Publication]) -> bool:
    """Whether every dataset and table of these publications is there, for people may have deleted one."""
    for one in publications:
        package = model.Package.get(package_id(city, one.guid))
        if package is None or package.state != model.State.ACTIVE:
            return False
        if not all(table_exists(resource_id(city, one.guid, table.name)) for table in one.tables):
            return False
    return True


def package_fields(city: City, publication: Publication) -> dict[str, Any]:
    """The package as CKAN's actions take it, without what depends on the time."""
    fields = dict(publication.package)
    fields["id"] = package_id(city, publication.guid)
    fields["type"] = publication.kind
    fields["owner_org"] = city.id
    fields["tags"] = [{"name": tag} if isinstance(tag, str) else tag for tag in fields.get("tags", [])]
    if publication.kind == "dataset":
        # No dct:identifier: two cities have the same guids, and receivers take equal identifiers for duplicates. The
        # profile writes the IRI there, and the guid as a further identifier (conventions 25 and 26).
        fields.setdefault("alternate_identifier", [publication.guid])
        fields["resources"] = [resource_fields(city, publication, table) for table in publication.tables]
    if publication.series:
        fields["in_series"] = [package_id(city, publication.series)]
    return fields


def resource_fields(city: City, publication: Publication, table: Table) -> dict[str, Any]:
    """The CSV of a table; CKAN puts the address of the DataStore's dump in place of the url."""
    return {
        "id": resource_id(city, publication.guid, table.name),
        "name": table.title,
        "description": table.description,
        "format": "CSV",
        "mimetype": "text/csv",
        "url": "_datastore_only_resource",
        "url_type": "datastore",
        "license": city.license,
        "license_attribution": city.attribution,
        "table_name": table.name,
        "table_schema": table.schema,
    }


@contextmanager
def lock(name: str) -> Iterator[None]:
    """Only one process at a time, on any machine of the portal; it ends with its connection, so none is left behind."""
    with model.meta.engine.connect() as connection, connection.begin():
        connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
        try:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})
        except sa.exc.OperationalError as error:
            raise BusyError(
                f"{name} is being published by another consumer since {LOCK_SECONDS} s; run the source again"
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
    existing = _show(user, fields["id"])
    active = existing is not None and existing["state"] == "active"
    known = {one["id"] for one in existing["resources"]} if existing else set()
    saved = (
        not active or fields_hash != published_hash or not {one["id"] for one in fields.get("resources", [])} <= known
    )
    if saved:
        _save(user, fields, existing)
    change = TableChange()
    for identifier, table in prepared.items():
        one = write_table(user, identifier, table)
        change = TableChange(
            change.new + one.new,
            change.changed + one.changed,
            change.removed + one.removed,
            change.unchanged + one.unchanged,
        )
    if change.any and not saved:
        _act("package_patch", user, {"id": fields["id"], "modified": _now()})
    result: Result = "new" if not active else "changed" if saved or change.any else "unchanged"
    return Outcome(publication.guid, publication.kind, fields["id"], result, change), fields_hash


def _save(user: str, fields: dict[str, Any], existing: dict[str, Any] | None) -> None:
    fields = {"issued": _now(), **fields, "modified": fields.get("modified") or _now(), "state": "active"}
    if existing is None:
        _act("package_create", user, fields)
        return
    fields |= {key: existing[key] for key in KEPT_OF_PACKAGE if existing.get(key)}
    before = {one["id"]: one for one in existing["resources"]}
    for resource in fields.get("resources", []):
        old = before.pop(resource["id"], {})
        resource |= {key: old[key] for key in KEPT_OF_RESOURCE if key in old}
    # What is no longer published, or was added by hand, stays: nothing is deleted in this cut.
    if "resources" in fields or before:
        fields["resources"] = [*fields.get("resources", []), *before.values()]
    _act("package_update", user, fields)


def _show(user: str, identifier: str) -> dict[str, Any] | None:
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
        problems = "; ".join(f"{name}: {what}" for name, what in error.error_summary.items())
        raise InvalidDatasetError(f"{action} refuses {data.get('name', data['id'])}: {problems}") from error


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")

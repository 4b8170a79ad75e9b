"""A package put together from rows of CKAN's tables, as its schema shows it.

CKAN's own way (package_show) asks a dozen times for each package and takes what its session remembers, which another
process may have changed since. Whole catalogues are made of what the database says now.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit

from ckan.lib.munge import munge_filename
from ckanext.dresdensmartcity import config, validators
from ckanext.scheming.helpers import scheming_get_dataset_schema

from .iris import Package

Row = Mapping[str, Any]
Reader = Callable[[Any], Any]

_NOT_SHOWN = ("plugin_data", "extras", "change_version")
_ORGANISATION = "organisation_"


def package_of(row: Row, resources: Sequence[Row], tags: Sequence[Row]) -> Package:
    """One package of its row (with the columns of its organisation), those of its files and of its tags."""
    schema = scheming_get_dataset_schema(row["type"] or "dataset") or {}
    own = {key: _plain(value) for key, value in row.items() if key not in _NOT_SHOWN and not _of_organisation(key)}
    fields = _readers(schema.get("dataset_fields", ()))
    extras = dict(row["extras"] or {})
    own |= {key: value for key, value in extras.items() if key in fields}
    found = _shown(own, fields)
    found["extras"] = [{"key": key, "value": value} for key, value in extras.items() if key not in fields]
    found["type"] = row["type"] or "dataset"
    found["organization"] = _organisation(row)
    found["tags"] = [
        {"id": tag["id"], "name": tag["name"], "display_name": tag["name"], "vocabulary_id": tag["vocabulary_id"]}
        for tag in tags
    ]
    of_files = _readers(schema.get("resource_fields", ()))
    found["resources"] = [_file(one, found["type"], of_files) for one in resources]
    return found


def _of_organisation(key: str) -> bool:
    return key.startswith(_ORGANISATION)


def _organisation(row: Row) -> dict[str, Any] | None:
    if row[f"{_ORGANISATION}id"] is None:
        return None
    return {key.removeprefix(_ORGANISATION): value for key, value in row.items() if _of_organisation(key)}


def _file(row: Row, kind: str, fields: Mapping[str, Reader]) -> dict[str, Any]:
    own = {key: _plain(value) for key, value in row.items() if key != "extras"}
    extras = row["extras"] or {}
    own |= json.loads(extras) if isinstance(extras, str) else dict(extras)
    own.setdefault("datastore_active", False)
    own["url"] = _address(own, kind)
    return _shown(own, fields)


def _address(file: Mapping[str, Any], kind: str) -> str:
    """Where a file is fetched: CKAN stores a bare name for what lies in the portal.

    CKAN's own addresses carry the language of who happens to look; this one belongs to everybody.
    """
    url = str(file["url"] or "")
    if file.get("url_type") == "upload":
        name = munge_filename(url.rsplit("/")[-1])
        return f"{config.site_url()}/{kind}/{file['package_id']}/resource/{file['id']}/download/{quote(name)}"
    if file.get("url_type") == "datastore":
        return f"{config.site_url()}/datastore/dump/{file['id']}"
    return url if not url or urlsplit(url).scheme else f"http://{url.lstrip('/')}"


def _shown(values: Mapping[str, Any], fields: Mapping[str, Reader]) -> dict[str, Any]:
    return {key: fields[key](value) if key in fields and value is not None else value for key, value in values.items()}


def _readers(fields: Iterable[Mapping[str, Any]]) -> dict[str, Reader]:
    """How the stored value of each field of a schema is shown."""
    return {one["field_name"]: _reader(one) for one in fields}


def _reader(field: Mapping[str, Any]) -> Reader:
    if "repeating_subfields" in field:
        subfields = _readers(field["repeating_subfields"])
        return lambda value: [_shown(one, subfields) for one in _records(value)]
    for name in str(field.get("output_validators") or "").split():
        if name in validators.__all__:
            found: Reader = getattr(validators, name)
            return found
    return _same


def _same(value: Any) -> Any:
    return value


def _records(value: Any) -> list[Mapping[str, Any]]:
    loaded = json.loads(value) if isinstance(value, str) and value.strip() else value
    return [one for one in loaded if isinstance(one, Mapping)] if isinstance(loaded, list) else []


def _plain(value: Any) -> Any:
    """Dates as CKAN's actions give them."""
    return value.isoformat() if isinstance(value, date) else value

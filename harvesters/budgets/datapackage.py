"""A Fiscal Data Package as a mapping: `datapackage.json` with `normalize`, `extraFields` and `columnType`.

The draft 1.0rc1 was never finished and is gone from the specification's repository (RULES §7): taken as input, and
what is written is a plain Table Schema with `columnType`. `normalize` of a field holds what its header means, by names
of `extraFields` (or by column types): {"year": 2026, "phase": "plan"}. An extra field with `constant` holds for all.
"""

from __future__ import annotations

from typing import Any

from .model import BudgetFormError
from .taxonomy import role_of
from .words import meaning

_OF_AMOUNTS = ("year", "phase", "source", "direction")


def is_package(data: Any) -> bool:
    """Whether `data` is a data package rather than a mapping or a Table Schema."""
    return isinstance(data, dict) and "resources" in data


def as_mapping(package: dict[str, Any]) -> dict[str, Any]:
    """The mapping that the package's first table declares; raises BudgetFormError."""
    resources = package["resources"]
    if not isinstance(resources, list) or len(resources) != 1 or not isinstance(resources[0], dict):
        raise BudgetFormError("resources: the package must have one table")
    resource = resources[0]
    schema = resource.get("schema")
    if not isinstance(schema, dict) or not isinstance(schema.get("fields"), list):
        raise BudgetFormError("resources.0.schema.fields: missing")
    extra = {str(one.get("name")): one for one in schema.get("extraFields", []) if isinstance(one, dict)}
    mapping: dict[str, Any] = {"fields": [_field(one, extra) for one in schema["fields"]]}
    mapping |= {key: schema[key] for key in ("primaryKey", "missingValues", "foreignKeys") if key in schema}
    mapping |= _dialect(resource)
    mapping |= _constants(extra)
    return mapping


def _field(field: Any, extra: dict[str, dict[str, Any]]) -> Any:
    if not isinstance(field, dict):
        return field
    found = {key: value for key, value in field.items() if key not in ("normalizationTarget", "aggregation")}
    if "columnType" not in found and "role" not in found:
        found["columnType" if found.get("normalize") else "role"] = "value" if found.get("normalize") else "ignore"
    for key, value in (field.get("normalize") or {}).items():
        role = role_of(str(extra.get(key, {}).get("columnType", key)))[0] or key
        if role not in _OF_AMOUNTS:
            raise BudgetFormError(f"normalize of {field.get('name')!r}: {key!r} is no extra field of year, phase, "
                                  "source or direction")  # fmt: skip
        if role == "year":
            found[role] = int(value) if str(value).isdigit() else value
        else:
            found[role] = meaning(role, str(value), {}) or value
    return found


def _dialect(resource: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    dialect = resource.get("dialect") or {}
    if isinstance(dialect, dict) and dialect.get("delimiter"):
        found["delimiter"] = dialect["delimiter"]
    encoding = str(resource.get("encoding", "")).lower().replace("windows-", "cp")
    if encoding in ("cp1252", "cp850", "utf-16"):
        found["encoding"] = encoding
    marks = {str(one.get("decimalChar")) for one in resource["schema"]["fields"] if isinstance(one, dict)} - {
        "None",
        "",
    }
    if len(marks) == 1:
        found["decimal_mark"] = marks.pop()
    return found


def _constants(extra: dict[str, dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in extra.values():
        role, value = role_of(str(one.get("columnType", "")))[0], one.get("constant")
        if value is None:
            continue
        if role in ("phase", "direction"):
            found[role] = meaning(role, str(value), {}) or value
        elif role in ("currency", "resolved_on"):
            found[role] = value
    return found

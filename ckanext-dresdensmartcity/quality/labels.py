"""What the fields that findings name are called in the forms."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml
from ckanext.dresdensmartcity.city.vocabularies import schemas_folder

from .shacl import DSC

# How the names of shapes about other things than datasets begin: which schema and part of it has their fields.
_SCHEMAS = {
    "file-": ("dataset", "resource_fields"),
    "checksum-": ("dataset", "resource_fields"),
    "series-": ("dataset_series", "dataset_fields"),
    "service-": ("data_service", "dataset_fields"),
}


def label(shape: str, field: str, language: str) -> str:
    """The label of the field that a shape of ours names ("contact.email"); empty where no form has it."""
    name = shape.removeprefix(str(DSC))
    schema, part = next(
        (one for start, one in _SCHEMAS.items() if name.startswith(start)), ("dataset", "dataset_fields")
    )
    found, fields = [], _fields(schema, part)
    for key in field.split("."):
        one = fields.get(key)
        if one is None:
            return ""
        found.append(_in_language(one.get("label"), language) or key)
        fields = {sub["field_name"]: sub for sub in one.get("repeating_subfields") or []}
    return ": ".join(found)


@cache
def _fields(schema: str, part: str) -> dict[str, Any]:
    text = (schemas_folder() / f"{schema}.yaml").read_text(encoding="utf-8")
    return {one["field_name"]: one for one in yaml.safe_load(text).get(part) or []}


def _in_language(text: Any, language: str) -> str:
    if isinstance(text, dict):
        return str(text.get(language) or text.get("de") or "")
    return str(text or "")

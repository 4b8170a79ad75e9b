"""What CKAN's validators cannot refuse with a sentence: values of the wrong type, and more keywords than anyone reads.

Checked before the actions that store a package: CKAN answers a text in the place of records with an exception that
names no field, and checks and stores each keyword by itself, which takes a minute for ten thousand of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.values import MOST_KEYWORDS

RECORDS = ("tags", "resources")  # of CKAN's own fields; those of a schema have `repeating_subfields`

_ = tk._
Errors = dict[str, Any]


def check(data_dict: Mapping[str, Any], kind: str) -> None:
    """Raises ValidationError with the fields whose values have the wrong type or too many keywords.

    Other types than those of our schemas are CKAN's business.
    """
    schema = tk.h.scheming_get_dataset_schema(kind)
    if schema is None:
        return
    errors = _wrong_types(data_dict, (*RECORDS, *_repeating(schema["dataset_fields"])))
    files = data_dict.get("resources") or []
    if "resources" not in errors and files:
        names = _repeating(schema["resource_fields"])
        found = [_wrong_types(one, names) for one in files]
        if any(found):
            errors["resources"] = found
    errors = errors or _too_many_keywords(data_dict)
    if errors:
        raise tk.ValidationError(errors)


def _repeating(fields: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(str(one["field_name"]) for one in fields if "repeating_subfields" in one)


def _wrong_types(data: Mapping[str, Any], names: Iterable[str]) -> Errors:
    errors: Errors = {}
    for name in names:
        value = data.get(name, [])
        if isinstance(value, list) and all(isinstance(one, dict) for one in value):
            continue
        sentence = _("{field} is a list of records: [{{…}}, …], each with its fields by name.").format(field=name)
        errors[name] = _at(name, sentence)
    return errors


def _too_many_keywords(data: Mapping[str, Any]) -> Errors:
    typed = data.get("tag_string") or ""
    parts = [one for one in typed.split(",") if one.strip()] if isinstance(typed, str) else typed
    if not isinstance(parts, list) or not all(isinstance(one, str) for one in parts):
        return {"tag_string": [_("The keywords (tag_string) are a text, with commas between them.")]}
    count = len(parts) + len(data.get("tags") or [])
    if count <= MOST_KEYWORDS:
        return {}
    name = "tag_string" if parts else "tags"
    sentence = _(
        "The keywords ({field}) are {count}, at most {most} are taken: keep those by which people search for it."
    ).format(field=name, count=count, most=MOST_KEYWORDS)
    return {name: _at(name, sentence)}


def _at(name: str, sentence: str) -> list[Any]:
    # CKAN takes errors of tags apart by the field of the tag.
    return [{"name": [sentence]}] if name == "tags" else [sentence]

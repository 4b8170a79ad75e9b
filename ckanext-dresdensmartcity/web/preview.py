"""The first rows of a table of the DataStore, as plain HTML can show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.web import formats

ROWS = 20


@dataclass(frozen=True)
class Column:
    name: str
    label: str
    type: str
    notes: str = ""

    @property
    def numeric(self) -> bool:
        return self.type in {"int", "int4", "int8", "numeric", "float8"}


@dataclass(frozen=True)
class Preview:
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int


def preview(resource: dict[str, Any]) -> Preview | None:
    """None for what is not in the DataStore."""
    if not resource.get("datastore_active"):
        return None
    try:
        answer = tk.get_action("datastore_search")({}, {"resource_id": resource["id"], "limit": ROWS})
    except tk.ObjectNotFound:  # the flag is indexed; the table may be gone
        return None
    columns = tuple(column(field) for field in answer["fields"] if field["id"] != "_id")
    language = str(tk.h.lang())
    rows = tuple(
        tuple(formats.cell(record.get(one.name), one.type, language) for one in columns) for record in answer["records"]
    )
    return Preview(columns, rows, int(answer["total"]))


def column(field: dict[str, Any]) -> Column:
    """A column with the label of its data dictionary, in the language of the page where there is one."""
    info = field.get("info") or {}
    language = str(tk.h.lang() or "")
    label = info.get(f"label_{language[:2]}") or info.get("label") or field["id"]
    return Column(field["id"], label, field["type"], info.get("notes") or "")

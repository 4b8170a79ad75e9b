"""What docs/generate.py writes to docs/fields.md: every field with its property in DCAT-AP.de 3.0, from the schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from ckanext.dresdensmartcity.city.vocabularies import vocabulary

SCHEMAS = "ckanext.dresdensmartcity.schemas"
PAGE = Path(__file__).parent / "fields.md"
HEAD = """# Fields and properties

<!-- Written by docs/generate.py from schemas/*.yaml. Change those, then run it; a test compares the two. -->

Every property of DCAT-AP.de 3.0 and the field that holds it, class by class. Properties that the standard calls
deprecated are not written; where they are read, they are lifted to what stands here. Obligation is that of the
property; cardinality is what the field takes. A list's name is that of its file in `schemas/vocabularies/`, which says
its version and source; `ckan dresdensmartcity vocabularies list` shows all.
"""
# CKAN type -> class of what it describes; its files are distributions.
TYPES = {"dataset": "dcat:Dataset", "dataset_series": "dcat:DatasetSeries", "data_service": "dcat:DataService"}
FILES = {"dataset": "dcat:Distribution"}
# The order of the page.
CLASSES = (
    "dcat:Catalog",
    "dcat:Dataset",
    "dcat:Distribution",
    "dcat:DatasetSeries",
    "dcat:DataService",
    "dcat:CatalogRecord",
    "foaf:Agent",
    "vcard:Kind",
    "dcterms:Location",
    "dcterms:PeriodOfTime",
    "dcat:Relationship",
    "prov:Attribution",
    "adms:Identifier",
    "spdx:Checksum",
)
LISTS = ("smartcity_list", "smartcity_iris", "smartcity_choices", "smartcity_entries", "tag_string_autocomplete")


@dataclass(frozen=True)
class Row:
    """One field, or what else fills a property."""

    source: str  # field, key of the city file, or "written"
    properties: tuple[str, ...]  # the first is that of the class; others are those of the nodes below it
    obligation: str
    cardinality: str
    vocabulary: str
    note: str  # label of the field, or what fills the property

    @property
    def cells(self) -> tuple[str, ...]:
        properties = "<br>".join(f"`{one}`" for one in self.properties) or "–"
        return self.source, properties, self.obligation or "–", self.cardinality, self.vocabulary, self.note


def page() -> str:
    """The whole page."""
    found = rows()
    lines = [HEAD]
    for kind in CLASSES:
        lines += [f"## {kind}", "", "| Field | Property | Obligation | Number | List | |", "| --- " * 6 + "|"]
        lines += [f"| {' | '.join(row.cells)} |" for row in found[kind]]
        lines.append("")
    return "\n".join(lines)


def rows() -> dict[str, list[Row]]:
    """The rows of each class, in the order of the forms, without repetition."""
    found: dict[str, dict[Row, None]] = {kind: {} for kind in CLASSES}
    for kind, row in every_row():
        found[kind][row] = None
    return {kind: list(of_kind) for kind, of_kind in found.items()}


def every_row() -> Iterator[tuple[str, Row]]:
    """(class, row) for each field, each part of a field, and all that fills a property without a field."""
    for name, kind in TYPES.items():
        loaded = schema(name)
        yield from _fields(kind, loaded["dataset_fields"])
        if name in FILES:
            yield from _fields(FILES[name], loaded["resource_fields"])
    for kind, properties in schema("catalogue")["classes"].items():
        yield from ((kind, _filled(one)) for one in properties)


def schema(name: str) -> dict[str, Any]:
    """A file of schemas/."""
    loaded: dict[str, Any] = yaml.safe_load((resources.files(SCHEMAS) / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded


def _fields(kind: str, fields: list[Mapping[str, Any]]) -> Iterator[tuple[str, Row]]:
    for field in fields:
        own = properties(field)
        yield kind, _row(field, own, field["field_name"])
        for part in field.get("repeating_subfields", ()):
            yield field["class"], _row(part, properties(part), part["field_name"])


def properties(field: Mapping[str, Any]) -> tuple[str, ...]:
    """The properties of a field as a tuple; empty where it has none."""
    given = field["property"]
    return () if given is None else (given,) if isinstance(given, str) else tuple(given)


def _row(field: Mapping[str, Any], own: tuple[str, ...], name: str) -> Row:
    label = field["label"]["en"]
    note = label if own else f"{label}. {field['no_property']['en']}"
    return Row(f"`{name}`", own, field.get("obligation", ""), _cardinality(field), _list(field), note)


def _cardinality(field: Mapping[str, Any]) -> str:
    least = "1" if field.get("required") else "0"
    many = field.get("preset") in LISTS or ("repeating_subfields" in field and not field.get("repeating_once"))
    most = "*" if many else "1"
    return most if least == most else f"{least}..{most}"


def _list(field: Mapping[str, Any]) -> str:
    if name := field.get("vocabulary"):
        return f"[{name}]({vocabulary(name).base})" if vocabulary(name).base else name
    if name := field.get("city_list"):
        return f"city file: `{name}`"
    if name := field.get("entry_type"):
        return f"entries: `{name}`"
    return ""


def _filled(one: Mapping[str, Any]) -> Row:
    if "field" in one:
        source = f"`{one['field']}`"
    elif "city" in one:
        source = f"city file: `{one['city']}`"
    else:
        source = "not written" if "left_out" in one else "by itself"
    note = (one.get("written") or one.get("left_out") or {}).get("en", "")
    return Row(source, (one["property"],), one["obligation"], one["cardinality"], _list(one), note)

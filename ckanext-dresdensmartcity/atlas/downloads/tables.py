"""The columns of the files and their rows. No CKAN in it.

Columns are those of the Table Schemas schemas/tables/atlas-*.json, which name and explain them in both languages.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from ckanext.dresdensmartcity.city.model import Label
from ckanext.dresdensmartcity.city.vocabularies import schemas_folder

from ..ogc.model import Feature

SEPARATOR = "; "
Cell = str | float | bool | None


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    name: str
    type: str  # of the Table Schema: string, number, boolean, datetime
    title: Label
    description: Label
    values: tuple[str, ...] = ()  # empty: anything


@dataclass(frozen=True)
class TableSchema:
    """A table of the atlas."""

    name: str
    title: Label
    description: Label
    columns: tuple[Column, ...]
    content: str  # the file itself

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.columns)


@cache
def schema(name: str) -> TableSchema:
    """The Table Schema `atlas-<name>`: actors, projects, members."""
    text = (schemas_folder() / "tables" / f"atlas-{name}.json").read_text(encoding="utf-8")
    content = json.loads(text)
    columns = tuple(
        Column(
            name=one["name"],
            type=one["type"],
            title=_label(one, "title"),
            description=_label(one, "description"),
            values=tuple(one.get("constraints", {}).get("enum", ())),
        )
        for one in content["fields"]
    )
    return TableSchema(name, _label(content, "title"), _label(content, "description"), columns, text)


def _label(content: Mapping[str, str], name: str) -> Label:
    return Label(content.get(name, ""), content.get(f"{name}@en", ""))


def entry_row(feature: Feature, columns: Iterable[Column]) -> list[Cell]:
    """The row of an actor or project."""
    point = feature.geometry
    known = {
        **feature.properties,
        "id": feature.id,
        "longitude": None if point is None else point.x,
        "latitude": None if point is None else point.y,
    }
    return [_cell(known.get(one.name), one) for one in columns]


def member_rows(feature: Feature, columns: Iterable[Column]) -> Iterator[list[Cell]]:
    """The rows of those who take part in a project, each actor once in a role."""
    wanted = tuple(columns)
    for member in feature.properties.get("members") or ():
        known = {**member, "project": feature.id}
        yield [_cell(known.get(one.name), one) for one in wanted]


def _cell(value: object, column: Column) -> Cell:
    if value is None or value == "":
        return None
    convert = _CONVERT.get(column.type)
    return convert(value) if convert else _text(value)


def _text(value: object) -> str | None:
    """Several values with semicolons between them, the parts of a record with commas."""
    if isinstance(value, Mapping):
        return ", ".join(str(part) for part in value.values() if part) or None
    if isinstance(value, list | tuple):
        return SEPARATOR.join(text for one in value if (text := _text(one))) or None
    return str(value)


def _number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None


_CONVERT: dict[str, Callable[[object], Cell]] = {"number": _number, "boolean": bool}

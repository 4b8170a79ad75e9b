"""Make the files from the features of the atlas. No CKAN in it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ckanext.dresdensmartcity.city.model import City, Label
from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from shapely.geometry.base import BaseGeometry

from ..exchange.cells import guard
from ..linked_data import ROLES
from ..ogc.crs import CRS84
from ..ogc.documents import geometry
from ..ogc.model import Feature
from . import geopackage
from .tables import Cell, TableSchema, entry_row, member_rows, schema

ACTORS, PROJECTS, MEMBERS = "actors", "projects", "members"
# Columns whose values are the city's and therefore in no Table Schema.
CITYS = ("phase",)
PLACES = {
    "point": Label("eigener Ort", "a point of its own"),
    "area": Label("nur ein Gebiet", "an area only"),
    "none": Label("ohne Ort", "without a place"),
}
# What a file is made of: gives the features of a collection anew each time it is called.
Features = Callable[[str], Iterable[Feature]]


def write_geojson(path: Path, features: Features) -> None:
    """Actors, then projects, as one collection (RFC 7946)."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type":"FeatureCollection","features":[\n')
        first = True
        for name in (ACTORS, PROJECTS):
            for one in features(name):
                content = {
                    "type": "Feature",
                    "id": f"{name.removesuffix('s')}/{one.id}",
                    "geometry": geometry(one.geometry, CRS84),
                    "properties": {"id": one.id, **one.properties},
                }
                text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
                file.write(text if first else f",\n{text}")
                first = False
        file.write("\n]}\n")


def write_csv(path: Path, features: Features, name: str) -> None:
    """One of the tables, as RFC 4180 wants it, in UTF-8 with a mark, so that spreadsheets see the umlauts."""
    table = schema(name)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(table.names)
        for row in _rows(features, table):
            writer.writerow([_written(cell) for cell in row])


def write_geopackage(path: Path, features: Features, city: City, language: str, changed: str) -> None:
    """Two layers of points and the table of memberships, with lists of values for those columns that have them."""
    layers = [_layer(features, schema(name), language) for name in (ACTORS, PROJECTS, MEMBERS)]
    geopackage.write(path, layers, _domains(city, language), changed)


def _layer(features: Features, table: TableSchema, language: str) -> geopackage.Layer:
    points = table.name != MEMBERS
    columns = [one for one in table.columns if not points or one.name not in ("longitude", "latitude")]

    def rows() -> Iterator[tuple[BaseGeometry | None, list[Cell]]]:
        if not points:
            yield from ((None, row) for row in _rows(features, table))
            return
        for one in features(table.name):
            yield one.geometry, entry_row(one, columns)

    return geopackage.Layer(
        name=table.name,
        title=table.title.text(language),
        description=table.description.text(language),
        columns=[
            geopackage.Column(
                one.name,
                one.type,
                one.title.text(language),
                one.description.text(language),
                f"atlas_{one.name}" if one.values or one.name in CITYS else "",
            )
            for one in columns
        ],
        rows=rows(),
        points=points,
    )


def _domains(city: City, language: str) -> dict[str, dict[str, str]]:
    return {
        "atlas_kind": {term.id: term.label.text(language) for term in vocabulary("actor-kinds").terms},
        "atlas_status": {term.id: term.label.text(language) for term in vocabulary("project-status").terms},
        "atlas_phase": {one.id: one.label.text(language) for one in city.phases},
        "atlas_place": {place: label.text(language) for place, label in PLACES.items()},
        "atlas_role": {role: label.text(language) for role, label in ROLES.items()},
    }


def _rows(features: Features, table: TableSchema) -> Iterator[list[Cell]]:
    if table.name == MEMBERS:
        for one in features(PROJECTS):
            yield from member_rows(one, table.columns)
        return
    for one in features(table.name):
        yield entry_row(one, table.columns)


def _written(cell: Cell) -> str:
    """A cell as CSV holds it: numbers without a needless end, truth as the Table Schema has it.

    A text that a spreadsheet would take for a formula has an apostrophe before it, as in exports.
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell == int(cell) else repr(cell)
    return guard(cell)

"""A GeoPackage (OGC 12-128r19, version 1.4) with points, plain tables and lists of values. No CKAN in it.

Written with SQLite alone: GDAL's Python parts cannot write the lists of values (extension gpkg_schema), and a portal
needs no GDAL for three tables. The tests read the result with GDAL.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from .tables import Cell

APPLICATION_ID = 0x47504B47  # "GPKG"
VERSION = 10400
WGS84 = 4326
_WKT = (
    'GEOGCS["WGS 84",DATUM["World Geodetic System 1984",SPHEROID["WGS 84",6378137,298.257223563,'
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)
_TYPES = {"string": "TEXT", "number": "DOUBLE", "boolean": "BOOLEAN", "datetime": "DATETIME"}
_SCHEMA_DEFINITION = "http://www.geopackage.org/spec/#extension_schema"
_FRAME = """
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT
);
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
    last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);
CREATE TABLE gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
CREATE TABLE gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
    constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name)
);
CREATE TABLE gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
    max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
);
"""
_SYSTEMS = (
    ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", None),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", None),
    ("WGS 84 geodetic", WGS84, "EPSG", WGS84, _WKT, "longitude before latitude, in degrees"),
)


@dataclass(frozen=True)
class Column:
    """A column; `domain` names a list of values, or is empty."""

    name: str
    type: str  # string, number, boolean, datetime
    title: str = ""
    description: str = ""
    domain: str = ""


@dataclass(frozen=True)
class Layer:
    """A table of the file: rows are a geometry, which may be none, and the cells in the order of the columns."""

    name: str
    title: str
    description: str
    columns: Sequence[Column]
    rows: Iterable[tuple[BaseGeometry | None, Sequence[Cell]]]
    points: bool = True  # without, a table that has no place


def write(path: Path, layers: Iterable[Layer], domains: Mapping[str, Mapping[str, str]], changed: str) -> None:
    """Write a new file.

    `domains` are lists of values: what each value means, by value, by the name of the list. `changed` is the time of
    the last change (RFC 3339, UTC).
    """
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {VERSION}")
        database.executescript(_FRAME)
        with database:
            database.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _SYSTEMS)
            for name in ("gpkg_data_columns", "gpkg_data_column_constraints"):
                database.execute(
                    "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
                    (name, _SCHEMA_DEFINITION),
                )
            for name, values in domains.items():
                database.executemany(
                    "INSERT INTO gpkg_data_column_constraints VALUES (?, 'enum', ?, NULL, NULL, NULL, NULL, ?)",
                    [(name, value, text) for value, text in values.items()],
                )
            for layer in layers:
                _layer(database, layer, changed)


def _layer(database: sqlite3.Connection, layer: Layer, changed: str) -> None:
    # Names are this software's own; quoted all the same.
    table = _quoted(layer.name)
    columns = [f"{_quoted(one.name)} {_TYPES[one.type]}" for one in layer.columns]
    geometry = ["geom POINT"] if layer.points else []
    database.execute(
        f"CREATE TABLE {table} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {', '.join([*geometry, *columns])})"
    )
    bounds = _Bounds()
    names = [*(["geom"] if layer.points else []), *(one.name for one in layer.columns)]
    marks = ", ".join("?" * len(names))
    database.executemany(
        f"INSERT INTO {table} ({', '.join(map(_quoted, names))}) VALUES ({marks})",  # noqa: S608 (quoted names)
        (([bounds.seen(place), *cells] if layer.points else list(cells)) for place, cells in layer.rows),
    )
    kind, srs = ("features", WGS84) if layer.points else ("attributes", None)
    database.execute(
        "INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (layer.name, kind, layer.title, layer.description, changed, *bounds.sides, srs),
    )
    if layer.points:
        database.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POINT', ?, 0, 0)", (layer.name, WGS84))
    database.executemany(
        "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, ?)",
        [
            (layer.name, one.name, one.name, one.title or None, one.description or None, one.domain or None)
            for one in layer.columns
        ],
    )


class _Bounds:
    """The box round the points that went by."""

    def __init__(self) -> None:
        self._box: tuple[float, float, float, float] | None = None

    def seen(self, place: BaseGeometry | None) -> bytes | None:
        """The point as a GeoPackage holds it (clause 2.1.3): a header and its WKB."""
        if place is None:
            return None
        west, south, east, north = place.bounds
        if self._box:
            left, bottom, right, top = self._box
            west, south, east, north = min(west, left), min(south, bottom), max(east, right), max(north, top)
        self._box = (west, south, east, north)
        # Version 1, little endian, without an envelope: a point is its own.
        point: bytes = shapely.to_wkb(place, byte_order=1)
        return struct.pack("<2sBBi", b"GP", 0, 1, WGS84) + point

    @property
    def sides(self) -> tuple[float | None, ...]:
        return self._box or (None, None, None, None)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

"""The GeoPackage as SQLite holds it, and as GDAL reads it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from ckanext.dresdensmartcity.atlas.downloads.geopackage import APPLICATION_ID, Column, Layer, write

COLUMNS = (
    Column("id", "string", "Kennung"),
    Column("kind", "string", "Art", "Was es ist", "kinds"),
    Column("share", "number"),
    Column("old", "boolean"),
    Column("changed", "datetime"),
)
ROWS = [
    (shapely.Point(13.7, 51.0), ["a", "lab", 1.5, True, "2026-01-01T00:00:00Z"]),
    (None, ["b'; DROP TABLE things", None, None, False, None]),
    (shapely.Point(13.9, 51.2), ["ü", "firm", -2.0, None, None]),
]


def made(folder: Path) -> Path:
    path = folder / "things.gpkg"
    layers = [
        Layer("things", "Dinge", "Alle", COLUMNS, ROWS),
        Layer("pairs", "Paare", "", (Column("a", "string"),), [(None, ["x"]), (None, ["y"])], points=False),
    ]
    write(path, layers, {"kinds": {"lab": "Labor", "firm": "Firma"}}, "2026-01-01T00:00:00Z")
    return path


def test_gdal_reads_what_was_written(tmp_path: Path):
    path = made(tmp_path)
    assert [str(name) for name, _ in pyogrio.list_layers(path)] == ["things", "pairs"]
    meta, _, shapes, columns = pyogrio.raw.read(path, layer="things")
    assert meta["crs"] == "EPSG:4326"
    assert meta["geometry_type"] == "Point"
    values = dict(zip(meta["fields"], columns, strict=True))
    assert values["id"].tolist() == [row[1][0] for row in ROWS]
    assert np.isnan(values["share"][1])
    assert values["changed"].dtype.kind == "M"
    read = shapely.from_wkb(shapes).tolist()
    assert [one is None for one in read] == [False, True, False]
    assert (read[0].x, read[0].y) == (13.7, 51.0)
    assert pyogrio.read_info(path, layer="things")["total_bounds"] == (13.7, 51.0, 13.9, 51.2)
    assert pyogrio.read_info(path, layer="pairs")["features"] == 2


def test_the_file_is_a_geopackage_with_its_lists_of_values(tmp_path: Path):
    """OGC 12-128: the mark of the file, the tables that must be there, the extension and what a value means."""
    with closing(sqlite3.connect(made(tmp_path))) as database:

        def ask(statement: str) -> list[tuple[object, ...]]:
            return database.execute(statement).fetchall()

        assert ask("PRAGMA application_id") == [(APPLICATION_ID,)]
        assert ask("PRAGMA integrity_check") == [("ok",)]
        assert ask("PRAGMA foreign_key_check") == []
        assert {srs for (srs,) in ask("SELECT srs_id FROM gpkg_spatial_ref_sys")} >= {-1, 0, 4326}
        assert ask("SELECT data_type, srs_id FROM gpkg_contents ORDER BY table_name DESC") == [
            ("features", 4326),
            ("attributes", None),
        ]
        lists = ask("SELECT value, description FROM gpkg_data_column_constraints ORDER BY value")
        assert lists == [("firm", "Firma"), ("lab", "Labor")]
        assert ask("SELECT constraint_name FROM gpkg_data_columns WHERE column_name = 'kind'") == [("kinds",)]
        assert len(ask("SELECT DISTINCT extension_name FROM gpkg_extensions")) == 1


def test_an_empty_layer(tmp_path: Path):
    path = tmp_path / "empty.gpkg"
    write(path, [Layer("none", "Nichts", "", COLUMNS, [])], {}, "2026-01-01T00:00:00Z")
    assert pyogrio.read_info(path, layer="none")["features"] == 0

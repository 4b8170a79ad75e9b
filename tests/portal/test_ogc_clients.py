"""GDAL, as ogr2ogr and QGIS use it, reads the served portal's interface and its GeoPackage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import requests
import shapely
from ckanext.dresdensmartcity.atlas.ogc.crs import project, system

pytestmark = pytest.mark.portal

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
COLLECTIONS = ("actors", "projects", "districts", "focus_areas", "sensor_locations")


def gdal(source: str, layer: str, **options: Any) -> tuple[dict[str, Any], list[Any]]:
    """Columns by name, and geometries."""
    meta, _, shapes, columns = pyogrio.raw.read(source, layer=layer, **options)
    return dict(zip(meta["fields"], columns, strict=True)), shapely.from_wkb(shapes).tolist()


def read(portal_url: str, path: str) -> Any:
    answer = requests.get(f"{portal_url}/ogc{path}", timeout=30)
    answer.raise_for_status()
    return answer.json()


def test_gdal_finds_every_collection(portal_url: str):
    assert [str(name) for name, _ in pyogrio.list_layers(f"OAPIF:{portal_url}/ogc")] == list(COLLECTIONS)


@pytest.mark.parametrize("name", COLLECTIONS)
def test_gdal_reads_every_feature(portal_url: str, name: str):
    """Page by page, with the same ids, names and places as the interface says."""
    wanted = read(portal_url, f"/collections/{name}/items?limit=10000")["features"]
    columns, shapes = gdal(f"OAPIF:{portal_url}/ogc", name, PAGE_SIZE=7)
    assert len(shapes) == len(wanted)
    if not wanted:
        return
    assert columns["id"].tolist() == [one["id"] for one in wanted]
    title = "title" if "title" in columns else "name" if "name" in columns else "box_id"
    assert columns[title].tolist() == [one["properties"][title] for one in wanted]
    for ours, theirs in zip(wanted, shapes, strict=True):
        assert (theirs is None) == (ours["geometry"] is None)
        if theirs is not None:
            assert shapely.equals_exact(shapely.from_geojson(json.dumps(ours["geometry"])), theirs, 1e-9)


def test_gdal_reads_other_coordinates(portal_url: str):
    """Asked for metres, the server gives metres. (For EPSG:4326 GDAL itself takes CRS84.)"""
    plain = gdal(f"OAPIF:{portal_url}/ogc", "districts")[1]
    for code, tolerance in (("25833", 0.001), ("3857", 0.001)):
        source = f"OAPIF:{portal_url}/ogc"
        info = pyogrio.read_info(source, layer="districts", CRS=f"EPSG:{code}")
        assert code in info["crs"]
        shapes = gdal(source, "districts", CRS=f"EPSG:{code}")[1]
        there = system(f"{EPSG}{code}")
        assert there
        for ours, theirs in zip(plain, shapes, strict=True):
            assert shapely.hausdorff_distance(project(ours, there), theirs) < tolerance


def test_gdal_filters_by_a_box(portal_url: str):
    """The box goes to the server; what has no place is left out by GDAL itself."""
    box = (13.70, 51.03, 13.745, 51.06)
    found = gdal(f"OAPIF:{portal_url}/ogc", "actors", bbox=box)[0]["id"].tolist()
    every = read(portal_url, "/collections/actors/items?limit=10000&bbox=" + ",".join(map(str, box)))["features"]
    assert set(found) == {one["id"] for one in every if one["geometry"]}
    assert found


def test_gdal_reads_the_geopackage(portal_url: str, tmp_path: Path):
    """Its layers hold what the interface says."""
    path = tmp_path / "atlas.gpkg"
    path.write_bytes(requests.get(f"{portal_url}/atlas/downloads/atlas.gpkg", timeout=30).content)
    assert [str(name) for name, _ in pyogrio.list_layers(path)] == ["actors", "projects", "members"]
    for name in ("actors", "projects"):
        wanted = read(portal_url, f"/collections/{name}/items?limit=10000")["features"]
        columns, shapes = gdal(str(path), name)
        assert columns["id"].tolist() == [one["id"] for one in wanted]
        assert [one is None for one in shapes] == [one["geometry"] is None for one in wanted]

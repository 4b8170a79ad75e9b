"""The files of the whole atlas: their rows, their Table Schemas, and that they follow the entries."""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from ckanext.dresdensmartcity.atlas.downloads.tables import schema
from ckanext.dresdensmartcity.atlas.ogc.records import property_names

pytestmark = pytest.mark.ckan
TABLES = ("actors", "projects", "members")


def rows_of(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.mark.usefixtures("dresden")
class TestFiles:
    """Dresden's entries."""

    def test_every_entry_is_in_every_file(self, client: Any, tmp_path: Path):
        """32 actors and 32 projects, and every membership once."""
        geojson = client.get("/atlas/downloads/atlas.geojson").json["features"]
        assert len({one["id"] for one in geojson}) == len(geojson) == 64
        members = [one for one in geojson if one["properties"].get("members")]
        wanted = {"actors": 32, "projects": 32, "members": sum(len(one["properties"]["members"]) for one in members)}
        for name in TABLES:
            rows = rows_of(client.get(f"/atlas/downloads/{name}.csv"))
            assert len(rows) == wanted[name]
            assert tuple(rows[0]) == schema(name).names
        path = tmp_path / "atlas.gpkg"
        path.write_bytes(client.get("/atlas/downloads/atlas.gpkg").data)
        with closing(sqlite3.connect(path)) as database:
            for name in TABLES:
                assert database.execute(f"SELECT count(*) FROM {name}").fetchone() == (wanted[name],)  # noqa: S608

    def test_rows_fit_their_table_schema(self, client: Any):
        """Types, lists of values, keys that are there and once."""
        for name in TABLES:
            content = client.get(f"/atlas/downloads/atlas-{name}.json").json
            rows = rows_of(client.get(f"/atlas/downloads/{name}.csv"))
            keys = [tuple(row[key] for key in content["primaryKey"]) for row in rows]
            assert len(set(keys)) == len(keys)
            for field in content["fields"]:
                values = [row[field["name"]] for row in rows if row[field["name"]]]
                for value in values:
                    _check(field, value)
                if field.get("constraints", {}).get("required"):
                    assert len(values) == len(rows)

    def test_columns_are_those_of_the_entries(self):
        """What an entry gets anew has a column, with a title in both languages."""
        for name, kind in (("actors", "actor"), ("projects", "project")):
            wanted = {*property_names(kind), "id", "longitude", "latitude"} - {"type", "members"}
            assert set(schema(name).names) == wanted
        for name in TABLES:
            assert all(one.title.de and one.title.en for one in schema(name).columns)

    def test_a_file_is_sent_once_and_in_parts(self, client: Any):
        first = client.get("/atlas/downloads/actors.csv")
        assert first.headers["Access-Control-Allow-Origin"] == "*"
        again = client.get("/atlas/downloads/actors.csv", headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        part = client.get("/atlas/downloads/actors.csv", headers={"Range": "bytes=0-9"})
        assert part.status_code == 206
        assert part.data == first.data[:10]

    def test_there_is_no_other_file(self, client: Any):
        assert client.get("/atlas/downloads/atlas.shp").status_code == 404


def _check(field: dict[str, Any], value: str) -> None:
    if field["type"] == "number":
        float(value)
    elif field["type"] == "boolean":
        assert value in ("true", "false")
    elif field["type"] == "datetime":
        datetime.fromisoformat(value.replace("Z", "+00:00"))
    assert value in field.get("constraints", {}).get("enum", [value])

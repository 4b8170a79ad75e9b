"""`ckan dresdensmartcity load`, `city check` and `city outlines` as people use them."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import shapely
from ckanext.dresdensmartcity.city.current import city as configured_city
from ckanext.dresdensmartcity.city.load import load_city
from ckanext.dresdensmartcity.city.loading import read_entries
from ckanext.dresdensmartcity.city.outline_store import outlines_of, outlines_path
from ckanext.dresdensmartcity.cli import dresdensmartcity

pytestmark = [pytest.mark.ckan, pytest.mark.usefixtures("with_plugins")]


@pytest.mark.usefixtures("clean_db", "clean_index")
def test_load_says_what_it_did_and_the_second_time_that_nothing_changed(
    cli: Any, ckan_config: dict[str, str], city_file: Path
) -> None:
    """With --city the same command loads any city."""
    actors, projects = read_entries(load_city(city_file))
    first = cli.invoke(dresdensmartcity, ["load", "--city", str(city_file)])
    assert first.exit_code == 0, first.output
    assert f"actors: {len(actors)} created" in first.output
    assert f"projects: {len(projects)} created" in first.output
    second = cli.invoke(dresdensmartcity, ["load", "--city", str(city_file)])
    assert second.exit_code == 0, second.output
    assert f"actors: {len(actors)} unchanged" in second.output
    assert "Nothing has changed." in second.output


def test_load_refuses_a_city_with_mistakes(cli: Any, ckan_config: dict[str, str], tmp_path: Path) -> None:
    """Before anything is written."""
    path = tmp_path / "city.yaml"
    path.write_text("id: x", encoding="utf-8")
    result = cli.invoke(dresdensmartcity, ["load", "--city", str(path)])
    assert result.exit_code == 1
    assert f"{path}:1: name: found nothing; allowed: this key must be given" in result.output


def test_check_counts_what_is_there(cli: Any, city_file: Path) -> None:
    """No mistakes: exit code 0."""
    result = cli.invoke(dresdensmartcity, ["city", "check", str(city_file)])
    assert result.exit_code == 0, result.output
    assert "No mistakes." in result.output


def test_check_takes_the_name_of_a_shipped_city(cli: Any) -> None:
    """As the configuration does."""
    assert cli.invoke(dresdensmartcity, ["city", "check", "dresden"]).exit_code == 0


def test_check_lists_every_mistake(cli: Any, tmp_path: Path, repository: Path) -> None:
    """One line each, and exit code 1."""
    text = (repository / "test-data/musterstadt/musterstadt.yaml").read_text(encoding="utf-8")
    path = tmp_path / "city.yaml"
    path.write_text(text.replace("state: Musterland\n", "").replace('"21"', '"021"'), encoding="utf-8")
    result = cli.invoke(dresdensmartcity, ["city", "check", str(path)])
    assert result.exit_code == 1
    assert [line.split(":")[2].strip() for line in result.output.splitlines() if line.startswith(str(path))] == [
        "state",
        "districts[6].number",
    ]


def test_check_looks_into_the_files_that_the_city_names(cli: Any, tmp_path: Path, repository: Path) -> None:
    """A missing file of actors is a mistake here, not when the portal serves a page."""
    path = tmp_path / "city.yaml"
    path.write_bytes((repository / "test-data/musterstadt/musterstadt.yaml").read_bytes())
    result = cli.invoke(dresdensmartcity, ["city", "check", str(path)])
    assert result.exit_code == 1
    assert f"{tmp_path / 'actors.yaml'}:1: file: found No such file or directory" in result.output


class TestOutlines:
    @pytest.fixture
    def content(self) -> bytes:
        """The boxes of the configured city's districts, as a file of outlines."""
        features = [
            {
                "type": "Feature",
                "properties": {"nr": one.number},
                "geometry": shapely.geometry.mapping(shapely.box(*one.bbox)),
            }
            for one in configured_city().districts
        ]
        return json.dumps({"type": "FeatureCollection", "features": features}).encode()

    @pytest.fixture(autouse=True)
    def storage(self, ckan_config: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(ckan_config, "ckan.storage_path", str(tmp_path / "storage"))

    def test_a_file_is_kept_in_the_storage(self, cli: Any, content: bytes, tmp_path: Path) -> None:
        assert not outlines_of(configured_city()).by_number
        file = tmp_path / "districts.geojson"
        file.write_bytes(content)
        result = cli.invoke(dresdensmartcity, ["city", "outlines", str(file)])
        assert result.exit_code == 0, result.output
        assert len(outlines_of(configured_city()).by_number) == len(configured_city().districts)

    def test_an_address_is_read_through_the_one_client(self, cli: Any, content: bytes) -> None:
        """Which refuses an address of the portal's own network."""

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(content)

        server = HTTPServer(("127.0.0.1", 0), Answer)
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            result = cli.invoke(dresdensmartcity, ["city", "outlines", f"http://127.0.0.1:{server.server_port}/"])
        finally:
            server.shutdown()
            server.server_close()
        assert result.exit_code == 1
        assert "127.0.0.1" in result.output

    def test_a_file_that_cannot_be_used_changes_nothing(self, cli: Any, tmp_path: Path) -> None:
        file = tmp_path / "districts.geojson"
        file.write_text("{}", encoding="utf-8")
        result = cli.invoke(dresdensmartcity, ["city", "outlines", str(file), "--property", "nr"])
        assert result.exit_code == 1
        assert "no GeoJSON FeatureCollection" in result.output
        assert not outlines_path(configured_city()).exists()

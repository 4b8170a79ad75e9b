"""What people read about published means."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.harvesters.records import Publication
from ckanext.dresdensmartcity.harvesters.sensors import texts
from ckanext.dresdensmartcity.harvesters.sensors.phenomena import PHENOMENA
from ckanext.dresdensmartcity.harvesters.sensors.publications import of_stations, of_unit, of_year
from ckanext.dresdensmartcity.harvesters.sensors.settings import SensorSettings
from ckanext.dresdensmartcity.harvesters.settings import read_settings
from ckanext.dresdensmartcity.harvesters.tables import load_schema

THINGS = {"service": {"kind": "sensorthings"}, "source_license": "dl-by-de/2.0", "source_attribution": "Stadt Muster"}
KINDS: list[dict[str, Any]] = [{}, {"sample": True}, {"service": {"kind": "sensor_community"}}, THINGS]
# What would call a limit value exceeded, in both languages.
_EXCEEDED = re.compile(r"überschr|übertret|exceed|limit value (was|is|has been) (broken|passed)|violat", re.IGNORECASE)


def settings(**values: Any) -> SensorSettings:
    found = read_settings(SensorSettings, json.dumps(values))
    assert isinstance(found, SensorSettings)
    return found


def everything(city: City, chosen: SensorSettings) -> list[Publication]:
    """All that a source could publish."""
    found = [of_stations(city, chosen, [])]
    for one in PHENOMENA.values():
        found += of_year(city, chosen, one, 2026, {})
    return found


@pytest.mark.parametrize("values", KINDS)
def test_never_an_exceedance(any_city: City, values: dict[str, Any], repository: Path) -> None:
    """No text of a dataset, table or column calls a limit value exceeded; every dataset of means says "indicative"."""
    for publication in everything(any_city, settings(**values)):
        tables = [[one.title, one.description, one.resource] for one in publication.tables]
        assert not _EXCEEDED.search(json.dumps([publication.package, tables], ensure_ascii=False))
        if publication.kind == "dataset" and texts.quantity_of(publication.guid):
            for field in ("notes", "method"):
                assert "Anhaltspunkte" in publication.package[field]
                assert "indicative" in publication.package[f"{field}_en"]
    for schema in (repository / "schemas/tables").glob("sensor-*.json"):
        assert not _EXCEEDED.search(schema.read_text(encoding="utf-8"))


def test_what_it_looks_for_would_be_found() -> None:
    """The words that the test above looks for are those that people would use."""
    for sentence in ("Der Grenzwert ist überschritten.", "The limit is exceeded.", "Überschreitung", "an exceedance"):
        assert _EXCEEDED.search(sentence)


@pytest.mark.parametrize("values", KINDS)
def test_both_languages_and_a_name_of_its_own(any_city: City, values: dict[str, Any]) -> None:
    """Every dataset, series and table has German and English texts; no two have a name in common."""
    found = everything(any_city, settings(**values))
    names = [one.package["name"] for one in found]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9-]{2,100}", name) for name in names)
    for one in found:
        for field in ("title", "notes", "provenance", "method"):
            if field in one.package:
                assert one.package[field] != one.package[f"{field}_en"]
        assert all(table.resource["name_en"] and table.resource["description_en"] for table in one.tables)


@pytest.mark.parametrize("phenomenon", PHENOMENA)
def test_what_the_method_says(phenomenon: str) -> None:
    """Rules with their sources, those that matter to the quantity, and to which day a night belongs."""
    one = PHENOMENA[phenomenon]
    method = texts.method(one, settings(minimum_sensors=3))
    assert "39. BImSchV, Anlage 11 A" in method.de
    assert "23, 24 oder 25 Stunden" in method.de
    assert "weniger als 3 Sensoren" in method.de
    assert ("an dem sie beginnt" in method.de) == ("on which it begins" in method.en) == (one.mean == "energetic")
    assert ("value_corrected" in method.de) == ("value_corrected" in method.en) == one.humid
    assert ("Momentanwerte" in method.de) == one.estimate
    assert ("ab 75 %.\n" in method.de or "gelten ab 75 %. Im" in method.de) == (one.mean == "energetic")


def test_every_quantity_has_a_name_and_a_place_in_the_tables() -> None:
    """A quantity that is added gets a German name for its datasets, and the tables take it."""
    assert set(texts.SLUGS) == set(PHENOMENA)
    for table in ("hourly", "daily", "yearly", "grid"):
        columns = {one.name: one for one in load_schema(f"sensor-{table}").columns}
        assert set(columns["phenomenon"].allowed) == set(PHENOMENA), table


def test_units_and_the_finish_give_the_same_package(dresden: City) -> None:
    """Who publishes a part of a dataset must not undo what others published of it, nor its fields."""
    chosen = settings(first_day="2026-10-01", last_day="2026-10-31")
    content = {
        "station": "a", "start": "2026-10-23T22:00:00Z", "end": "2026-10-24T22:00:00Z", "year": 2026,
        "days": ["2026-10-24", "2026-10-25"], "columns": {"hourly": [], "daily": []},
        "quantities": {"pm10": {"hourly": [], "daily": []}, "pm25": {"hourly": [], "daily": []}},
    }  # fmt: skip
    by_unit = of_unit(dresden, chosen, content)
    assert [one.guid for one in by_unit] == ["sensors:pm10", "sensors:pm10:2026", "sensors:pm25", "sensors:pm25:2026"]
    finished = of_year(dresden, chosen, PHENOMENA["pm10"], 2026, {"yearly": {"rows": []}, "grid": {"rows": []}})
    for one, two in zip(by_unit[:2], finished, strict=True):
        assert (one.guid, one.package, one.kind, one.series) == (two.guid, two.package, two.kind, two.series)
        assert [(a.name, a.title, a.schema, a.formats, a.resource) for a in one.tables] == [
            (b.name, b.title, b.schema, b.formats, b.resource) for b in two.tables
        ]
    scopes = {table.name: table.scope for table in by_unit[1].tables}
    assert scopes["hourly"] == {"box_id": "a", "hour_start": ("2026-10-23T22:00:00Z", "2026-10-24T22:00:00Z")}
    assert scopes["daily"] == {"box_id": "a", "day": ("2026-10-24", "2026-10-25")}
    assert (scopes["yearly"], scopes["grid"]) == ({"box_id": ""}, {"cell": ""})  # no such row: nothing is touched
    whole = {table.name: table.scope for table in finished[1].tables}
    assert (whole["yearly"], whole["grid"], whole["hourly"]) == ({}, {}, {"box_id": ""})


def test_the_licence_of_the_source_is_passed_on(dresden: City) -> None:
    """Means are made of somebody's values; made-up ones are the city's."""

    def licences(**values: Any) -> set[tuple[Any, Any]]:
        tables = [table for one in everything(dresden, settings(**values)) for table in one.tables]
        return {(one.resource.get("license"), one.resource.get("license_attribution")) for one in tables}

    base = "http://dcat-ap.de/def/licenses/"
    assert licences() == {(f"{base}odcpddl", "openSenseMap")}
    assert licences(service={"kind": "sensor_community"}) == {(f"{base}odbl", "Sensor.Community")}
    assert licences(**THINGS) == {(f"{base}dl-by-de/2.0", "Stadt Muster")}
    assert licences(sample=True) == {(None, None)}

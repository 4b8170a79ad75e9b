"""The city's own four tables through the portal: from a catalogue, without a mapping, with the run's report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .portal import PLUGINS, everything_stored, package, values

BASE = "http://offene-daten.example/dataset"
KEYS = ("alleinerziehende", "kinderanzahl", "arbeitslose", "einpersonenhaushalte")
TURTLE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<{base}/{key}> a dcat:Dataset; dct:title "{title}"@de; dct:description "{title}."@de; dct:identifier "{key}";
    dcat:keyword "Statistik"@de; dcat:distribution <{base}/{key}/csv> .
<{base}/{key}/csv> a dcat:Distribution; dcat:accessURL <{key}/content.csv>;
    dct:format <http://publications.europa.eu/resource/authority/file-type/CSV>;
    dct:license <http://dcat-ap.de/def/licenses/dl-by-de/2.0> .
"""

pytestmark = [
    pytest.mark.ckan,
    pytest.mark.ckan_config("ckan.plugins", PLUGINS),
    pytest.mark.ckan_config("ckanext.dresdensmartcity.harvest.allowed_hosts", "127.0.0.1"),
    pytest.mark.usefixtures("portal"),
]


def file_of(key: str, folder: Path) -> Path:
    """The city's table: single parents are those by district, the number of children is a table of its own."""
    found = [one for one in sorted(folder.glob("*.csv")) if key in one.name]
    return found[0]


def settings(**catalogue: Any) -> dict[str, Any]:
    text = {"de": "Statistik", "en": "Statistics"}
    family = {"id": "statistik", "label": text, "about": text}
    select = {"prefix": BASE, "keywords": ["statistik"]}
    return {"family": family, "catalogue": {"select": select, "file": r"/content\.csv$", **catalogue}}


def test_the_citys_own_tables_are_published_from_a_catalogue(shared, source, harvest):
    """Four forms, no mapping: each is read, added up, protected; the report says so of each; no cell is kept twice."""
    from sources import body

    folder = shared / "data/dresden"
    catalogue = ""
    for key in KEYS:
        path = file_of(key, folder)
        catalogue += TURTLE.format(base=BASE, key=key, title=path.stem.replace("_", " "))
        source.serve(f"/{key}/content.csv", body(path.read_bytes(), "text/csv"))
    url = source.serve("/katalog.ttl", body(catalogue.encode(), "text/turtle"))
    run = harvest(url, "smartcity_indicators", settings(kind="social_benefits"))
    report = run.run()
    assert report["errors"] == []
    assert (report["counts"]["selected"], report["counts"]["new"]) == (4, 5)
    assert sum("sums over districts" in sentence for sentence in report["checked"]) == 4
    single = values(f"indicators:dataset:{BASE}/alleinerziehende")
    assert single["anzahl-haushalte", "city", "2025"]["value"] == 13_873
    assert single["anzahl-haushalte", "76", "2025"]["value"] == 138 + 119
    assert {single["anzahl-haushalte", area, "2025"]["status"] for area in ("33", "34", "44")} == {"missing"}
    children = values(f"indicators:dataset:{BASE}/kinderanzahl")
    rooms = {area for _, area, _ in single if area.startswith("stadtraum:")}
    assert len(rooms) == 17
    for area in (*rooms, "city"):
        key = ("anzahl-haushalte", area, "2025")
        assert children[key]["value"] == single[key]["value"]
    quarters = values(f"indicators:dataset:{BASE}/arbeitslose")
    assert {period for _, _, period in quarters} == {"2018-Q3", "2018-Q4"}
    small = quarters["mit-akademischer-ausbildung", "unknown", "2018-Q3"]
    assert (small["value"], small["status"], small["symbol"]) == (None, "suppressed", ".")
    described = package(f"indicators:dataset:{BASE}/arbeitslose")
    assert described["temporal_resolution"] == "P3M"
    assert described["temporal_coverage"] == [{"start": "2018-07-01", "end": "2018-12-31"}]
    line = next(one for one in file_of("arbeitslose", folder).read_text("utf-8").splitlines() if "unbekannt" in one)
    assert line not in everything_stored()
    report = run.run()
    assert (report["counts"]["unchanged"], report["counts"]["changed"], report["counts"]["new"]) == (5, 0, 0)

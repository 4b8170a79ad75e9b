"""Packages as CKAN shows them, for the tests of the catalogue."""

from __future__ import annotations

import json
from typing import Any

PUBLISHER_TYPE = "http://purl.org/adms/publishertype/LocalAuthority"
EU = "http://publications.europa.eu/resource/authority/"
RECTANGLE = {
    "type": "Polygon",
    "coordinates": [[[13.7, 51.05], [13.72, 51.05], [13.72, 51.07], [13.7, 51.07], [13.7, 51.05]]],
}
POINT = {"type": "Point", "coordinates": [13.71, 51.06]}


def series(**changes: Any) -> dict[str, Any]:
    """A series with a natural key."""
    package = {
        "id": "6d1f3c52-0f7e-5a3c-9d5e-1f2a3b4c5d6e",
        "name": "measure-1-2-5",
        "type": "dataset_series",
        "title": "Luftqualität und Lärm",
        "title_en": "Air quality and noise",
        "notes": "Alle Messungen der Maßnahme.",
        "tags": [{"name": "Luft"}],
        "metadata_created": "2026-01-01T10:00:00.123456",
        "metadata_modified": "2026-01-02T10:00:00",
    }
    return {**package, **changes}


def minimal(**changes: Any) -> dict[str, Any]:
    """What an editor has to enter, and what CKAN adds."""
    package = {
        "id": "0b4a5b0c-8a53-4c49-8f0e-4b5a1c8f7a10",
        "name": "trees",
        "type": "dataset",
        "title": "Bäume",
        "notes": "Alle Bäume.",
        "tags": [{"name": "Baum"}],
        "theme": [f"{EU}data-theme/ENVI"],
        "metadata_created": "2026-01-01T10:00:00.123456",
        "metadata_modified": "2026-01-02T10:00:00",
        "resources": [resource()],
    }
    return {**package, **changes}


def resource(**changes: Any) -> dict[str, Any]:
    """A file that stands elsewhere."""
    found = {
        "id": "5b1f7f4e-7a43-4d0e-9d6b-2a8f0b7d1c11",
        "name": "Bäume als CSV",
        "url": "https://data.example.org/trees.csv",
        "format": "CSV",
        "created": "2026-01-01T10:00:00",
    }
    return {**found, **changes}


def full(**changes: Any) -> dict[str, Any]:
    """A harvested dataset with every field."""
    package = {
        "id": "7d1f3c52-0f7e-5a3c-9d5e-1f2a3b4c5d6e",
        "name": "air-2026",
        "type": "dataset",
        "title": "Luftqualität 2026",
        "title_en": "Air quality 2026",
        "notes": "Stundenmittel je Messstelle.",
        "notes_en": "Hourly means by station.",
        "tags": [{"name": "Luft"}, {"name": "Feinstaub"}],
        "keywords_en": ["air", "fine dust"],
        "theme": [f"{EU}data-theme/ENVI", f"{EU}data-theme/HEAL"],
        "contact": [{"name": "Umweltamt", "email": "umwelt@example.org", "url": "https://umwelt.example.org/kontakt"}],
        "publisher": [{"name": "Stadtwerke", "url": "https://stadtwerke.example.org", "type": PUBLISHER_TYPE}],
        "issued": "2026",
        "modified": "2026-03",
        "version": "2",
        "frequency": f"{EU}frequency/HOURLY",
        "language": [f"{EU}language/DEU", f"{EU}language/ENG"],
        "access_rights": f"{EU}access-right/PUBLIC",
        "availability": f"{EU}planned-availability/STABLE",
        "spatial_coverage": [{"text": "Friedrichstadt", "bbox": json.dumps(RECTANGLE), "centroid": json.dumps(POINT)}],
        "temporal_coverage": [{"start": "2026-01-01", "end": "2026-12-31"}],
        "spatial_resolution_in_meters": "100",
        "temporal_resolution": "PT1H",
        "identifier": "https://elsewhere.example.org/id/4711",
        "alternate_identifier": ["doi:10.1000/182"],
        "url": "https://umwelt.example.org/luft",
        "documentation": ["https://umwelt.example.org/luft/methode.pdf"],
        "conforms_to": ["https://www.iso.org/standard/68498.html"],
        "provenance": "Messstellen der Stadt.",
        "political_geocoding_level": ["http://dcat-ap.de/def/politicalGeocoding/Level/municipality"],
        "contributor_id": ["http://dcat-ap.de/def/contributors/freistaatSachsen"],
        "applicable_legislation": ["http://data.europa.eu/eli/dir/2008/50/oj"],
        "hvd_category": ["http://data.europa.eu/bna/c_dd313021"],
        "in_series": ["measure-1-2-5"],
        "references": ["https://musterdatenkatalog.de/def/musterdatensatz/umwelt/luft"],
        "measure": "1.2.5",
        "sample": True,
        "method": "Stundenmittel ab 75 % der Werte.",
        "method_version": "1.0",
        "metadata_created": "2026-01-01T10:00:00.123456",
        "metadata_modified": "2026-01-02T10:00:00",
        "resources": [
            resource(
                id="8d1f3c52-0f7e-5a3c-9d5e-1f2a3b4c5d6e",
                name="Stundenmittel",
                description="Eine Zeile je Stunde.",
                url="https://portal.example.org/datastore/dump/8d1f3c52",
                url_type="datastore",
                datastore_active=True,
                mimetype="text/csv; charset=utf-8",
                license="http://dcat-ap.de/def/licenses/cc-by/4.0",
                license_attribution="Umweltamt",
                issued="2026-01-01",
                modified="2026-01-02T03:04:05+01:00",
                size=12345,
                hash="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                hash_algorithm="http://spdx.org/rdf/terms#checksumAlgorithm_sha256",
                availability=f"{EU}planned-availability/STABLE",
                status=f"{EU}distribution-status/COMPLETED",
                language=[f"{EU}language/DEU"],
                conforms_to=["https://specs.frictionlessdata.io/table-schema/"],
                rights="Frei nutzbar.",
                temporal_resolution="PT1H",
                spatial_resolution_in_meters="100",
            ),
            resource(
                id="9d1f3c52-0f7e-5a3c-9d5e-1f2a3b4c5d6e",
                name="Karte",
                format="WMS",
                url="https://geo.example.org/wms?layer=luft",
            ),
        ],
    }
    return {**package, **changes}

"""A small catalogue in which every field of every published type is filled, as CKAN shows packages.

A dataset with every field of the schema, a second one that it was made from, a series and a data service that they
point to. Values are made up, and no two fields hold the same, so that a mix-up shows. `entries()` gives all four,
`create()` what package_create takes of one of them.
"""

from __future__ import annotations

import copy
import json
from typing import Any

Package = dict[str, Any]

EU = "http://publications.europa.eu/resource/authority/"
IANA = "https://www.iana.org/assignments/media-types/"
ROLES = "http://inspire.ec.europa.eu/metadata-codelist/ResponsiblePartyRole/"
RELATIONS = "http://www.iana.org/assignments/relation/"
AUTHORITY = "http://purl.org/adms/publishertype/LocalAuthority"
COMPANY = "http://purl.org/adms/publishertype/Company"

SERIES_NAME, SERVICE_NAME, SOURCE_NAME, DATASET_NAME = "luft-reihe", "luft-dienst", "luft-roh", "luft-alles"

# Added by CKAN, and of no use to whoever creates a package.
FROM_CKAN = ("id", "metadata_created", "metadata_modified", "organization", "state", "private")

OUTLINE = {
    "type": "Polygon",
    "coordinates": [[[13.71, 51.05], [13.73, 51.05], [13.72, 51.07], [13.71, 51.05]]],
}
RECTANGLE = {
    "type": "Polygon",
    "coordinates": [[[13.7, 51.04], [13.74, 51.04], [13.74, 51.08], [13.7, 51.08], [13.7, 51.04]]],
}
CENTRE = {"type": "Point", "coordinates": [13.72, 51.06]}


def _ckan(identifier: str) -> Package:
    return {
        "id": identifier,
        "state": "active",
        "private": False,
        "metadata_created": "2026-01-01T10:00:00.123456",
        "metadata_modified": "2026-01-02T10:00:00",
    }


def _body(word: str, kind: str = AUTHORITY) -> Package:
    """A body of which everything is known."""
    return {
        "uri": f"https://{word}.example.org/id",
        "name": f"Amt {word}",
        "name_en": f"Office {word}",
        "url": f"https://{word}.example.org/",
        "email": f"{word}@example.org",
        "type": kind,
    }


def _contact(word: str) -> Package:
    return {
        "uri": f"https://kontakt.example.org/{word}",
        "name": f"Auskunft {word}",
        "email": f"auskunft-{word}@example.org",
        "url": f"https://kontakt.example.org/{word}/formular",
        "telephone": "+49 351 4880",
    }


def _place() -> Package:
    return {
        "uri": f"{EU}place/DEU_DRS",
        "text": "05 Friedrichstadt",
        "geom": json.dumps(OUTLINE),
        "bbox": json.dumps(RECTANGLE),
        "centroid": json.dumps(CENTRE),
    }


def dataset() -> Package:
    """Every field of dataset.yaml, in the order of its form."""
    return {
        **_ckan("1f3a0c52-0f7e-4a3c-9d5e-1f2a3b4c5d01"),
        "type": "dataset",
        "title": "Luftqualität 2026",
        "name": DATASET_NAME,
        "notes": "Stundenmittel je Messstelle, mit „Anführungszeichen“ und\nzweiter Zeile.",
        "theme": [f"{EU}data-theme/ENVI", f"{EU}data-theme/HEAL"],
        "tags": [{"name": "Luft"}, {"name": "Feinstaub"}],
        "contact": [_contact("luft"), {"name": "Bürgertelefon", "telephone": "+49 351 115"}],
        "publisher": [_body("umwelt")],
        "spatial_coverage": [_place()],
        "temporal_coverage": [
            {"start": "2026-01-01", "end": "2026-12", "beginning": "2026", "ending": "2026-12-31T23:59:59Z"},
            {"start": "2025"},
        ],
        "frequency": f"{EU}frequency/HOURLY",
        "availability": f"{EU}planned-availability/STABLE",
        "political_geocoding_level": [
            "http://dcat-ap.de/def/politicalGeocoding/Level/municipality",
            "http://dcat-ap.de/def/politicalGeocoding/Level/administrativeDistrict",
        ],
        "measure": "1.2.5",
        "focus_area": ["friedrichstadt"],
        "field_of_action": ["infrastruktur", "transparenz"],
        "privacy_level": "aggregated",
        "sample": True,
        "high_value": True,
        "hvd_category": ["http://data.europa.eu/bna/c_dd313021"],
        "applicable_legislation": ["http://data.europa.eu/eli/dir/2008/50/oj"],
        "title_en": "Air quality 2026",
        "notes_en": "Hourly means by station.",
        "keywords_en": ["air", "fine dust"],
        "issued": "2026-01",
        "modified": "2026-03-31T12:30:00+02:00",
        "version": "2026-1",
        "version_notes": "Zwei Messstellen mehr.",
        "version_notes_en": "Two more stations.",
        "language": [f"{EU}language/DEU", f"{EU}language/ENG"],
        "access_rights": f"{EU}access-right/NON_PUBLIC",
        "spatial_resolution_in_meters": 100,
        "temporal_resolution": "PT1H",
        "identifier": "https://anderswo.example.org/id/4711",
        "alternate_identifier": ["doi:10.1000/182", "urn:luft:2026"],
        "url": "https://umwelt.example.org/luft",
        "documentation": ["https://umwelt.example.org/luft/methode.pdf", "https://umwelt.example.org/luft/hilfe"],
        "conforms_to": ["https://www.iso.org/standard/68498.html"],
        "provenance": "Messstellen der Stadt.",
        "provenance_en": "The city's stations.",
        "method": "Stundenmittel ab 75 % der Werte.",
        "method_en": "Hourly means of at least 75 % of the values.",
        "method_version": "1.0",
        "was_generated_by": ["https://umwelt.example.org/messung/2026"],
        "in_series": [SERIES_NAME],
        "references": ["https://musterdatenkatalog.de/def/musterdatensatz/umwelt/luft"],
        "is_referenced_by": ["https://bericht.example.org/luft-2026"],
        "related_resource": ["https://wetter.example.org/2026"],
        "source": [SOURCE_NAME],
        "has_version": [SOURCE_NAME],
        "qualified_relation": [
            {"relation": "https://wetter.example.org/original", "role": f"{RELATIONS}original"},
            {"relation": "https://wetter.example.org/verwandt", "role": f"{RELATIONS}related"},
        ],
        "dcat_type": [f"{EU}dataset-type/STATISTICAL"],
        "contributor_id": ["http://dcat-ap.de/def/contributors/freistaatSachsen"],
        "creator": [_body("messnetz"), {"name": "Labor Luft", "type": COMPANY}],
        "contributor": [_body("statistik")],
        "originator": [_body("hersteller", COMPANY)],
        "custodian": [_body("archiv")],
        "qualified_attribution": [{"agent": "https://vertrieb.example.org/id", "role": f"{ROLES}distributor"}],
        "uri": "https://anderswo.example.org/dataset/4711",
        "resources": [file(), delivered(), excerpt()],
    }


def file() -> Package:
    """A file elsewhere with every field of a file, but the data service."""
    return {
        "id": "1f3a0c52-0f7e-4a3c-9d5e-1f2a3b4c5d11",
        "created": "2026-01-01T10:00:00",
        "url": "https://daten.example.org/luft.json.gz",
        "name": "Stundenmittel",
        "format": "JSON",
        "license": "http://dcat-ap.de/def/licenses/cc-by/4.0",
        "license_attribution": "Umweltamt Musterstadt",
        "license_attribution_en": "Environmental office of Musterstadt",
        "description": "Eine Zeile je Stunde.",
        "availability": f"{EU}planned-availability/AVAILABLE",
        "modified": "2026-03-30",
        "name_en": "Hourly means",
        "description_en": "One line per hour.",
        "issued": "2026-01-15",
        "mimetype": "application/geo+json",
        "compress_format": f"{IANA}application/gzip",
        "package_format": f"{IANA}application/zip",
        "size": 12345,
        "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "hash_algorithm": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256",
        "status": f"{EU}distribution-status/COMPLETED",
        "access_url": "https://daten.example.org/luft/zugang",
        "download_url": "https://daten.example.org/luft/herunterladen",
        "additional_access_urls": ["https://spiegel.example.org/luft"],
        "additional_download_urls": ["https://spiegel.example.org/luft.csv.gz"],
        "is_sample": False,
        "documentation": ["https://umwelt.example.org/luft/spalten.html"],
        "language": [f"{EU}language/DEU"],
        "conforms_to": ["https://specs.frictionlessdata.io/table-schema/"],
        "rights": "Nicht als amtliche Auskunft verwenden.",
        "has_policy": "https://umwelt.example.org/luft/regeln",
        "applicable_legislation": ["http://data.europa.eu/eli/dir/2019/1024/oj"],
        "temporal_resolution": "PT30M",
        "spatial_resolution_in_meters": 50.5,
        "table_name": "luft_2026",
        "table_schema": "sensor-hourly",
        "uri": "https://anderswo.example.org/distribution/1",
    }


def delivered() -> Package:
    """What a data service delivers: no file, reached at the service's endpoint (convention 41)."""
    return {
        "id": "1f3a0c52-0f7e-4a3c-9d5e-1f2a3b4c5d12",
        "created": "2026-01-01T10:00:00",
        "url": "https://dienst.example.org/luft",
        "name": "Abfrage",
        "format": "JSON",
        "license": "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
        "access_services": [SERVICE_NAME],
    }


def excerpt() -> Package:
    """A file that only shows what the data is like (adms:sample)."""
    return {
        "id": "1f3a0c52-0f7e-4a3c-9d5e-1f2a3b4c5d13",
        "created": "2026-01-01T10:00:00",
        "url": "https://daten.example.org/luft-auszug.csv",
        "name": "Auszug",
        "format": "CSV",
        "license": "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
        "is_sample": True,
    }


def source() -> Package:
    """What the dataset was made from, with the least that an editor has to say."""
    return {
        **_ckan("1f3a0c52-0f7e-4a3c-9d5e-1f2a3b4c5d02"),
        "type": "dataset",
        "name": SOURCE_NAME,
        "title": "Rohwerte der Luft",
        "notes": "Was die Geräte senden.",
        "theme": [f"{EU}data-theme/ENVI"],
        "tags": [{"name": "Luft"}],
        "resources": [
            {
                "id": "1f3a0c52-0f7e-4a3c-9d5e-1f2a3b4c5d21",
                "created": "2026-01-01T10:00:00",
                "url": "https://daten.example.org/roh.json",
                "name": "Rohwerte",
                "format": "JSON",
                "license": "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
            }
        ],
    }


def series() -> Package:
    """Every field of dataset_series.yaml."""
    return {
        **_ckan("1f3a0c52-0f7e-4a3c-9d5e-1f2a3b4c5d03"),
        "type": "dataset_series",
        "title": "Luft und Lärm",
        "name": SERIES_NAME,
        "notes": "Alle Messungen der Maßnahme.",
        "tags": [{"name": "Lärm"}],
        "contact": [_contact("reihe")],
        "publisher": [_body("reihen")],
        "spatial_coverage": [_place()],
        "temporal_coverage": [{"start": "2024", "end": "2027", "beginning": "2024-02", "ending": "2027-01-01"}],
        "frequency": f"{EU}frequency/ANNUAL",
        "measure": "1.2.5",
        "title_en": "Air and noise",
        "notes_en": "All measurements of the measure.",
        "keywords_en": ["noise"],
        "issued": "2024",
        "modified": "2026-02",
        "url": "https://umwelt.example.org/reihe",
        "applicable_legislation": ["http://data.europa.eu/eli/dir/2002/49/oj"],
        "identifier": "reihe-1",
        "uri": "https://anderswo.example.org/series/1",
    }


def service() -> Package:
    """Every field of data_service.yaml."""
    return {
        **_ckan("1f3a0c52-0f7e-4a3c-9d5e-1f2a3b4c5d04"),
        "type": "data_service",
        "title": "Abfragedienst Luft",
        "name": SERVICE_NAME,
        "endpoint_url": ["https://dienst.example.org/luft"],
        "notes": "Filtert nach Zeit und Ort.",
        "endpoint_description": ["https://dienst.example.org/openapi.json"],
        "serves_dataset": [DATASET_NAME, SOURCE_NAME],
        "theme": [f"{EU}data-theme/ENVI"],
        "tags": [{"name": "Schnittstelle"}],
        "contact": [_contact("dienst")],
        "publisher": [_body("rechenzentrum")],
        "availability": f"{EU}planned-availability/TEMPORARY",
        "license": "http://dcat-ap.de/def/licenses/cc-by/4.0",
        "license_attribution": "Rechenzentrum Musterstadt",
        "format": ["JSON", "GEOJSON"],
        "high_value": True,
        "hvd_category": ["http://data.europa.eu/bna/c_dd313021"],
        "applicable_legislation": ["http://data.europa.eu/eli/dir/2007/2/oj"],
        "title_en": "Air query service",
        "notes_en": "Filters by time and place.",
        "keywords_en": ["interface"],
        "issued": "2025-05-05",
        "modified": "2026-01-06",
        "access_rights": f"{EU}access-right/RESTRICTED",
        "language": [f"{EU}language/ENG"],
        "url": "https://dienst.example.org/",
        "documentation": ["https://dienst.example.org/hilfe"],
        "conforms_to": ["http://www.opengis.net/spec/ogcapi-features-1/1.0"],
        "identifier": "dienst-1",
        "uri": "https://anderswo.example.org/service/1",
    }


def entries() -> list[Package]:
    """All four; each links only to others of them, those that are linked to first."""
    return [series(), source(), dataset(), service()]


def create(package: Package) -> Package:
    """What package_create takes of a package: without what CKAN adds, and without links to what comes later."""
    given = copy.deepcopy({key: value for key, value in package.items() if key not in FROM_CKAN})
    for resource in given.get("resources", []):
        for key in ("id", "created"):
            resource.pop(key, None)
    return given

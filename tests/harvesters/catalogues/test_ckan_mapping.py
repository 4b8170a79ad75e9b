"""A dataset of CKAN's API, in the words of each extension that people use, read into our fields."""

from __future__ import annotations

import json
from typing import Any

from ckanext.dresdensmartcity.dcat.reading import ReadEntry
from ckanext.dresdensmartcity.harvesters.catalogues.harvester import entry_of

PORTAL = "http://ckan.example"
EU = "http://publications.europa.eu/resource/authority"


def read(extras: dict[str, Any] | None = None, resource: dict[str, Any] | None = None, **fields: Any) -> ReadEntry:
    package = {
        "id": "0b1c",
        "name": "a",
        "title": "Titel",
        "notes": "Text",
        "extras": [{"key": key, "value": value} for key, value in (extras or {}).items()],
        "resources": [{"id": "r", "url": "http://files.example/a.csv", "format": "CSV", **(resource or {})}],
        **fields,
    }
    return entry_of(package, PORTAL)


def lost(entry: ReadEntry) -> dict[str, str]:
    return {
        one.property.removeprefix("extra:"): one.value for one in entry.not_understood if one.property[:6] == "extra:"
    }


def test_plain_ckan_has_what_ckanext_dcat_would_make_of_it():
    """IRI and identifier from the id, publisher from the organisation, dates from the record."""
    entry = read(
        url="http://source.example/",
        author="Amt für Statistik",
        maintainer="Datenstelle",
        maintainer_email="daten@example.org",
        organization={"title": "Stadt"},
        license_id="cc-by-4.0",
        metadata_created="2025-01-01T10:00:00",
        metadata_modified="2026-01-01T10:00:00",
        tags=[{"name": "Wald"}],
        groups=[{"name": "envi"}, {"name": "sonstiges"}],
    )
    package = entry.package
    assert (entry.iri, package["identifier"]) == (f"{PORTAL}/dataset/0b1c", "0b1c")
    assert package["publisher"] == [{"name": "Stadt"}]
    assert package["creator"] == [{"name": "Amt für Statistik"}]
    assert package["contact"] == [{"name": "Datenstelle", "email": "daten@example.org"}]
    assert (package["issued"][:10], package["modified"][:10]) == ("2025-01-01", "2026-01-01")
    assert package["theme"] == [f"{EU}/data-theme/ENVI"]
    assert package["resources"][0]["license"] == "http://dcat-ap.de/def/licenses/cc-by/4.0"
    assert lost(entry) == {"groups": "sonstiges"}


def test_extras_of_ckanext_dcat():
    """Its plain extras, with lists as JSON."""
    entry = read(
        {
            "uri": "http://data.example/1",
            "identifier": "one",
            "issued": "2020-05",
            "frequency": f"{EU}/frequency/ANNUAL",
            "language": json.dumps([f"{EU}/language/DEU"]),
            "theme": json.dumps([f"{EU}/data-theme/TRAN"]),
            "conforms_to": json.dumps(["http://standard.example/1"]),
            "publisher_name": "Amt",
            "publisher_type": "http://purl.org/adms/publishertype/LocalAuthority",
            "contact_name": "Auskunft",
            "contact_email": "mailto:auskunft@example.org",
            "temporal_start": "2020-01-01",
            "spatial_text": "Hafen",
            "spatial": '{"type": "Point", "coordinates": [10, 51]}',
        },
        {
            "access_url": "http://files.example/page",
            "download_url": "http://files.example/a.csv",
            "uri": "http://data.example/1/f",
        },
    )
    package = entry.package
    assert (entry.iri, package["identifier"], package["issued"]) == ("http://data.example/1", "one", "2020-05")
    assert package["frequency"] == f"{EU}/frequency/ANNUAL"
    assert (package["language"], package["theme"]) == ([f"{EU}/language/DEU"], [f"{EU}/data-theme/TRAN"])
    assert package["publisher"][0]["name"] == "Amt"
    assert package["contact"] == [{"name": "Auskunft", "email": "auskunft@example.org"}]
    assert package["temporal_coverage"] == [{"start": "2020-01-01"}]
    assert package["spatial_coverage"][0]["text"] == "Hafen"
    assert package["resources"][0]["uri"] == "http://data.example/1/f"
    assert package["resources"][0]["access_url"] == "http://files.example/page"
    assert lost(entry) == {}


def test_repeating_fields_of_ckanext_scheming():
    """The same as lists of records, with texts in two languages."""
    entry = read(
        title_translated={"de": "Titel", "en": "Title"},
        contact=[{"name": "Auskunft", "email": "auskunft@example.org", "url": "http://amt.example/"}],
        publisher=[{"name": "Amt", "uri": "http://amt.example/id"}],
        spatial_coverage=[{"uri": "http://place.example/1", "text": "Hafen"}],
        temporal_coverage=[{"start": "2020", "end": "2021"}],
        language=[f"{EU}/language/DEU"],
    )
    package = entry.package
    assert (package["title"], package["title_en"]) == ("Titel", "Title")
    assert package["publisher"] == [{"uri": "http://amt.example/id", "name": "Amt"}]
    assert package["spatial_coverage"] == [{"uri": "http://place.example/1", "text": "Hafen"}]
    assert package["temporal_coverage"] == [{"start": "2020", "end": "2021"}]
    assert lost(entry) == {}


def test_extras_of_govdata():
    """Those of ckanext-dcatde, lifted to DCAT-AP.de 3.0 by the reader."""
    entry = read(
        {
            "contributorID": json.dumps(["http://dcat-ap.de/def/contributors/freistaatSachsen"]),
            "politicalGeocodingLevelURI": "http://dcat-ap.de/def/politicalGeocoding/Level/municipality",
            "metadata_original_html": "http://amt.example/seite",
            "originator_name": "Vermessung",
            "contact_name": "Auskunft",
            "maintainer_tel": "+49 30 1234",
        },
        {"licenseAttributionByText": "Amt", "license": "http://dcat-ap.de/def/licenses/dl-by-de/2.0"},
    )
    package = entry.package
    assert package["contributor_id"] == ["http://dcat-ap.de/def/contributors/freistaatSachsen"]
    assert package["political_geocoding_level"] == ["http://dcat-ap.de/def/politicalGeocoding/Level/municipality"]
    assert package["url"] == "http://amt.example/seite"
    assert package["originator"] == [{"name": "Vermessung"}]
    assert package["resources"][0]["license_attribution"] == "Amt"


def test_what_nobody_knows_is_listed():
    """Extras and fields of other extensions, and codes of licences that are on no list."""
    entry = read(
        {"farbe": "blau", "leer": "", "spatial_harvester": "true"},
        {"qualitaet": "gut"},
        license_id="hauslizenz",
        showcase_count=3,
    )
    assert lost(entry) == {
        "farbe": "blau",
        "spatial_harvester": "true",
        "qualitaet": "gut",
        "license_id": "hauslizenz",
        "showcase_count": "3",
    }
    assert "license" not in entry.package["resources"][0]


def test_a_checksum_needs_its_algorithm():
    """CKAN's bare `hash` says nothing that could be checked."""
    digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    assert lost(read(resource={"hash": digest})) == {"hash": digest}
    found = read(resource={"hash": digest, "hash_algorithm": "SHA-256"}).package["resources"][0]
    assert (found["hash"], found["hash_algorithm"].endswith("sha256")) == (digest, True)


def test_strange_values_break_nothing():
    """Lists where texts are wanted, half JSON, addresses with blanks: named or left out, never a trace."""
    entry = read(
        {"theme": "[not json", "publisher": "Amt", "language": json.dumps({"de": 1}), "uri": "kein iri"},
        {"url": "datei mit leerzeichen", "size": "viel", "extras": [{"key": "x", "value": "y"}]},
        tags=["Wald", None],
        groups=["envi"],
        contact="irgendwer",
    )
    assert entry.iri == f"{PORTAL}/dataset/0b1c"
    assert lost(entry)["x"] == "y"

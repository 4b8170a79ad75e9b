"""DCAT-AP.de 1.x and 2.0 -> 3.0, every change listed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ckanext.dresdensmartcity.dcat import parsing
from ckanext.dresdensmartcity.dcat.namespaces import ADMS, DCAT, DCATAP, DCATDE, DCTERMS, SPDX
from ckanext.dresdensmartcity.dcat.reading import ReadEntry, Reading, lift, read_catalogue
from ckanext.dresdensmartcity.dcat.reading.lifting import RULES
from ckanext.dresdensmartcity.dcat.reading.lifting.values import resolve
from rdflib import Graph, Literal, URIRef

DOCUMENTS = Path(__file__).parent / "documents"
EU = "http://publications.europa.eu/resource/authority/"
LICENSES = "http://dcat-ap.de/def/licenses/"


def reading(name: str) -> Reading:
    return read_catalogue(parsing.read_file(DOCUMENTS / name))


def entry(found: Reading, iri: str) -> ReadEntry:
    return next(one for one in found.entries if one.iri == iri)


def test_version_1_becomes_a_package_of_3() -> None:
    """Old namespaces, codes, names and structures all at once."""
    (found,) = reading("version-1.ttl").entries
    package = found.package
    assert package["originator"] == [{"name": "Labor"}]
    assert package["custodian"] == [{"name": "Archiv"}]
    assert package["contact"] == [{"name": "Auskunft", "email": "amt@alt.example.org", "telephone": "+49 351 488 0"}]
    assert package["theme"] == [f"{EU}data-theme/ENVI"]
    assert package["language"] == [f"{EU}language/DEU"]
    assert package["access_rights"] == f"{EU}access-right/PUBLIC"
    assert package["frequency"] == f"{EU}frequency/MONTHLY"
    assert package["temporal_resolution"] == "P1D"
    assert package["version"] == "2"
    assert package["issued"] == "2017-10-25T13:45:00"
    assert package["related_resource"] == ["https://alt.example.org/dataset/0"]
    assert package["alternate_identifier"] == ["doi:10.1000/1"]
    assert package["applicable_legislation"] == ["https://www.recht.bund.de/eli/bund/bgbl-1/2004/3704"]
    assert package["contributor_id"] == ["http://dcat-ap.de/def/contributors/freistaatSachsen"]
    assert {"start": "2016-01-01", "end": "2016-12-31"} in package["temporal_coverage"]
    assert {"start": "2015", "end": "2016"} in package["temporal_coverage"]
    assert {one["name"] for one in package["tags"]} == {"Wasser", "Pegel", "Umwelt Klima"}


def test_places_of_version_1_are_places_of_3() -> None:
    """politicalGeocodingURI, its description, units of places, and coordinates with latitude first."""
    (found,) = reading("version-1.ttl").entries
    places = found.package["spatial_coverage"]
    geocoding = "http://dcat-ap.de/def/politicalGeocoding/"
    assert {one["uri"] for one in places if "uri" in one} == {
        f"{geocoding}municipalityKey/14612000",
        f"{geocoding}stateKey/14",
    }
    assert {"text": "Elbtal"} in places
    assert {"geom": '{"type": "Point", "coordinates": [13.74, 51.05]}'} in places


def test_files_of_version_1_are_files_of_3() -> None:
    """The licence of the dataset for the file without one; formats that stood in the place of media types."""
    (found,) = reading("version-1.ttl").entries
    file, service = found.package["resources"]
    assert file["license"] == f"{LICENSES}dl-by-de/2.0"
    assert service["license"] == f"{LICENSES}cc-by/4.0"
    assert (file["format"], service["format"]) == ("CSV", "WFS_SRVC")
    assert file["size"] == 685246
    assert file["status"] == f"{EU}distribution-status/COMPLETED"
    assert file["availability"] == f"{EU}planned-availability/EXPERIMENTAL"
    assert file["hash_algorithm"].endswith("checksumAlgorithm_sha256")
    assert file["hash"] == "5bcc814127be171c"


def test_only_the_law_without_an_iri_is_left_of_version_1() -> None:
    """It is listed with what 3.0 would take; every rule that was used is documented."""
    (found,) = reading("version-1.ttl").entries
    assert [(one.value, one.property) for one in found.not_understood] == [
        ("Umweltinformationsgesetz", str(DCATDE.legalBasis))
    ]
    assert "dcatap:applicableLegislation" in found.not_understood[0].reason
    assert {one.rule for one in found.changes} <= RULES.keys()


def test_a_collection_becomes_a_series() -> None:
    """Its members are in it, whichever way they were linked; versions of one another stay versions."""
    found = reading("version-2.ttl")
    assert entry(found, "https://zwei.example.org/reihe").type == "dataset_series"
    first, second = (entry(found, f"https://zwei.example.org/{year}").package for year in (2020, 2021))
    assert first["in_series"] == second["in_series"] == ["https://zwei.example.org/reihe"]
    assert first["has_version"] == ["https://zwei.example.org/2021"]
    assert "related_resource" not in second


def test_the_catalogue_itself_and_its_records_are_read() -> None:
    """And a dataset that is only named is listed."""
    found = reading("version-2.ttl")
    (catalogue,) = found.catalogues
    assert catalogue.package["title"] == "Katalog Zwei"
    assert catalogue.package["rights"] == "https://zwei.example.org/rechte"
    record = entry(found, "https://zwei.example.org/2020").record
    assert record is not None
    assert (record.issued, record.modified) == ("2020-01-01", "2021-01-01")
    assert [one.value for one in found.not_understood] == ["https://zwei.example.org/fehlt"]


def test_a_document_of_3_0_stays_as_it_is() -> None:
    """Lifting what is lifted changes nothing."""
    for name in ("version-1.ttl", "version-2.ttl"):
        graph = parsing.read_file(DOCUMENTS / name)
        assert lift(graph)
        assert lift(graph) == []


CODES = {
    "licenses": {
        "http://dcat-ap.de/def/licenses/dl-by-de/2_0": "dl-by-de/2.0",
        "https://www.dcat-ap.de/def/licenses/dl-zero-de/2.0/": "dl-zero-de/2.0",
        "http://dcat-ap.de/def/licenses/official-work": "officialWork",
        "http://dcat-ap.de/def/licenses/cc-nc": "",  # stood for several
        "https://creativecommons.org/licenses/by/4.0/": "cc-by/4.0",
        "http://creativecommons.org/licenses/by/4.0/deed.de": "cc-by/4.0",
        "https://creativecommons.org/licenses/by/4.0/legalcode": "cc-by/4.0",
        "https://creativecommons.org/licenses/by/3.0/": "",  # the list has only the German one with a version
        "https://creativecommons.org/publicdomain/zero/1.0/deed.en": "cc-zero",
        "https://www.govdata.de/dl-de/by-2-0": "dl-by-de/2.0",
        "http://www.opendefinition.org/licenses/odc-odbl": "odbl",
        "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0": "cc-by/4.0",
        "https://spdx.org/licenses/CC0-1.0.html": "cc-zero",
        "dl-de-by-2.0": "dl-by-de/2.0",
        "Datenlizenz Deutschland Namensnennung 2.0": "dl-by-de/2.0",
        "https://example.org/my-licence": "",
    },
    "distribution-status": {
        "http://purl.org/adms/status/Deprecated": "DEPRECATED",
        "http://purl.org/adms/status/UnderDevelopment": "",  # GovData takes none in development
        "http://purl.org/adms/status/Withdrawn": "WITHDRAWN",
        "https://example.org/status/Completed": "",
    },
    "availability": {
        "http://dcat-ap.de/def/plannedAvailability/temporary": "TEMPORARY",
        "http://data.europa.eu/r5r/availability/stable": "STABLE",
        "https://publications.europa.eu/resource/authority/planned-availability/AVAILABLE/": "AVAILABLE",
    },
    "frequencies": {
        "http://purl.org/cld/freq/semiannual": "ANNUAL_2",
        "R/P1Y": "ANNUAL",
        "täglich": "DAILY",
        "fortnightly": "BIWEEKLY",
        "https://example.org/freq/daily": "",
        "when needed": "",
    },
    "languages": {
        "de": "DEU",
        "deu": "DEU",
        "ger": "DEU",
        "de-DE": "DEU",
        "http://lexvo.org/id/iso639-3/deu": "DEU",
        "xx": "",
    },
    "themes": {
        "umwelt_klima": "ENVI",
        "geo": "",
        "http://publications.europa.eu/mdr/authority/data-theme/ENVI": "ENVI",
    },
    "access-rights": {
        "public": "PUBLIC",
        "http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/noLimitations": "PUBLIC",
        "nur intern": "",
    },
    "checksum-algorithms": {
        "http://dcat-ap.de/def/hashAlgorithms/sha/256": "sha256",
        "https://www.dcat-ap.de/def/hashAlgorithms/1_0#md/5": "md5",
        "SHA-512": "sha512",
        "sha1": "sha1",
        "whirlpool": "",
    },
    "file-types": {"csv": "CSV", "http://publications.europa.eu/mdr/authority/file-type/PDF": "PDF", "irgendwas": ""},
    "media-types": {"text/csv; charset=utf-8": "text/csv", "CSV": ""},
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in CODES.items() for value in values])
def test_an_old_code_is_the_value_of_todays_list(name: str, value: str) -> None:
    """Or nothing: what is ambiguous is not guessed."""
    found, wanted = resolve(name, value), CODES[name][value]
    assert found.endswith(wanted) if wanted else found == ""


NAMESPACES = [
    "http://dcat-ap.de/def/dcatde/",
    "http://dcat-ap.de/def/dcatde/1_0/",
    "http://dcat-ap.de/def/dcatde/1.0/",
    "http://dcat-ap.de/def/dcatde/1.0.1/",
    "https://www.dcat-ap.de/def/dcatde/2.0/",
]


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_the_german_namespace_had_many_forms(namespace: str) -> None:
    """All are meant."""
    graph = Graph()
    dataset = URIRef("https://a.example.org/1")
    graph.add((dataset, URIRef(namespace + "contributorID"), URIRef("http://dcat-ap.de/def/contributors/govdata")))
    lift(graph)
    assert (dataset, DCATDE.contributorID, None) in graph


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("http://data.europa.eu/r5r#availability", DCATAP.availability),
        ("https://www.w3.org/ns/dcat#theme", DCAT.theme),
        ("http://www.w3.org/ns/adms/status", ADMS.status),
        ("http://spdx.org/rdf/terms/checksum", SPDX.checksum),
        ("http://purl.org/dc/elements/1.1/title", DCTERMS.title),
    ],
)
def test_a_misspelt_namespace_is_put_right(old: str, new: URIRef) -> None:
    """Scheme, last sign, and Dublin Core's old elements; the change says where it was."""
    graph = Graph()
    subject = URIRef("https://a.example.org/1")
    graph.add((subject, URIRef(old), Literal("x")))
    changes = lift(graph)
    assert (subject, new, Literal("x")) in graph
    assert [(one.property, one.after) for one in changes] == [(old, str(new))]


@pytest.mark.parametrize("name", ["DataService.ttl", "Dataset-und-Distribution.ttl", "DatasetSeries.ttl"])
def test_the_official_examples_are_read(name: str, shared: Path) -> None:
    """Flawed as they are: one does not parse, the others are read but for what is listed."""
    path = shared / "dcat-ap-de" / "official" / "examples" / name
    if name == "DataService.ttl":
        with pytest.raises(parsing.UnreadableError):
            parsing.read_file(path)
        return
    found = read_catalogue(parsing.read_file(path))
    left: list[Any] = [(one.property, one.value) for entry in found.entries for one in entry.not_understood]
    assert found.entries
    assert all("title" in one.package for one in found.entries)
    assert [pair for pair in left if pair[0] != str(DCTERMS.license)] == []


def test_every_rule_is_used_and_documented(repository: Path) -> None:
    """By its name: in the code beside its table, and in the table of the docs."""
    folder = repository / "ckanext-dresdensmartcity" / "dcat" / "reading"
    code = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py") if path.name != "rules.py")
    docs = (repository / "docs" / "catalogue.md").read_text(encoding="utf-8")
    assert [name for name in RULES if f'"{name}"' not in code] == []
    assert [name for name, sentence in RULES.items() if f"| `{name}` | {sentence} |" not in docs] == []

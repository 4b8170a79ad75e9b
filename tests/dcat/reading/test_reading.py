"""RDF -> packages: what is right is read, what is wrong is listed, nothing is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from ckanext.dresdensmartcity.dcat import parsing
from ckanext.dresdensmartcity.dcat.namespaces import DCAT, DCTERMS
from ckanext.dresdensmartcity.dcat.reading import ReadEntry, Reading, fields, read_catalogue
from ckanext.dresdensmartcity.dcat.reading.report import SHOWN
from rdflib import URIRef
from strategies import SCHEMAS

PREFIXES = """
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcatap: <http://data.europa.eu/r5r/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix locn: <http://www.w3.org/ns/locn#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix time: <http://www.w3.org/2006/time#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
IRI = "https://fern.example.org/1"


def read(turtle: str) -> Reading:
    return read_catalogue(parsing.read_text(PREFIXES + turtle, "turtle", "a document"))


def dataset(statements: str) -> ReadEntry:
    (found,) = read(f'<{IRI}> a dcat:Dataset ; dct:title "T"@de ; {statements} .').entries
    return found


def listed(entry: ReadEntry) -> list[tuple[str, str]]:
    """Name of the property and value of what was not understood."""
    return [(one.property.replace("#", "/").rsplit("/", 1)[-1], one.value) for one in entry.not_understood]


WRONG = {
    "a second title in German": ('dct:title "U"@de', [("title", "U")]),
    "a title in French": ('dct:title "F"@fr', [("title", "F")]),
    "a date that is none": ('dct:issued "2026-02-30"^^xsd:date', [("issued", "2026-02-30")]),
    "two dates": ('dct:issued "2025", "2026"', [("issued", "2026")]),
    "an address that is none": ('dcat:landingPage "siehe Amt"', [("landingPage", "siehe Amt")]),
    "a theme of no list": ("dcat:theme <https://x.example/t>", [("theme", "https://x.example/t")]),
    "an unknown property": ('<https://x.example/p> "v"', [("p", "v")]),
    "an unknown class": ("a <https://x.example/C>", [("type", "https://x.example/C")]),
    "a length below nothing": ("dcat:spatialResolutionInMeters -3.0", [("spatialResolutionInMeters", "-3.0")]),
    "a decimal that unfolds": (
        'dcat:spatialResolutionInMeters "1e999999999"^^xsd:decimal',
        [("spatialResolutionInMeters", "1e999999999")],
    ),
    "a duration that is none": ('dcat:temporalResolution "1 Tag"', [("temporalResolution", "1 Tag")]),
    "a text for a contact": ('dcat:contactPoint "Amt"', [("contactPoint", "Amt")]),
    "a text for a file": ('dcat:distribution "a.csv"', [("distribution", "a.csv")]),
    "a mailbox that is none": (
        'dcat:contactPoint [ vcard:fn "A" ; vcard:hasEmail "kein Postfach" ]',
        [("hasEmail", "kein Postfach")],
    ),
    "a keyword that is too short": ('dcat:keyword "x"', [("keyword", "x")]),
    "a place outside the globe": (
        'dct:spatial [ dcat:centroid "POINT (500 51)"^^geo:wktLiteral ]',
        [("centroid", "POINT (500 51)")],
    ),
    "brackets of WKT without end": (
        f'dct:spatial [ dcat:bbox "{"GEOMETRYCOLLECTION(" * 20}" ]',
        [("bbox", "GEOMETRYCOLLECTION(" * 20)],
    ),
    "half a relation": (
        "dcat:qualifiedRelation [ dct:relation <https://x.example/r> ]",
        [("qualifiedRelation", "https://x.example/r")],
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_listed_and_the_rest_is_read(name: str) -> None:
    """Never an exception, never silence."""
    statements, expected = WRONG[name]
    found = dataset(statements)
    assert found.package["title"] == "T"
    assert listed(found) == expected
    assert all(one.reason for one in found.not_understood)


def test_a_literal_of_a_megabyte_is_listed_cut() -> None:
    """It would be no title, and no search engine takes it."""
    found = dataset(f'dct:description "{"x" * 1_000_000}"')
    assert "notes" not in found.package
    ((name, value),) = listed(found)
    assert name == "description"
    assert len(value) <= SHOWN


def test_more_keywords_than_an_entry_has_are_cut_and_told() -> None:
    """A harvest does not fail for them."""
    words = ", ".join(f'"wort{number}"@de' for number in range(250))
    entry = dataset(f"dcat:keyword {words}")
    assert len(entry.package["tags"]) == 100
    (told,) = entry.not_understood
    assert "250 keywords" in told.reason
    assert "at most 100" in told.reason


def test_iris_with_blanks_are_quoted() -> None:
    """In every place, the dataset's own too; the change is listed."""
    (found,) = read(
        '<https://fern.example.org/a b> a dcat:Dataset ; dct:title "T" ; dcat:landingPage <https://x.example/c d> .'
    ).entries
    assert found.iri == "https://fern.example.org/a%20b"
    assert found.package["url"] == "https://x.example/c%20d"
    assert {one.rule for one in found.changes} == {"iri"}


def test_characters_that_no_database_holds_are_left_out() -> None:
    """A null character would end the transaction."""
    found = dataset('dct:description "a\\u0000b\\u000Bc"')
    assert found.package["notes"] == "abc"
    assert [one.rule for one in found.changes] == ["characters"]


def test_a_relative_iri_is_no_identity() -> None:
    """Without an address of the document it names nothing."""
    (found,) = read('<#a> a dcat:Dataset ; dct:title "T" ; dcat:landingPage <seite> .').entries
    assert (found.iri, found.package.get("uri"), found.package.get("url")) == ("", None, None)
    assert listed(found) == [("type", "http://relative.invalid/#a"), ("landingPage", "http://relative.invalid/seite")]


def test_an_english_title_stands_in_for_a_missing_german_one() -> None:
    """As our forms ask for one; the change is listed."""
    (found,) = read(f'<{IRI}> a dcat:Dataset ; dct:title "Trees"@en .').entries
    assert (found.package["title"], found.package["title_en"]) == ("Trees", "Trees")
    assert [one.rule for one in found.changes] == ["only-english"]


def test_blank_nodes_are_read_like_iris() -> None:
    """A dataset without IRI has a name of its own, the same each time, by which others link to it."""
    document = """
        [] a dcat:Dataset ; dct:title "A" ; dcat:distribution [
            a dcat:Distribution ; dcat:accessURL <https://x.example/a> ; dcat:accessService _:s ] .
        _:s a dcat:DataService ; dct:title "S" ; dcat:endpointURL <https://x.example/s> .
    """
    first, second = read(document), read(document)
    names = {one.package["title"]: one.node for one in first.entries}
    assert names == {one.package["title"]: one.node for one in second.entries}
    assert all(one.iri == "" for one in first.entries)
    (made,) = [one for one in first.entries if one.type == "dataset"]
    assert made.package["resources"][0]["access_services"] == [names["S"]]


def test_every_system_of_coordinates_is_turned_into_degrees() -> None:
    """Axes in the order of the system; GeoJSON, geo URIs and WKT alike."""
    forms = [
        '"POINT (13.74 51.05)"^^geo:wktLiteral',
        '"<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT (13.74 51.05)"^^geo:wktLiteral',
        '"<http://www.opengis.net/def/crs/EPSG/0/4326> POINT (51.05 13.74)"^^geo:wktLiteral',
        '"SRID=4326;POINT (13.74 51.05)"^^geo:wktLiteral',
        '"<http://www.opengis.net/def/crs/EPSG/0/25833> POINT (411681.6 5656332.9)"^^geo:wktLiteral',
        '"{\\"type\\": \\"Point\\", \\"coordinates\\": [13.74, 51.05]}"',
    ]
    for form in forms:
        (place,) = dataset(f"dct:spatial [ a dct:Location ; dcat:centroid {form} ]").package["spatial_coverage"]
        x, y = json.loads(place["centroid"])["coordinates"]
        assert abs(x - 13.74) < 0.005 > abs(y - 51.05), form
    (place,) = dataset("dct:spatial <geo:51.05,13.74>").package["spatial_coverage"]
    assert json.loads(place["centroid"])["coordinates"] == [13.74, 51.05]


def test_a_geometry_in_two_forms_is_one() -> None:
    """WKT beside GeoJSON, as older catalogues write it."""
    point = '"{\\"type\\": \\"Point\\", \\"coordinates\\": [13.0, 51.0]}"'
    found = dataset(f'dct:spatial [ locn:geometry "POINT (13 51)"^^geo:wktLiteral, {point} ]')
    assert found.package["spatial_coverage"] == [{"geom": '{"type": "Point", "coordinates": [13.0, 51.0]}'}]
    assert listed(found) == []


def test_dates_are_read_in_their_precision() -> None:
    """Also as instants; a zone at a day and a decimal comma are no dates of ours."""
    start = 'time:hasBeginning [ a time:Instant ; time:inXSDgYear "2024"^^xsd:gYear ]'
    period = f'dct:temporal [ {start} ; dcat:endDate "2025-12-31+01:00"^^xsd:date ]'
    assert dataset(period).package["temporal_coverage"] == [{"beginning": "2024", "end": "2025-12-31"}]
    assert dataset('dct:modified "2026-01-02T03:04:05.678901234Z"').package["modified"] == "2026-01-02T03:04:05.678901Z"


def test_a_licence_of_no_list_is_kept_and_told() -> None:
    """Another in its place would be wrong in law; a missing one is told, too."""
    file = "dcat:distribution [ a dcat:Distribution ; dcat:accessURL <https://x.example/a> {} ]"
    found = dataset(file.format("; dct:license <https://x.example/lizenz>"))
    assert found.package["resources"][0]["license"] == "https://x.example/lizenz"
    assert listed(found) == [("license", "https://x.example/lizenz")]
    assert listed(dataset(file.format(""))) == [("license", "")]


def test_parts_that_all_share_do_not_keep_a_machine_busy() -> None:
    """Two dozen datasets with the same two hundred files: it is told, and what was read by then is given."""
    files = "".join(f"<urn:f{n}> a dcat:Distribution ; dcat:accessURL <https://x.example/{n}> .\n" for n in range(200))
    shared = ",".join(f"<urn:f{n}>" for n in range(200))
    sets = "".join(
        f'<https://x.example/d{n}> a dcat:Dataset ; dct:title "T" ; dcat:distribution {shared} .\n' for n in range(24)
    )
    found = read(files + sets)
    assert 0 < len(found.entries) < 24
    assert "share their parts" in found.not_understood[-1].reason


def test_the_next_page_is_told() -> None:
    """As Hydra says it."""
    hydra = "http://www.w3.org/ns/hydra/core#"
    found = read(
        f"<https://x.example/?page=1> a <{hydra}PagedCollection> ; <{hydra}nextPage> <https://x.example/?page=2> ."
    )
    assert found.next_page == "https://x.example/?page=2"


# --- the table of fields

CURIES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geodcatap": "http://data.europa.eu/930/",
}
TABLES = {
    ("dataset", "dataset_fields"): fields.DATASET,
    ("dataset", "resource_fields"): fields.DISTRIBUTION,
    ("dataset_series", "dataset_fields"): fields.SERIES,
    ("data_service", "dataset_fields"): fields.SERVICE,
}


@pytest.mark.parametrize(("kind", "part"), TABLES)
def test_the_table_of_reading_agrees_with_the_schemas(kind: str, part: str) -> None:
    """Property and controlled list of each line; what is in no line is tried by the round trip."""
    loaded = yaml.safe_load((SCHEMAS / f"{kind}.yaml").read_text(encoding="utf-8"))
    given: dict[str, Any] = {one["field_name"]: one for one in loaded[part]}
    for line in TABLES[kind, part]:
        written = given[line.name]["property"]  # a list where it leads over a node of its own
        prefix, _, name = (written[0] if isinstance(written, list) else written).partition(":")
        assert line.predicate == URIRef(CURIES[prefix] + name), line.name
        assert line.vocabulary == given[line.name].get("vocabulary", ""), line.name
        if line.english and line.english in given:
            assert given[line.english]["property"] == given[line.name]["property"]


def test_there_are_properties_to_read() -> None:
    """The namespaces are those of the writer."""
    assert {DCTERMS.title, DCAT.theme} <= {one.predicate for one in fields.DATASET}

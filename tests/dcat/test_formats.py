"""Formats and media types."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.city.vocabularies import vocabulary
from ckanext.dresdensmartcity.dcat import formats


def test_every_known_format_is_in_the_list() -> None:
    """The table of short codes names no file type that the EU list lacks, and no media type of a wrong form."""
    ids = {term.id for term in vocabulary("file-types").terms}
    for code in formats._KNOWN:
        known = formats.format_of(code)
        assert known.file_type in ids | {""}, code
        if known.media_type:
            assert formats.media_type_iri(known.media_type), code


@pytest.mark.parametrize(
    ("code", "file_type"),
    [
        ("csv", "CSV"),
        ("GeoJSON", "GEOJSON"),
        ("JSON-LD", "JSON_LD"),
        ("shp", "SHP"),
        ("WMS", "WMS_SRVC"),
        ("http://publications.europa.eu/resource/authority/file-type/ODS", "ODS"),
        ("https://publications.europa.eu/resource/authority/file-type/ODS", "ODS"),
        ("GRID_ASCII", "GRID_ASCII"),
        ("RDF_TURTLE", "RDF_TURTLE"),
        (".csv", "CSV"),
        ("text/csv; charset=utf-8", "CSV"),
        ("application/geo+json", "GEOJSON"),
    ],
)
def test_a_format_is_found_in_the_eu_list(code: str, file_type: str) -> None:
    """Short codes in any case, and the IRIs themselves."""
    assert formats.file_type_iri(code) == f"{vocabulary('file-types').base}{file_type}"


@pytest.mark.parametrize(
    "code", ["", "Parquet", "WMTS", "API", "Excel-Tabelle", "image/tiff", "text/calendar2", "http://example.org/CSV"]
)
def test_a_format_that_the_list_lacks_is_not_guessed(code: str) -> None:
    """Nothing is written for it."""
    assert formats.file_type_iri(code) == ""


@pytest.mark.parametrize("code", ["WMS", "WMS_SRVC", "MAP_SRVC", "API", "HTML", "SPARQL"])
def test_what_answers_requests_is_no_file(code: str) -> None:
    """There is nothing to download."""
    assert not formats.format_of(code).is_file


def test_an_id_of_the_list_has_the_media_type_of_its_short_code() -> None:
    """Both name one format."""
    assert formats.format_of("RDF_TURTLE") == formats.format_of("TTL")


@pytest.mark.parametrize("given", ["text/csv", "TEXT/CSV; charset=utf-8", f"{formats.IANA}text/csv"])
def test_a_media_type_becomes_the_iri_of_iana(given: str) -> None:
    """With its parameters and the case of its letters taken off."""
    assert formats.media_type_iri(given) == f"{formats.IANA}text/csv"


@pytest.mark.parametrize("given", ["", "csv", "application/x-shapefile", "text/", "file/csv", "text/c sv"])
def test_a_media_type_that_was_never_registered_is_not_written(given: str) -> None:
    """Types with x- and texts that are no types."""
    assert formats.media_type_iri(given) == ""

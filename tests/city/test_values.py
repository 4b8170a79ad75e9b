"""What counts as a date, a duration, an address, a geometry."""

from __future__ import annotations

import json

import pytest
from ckanext.dresdensmartcity.city.names import slug
from ckanext.dresdensmartcity.city.values import date_precision, is_duration, is_geojson, is_iri, texts


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("2026", "year"),
        ("2026-07", "month"),
        ("2024-02-29", "date"),
        ("2026-07-31T14:00", "time"),
        ("2026-07-31T14:00:00.5Z", "time"),
        ("2026-07-31T14:00:00+02:00", "time"),
        ("26", None),
        ("0000", None),
        ("2026-13", None),
        ("2026-02-30", None),
        ("2026-07-31T25:00", None),
        ("2026-07-31 14:00", None),
        ("July 2026", None),
        ("", None),
    ],
)
def test_a_date_is_as_precise_as_it_is_written(text: str, precision: str | None) -> None:
    """Year, month, date or time; what the calendar does not have is no date."""
    assert date_precision(text) == precision


@pytest.mark.parametrize("text", ["PT1H", "P1D", "P1Y6M", "-P1D", "PT0.5S", "P1DT12H"])
def test_durations_of_xml_schema_are_taken(text: str) -> None:
    """xsd:duration, as dcat:temporalResolution wants it."""
    assert is_duration(text)


@pytest.mark.parametrize("text", ["", "P", "PT", "1H", "P1H", "P1W", "P1DT", "PT1H30", "hourly"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """Weeks are ISO 8601 but not xsd:duration."""
    assert not is_duration(text)


@pytest.mark.parametrize("text", ["https://example.org/a?b=c#d", "http://dcat-ap.de/def/licenses/dl-by-de/2.0"])
def test_web_addresses_are_taken(text: str) -> None:
    """Absolute and of the web."""
    assert is_iri(text)


@pytest.mark.parametrize(
    "text", ["", "example.org", "/a", "ftp://example.org", "http://", "http://a b", "http://a/<b>", "http://[x"]
)
def test_what_could_break_turtle_is_no_address(text: str) -> None:
    """Neither relative, nor with spaces or brackets."""
    assert not is_iri(text)


RING = [[0, 0], [1, 0], [1, 1], [0, 0]]


@pytest.mark.parametrize(
    ("kind", "coordinates"),
    [("Point", [13.7, 51.0]), ("Point", [13.7, 51.0, 112]), ("Polygon", [RING]), ("MultiPolygon", [[RING]])],
)
def test_geometries_in_degrees_are_taken(kind: str, coordinates: object) -> None:
    """RFC 7946: longitude, latitude and perhaps a height."""
    assert is_geojson(json.dumps({"type": kind, "coordinates": coordinates}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "POINT(13 51)",
        '{"type": "Feature"}',
        '{"type": "Point"}',
        '{"type": "Point", "coordinates": [51.0, 137.0]}',
        '{"type": "Point", "coordinates": [[13.7, 51.0]]}',
        '{"type": "Point", "coordinates": ["13.7", "51.0"]}',
        '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}',
        '{"type": "Polygon", "coordinates": []}',
    ],
)
def test_what_is_no_geometry_is_refused(text: str) -> None:
    """No WKT, no feature, no open ring, no latitude first where it can be told."""
    assert not is_geojson(text)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Luftqualitäts- und Lärm-Monitoring", "luftqualitaets-und-laerm-monitoring"),
        ("Straße", "strasse"),
        ("Café Zürich", "cafe-zuerich"),
        ("A" * 200, "a" * 90),
        ("ein sehr langer Titel " * 10, "ein-sehr-langer-titel-ein-sehr-langer-titel-ein-sehr-langer-titel-ein-sehr"
         "-langer-titel"),
        ("Ö", "oe"),
        ("漢字", "x1"),
        ("a", "a-1"),
    ],
)  # fmt: skip
def test_short_names_are_readable_german(title: str, name: str) -> None:
    """Umlauts are written out, words stay whole, and CKAN takes whatever comes out."""
    assert slug(title) == name


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (None, []),
        ("", []),
        ("a", ["a"]),
        ('["a", "b"]', ["a", "b"]),
        (["a", " ", None, "b "], ["a", "b"]),
        ("[a", ["[a"]),
    ],
)
def test_a_list_field_is_read_however_it_is_stored(given: object, read: list[str]) -> None:
    """Lists, their JSON and single values."""
    assert texts(given) == read

"""Values as literals."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.dcat import values
from ckanext.dresdensmartcity.dcat.namespaces import XSD
from packages import RECTANGLE


@pytest.mark.parametrize(
    ("given", "written", "datatype"),
    [
        ("2026", "2026", XSD.gYear),
        ("2026-03", "2026-03", XSD.gYearMonth),
        ("2026-03-31", "2026-03-31", XSD.date),
        ("2026-03-31T12:00", "2026-03-31T12:00:00", XSD.dateTime),
        ("2026-03-31 12:00:00", "2026-03-31T12:00:00", XSD.dateTime),
        ("2026-03-31T12:00:00Z", "2026-03-31T12:00:00Z", XSD.dateTime),
        ("2026-03-31T12:00:00+02:00", "2026-03-31T12:00:00+02:00", XSD.dateTime),
    ],
)
def test_a_date_keeps_the_precision_that_it_is_given_in(given: str, written: str, datatype: object) -> None:
    """Year, month, day and time get the datatype of their own."""
    literal = values.moment(given)
    assert literal is not None
    assert (str(literal), literal.datatype) == (written, datatype)


@pytest.mark.parametrize("given", ["", None, "2026-02-30", "2026-13", "0000", "31.03.2026", "soon", "26", "2026-3-1"])
def test_what_is_no_date_is_not_written_as_one(given: object) -> None:
    """Days that do not exist, German dates and words are no dates."""
    assert values.moment(given) is None


def test_ckans_own_times_are_in_utc() -> None:
    """CKAN stores times without a zone; they are in UTC, and the literal says so."""
    assert str(values.moment("2026-01-02T10:00:00", utc=True)) == "2026-01-02T10:00:00Z"


@pytest.mark.parametrize("given", ["PT1H", "P1D", "P1Y6M", "PT0.5S", "P1DT12H"])
def test_durations_of_iso_8601_are_taken(given: str) -> None:
    """Durations come out as they are."""
    literal = values.duration(given)
    assert literal is not None
    assert (str(literal), literal.datatype) == (given, XSD.duration)


@pytest.mark.parametrize("given", ["P", "PT", "1H", "P1W", "PT1", "hourly", ""])
def test_what_is_no_xsd_duration_is_not_taken(given: str) -> None:
    """XML Schema has no weeks, and something has to stand after P and T."""
    assert values.duration(given) is None


@pytest.mark.parametrize("given", ["0", "-1", "nan", "inf", "a hundred", ""])
def test_a_resolution_is_a_positive_length(given: str) -> None:
    """Zero, less, and what is no number is left out."""
    assert values.metres(given) is None


def test_a_size_is_a_non_negative_integer_and_no_other_number() -> None:
    """The shapes compare the datatype exactly."""
    literal = values.size("12345")
    assert literal is not None
    assert literal.datatype == XSD.nonNegativeInteger
    assert values.size("-1") is None
    assert values.size("12 KB") is None


@pytest.mark.parametrize(
    "given", ["", "POINT(1 2)", {"type": "Point", "coordinates": []}, {"type": "Point", "coordinates": [200, 51]}, []]
)
def test_what_is_no_geometry_on_the_globe_is_not_taken(given: object) -> None:
    """Text that is no GeoJSON, empty geometries and places outside the globe are left out."""
    assert values.geometry(given) is None


def test_a_geometry_is_written_in_degrees_longitude_first() -> None:
    """GeoJSON becomes WKT with the same order of axes."""
    shape = values.geometry(RECTANGLE)
    assert shape is not None
    assert str(values.wkt(shape)).startswith("POLYGON ((13.7 51.05, ")


def test_records_without_a_value_are_left_out() -> None:
    """A form sends empty subfields for what was not filled in."""
    assert values.records([{"name": ""}, {"name": "x"}]) == [{"name": "x"}]
    assert values.records('[{"name": "x"}]') == [{"name": "x"}]
    assert values.records("no JSON") == []

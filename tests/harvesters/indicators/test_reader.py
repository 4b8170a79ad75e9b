"""Indicator tables as the city writes them: forms that are read, mistakes that are named with row and column."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.harvesters.indicators.mapping import MappingError, read_mapping
from ckanext.dresdensmartcity.harvesters.indicators.reading.cells import TableError
from ckanext.dresdensmartcity.harvesters.indicators.reading.numbers import count_of
from ckanext.dresdensmartcity.harvesters.indicators.reading.reader import read_table
from ckanext.dresdensmartcity.harvesters.indicators.symbols import Status

from .tables import mapping, table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ","])
def test_encoding_and_separator_are_found(encoding, delimiter):
    """UTF-8 with and without a mark, Windows-1252; semicolon and comma."""
    content = table("Stadtteil;A", "07 Johannstadt-Süd;5").decode().replace(";", delimiter).encode(encoding)
    read = read_table(content, mapping("A"))
    assert read.rows[0].name == "Johannstadt-Süd"
    assert (read.encoding, read.delimiter) == (encoding.removesuffix("-sig"), delimiter)


def test_districts_are_known_by_their_number():
    """Two spellings of a name are the same district; two rows of it in a year are a mistake."""
    lines = ["2024;04 Wilsdruffer Vs./Seevs.-West;5", "2025;04 Wilsdruffer Vorstadt/Seevorstadt-West;6"]
    read = read_table("\n".join(["Jahr;Stadtteil;A", *lines]).encode(), mapping("A"))
    assert [(row.year, row.area, row.counts["a"].value) for row in read.rows] == [(2024, "04", 5), (2025, "04", 6)]
    with pytest.raises(TableError, match="row 3: the same district and year as row 2"):
        read_table(table("Stadtteil;A", "04 Wilsdruffer Vs.;5", "04 Wilsdruffer Vorstadt;6"), mapping("A"))


@pytest.mark.parametrize(
    ("text", "value", "status"),
    [
        ("12", 12, Status.MEASURED),
        ("1.234", 1234, Status.MEASURED),
        ("1 234", 1234, Status.MEASURED),
        ("1\u202f234", 1234, Status.MEASURED),
        ("0", 0, Status.MEASURED),
        ("–", 0, Status.MEASURED),
        ("-", 0, Status.MEASURED),
        ("", None, Status.MISSING),
        (".", None, Status.SUPPRESSED),
        ("*", None, Status.SUPPRESSED),
        ("…", None, Status.LATER),
        ("...", None, Status.LATER),
        ("/", None, Status.UNRELIABLE),
        ("x", None, Status.NOT_APPLICABLE),
    ],
)
def test_signs_of_official_statistics(text, value, status):
    """A dash is a true zero; all other signs are no number and never zero."""
    count = count_of(text)
    assert (count.value, count.status) == (value, status)


@pytest.mark.parametrize("text", ["12,5", "-3", "1.23", "zwei", "1e3", "½"])
def test_what_is_no_count_is_refused_without_being_quoted(text):
    """Row and column are named; the content is not, since the message is public."""
    with pytest.raises(TableError, match="row 2, column 'A': not a whole number") as error:
        read_table(table("Stadtteil;A", f"05 Friedrichstadt;{text}"), mapping("A"))
    assert text not in str(error.value).replace("row 2", "")


def test_all_mistakes_are_named_at_once():
    """A person mends the table in one go."""
    with pytest.raises(TableError) as error:
        read_table(b"Jahr;Stadtteil;A\n25;05 F;1\n2025;Friedrichstadt;1\n2025;06 J\n", mapping("A"))
    assert [line.split(":")[0] for line in error.value.problems] == [
        "row 2, column 'Jahr'",
        "row 3, column 'Stadtteil'",
        "row 4",
    ]


def test_a_missing_column_is_named_with_those_that_are_there():
    """The header is shown, which holds no counts."""
    with pytest.raises(TableError, match="line 1, column 'B': not there; the table has 'Jahr', 'Stadtteil', 'A'"):
        read_table(table("Stadtteil;A", "05 F;1"), mapping("A", "B"))


@pytest.mark.parametrize("content", [b"", b"Jahr;Stadtteil;A\r\n", b"<html>503</html>", b"\xff\xfe\x81"])
def test_what_is_no_table_is_an_error(content):
    """An empty answer, a header alone, a page, bytes of no known encoding."""
    with pytest.raises(TableError):
        read_table(content, mapping("A"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"treshold": 3}, "treshold"),
        ({"threshold": "3"}, "threshold"),
        ({"threshold": 1}, "threshold"),
        ({"sums": [{"total": "all", "parts": ["a"]}]}, "all: no such count; declared are a"),
        ({"indicators": [{"id": "a", "title": {"de": "A", "en": "A"}}]}, "column"),
        ({"kind": "survey"}, "kind"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_key(change, message):
    """Unknown keys, wrong types, impossible values, names that nothing stands for."""
    right = {"indicators": [{"id": "a", "title": {"de": "A", "en": "A"}, "column": "A"}]}
    with pytest.raises(MappingError, match=message):
        read_mapping(right | change)

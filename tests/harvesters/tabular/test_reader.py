"""Files as sources send them: texts with any separator, workbooks, and what only looks like a table."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from ckanext.dresdensmartcity.harvesters.tabular import ReadOptions, TabularError, read_workbook_or_text
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook


def workbook(rows: list[list[Any]], **more: list[list[Any]]) -> bytes:
    book = Workbook()
    book.active.title = "Plan"
    for row in rows:
        book.active.append(row)
    for name, cells in more.items():
        sheet = book.create_sheet(name)
        for row in cells:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def repacked(content: bytes, part: str, change: Any) -> bytes:
    """The same workbook with one part changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            data = old.read(one)
            new.writestr(one.filename, change(data) if one.filename == part else data)
    return target.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_separators_are_found(delimiter: str):
    """By the rows that have as many cells as the header, not by the commas in their texts."""
    text = delimiter.join(["a", "b", "c"]) + "\n" + delimiter.join(['"x; y, z | t"', "1", "2"]) + "\n"
    table = read_workbook_or_text(text.encode())
    assert (table.delimiter, table.names) == (delimiter, ("a", "b", "c"))
    assert table.rows[0].cells == ("x; y, z | t", "1", "2")


def test_decimal_commas_are_no_separators():
    """Every row has a comma, the header has none."""
    table = read_workbook_or_text(b"a;b\r\n1,5;2,5\r\n3,5;4,5\r\n")
    assert (table.delimiter, table.rows[1].cells) == (";", ("3,5", "4,5"))


def test_rows_keep_their_numbers():
    """Empty rows are left out and count; a title before the header is skipped on demand; several header rows join."""
    text = "Haushalt 2026;;\n;Ansatz;\nProdukt;2025;2026\n\n111;1;2\n;;\n112;3;4\n"
    table = read_workbook_or_text(text.encode(), options=ReadOptions(skip_rows=1, header_rows=2))
    assert table.names == ("Produkt", "Ansatz 2025", "Ansatz 2026")
    assert [row.number for row in table.rows] == [5, 7]


def test_uneven_rows_are_remarks():
    """They stay, with their place and both numbers."""
    table = read_workbook_or_text(b"a;b;c\n1;2;3\n1;2\n1;2;3;4\n")
    assert [(one.place, one.values) for one in table.remarks] == [
        ("row 3", {"found": 2, "expected": 3}),
        ("row 4", {"found": 4, "expected": 3}),
    ]
    assert len(table.rows) == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"a\n1\n2\n", "separates columns"),
        (b"<html>Wartung</html>", "web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><a/>", "web page or XML"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\xd0\xcf\x11\xe0old", r"old Excel file"),
        (b"\x1f\x8bxx", "gzip"),
        (b"PK\x03\x04 cut", "cut off or damaged"),
        (b'a;b\n"1;2\n', "no proper CSV"),
        (b"a;b\n1;\x002\n", "zero bytes"),
    ],
)
def test_what_is_no_table_is_named(content: bytes, message: str):
    """Not half-read: the error says what it seems to be."""
    with pytest.raises(TabularError, match=message):
        read_workbook_or_text(content)


def test_limits_of_texts():
    """Rows, columns and bytes are counted while reading."""
    with pytest.raises(TabularError, match="more than 2 rows"):
        read_workbook_or_text(b"a;b\n1;2\n1;2\n1;2\n", options=ReadOptions(max_rows=2))
    with pytest.raises(TabularError, match="more than 3 columns"):
        read_workbook_or_text(b"a;b;c;d\n1;2;3;4\n", options=ReadOptions(max_columns=3))
    with pytest.raises(TabularError, match="larger than 4 bytes"):
        read_workbook_or_text(b"a;b\n1;2\n", options=ReadOptions(max_bytes=4))


def test_a_workbook_gives_numbers_as_the_sheet_shows_them():
    """0.1 + 0.2 is 0.3, dates are ISO, texts stay texts; rows and sheet have their names."""
    table = read_workbook_or_text(workbook([["Jahr", "Betrag", "Tag"], [2026, 0.1 + 0.2, date(2026, 5, 1)], ["", "–"]]))
    assert table.sheet == "Plan"
    assert table.rows[0].cells == (Decimal(2026), Decimal("0.3"), "2026-05-01")
    assert (table.rows[1].number, table.rows[1].cells) == (3, ("", "–", ""))
    assert table.remarks == ()


def test_sheets_are_chosen_or_declared():
    """The first of several is read with a warning; a named one is read; an unknown one is refused with the names."""
    content = workbook([["a", "b"], [1, 2]], Zwei=[["c", "d"], [3, 4]], Leer=[])
    table = read_workbook_or_text(content)
    assert (table.names, table.remarks[0].severity) == (("a", "b"), "warning")
    assert read_workbook_or_text(content, options=ReadOptions(sheet="Zwei")).names == ("c", "d")
    with pytest.raises(TabularError, match="the workbook has Plan, Zwei, Leer"):
        read_workbook_or_text(content, options=ReadOptions(sheet="Drei"))


def test_formulas_need_a_stored_result():
    """They are never evaluated; the cell is named as spreadsheets do."""
    table = read_workbook_or_text(workbook([["a", "b"], [1, "=A2*1000"]]))
    assert [(one.check, one.place, one.severity) for one in table.remarks] == [("formula", "cell B2", "error")]
    errors = read_workbook_or_text(workbook([["a", "b"], [1, "#REF!"]])).remarks
    assert [(one.check, one.place) for one in errors] == [("cell-error", "cell B2")]


def test_a_zip_bomb_is_not_unpacked():
    """What a part unpacks to is counted, whatever its container says."""
    bomb = repacked(workbook([["a", "b"], [1, 2]]), "xl/styles.xml", lambda data: data + b" " * 60_000_000)
    assert len(bomb) < 200_000
    with pytest.raises(TabularError, match="as bombs do"):
        read_workbook_or_text(bomb)


def test_entities_are_refused():
    """No office program writes a document type; a billion laughs need one."""
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    content = repacked(workbook([["a", "b"]]), "xl/workbook.xml", lambda data: laughs + data)
    with pytest.raises(TabularError, match="document type"):
        read_workbook_or_text(content)


def test_a_sheet_that_lies_about_its_size_costs_nothing():
    """A cell in the last row and column of the largest sheet is refused, not filled up with millions of cells."""
    far = workbook([["a", "b"], [1, 2]])
    content = repacked(far, "xl/worksheets/sheet1.xml", lambda data: data.replace(b'"B2"', b'"XFD2"'))
    with pytest.raises(TabularError, match="more than 2000 columns"):
        read_workbook_or_text(content)
    content = repacked(far, "xl/worksheets/sheet1.xml", lambda data: data.replace(b'row r="2"', b'row r="99999999"'))
    with pytest.raises(TabularError, match="more than 1000 rows"):
        read_workbook_or_text(content, options=ReadOptions(max_rows=1000))


def test_other_containers_are_named():
    """An OpenDocument table and any other zip are no workbook."""
    for part, message in (("content.xml", "OpenDocument"), ("x.txt", "without a workbook")):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as container:
            container.writestr(part, "x")
        with pytest.raises(TabularError, match=message):
            read_workbook_or_text(target.getvalue())


SMALL = workbook([["a", "b"], [1, 2], [3, 4]])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(SMALL) - 1), st.integers(0, 255))
def test_a_damaged_workbook_never_ends_in_a_trace(place: int, byte: int):
    """One byte changed: it is read or refused, with a TabularError."""
    content = bytearray(SMALL)
    content[place] = byte
    with contextlib.suppress(TabularError):
        read_workbook_or_text(bytes(content))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes):
    """Nothing but a table or a TabularError comes out."""
    with contextlib.suppress(TabularError):
        read_workbook_or_text(content)

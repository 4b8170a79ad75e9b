"""Numbers of a file are read in one way, decided by those that leave no doubt (RULES §7, "falsche Zahlen")."""

from __future__ import annotations

import contextlib
from decimal import Decimal

import pytest
from ckanext.dresdensmartcity.harvesters.tabular import (
    LocaleError,
    NoNumberError,
    NumberCell,
    NumberLocale,
    Symbol,
    UndecidableError,
    decide,
    shape,
)
from hypothesis import given
from hypothesis import strategies as st


def locale_of(*texts: str, declared: str = "") -> NumberLocale:
    return decide((NumberCell(text, f"row {row}") for row, text in enumerate(texts, start=2)), declared)


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["530000.00", "0"], "."),
        (["530000,00", "0"], ","),
        (["8,500", "1,250.00"], "."),
        (["8.500", "1.250,00"], ","),
        (["8,500", "1,234,567"], "."),
        (["8.500", "1 234,5"], ","),
        (["8.500", "0.125"], "."),
        (["8.500", "1234.500"], "."),
        (["8.500", "(1.234,5)"], ","),
        (["12", "3"], "."),
    ],
)
def test_cells_without_doubt_decide(texts: list[str], mark: str):
    """One number that can be read in one way decides all others of the file."""
    assert locale_of(*texts).decimal_mark == mark


def test_bremen():
    """8,500 is eight and a half thousand where another cell of the file says so, whatever it looks like."""
    locale = locale_of("8,500", "12,250", "1,005,000")
    assert [locale.parse(text) for text in ("8,500", "12,250")] == [8500, 12250]
    locale = locale_of("8,500", "12,25")
    assert locale.parse("8,500") == Decimal("8.5")


def test_ambiguous_files_must_be_declared():
    """Where every number could be a thousand times larger, nobody guesses."""
    with pytest.raises(UndecidableError, match=r"row 2: the form '9\.999' can be read in two ways"):
        locale_of("8.500", "1.250")
    assert locale_of("8.500", "1.250", declared=",").parse("8.500") == 8500
    assert locale_of("8", "12").decided == "nothing"


def test_contradictions_are_named_with_both_places():
    """A file that writes decimals in two ways is not read at all."""
    with pytest.raises(LocaleError, match=r"row 4: the form '9,9' has ',' .*'9\.99' \(row 2\) has '\.'"):
        locale_of("1.25", "2.5", "7,5")


def test_a_stray_cell_is_a_mistake_of_its_own():
    """One cell in another way among many does not stop the reading; it is the one that cannot be read."""
    locale = locale_of(*["1.25"] * 20, "7,5")
    assert locale.stray == ("row 22",)
    with pytest.raises(NoNumberError):
        locale.parse("7,5")


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1.234,50", ",", "1234.50"),
        ("1 234,50", ",", "1234.50"),
        ("1 234,50 €", ",", "1234.50"),
        ("EUR 1.234,50", ",", "1234.50"),
        ("1\u00a0234,50", ",", "1234.50"),
        ("1\u202f234,50", ",", "1234.50"),
        ("1'234.50", ".", "1234.50"),
        ("1’234’567.50", ".", "1234567.50"),
        ("(1.234)", ",", "-1234"),
        ("(1.234,50 €)", ",", "-1234.50"),
        ("1234-", ",", "-1234"),
        ("1.234,50- EUR", ",", "-1234.50"),
        ("- 5 €", ",", "-5"),
        ("−5", ".", "-5"),
        ("+5", ".", "5"),
        ("35.00 %", ".", "35.00"),
        ("8,500", ".", "8500"),
        ("8,500", ",", "8.500"),
        ("1.234,–", ",", "1234"),
    ],
)
def test_reads_what_german_tables_hold(text: str, mark: str, value: str):
    """Blanks and points that group digits, trailing and bracketed minus, currency on either side."""
    assert NumberLocale(mark).parse(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "symbol"),
    [("–", "–"), ("-", "–"), (".", "."), ("…", "…"), ("...", "…"), ("/", "/"), ("x", "x"), ("k. A.", "k. A.")],
)
def test_symbols_are_told_apart(text: str, symbol: str):
    """A dash is zero; unknown, later and senseless are not. An empty cell is none of them."""
    assert NumberLocale(",").parse(text) == Symbol(symbol)
    assert NumberLocale(",").parse("") is None


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("1,2,3", "."),
        ("1.2.3", "."),
        ("12,34", "."),
        ("1234,567", "."),
        ("abc", "."),
        ("1e5", "."),
        ("0x1", "."),
        ("--5", "."),
        ("((5))", "."),
        ("٣", "."),
        ("1.234.5", ","),
    ],
)
def test_refuses_what_does_not_fit_the_file(text: str, mark: str):
    """A group of digits has three; anything else is an error, never guessed, and the message does not quote it."""
    with pytest.raises(NoNumberError) as error:
        NumberLocale(mark).parse(text)
    assert not any(digit in str(error.value) for digit in "12345678")


def test_forms_stand_for_cells():
    """Messages may stand in public reports, so digits are masked."""
    assert shape("12.345,67 €") == "99.999,99 €"


@given(
    st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False), st.sampled_from(".,"), st.booleans()
)
def test_reads_back_what_was_written(value: Decimal, mark: str, grouped: bool):
    """Whatever a German or English table prints is read as the number that it was."""
    text = f"{value:,.2f}" if grouped else f"{value:.2f}"
    if mark == ",":
        text = text.translate(str.maketrans(".,", ",."))
    assert NumberLocale(mark).parse(text) == value
    assert locale_of(text).decimal_mark == mark


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str):
    """Nothing but a number, a symbol, nothing, or NoNumberError comes out."""
    with contextlib.suppress(NoNumberError):
        assert isinstance(NumberLocale(",").parse(text), (Decimal, Symbol, type(None)))

"""Numbers of a file are read in one way, decided by those that leave no doubt."""

from __future__ import annotations

from decimal import Decimal

import pytest
from ckanext.dresdensmartcity.harvesters.budgets.numbers import (
    Cell,
    NoNumberError,
    NumberMarkError,
    decimal_mark,
    is_unknown,
    number,
)
from hypothesis import given
from hypothesis import strategies as st


def mark_of(*texts: str, declared: str | None = None) -> str:
    return decimal_mark((Cell(text, f"row {row}") for row, text in enumerate(texts, start=2)), declared)


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
        (["12", "3"], "."),
    ],
)
def test_cells_without_doubt_decide(texts: list[str], mark: str):
    """One number that can be read in one way decides all others of the file."""
    assert mark_of(*texts) == mark


def test_ambiguous_files_must_be_declared():
    """Where every number could be a thousand times larger, nobody guesses."""
    with pytest.raises(NumberMarkError, match=r"row 2: '8\.500' can be read in two ways"):
        mark_of("8.500", "1.250")
    assert mark_of("8.500", "1.250", declared=",") == ","


def test_contradictions_are_named_with_both_places():
    """A file that writes decimals in two ways is not read at all."""
    with pytest.raises(NumberMarkError, match=r"row 4: '7,5' has ',' .*'1\.25' \(row 2\) has '\.'"):
        mark_of("1.25", "2.5", "7,5")


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1.234,50", ",", "1234.50"),
        ("1 234,50 €", ",", "1234.50"),
        ("1\u00a0234,50", ",", "1234.50"),
        ("(1.234)", ",", "-1234"),
        ("1234-", ",", "-1234"),
        ("−5", ".", "-5"),
        ("+5", ".", "5"),
        ("35.00 %", ".", "35.00"),
        ("–", ".", "0"),
        ("8,500", ".", "8500"),
        ("8,500", ",", "8.500"),
    ],
)
def test_reads_what_german_tables_hold(text: str, mark: str, value: str):
    """Blanks and points that group digits, trailing and bracketed minus, a dash for zero."""
    assert number(text, mark) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "mark"),
    [("1,2,3", "."), ("1.2.3", "."), ("12,34", "."), ("1234,567", "."), ("abc", "."), ("1e5", "."), ("0x1", ".")],
)
def test_refuses_what_does_not_fit_the_file(text: str, mark: str):
    """A group of digits has three; anything else is named, never guessed."""
    with pytest.raises(NoNumberError):
        number(text, mark)


def test_unknown_is_not_zero():
    """German symbols for missing values are told apart from the dash, which is zero."""
    assert all(is_unknown(text) for text in ("", ".", "…", "...", "/", "x", "k. A."))
    assert not is_unknown("–")


@given(
    st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False), st.sampled_from(".,"), st.booleans()
)
def test_reads_back_what_was_written(value: Decimal, mark: str, grouped: bool):
    """Whatever a German or English table prints is read as the number that it was."""
    text = f"{value:,.2f}" if grouped else f"{value:.2f}"
    if mark == ",":
        text = text.translate(str.maketrans(".,", ",."))
    assert number(text, mark) == value
    assert mark_of(text) == mark

"""Tiles, their cells and the codes that both are ranges of."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.atlas.tiles.addresses import BITS, DEEPEST, Tile, TileError, code, parse
from hypothesis import given, settings
from hypothesis import strategies as st

units = st.integers(0, (1 << BITS) - 1)


@given(units, units, st.integers(0, DEEPEST))
@settings(max_examples=60, deadline=None)
def test_a_code_lies_in_the_range_of_the_one_tile_of_a_zoom_that_holds_the_point(x: int, y: int, z: int):
    shift = BITS - z
    first, last = Tile(z, x >> shift, y >> shift).codes()
    assert first <= code(x, y) <= last
    assert last - first + 1 == 4**shift


@given(units, units, st.integers(0, 14))
@settings(max_examples=60, deadline=None)
def test_a_cell_is_the_first_bits_of_the_codes_in_it(x: int, y: int, z: int):
    bits = z + 4
    first, last = Tile(z, x >> (BITS - z), y >> (BITS - z)).codes(bits)
    assert first <= code(x, y) >> 2 * (BITS - bits) <= last
    assert last - first == 255


def test_tiles_are_read_from_addresses():
    assert parse("0", "0", "0") == Tile(0, 0, 0)
    assert parse("22", "4194303", "4194303").x == 2**22 - 1


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (("3", "8", "0"), "At zoom 3 columns and rows are from 0 to 7, not 8 and 0."),
        (("99", "0", "0"), "There are tiles for zooms from 0 to 22, not for 99."),
        (("-1", "0", "0"), "three whole numbers"),
        (("1", "0", "1.5"), "three whole numbers"),
        (("1", "0", ""), "three whole numbers"),
        (("1", "0", "९"), "three whole numbers"),
        (("1", "0", "9" * 5000), "three whole numbers"),
        (("z", "x", "y"), "three whole numbers"),
    ],
)
def test_what_is_no_tile_is_refused_with_a_sentence(address: tuple[str, str, str], sentence: str):
    with pytest.raises(TileError, match=sentence):
        parse(*address)

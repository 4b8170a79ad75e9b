"""Tiles by zoom, column and row (Web Mercator, XYZ), their cells, and the codes that both are ranges of."""

from __future__ import annotations

from dataclasses import dataclass

DEEPEST = 22  # what map engines ask for at most
BITS = 31  # of x and y; the side of the world is 2^31 units
SIDE = 4  # 2^4 by 2^4 cells in a tile
GRID = range(8, 15)  # zooms that the grid is kept for; above, cells of zoom 8 are put together, below are points


class TileError(ValueError):
    """Raised when there is no such tile; the message says which there are."""


@dataclass(frozen=True)
class Tile:
    """A square of the map."""

    z: int
    x: int
    y: int

    @property
    def size(self) -> int:
        """Length of its side in units."""
        return 1 << (BITS - self.z)

    def codes(self, bits: int = BITS) -> tuple[int, int]:
        """First and last of the codes in it, where x and y have so many bits each, at least as many as zooms."""
        shift = 2 * (bits - self.z)
        first = code(self.x, self.y) << shift
        return first, first + (1 << shift) - 1


def parse(z: str, x: str, y: str) -> Tile:
    """The tile of an address.

    Raises TileError.
    """
    # Longer numbers are no tiles of any zoom, and int() takes long for very long ones.
    if not all(part.isascii() and part.isdigit() and len(part) <= 8 for part in (z, x, y)):
        raise TileError(f"Tiles have three whole numbers: zoom from 0 to {DEEPEST}, column, row.")
    tile = Tile(int(z), int(x), int(y))
    if tile.z > DEEPEST:
        raise TileError(f"There are tiles for zooms from 0 to {DEEPEST}, not for {tile.z}.")
    last = (1 << tile.z) - 1
    if tile.x > last or tile.y > last:
        raise TileError(f"At zoom {tile.z} columns and rows are from 0 to {last}, not {tile.x} and {tile.y}.")
    return tile


def code(x: int, y: int) -> int:
    """The bits of x and y in turns, those of y first (Morton 1966)."""
    return _spread(x) | _spread(y) << 1


def _spread(value: int) -> int:
    return int(f"{value:b}", 4)

"""What tiles show, read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import mapbox_vector_tile
import sqlalchemy as sa
from ckan import model
from ckanext.dresdensmartcity.atlas.tiles.addresses import BITS, Tile

Features = list[dict[str, Any]]


def features(body: bytes) -> Features:
    """The properties of a tile's features."""
    return [feature["properties"] for feature in layer(body)]


def layer(body: bytes) -> Features:
    """The features of a tile, with positions in its own coordinates."""
    if not body:
        return []
    decoded = mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})
    assert set(decoded) == {"entries"}
    found: Features = decoded["entries"]["features"]
    return found


def units(longitude: float, latitude: float) -> tuple[int, int]:
    """Where PostgreSQL puts a position."""
    row = model.Session.execute(
        sa.text("SELECT dresdensmartcity_atlas_x(:x), dresdensmartcity_atlas_y(:y)"), {"x": longitude, "y": latitude}
    ).one()
    return row[0], row[1]


def tiles_around(places: Iterable[tuple[int, int]], zoom: int) -> set[Tile]:
    """The tiles of a zoom that hold these units, and all that touch one of them."""
    side, shift = 1 << zoom, BITS - zoom
    held = [Tile(zoom, x >> shift, y >> shift) for x, y in places]
    found = set(held)
    for one in held[:1]:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if 0 <= one.x + dx < side and 0 <= one.y + dy < side:
                    found.add(Tile(zoom, one.x + dx, one.y + dy))
    return found


def all_features(make: Callable[[Tile], bytes], tiles: Iterable[Tile]) -> Iterator[dict[str, Any]]:
    """The properties of all features of these tiles."""
    for tile in tiles:
        yield from features(make(tile))

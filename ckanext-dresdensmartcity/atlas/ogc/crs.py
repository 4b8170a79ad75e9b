"""Coordinate systems: by their address, in the order of axes that the authority fixes (OGC 18-058r1).

Inside, all coordinates are longitude before latitude. EPSG:4326 and EPSG:4258 write latitude first; the projected
systems of the EPSG that are offered here write east before north.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.exceptions import ProjError
from shapely.geometry.base import BaseGeometry

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


@dataclass(frozen=True)
class Crs:
    """A coordinate system that answers are given in."""

    uri: str
    code: str  # as pyproj and PostGIS know it: EPSG
    name: str
    northing_first: bool = False
    degrees: bool = True

    @property
    def srid(self) -> int:
        return int(self.code.removeprefix("EPSG:"))

    @property
    def digits(self) -> int:
        """About a centimetre for degrees, a millimetre for metres."""
        return 7 if self.degrees else 3


CRS84 = Crs("http://www.opengis.net/def/crs/OGC/1.3/CRS84", "EPSG:4326", "WGS 84, longitude before latitude")
SYSTEMS = (
    CRS84,
    Crs(f"{EPSG}4326", "EPSG:4326", "WGS 84, latitude before longitude", northing_first=True),
    Crs(f"{EPSG}4258", "EPSG:4258", "ETRS89, latitude before longitude", northing_first=True),
    Crs(f"{EPSG}25832", "EPSG:25832", "ETRS89 / UTM zone 32N, east before north", degrees=False),
    Crs(f"{EPSG}25833", "EPSG:25833", "ETRS89 / UTM zone 33N, east before north", degrees=False),
    Crs(f"{EPSG}3857", "EPSG:3857", "WGS 84 / Pseudo-Mercator, east before north", degrees=False),
)
_BY_URI = {one.uri: one for one in SYSTEMS}


class NoPlaceError(ValueError):
    """Raised when coordinates have no place in the world, or none that their system can name."""


def system(uri: str) -> Crs | None:
    """The coordinate system with this address; None where it is not offered."""
    return _BY_URI.get(uri)


def project(geometry: BaseGeometry, crs: Crs) -> BaseGeometry:
    """The geometry in `crs`, in the order of computing (east before north)."""
    if crs.code == CRS84.code:
        return geometry
    transform = _transformer(CRS84.code, crs.code).transform

    def moved(points: NDArray) -> NDArray:  # type: ignore[type-arg]
        points[:, 0], points[:, 1] = transform(points[:, 0], points[:, 1])
        return points

    return shapely.transform(geometry, moved)


def written(geometry: BaseGeometry, crs: Crs) -> BaseGeometry:
    """The geometry as it stands in an answer: in `crs`, rounded, with the axes in its order."""
    there = project(geometry, crs)

    def rounded(points: NDArray) -> NDArray:  # type: ignore[type-arg]
        points = points.round(crs.digits)
        return points[:, ::-1] if crs.northing_first else points

    return shapely.transform(there, rounded)


def world_bounds(bounds: tuple[float, float, float, float], crs: Crs) -> tuple[float, float, float, float]:
    """A box in longitude and latitude that holds the whole of `bounds`, which are in `crs`.

    Raises NoPlaceError.
    """
    if crs.code == CRS84.code:
        return bounds
    try:
        # Edges are no straight lines elsewhere: points between the corners are looked at too.
        found = _transformer(crs.code, CRS84.code).transform_bounds(*bounds, densify_pts=21)
    except ProjError as error:
        raise NoPlaceError(str(error)) from error
    west, south, east, north = (float(one) for one in found)
    if not all(abs(one) <= 360 for one in (west, south, east, north)):  # also inf
        raise NoPlaceError("outside the world")
    return west, south, east, north


@lru_cache(maxsize=32)
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)

"""Cells of 100 m of the INSPIRE grid, and their means: one sensor, one vote (RULES §4, §1 d).

The grid is Grid_ETRS89-LAEA (EPSG:3035). A cell is named by its lower left corner, north first:
CRS3035RES100mN3111800E4581100 (VO (EU) 2018/1799 Art. 3 has this form for 1000 m). Cells are half open: a corner
belongs to the cell whose lower left one it is. A cell without a sensor has no row; nothing is interpolated.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import polars as pl
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from .phenomena import PHENOMENA
from .rules import DEFAULTS, Rules
from .samples import Floats, Integers

CELL = 100  # metres

PARTS = pl.Schema(
    {
        "north": pl.Int32(),  # of the lower left corner, metres
        "east": pl.Int32(),
        "area": pl.String(),
        "phenomenon": pl.String(),
        "hour_start": pl.Datetime("ms", "UTC"),
        "sum": pl.Float64(),  # of the sensors' hourly means; of energies for levels
        "sum_corrected": pl.Float64(),
        "n_sensors": pl.UInt32(),
        "n_corrected": pl.UInt32(),
    }
)
GRID = pl.Schema(
    {
        "cell": pl.String(),
        "area": pl.String(),  # id of the focus area, null where none is asked for
        "phenomenon": pl.String(),
        "hour_start": pl.Datetime("ms", "UTC"),
        "hour_end": pl.Datetime("ms", "UTC"),
        "value": pl.Float64(),
        "value_corrected": pl.Float64(),
        "n_sensors": pl.UInt32(),
        "n_corrected": pl.UInt32(),
        "status": pl.String(),
        "reason": pl.String(),
    }
)
_CELL_KEY = ["north", "east", "area", "phenomenon", "hour_start"]
_LEVELS = [one.id for one in PHENOMENA.values() if one.mean == "energetic"]
_IS_LEVEL = pl.col("phenomenon").is_in(_LEVELS)


@cache
def _to_plane() -> pyproj.Transformer:
    # EPSG:3035 has northing before easting, WGS 84 latitude before longitude: always_xy turns both.
    return pyproj.Transformer.from_crs("EPSG:4326", "EPSG:3035", always_xy=True)


def corners(lon: Floats, lat: Floats) -> tuple[Integers, Integers]:
    """North and east of the lower left corner of the cell of each place, in metres; places must be finite numbers."""
    east, north = _to_plane().transform(lon, lat)
    return (
        (np.floor(np.asarray(north) / CELL) * CELL).astype(np.int64),
        (np.floor(np.asarray(east) / CELL) * CELL).astype(np.int64),
    )


def code(north: int, east: int) -> str:
    """The name of the cell with this lower left corner.

    >>> code(3111800, 4581100)
    'CRS3035RES100mN3111800E4581100'
    """
    return f"CRS3035RES{CELL}mN{north}E{east}"


def cell_of(lon: float, lat: float) -> str:
    """The name of the cell that a place (WGS 84) lies in.

    >>> cell_of(13.7702, 51.0560)
    'CRS3035RES100mN3111700E4585200'
    """
    north, east = corners(np.array([lon]), np.array([lat]))
    return code(int(north[0]), int(east[0]))


def corner_of(cell: str) -> tuple[int, int]:
    """North and east of the lower left corner of a cell, in metres.

    >>> corner_of("CRS3035RES100mN3111700E4585200")
    (3111700, 4585200)
    """
    north, east = cell.rpartition("mN")[2].split("E")
    return int(north), int(east)


def centre(cell: str) -> tuple[float, float]:
    """lon, lat (WGS 84) of the middle of a cell, to five decimals: about a metre.

    >>> centre("CRS3035RES100mN3111700E4585200")
    (13.77035, 51.05629)
    """
    north, east = corner_of(cell)
    lon, lat = _to_plane().transform(east + CELL / 2, north + CELL / 2, direction="INVERSE")
    return round(float(lon), 5), round(float(lat), 5)


def cell_codes(hours: pl.DataFrame) -> pl.DataFrame:
    """Hourly means (hourly.HOURS) with the name of the `cell` that each was measured in; null where nobody knows."""
    places = hours.select("lon", "lat").unique().drop_nulls()
    north, east = corners(places["lon"].to_numpy(), places["lat"].to_numpy())
    named = places.with_columns(
        pl.DataFrame({"north": north, "east": east})
        .select(pl.format(f"CRS3035RES{CELL}mN{{}}E{{}}", "north", "east"))
        .to_series()
        .alias("cell")
    )
    return hours.join(named, on=["lon", "lat"], how="left", maintain_order="left")


def cells_in(outline: BaseGeometry) -> pl.DataFrame:
    """north, east of the cells whose centre lies in an outline (longitude before latitude, WGS 84)."""
    plane = shapely.transform(
        outline, lambda points: np.column_stack(_to_plane().transform(points[:, 0], points[:, 1]))
    )
    west, south, east, north = (int(np.floor(one / CELL)) * CELL for one in plane.bounds)
    x, y = np.meshgrid(np.arange(west, east + CELL, CELL), np.arange(south, north + CELL, CELL))
    inside = shapely.contains_xy(plane, x.ravel() + CELL / 2, y.ravel() + CELL / 2)
    return pl.DataFrame(
        {"north": y.ravel()[inside], "east": x.ravel()[inside]}, schema={"north": pl.Int32, "east": pl.Int32}
    )


def area_cells(areas: Mapping[str, BaseGeometry]) -> pl.DataFrame:
    """north, east, area: the cells of the focus areas by their ids; a cell of two belongs to the first."""
    parts = [cells_in(outline).with_columns(pl.lit(name).alias("area")) for name, outline in areas.items()]
    return pl.concat(parts).unique(["north", "east"], keep="first", maintain_order=True)


def partial(hours: pl.DataFrame, areas: pl.DataFrame | None = None) -> pl.DataFrame:
    """What some sensors' hourly means (hourly.HOURS) add to their cells, as PARTS.

    `areas` is what area_cells() gives: only these cells are kept; without it all are.
    """
    valid = hours.filter(pl.col("value").is_not_null(), pl.col("lon").is_finite(), pl.col("lat").is_finite())
    places = valid.select("lon", "lat").unique()
    north, east = corners(places["lon"].to_numpy(), places["lat"].to_numpy())
    places = places.with_columns(pl.Series("north", north, pl.Int32), pl.Series("east", east, pl.Int32))
    return _summed(valid.join(_with_area(places, areas), on=["lon", "lat"]))


def partial_of_cells(hours: pl.DataFrame, areas: pl.DataFrame | None = None) -> pl.DataFrame:
    """The same of hourly means as they are published, with the name of their `cell` in place of lon and lat."""
    valid = hours.filter(pl.col("value").is_not_null(), pl.col("cell").is_not_null())
    corner = pl.col("cell").str.extract_groups(r"mN(?<north>-?\d+)E(?<east>-?\d+)$")
    places = valid.select("cell").unique().with_columns(corner.alias("corner")).unnest("corner")
    places = places.with_columns(pl.col("north", "east").cast(pl.Int32))
    return _summed(valid.join(_with_area(places, areas), on="cell"))


def _with_area(places: pl.DataFrame, areas: pl.DataFrame | None) -> pl.DataFrame:
    if areas is None:
        return places.with_columns(pl.lit(None, pl.String).alias("area"))
    return places.join(areas, on=["north", "east"])


def _summed(hours: pl.DataFrame) -> pl.DataFrame:
    energy = pl.lit(10.0).pow(pl.col("value") / 10.0)
    return (
        hours.with_columns(pl.when(_IS_LEVEL).then(energy).otherwise("value").alias("value"))
        .sort("box_id", "sensor_id", "phenomenon", "hour_start")
        .group_by(_CELL_KEY, maintain_order=True)
        .agg(
            pl.col("value").sum().alias("sum"),
            pl.col("value_corrected").sum().alias("sum_corrected"),
            pl.len().cast(pl.UInt32).alias("n_sensors"),
            pl.col("value_corrected").count().cast(pl.UInt32).alias("n_corrected"),
        )
        .select(PARTS.names())
    )


def cells(parts: pl.LazyFrame, rules: Rules = DEFAULTS) -> pl.LazyFrame:
    """The cells' hourly means as GRID of all that partial() gave: the mean over sensors of their hourly means.

    Levels are averaged by their energy. A cell with fewer than `minimum_sensors` has no value.
    """
    enough = pl.col("n_sensors") >= rules.minimum_sensors
    enough_dry = (pl.col("n_corrected") >= max(rules.minimum_sensors, 1)) & enough
    mean = pl.col("sum") / pl.col("n_sensors")
    level = 10.0 * pl.when(_IS_LEVEL).then(mean).log10()
    return (
        parts.group_by(_CELL_KEY)
        .agg(pl.col("sum", "sum_corrected", "n_sensors", "n_corrected").sum())
        .sort(_CELL_KEY)
        .with_columns(
            pl.format(f"CRS3035RES{CELL}mN{{}}E{{}}", "north", "east").alias("cell"),
            pl.col("hour_start").dt.offset_by("1h").alias("hour_end"),
            pl.when(enough).then(pl.when(_IS_LEVEL).then(level).otherwise(mean)).alias("value"),
            pl.when(enough_dry).then(pl.col("sum_corrected") / pl.col("n_corrected")).alias("value_corrected"),
            pl.when(enough).then(pl.lit("valid")).otherwise(pl.lit("invalid")).alias("status"),
            pl.when(~enough).then(pl.lit("too-few-sensors")).alias("reason"),
        )
        .select(GRID.names())
    )

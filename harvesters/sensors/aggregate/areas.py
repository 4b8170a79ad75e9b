"""The focus areas of the grid, from a GeoJSON file."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from ..grid import area_cells
from .config import ConfigError, GridConfig


def read_areas(settings: GridConfig, config_path: Path | None) -> pl.DataFrame | None:
    """The cells of the areas (grid.area_cells); None where all cells are wanted. ConfigError says what is wrong."""
    if not settings.areas:
        return None
    path = (config_path.parent if config_path else Path()) / settings.areas
    outlines = _outlines(path, settings.property)
    groups = settings.groups or {name: [name] for name in outlines}
    missing = sorted({name for names in groups.values() for name in names} - set(outlines))
    if missing:
        raise ConfigError(
            f"no feature has the {settings.property} {', '.join(missing)}; found {', '.join(sorted(outlines)[:10])}",
            str(path),
        )
    return area_cells({area: shapely.union_all([outlines[name] for name in names]) for area, names in groups.items()})


def _outlines(path: Path, name: str) -> dict[str, BaseGeometry]:
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        named = [(str(one["properties"][name]), shape(one["geometry"])) for one in features]
    except OSError as error:
        raise ConfigError(f"grid.areas cannot be read: {error.strerror}", str(path)) from error
    except (ValueError, TypeError, shapely.errors.ShapelyError) as error:
        raise ConfigError(f"grid.areas is no GeoJSON collection of outlines: {error}", str(path)) from error
    except KeyError as error:
        raise ConfigError(
            f"grid.areas lacks {error}: features, and in each property {name!r}, are needed", str(path)
        ) from error
    found: dict[str, list[BaseGeometry]] = {}
    for each, outline in named:
        found.setdefault(each, []).append(outline)
    return {each: shapely.union_all(outlines) for each, outlines in found.items()}

"""Means of years and the grid, which need all stations and all months: made from the tables that the portal holds.

The same functions as in `sensors aggregate` (means.yearly, grid.cells) work on the table of hours as it is published,
which is why hours are rounded before anything else is made of them (rules.DECIMALS). So the tables of a harvest equal
those of `sensors aggregate` over the same raw values, and whoever has the hours can check the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
from ckanext.dresdensmartcity.city.model import City
from ckanext.dresdensmartcity.city.outlines import Outlines

from ..records import Publication, Value
from . import grid, texts
from .means import yearly
from .noise import DAY_BEGINS
from .phenomena import PHENOMENA
from .publications import of_year, series_guid
from .published import published_cells, published_years
from .samples import KEY
from .settings import SensorSettings, midnight
from .stations import district_of

if TYPE_CHECKING:
    from ..finishing import StoredTables

HOURS = (*KEY, "hour_start", "value", "value_corrected", "cell")
DAYS = (*KEY, "day", "status")


def finished(city: City, settings: SensorSettings, stored: StoredTables, outlines: Outlines) -> Iterator[Publication]:
    """Years and grids of the datasets whose hours changed."""
    for phenomenon, year in sorted(_affected(settings, stored)):
        guid = f"{series_guid(settings, phenomenon)}:{year}"
        hours = _utc(stored.rows(guid, "hourly", HOURS))
        days = stored.rows(guid, "daily", DAYS)
        years = yearly(pl.concat([hours, _morning_after(settings, stored, phenomenon, year)]), days, settings.rules)
        cells = grid.cells(grid.partial_of_cells(hours, _areas(city, settings, outlines, hours)).lazy(), settings.rules)
        parts = {
            "yearly": {"frame": published_years(years.filter(pl.col("year") == year))},
            "grid": {"frame": published_cells(cells).collect()},
        }
        yield from of_year(city, settings, PHENOMENA[phenomenon], year, parts)


def _affected(settings: SensorSettings, stored: StoredTables) -> set[tuple[str, int]]:
    """Quantities and years with other hours; of noise the year before too, whose last night ends in the new one."""
    found = set()
    for guid, table in stored.changed:
        one = texts.quantity_of(guid)
        if one is None or table not in ("hourly", "daily") or not guid.startswith(f"{settings.prefix}:"):
            continue
        if stored.exists(guid, "hourly"):
            found.add(one)
        before = f"{series_guid(settings, one[0])}:{one[1] - 1}"
        if PHENOMENA[one[0]].mean == "energetic" and stored.exists(before, "hourly"):
            found.add((one[0], one[1] - 1))
    return found


def _morning_after(settings: SensorSettings, stored: StoredTables, phenomenon: str, year: int) -> pl.DataFrame:
    """The hours of the next year in which the last night of this one ends."""
    guid = f"{series_guid(settings, phenomenon)}:{year + 1}"
    start = midnight(date(year + 1, 1, 1))
    where: dict[str, Value | tuple[Value, Value]] = {
        "hour_start": (_text(start), _text(start + timedelta(hours=DAY_BEGINS)))
    }
    if PHENOMENA[phenomenon].mean == "energetic" and stored.exists(guid, "hourly"):
        return _utc(stored.rows(guid, "hourly", HOURS, where))
    return _utc(stored.rows(f"{series_guid(settings, phenomenon)}:{year}", "hourly", HOURS, {"box_id": ""}))


def _areas(city: City, settings: SensorSettings, outlines: Outlines, hours: pl.DataFrame) -> pl.DataFrame | None:
    """The cells of the focus areas, as grid.area_cells gives them; None where the city has none.

    A cell belongs to an area when its centre lies in it. Where the outlines of the districts were not loaded, the
    district of a cell is told as that of a station is (stations.district_of).
    """
    wanted = [area for area in city.focus_areas if not settings.focus_areas or area.id in settings.focus_areas]
    if not wanted:
        return None
    drawn = {area.id: outlines.of(area.districts) for area in wanted}
    if all(outline is not None for outline in drawn.values()):
        return grid.area_cells({name: outline for name, outline in drawn.items() if outline is not None})
    rows = []
    for cell in hours["cell"].drop_nulls().unique().sort():
        district = district_of(city, *grid.centre(cell))
        area = next((one.id for one in wanted if district and district.number in one.districts), None)
        if area:
            rows.append((*grid.corner_of(cell), area))
    return pl.DataFrame(rows, schema={"north": pl.Int32, "east": pl.Int32, "area": pl.String}, orient="row")


def _utc(hours: pl.DataFrame) -> pl.DataFrame:
    """The DataStore keeps UTC without saying so, and numbers in a type of its own."""
    moments = pl.col("hour_start").cast(pl.Datetime("ms"))
    if isinstance(hours.schema["hour_start"], pl.Datetime) and hours.schema["hour_start"].time_zone:
        moments = pl.col("hour_start").dt.convert_time_zone("UTC").dt.cast_time_unit("ms").dt.replace_time_zone(None)
    return hours.with_columns(
        moments.dt.replace_time_zone("UTC").alias("hour_start"),
        pl.col("value", "value_corrected").cast(pl.Float64),
    )


def _text(moment: object) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"

"""What the pages of sensor data show beside the catalogue's fields: a drawing, and how complete the data are.

Read from the DataStore when a page is asked for, never stored with the dataset: it would change it with every run. Who
may see the dataset may see its tables, as CKAN gives both the same permissions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_read_engine, identifier
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.city.outline_store import outlines_of

from .drawing import Day, DaysChart, SpotsMap, days_chart, spots_map
from .phenomena import PHENOMENA, Phenomenon

# Over the sensors of a day: the middle one, the lowest, the highest. Means of places that people chose would pretend to
# be that of the city.
_DAYS = """
    SELECT day, min(value) AS low, percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS middle, max(value) AS high,
        count(value) AS sensors, sum(n) AS hours, sum(expected) AS expected
    FROM {table} GROUP BY day ORDER BY day
"""
_WHOLE = """
    SELECT phenomenon, count(DISTINCT box_id) AS stations, count(*) AS rows, count(value) AS valid, sum(n) AS hours,
        sum(expected) AS expected, min(day) AS first, max(day) AS last
    FROM {table} GROUP BY phenomenon
"""


@dataclass(frozen=True)
class Whole:
    """How much there is of a quantity in a dataset."""

    phenomenon: Phenomenon
    stations: int
    days: int  # daily means that could be made
    days_expected: int
    hours: int  # valid hours
    hours_expected: int
    first: Any
    last: Any

    @property
    def coverage(self) -> float:
        """Share of valid hours, from 0 to 1."""
        return self.hours / self.hours_expected if self.hours_expected else 0.0


@dataclass(frozen=True)
class MeansPage:
    """What the page of a quantity's dataset of a year shows first."""

    whole: Whole
    chart: DaysChart
    days: tuple[Day, ...]


@dataclass(frozen=True)
class StationsPage:
    """What the page of the list of stations shows first."""

    rows: tuple[dict[str, Any], ...]
    spots: SpotsMap | None

    @property
    def active(self) -> int:
        """Stations that still measure."""
        return sum(row["status"] == "active" for row in self.rows)


def means_page(package: dict[str, Any]) -> MeansPage | None:
    """None for a dataset without a table of daily means of sensors, or one that is not filled yet."""
    table = _table(package, "sensor-daily")
    whole = _whole(table) if table else None
    if table is None or whole is None:
        return None
    days = tuple(
        Day(row.day, _number(row.low), _number(row.middle), _number(row.high), row.sensors, row.hours, row.expected)
        for row in _rows(_DAYS, table)
    )
    return MeansPage(whole, days_chart(days), days)


def whole_of(package: dict[str, Any]) -> Whole | None:
    """How complete a dataset of daily means is, for the list of its series."""
    table = _table(package, "sensor-daily")
    return _whole(table) if table else None


def stations_page(package: dict[str, Any]) -> StationsPage | None:
    """None for a dataset without a list of stations."""
    table = _table(package, "sensor-boxes")
    if table is None:
        return None
    rows = [dict(row._mapping) for row in _rows("SELECT * FROM {table} ORDER BY district, box_id", table)]
    if not rows:
        return None
    places = [
        (row["box_id"], float(row["lon"]), float(row["lat"]), row["status"] == "active")
        for row in rows
        if row["lon"] is not None
    ]
    here = city()
    known = outlines_of(here).by_number
    near = {row["district"] for row in rows}
    return StationsPage(tuple(rows), spots_map(places, [known[number] for number in known if number in near]))


def district_name(number: str | None) -> str:
    """Number and name of a district, for people."""
    found = city().district(number) if number else None
    return f"{found.number} {found.name}" if found else (number or "")


def _table(package: dict[str, Any], schema: str) -> str | None:
    return next(
        (
            str(one["id"])
            for one in package.get("resources") or []
            if one.get("table_schema") == schema and one.get("datastore_active")
        ),
        None,
    )


def _whole(table: str) -> Whole | None:
    found = _rows(_WHOLE, table)
    if not found or found[0].phenomenon not in PHENOMENA:
        return None
    row = found[0]
    return Whole(
        PHENOMENA[row.phenomenon],
        row.stations,
        row.valid,
        row.rows,
        int(row.hours),
        int(row.expected),
        row.first,
        row.last,
    )


def _rows(statement: str, table: str) -> list[Any]:
    """The flag is indexed; the table may be gone, or have other columns."""
    try:
        with get_read_engine().connect() as connection:
            return list(connection.execute(sa.text(statement.format(table=identifier(table)))))
    except sa.exc.ProgrammingError:
        return []


def _number(value: Any) -> float | None:
    return None if value is None else float(value)

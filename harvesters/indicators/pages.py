"""What the page of an indicator dataset shows of its table: one indicator over time, and by area in one period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dresdensmartcity.city.current import city
from ckanext.dresdensmartcity.web import charts

from ..fields import resource_id
from . import definitions
from .publications import SCHEMA
from .reading.areas import CITY, UNKNOWN

MOST_AREAS = 200
MOST_INDICATORS = 300
LAST_PERIODS = 8


@dataclass(frozen=True)
class Choice:
    """An entry of a list to choose from."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Bar:
    """An area with its value, or the sign that stands in its place."""

    code: str
    name: str
    value: float | None
    sign: str
    status: str
    share: float  # of the longest bar, in per cent


@dataclass(frozen=True)
class Overview:
    """One indicator of a table."""

    title: str
    unit: str
    period: str
    indicators: tuple[Choice, ...]
    periods: tuple[Choice, ...]
    bars: tuple[Bar, ...]
    hidden: int
    over_time: dict[str, float]  # period -> value of the city
    chart: charts.ColumnChart


def overview(package: Mapping[str, Any], wanted: str, period: str, language: str) -> Overview | None:
    """None where the dataset is no table of indicators, or holds nothing.

    `wanted` and `period` come from the address of the page; what is not in the table counts as not given.
    """
    table = next(
        (
            one
            for one in package.get("resources", ())
            if one.get("table_schema") == SCHEMA and one.get("datastore_active")
        ),
        None,
    )
    if table is None:
        return None
    identifiers = _column(table["id"], "indicator_id", MOST_INDICATORS)
    if not identifiers:
        return None
    names = _names(str(package["name"]), language)
    indicator = wanted if wanted in identifiers else _first(table["id"], identifiers)
    whole = _rows(table["id"], {"indicator_id": indicator, "district": CITY}, sort="period")
    periods = [str(row["period"]) for row in whole] or sorted(_column(table["id"], "period", MOST_AREAS))
    period = period if period in periods else periods[-1]
    areas = _finest(_rows(table["id"], {"indicator_id": indicator, "period": period}, sort="district"))
    values = {str(row["period"]): float(row["value"]) for row in whole[-LAST_PERIODS:] if row["value"] is not None}
    return Overview(
        title=names.get(indicator, indicator),
        unit=str(areas[0]["unit"]) if areas else "",
        period=period,
        indicators=tuple(Choice(one, names.get(one, one), one == indicator) for one in identifiers),
        periods=tuple(Choice(one, one, one == period) for one in reversed(periods)),
        bars=_bars(areas),
        hidden=sum(row["status"] == "suppressed" for row in areas),
        over_time=values,
        chart=charts.columns(values),
    )


def _first(table: str, identifiers: list[str]) -> str:
    """The indicator to begin with: the largest count of the city, which holds the others."""
    query = {"district": CITY, "unit": "1"}
    counts = [row for row in _rows(table, query, sort="period desc") if row["value"] is not None]
    last = [row for row in counts if row["period"] == counts[0]["period"]]
    return str(max(last, key=lambda row: row["value"])["indicator_id"]) if last else identifiers[0]


def _finest(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the districts, or of the level with most areas where there are none."""
    levels: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["district"] not in (CITY, UNKNOWN):
            levels.setdefault(row["area_level"], []).append(row)
    return levels.get("district") or max(levels.values(), key=len, default=[])


def _bars(rows: list[dict[str, Any]]) -> tuple[Bar, ...]:
    numbers = [float(row["value"] or 0) for row in rows]
    return tuple(
        Bar(
            code=str(row["district"]).rpartition(":")[2],
            name=str(row["area_name"] or row["district"]),
            value=None if row["value"] is None else float(row["value"]),
            sign=str(row["symbol"] or ""),
            status=str(row["status"]),
            share=share,
        )
        for row, share in zip(rows, charts.shares(numbers), strict=True)
    )


def _names(dataset: str, language: str) -> dict[str, str]:
    """Names of the indicators with their groups, as the dataset of definitions has them."""
    found = _rows(resource_id(city(), definitions.GUID, definitions.SCHEMA), {"dataset": dataset}, sort="indicator_id")
    ending = "_en" if language.startswith("en") else ""
    names = {}
    for row in found:
        groups = row[f"breakdown{ending}"] or row["breakdown"]
        name = row[f"name{ending}"] or row["name"]
        names[str(row["indicator_id"])] = f"{name}: {groups}" if groups else str(name)
    return names


def _rows(table: str, filters: Mapping[str, Any], sort: str) -> list[dict[str, Any]]:
    return _search({"resource_id": table, "filters": dict(filters), "sort": sort, "limit": 2000})


def _column(table: str, name: str, most: int) -> list[str]:
    found = _search({"resource_id": table, "fields": [name], "distinct": True, "sort": name, "limit": most})
    return [str(row[name]) for row in found]


def _search(query: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        return list(tk.get_action("datastore_search")({}, query)["records"])
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return []

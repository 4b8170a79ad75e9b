"""Template helpers of the sensors' pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk

from . import pages
from .phenomena import PHENOMENA

__all__ = [
    "smartcity_sensor_day",
    "smartcity_sensor_district",
    "smartcity_sensor_means",
    "smartcity_sensor_quantities",
    "smartcity_sensor_state",
    "smartcity_sensor_stations",
    "smartcity_sensor_years",
]


def smartcity_sensor_means(package: dict[str, Any]) -> pages.MeansPage | None:
    """What the page of a quantity and year shows first; None for any other dataset."""
    return pages.means_page(package)


def smartcity_sensor_stations(package: dict[str, Any]) -> pages.StationsPage | None:
    """What the page of the list of stations shows first; None for any other dataset."""
    return pages.stations_page(package)


def smartcity_sensor_years(members: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], pages.Whole]]:
    """The datasets of a series of sensor data with how complete they are; empty for any other series."""
    return [(one, whole) for one in members if (whole := pages.whole_of(one))]


def smartcity_sensor_day(day: date) -> str:
    """A day below an axis, without its year: 24.10., 24/10."""
    return day.strftime("%d.%m." if str(tk.h.lang()).startswith("de") else "%d/%m")


def smartcity_sensor_district(number: str | None) -> str:
    """Number and name of a district."""
    return pages.district_name(number)


def smartcity_sensor_quantities(names: str | None) -> str:
    """The quantities of a station, as people call them."""
    language = str(tk.h.lang())
    return ", ".join(PHENOMENA[one].label.text(language) for one in (names or "").split() if one in PHENOMENA)


def smartcity_sensor_state(status: str) -> str:
    """What has become of a station."""
    states = {
        "active": tk._("measures"),
        "gone": tk._("no longer at its source"),
        "indoor": tk._("no longer outdoors"),
        "mobile": tk._("moves about"),
        "elsewhere": tk._("no longer in the area"),
    }
    return states.get(status, status)

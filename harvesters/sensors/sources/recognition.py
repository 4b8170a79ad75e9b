"""Which quantity of ours a source's sensor measures, by what the source calls it.

A quantity is known by its name and its unit together, or by the IRI of its definition; where they contradict each other
or are not known, the sensor is not read and named in the report. Nothing is guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ...records import Finding
from ..phenomena import PHENOMENA, RULES, Phenomenon
from . import units, wording
from .units import Conversion

# IRIs by their last part. Pollutants: vocabulary aq/pollutant of the European Environment Agency; names of CF (NetCDF
# climate and forecast conventions) and of QUDT's quantity kinds.
_POLLUTANTS = {"5": "pm10", "6001": "pm25", "7": "o3", "8": "no2", "38": "no", "10": "co", "71": "co2"}
_NAMES: dict[str, tuple[str, ...]] = {
    "pm10": ("pm10", "feinstaub pm10", "particulate matter pm10", "pm 10", "pm10 concentration",
             "mass_concentration_of_pm10_ambient_aerosol_particles_in_air"),
    "pm25": ("pm2.5", "pm2,5", "pm25", "pm2_5", "pm 2.5", "feinstaub pm2.5", "feinstaub pm2,5",
             "particulate matter pm2.5", "mass_concentration_of_pm2p5_ambient_aerosol_particles_in_air"),
    "o3": ("o3", "ozon", "ozone", "mass_concentration_of_ozone_in_air"),
    "no2": ("no2", "stickstoffdioxid", "nitrogen dioxide", "mass_concentration_of_nitrogen_dioxide_in_air"),
    "no": ("no", "stickstoffmonoxid", "nitrogen monoxide", "nitric oxide",
           "mass_concentration_of_nitrogen_monoxide_in_air"),
    "co": ("co", "kohlenmonoxid", "kohlenstoffmonoxid", "carbon monoxide",
           "mass_concentration_of_carbon_monoxide_in_air"),
    "co2": ("co2", "kohlendioxid", "kohlenstoffdioxid", "carbon dioxide", "mole_fraction_of_carbon_dioxide_in_air"),
    "temperature": ("temperatur", "temperature", "lufttemperatur", "air temperature", "air_temperature",
                    "airtemperature"),
    "humidity": ("rel. luftfeuchte", "luftfeuchte", "luftfeuchtigkeit", "rel. luftfeuchtigkeit", "relative luftfeuchte",
                 "relative luftfeuchtigkeit", "relative humidity", "relative_humidity", "relativehumidity", "humidity"),
    "pressure": ("luftdruck", "atm. luftdruck", "air pressure", "atmospheric pressure", "air_pressure",
                 "surface_air_pressure", "atmosphericpressure", "pressure"),
    "noise_laeq": ("laeq", "leq", "la,eq", "la_eq", "äquivalenter dauerschallpegel",
                   "energieäquivalenter dauerschallpegel", "equivalent continuous sound level"),
    "noise_level": ("lautstärke", "momentanschallpegel", "instantaneous sound level", "sound level, momentary"),
    "wind_speed": ("windgeschwindigkeit", "wind speed", "wind_speed", "windspeed"),
    "illuminance": ("beleuchtungsstärke", "illuminance", "helligkeit"),
    "uv": ("uv-intensität", "uv intensity", "uv-strahlung", "uv radiation"),
}  # fmt: skip

# Known quantities of which this method can make no hourly mean that is true.
NOT_READ: dict[str, tuple[str, ...]] = {
    wording.A_SUM: (
        "niederschlag", "niederschlagsmenge", "regenmenge", "regen", "precipitation", "rain", "rainfall",
        "precipitation_amount", "rainfall_amount",
    ),
    wording.AN_ANGLE: (
        "windrichtung", "wind direction", "wind_direction", "wind_from_direction", "winddirection",
    ),
    wording.AN_EXTREME: (
        "lamax", "lamin", "la_max", "la_min", "schalldruckpegel (min)", "schalldruckpegel (max)",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Recognised:
    """A quantity of ours, and how the source's values become values in its unit."""

    phenomenon: Phenomenon
    conversion: Conversion


@dataclass(frozen=True)
class Unread:
    """Why a sensor is not read."""

    template: str  # one of wording.py


def template(title: str, unit: str, sensor_type: str) -> Recognised | Unread:
    """A sensor of openSenseMap, whose users name theirs freely: title and type as in one of its templates (RULES)."""
    plain, kind = units.plainly(title), units.plainly(sensor_type).replace(" ", "")
    rules = [one for one in RULES if plain in map(units.plainly, one.titles)]
    fitting = [one for one in rules if not one.types or kind.startswith(one.types)]
    if fitting:
        return in_unit(PHENOMENA[fitting[0].phenomenon], [unit])
    if unread := _unread(plain):
        return unread
    found = by_name([title], [unit])
    if not rules and isinstance(found, Recognised) and found.phenomenon.id not in _TEMPLATES:
        return found
    return found if not rules and isinstance(found, Unread) else Unread(wording.NO_TEMPLATE)


def by_name(names: Sequence[str], unit: Sequence[str]) -> Recognised | Unread:
    """A sensor by the names of its quantity, IRI or words, and of its unit; empty ones do not count."""
    found = {one for one in map(_quantity, names) if one}
    if len(found) > 1:
        return Unread(wording.CONTRADICTION)
    if not found:
        unread = [one for one in (_unread(units.plainly(name)) for name in names) if one]
        return unread[0] if unread else Unread(wording.UNKNOWN)
    return in_unit(PHENOMENA[found.pop()], unit)


def in_unit(phenomenon: Phenomenon, names: Sequence[str]) -> Recognised | Unread:
    """The quantity with the conversion from the unit that is named in one or several ways."""
    given = [one for one in names if one.strip()]
    meant = {one for one in map(units.known, given) if one}
    if meant == {"dB", "dB(A)"}:
        meant = {"dB(A)"}  # UCUM has no dB(A)
    if phenomenon.unit == "dB(A)" and meant == {"dB"}:
        return Unread(wording.NOT_WEIGHTED)
    if len(meant) != 1:
        return Unread(wording.UNKNOWN_UNIT)
    unit = meant.pop()
    if phenomenon.id == "pressure" and unit == "Pa":
        # Many say Pa and mean hPa, or the other way round: the size of the value decides (RULES §2), in quality.py.
        return Recognised(phenomenon, units.UNCHANGED)
    found = units.conversion(unit, phenomenon.unit)
    if found is None:
        return Unread(wording.INEXACT)
    return Recognised(phenomenon, found)


class Unmapped:
    """Counts sensors that are not read, so that the report names each kind once."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, str, str]] = Counter()

    def add(self, why: Unread, title: str, unit: str, sensor_type: str) -> None:
        self.counts[title, unit, sensor_type, why.template] += 1

    def findings(self) -> tuple[Finding, ...]:
        return tuple(
            Finding.of("sensor-unmapped", "info", template, title=title, unit=unit, kind=kind, number=number)
            for (title, unit, kind, template), number in sorted(self.counts.items())
        )


def _quantity(name: str) -> str | None:
    plain = units.plainly(name)
    if plain.startswith(("http://", "https://")):
        if found := re.search(r"/aq/pollutant/(\d+)$", plain):
            return _POLLUTANTS.get(found.group(1))
        plain = re.split(r"[#/]", plain.rstrip("/#"))[-1]
    plain = plain.replace("(", "").replace(")", "").strip() if plain not in _KNOWN else plain
    return _KNOWN.get(plain)


def _unread(plain: str) -> Unread | None:
    if plain.startswith(("http://", "https://")):
        plain = re.split(r"[#/]", plain.rstrip("/#"))[-1]
    reason = next((why for why, names in NOT_READ.items() if plain in names), None)
    return Unread(reason) if reason else None


_TEMPLATES = {one.phenomenon for one in RULES}
_KNOWN = {units.plainly(name): quantity for quantity, names in _NAMES.items() for name in (quantity, *names)}

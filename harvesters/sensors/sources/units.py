"""Units as sources write them - UCUM, QUDT, German and English names - and what converts them exactly.

A unit that is not known is never guessed, and nothing is converted that needs more than the value itself: ppb to µg/m³
would need the air's temperature and pressure.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import polars as pl

_NAMES: dict[str, tuple[str, ...]] = {
    "µg/m³": ("ug/m3", "ug.m-3", "ugm-3", "ug/m^3", "ug m-3", "microgm-per-m3", "microgram per cubic meter",
              "microgram per cubic metre", "micrograms per cubic meter", "micrograms per cubic metre",
              "mikrogramm pro kubikmeter", "mikrogramm je kubikmeter", "ug.m^-3"),
    "mg/m³": ("mg/m3", "mg.m-3", "milligm-per-m3", "milligram per cubic meter", "milligram per cubic metre",
              "milligramm pro kubikmeter", "milligramm je kubikmeter"),
    "ng/m³": ("ng/m3", "ng.m-3", "nanogm-per-m3", "nanogram per cubic metre", "nanogramm pro kubikmeter"),
    "ppm": ("[ppm]", "ppm", "ppmv", "parts per million", "10*-6"),
    "ppb": ("[ppb]", "ppb", "ppbv", "parts per billion", "10*-9"),
    "°C": ("cel", "degc", "deg_c", "°c", "c°", "degree celsius", "degrees celsius", "celsius", "grad celsius"),
    "K": ("k", "kelvin", "degk"),
    "°F": ("[degf]", "degf", "°f", "deg_f", "degree fahrenheit", "degrees fahrenheit", "fahrenheit"),
    "%": ("%", "percent", "prozent", "% rh", "%rh", "% rel. feuchte"),
    "hPa": ("hpa", "mbar", "hectopa", "millibar", "hektopascal", "hectopascal"),
    "Pa": ("pa", "pascal"),
    "kPa": ("kpa", "kilopa", "kilopascal"),
    "dB(A)": ("db(a)", "dba", "db[a]", "decibel (a)", "decibel(a)", "dezibel (a)", "dezibel(a)", "db(a)_spl"),
    "dB": ("db", "decib", "decibel", "dezibel", "db[spl]", "b[spl]_db"),
    "m/s": ("m/s", "m.s-1", "ms-1", "m-per-sec", "meter per second", "metre per second", "meter pro sekunde"),
    "km/h": ("km/h", "kilom-per-hr", "kmh", "kilometer pro stunde", "kilometre per hour", "kilometer per hour"),
    "kn": ("kn", "kt", "[kn_i]", "knot", "knots", "knoten"),
    "lx": ("lx", "lux"),
    "klx": ("klx", "kilolux"),
    "µW/cm²": ("uw/cm2", "uw.cm-2", "microw-per-centim2", "mikrowatt pro quadratzentimeter"),
    "W/m²": ("w/m2", "w.m-2", "w-per-m2", "watt pro quadratmeter", "watt per square metre", "watt per square meter"),
    "mm": ("mm", "millim", "millimeter", "millimetre", "l/m2"),
    "°": ("deg", "°", "degree", "grad", "degrees"),
}  # fmt: skip

# (from, to) -> value * scale + offset. All are exact by the definitions of the units.
_CONVERSIONS: dict[tuple[str, str], tuple[float, float]] = {
    ("mg/m³", "µg/m³"): (1000.0, 0.0),
    ("ng/m³", "µg/m³"): (0.001, 0.0),
    ("µg/m³", "mg/m³"): (0.001, 0.0),
    ("ppb", "ppm"): (0.001, 0.0),
    ("K", "°C"): (1.0, -273.15),
    ("°F", "°C"): (5 / 9, -160 / 9),
    ("Pa", "hPa"): (0.01, 0.0),
    ("kPa", "hPa"): (10.0, 0.0),
    ("km/h", "m/s"): (1 / 3.6, 0.0),
    ("kn", "m/s"): (1852 / 3600, 0.0),
    ("klx", "lx"): (1000.0, 0.0),
    ("W/m²", "µW/cm²"): (100.0, 0.0),
}


@dataclass(frozen=True)
class Conversion:
    """value * scale + offset."""

    scale: float = 1.0
    offset: float = 0.0

    def of(self, column: str) -> pl.Expr:
        """The column, converted; untouched where there is nothing to do, so that no value loses a digit."""
        value = pl.col(column)
        if self.scale != 1.0:
            value = value * self.scale
        return value + self.offset if self.offset else value


UNCHANGED = Conversion()


def conversion(unit: str, wanted: str) -> Conversion | None:
    """What makes `wanted` of `unit` (both as `known` gives them); None where that is not exact or makes no sense."""
    if unit == wanted:
        return UNCHANGED
    found = _CONVERSIONS.get((unit, wanted))
    return Conversion(*found) if found else None


def known(text: str) -> str | None:
    """The unit that a symbol, a name or a UCUM or QUDT IRI means; None where it is not known."""
    plain = plainly(text)
    if plain.startswith(("http://", "https://", "unit:")):
        plain = re.split(r"[#/:]", plain, maxsplit=0)[-1] if "ucum" not in plain else plain.split("#")[-1]
    return _KNOWN.get(plain)


def plainly(text: str) -> str:
    """Without the differences that mean nothing: case, blanks around, both micro signs, raised digits."""
    text = unicodedata.normalize("NFKC", " ".join(text.split())).replace("\u03bc", "u").replace("\u2212", "-")
    return text.casefold().replace("db (a)", "db(a)")


_KNOWN = {plainly(name): unit for unit, names in _NAMES.items() for name in (unit, *names)}

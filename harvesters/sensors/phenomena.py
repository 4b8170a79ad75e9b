"""What a sensor measures, and within which limits a value can be true.

Users of openSenseMap name their sensors freely, so a phenomenon is recognised by title, unit and sensor type together;
what is not recognised is reported and never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ckanext.dresdensmartcity.city.model import Label

Mean = Literal["arithmetic", "energetic"]


@dataclass(frozen=True)
class Phenomenon:
    """A quantity that is published, in one unit."""

    id: str
    label: Label
    unit: str  # of the published value
    minimum: float  # smallest value that can be true, in `unit`
    maximum: float  # largest value that can be true, in `unit`
    mean: Mean = "arithmetic"
    saturation: tuple[float, ...] = ()  # what the sensor says when it is at its end, in `unit`
    spike_floor: float = 0.1  # smallest scale of the spike test, in `unit`: a calm series has no spikes
    humid: bool = False  # overestimated in humid air (RULES §2: optical particle counters)
    estimate: bool = False  # momentary levels: their energetic mean is no Leq, only an estimate of it (RULES §3)
    rest: float | None = None  # what it truly stays at for hours, in `unit`: the dark of a night, a calm


_PARTICLES = {
    "unit": "µg/m³",
    "minimum": 0.0,
    "maximum": 999.9,
    "saturation": (999.9, 1999.9),
    "spike_floor": 1.0,
    "humid": True,
}

_AROUND_ZERO = -5.0  # µg/m³

# Ranges: RULES §2. All below are this project's choice. Temperature and pressure: what outdoor air in Europe can have,
# with room for a housing in the sun and for mountain towns. Gases: above the hour limit and alert values in force
# (ozone 240, NO2 400 µg/m³: 39. BImSchV §§ 9, 3) with room for what was ever measured in a street; a little below zero,
# as devices scatter around it and to cut off one side only would raise the mean. CO2: from below the background of all
# air to what a sensor's range ends at. Illuminance and UV: above the sun at noon in summer (some 120,000 lx).
# Ozone and NO2 have hourly, daily and yearly means as all others; the daily maximum of 8-hour means of RULES §1, for
# which ozone and CO have their target values, is not worked out.
PHENOMENA: dict[str, Phenomenon] = {
    one.id: one
    for one in (
        Phenomenon("pm10", Label("Feinstaub PM10", "Particulate matter PM10"), **_PARTICLES),  # type: ignore[arg-type]
        Phenomenon("pm25", Label("Feinstaub PM2,5", "Particulate matter PM2.5"), **_PARTICLES),  # type: ignore[arg-type]
        Phenomenon("temperature", Label("Lufttemperatur", "Air temperature"), "°C", -40.0, 60.0, spike_floor=0.3),
        Phenomenon("humidity", Label("Relative Luftfeuchte", "Relative humidity"), "%", 0.0, 100.0, spike_floor=1.0),
        Phenomenon("pressure", Label("Luftdruck", "Air pressure"), "hPa", 500.0, 1100.0, spike_floor=0.3),
        Phenomenon(
            "noise_laeq",
            Label("Schallpegel LAeq", "Sound level LAeq"),
            "dB(A)",
            30.0,
            130.0,
            mean="energetic",
            spike_floor=3.0,
        ),
        Phenomenon(
            "noise_level",
            Label("Schallpegel, Momentanwerte", "Sound level, momentary"),
            "dB(A)",
            30.0,
            130.0,
            mean="energetic",
            spike_floor=3.0,
            estimate=True,
        ),
        Phenomenon("o3", Label("Ozon", "Ozone"), "µg/m³", _AROUND_ZERO, 500.0, spike_floor=5.0),
        Phenomenon(
            "no2", Label("Stickstoffdioxid", "Nitrogen dioxide"), "µg/m³", _AROUND_ZERO, 1000.0, spike_floor=5.0
        ),
        Phenomenon(
            "no", Label("Stickstoffmonoxid", "Nitrogen monoxide"), "µg/m³", _AROUND_ZERO, 2000.0, spike_floor=5.0
        ),
        Phenomenon("co", Label("Kohlenmonoxid", "Carbon monoxide"), "mg/m³", -0.1, 100.0, spike_floor=0.1),
        Phenomenon("co2", Label("Kohlendioxid", "Carbon dioxide"), "ppm", 300.0, 5000.0, spike_floor=10.0),
        Phenomenon(
            "wind_speed", Label("Windgeschwindigkeit", "Wind speed"), "m/s", 0.0, 75.0, spike_floor=1.0, rest=0.0
        ),
        Phenomenon(
            "illuminance", Label("Beleuchtungsstärke", "Illuminance"), "lx", 0.0, 200_000.0, spike_floor=500.0, rest=0.0
        ),
        Phenomenon("uv", Label("UV-Strahlung", "UV radiation"), "µW/cm²", 0.0, 10_000.0, spike_floor=50.0, rest=0.0),
    )
}

# Other names of them in raw files: those of sensor.community, and what people write. LAmin and LAmax are missing on
# purpose: extremes must not be averaged to a level (RULES §3).
ALIASES: dict[str, str] = {
    "ozone": "o3",
    "ozon": "o3",
    "stickstoffdioxid": "no2",
    "stickstoffmonoxid": "no",
    "kohlenmonoxid": "co",
    "kohlendioxid": "co2",
    "windgeschwindigkeit": "wind_speed",
    "beleuchtungsstärke": "illuminance",
    "brightness": "illuminance",
    "p1": "pm10",
    "p2": "pm25",
    "pm2.5": "pm25",
    "pm2,5": "pm25",
    "pm2_5": "pm25",
    "temperatur": "temperature",
    "rel. luftfeuchte": "humidity",
    "luftfeuchte": "humidity",
    "luftdruck": "pressure",
    "laeq": "noise_laeq",
    "leq": "noise_laeq",
    "noise": "noise_level",
    "lautstärke": "noise_level",
}


def named(name: str) -> Phenomenon | None:
    """The phenomenon of a raw file's name for it, its id or one of ALIASES, whatever the case; None if unknown."""
    plain = _plain(name)
    return PHENOMENA.get(ALIASES.get(plain, plain))


@dataclass(frozen=True)
class Rule:
    """Sensors with one of these titles and units, and of a type that begins so, measure `phenomenon`."""

    phenomenon: str
    titles: tuple[str, ...]
    units: tuple[str, ...]
    types: tuple[str, ...] = ()  # none: any type


_MASS = ("µg/m³",)
_PM_TYPES = ("sds", "pms", "sps30", "hpm")
# Titles, units and types of openSenseMap's own templates. "Lautstärke" (SOUNDLEVELMETER) is a momentary level, whose
# mean is marked as an estimate; "Schalldruckpegel (Min)/(Max)" are extremes and must not be averaged (RULES §3).
RULES: tuple[Rule, ...] = (
    Rule("pm10", ("pm10",), _MASS, _PM_TYPES),
    Rule("pm25", ("pm2.5", "pm25", "pm2,5"), _MASS, _PM_TYPES),
    Rule("temperature", ("temperatur", "temperature", "lufttemperatur"), ("°c",)),
    Rule("humidity", ("rel. luftfeuchte", "luftfeuchte", "luftfeuchtigkeit", "rel. luftfeuchtigkeit"), ("%",)),
    Rule("pressure", ("luftdruck", "atm. luftdruck"), ("pa", "hpa")),
    Rule("noise_laeq", ("schalldruckpegel",), ("db(a)",), ("dnms",)),
    Rule("noise_level", ("lautstärke",), ("db(a)",), ("soundlevelmeter",)),
)


def _plain(text: str) -> str:
    return " ".join(text.replace("\u03bc", "\u00b5").split()).casefold().replace("\u03bc", "\u00b5")

"""What a sensor measures is known by title, unit and type together."""

from __future__ import annotations

import polars as pl
import pytest
from ckanext.dresdensmartcity.harvesters.sensors.sources import units, wording
from ckanext.dresdensmartcity.harvesters.sensors.sources.recognition import Recognised, by_name, template

from .raw import flags, series


@pytest.mark.parametrize(
    ("title", "unit", "kind", "expected"),
    [
        ("PM10", "µg/m³", "SDS 011", "pm10"),
        ("PM10", "\u03bcg/m³", "SDS011", "pm10"),
        ("PM2.5", "µg/m³", "SPS30", "pm25"),
        (" rel.  Luftfeuchte", "%", "BME280", "humidity"),
        ("Temperatur", "°C", "HDC1080", "temperature"),
        ("Luftdruck", "Pa", "BME280", "pressure"),
        ("Schalldruckpegel", "dB (A)", "DNMS (Teensy)", "noise_laeq"),
        ("Schalldruckpegel", "db (A)", "DNMS", "noise_laeq"),
        # extremes must not be averaged; a momentary level is a quantity of its own
        ("Schalldruckpegel (Max)", "dB (A)", "DNMS (Teensy)", None),
        ("Lautstärke", "dB (A)", "SOUNDLEVELMETER", "noise_level"),
        ("Schalldruckpegel", "dB (A)", "SOUNDLEVELMETER", None),
        ("Temperatur", "K", "BME280", "temperature"),
        ("Temperatur", "%", "BME280", None),
        ("PM10", "µg/m³", "home-made", None),
    ],
)
def test_mapping(title: str, unit: str, kind: str, expected: str | None) -> None:
    """Templates of openSenseMap are known in all their spellings; what is doubtful is not guessed."""
    found = template(title, unit, kind)
    assert (found.phenomenon.id if isinstance(found, Recognised) else None) == expected


@pytest.mark.parametrize(
    ("title", "unit", "kind", "expected"),
    [
        ("PM10", "µg/m³", "SDS 011", "pm10"),
        ("Temperatur", "°F", "BME280", "temperature"),
        ("Luftdruck", "Pa", "BME280", "pressure"),
        ("CO₂", "ppm", "SCD30", "co2"),
        ("Beleuchtungsstärke", "lx", "TSL45315", "illuminance"),
        ("UV-Intensität", "μW/cm²", "VEML6070", "uv"),
        ("Windgeschwindigkeit", "m/s", "WINDSPEED", "wind_speed"),
        ("PM10", "µg/m³", "home-made", wording.NO_TEMPLATE),
        ("Schalldruckpegel", "dB (A)", "SOUNDLEVELMETER", wording.NO_TEMPLATE),
        ("Feinstaub PM10", "µg/m³", "home-made", wording.NO_TEMPLATE),
        ("Schalldruckpegel (Max)", "dB (A)", "DNMS (Teensy)", wording.AN_EXTREME),
        ("Regenmenge", "mm", "RAIN", wording.A_SUM),
        ("Windrichtung", "°", "VANE", wording.AN_ANGLE),
        ("Ozon", "ppb", "MQ131", wording.INEXACT),
        ("Stimmung", "1", "", wording.UNKNOWN),
    ],
)
def test_templates(title: str, unit: str, kind: str, expected: str) -> None:
    """A sensor of openSenseMap is one of ours, or the reason is said why not."""
    found = template(title, unit, kind)
    assert (found.phenomenon.id if isinstance(found, Recognised) else found.template) == expected


@pytest.mark.parametrize(
    ("names", "unit", "expected"),
    [
        (["http://dd.eionet.europa.eu/vocabulary/aq/pollutant/6001", ""], ["ug/m3", "", ""], "pm25"),
        (["http://dd.eionet.europa.eu/vocabulary/aq/pollutant/7", "Ozon"], ["µg/m³"], "o3"),
        (["http://vocab.nerc.ac.uk/standard_name/air_temperature/", "T"], ["Cel"], "temperature"),
        (["", "Relative Luftfeuchte"], ["%", "http://unitsofmeasure.org/ucum.html#%"], "humidity"),
        (["", "Lufttemperatur"], ["", "http://qudt.org/vocab/unit/DEG_C", ""], "temperature"),
        (["", "LAeq"], ["dB(A)", "http://unitsofmeasure.org/ucum.html#dB"], "noise_laeq"),
        (["", "LAeq"], ["dB"], wording.NOT_WEIGHTED),
        (["http://dd.eionet.europa.eu/vocabulary/aq/pollutant/8", "Ozon"], ["µg/m³"], wording.CONTRADICTION),
        (["", "PM10"], ["µg/m³", "http://unitsofmeasure.org/ucum.html#mg/m3"], wording.UNKNOWN_UNIT),
        (["", "PM10"], ["", "", ""], wording.UNKNOWN_UNIT),
        (["", "NO2"], ["ppb"], wording.INEXACT),
        (["", "PM10"], ["°C"], wording.INEXACT),
        (["http://example.org/rain/", "Niederschlag"], ["mm"], wording.A_SUM),
        (["http://example.org/secret", "Gemütlichkeit"], ["1"], wording.UNKNOWN),
        (["http://example.org/vocabulary/aq/pollutant/12345", "x"], ["1"], wording.UNKNOWN),
    ],
)
def test_names(names: list[str], unit: list[str], expected: str) -> None:
    """IRIs and names in two languages; what contradicts itself is not read."""
    found = by_name(names, unit)
    assert (found.phenomenon.id if isinstance(found, Recognised) else found.template) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("µg/m³ \u03bcg/m3 ug/m3 ug.m-3 MicroGM-PER-M3 http://qudt.org/vocab/unit/MicroGM-PER-M3", "µg/m³"),
        ("unit:MicroGM-PER-M3 µg/m3", "µg/m³"),
        ("http://unitsofmeasure.org/ucum.html#ug/m3 https://ucum.org/ucum.html#ug/m3", "µg/m³"),
        ("Cel °C DegC DEG_C Celsius http://qudt.org/vocab/unit/DEG_C", "°C"),
        ("m/s m.s-1 M-PER-SEC ms⁻¹", "m/s"),
        ("dB(A) dBA", "dB(A)"),
        ("1 foo http:// µ", None),
    ],
)
def test_units(names: str, expected: str | None) -> None:
    """UCUM, QUDT, and what people write."""
    assert {units.known(name) for name in names.split()} == {expected}


@pytest.mark.parametrize(
    ("value", "unit", "wanted", "expected"),
    [
        (273.15, "K", "°C", 0.0),
        (32.0, "°F", "°C", 0.0),
        (-40.0, "°F", "°C", -40.0),
        (36.0, "km/h", "m/s", 10.0),
        (1.0, "kn", "m/s", 0.514444),
        (101.3, "kPa", "hPa", 1013.0),
        (0.04, "mg/m³", "µg/m³", 40.0),
        (1.0, "W/m²", "µW/cm²", 100.0),
        (0.1, "µg/m³", "µg/m³", 0.1),
    ],
)
def test_conversions(value: float, unit: str, wanted: str, expected: float) -> None:
    """By the definitions of the units; without a conversion no digit changes."""
    conversion = units.conversion(unit, wanted)
    assert conversion is not None
    assert pl.select(pl.lit(value).alias("x")).select(conversion.of("x")).item() == pytest.approx(expected, abs=1e-6)
    assert (conversion is units.UNCHANGED) == (unit == wanted)


def test_a_dark_night_is_no_stuck_sensor() -> None:
    """Light and wind may stay at zero for hours; at any other value they are stuck."""
    day = [0.0] * 100 + [5.0] * 100
    assert flags(series("illuminance", day))["reason"].to_list() == [None] * 100 + ["stuck"] * 100
    assert set(flags(series("temperature", [0.0] * 100))["reason"]) == {"stuck"}

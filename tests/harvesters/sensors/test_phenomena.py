"""What a sensor measures is known by title, unit and type together."""

from __future__ import annotations

import pytest
from ckanext.dresdensmartcity.harvesters.sensors.phenomena import phenomenon_of


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
        ("Temperatur", "°F", "BME280", None),
        ("PM10", "µg/m³", "home-made", None),
    ],
)
def test_mapping(title: str, unit: str, kind: str, expected: str | None) -> None:
    """Templates of openSenseMap are known in all their spellings; what is doubtful is not guessed."""
    found = phenomenon_of(title, unit, kind)
    assert (found.id if found else None) == expected

"""The settings that docs/sensor-sources.md shows, for the tests that run them."""

from __future__ import annotations

from pathlib import Path

from ckanext.dresdensmartcity.harvesters.sensors.settings import SensorSettings
from ckanext.dresdensmartcity.harvesters.settings import read_settings


def text_of(repository: Path, heading: str) -> str:
    """The JSON below a heading."""
    page = (repository / "docs/sensor-sources.md").read_text(encoding="utf-8")
    part = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return part.split("```json\n")[1].split("```")[0]


def example(repository: Path, heading: str) -> SensorSettings:
    """The same, read as a source's form reads it."""
    settings = read_settings(SensorSettings, text_of(repository, heading))
    assert isinstance(settings, SensorSettings)
    return settings

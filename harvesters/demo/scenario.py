"""Which boxes the demo has: drawn from the city's focus areas and the file sensors.yaml of its demo folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import yaml
from ckanext.dresdensmartcity.city.model import City, District, Position
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from ..records import HarvesterError

SCENARIO_FILE = "sensors.yaml"

# What is wrong with a box, so that a harvest has something to find.
Role = Literal["plain", "dead-dust", "absurd", "stuck-humidity", "moved", "noise-floor", "long-gap", "indoor", "away"]
# Roles of the first boxes; further ones are plain.
ROLES: tuple[Role, ...] = (
    "plain", "plain", "dead-dust", "plain", "absurd", "long-gap", "stuck-humidity", "moved", "plain", "noise-floor",
    "plain", "long-gap",
)  # fmt: skip


class ScenarioError(HarvesterError):
    """sensors.yaml cannot be used."""


class Scenario(BaseModel):
    """sensors.yaml: how much there is, from when to when. The same file makes the same values for ever."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = 1
    boxes: Annotated[int, Field(ge=1, le=200)] = 12  # inside of the city and outdoors
    start: AwareDatetime = datetime(2026, 10, 1, tzinfo=timezone.utc)
    end: AwareDatetime = datetime(2026, 10, 31, tzinfo=timezone.utc)  # the first moment without a value
    focus_areas: tuple[str, ...] = ()  # ids; the city's first two where none is named


@dataclass(frozen=True)
class DemoSensor:
    """A sensor as openSenseMap describes it, with the kind of values it has."""

    id: str
    title: str
    unit: str
    type: str
    icon: str
    kind: str  # pm10, pm25, temperature, humidity, noise


@dataclass(frozen=True)
class DemoBox:
    """A made-up box; its places with the moment from which on it stood there, the last is the present one."""

    id: str
    number: int
    name: str
    exposure: str
    interval: timedelta
    places: tuple[tuple[datetime, Position], ...]
    sensors: tuple[DemoSensor, ...]
    role: Role
    seed: int


def read_scenario(folder: Path) -> Scenario:
    """The settings in sensors.yaml of a demo folder; the defaults where there is none. Raises ScenarioError."""
    path = folder / SCENARIO_FILE
    if not path.is_file():
        return Scenario()
    try:
        return Scenario.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (yaml.YAMLError, ValidationError) as error:
        raise ScenarioError(f"cannot be used: {error}", str(path)) from error


def demo_boxes(city: City, scenario: Scenario) -> tuple[DemoBox, ...]:
    """The boxes: `scenario.boxes` of them outdoors in the city, one indoors, and one that was taken out of the city."""
    districts = _districts(city, scenario)
    roles = [ROLES[number] if number < len(ROLES) else "plain" for number in range(scenario.boxes)]
    return tuple(
        _box(city, scenario, number, role, districts[number % len(districts)])
        for number, role in enumerate([*roles, "indoor", "away"], start=1)
    )


def _districts(city: City, scenario: Scenario) -> list[District]:
    """Districts of the focus areas, one of each area in turn."""
    wanted = scenario.focus_areas or tuple(area.id for area in city.focus_areas[:2])
    areas = []
    for identifier in wanted:
        area = city.focus_area(identifier)
        if area is None:
            known = ", ".join(one.id for one in city.focus_areas)
            raise ScenarioError(f"{city.name} has no focus area {identifier!r}; it has {known}", SCENARIO_FILE)
        areas.append([one for one in city.districts if one.number in area.districts])
    turns = max((len(area) for area in areas), default=0)
    found = [area[turn % len(area)] for turn in range(turns) for area in areas if area]
    if not found:
        raise ScenarioError(f"{city.name} has no focus area with a district to put sensors in", SCENARIO_FILE)
    return found


def _box(city: City, scenario: Scenario, number: int, role: Role, district: District) -> DemoBox:
    seed = int.from_bytes(hashlib.sha256(f"{scenario.seed}/{city.id}/{number}".encode()).digest()[:8], "big")
    rng = np.random.default_rng(seed)
    place = _spot(rng, district)
    middle = scenario.start + (scenario.end - scenario.start) / 2
    before = scenario.start - timedelta(days=400)
    places: tuple[tuple[datetime, Position], ...] = ((before, place),)
    if role == "moved":
        places = ((before, _shift(place, -900.0, 500.0)), (middle, place))
    elif role == "away":  # openSenseMap still finds it in the city: its box search looks at all places a box ever had
        places = ((before, place), (middle, (city.bbox[2] + 0.5, city.bbox[3] + 0.25)))
    # Sensors with noise measure every 150 s, as sensor.community's devices do; the others every 300 s.
    noisy = number % 3 == 1
    return DemoBox(
        id=_identifier(seed, "box"),
        number=number,
        name=f"Beispielstation {number:02d} {district.name} (erfundene Messwerte)",
        exposure="indoor" if role == "indoor" else "outdoor",
        interval=timedelta(seconds=150 if noisy else 300),
        places=places,
        sensors=_sensors(seed, noisy),
        role=role,
        seed=seed,
    )


def _sensors(seed: int, noisy: bool) -> tuple[DemoSensor, ...]:
    forms = [
        ("PM10", "µg/m³", "SDS 011", "osem-cloud", "pm10"),
        ("PM2.5", "µg/m³", "SDS 011", "osem-cloud", "pm25"),
        ("Temperatur", "°C", "BME280", "osem-thermometer", "temperature"),
        ("rel. Luftfeuchte", "%", "BME280", "osem-humidity", "humidity"),
    ]
    if noisy:
        forms.append(("Schalldruckpegel", "dB (A)", "DNMS (Teensy)", "osem-volume-up", "noise"))
    return tuple(DemoSensor(_identifier(seed, form[4]), *form) for form in forms)


def _identifier(seed: int, what: str) -> str:
    """24 hexadecimal digits, as MongoDB makes them."""
    return hashlib.sha256(f"{seed}/{what}".encode()).hexdigest()[:24]


def _spot(rng: np.random.Generator, district: District) -> Position:
    """A place near the district's centroid, well inside of its bounding box."""
    west, south, east, north = district.bbox
    lon = district.centroid[0] + rng.uniform(-0.2, 0.2) * (east - west)
    lat = district.centroid[1] + rng.uniform(-0.2, 0.2) * (north - south)
    return round(float(lon), 6), round(float(lat), 6)


def _shift(place: Position, east: float, north: float) -> Position:
    """A place some metres away."""
    lon, lat = place
    return round(lon + east / (111_320 * np.cos(np.radians(lat))), 6), round(lat + north / 111_320, 6)

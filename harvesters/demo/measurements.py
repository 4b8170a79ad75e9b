"""Made-up values with a plausible daily rhythm and the faults that real sensors have; the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from .scenario import DemoBox, Scenario

Numbers = npt.NDArray[np.float64]
Milliseconds = npt.NDArray[np.int64]  # since 1970, UTC

DAY = 86_400_000
HOUR = 3_600_000
ZONE = ZoneInfo("Europe/Berlin")  # people's clock: traffic does not follow UTC


@dataclass(frozen=True)
class Series:
    """All values of one sensor, the oldest first, as texts."""

    times: Milliseconds
    instants: tuple[str, ...]  # the same as 2026-10-01T00:00:00.000Z
    values: tuple[str, ...]


@lru_cache(maxsize=256)
def box_series(box: DemoBox, scenario: Scenario) -> dict[str, Series]:
    """The series of a box by sensor id; drawn once and kept."""
    rng = np.random.default_rng(box.seed)
    times = _times(rng, box, scenario)
    numbers = _numbers(rng, box, times)
    instants = tuple(f"{text}Z" for text in np.datetime_as_string(times.astype("datetime64[ms]"), unit="ms").tolist())
    series = {}
    for sensor in box.sensors:
        texts = np.array([f"{value:.2f}" for value in numbers[sensor.kind].tolist()], dtype=object)
        _break(rng, box, sensor.kind, times, texts)
        series[sensor.id] = Series(times, instants, tuple(texts.tolist()))
    return series


def milliseconds(moment: datetime) -> int:
    """Since 1970, UTC."""
    return round(moment.timestamp() * 1000)


def _times(rng: np.random.Generator, box: DemoBox, scenario: Scenario) -> Milliseconds:
    """Every `interval` with a little jitter, some readings lost, some hours and days without any."""
    start, end = milliseconds(scenario.start), milliseconds(scenario.end)
    step = round(box.interval.total_seconds() * 1000)
    times = np.arange(start + int(rng.integers(0, step)), end, step, dtype=np.int64)
    times = times + rng.integers(-2_000, 2_000, times.size)
    keep = rng.random(times.size) > 0.01
    for _ in range(3):  # hours without a network
        gap = int(rng.integers(start, end))
        keep &= (times < gap) | (times > gap + int(rng.integers(1, 9)) * HOUR)
    if box.role == "long-gap":
        gap = start + int(rng.integers(5, 12)) * DAY
        keep &= (times < gap) | (times > gap + 3 * DAY + 5 * HOUR)
    kept: Milliseconds = times[keep & (times >= start) & (times < end)]
    return kept


def _numbers(rng: np.random.Generator, box: DemoBox, times: Milliseconds) -> dict[str, Numbers]:
    """The undisturbed values of all kinds, so that dust, humidity and temperature belong together."""
    hour = _local_hour(times)
    day = (times - times[0]) / DAY if times.size else times.astype(np.float64)
    weather = np.sin(2 * np.pi * day / 9.0 + 1.0)  # high and low pressure take turns
    site = float(rng.uniform(-1, 1))
    temperature = 12.5 - 0.15 * day + 2.5 * weather + 4.5 * np.cos(2 * np.pi * (hour - 15) / 24) + 0.5 * site
    humidity = np.clip(78 - 3.0 * (temperature - 11) - 4 * weather, 38, 97) + rng.normal(0, 0.6, times.size)
    rush = np.exp(-((hour - 7.5) ** 2) / 4) + 0.8 * np.exp(-((hour - 18) ** 2) / 6)
    pm10 = (14 + 3 * site + 5 * weather + 9 * rush) * np.exp(_wander(rng, times.size) + rng.normal(0, 0.03, times.size))
    pm10 = np.clip(np.where(rng.random(times.size) < 0.0005, 5 * pm10, pm10), 1.5, 400)  # now and then a smoker
    level = np.select([(hour >= 6) & (hour < 18), (hour >= 18) & (hour < 22)], [60.0, 56.0], 48.0) + 2 * site
    return {
        "pm10": pm10,
        "pm25": pm10 * np.clip(0.62 + 0.05 * weather + rng.normal(0, 0.03, times.size), 0.4, 0.9),
        "temperature": temperature + rng.normal(0, 0.08, times.size),
        "humidity": humidity,
        "noise": np.clip(level + 3 * rush + rng.normal(0, 2.2, times.size), 35, 110),
    }


def _wander(rng: np.random.Generator, size: int) -> Numbers:
    """Slow changes of some ten per cent, as air has them from hour to hour."""
    width = 24
    white = rng.normal(0, 0.12 * np.sqrt(width), size + width)
    return np.convolve(white, np.ones(width) / width, mode="valid")[:size]


def _local_hour(times: Milliseconds) -> Numbers:
    """Hour of the clock on the wall; the zone's offset is looked up once an hour."""
    hours, place = np.unique(times // HOUR, return_inverse=True)
    offsets = [
        datetime.fromtimestamp(int(hour) * 3600, timezone.utc).astimezone(ZONE).utcoffset() for hour in hours.tolist()
    ]
    shift = np.array([0 if one is None else one.total_seconds() * 1000 for one in offsets])
    local = (times + (shift[place] if times.size else 0)) % DAY / HOUR
    return np.asarray(local, dtype=np.float64)


def _break(
    rng: np.random.Generator, box: DemoBox, kind: str, times: Milliseconds, texts: npt.NDArray[np.object_]
) -> None:
    """Spoils the texts of a sensor as the box's role says."""
    start = times[0] if times.size else 0
    dust = kind in ("pm10", "pm25")
    if box.role == "dead-dust" and dust:
        texts[:] = "0.00"  # alive, and blind: real boxes do this for months
    elif box.role == "stuck-humidity" and kind == "humidity":
        texts[(times > start + 10 * DAY) & (times < start + 12 * DAY)] = "99.90"
    elif box.role == "noise-floor" and kind == "noise":
        texts[(times > start + 4 * DAY) & (times < start + 5 * DAY)] = "35.00"
    elif box.role == "absurd" and texts.size > 1_000:
        strange = {"pm10": ["999.90", "1999.90", "-3.20", "nan"], "temperature": ["-999.00", "85.00", ""]}
        for text in strange.get(kind, ["NaN", "-1.00"]):
            texts[rng.integers(0, texts.size, 25)] = text
        if dust:  # half a day of saturation, in smoke or with a spider in the tube
            texts[(times > start + 20 * DAY) & (times < start + 20 * DAY + 12 * HOUR)] = "999.90"

"""The method once more in plain Python, one value after the other, as RULES.md words it: slow, and easy to check."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from statistics import mean, median
from zoneinfo import ZoneInfo

RANGES = {
    "pm10": (0, 999.9),
    "pm25": (0, 999.9),
    "temperature": (-40, 60),
    "humidity": (0, 100),
    "noise_laeq": (30, 130),
}
FLOORS = {"pm10": 1.0, "pm25": 1.0, "temperature": 0.3, "humidity": 1.0, "noise_laeq": 3.0}
DUST = ("pm10", "pm25")
HOUR = timedelta(hours=1)
ZONE = ZoneInfo("Europe/Berlin")


@dataclass
class Value:
    """One raw value with what is said of it."""

    time: datetime
    value: float | None
    reason: str | None = None
    spike: bool = False
    dry: float | None = None


Series = dict[str, list[Value]]  # of one station: phenomenon -> values in the order of time


def station(rows: Iterable[tuple[str, datetime, float | None]]) -> Series:
    """Values of a station that has one sensor of each quantity; equal rows count once."""
    found: dict[str, dict[datetime, float | None]] = defaultdict(dict)
    for phenomenon, time, value in rows:
        found[phenomenon][time] = value
    return {name: [Value(time, values[time]) for time in sorted(values)] for name, values in found.items()}


def judge(series: Series) -> None:
    """RULES §2 in its order."""
    for phenomenon, values in series.items():
        low, high = RANGES[phenomenon]
        for one in values:
            if one.value is None:
                one.reason = "unreadable"
            elif phenomenon in DUST and one.value in (999.9, 1999.9):
                one.reason = "saturated"
            elif not low <= one.value <= high:
                one.reason = "out-of-range"
        _stuck(values)
        _spikes(values, FLOORS[phenomenon])
    _inconsistent(series)
    _dry(series)


def _stuck(values: list[Value]) -> None:
    run: list[Value] = []
    for one in [*values, None]:
        if one is None or (run and one.value is not None and one.value != _last(run)):
            seen = sum(
                (later.time - earlier.time for earlier, later in pairwise(run) if later.time - earlier.time <= HOUR),
                timedelta(0),
            )
            if seen >= 6 * HOUR:
                for each in run:
                    each.reason = each.reason or "stuck"
            run = []
        if one is not None and (one.value is not None or run):
            run.append(one)


def _last(run: list[Value]) -> float | None:
    return next(one.value for one in reversed(run) if one.value is not None)


def _spikes(values: list[Value], floor: float) -> None:
    usable = [one for one in values if one.reason is None]
    for place, one in enumerate(usable):
        around = [each.value for each in usable[max(place - 5, 0) : place + 6]]
        middle = median(around)
        spread = median(abs(each - middle) for each in around)
        one.spike = abs(one.value - middle) > 3 * max(floor, 1.4826 * spread)


def _nearest(time: datetime, values: Sequence[Value], within: timedelta) -> Value | None:
    near = [one for one in values if abs(one.time - time) <= within]
    return min(near, key=lambda one: (abs(one.time - time), one.time), default=None)


def _inconsistent(series: Series) -> None:
    coarse = [one for one in series.get("pm10", []) if one.reason is None]
    pairs = [
        (one, _nearest(one.time, coarse, timedelta(seconds=30))) for one in series.get("pm25", []) if one.reason is None
    ]
    for fine, other in pairs:
        if other and fine.value > other.value + 0.1 + 1e-9:
            fine.reason = other.reason = "inconsistent"


def _dry(series: Series) -> None:
    damp = [one for one in series.get("humidity", []) if one.reason is None]
    for phenomenon in DUST:
        for one in series.get(phenomenon, []):
            near = _nearest(one.time, damp, timedelta(minutes=10))
            if one.value is not None and near and near.value <= 95:
                activity = near.value / 100
                one.dry = one.value / (1 + 0.4 / 1.65 / (1 / activity - 1)) if activity else one.value


def energetic(levels: Sequence[float]) -> float:
    return 10 * math.log10(mean(10 ** (level / 10) for level in levels))


def average(phenomenon: str, values: Sequence[float]) -> float:
    return energetic(values) if phenomenon.startswith("noise") else mean(values)


@dataclass
class Hour:
    """An hourly mean."""

    value: float | None
    dry: float | None
    n: int
    reason: str | None


def hours(phenomenon: str, values: list[Value], expected: int) -> dict[datetime, Hour]:
    """RULES §1 a, for every hour from the first value to the last."""
    start = values[0].time.replace(minute=0, second=0, microsecond=0)
    found = {}
    while start <= values[-1].time:
        came = [one for one in values if start <= one.time < start + HOUR]
        used = [one for one in came if one.reason is None]
        moments = [start, *(one.time for one in used), start + HOUR]
        gap = max(later - earlier for earlier, later in pairwise(moments))
        reason = None
        if not came:
            reason = "no-data"
        elif len(used) < 0.75 * expected:
            refused = [one.reason for one in came if one.reason]
            named = refused and (len(came) >= 0.75 * expected or not used)
            reason = max(sorted(set(refused), key=ORDER.index), key=refused.count) if named else "too-few"
        elif gap > timedelta(minutes=30):
            reason = "gap"
        dry = [one.dry for one in used if one.dry is not None]
        found[start] = Hour(
            None if reason else average(phenomenon, [one.value for one in used]),
            None if reason or len(dry) < 0.75 * expected or not dry else mean(dry),
            len(used),
            reason,
        )
        start += HOUR
    return found


ORDER = ["unreadable", "conflicting", "saturated", "out-of-range", "stuck", "inconsistent", "indoor", "moved"]


def length_of_day(day: date) -> int:
    """Hours of a day of the local clock."""
    ends = [datetime(one.year, one.month, one.day, tzinfo=ZONE) for one in (day, day + timedelta(days=1))]
    return round((ends[1].astimezone(timezone.utc) - ends[0].astimezone(timezone.utc)) / HOUR)


def days(phenomenon: str, table: dict[datetime, Hour]) -> dict[date, tuple[float | None, int, int]]:
    """RULES §1 b: value, valid hours and expected hours of each local day."""
    by_day: dict[date, list[Hour]] = defaultdict(list)
    for start, hour in table.items():
        by_day[start.astimezone(ZONE).date()].append(hour)
    found = {}
    for day, members in by_day.items():
        valid = [one.value for one in members if one.value is not None]
        length = length_of_day(day)
        found[day] = (average(phenomenon, valid) if len(valid) >= 0.75 * length else None, len(valid), length)
    return found
